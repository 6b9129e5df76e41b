import { afterAll, beforeAll, expect, it } from 'vitest'
import { tellStory } from '../story/tell.ts'
import { buildWorker } from './build.ts'
import { prepareWorker, type RunningWorker, startWorker } from './worker-process.ts'

/** How long a dream settles here: two seconds. */
const SETTLING_HOURS = 2 / 3_600

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker({ ...(await prepareWorker(buildWorker())), settlingHours: SETTLING_HOURS })
})

afterAll(() => worker.stop())

it('the whole life of a dream goes over HTTP as the story tells it, and every flower is accounted for', async () => {
  const told: string[] = []
  const calls = await tellStory(worker, (sentence) => void told.push(sentence)).catch((error) => {
    throw new Error(`${told.join('\n')}\n${error}`)
  })
  expect(calls).toBeGreaterThan(100)
  expect(told.at(-1)).toContain('no flower is lost, doubled or unexplained')
})

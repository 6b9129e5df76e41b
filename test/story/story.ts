import { buildWorker } from '../outside/build.ts'
import { prepareWorker, startWorker } from '../outside/worker-process.ts'
import { tellStory } from './tell.ts'

/**
 * `npm run story`: builds the worker, starts it on data of its own, and tells it the whole life of a dream over HTTP. Ends
 * with 1 where the worker does not do as the story says.
 */

/** How long a dream settles here: two seconds. */
const STORY_SETTLING_HOURS = 2 / 3_600

const worker = await startWorker({
  ...(await prepareWorker(buildWorker())),
  settlingHours: STORY_SETTLING_HOURS,
})
try {
  const calls = await tellStory(worker, (sentence) => console.log(sentence))
  console.log(`\nThe story holds: ${calls} calls.`)
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  await worker.stop()
}

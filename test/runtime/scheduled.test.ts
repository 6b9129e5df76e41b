import { createScheduledController } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Env } from '../../src/env.ts'
import { runScheduled } from '../../src/scheduled.ts'
import { keepingQueue, subscribe, tell } from './callback-calls.ts'
import { freshId, plantSeed, world } from './world.ts'

const HOUR = Date.parse('2026-09-09T08:00:00Z')
const DAY_MS = 24 * 60 * 60 * 1_000

beforeAll(plantSeed)

const tick = (at: number, env: Partial<Record<keyof Env, unknown>>) =>
  runScheduled(createScheduledController({ scheduledTime: at, cron: '* * * * *' }), {
    ...world,
    ...env,
  } as Env)

const isKept = async (event: string): Promise<boolean> =>
  (await world.DB.prepare('SELECT 1 FROM outbox WHERE id = ?').bind(event).first()) !== null

describe('the clock', () => {
  it('sends waiting events on their way each minute, and forgets old ones each hour', async () => {
    const { id, owner } = await subscribe()
    const { handed, queue } = keepingQueue()
    const old = await tell({ owner: `partner:${freshId('p')}`, at: Date.now() - 31 * DAY_MS })
    const event = await tell({ owner })
    await tick(HOUR + 60_000, { CALLBACKS: queue })
    expect(handed).toEqual([{ endpoint: id, event: event.id }])
    expect(await isKept(old.id)).toBe(true)
    await tick(HOUR, { CALLBACKS: queue })
    expect(await isKept(old.id)).toBe(false)
    expect(await isKept(event.id)).toBe(true)
  })

  it('does the other jobs when one fails', async () => {
    const { owner } = await subscribe()
    const old = await tell({ owner: `partner:${freshId('p')}`, at: Date.now() - 31 * DAY_MS })
    await tell({ owner })
    const broken = {
      sendBatch: async () => {
        throw new Error('Too Many Requests')
      },
    }
    await tick(HOUR, { CALLBACKS: broken })
    expect(await isKept(old.id)).toBe(false)
  })
})

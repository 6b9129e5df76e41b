import { describe, expect, it } from 'vitest'
import { Collector, type CollectorDeps } from '../../src/dreams/collector.ts'
import type { DreamRecord } from '../../src/dreams/rules.ts'
import { Clock } from '../simulator/clock.ts'

const HOUR_MS = 3_600_000

/** A collector over a ledger that accepts everything, with an alarm that rings on virtual time. */
function setUp(overrides: Partial<CollectorDeps> = {}) {
  const clock = new Clock(1)
  const published: { record: DreamRecord; at: number }[] = []
  const saved: DreamRecord[] = []
  let cancel = () => {}
  const collector: Collector = new Collector({
    dream: 'd',
    storage: {
      load: () => ({ record: null, batch: null }),
      saveRecord: (record) => void saved.push(record),
      saveBatch: () => {},
    },
    now: () => clock.now,
    after: (ms, run) => clock.after(ms, run),
    setAlarm: (at) => {
      cancel()
      cancel = clock.after(at - clock.now, () => void collector.wake())
    },
    commitPledges: async ({ rows, at }) => {
      await clock.sleep(3)
      return rows.map(([, , , mark]) => ({ kind: 'accepted', mark, at, replayed: false }))
    },
    findEntries: async (keys) => keys.map(() => null),
    loadDefinition: async () => ({
      state: 'collecting',
      quota: 1_000,
      opensAt: clock.now - HOUR_MS,
      closesAt: clock.now + HOUR_MS,
      flowers: 0,
      pledges: 0,
      reachedAt: null,
      version: 0,
    }),
    publish: async (record) => void published.push({ record, at: clock.now }),
    log: () => {},
    ...overrides,
  })
  return { clock, collector, published, saved }
}

describe('a collector', () => {
  it('publishes at most once a second while it changes, and the last total at last', async () => {
    const { clock, collector, published } = setUp()
    for (let n = 0; n < 250; n++)
      clock.after(n * 20, () => void collector.pledge([{ user: 'u', key: `k:${n}`, flowers: 2 }]))
    // An alarm may ring at any time, for another reason or twice.
    for (let n = 0; n < 50; n++) clock.after(n * 100 + 50, () => void collector.wake())
    await clock.run(20_000, 100_000)
    const gaps = published.slice(1).map(({ at }, n) => at - (published[n]?.at ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000)
    expect(published.length).toBeGreaterThanOrEqual(5)
    expect(published.at(-1)?.record).toMatchObject({ flowers: 500, pledges: 250 })
  })

  it('publishes nothing that it has not written down', async () => {
    const { clock, collector, published, saved } = setUp()
    await Promise.all([collector.pledge([{ user: 'u', key: 'k:1', flowers: 2 }]), clock.run(5_000, 10_000)])
    expect(published.at(-1)?.record).toMatchObject({ flowers: 2 })
    expect(saved.at(-1)).toEqual(published.at(-1)?.record)
  })

  it('takes no pledge after its time, also when the batch before was away across it', async () => {
    let answer: () => void = () => {}
    const kept: number[] = []
    const { clock, collector } = setUp({
      commitPledges: ({ rows, at }) =>
        new Promise((resolve) => {
          answer = () => {
            kept.push(rows.length)
            resolve(rows.map(([, , , mark]) => ({ kind: 'accepted', mark, at, replayed: false })))
          }
        }),
      setAlarm: () => {},
      loadDefinition: async () => ({
        state: 'collecting',
        quota: 10,
        opensAt: clock.now - HOUR_MS,
        closesAt: clock.now + 1_000,
        flowers: 0,
        pledges: 0,
        reachedAt: null,
        version: 0,
      }),
    })
    const first = collector.pledge([{ user: 'u', key: 'k:1', flowers: 1 }])
    await clock.run(500, 1_000)
    const queued = collector.pledge([{ user: 'u', key: 'k:2', flowers: 1 }])
    await clock.run(1_000, 1_000)
    answer()
    await clock.run(1_000, 1_000)
    expect(await first).toMatchObject([{ kind: 'accepted' }])
    expect(await queued).toEqual([{ kind: 'not_collecting' }])
    expect(kept).toEqual([1])
    expect(await collector.snapshot()).toMatchObject({ state: 'closed', flowers: 1 })
  })

  it('tries again in a second when the catalogue does not take its total', async () => {
    let broken = true
    const tries: number[] = []
    const { clock, collector } = setUp({
      publish: async () => {
        tries.push(clock.now)
        if (broken) throw new Error('D1_ERROR')
      },
    })
    const pledged = collector.pledge([{ user: 'u', key: 'k:1', flowers: 2 }])
    await clock.run(3_500, 10_000)
    await pledged
    broken = false
    await clock.run(10_000, 10_000)
    expect(tries.length).toBeGreaterThanOrEqual(3)
    expect(tries.length).toBeLessThanOrEqual(6)
  })

  it('sheds pledges while the catalogue does not answer, and says so for an unknown dream', async () => {
    const ask = [{ user: 'u', key: 'k:1', flowers: 2 }]
    const failing = setUp({ loadDefinition: () => Promise.reject(new Error('D1_ERROR')) })
    expect(await failing.collector.pledge(ask)).toEqual([{ kind: 'shed' }])
    const silent = setUp({ loadDefinition: () => new Promise(() => {}) })
    const [answers] = await Promise.all([silent.collector.pledge(ask), silent.clock.run(60_000, 10_000)])
    expect(answers).toEqual([{ kind: 'shed' }])
    const unknown = setUp({ loadDefinition: async () => null })
    expect(await unknown.collector.pledge(ask)).toEqual([{ kind: 'unknown_dream' }])
    expect(unknown.saved).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import { Collector, type CollectorDeps } from '../../src/dreams/collector.ts'
import type { JournaledBatch } from '../../src/dreams/journal.ts'
import type { TakeBackOutcome } from '../../src/dreams/outcomes.ts'
import type { DreamDefinition, DreamRecord } from '../../src/dreams/rules.ts'
import type { LedgerBatch } from '../../src/ledger/store.ts'
import type { PledgeRow, TakeBackRow } from '../../src/ledger/verdicts.ts'
import { Clock } from '../simulator/clock.ts'

const HOUR_MS = 3_600_000

/** How long a dream settles here. */
const SETTLING_MS = 60_000

/** What the catalogue says of a dream that opened an hour ago and collects for another. */
const defined = (now: number, over: Partial<DreamDefinition> = {}): DreamDefinition => ({
  state: 'collecting',
  quota: 1_000,
  opensAt: now - HOUR_MS,
  closesAt: now + HOUR_MS,
  flowers: 0,
  pledges: 0,
  reachedAt: null,
  settlesAt: null,
  fundedAt: null,
  version: 0,
  ...over,
})

const accept = ({ rows, at }: LedgerBatch<PledgeRow>) =>
  rows.map(([, , , mark]) => ({ kind: 'accepted', mark, at, replayed: false }) as const)

/** Every pledge was of two flowers, all of which stand and are taken back. */
const takeAll = ({ rows }: LedgerBatch<TakeBackRow>) =>
  rows.map(() => ({ kind: 'taken', flowers: 2, standing: 2, replayed: false }) as const)

/** A collector over a ledger that accepts everything, with an alarm that rings on virtual time. */
function setUp(overrides: Partial<CollectorDeps> = {}, clock = new Clock(1), steady = true) {
  const logged: string[] = []
  const alarms: number[] = []
  const published: { record: DreamRecord; at: number }[] = []
  const saved: DreamRecord[] = []
  let cancel = () => {}
  let said: DreamDefinition | null = null
  const collector: Collector = new Collector({
    dream: 'd',
    storage: {
      load: () => ({ record: null, batch: null }),
      saveRecord: (record) => void saved.push(record),
      saveBatch: () => {},
    },
    settlingMs: SETTLING_MS,
    now: () => clock.now,
    after: (ms, run) => clock.after(ms, run),
    setAlarm: (at) => {
      alarms.push(clock.now)
      cancel()
      cancel = clock.after(at - clock.now, () => void collector.wake())
    },
    commitPledges: async (batch) => {
      await clock.sleep(3)
      return accept(batch)
    },
    commitTakeBacks: async (batch) => {
      await clock.sleep(3)
      return takeAll(batch)
    },
    findEntries: async (keys) => keys.map(() => null),
    countReturning: async () => 1,
    returnRange: async () => ({ flowers: 0, pledges: 0, upTo: null }),
    publish: async (record) => void published.push({ record, at: clock.now }),
    log: ({ event }) => void logged.push(String(event)),
    ...overrides,
    // What the catalogue says does not change by itself.
    loadDefinition: async () => {
      if (!steady && overrides.loadDefinition) return overrides.loadDefinition()
      said ??= await (overrides.loadDefinition ?? (async () => defined(clock.now)))()
      return said
    },
  })
  return { clock, collector, published, saved, logged, alarms }
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
      commitPledges: (batch) =>
        new Promise((resolve) => {
          answer = () => {
            kept.push(batch.rows.length)
            resolve(accept(batch))
          }
        }),
      setAlarm: () => {},
      loadDefinition: async () => defined(clock.now, { quota: 10, closesAt: clock.now + 1_000 }),
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

describe('a collector whose dream settles', () => {
  const ask = (n: number) => ({ user: 'u', key: `k:${n}`, flowers: 2 })
  const back = (n: number) => ({ user: 'u', pledge: `k:${n}`, act: 'act:quiz:1' })

  /** A dream with a quota of ten flowers that five pledges have just reached. */
  async function reached(overrides: Partial<CollectorDeps> = {}, over: Partial<DreamDefinition> = {}) {
    const clock = new Clock(1)
    const parts = setUp(
      { loadDefinition: async () => defined(clock.now, { quota: 10, ...over }), ...overrides },
      clock,
    )
    await Promise.all([parts.collector.pledge([1, 2, 3, 4, 5].map(ask)), clock.run(100, 1_000)])
    const record = await parts.collector.snapshot()
    if (record?.settlesAt == null) throw new Error('it does not settle')
    return { ...parts, settlesAt: record.settlesAt }
  }

  const answer = async (
    { collector, clock }: { collector: Collector; clock: Clock },
    ...asks: Parameters<Collector['takeBack']>[0]
  ): Promise<readonly TakeBackOutcome[]> => {
    const [outcomes] = await Promise.all([collector.takeBack(asks), clock.run(100, 1_000)])
    return outcomes
  }

  it('is funded by its alarm when the window is over, says so once, and goes on collecting', async () => {
    const dream = await reached()
    const { clock, collector, logged, published, settlesAt } = dream
    await clock.run(settlesAt - clock.now - 1, 10_000)
    expect(await collector.snapshot()).toMatchObject({ fundedAt: null, settlesAt })
    for (let n = 0; n < 20; n++) clock.after(n * 500, () => void collector.wake())
    await clock.run(20_000, 10_000)
    expect(await collector.snapshot()).toMatchObject({ fundedAt: settlesAt, settlesAt: null, flowers: 10 })
    expect(published.at(-1)?.record).toMatchObject({ fundedAt: settlesAt })
    await Promise.all([collector.pledge([ask(6)]), clock.run(200_000, 10_000)])
    expect(await collector.snapshot()).toMatchObject({ flowers: 12, fundedAt: settlesAt, settlesAt: null })
    expect(logged.filter((event) => event === 'dream.funded')).toHaveLength(1)
  })

  it('takes pledges back while it collects or settles, and none once it is funded', async () => {
    const written: number[] = []
    const dream = await reached({
      commitTakeBacks: async (batch) => {
        written.push(batch.rows.length)
        return takeAll(batch)
      },
    })
    await Promise.all([dream.collector.pledge([ask(6)]), dream.clock.run(100, 1_000)])
    expect(await answer(dream, back(1))).toEqual([{ kind: 'taken', flowers: 2 }])
    expect(await dream.collector.snapshot()).toMatchObject({
      flowers: 10,
      pledges: 5,
      settlesAt: dream.settlesAt,
    })
    await dream.clock.run(SETTLING_MS, 10_000)
    expect(await dream.collector.snapshot()).toMatchObject({ fundedAt: dream.settlesAt })
    expect(await answer(dream, back(2), back(3))).toEqual([{ kind: 'too_late' }, { kind: 'too_late' }])
    expect(await dream.collector.snapshot()).toMatchObject({ flowers: 10, pledges: 5 })
    expect(written).toEqual([1])
  })

  it('decides when its window is over, not when the alarm gets there: a take-back between is too late', async () => {
    const dream = await reached({ setAlarm: () => {} })
    await dream.clock.run(dream.settlesAt - dream.clock.now, 1_000)
    expect(await answer(dream, back(1))).toEqual([{ kind: 'too_late' }])
    await dream.collector.wake()
    expect(await dream.collector.snapshot()).toMatchObject({ flowers: 10, fundedAt: expect.any(Number) })
  })

  it('is not funded when it fell below its quota, and settles anew when it meets it again', async () => {
    const dream = await reached()
    const { clock, collector, settlesAt } = dream
    const { reachedAt } = (await collector.snapshot()) as DreamRecord
    await clock.run(30_000, 10_000)
    await answer(dream, back(1))
    expect(await collector.snapshot()).toMatchObject({ flowers: 8, pledges: 4, settlesAt: null })
    await clock.run(settlesAt - clock.now + 1_000, 10_000)
    expect(await collector.snapshot()).toMatchObject({ fundedAt: null, reachedAt })
    await Promise.all([collector.pledge([ask(6)]), clock.run(100, 1_000)])
    const again = (await collector.snapshot()) as DreamRecord
    expect(again).toMatchObject({ flowers: 10, reachedAt, fundedAt: null })
    expect(again.settlesAt).toBeGreaterThan(settlesAt + SETTLING_MS)
    await clock.run(2 * SETTLING_MS, 10_000)
    expect(await collector.snapshot()).toMatchObject({ fundedAt: again.settlesAt })
  })

  it('takes back after it closed, as long as it settles', async () => {
    const clock = new Clock(1)
    const dream = await reached({}, { closesAt: clock.now + 1_000 })
    await dream.clock.run(5_000, 10_000)
    expect(await dream.collector.snapshot()).toMatchObject({ state: 'closed', settlesAt: dream.settlesAt })
    expect(await answer(dream, back(1))).toEqual([{ kind: 'taken', flowers: 2 }])
    expect(await dream.collector.snapshot()).toMatchObject({ state: 'closed', flowers: 8, settlesAt: null })
    // Below its quota and closed its flowers are on their way back; there they will be found.
    expect(await answer(dream, back(2))).toEqual([{ kind: 'shed' }])
    await dream.clock.run(2 * SETTLING_MS, 10_000)
    expect(await dream.collector.snapshot()).toMatchObject({ fundedAt: null, flowers: 8 })
  })

  it('takes nothing back once it closed below its quota, but does not say never, nor for a dream there is not', async () => {
    const clock = new Clock(1)
    const dream = setUp(
      { loadDefinition: async () => defined(clock.now, { closesAt: clock.now + 1_000 }) },
      clock,
    )
    await Promise.all([dream.collector.pledge([ask(1)]), clock.run(5_000, 1_000)])
    expect(await answer(dream, back(1))).toEqual([{ kind: 'shed' }])
    const unknown = setUp({ loadDefinition: async () => null })
    expect(await answer(unknown, back(1))).toEqual([{ kind: 'too_late' }])
    const failing = setUp({ loadDefinition: () => Promise.reject(new Error('D1_ERROR')) })
    expect(await answer(failing, back(1))).toEqual([{ kind: 'shed' }])
  })

  it('tells pledges and take-backs of one batch apart, each by its own verdict', async () => {
    const batches: [string, readonly unknown[]][] = []
    const dream = await reached({
      commitPledges: async (batch) => {
        batches.push(['pledge', batch.rows.map((row) => row[1])])
        return accept(batch)
      },
      commitTakeBacks: async (batch) => {
        batches.push(['back', batch.rows.map((row) => row.slice(3))])
        return batch.rows.map(([, , , pledge]) => ({
          kind: 'taken',
          flowers: pledge === 'k:1' ? 1 : 2,
          standing: 2,
          replayed: false,
        }))
      },
    })
    batches.length = 0
    const [pledged, taken] = await Promise.all([
      dream.collector.pledge([ask(6), ask(7)]),
      dream.collector.takeBack([back(1), back(2)]),
      dream.clock.run(100, 1_000),
    ])
    expect(batches).toEqual([
      ['pledge', ['k:6', 'k:7']],
      [
        'back',
        [
          ['k:1', 'act:quiz:1'],
          ['k:2', 'act:quiz:1'],
        ],
      ],
    ])
    expect(pledged.map(({ kind }) => kind)).toEqual(['accepted', 'accepted'])
    expect(taken).toEqual([
      { kind: 'taken', flowers: 1 },
      { kind: 'taken', flowers: 2 },
    ])
    expect(await dream.collector.snapshot()).toMatchObject({ flowers: 11, pledges: 6 })
  })

  it('decides only when no batch is away, and does not ring its alarm busily meanwhile', async () => {
    let land: () => void = () => {}
    const dream = await reached({
      commitTakeBacks: (batch) =>
        new Promise((resolve) => {
          land = () => resolve(takeAll(batch))
        }),
    })
    const { clock, collector, alarms, settlesAt } = dream
    await clock.run(settlesAt - clock.now - 100, 10_000)
    const late = collector.takeBack([back(1)])
    await clock.run(99, 1_000)
    alarms.length = 0
    // Nine seconds past the window, less than an attempt may take. Were it busy, the clock would stop the test.
    await clock.run(9_000, 100)
    expect(alarms.length).toBeLessThanOrEqual(9)
    expect(await collector.snapshot()).toMatchObject({ fundedAt: null, settlesAt })
    land()
    await clock.run(100, 1_000)
    // It was asked for in time, so it counts: the dream is below its quota and not funded.
    expect(await late).toEqual([{ kind: 'taken', flowers: 2 }])
    expect(await collector.snapshot()).toMatchObject({ fundedAt: null, settlesAt: null, flowers: 8 })
  })

  it('decides as the batch that was away past its window settles, and drops the take-backs behind it', async () => {
    let land: () => void = () => {}
    const rows: number[] = []
    const dream = await reached({
      commitTakeBacks: (batch) => {
        rows.push(batch.rows.length)
        return new Promise((resolve) => {
          land = () =>
            resolve(batch.rows.map(() => ({ kind: 'taken', flowers: 0, standing: 2, replayed: false })))
        })
      },
    })
    const { clock, collector, settlesAt } = dream
    await clock.run(settlesAt - clock.now - 100, 10_000)
    const away = collector.takeBack([back(1)])
    await clock.run(50, 1_000)
    const queued = collector.takeBack([back(2)])
    const pledged = collector.pledge([ask(6)])
    await clock.run(5_000, 1_000)
    const landedAt = clock.now
    land()
    await clock.run(100, 1_000)
    expect(await away).toEqual([{ kind: 'taken', flowers: 0 }])
    expect(await queued).toEqual([{ kind: 'too_late' }])
    expect((await pledged).map(({ kind }) => kind)).toEqual(['accepted'])
    expect(rows).toEqual([1])
    expect(await collector.snapshot()).toMatchObject({ fundedAt: landedAt, flowers: 12 })
  })

  it('drops what is to be taken back behind a batch when it closes below its quota, but not while it settles', async () => {
    for (const [quota, outcome] of [
      [10, 'taken'],
      [1_000, 'shed'],
    ] as const) {
      const lands: (() => void)[] = []
      const clock = new Clock(1)
      const dream = setUp(
        {
          loadDefinition: async () =>
            defined(clock.now, { quota, flowers: 20, settlesAt: settling(quota, clock) }),
          commitPledges: (batch) =>
            new Promise((resolve) => {
              lands.push(() => resolve(accept(batch)))
            }),
        },
        clock,
      )
      const away = dream.collector.pledge([ask(1)])
      await clock.run(50, 1_000)
      const queued = [dream.collector.takeBack([back(2)]), dream.collector.pledge([ask(3)])] as const
      await dream.collector.close()
      for (const land of lands) land()
      await clock.run(500, 1_000)
      expect(await queued[0]).toMatchObject([{ kind: outcome }])
      expect(await queued[1]).toEqual([{ kind: 'not_collecting' }])
      expect(await away).toMatchObject([{ kind: 'accepted' }])
    }
    function settling(quota: number, clock: Clock): number | null {
      return quota === 10 ? clock.now + SETTLING_MS : null
    }
  })

  it('says neither yes nor no to what is to be taken back while a batch is away that may bring it to its quota', async () => {
    let land: () => void = () => {}
    const clock = new Clock(1)
    const { collector } = setUp(
      {
        loadDefinition: async () => defined(clock.now, { quota: 10, flowers: 8 }),
        commitPledges: (batch) =>
          new Promise((resolve) => {
            land = () => resolve(accept(batch))
          }),
      },
      clock,
    )
    const away = collector.pledge([ask(1)])
    await clock.run(50, 1_000)
    await collector.close()
    expect(await collector.takeBack([back(2)])).toEqual([{ kind: 'shed' }])
    land()
    await clock.run(500, 1_000)
    expect(await away).toMatchObject([{ kind: 'accepted' }])
    expect(await collector.snapshot()).toMatchObject({ state: 'closed', flowers: 10 })
    const again = collector.takeBack([back(2)])
    await clock.run(500, 1_000)
    expect(await again).toMatchObject([{ kind: 'taken' }])
  })

  it('begins to settle where it met its quota before dreams settled, and says so', async () => {
    const clock = new Clock(1)
    const { collector, published } = setUp(
      {
        loadDefinition: async () =>
          defined(clock.now, { state: 'closed', quota: 10, flowers: 12, reachedAt: clock.now - 1 }),
      },
      clock,
    )
    const began = clock.now
    expect(await collector.snapshot()).toMatchObject({ settlesAt: began + SETTLING_MS, fundedAt: null })
    await clock.run(SETTLING_MS + 5_000, 10_000)
    expect(published.at(-1)?.record).toMatchObject({ fundedAt: began + SETTLING_MS, flowers: 12 })
  })

  it('sends what is to be taken back again, as it was journaled, after its instance ended', async () => {
    let batch: JournaledBatch | null = null
    let record: DreamRecord | null = null
    const sent: unknown[][] = []
    const storage = {
      load: () => ({ record, batch }),
      saveRecord: (next: DreamRecord) => {
        record = next
      },
      saveBatch: (next: JournaledBatch) => {
        batch = next
      },
    }
    const dream = await reached({
      storage,
      commitTakeBacks: ({ rows }) => {
        sent.push([...rows])
        return new Promise(() => {})
      },
    })
    void dream.collector.takeBack([back(1)])
    void dream.collector.pledge([ask(6)])
    await dream.clock.run(50, 1_000)
    // Its reply is lost with the instance; the next one finds what was written.
    const next = setUp(
      {
        storage,
        commitTakeBacks: async (again) => {
          sent.push([...again.rows])
          await dream.clock.sleep(50)
          return takeAll(again)
        },
      },
      dream.clock,
    )
    const joined = next.collector.takeBack([back(1)])
    await dream.clock.run(500, 1_000)
    expect(sent).toHaveLength(2)
    expect(sent[1]).toEqual(sent[0])
    expect(await joined).toEqual([{ kind: 'taken', flowers: 2 }])
    expect(await next.collector.snapshot()).toMatchObject({ flowers: 10, pledges: 5, settledSeq: 2 })
  })

  it('sends both parts of a batch again when the second was not done', async () => {
    let broken = true
    const sent: string[] = []
    const dream = await reached({
      commitPledges: async (batch) => {
        sent.push('pledges')
        return accept(batch)
      },
      commitTakeBacks: async (batch) => {
        sent.push('take-backs')
        if (broken) throw new Error('D1_ERROR')
        return takeAll(batch)
      },
    })
    sent.length = 0
    const asked = [dream.collector.pledge([ask(6)]), dream.collector.takeBack([back(1)])] as const
    await dream.clock.run(100, 1_000)
    expect(await asked[0]).toEqual([{ kind: 'pending', joined: false }])
    expect(await asked[1]).toEqual([{ kind: 'pending' }])
    broken = false
    await dream.clock.run(5_000, 1_000)
    expect(sent).toEqual(['pledges', 'take-backs', 'pledges', 'take-backs'])
    expect(await dream.collector.snapshot()).toMatchObject({ flowers: 10, pledges: 5 })
  })
})

describe('a collector whose dream expires', () => {
  const ranges = [
    { flowers: 2, pledges: 1, upTo: '0:m' },
    { flowers: 4, pledges: 2, upTo: null },
  ]

  /** A dream with three pledges of two flowers that closes in a second, below its quota. */
  async function expiring(overrides: Partial<CollectorDeps> = {}) {
    const clock = new Clock(1)
    const asked: (string | null)[] = []
    const dream = setUp(
      {
        loadDefinition: async () => defined(clock.now, { closesAt: clock.now + 1_000 }),
        returnRange: async (upTo) => {
          asked.push(upTo)
          await clock.sleep(3)
          return ranges[upTo === null ? 0 : 1] as (typeof ranges)[0]
        },
        ...overrides,
      },
      clock,
    )
    const asks = [1, 2, 3].map((n) => ({ user: `u${n}`, key: 'k:1', flowers: 2 }))
    await Promise.all([dream.collector.pledge(asks), clock.run(500, 10_000)])
    return { ...dream, asked }
  }

  it('gives its flowers back range by range, and says so', async () => {
    const { clock, collector, published, asked, logged } = await expiring()
    await clock.run(5_000, 10_000)
    expect(asked).toEqual([null, '0:m'])
    expect(await collector.snapshot()).toMatchObject({ state: 'closed', flowers: 0, returnedFlowers: 6 })
    expect(published.at(-1)?.record).toMatchObject({ pledges: 0, returnedPledges: 3, life: 'expired' })
    expect(published.at(-1)?.record.returnedAt).not.toBeNull()
    expect(logged).not.toContain('dream.return_differs')
  })

  it('goes on from the range that was written down, in another instance', async () => {
    const first = await expiring({
      returnRange: async (upTo) => {
        if (upTo !== null) throw new Error('D1_ERROR')
        return ranges[0] as (typeof ranges)[0]
      },
    })
    await first.clock.run(2_000, 10_000)
    expect(first.logged).toContain('dream.return_failed')
    const record = first.saved.at(-1) as DreamRecord
    expect(record).toMatchObject({ flowers: 4, returnedUpTo: '0:m', returnedAt: null })
    const second = await expiring({
      storage: { load: () => ({ record, batch: null }), saveRecord: () => {}, saveBatch: () => {} },
    })
    await second.clock.run(10_000, 10_000)
    expect(second.asked).toEqual(['0:m'])
    expect(await second.collector.snapshot()).toMatchObject({ flowers: 0, returnedFlowers: 6 })
  })

  it('tries a range that failed again, not at once, and counts it once', async () => {
    let failures = 3
    const times: number[] = []
    const { clock, collector } = await expiring({
      returnRange: async () => {
        times.push(0)
        if (failures-- > 0) throw new Error('D1_ERROR')
        return { flowers: 6, pledges: 3, upTo: null }
      },
    })
    await clock.run(30_000, 10_000)
    expect(times.length).toBe(4)
    expect(await collector.snapshot()).toMatchObject({ flowers: 0, pledges: 0, returnedFlowers: 6 })
  })

  it('says loudly when what came back is not what it held', async () => {
    const { clock, logged } = await expiring({
      returnRange: async () => ({ flowers: 5, pledges: 3, upTo: null }),
    })
    await clock.run(5_000, 10_000)
    expect(logged).toContain('dream.return_differs')
  })

  it('opens and closes at its times by its alarm alone, and notes when', async () => {
    const clock = new Clock(1)
    const opensAt = clock.now + 5_000
    const { collector, published } = setUp(
      { loadDefinition: async () => defined(clock.now, { opensAt, closesAt: opensAt + 5_000 }) },
      clock,
    )
    await collector.snapshot()
    await clock.run(5_500, 10_000)
    expect(published.at(-1)?.record).toMatchObject({ life: 'collecting', state: 'collecting' })
    expect(published.at(-1)?.at).toBe(opensAt)
    await clock.run(5_500, 10_000)
    const moves = published.flatMap(({ record }) => record.moves.map(({ n, to, at }) => `${n} ${to} ${at}`))
    expect([...new Set(moves)]).toEqual([`1 collecting ${opensAt}`, `2 expired ${opensAt + 5_000}`])
  })

  it('asks the catalogue before it closes: what no one could tell it holds all the same', async () => {
    const clock = new Clock(1)
    const closesAt = clock.now + 1_000
    let later = 0
    const { collector } = setUp({}, clock)
    const moved = setUp(
      {
        loadDefinition: async () =>
          // Read twice: a getter that moves on, as a row does that another changes.
          Object.defineProperty(defined(clock.now, { closesAt }), 'closesAt', {
            get: () => closesAt + later,
          }),
      },
      clock,
    )
    await moved.collector.snapshot()
    await collector.snapshot()
    later = 5_000
    await clock.run(2_000, 10_000)
    expect(await moved.collector.snapshot()).toMatchObject({
      state: 'collecting',
      closesAt: closesAt + 5_000,
    })
    await clock.run(10_000, 10_000)
    expect(await moved.collector.snapshot()).toMatchObject({ state: 'closed', closesAt: closesAt + 5_000 })
  })

  it('closes when the catalogue does not answer, and waits for a range that is away without a stir', async () => {
    const clock = new Clock(1)
    let silent = false
    const { collector, alarms } = setUp(
      {
        loadDefinition: () => {
          if (silent) return new Promise(() => {})
          silent = true
          return Promise.resolve(defined(clock.now, { closesAt: clock.now + 1_000 }))
        },
        returnRange: () => new Promise(() => {}),
      },
      clock,
      false,
    )
    await collector.snapshot()
    await clock.run(60_000, 10_000)
    expect(alarms.length).toBeLessThan(50)
    expect(await collector.snapshot()).toMatchObject({ state: 'closed', returnedAt: null })
  })

  it('counts a batch once though what follows it failed', async () => {
    const clock = new Clock(1)
    let failing = true
    const { collector, logged } = setUp(
      {
        loadDefinition: async () => defined(clock.now, { quota: 6, closesAt: clock.now + 2 }),
        storage: {
          load: () => ({ record: null, batch: null }),
          saveRecord: ({ state }) => {
            if (state === 'closing' && failing) {
              failing = false
              throw new Error('disk I/O error')
            }
          },
          saveBatch: () => {},
        },
      },
      clock,
    )
    const given = collector.pledge([{ user: 'u', key: 'k:1', flowers: 5 }])
    await clock.run(60_000, 10_000)
    expect(await given).toMatchObject([{ kind: 'accepted' }])
    expect(failing).toBe(false)
    expect(logged).not.toContain('dream.reached')
    expect(await collector.snapshot()).toMatchObject({ state: 'closed', reachedAt: null, fundedAt: null })
  })

  it('collects until the end that was moved, and no later', async () => {
    const clock = new Clock(1)
    const closesAt = clock.now + 1_000
    const { collector } = setUp({ loadDefinition: async () => defined(clock.now, { closesAt }) }, clock)
    expect(await collector.extend(closesAt + 1_000)).toMatchObject({ closesAt: closesAt + 1_000 })
    await clock.run(1_500, 10_000)
    const [during] = await Promise.all([
      collector.pledge([{ user: 'u', key: 'k:1', flowers: 2 }]),
      clock.run(100, 1_000),
    ])
    expect(during).toMatchObject([{ kind: 'accepted' }])
    await clock.run(1_000, 10_000)
    expect(await collector.snapshot()).toMatchObject({ state: 'closed' })
    expect(await collector.extend(closesAt + 9_000)).toMatchObject({
      state: 'closed',
      closesAt: closesAt + 1_000,
    })
    expect(await collector.pledge([{ user: 'u', key: 'k:2', flowers: 2 }])).toEqual([
      { kind: 'not_collecting' },
    ])
  })
})

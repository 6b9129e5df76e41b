import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lifeOf, noteLife, publicState } from '../../src/dreams/moves.ts'
import {
  applyClose,
  applyDrained,
  applyExpired,
  applyExtended,
  applyFunded,
  applyReturned,
  applySettled,
  applySettlingBegun,
  type DreamDefinition,
  type DreamRecord,
  decidePledge,
  isDecisionDue,
  isOver,
  isReturning,
  mayTakeBack,
  nextAlarm,
  openRecord,
  PUBLISH_EVERY_MS,
  REDRIVE_CHECK_MS,
  UNNOTED_LIFE,
} from '../../src/dreams/rules.ts'
import type { PledgeVerdict, TakeBackVerdict } from '../../src/ledger/verdicts.ts'
import { decideMove, type LifeState } from '../../src/life/states.ts'

const OPENS = 1_000
const CLOSES = 2_000

const dream = (over: Partial<DreamRecord> = {}): DreamRecord => ({
  ...UNNOTED_LIFE,
  state: 'collecting',
  quota: 10,
  opensAt: OPENS,
  closesAt: CLOSES,
  flowers: 0,
  pledges: 0,
  reachedAt: null,
  settlesAt: null,
  fundedAt: null,
  closedAt: null,
  settledSeq: 0,
  version: 0,
  ...over,
})

/** How long a dream settles. */
const WINDOW = 5_000

const accepted: PledgeVerdict = { kind: 'accepted', mark: 1, at: 0, replayed: false }
const replayed: PledgeVerdict = { kind: 'accepted', mark: 1, at: 0, replayed: true }
const refused: PledgeVerdict = { kind: 'refused', replayed: false }
const reused: PledgeVerdict = { kind: 'reused' }

const taken = (flowers: number, standing = flowers, replayed = false): TakeBackVerdict => ({
  kind: 'taken',
  flowers,
  standing,
  replayed,
})

const STATES = ['collecting', 'closing', 'closed'] as const

describe('the states of a dream', () => {
  // before opening, at opening, before closing time, at closing time
  it.each([
    ['collecting', OPENS - 1, 'not_collecting', false, 'published'],
    ['collecting', OPENS, 'collect', false, 'collecting'],
    ['collecting', CLOSES - 1, 'collect', false, 'collecting'],
    ['collecting', CLOSES, 'not_collecting', true, 'closing'],
    ['closing', OPENS - 1, 'not_collecting', false, 'closing'],
    ['closing', OPENS, 'not_collecting', false, 'closing'],
    ['closing', CLOSES, 'not_collecting', false, 'closing'],
    ['closed', OPENS, 'not_collecting', false, 'expired'],
    ['closed', CLOSES, 'not_collecting', false, 'expired'],
  ] as const)('%s at %d: pledges %s, over %s, shown as %s', (state, now, decision, over, shown) => {
    const record = dream({ state })
    expect([decidePledge(record, now), isOver(record, now), publicState(record, now)]).toEqual([
      decision,
      over,
      shown,
    ])
  })

  it('go from collecting to closing to closed and never back', () => {
    const next = (record: DreamRecord) => [applyClose(record).state, applyDrained(record, 5).state]
    expect(STATES.map((state) => next(dream({ state })))).toEqual([
      ['closing', 'collecting'],
      ['closing', 'closed'],
      ['closed', 'closed'],
    ])
  })

  it('change nothing else, and the version only when they change', () => {
    const before = dream({ flowers: 7, pledges: 2, version: 3, settledSeq: 4 })
    const closing = applyClose(before)
    expect(closing).toEqual({ ...before, state: 'closing', version: 4 })
    const closed = applyDrained(closing, 1_500)
    expect(closed).toEqual({ ...closing, state: 'closed', closedAt: 1_500, version: 5 })
    expect(applyClose(closing)).toBe(closing)
    expect(applyClose(closed)).toBe(closed)
    expect(applyDrained(closed, 9_999)).toBe(closed)
    expect(applyDrained(before, 9_999)).toBe(before)
  })

  it('show a dream past its quota as reached while it collects, and as what it is after that', () => {
    const record = dream({ flowers: 10, reachedAt: 1_200, settlesAt: 6_200 })
    expect(publicState(record, 1_500)).toBe('reached')
    expect(publicState({ ...record, state: 'closing' }, 1_500)).toBe('closing')
    expect(publicState({ ...record, state: 'closed' }, 1_500)).toBe('settling')
    expect(publicState({ ...record, state: 'closed', settlesAt: null }, 1_500)).toBe('expired')
    expect(decidePledge(record, 1_500)).toBe('collect')
  })

  it('show a dream that fell below its quota as collecting, though it reached it once', () => {
    expect(publicState(dream({ flowers: 9, reachedAt: 1_200 }), 1_500)).toBe('collecting')
  })

  it.each(STATES)('show a funded dream as funded, whether it is %s', (state) => {
    expect(publicState(dream({ state, flowers: 10, reachedAt: 1_200, fundedAt: 1_400 }), 1_500)).toBe(
      'funded',
    )
  })
})

describe('a settled batch', () => {
  it('counts what was newly accepted, and nothing that was refused, reused or counted before', () => {
    const after = applySettled(
      dream(),
      1,
      [1, 2, 4, 8],
      [accepted, refused, replayed, accepted],
      1_100,
      WINDOW,
    )
    expect(after).toEqual(dream({ flowers: 9, pledges: 2, settledSeq: 1, version: 1 }))
    expect(applySettled(after, 2, [5], [reused], 1_200, WINDOW)).toEqual({
      ...after,
      settledSeq: 2,
      version: 2,
    })
  })

  it('notes the quota at exactly the quota, and not a flower before', () => {
    const nine = applySettled(dream(), 1, [9], [accepted], 1_100, WINDOW)
    expect(nine.reachedAt).toBeNull()
    expect(applySettled(nine, 2, [1], [accepted], 1_200, WINDOW).reachedAt).toBe(1_200)
    expect(applySettled(nine, 2, [5], [replayed], 1_200, WINDOW).reachedAt).toBeNull()
  })

  it('counts for a dream that is closing, too', () => {
    const closing = applyClose(dream({ flowers: 9, pledges: 1 }))
    const after = applySettled(closing, 1, [1], [accepted], 1_300, WINDOW)
    expect(after).toMatchObject({ state: 'closing', flowers: 10, pledges: 2, reachedAt: 1_300 })
  })

  it('throws rather than lose count beyond exact numbers', () => {
    const full = dream({ flowers: Number.MAX_SAFE_INTEGER })
    expect(() => applySettled(full, 1, [1], [accepted], 1_100, WINDOW)).toThrow(RangeError)
  })

  it('sets reachedAt once, by the first batch that reaches the quota, whatever comes', () => {
    const verdict = fc.constantFrom(accepted, replayed, refused, reused)
    const batch = fc.array(fc.record({ flowers: fc.integer({ min: 1, max: 9 }), verdict }), { maxLength: 5 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.array(batch, { maxLength: 12 }), (quota, batches) => {
        let record = dream({ quota })
        let total = 0
        let reachedAt: number | null = null
        batches.forEach((pledges, n) => {
          const asked = pledges.map(({ flowers }) => flowers)
          const verdicts = pledges.map((pledge) => pledge.verdict)
          const before = record
          record = applySettled(before, n + 1, asked, verdicts, 1_000 + n, WINDOW)
          total += pledges.reduce(
            (sum, pledge) => sum + (pledge.verdict === accepted ? pledge.flowers : 0),
            0,
          )
          if (reachedAt === null && total >= quota) reachedAt = 1_000 + n
          expect(record).toMatchObject({
            flowers: total,
            reachedAt,
            settledSeq: n + 1,
            version: before.version + 1,
          })
        })
      }),
    )
  })
})

describe('the settling window', () => {
  const settle = (record: DreamRecord, verdict: PledgeVerdict | TakeBackVerdict, now: number, flowers = 1) =>
    applySettled(record, record.settledSeq + 1, [flowers], [verdict], now, WINDOW)
  const nine = dream({ flowers: 9, pledges: 3, closesAt: 99_999 })
  const reached = settle(nine, accepted, 1_100)

  it('begins when the quota is met, and what comes after does not move it', () => {
    expect(nine.settlesAt).toBeNull()
    expect(reached).toMatchObject({
      flowers: 10,
      reachedAt: 1_100,
      settlesAt: 1_100 + WINDOW,
      fundedAt: null,
    })
    expect(settle(reached, accepted, 1_200).settlesAt).toBe(1_100 + WINDOW)
    expect(settle(reached, refused, 1_300).settlesAt).toBe(1_100 + WINDOW)
  })

  it('ends without a decision when what is taken back brings the dream below its quota', () => {
    const below = settle(reached, taken(1), 1_500)
    expect(below).toMatchObject({ flowers: 9, pledges: 3, settlesAt: null, reachedAt: 1_100 })
    expect(isDecisionDue(below, 99_999)).toBe(false)
    expect(applyFunded(below, 99_999)).toBe(below)
  })

  it('goes on when the quota is still met after something was taken back', () => {
    const above = settle(settle(reached, accepted, 1_200), taken(1), 1_500)
    expect(above).toMatchObject({ flowers: 10, settlesAt: 1_100 + WINDOW })
  })

  it('begins anew when the quota is met again, while reachedAt stays what it was', () => {
    const again = settle(settle(reached, taken(1), 1_500), accepted, 2_000)
    expect(again).toMatchObject({ flowers: 10, reachedAt: 1_100, settlesAt: 2_000 + WINDOW })
  })

  it('is one window when one batch falls below the quota and meets it again', () => {
    const both = applySettled(reached, 2, [0, 1], [taken(1), accepted], 1_500, WINDOW)
    expect(both).toMatchObject({ flowers: 10, settlesAt: 1_100 + WINDOW })
  })

  it('is over at its last millisecond: then the dream is funded, once, and settles no more', () => {
    const due = 1_100 + WINDOW
    expect(isDecisionDue(reached, due - 1)).toBe(false)
    expect(applyFunded(reached, due - 1)).toBe(reached)
    expect(isDecisionDue(reached, due)).toBe(true)
    const funded = applyFunded(reached, due + 7)
    expect(funded).toEqual({ ...reached, fundedAt: due + 7, settlesAt: null, version: reached.version + 1 })
    expect(applyFunded(funded, due + 99)).toBe(funded)
    expect(settle(funded, accepted, due + 10)).toMatchObject({
      flowers: 11,
      settlesAt: null,
      fundedAt: due + 7,
      reachedAt: 1_100,
    })
  })

  it('of no length is over as it begins', () => {
    const at = applySettled(nine, 1, [1], [accepted], 1_100, 0)
    expect(mayTakeBack(at, 1_100)).toBe('wait')
    expect(applyFunded(at, 1_100).fundedAt).toBe(1_100)
  })

  it('waits to say while the dream closes below its quota, and while its flowers go back after that', () => {
    const closing = { ...nine, state: 'closing' as const }
    expect(mayTakeBack(closing, 1_500)).toBe('wait')
    expect(mayTakeBack({ ...reached, state: 'closing' }, 1_500)).toBe('yes')
    expect(mayTakeBack({ ...closing, state: 'closed' }, 1_500)).toBe('wait')
  })

  it('begins for a dream that met its quota before dreams settled, and for no other', () => {
    const old = { ...reached, settlesAt: null, fundedAt: null }
    expect(applySettlingBegun(old, 5_000, WINDOW)).toEqual({
      ...old,
      settlesAt: 5_000 + WINDOW,
      version: old.version + 1,
    })
    for (const other of [nine, reached, { ...old, fundedAt: 1 }, { ...old, flowers: old.quota - 1 }])
      expect(applySettlingBegun(other, 5_000, WINDOW)).toBe(other)
  })

  it('lets flowers be taken back while the dream collects or settles, has them wait while they go back, and never after the funding', () => {
    const due = 1_100 + WINDOW
    expect(mayTakeBack(nine, 1_500)).toBe('yes')
    expect(mayTakeBack(reached, due - 1)).toBe('yes')
    expect(mayTakeBack(reached, due)).toBe('wait')
    for (const state of ['closing', 'closed'] as const) {
      expect(mayTakeBack({ ...reached, state }, due - 1)).toBe('yes')
      expect(mayTakeBack({ ...reached, state }, due)).toBe('wait')
      expect(mayTakeBack({ ...nine, state }, 1_500)).toBe('wait')
    }
    const funded = applyFunded(reached, due)
    for (const state of STATES) expect(mayTakeBack({ ...funded, state }, due)).toBe('no')
  })

  it('counts what was taken back once, and a pledge as gone when nothing of it stands', () => {
    const three = dream({ flowers: 9, pledges: 3 })
    expect(settle(three, taken(2, 5), 1_100)).toMatchObject({ flowers: 7, pledges: 3 })
    expect(settle(three, taken(5, 5), 1_100)).toMatchObject({ flowers: 4, pledges: 2 })
    expect(settle(three, taken(0, 0), 1_100)).toMatchObject({ flowers: 9, pledges: 3 })
    expect(settle(three, taken(0, 5), 1_100)).toMatchObject({ flowers: 9, pledges: 3 })
    expect(settle(three, taken(5, 5, true), 1_100)).toMatchObject({ flowers: 9, pledges: 3 })
  })

  it('is set exactly while the quota is met and nothing is decided, whatever comes', () => {
    const stepOf = fc.record({
      what: fc.constantFrom('pledge', 'take', 'decide'),
      flowers: fc.integer({ min: 1, max: 9 }),
      later: fc.integer({ min: 0, max: 4_000 }),
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(stepOf, { maxLength: 30 }), (quota, steps) => {
        let record = dream({ quota })
        let now = 1_000
        let metSince: number | null = null
        let fundedAt: number | null = null
        for (const { what, flowers, later } of steps) {
          now += later
          if (what === 'decide') {
            if (fundedAt === null && metSince !== null && now >= metSince + WINDOW) fundedAt = now
            record = applyFunded(record, now)
          } else {
            const gone = Math.min(flowers, record.flowers)
            record = settle(record, what === 'pledge' ? accepted : taken(gone, gone + 1), now, flowers)
            if (record.flowers < quota) metSince = null
            else metSince ??= now
          }
          expect(record.fundedAt).toBe(fundedAt)
          expect(record.settlesAt).toBe(fundedAt === null && metSince !== null ? metSince + WINDOW : null)
        }
      }),
    )
  })
})

describe('a new object', () => {
  const definition: DreamDefinition = {
    state: 'collecting',
    quota: 10,
    opensAt: OPENS,
    closesAt: CLOSES,
    flowers: 3,
    pledges: 1,
    reachedAt: null,
    settlesAt: null,
    fundedAt: null,
    version: 7,
  }

  it('begins with what the catalogue says', () => {
    expect(openRecord(definition)).toEqual(dream({ flowers: 3, pledges: 1, version: 7 }))
    expect(openRecord({ ...definition, state: 'closed' })).toMatchObject({
      state: 'closed',
      closedAt: CLOSES,
    })
  })

  it('has no batch under way, so a dream it finds closing is closed', () => {
    expect(openRecord({ ...definition, state: 'closing' })).toMatchObject({
      state: 'closed',
      closedAt: CLOSES,
    })
  })

  it('goes on with a window that the catalogue tells of, and with a decision that was made', () => {
    expect(openRecord({ ...definition, reachedAt: 5, settlesAt: 6_000 })).toMatchObject({ settlesAt: 6_000 })
    expect(openRecord({ ...definition, reachedAt: 5, fundedAt: 7_000 })).toMatchObject({ fundedAt: 7_000 })
  })

  // The record is written with every batch: a title and a summary in it would be written again each time.
  it('keeps nothing of the catalogue but what it needs', () => {
    const row = { ...definition, id: 'd', title: 'A dream', summary: 'A long text', position: 1, asOf: 0 }
    expect(Object.keys(openRecord(row)).sort()).toEqual(Object.keys(dream()).sort())
  })
})

describe('an expired dream', () => {
  const nine = dream({ flowers: 9, pledges: 3, state: 'closed', closedAt: 1_900, life: 'collecting' })

  it('is one that is closed, does not settle and is not funded; it is noted once', () => {
    const expired = applyExpired(nine, 2_100)
    expect(expired).toEqual({ ...nine, expiredAt: 2_100, version: 1 })
    expect(applyExpired(expired, 2_200)).toBe(expired)
    for (const other of [
      dream({ flowers: 9 }),
      dream({ flowers: 9, state: 'closing' }),
      { ...nine, flowers: 10, settlesAt: 9_000 },
      { ...nine, flowers: 10, fundedAt: 2_000 },
    ])
      expect(applyExpired(other, 2_100)).toBe(other)
  })

  it('gives back range by range until none is left', () => {
    const expired = applyExpired(nine, 2_100)
    expect(isReturning(nine)).toBe(false)
    expect(isReturning(expired)).toBe(true)
    const half = applyReturned(expired, { flowers: 4, pledges: 1, upTo: '0:m' }, 2_200)
    expect(half).toMatchObject({ flowers: 5, pledges: 2, returnedFlowers: 4, returnedPledges: 1 })
    expect(half).toMatchObject({ returnedUpTo: '0:m', returnedAt: null, version: expired.version + 1 })
    expect(isReturning(half)).toBe(true)
    const all = applyReturned(half, { flowers: 5, pledges: 2, upTo: null }, 2_300)
    expect(all).toMatchObject({ flowers: 0, pledges: 0, returnedFlowers: 9, returnedPledges: 3 })
    expect(all).toMatchObject({ returnedAt: 2_300 })
    expect(isReturning(all)).toBe(false)
  })
})

describe('the end of collecting', () => {
  it('moves ahead while it collects, and never back or after', () => {
    const record = dream()
    expect(applyExtended(record, 3_000)).toEqual({ ...record, closesAt: 3_000, version: 1 })
    expect(applyExtended(record, 1_999)).toBe(record)
    expect(applyExtended(record, CLOSES)).toBe(record)
    for (const state of ['closing', 'closed'] as const) {
      const ended = dream({ state })
      expect(applyExtended(ended, 3_000)).toBe(ended)
    }
  })
})

describe('the moves of a dream', () => {
  const moved = (record: DreamRecord, now: number) =>
    noteLife(record, now, WINDOW).moves.map(({ n, from, to, at }) => [n, from, to, at])

  it('are noted when its record says something new, and only then', () => {
    expect(noteLife(dream(), OPENS - 1, WINDOW)).toEqual(dream())
    const open = noteLife(dream(), OPENS + 5, WINDOW)
    expect(open).toMatchObject({ life: 'collecting', movesMade: 1, version: 1 })
    expect(open.moves).toEqual([{ n: 1, from: 'published', to: 'collecting', at: OPENS, flowers: 0 }])
    expect(noteLife(open, OPENS + 6, WINDOW)).toBe(open)
  })

  it('name every state on the way, at the time the record knows', () => {
    const record = dream({
      state: 'closed',
      closedAt: 2_005,
      flowers: 10,
      reachedAt: 1_500,
      settlesAt: 1_500 + WINDOW,
    })
    expect(moved(record, 2_010)).toEqual([
      [1, 'published', 'collecting', OPENS],
      [2, 'collecting', 'reached', 1_500],
      [3, 'reached', 'settling', 2_005],
    ])
    expect(moved(dream({ state: 'closed', closedAt: 2_005, expiredAt: 2_006 }), 2_010)).toEqual([
      [1, 'published', 'collecting', OPENS],
      [2, 'collecting', 'expired', 2_006],
    ])
    const early = dream({ state: 'closed', closedAt: 500, expiredAt: 500 })
    expect(moved(early, 600)).toEqual([[1, 'published', 'expired', 500]])
  })

  it('say of a dream that met its quota again when that was', () => {
    const again = dream({ life: 'collecting', flowers: 10, reachedAt: 1_100, settlesAt: 1_700 + WINDOW })
    expect(moved(again, 1_750)).toEqual([[1, 'collecting', 'reached', 1_700]])
  })

  it('make one chain through the table of states, whatever comes', () => {
    const stepOf = fc.record({
      what: fc.constantFrom('pledge', 'take', 'close', 'decide', 'wait', 'return'),
      flowers: fc.integer({ min: 1, max: 9 }),
      later: fc.integer({ min: 0, max: 3_000 }),
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(stepOf, { maxLength: 40 }), (quota, steps) => {
        let now = 500
        let record = dream({ quota })
        const note = (next: DreamRecord) => {
          record = noteLife(applyExpired(next, now), now, WINDOW)
        }
        for (const { what, flowers, later } of steps) {
          now += later
          if (isOver(record, now)) note(applyDrained(applyClose(record), now))
          if (what === 'pledge' && decidePledge(record, now) === 'collect')
            note(applySettled(record, record.settledSeq + 1, [flowers], [accepted], now, WINDOW))
          else if (what === 'take' && mayTakeBack(record, now) === 'yes' && record.flowers > 0) {
            const gone = Math.min(flowers, record.flowers)
            note(applySettled(record, record.settledSeq + 1, [0], [taken(gone, gone + 1)], now, WINDOW))
          } else if (what === 'close') note(applyDrained(applyClose(record), now))
          else if (what === 'decide') note(applyFunded(record, now))
          else if (what === 'return' && isReturning(record))
            note(applyReturned(record, { flowers: record.flowers, pledges: record.pledges, upTo: null }, now))
          else note(record)
          expect(record.life).toBe(lifeOf(record, now))
        }
        let life: LifeState = 'published'
        for (const [index, { n, from, to }] of record.moves.entries()) {
          expect([n, from]).toEqual([index + 1, life])
          expect(decideMove(from, to, ['clock'], null)).toEqual({ kind: 'move' })
          life = to
        }
        expect(record.moves.length).toBe(record.movesMade)
        expect(life).toBe(record.life)
      }),
    )
  })
})

describe('the alarm', () => {
  const NOW = 1_500
  const idle = { away: false, retryAt: null, returnAt: 0, unpublished: false, lastPublishedAt: 0 }
  const open = { life: 'collecting' } as const
  const closed = dream({ ...open, state: 'closed' })
  const closing = dream({ ...open, state: 'closing' })

  it.each([
    ['a collecting dream with nothing to do: at its closing time', dream(open), idle, CLOSES],
    ['a closed one with nothing to do: never', closed, idle, null],
    ['one that has not opened: at its opening time', dream({ opensAt: 1_700 }), idle, 1_700],
    [
      'an expired one: when its next range is due',
      { ...closed, expiredAt: 1_400 },
      { ...idle, returnAt: 1_600 },
      1_600,
    ],
    ['an expired one whose flowers are back: never', { ...closed, expiredAt: 1, returnedAt: 2 }, idle, null],
    [
      'a batch away: soon, should this instance end',
      dream({ ...open, closesAt: 99_999 }),
      { ...idle, away: true },
      NOW + REDRIVE_CHECK_MS,
    ],
    ['a stalled batch: at its retry, not before', closed, { ...idle, away: true, retryAt: 9_000 }, 9_000],
    ['a retry that is due: now', closed, { ...idle, away: true, retryAt: 1_000 }, NOW],
    ['a closing dream: soon', closing, idle, NOW + REDRIVE_CHECK_MS],
    [
      'something unpublished: a second after the last time',
      closed,
      { ...idle, unpublished: true, lastPublishedAt: NOW },
      NOW + PUBLISH_EVERY_MS,
    ],
    ['something long unpublished: now', closed, { ...idle, unpublished: true, lastPublishedAt: 1 }, NOW],
    [
      'several things: the first of them',
      dream({ ...open, closesAt: 1_600 }),
      { ...idle, retryAt: 1_800, unpublished: true, lastPublishedAt: 900 },
      1_600,
    ],
    ['a closed dream that settles: at the end of its window', { ...closed, settlesAt: 8_000 }, idle, 8_000],
    ['a window that is over: now', { ...closed, settlesAt: 1_400 }, idle, NOW],
    [
      'a window that is over while a batch is away: when that is looked at, not at once',
      { ...closed, settlesAt: 1_400 },
      { ...idle, away: true },
      NOW + REDRIVE_CHECK_MS,
    ],
    [
      'a window that is over while a batch is stalled: at its retry',
      { ...closed, settlesAt: 1_400 },
      { ...idle, away: true, retryAt: 9_000 },
      9_000,
    ],
    [
      'a window that ends while a batch is away: at its end, should it come before the look at the batch',
      { ...closed, settlesAt: NOW + 100 },
      { ...idle, away: true },
      NOW + 100,
    ],
    ['a funded dream with nothing to do: never', { ...closed, fundedAt: 1_400 }, idle, null],
    ['a closing time that is past: now', dream({ ...open, closesAt: 1_400 }), idle, NOW],
  ] as const)('of %s', (_, record, work, at) => {
    expect(nextAlarm(record, work, NOW)).toBe(at)
  })

  it('is never in the past, and always set while anything is undone', () => {
    const time = fc.integer({ min: 0, max: 10_000 })
    const work = fc.record({
      away: fc.boolean(),
      retryAt: fc.option(time),
      returnAt: time,
      unpublished: fc.boolean(),
      lastPublishedAt: time,
    })
    fc.assert(
      fc.property(fc.constantFrom(...STATES), time, work, time, (state, closesAt, todo, now) => {
        const at = nextAlarm(dream({ state, closesAt }), todo, now)
        const undone = state !== 'closed' || todo.away || todo.retryAt !== null || todo.unpublished
        expect(at !== null).toBe(undone)
        if (at !== null) expect(at).toBeGreaterThanOrEqual(now)
      }),
    )
  })
})

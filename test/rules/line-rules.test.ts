import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_FLOWERS } from '../../src/ledger/flowers.ts'
import {
  dayIn,
  decideAct,
  type EarningRule,
  MAX_ACT_AGE_MS,
  MAX_ACT_AHEAD_MS,
  MAX_QUANTITY,
  type ReportedAct,
} from '../../src/lines/rules.ts'

const NOW = Date.UTC(2026, 8, 9, 4)

const ruleOf = (over: Partial<EarningRule>): EarningRule => ({
  kind: 'steps',
  version: 1,
  per: 10_000,
  flowers: 1,
  minimum: 1,
  capPerDay: null,
  capPerCampaign: null,
  lineBudget: null,
  validFrom: null,
  validTo: null,
  campaignFrom: '',
  cooldownSeconds: 0,
  ...over,
})

const walking = ruleOf({ version: 4 })
const visiting = ruleOf({ kind: 'visit', per: 1, flowers: 5 })

const line = (timeZone = 'Asia/Shanghai', ...rules: EarningRule[]) => ({
  id: 'steps',
  timeZone,
  kinds: ['steps', 'visit', 'cycling'],
  rules: rules.length > 0 ? rules : [walking, visiting],
})

const act = (over: Partial<ReportedAct> = {}): ReportedAct => ({
  id: 'a',
  user: 'u',
  kind: 'steps',
  quantity: 10_000,
  at: new Date(NOW).toISOString(),
  ...over,
})

const decide = (over: Partial<ReportedAct>, zone?: string) => decideAct(act(over), line(zone), NOW)

const refused = (reason: string) => ({ kind: 'refuse', reason })

const tallyOf = (at: string, zone: string, now = Date.parse(at)): string | null => {
  const decision = decideAct(act({ at }), line(zone), now)
  return decision.kind === 'credit' ? decision.tally : null
}

describe('what an act earns', () => {
  it.each([
    [10_000, 1],
    [19_999, 1],
    [20_000, 2],
    [1_000_000_000, 100_000],
  ])('%d steps earn %d flowers', (quantity, flowers) => {
    expect(decide({ quantity })).toEqual({
      kind: 'credit',
      flowers,
      tally: '2026-09-09/steps/steps',
      rule: 4,
      actedAt: NOW,
    })
  })

  it('goes by the rule of its kind', () => {
    expect(decide({ kind: 'visit', quantity: 2 })).toEqual({
      kind: 'credit',
      flowers: 10,
      tally: '2026-09-09/steps/visit',
      rule: 1,
      actedAt: NOW,
    })
  })

  it('is whole units times the rule’s flowers, never more than a credit may move', () => {
    const whole = fc.integer({ min: 1, max: MAX_QUANTITY })
    fc.assert(
      fc.property(whole, whole, whole, (quantity, per, flowers) => {
        const decision = decideAct(act({ quantity }), line('UTC', { ...walking, per, flowers }), NOW)
        const units = BigInt(quantity) / BigInt(per)
        const due = units * BigInt(flowers)
        if (due === 0n) expect(decision).toEqual(refused('below_minimum'))
        else
          expect(decision).toMatchObject({
            kind: 'credit',
            flowers: Number(due > BigInt(MAX_FLOWERS) ? BigInt(MAX_FLOWERS) : due),
          })
      }),
    )
  })
})

describe('an act is refused', () => {
  it.each(['Steps', 'step', '', ' steps', '__proto__'])('with the unknown kind %j', (kind) => {
    expect(decide({ kind })).toEqual(refused('unknown_kind'))
  })

  it.each([0, -0, -1, 0.5, 10_000.5, MAX_QUANTITY + 1, 1e300, Number.NaN, Number.POSITIVE_INFINITY])(
    'with the quantity %d',
    (quantity) => {
      expect(decide({ quantity })).toEqual(refused('bad_quantity'))
    },
  )

  it.each([1, 9_999])('with too small a quantity, %d', (quantity) => {
    expect(decide({ quantity })).toEqual(refused('below_minimum'))
  })

  it.each(['', 'now', 'yesterday', '2026-13-01T00:00:00Z', '2026-09-09T25:00:00Z', '2026-09-31T12:61:00Z'])(
    'with %j for a time',
    (at) => {
      expect(decide({ at })).toEqual(refused('bad_time'))
    },
  )

  it('with a time that is one to JavaScript but not by RFC 3339, which asks for date, time and offset', () => {
    const odd = [
      '2026-09-09',
      '2026-09-09T03:00:00',
      '2026-09-09 03:00:00Z',
      '9 Sep 2026 03:00 UTC',
      '2026',
      '1',
    ]
    const impossible = ['2026-08-32T00:00:00Z', '2026-02-30T00:00:00Z', '2026-09-08T24:00:00Z']
    for (const at of [...odd, ...impossible]) expect([at, decide({ at })]).toEqual([at, refused('bad_time')])
  })

  it('when it is more than a week old or more than five minutes ahead, to the millisecond', () => {
    const at = (offset: number) => ({ at: new Date(NOW + offset).toISOString() })
    expect(decide(at(-MAX_ACT_AGE_MS))).toMatchObject({ kind: 'credit' })
    expect(decide(at(-MAX_ACT_AGE_MS - 1))).toEqual(refused('too_old'))
    expect(decide(at(MAX_ACT_AHEAD_MS))).toMatchObject({ kind: 'credit' })
    expect(decide(at(MAX_ACT_AHEAD_MS + 1))).toEqual(refused('too_new'))
  })
})

describe('a rule', () => {
  const by = (rule: Partial<EarningRule>, over: Partial<ReportedAct> = {}) =>
    decideAct(act(over), line('UTC', ruleOf(rule)), NOW)
  const at = (offset: number) => ({ at: new Date(NOW + offset).toISOString() })

  it('is missing for a kind the line may report and no rule is active for', () => {
    expect(decide({ kind: 'cycling' })).toEqual(refused('no_rule'))
    expect(by({ kind: 'visit' })).toEqual(refused('no_rule'))
  })

  it('is of no use for a kind the line may not report', () => {
    const paddling = { ...line('UTC', ruleOf({ kind: 'paddling' })) }
    expect(decideAct(act({ kind: 'paddling' }), paddling, NOW)).toEqual(refused('unknown_kind'))
  })

  it('is valid from its first millisecond up to, not including, its last, by when the act was done', () => {
    const rule = { validFrom: NOW - 1_000, validTo: NOW }
    expect(by(rule, at(-1_001))).toEqual(refused('rule_not_valid_yet'))
    expect(by(rule, at(-1_000))).toMatchObject({ kind: 'credit', actedAt: NOW - 1_000 })
    expect(by(rule, at(-1))).toMatchObject({ kind: 'credit' })
    expect(by(rule, at(0))).toEqual(refused('rule_no_longer_valid'))
  })

  it('without a beginning or an end has none', () => {
    expect(by({ validTo: NOW }, at(-MAX_ACT_AGE_MS))).toMatchObject({ kind: 'credit' })
    expect(by({ validFrom: NOW }, at(MAX_ACT_AHEAD_MS))).toMatchObject({ kind: 'credit' })
  })

  it('asks for its minimum of the quantity, not of the flowers', () => {
    const rule = { per: 10, minimum: 25 }
    expect(by(rule, { quantity: 24 })).toEqual(refused('below_minimum'))
    expect(by(rule, { quantity: 25 })).toMatchObject({ kind: 'credit', flowers: 2 })
    expect(by({ per: 10, minimum: 1 }, { quantity: 9 })).toEqual(refused('below_minimum'))
  })

  it('is looked at last: what is wrong with the act itself is told first', () => {
    const never = { validFrom: NOW + 1, minimum: 100 }
    expect(by(never, { quantity: 0 })).toEqual(refused('bad_quantity'))
    expect(by(never, { at: 'now' })).toEqual(refused('bad_time'))
    expect(by(never, at(-MAX_ACT_AGE_MS - 1))).toEqual(refused('too_old'))
    expect(by(never)).toEqual(refused('rule_not_valid_yet'))
  })
})

describe('the day an act counts for', () => {
  it('begins at midnight of the line’s time zone', () => {
    expect(tallyOf('2026-09-09T15:59:59.999Z', 'Asia/Shanghai')).toBe('2026-09-09/steps/steps')
    expect(tallyOf('2026-09-09T16:00:00Z', 'Asia/Shanghai')).toBe('2026-09-10/steps/steps')
    expect(tallyOf('2026-09-09T16:00:00Z', 'UTC')).toBe('2026-09-09/steps/steps')
    expect(tallyOf('2026-09-09T06:59:59Z', 'America/Los_Angeles')).toBe('2026-09-08/steps/steps')
    expect(tallyOf('2026-09-09T18:15:00Z', 'Asia/Kathmandu')).toBe('2026-09-10/steps/steps')
    expect(tallyOf('2026-09-09T10:00:00Z', 'Pacific/Kiritimati')).toBe('2026-09-10/steps/steps')
  })

  it('is that of the instant, however the line wrote its offset', () => {
    for (const at of ['2026-09-10T00:30:00+08:00', '2026-09-09T16:30:00Z', '2026-09-09T09:30:00-07:00'])
      expect(tallyOf(at, 'Asia/Shanghai')).toBe('2026-09-10/steps/steps')
  })

  it('is one day of 25 hours when the clocks go back, and one of 23 when they go forward', () => {
    const zone = 'America/New_York'
    // 1 November 2026 lasts from 04:00 UTC (EDT) to 05:00 UTC the next day (EST).
    expect(tallyOf('2026-11-01T03:59:59Z', zone)).toBe('2026-10-31/steps/steps')
    expect(tallyOf('2026-11-01T04:00:00Z', zone)).toBe('2026-11-01/steps/steps')
    expect(tallyOf('2026-11-02T04:59:59Z', zone)).toBe('2026-11-01/steps/steps')
    expect(tallyOf('2026-11-02T05:00:00Z', zone)).toBe('2026-11-02/steps/steps')
    // 8 March 2026 lasts from 05:00 UTC (EST) to 04:00 UTC the next day (EDT).
    expect(tallyOf('2026-03-08T05:00:00Z', zone)).toBe('2026-03-08/steps/steps')
    expect(tallyOf('2026-03-09T03:59:59Z', zone)).toBe('2026-03-08/steps/steps')
    expect(tallyOf('2026-03-09T04:00:00Z', zone)).toBe('2026-03-09/steps/steps')
    // Both hours between one and two o'clock of that night are the same day.
    expect(tallyOf('2026-11-01T05:30:00Z', zone)).toBe(tallyOf('2026-11-01T06:30:00Z', zone))
  })

  it('is the day the act was done, not the day it came', () => {
    expect(tallyOf('2026-09-03T04:00:00Z', 'Asia/Shanghai', NOW)).toBe('2026-09-03/steps/steps')
  })

  it('is written as YYYY-MM-DD and moves with time, in every zone', () => {
    const zone = fc.constantFrom(
      'UTC',
      'Asia/Shanghai',
      'America/New_York',
      'Europe/London',
      'Australia/Lord_Howe',
    )
    const instant = fc.integer({ min: 0, max: Date.UTC(2100, 0) })
    fc.assert(
      fc.property(zone, instant, fc.nat(86_400_000 * 3), (timeZone, at, later) => {
        const [day, next] = [dayIn(timeZone, at), dayIn(timeZone, at + later)]
        expect(day).toMatch(/^\d{4}-\d\d-\d\d$/)
        expect(next >= day).toBe(true)
        expect(Math.abs(Date.parse(day) - at)).toBeLessThan(2 * 86_400_000)
      }),
    )
  })

  it('of one kind and line is apart from that of another', () => {
    const other = { ...line(), id: 'walk' }
    const tallies = [
      decideAct(act(), line(), NOW),
      decideAct(act({ kind: 'visit' }), line(), NOW),
      decideAct(act(), other, NOW),
    ].map((decision) => decision.kind === 'credit' && decision.tally)
    expect(new Set(tallies).size).toBe(3)
  })
})

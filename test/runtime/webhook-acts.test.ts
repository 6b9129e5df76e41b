import { beforeAll, describe, expect, it } from 'vitest'
import { commitCredits } from '../../src/ledger/store.ts'
import { accountOf, freshId, ledgerNow, nextMark, plantRule, plantSeed, sendEvent, world } from './world.ts'

interface Act {
  readonly id?: unknown
  readonly user?: unknown
  readonly kind?: unknown
  readonly quantity?: unknown
  readonly at?: unknown
}

interface Result {
  readonly id: string
  readonly outcome: string
  readonly flowers: number
  readonly left?: number
  readonly reason?: string
}

// One instant for the whole file, so that no test meets the end of a day.
const NOW = new Date().toISOString()
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString()
const DAY_MS = 86_400_000

/** Reports acts of a line; what an act leaves out is usual. */
async function report(line: string, ...acts: readonly Act[]): Promise<Result[]> {
  const usual = () => ({ id: freshId('act'), user: freshId('user'), kind: line, quantity: 1, at: NOW })
  const answer = await sendEvent(line, 'acts.reported', { acts: acts.map((act) => ({ ...usual(), ...act })) })
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { results: Result[] }).results
}

const one = async (line: string, act: Act): Promise<Result | undefined> => (await report(line, act))[0]

beforeAll(plantSeed)

describe('a reported act', () => {
  it('earns what the line’s rule says, by whole units of the quantity', async () => {
    const user = freshId('user')
    expect(await one('steps', { user, quantity: 19_999 })).toMatchObject({ outcome: 'credited', flowers: 1 })
    expect(await one('volunteering', { user, quantity: 3 })).toMatchObject({
      outcome: 'credited',
      flowers: 15,
    })
    expect(await accountOf(user)).toEqual({ user, balance: 16, earned: 16, pledged: 0 })
  })

  it('is credited once: a second delivery is told so, with what the act earned', async () => {
    const act = { id: freshId('act'), user: freshId('user'), quantity: 3 }
    expect(await report('quiz', act)).toEqual([{ id: act.id, outcome: 'credited', flowers: 3 }])
    expect(await report('quiz', act)).toEqual([{ id: act.id, outcome: 'duplicate', flowers: 3 }])
    expect(await report('quiz', { ...act, quantity: 1 })).toEqual([
      { id: act.id, outcome: 'duplicate', flowers: 3 },
    ])
    expect(await accountOf(act.user)).toMatchObject({ balance: 3 })
  })

  it('is credited once when it stands twice in one body', async () => {
    const act = { id: freshId('act'), user: freshId('user'), quantity: 2 }
    const results = await report('quiz', act, { user: act.user }, act)
    expect(results.map(({ outcome, flowers }) => [outcome, flowers])).toEqual([
      ['credited', 2],
      ['credited', 1],
      ['duplicate', 2],
    ])
    expect(await accountOf(act.user)).toMatchObject({ balance: 3 })
  })

  it('is credited for one user only', async () => {
    const [id, user, other] = [freshId('act'), freshId('user'), freshId('user')]
    await report('quiz', { id, user })
    const refused = { id, outcome: 'refused', flowers: 0, reason: 'id_reused' }
    expect(await report('quiz', { id, user: other })).toEqual([refused])
    const both = freshId('act')
    const results = await report('quiz', { id: both, user }, { id: both, user: other })
    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['credited', 'refused'])
    expect((await accountOf(user)).balance + (await accountOf(other)).balance).toBe(2)
  })

  it('of another line with the same id is another act', async () => {
    const act = { id: freshId('act'), user: freshId('user') }
    expect(await one('quiz', act)).toMatchObject({ outcome: 'credited' })
    expect(await one('h5', act)).toMatchObject({ outcome: 'credited' })
    expect(await accountOf(act.user)).toMatchObject({ balance: 2 })
  })

  it('is cut to what is left of the day, and then earns nothing', async () => {
    const user = freshId('user')
    await report('quiz', { user, quantity: 3 })
    const part = { id: freshId('act'), user, quantity: 4 }
    const capped = { outcome: 'capped', left: 0, reason: 'daily_cap' }
    expect(await one('quiz', part)).toEqual({ id: part.id, flowers: 2, ...capped })
    const none = { id: freshId('act'), user, quantity: 1 }
    expect(await one('quiz', none)).toEqual({ id: none.id, flowers: 0, ...capped })
    expect(await report('quiz', part, none)).toEqual([
      { id: part.id, outcome: 'duplicate', flowers: 2 },
      { id: none.id, outcome: 'duplicate', flowers: 0 },
    ])
    expect(await accountOf(user)).toMatchObject({ balance: 5 })
  })

  it('counts for the day it was done on, in the line’s time zone, not for the day it came', async () => {
    const user = freshId('user')
    await report('quiz', { user, quantity: 5 })
    expect(await one('quiz', { user, quantity: 5, at: ago(2 * DAY_MS) })).toMatchObject({
      outcome: 'credited',
    })
    // 15:59 and 16:00 UTC are two days in Shanghai.
    const day = ago(3 * DAY_MS).slice(0, 10)
    const [late, next] = [`${day}T15:59:59Z`, `${day}T16:00:00Z`]
    const results = await report(
      'reading',
      ...[late, next].map((at) => ({ user, kind: 'reading', quantity: 150, at })),
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(['credited', 'credited'])
    expect(await one('reading', { user, quantity: 30, at: `${day}T23:59:59+08:00` })).toMatchObject({
      outcome: 'capped',
      flowers: 0,
    })
  })
})

describe('an act is refused, and nothing is remembered of it,', () => {
  it.each<[string, string, Act]>([
    ['an unknown kind', 'unknown_kind', { kind: 'walking' }],
    ['a kind of another line', 'unknown_kind', { kind: 'gift' }],
    ['no quantity', 'bad_quantity', { quantity: 0 }],
    ['a negative quantity', 'bad_quantity', { quantity: -1 }],
    ['half a unit', 'bad_quantity', { quantity: 0.5 }],
    ['a unit and a half', 'bad_quantity', { quantity: 1.5 }],
    ['a quantity beyond all measure', 'bad_quantity', { quantity: 1e300 }],
    ['a quantity beyond the most', 'bad_quantity', { quantity: 1_000_000_001 }],
    ['no time', 'bad_time', { at: '' }],
    ['a time in words', 'bad_time', { at: 'yesterday' }],
    ['a time that is none', 'bad_time', { at: '2026-02-31T25:00:00Z' }],
    ['a time more than a week ago', 'too_old', { at: ago(7 * DAY_MS + 60_000) }],
    ['the year 1', 'too_old', { at: '0001-01-01T00:00:00Z' }],
    ['a time that is to come', 'too_new', { at: ago(-6 * 60_000) }],
  ])('with %s: %s', async (_, reason, act) => {
    const [user, id] = [freshId('user'), freshId('act')]
    const before = await ledgerNow()
    expect(await report('quiz', { user, id, ...act })).toEqual([
      { id, outcome: 'refused', flowers: 0, reason },
    ])
    expect(await ledgerNow()).toEqual(before)
    expect(await one('quiz', { user, id })).toMatchObject({ outcome: 'credited', flowers: 1 })
  })

  it('with less than a flower’s worth: below_minimum', async () => {
    const before = await ledgerNow()
    expect(await one('steps', { quantity: 9_999 })).toMatchObject({
      outcome: 'refused',
      reason: 'below_minimum',
    })
    expect(await ledgerNow()).toEqual(before)
  })

  it('and the acts around it are credited, each in its place', async () => {
    const [good, bad, last] = [freshId('act'), freshId('act'), freshId('act')]
    const results = await report('quiz', { id: good }, { id: bad, kind: 'x' }, { id: last })
    expect(results.map(({ id, outcome }) => [id, outcome])).toEqual([
      [good, 'credited'],
      [bad, 'refused'],
      [last, 'credited'],
    ])
  })
})

describe('an act whose rule changed before its repeat', () => {
  it('is a duplicate, whatever the rule says now', async () => {
    const act = {
      id: freshId('act'),
      user: freshId('user'),
      kind: 'reading',
      quantity: 30,
      at: new Date().toISOString(),
    }
    const report = async (changed: Partial<typeof act> = {}) => {
      const answer = await sendEvent('reading', 'acts.reported', { acts: [{ ...act, ...changed }] })
      return (await answer.json<{ results: unknown[] }>()).results
    }
    expect(await report()).toEqual([{ id: act.id, outcome: 'credited', flowers: 1 }])
    // As if the rule asked for more, or the kind were gone: the id is known for good.
    expect(await report({ quantity: 1 })).toEqual([{ id: act.id, outcome: 'duplicate', flowers: 1 }])
    expect(await report({ kind: 'gone' })).toEqual([{ id: act.id, outcome: 'duplicate', flowers: 1 }])
  })
})

describe('one act many times in one body', () => {
  it('is credited once, and every other is a duplicate', async () => {
    const act = {
      id: freshId('act'),
      user: freshId('user'),
      kind: 'reading',
      quantity: 30,
      at: new Date().toISOString(),
    }
    const answer = await sendEvent('reading', 'acts.reported', {
      acts: Array.from({ length: 500 }, () => act),
    })
    expect(answer.status).toBe(200)
    const { results } = await answer.json<{ results: { outcome: string }[] }>()
    expect(results.filter(({ outcome }) => outcome === 'credited')).toHaveLength(1)
    expect(results.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(499)
  })
})

describe('an act that is by now too old', () => {
  it('is a duplicate when it was credited in time, and is refused for anybody else', async () => {
    const [user, id] = [freshId('user'), freshId('act')]
    const then = Date.now() - 9 * DAY_MS
    const rule = await plantRule({ line: 'quiz', kind: 'quiz', capPerDay: 3 })
    const row = [user, `act:quiz:${id}`, 4, nextMark(), '2026-01-01/quiz/quiz', rule, then] as const
    await commitCredits(world, { ref: 'quiz', at: then, rows: [row] })
    const old = { id, user, quantity: 4, at: new Date(then).toISOString() }
    expect(await report('quiz', old)).toEqual([{ id, outcome: 'duplicate', flowers: 3 }])
    const never = { ...old, id: freshId('act') }
    const results = await report('quiz', never, old, { ...old, user: freshId('user') })
    expect(results.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['refused', 'too_old'],
      ['duplicate', undefined],
      ['refused', 'too_old'],
    ])
    expect(await accountOf(user)).toMatchObject({ balance: 3 })
  })
})

describe('a body', () => {
  it('may carry 500 acts, answered in order', async () => {
    const ids = Array.from({ length: 500 }, () => freshId('act'))
    const user = freshId('user')
    const results = await report('h5', ...ids.map((id) => ({ id, user })))
    expect(results.map(({ id }) => id)).toEqual(ids)
    expect(results.filter(({ outcome }) => outcome === 'credited')).toHaveLength(10)
    expect(await accountOf(user)).toMatchObject({ balance: 10 })
  })

  it('may carry none', async () => {
    expect(await report('quiz')).toEqual([])
  })
})

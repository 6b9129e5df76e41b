import { afterEach, describe, expect, it } from 'vitest'
import {
  findOpenRevocations,
  findRevoked,
  findStandingPledges,
  revokeFromBalances,
} from '../../src/ledger/revocations.ts'
import {
  commitCredits,
  commitPledges,
  commitTakeBacks,
  loadAccount,
  loadHistory,
} from '../../src/ledger/store.ts'
import { sumLedger } from '../../src/ledger/sums.ts'
import { type TakeBackRow, takeBackKey } from '../../src/ledger/verdicts.ts'
import { freshId, ledgerNow, nextMark, plantRule, world } from './world.ts'

const AT = Date.UTC(2026, 8, 9)
const LINE = 'quiz'
const DAY = '2026-09-09'
const actOf = (id: string) => `act:${LINE}:${id}`

const credit = (user: string, id: string, flowers: number, rule: number | null = null, day = DAY) =>
  commitCredits(world, {
    ref: LINE,
    at: AT,
    rows: [[user, actOf(id), flowers, nextMark(), `${day}/${LINE}/quiz`, rule, AT]],
  })

/** A user who earned flowers by one act of a fresh id. */
async function earn(flowers: number): Promise<{ user: string; id: string }> {
  const [user, id] = [freshId('user'), freshId('act')]
  await credit(user, id, flowers)
  return { user, id }
}

/** Pledges, which must pass; returns the pledge's key. */
async function pledge(user: string, dream: string, flowers: number): Promise<string> {
  const key = freshId('k:p')
  const rows = [[user, key, flowers, nextMark()] as const]
  expect(await commitPledges(world, { ref: dream, at: AT, rows })).toMatchObject([{ kind: 'accepted' }])
  return key
}

const revoke = (ids: readonly string[], given: readonly string[] | null = null, mark = nextMark()) =>
  revokeFromBalances(
    world,
    LINE,
    ids.map((id) => ({ act: actOf(id), reason: 'cheated' })),
    mark,
    AT + 5,
    given,
  )

const back = (user: string, pledged: string, id: string): TakeBackRow => [
  ...([user, takeBackKey(actOf(id), pledged), nextMark(), pledged, actOf(id)] as const),
]

const takeBack = (dream: string, ...rows: readonly TakeBackRow[]) =>
  commitTakeBacks(world, { ref: dream, at: AT + 9, rows })

const took = (flowers: number, standing = flowers, replayed = false) => ({
  kind: 'taken',
  flowers,
  standing,
  replayed,
})

const balanceOf = async (user: string): Promise<number> => (await loadAccount(world, user)).balance

const dayOfLine = async (): Promise<Record<string, number> | null> =>
  world.DB.prepare('SELECT acts, flowers, capped, reversed FROM line_days WHERE line = ? AND day = ?')
    .bind(LINE, DAY)
    .first()

const tallyOf = async (user: string): Promise<number | null> =>
  world.DB.prepare('SELECT flowers FROM tallies WHERE user = ? AND subject = ? AND day = ?')
    .bind(user, `${LINE}/quiz`, DAY)
    .first('flowers')

afterEach(async () => {
  const sums = await sumLedger(world)
  const pledged = [...sums.pledgedByRef.values()].reduce((sum, { flowers }) => sum + flowers, 0)
  expect(sums.differences).toEqual([])
  expect(sums.credited).toBe(sums.balances + pledged)
})

describe('an act that is taken back from a balance', () => {
  it('is reversed by an entry that names it, and no longer counts for its user and day', async () => {
    const { user, id } = await earn(5)
    await credit(user, freshId('act'), 2)
    const before = await dayOfLine()
    expect(await revoke([id], null, 77)).toEqual([
      { act: actOf(id), user, flowers: 5, taken: 5, lost: 0, done: true, mark: 77 },
    ])
    expect(await loadAccount(world, user)).toEqual({ balance: 2, earned: 2, pledged: 0 })
    const [newest, , first] = await loadHistory(world, user, 99, 10)
    expect(newest).toMatchObject({
      ...{ kind: 'reversal', flowers: -5, balance: 2, ref: LINE, origin: actOf(id), at: AT + 5 },
      ...{ mark: first?.mark, tally: first?.tally },
    })
    expect(first).toMatchObject({ kind: 'credit', flowers: 5, key: actOf(id) })
    expect(await tallyOf(user)).toBe(2)
    expect(await dayOfLine()).toEqual({ ...before, reversed: (before?.reversed ?? 0) + 5 })
  })

  it('is taken back once, however often and by whomever it is asked for, at once or later', async () => {
    const { user, id } = await earn(5)
    await credit(user, freshId('act'), 9)
    const marks = [nextMark(), nextMark(), nextMark()]
    const results = await Promise.all(marks.map((mark) => revoke([id, id], null, mark)))
    for (const result of results)
      for (const each of result) expect(each).toMatchObject({ taken: 5, done: true })
    expect(new Set(results.flat().map(({ mark }) => mark)).size).toBe(1)
    const before = await ledgerNow()
    expect(await revoke([id])).toEqual([results[0]?.[0]])
    expect(await ledgerNow()).toEqual(before)
    expect(await balanceOf(user)).toBe(9)
  })

  it('takes only what a cut act was credited, and of one that was cut to nothing, nothing', async () => {
    const rule = await plantRule({ line: LINE, kind: 'quiz', capPerDay: 6 })
    const { user, id } = await earn(4)
    const [cut, none] = [freshId('act'), freshId('act')]
    await credit(user, cut, 5, rule)
    await credit(user, none, 5, rule)
    const state = { user, lost: 0, done: true }
    expect(await revoke([cut, none])).toMatchObject([
      { ...state, flowers: 2, taken: 2 },
      { ...state, flowers: 0, taken: 0 },
    ])
    expect(await balanceOf(user)).toBe(4)
    expect(await revoke([id])).toMatchObject([{ taken: 4, done: true }])
    expect(await tallyOf(user)).toBe(0)
  })

  it('is credited again neither under its id nor by a batch that comes late', async () => {
    const [user, id] = [freshId('user'), freshId('act')]
    const rows = [[user, actOf(id), 5, nextMark(), `${DAY}/${LINE}/quiz`, null, AT] as const]
    const verdicts = await commitCredits(world, { ref: LINE, at: AT, rows })
    await revoke([id])
    const before = await ledgerNow()
    expect(await commitCredits(world, { ref: LINE, at: AT, rows })).toEqual(verdicts)
    expect(await credit(user, id, 5)).toMatchObject([{ kind: 'recorded', flowers: 5, replayed: true }])
    expect(await ledgerNow()).toEqual(before)
    expect(await balanceOf(user)).toBe(0)
  })
})

describe('an act that is taken back before it came', () => {
  it('is noted, and refused as revoked when it comes, for whomever', async () => {
    const [user, id] = [freshId('user'), freshId('act')]
    expect(await revoke([id])).toMatchObject([{ user: null, flowers: 0, taken: 0, lost: 0, done: true }])
    const before = await ledgerNow()
    expect(await credit(user, id, 5)).toEqual([{ kind: 'revoked' }])
    expect(await credit(freshId('user'), id, 5)).toEqual([{ kind: 'revoked' }])
    expect(await ledgerNow()).toEqual(before)
    expect(await revoke([id])).toMatchObject([{ user: null, taken: 0, done: true }])
  })

  it('keeps no other act of its batch from being credited', async () => {
    const [user, id, other] = [freshId('user'), freshId('act'), freshId('act')]
    await revoke([id])
    const rows = [id, other].map(
      (each) => [user, actOf(each), 3, nextMark(), `${DAY}/${LINE}/quiz`, null, AT] as const,
    )
    expect(await commitCredits(world, { ref: LINE, at: AT, rows })).toMatchObject([
      { kind: 'revoked' },
      { kind: 'recorded', flowers: 3 },
    ])
  })

  it('and comes at the same time is either taken back or refused', async () => {
    for (let n = 0; n < 10; n++) {
      const [user, id] = [freshId('user'), freshId('act')]
      const [[verdict]] = await Promise.all([credit(user, id, 5), revoke([id])])
      expect(['recorded', 'revoked']).toContain(verdict?.kind)
      expect(await balanceOf(user)).toBe(0)
    }
  })
})

describe('an act whose flowers were given away', () => {
  it('is taken from the balance as far as that goes, and stays open for the rest', async () => {
    const [{ user, id }, dream] = [await earn(5), freshId('dream')]
    await pledge(user, dream, 3)
    expect(await revoke([id])).toMatchObject([{ flowers: 5, taken: 2, lost: 0, done: false }])
    expect(await revoke([id])).toMatchObject([{ taken: 2, done: false }])
    expect(await balanceOf(user)).toBe(0)
    expect((await findOpenRevocations(world, AT + 6, 1_000)).map(({ act }) => act)).toContain(actOf(id))
    expect((await findOpenRevocations(world, AT + 5, 1_000)).map(({ act }) => act)).not.toContain(actOf(id))
  })

  it('is taken from what its user earns while it is open', async () => {
    const { user, id } = await earn(5)
    await pledge(user, freshId('dream'), 5)
    await revoke([id])
    await credit(user, freshId('act'), 3)
    expect(await revoke([id])).toMatchObject([{ taken: 3, done: false }])
    await credit(user, freshId('act'), 3)
    expect(await revoke([id])).toMatchObject([{ taken: 5, done: true }])
    expect(await balanceOf(user)).toBe(1)
  })

  it('is taken back from a pledge by a refund that names it and a reversal, together', async () => {
    const [{ user, id }, dream] = [await earn(5), freshId('dream')]
    const pledged = await pledge(user, dream, 3)
    await revoke([id])
    const row = back(user, pledged, id)
    expect(await takeBack(dream, row)).toEqual([took(3)])
    expect(await loadAccount(world, user)).toEqual({ balance: 0, earned: 0, pledged: 0 })
    const [reversal, refund, first, made, act] = await loadHistory(world, user, 99, 10)
    expect(
      [reversal, refund, first, made, act].map((line) => [line?.kind, line?.flowers, line?.balance]),
    ).toEqual([
      ['reversal', -3, 0],
      ['refund', 3, 3],
      ['reversal', -2, 0],
      ['pledge', -3, 2],
      ['credit', 5, 5],
    ])
    expect(refund).toMatchObject({
      ref: dream,
      origin: pledged,
      originMark: made?.mark,
      mark: row[2],
      asked: 3,
    })
    expect(reversal).toMatchObject({ ref: LINE, origin: actOf(id), mark: act?.mark, originMark: null })
    expect(await revoke([id])).toMatchObject([{ taken: 5, lost: 0, done: true }])
    expect((await sumLedger(world)).pledgedByRef.get(dream)).toEqual({ flowers: 0, pledges: 0 })
  })

  it('takes of a pledge only what is missing, and leaves the rest standing', async () => {
    const [{ user, id }, dream] = [await earn(2), freshId('dream')]
    await credit(user, freshId('act'), 8)
    const pledged = await pledge(user, dream, 10)
    await revoke([id])
    expect(await takeBack(dream, back(user, pledged, id))).toEqual([took(2, 10)])
    expect((await sumLedger(world)).pledgedByRef.get(dream)).toEqual({ flowers: 8, pledges: 1 })
    expect(await findStandingPledges(world, [user], [])).toEqual([
      [{ user, key: pledged, dream, flowers: 8 }],
    ])
    expect(await revoke([id])).toMatchObject([{ taken: 2, done: true }])
  })

  it('is lost as far as it was given for good: when nothing is held and nothing stands elsewhere', async () => {
    const [{ user, id }, funded, open] = [await earn(9), freshId('funded'), freshId('open')]
    await pledge(user, funded, 4)
    const pledged = await pledge(user, open, 3)
    // A pledge to a dream that is not decided on stands in the way of a loss.
    expect(await revoke([id], [funded])).toMatchObject([{ taken: 2, lost: 0, done: false }])
    await takeBack(open, back(user, pledged, id))
    expect(await revoke([id], [])).toMatchObject([{ taken: 5, lost: 0, done: false }])
    const before = await sumLedger(world)
    expect(await revoke([id], [funded])).toMatchObject([{ taken: 5, lost: 4, done: true }])
    expect((await sumLedger(world)).lost).toBe(before.lost + 4)
    await credit(user, freshId('act'), 9)
    expect(await revoke([id], [funded])).toMatchObject([{ taken: 5, lost: 4, done: true }])
    expect(await loadAccount(world, user)).toEqual({ balance: 9, earned: 13, pledged: 4 })
    expect((await findOpenRevocations(world, AT + 99, 1_000)).map(({ act }) => act)).not.toContain(actOf(id))
  })

  it('takes first what the account holds, also when all else is given for good', async () => {
    const { user, id } = await earn(5)
    await pledge(user, 'funded', 3)
    expect(await revoke([id], ['funded'])).toMatchObject([{ taken: 2, lost: 3, done: true }])
    expect(await balanceOf(user)).toBe(0)
  })
})

describe('a pledge that is to be taken back', () => {
  it('is taken back once, though the batch is written again, at the same time, or late', async () => {
    const [{ user, id }, dream] = [await earn(5), freshId('dream')]
    const pledged = await pledge(user, dream, 5)
    await revoke([id])
    const row = back(user, pledged, id)
    expect(await Promise.all([takeBack(dream, row), takeBack(dream, row)])).toEqual([[took(5)], [took(5)]])
    await credit(user, freshId('act'), 4)
    const next = await pledge(user, dream, 4)
    const before = await ledgerNow()
    expect(await takeBack(dream, row)).toEqual([took(5)])
    expect(await takeBack(dream, back(user, pledged, id), back(user, pledged, id))).toEqual([
      took(5, 5, true),
      took(5, 5, true),
    ])
    expect(await ledgerNow()).toEqual(before)
    expect(await findStandingPledges(world, [user], [])).toMatchObject([[{ key: next, flowers: 4 }]])
  })

  it('for two acts gives both what it has, and no flower twice', async () => {
    const [{ user, id }, other, dream] = [await earn(4), freshId('act'), freshId('dream')]
    await credit(user, other, 4)
    const pledged = await pledge(user, dream, 6)
    await pledge(user, freshId('other-dream'), 2)
    await revoke([id, other])
    const verdicts = await Promise.all([
      takeBack(dream, back(user, pledged, id)),
      takeBack(dream, back(user, pledged, other)),
    ])
    expect(
      verdicts
        .flat()
        .map(({ flowers }) => flowers)
        .sort(),
    ).toEqual([2, 4])
    expect((await sumLedger(world)).pledgedByRef.get(dream)).toEqual({ flowers: 0, pledges: 0 })
    const states = await revoke([id, other])
    expect(states.map(({ taken }) => taken).sort()).toEqual([2, 4])
  })

  it('with another one for the same act, in two dreams at once, gives no more than the act earned', async () => {
    for (let n = 0; n < 5; n++) {
      const [{ user, id }, one, two] = [await earn(5), freshId('dream'), freshId('dream')]
      await credit(user, freshId('act'), 3)
      const pledges = [await pledge(user, one, 4), await pledge(user, two, 4)] as const
      await revoke([id])
      const verdicts = await Promise.all([
        takeBack(one, back(user, pledges[0], id)),
        takeBack(two, back(user, pledges[1], id)),
      ])
      expect(verdicts.flat().reduce((sum, { flowers }) => sum + flowers, 0)).toBe(5)
      expect(await revoke([id])).toMatchObject([{ taken: 5, done: true }])
      expect(await loadAccount(world, user)).toEqual({ balance: 0, earned: 3, pledged: 3 })
    }
  })

  it('gives nothing without a revocation, after it ended, to another user, or from another dream', async () => {
    const [{ user, id }, stranger, dream] = [await earn(5), await earn(5), freshId('dream')]
    const [pledged, theirs] = [await pledge(user, dream, 5), await pledge(stranger.user, dream, 5)]
    expect(await takeBack(dream, back(user, pledged, freshId('never')))).toEqual([took(0, 5)])
    await revoke([id])
    expect(await takeBack(dream, back(stranger.user, theirs, id))).toEqual([took(0, 5)])
    expect(await takeBack(freshId('other'), back(user, pledged, id))).toEqual([took(0)])
    expect(await takeBack(dream, back(user, theirs, id))).toEqual([took(0)])
    expect(await loadAccount(world, user)).toEqual({ balance: 0, earned: 5, pledged: 5 })
    const lost = await earn(5)
    const gone = await pledge(lost.user, dream, 5)
    await revoke([lost.id], [dream])
    expect(await takeBack(dream, back(lost.user, gone, lost.id))).toEqual([took(0, 5)])
  })

  it('stands in the order of its batch, among others of many users', async () => {
    const dream = freshId('dream')
    const rows: TakeBackRow[] = []
    for (const flowers of [3, 1, 2]) {
      const { user, id } = await earn(flowers)
      rows.push(back(user, await pledge(user, dream, flowers), id))
      await revoke([id])
    }
    const again = rows[1] as TakeBackRow
    expect(await takeBack(dream, ...rows, again)).toEqual([took(3), took(1), took(2), took(1)])
    expect(await takeBack(dream)).toEqual([])
  })
})

describe('a pledge at the same time as a revocation', () => {
  it('moves the flowers first or is refused for lack of them', async () => {
    for (let n = 0; n < 10; n++) {
      const { user, id } = await earn(5)
      const rows = [[user, 'k:race', 4, nextMark()] as const]
      const [[verdict]] = await Promise.all([
        commitPledges(world, { ref: 'dream', at: AT, rows }),
        revoke([id]),
      ])
      const [state] = await revoke([id])
      expect(state?.taken).toBe(verdict?.kind === 'accepted' ? 1 : 5)
      expect(await balanceOf(user)).toBe(0)
    }
  })
})

describe('looking for what stands', () => {
  it('gives a list a user, newest first, without what was refused, taken back or is of other dreams', async () => {
    const [{ user, id }, other] = [await earn(10), await earn(1)]
    const pledges = [await pledge(user, 'one', 4), await pledge(user, 'two', 3), await pledge(user, 'one', 3)]
    await commitPledges(world, { ref: 'one', at: AT, rows: [[user, 'k:poor', 9, nextMark()]] })
    const listOf = (...lines: readonly (readonly [place: number, dream: string, flowers: number])[]) =>
      lines.map(([place, dream, flowers]) => ({ user, key: pledges[place], dream, flowers }))
    expect(await findStandingPledges(world, [other.user, user, freshId('nobody')], [])).toEqual([
      [],
      listOf([2, 'one', 3], [1, 'two', 3], [0, 'one', 4]),
      [],
    ])
    expect(await findStandingPledges(world, [user], ['one', 'three'])).toEqual([listOf([1, 'two', 3])])
    await revoke([id])
    await takeBack('one', back(user, pledges[2] ?? '', id))
    expect(await findStandingPledges(world, [user], ['two'])).toEqual([listOf([0, 'one', 4])])
  })

  it('tells which acts were taken back, known or not', async () => {
    const [{ id }, kept, never] = [await earn(1), await earn(1), freshId('act')]
    await revoke([id, never])
    const found = await findRevoked(world, [id, kept.id, never].map(actOf))
    expect(found).toEqual(new Set([actOf(id), actOf(never)]))
    expect(await findRevoked(world, [])).toEqual(new Set())
  })
})

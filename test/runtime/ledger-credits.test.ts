import { beforeAll, describe, expect, it } from 'vitest'
import { commitCredits, findActs, findEntries, loadAccount } from '../../src/ledger/store.ts'
import type { CreditRow, CreditVerdict, CutReason } from '../../src/ledger/verdicts.ts'
import { freshId, ledgerNow, nextMark, plantRule, world } from './world.ts'

interface Act {
  readonly user: string
  readonly id?: string
  readonly flowers: number
  readonly rule?: number | null
  readonly tally?: string | null
}

const DAY = '2026-09-09/quiz/quiz'
const AT = Date.UTC(2026, 8, 9)

/** Versions of a rule that give a user at most so many flowers a day. */
const FIVE_A_DAY = 1
const THREE_A_DAY = 2
const A_HUNDRED_A_DAY = 3

beforeAll(async () => {
  for (const kind of ['quiz', 'bonus']) {
    await plantRule({ line: 'quiz', kind, version: FIVE_A_DAY, capPerDay: 5, state: 'active' })
    await plantRule({ line: 'quiz', kind, version: THREE_A_DAY, capPerDay: 3 })
    await plantRule({ line: 'quiz', kind, version: A_HUNDRED_A_DAY, capPerDay: 100 })
  }
})

/** Acts as a batch; five flowers a day unless told. */
function rowsOf(acts: readonly Act[]): CreditRow[] {
  return acts.map(({ user, id = freshId('act'), flowers, rule = FIVE_A_DAY, tally = DAY }) => [
    user,
    `act:quiz:${id}`,
    flowers,
    nextMark(),
    tally,
    rule,
    AT,
  ])
}

const write = (rows: readonly CreditRow[]): Promise<CreditVerdict[]> =>
  commitCredits(world, { ref: 'quiz', at: AT, rows })

const credit = (...acts: readonly Act[]): Promise<CreditVerdict[]> => write(rowsOf(acts))

const recorded = (
  flowers: number,
  asked: number,
  replayed = false,
  cut: CutReason | null = flowers < asked ? 'daily_cap' : null,
) => ({
  kind: 'recorded',
  flowers,
  asked,
  cut,
  replayed,
})

const balanceOf = async (user: string): Promise<number> => (await loadAccount(world, user)).balance

describe('a batch of credits', () => {
  it('opens an account with the first credit and adds the next', async () => {
    const user = freshId('user')
    expect(await credit({ user, flowers: 2 }, { user, flowers: 1 })).toEqual([recorded(2, 2), recorded(1, 1)])
    expect(await loadAccount(world, user)).toEqual({ balance: 3, earned: 3, pledged: 0 })
  })

  it('credits what is left of the allowance, then nothing, within one batch', async () => {
    const user = freshId('user')
    const acts = [3, 3, 1].map((flowers) => ({ user, flowers }))
    expect(await credit(...acts)).toEqual([recorded(3, 3), recorded(2, 3), recorded(0, 1)])
    expect(await balanceOf(user)).toBe(5)
  })

  it('counts the allowance across batches', async () => {
    const user = freshId('user')
    await credit({ user, flowers: 4 })
    expect(await credit({ user, flowers: 4 })).toEqual([recorded(1, 4)])
    expect(await credit({ user, flowers: 4 })).toEqual([recorded(0, 4)])
    expect(await balanceOf(user)).toBe(5)
  })

  it('holds the allowance when batches are written at the same time', async () => {
    const user = freshId('user')
    await Promise.all(Array.from({ length: 10 }, () => credit({ user, flowers: 1 }, { user, flowers: 1 })))
    expect(await balanceOf(user)).toBe(5)
  })

  it('keeps allowances of other users, days and kinds apart, and takes none for a null tally', async () => {
    const [user, other] = [freshId('user'), freshId('user')]
    await credit({ user, flowers: 5 })
    expect(
      await credit(
        { user, flowers: 5, tally: '2026-09-10/quiz/quiz' },
        { user, flowers: 5, tally: '2026-09-09/quiz/bonus' },
        { user: other, flowers: 5 },
        { user, flowers: 500, rule: null, tally: null },
      ),
    ).toEqual([recorded(5, 5), recorded(5, 5), recorded(5, 5), recorded(500, 500)])
    expect([await balanceOf(user), await balanceOf(other)]).toEqual([515, 5])
  })

  it('credits nothing, and takes nothing away, when a cap was lowered below what was credited', async () => {
    const user = freshId('user')
    await credit({ user, flowers: 5 })
    expect(await credit({ user, flowers: 2, rule: THREE_A_DAY })).toEqual([recorded(0, 2)])
    expect(await balanceOf(user)).toBe(5)
  })

  it('opens no account for an act that earned nothing', async () => {
    const user = freshId('user')
    // The budget of the whole line was spent by somebody else.
    const spent = await plantRule({ line: 'quiz', kind: 'quiz', lineBudget: 1 })
    await credit({ user: freshId('user'), flowers: 1, rule: null })
    expect(await credit({ user, flowers: 2, rule: spent })).toEqual([recorded(0, 2, false, 'line_budget')])
    expect(await loadAccount(world, user)).toEqual({ balance: 0, earned: 0, pledged: 0 })
    expect(await credit({ user, flowers: 2 })).toEqual([recorded(2, 2)])
  })
})

describe('the verdict of an act', () => {
  it('is the first one when the act is reported again, with more flowers or not', async () => {
    const [user, id] = [freshId('user'), freshId('act')]
    await credit({ user, id, flowers: 2 })
    expect(await credit({ user, id, flowers: 2 })).toEqual([recorded(2, 2, true)])
    expect(await credit({ user, id, flowers: 3 })).toEqual([recorded(2, 2, true)])
    expect(await balanceOf(user)).toBe(2)
  })

  it('remembers that the act was capped, also after there is room again', async () => {
    const [user, part, none] = [freshId('user'), freshId('act'), freshId('act')]
    await credit({ user, flowers: 4 }, { user, id: part, flowers: 3 }, { user, id: none, flowers: 3 })
    const again = [
      { user, id: part, flowers: 3, rule: A_HUNDRED_A_DAY },
      { user, id: none, flowers: 3, rule: A_HUNDRED_A_DAY },
    ]
    expect(await credit(...again)).toEqual([recorded(1, 3, true), recorded(0, 3, true)])
    expect(await balanceOf(user)).toBe(5)
  })

  it('is decided once when it stands twice in one batch', async () => {
    const [user, id] = [freshId('user'), freshId('act')]
    const twice = [
      { user, id, flowers: 2 },
      { user, id, flowers: 2 },
    ]
    expect(await credit(...twice)).toEqual([recorded(2, 2), recorded(2, 2, true)])
    expect(await balanceOf(user)).toBe(2)
  })

  it('belongs to the user it was first reported for, whether it earned something or was capped', async () => {
    const [user, other, earned, capped] = [freshId('user'), freshId('user'), freshId('act'), freshId('act')]
    await credit({ user, id: earned, flowers: 5 }, { user, id: capped, flowers: 1 })
    const before = await ledgerNow()
    const stolen = [
      { user: other, id: earned, flowers: 5 },
      { user: other, id: capped, flowers: 1 },
    ]
    expect(await credit(...stolen)).toEqual([{ kind: 'reused' }, { kind: 'reused' }])
    expect(await ledgerNow()).toEqual(before)
  })

  it('goes to one user when two are named in one batch or in two batches at once', async () => {
    const [user, other, id] = [freshId('user'), freshId('user'), freshId('act')]
    const both = [
      { user, id, flowers: 2 },
      { user: other, id, flowers: 2 },
    ]
    expect(await credit(...both)).toEqual([recorded(2, 2), { kind: 'reused' }])
    const race = freshId('act')
    const kinds = await Promise.all(
      [user, other].map(async (name) => (await credit({ user: name, id: race, flowers: 1 }))[0]?.kind),
    )
    expect(kinds.sort()).toEqual(['recorded', 'reused'])
    expect((await balanceOf(user)) + (await balanceOf(other))).toBe(3)
  })
})

describe('a batch of credits that is written again', () => {
  it('changes nothing and gives the same verdicts, at once or late', async () => {
    const [user, other] = [freshId('user'), freshId('user')]
    const rows = rowsOf([
      { user, flowers: 4 },
      { user: other, flowers: 9 },
      { user, flowers: 4 },
      { user, flowers: 4 },
    ])
    const verdicts = await write(rows)
    expect(verdicts).toEqual([recorded(4, 4), recorded(5, 9), recorded(1, 4), recorded(0, 4)])
    await credit({ user, flowers: 3, tally: '2026-09-10/quiz/quiz' })
    const before = await ledgerNow()
    expect(await write(rows)).toEqual(verdicts)
    const [one, two] = await Promise.all([write(rows), write(rows)])
    expect([one, two]).toEqual([verdicts, verdicts])
    expect(await ledgerNow()).toEqual(before)
  })
})

describe('looking entries up', () => {
  it('finds acts by their key alone, with who they were reported for and what cut them', async () => {
    const [user, whole, cut] = [freshId('user'), freshId('act'), freshId('act')]
    const rows = rowsOf([
      { user, id: whole, flowers: 4 },
      { user, id: cut, flowers: 4 },
    ])
    await write(rows)
    const about = { asked: 4, ref: 'quiz', at: AT, claimant: user }
    expect(
      await findActs(world, [`act:quiz:${cut}`, 'act:quiz:never', `act:quiz:${whole}`, `act:quiz:${cut}`]),
    ).toEqual([
      { ...about, kind: 'credit', flowers: 1, mark: rows[1]?.[3], cut: 'daily_cap' },
      null,
      { ...about, kind: 'credit', flowers: 4, mark: rows[0]?.[3], cut: null },
      { ...about, kind: 'credit', flowers: 1, mark: rows[1]?.[3], cut: 'daily_cap' },
    ])
    expect(await findActs(world, [])).toEqual([])
  })

  it('gives a row an ask, in order, and null for what is not there or is another user’s', async () => {
    const [user, other, id] = [freshId('user'), freshId('user'), freshId('act')]
    const rows = rowsOf([{ user, id, flowers: 7 }])
    await write(rows)
    const key = `act:quiz:${id}`
    const row = { kind: 'credit', flowers: 5, asked: 7, ref: 'quiz', mark: rows[0]?.[3], at: AT }
    expect(
      await findEntries(world, [
        [other, key],
        [user, key],
        [user, 'act:quiz:never'],
        [user, key],
      ]),
    ).toEqual([null, row, null, row])
    expect(await findEntries(world, [])).toEqual([])
  })
})

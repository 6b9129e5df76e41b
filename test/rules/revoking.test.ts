import { describe, expect, it } from 'vitest'
import type { TakeBackAsk, TakeBackOutcome } from '../../src/dreams/outcomes.ts'
import { findStandingPledges, revokeFromBalances } from '../../src/ledger/revocations.ts'
import { commitCredits, commitPledges, commitTakeBacks, loadAccount } from '../../src/ledger/store.ts'
import { sumLedger } from '../../src/ledger/sums.ts'
import { type TakeBackRow, takeBackKey } from '../../src/ledger/verdicts.ts'
import { type RevokeDeps, revokeActs } from '../../src/lines/revoking.ts'
import { Random } from '../random.ts'
import { Clock } from '../simulator/clock.ts'
import { SimDatabase } from '../simulator/database.ts'

const LINE = 'quiz'

/** The real ledger on the real migrations; only the dreams' objects are doubles. */
function setUp(overrides: (deps: RevokeDeps) => Partial<RevokeDeps> = () => ({})) {
  const database = new SimDatabase(new Clock(1))
  const env = { DB: database.observe() }
  /** Dreams that are decided on: nothing comes back from them. */
  const decided = new Set<string>()
  /** What the dreams were asked, in order. */
  const asked: { dream: string; asks: readonly TakeBackAsk[] }[] = []
  let marks = 0
  let at = 0

  const credit = (user: string, ...acts: readonly (readonly [id: string, flowers: number])[]) =>
    commitCredits(env, {
      ref: LINE,
      at: ++at,
      rows: acts.map(([id, flowers]) => [
        user,
        `act:${LINE}:${id}`,
        flowers,
        ++marks,
        `2026-09-09/${LINE}/quiz`,
        null,
        at,
      ]),
    })
  const pledge = async (user: string, dream: string, flowers: number, key = `k:${++marks}`) => {
    await commitPledges(env, { ref: dream, at: ++at, rows: [[user, key, flowers, ++marks]] })
    return key
  }
  const dreamTakesBack = async (
    dream: string,
    asks: readonly TakeBackAsk[],
  ): Promise<readonly TakeBackOutcome[]> => {
    asked.push({ dream, asks })
    if (decided.has(dream)) return asks.map(() => ({ kind: 'too_late' }))
    const rows = asks.map(
      (each): TakeBackRow => [each.user, takeBackKey(each.act, each.pledge), ++marks, each.pledge, each.act],
    )
    const verdicts = await commitTakeBacks(env, { ref: dream, at: ++at, rows })
    return verdicts.map(({ flowers }) => ({ kind: 'taken', flowers }))
  }
  const real: RevokeDeps = {
    revokeFromBalances: (asks, mark, given) => revokeFromBalances(env, LINE, asks, mark, ++at, given),
    findStandingPledges: (users, without) => findStandingPledges(env, users, without),
    findDecided: async () => [],
    takeBack: dreamTakesBack,
    random: () => ++marks,
  }
  const deps = { ...real, ...overrides(real) }
  const revoke = (...ids: readonly string[]) =>
    revokeActs(
      LINE,
      ids.map((id) => ({ id, reason: 'cheated' })),
      deps,
    )
  const accountOf = (user: string) => loadAccount(env, user)
  /** The ledger adds up; what was taken and lost of all acts. */
  const expectSound = async () => {
    const sums = await sumLedger(env)
    const pledged = [...sums.pledgedByRef.values()].reduce((sum, { flowers }) => sum + flowers, 0)
    expect(sums.differences).toEqual([])
    expect(sums.credited).toBe(sums.balances + pledged)
    return sums
  }
  return { env, database, credit, pledge, revoke, accountOf, expectSound, decided, asked }
}

const revoked = (id: string, flowers: number) => ({ id, outcome: 'revoked', flowers, lost: 0 })

const keysAsked = (asked: readonly { asks: readonly TakeBackAsk[] }[]): string[] =>
  asked.flatMap(({ asks }) => asks.map(({ pledge }) => pledge))

describe('an act that is taken back', () => {
  it('is taken from the balance when that holds it, and no dream is asked', async () => {
    const { credit, pledge, revoke, accountOf, expectSound, asked } = setUp()
    await credit('ann', ['a', 5], ['b', 3])
    await pledge('ann', 'one', 2)
    expect(await revoke('a')).toEqual([revoked('a', 5)])
    expect(await accountOf('ann')).toEqual({ balance: 1, earned: 3, pledged: 2 })
    expect(asked).toEqual([])
    await expectSound()
  })

  it('is taken from pledges, newest first, as far as the balance does not do', async () => {
    const { credit, pledge, revoke, accountOf, expectSound, asked } = setUp()
    await credit('ann', ['a', 10])
    const first = await pledge('ann', 'one', 3)
    const second = await pledge('ann', 'two', 2)
    const third = await pledge('ann', 'one', 4)
    expect(first).not.toBe(third)
    expect(await revoke('a')).toEqual([revoked('a', 10)])
    expect(await accountOf('ann')).toEqual({ balance: 0, earned: 0, pledged: 0 })
    expect(keysAsked(asked).sort()).toEqual([first, second, third].sort())
    await expectSound()
  })

  it('ends, however many dreams are decided on, whether the catalogue says so or they do', async () => {
    for (const told of [true, false]) {
      const { credit, pledge, revoke, expectSound, decided, asked } = setUp(() => ({
        findDecided: async (dreams) => (told ? dreams.filter((dream) => decided.has(dream)) : []),
      }))
      await credit('ann', ['small', 1], ['rest', 60])
      await pledge('ann', 'open', 1)
      for (let n = 0; n < 60; n++) {
        await pledge('ann', `d${n}`, 1)
        decided.add(`d${n}`)
      }
      expect(await revoke('small')).toEqual([revoked('small', 1)])
      if (told) expect(asked.map(({ dream }) => dream)).toEqual(['open'])
      expect(await revoke('rest')).toMatchObject([{ outcome: 'revoked', flowers: 0, lost: 60 }])
      await expectSound()
    }
  })

  it('leaves older pledges alone when newer ones do', async () => {
    const { credit, pledge, revoke, accountOf, asked } = setUp()
    await credit('ann', ['a', 4], ['b', 6])
    await pledge('ann', 'one', 5)
    const newest = await pledge('ann', 'two', 5)
    expect(await revoke('a')).toEqual([revoked('a', 4)])
    expect(keysAsked(asked)).toEqual([newest])
    expect(await accountOf('ann')).toEqual({ balance: 0, earned: 6, pledged: 6 })
  })

  it('is lost as far as it was given to dreams that are decided on, and is so for good', async () => {
    const { credit, pledge, revoke, accountOf, expectSound, decided } = setUp()
    await credit('ann', ['a', 10])
    await pledge('ann', 'open', 3)
    await pledge('ann', 'funded', 6)
    decided.add('funded')
    const result = { id: 'a', flowers: 4, lost: 6 }
    expect(await revoke('a')).toEqual([{ ...result, outcome: 'revoked', reason: 'given_for_good' }])
    expect(await expectSound()).toMatchObject({ reversed: 4, lost: 6 })
    await credit('ann', ['later', 9])
    expect(await revoke('a')).toEqual([{ ...result, outcome: 'duplicate' }])
    expect(await accountOf('ann')).toMatchObject({ balance: 9, pledged: 6 })
  })

  it('is told a duplicate when it comes again, whatever became of it', async () => {
    const { credit, revoke, accountOf } = setUp()
    await credit('ann', ['a', 5], ['b', 1])
    expect(await revoke('a', 'never')).toEqual([
      revoked('a', 5),
      { id: 'never', outcome: 'noted', flowers: 0, lost: 0, reason: 'unknown_act' },
    ])
    expect(await revoke('never', 'a')).toEqual([
      { id: 'never', outcome: 'duplicate', flowers: 0, lost: 0 },
      { id: 'a', outcome: 'duplicate', flowers: 5, lost: 0 },
    ])
    expect(await accountOf('ann')).toMatchObject({ balance: 1 })
  })

  it('is taken once when it stands twice in one body', async () => {
    const { credit, revoke, accountOf } = setUp()
    await credit('ann', ['a', 5], ['b', 5])
    expect(await revoke('a', 'a')).toEqual([revoked('a', 5), { ...revoked('a', 5), outcome: 'duplicate' }])
    expect(await accountOf('ann')).toMatchObject({ balance: 5 })
  })

  it('is looked for past a hundred pledges to dreams that are decided on', async () => {
    const { credit, pledge, revoke, expectSound, decided } = setUp()
    await credit('ann', ['a', 151])
    await pledge('ann', 'open', 1)
    for (let n = 0; n < 150; n++) await pledge('ann', n < 120 ? 'funded' : 'other', 1)
    decided.add('funded')
    decided.add('other')
    expect(await revoke('a')).toEqual([
      { id: 'a', outcome: 'revoked', flowers: 1, lost: 150, reason: 'given_for_good' },
    ])
    await expectSound()
  })

  it('is looked for in more dreams than are called at a time', async () => {
    const { credit, pledge, revoke, asked } = setUp()
    await credit('ann', ['a', 80])
    for (let n = 0; n < 80; n++) await pledge('ann', `dream-${n}`, 1)
    expect(await revoke('a')).toEqual([revoked('a', 80)])
    expect(new Set(asked.map(({ dream }) => dream)).size).toBe(80)
    expect(asked).toHaveLength(80)
  })
})

describe('acts of one user that are taken back together', () => {
  it('share the pledges that stand, and none is asked for in vain', async () => {
    const { credit, pledge, revoke, accountOf, expectSound, asked } = setUp()
    await credit('ann', ['a', 3], ['b', 3], ['c', 3])
    for (const flowers of [4, 5]) await pledge('ann', 'one', flowers)
    expect(await revoke('a', 'b', 'c')).toEqual([revoked('a', 3), revoked('b', 3), revoked('c', 3)])
    expect(await accountOf('ann')).toEqual({ balance: 0, earned: 0, pledged: 0 })
    // Of the newer pledge a takes 3 and b 2, of the older b takes 1 and c 3.
    expect(asked.flatMap(({ asks }) => asks)).toHaveLength(4)
    await expectSound()
  })

  it('lose together what is given for good, never more and never less', async () => {
    const { credit, pledge, revoke, expectSound, decided } = setUp()
    await credit('ann', ['a', 4], ['b', 4], ['kept', 2])
    await pledge('ann', 'funded', 7)
    decided.add('funded')
    const results = await revoke('a', 'b')
    expect(results).toMatchObject([
      { flowers: 3, lost: 1 },
      { flowers: 0, lost: 4 },
    ])
    expect(await expectSound()).toMatchObject({ reversed: 3, lost: 5, balances: 0 })
  })

  it('are all ended when there are as many as a body carries', async () => {
    const { credit, pledge, revoke, expectSound } = setUp()
    const ids = Array.from({ length: 500 }, (_, n) => `a${n}`)
    await credit('ann', ...ids.map((id) => [id, 1] as const))
    for (let n = 0; n < 50; n++) await pledge('ann', `dream-${n % 40}`, 10)
    expect(await revoke(...ids)).toEqual(ids.map((id) => revoked(id, 1)))
    expect(await expectSound()).toMatchObject({ reversed: 500, lost: 0, balances: 0 })
  })
})

describe('taking back in the midst of trouble', () => {
  it.each(['pending', 'shed'] as const)(
    'is pending as a whole when one dream is %s, and ends by repeating',
    async (kind) => {
      let stuck = true
      const { credit, pledge, revoke, expectSound } = setUp((real) => ({
        takeBack: async (dream, asks) =>
          stuck && dream === 'two' ? asks.map(() => ({ kind })) : real.takeBack(dream, asks),
      }))
      await credit('ann', ['a', 4])
      await credit('bob', ['b', 4])
      await pledge('ann', 'one', 2)
      await pledge('ann', 'two', 2)
      expect(await revoke('a', 'b')).toBe('pending')
      await expectSound()
      stuck = false
      expect(await revoke('a', 'b')).toEqual([
        { id: 'a', outcome: 'duplicate', flowers: 4, lost: 0 },
        { id: 'b', outcome: 'duplicate', flowers: 4, lost: 0 },
      ])
      expect(await expectSound()).toMatchObject({ reversed: 8, lost: 0 })
    },
  )

  it('books no loss while the user pledges on: what was pledged meanwhile is taken back too', async () => {
    let between = 0
    const parts = setUp((real) => ({
      // Earns and gives between the look at the pledges and the decision that nothing is left.
      findStandingPledges: async (users, without) => {
        const found = await real.findStandingPledges(users, without)
        if (between++ === 0) {
          await parts.credit('ann', ['other', 4])
          await parts.pledge('ann', 'open', 4)
        }
        return found
      },
    }))
    await parts.credit('ann', ['a', 5])
    await parts.pledge('ann', 'funded', 5)
    parts.decided.add('funded')
    expect(await parts.revoke('a')).toEqual([
      { id: 'a', outcome: 'revoked', flowers: 4, lost: 1, reason: 'given_for_good' },
    ])
    await parts.expectSound()
  })

  it('gives up after a bounded number of rounds with a user who gives faster than it takes', async () => {
    let rounds = 0
    const parts = setUp((real) => ({
      takeBack: async (_, asks) => {
        rounds++
        if (rounds > 1_000) throw new Error('it goes on for ever')
        return asks.map(() => ({ kind: 'taken', flowers: 0 }))
      },
      findStandingPledges: (users, without) => real.findStandingPledges(users, without),
    }))
    await parts.credit('ann', ['a', 5])
    await parts.pledge('ann', 'one', 5)
    expect(await parts.revoke('a')).toBe('pending')
    expect(rounds).toBeLessThan(100)
  })

  it('throws on when the ledger does, and a repeat takes up what is left', async () => {
    let calls = 0
    const { credit, pledge, revoke, expectSound } = setUp((real) => ({
      revokeFromBalances: async (asks, mark, given) => {
        const done = await real.revokeFromBalances(asks, mark, given)
        if (++calls <= 2) throw new Error('D1_ERROR: reply lost')
        return done
      },
    }))
    await credit('ann', ['a', 6])
    await pledge('ann', 'one', 4)
    await expect(revoke('a')).rejects.toThrow('reply lost')
    await expect(revoke('a')).rejects.toThrow('reply lost')
    expect(await revoke('a')).toEqual([{ id: 'a', outcome: 'duplicate', flowers: 6, lost: 0 }])
    await expectSound()
  })

  it('takes neither too much nor too little when many requests take back many acts at once', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new Random(seed)
      const { credit, pledge, revoke, expectSound, decided, env } = setUp()
      const ids: string[] = []
      let [earned, given] = [0, 0]
      for (let n = 0; n < 12; n++) {
        const [flowers, user] = [random.between(1, 9), random.pick(['ann', 'bob'])]
        ids.push(`a${n}`)
        earned += flowers
        await credit(user, [`a${n}`, flowers])
        if (random.chance(0.7))
          await pledge(user, random.pick(['one', 'two', 'funded']), random.between(1, flowers))
      }
      decided.add('funded')
      const requests = Array.from({ length: 4 }, () =>
        revoke(...random.shuffled(ids).slice(0, random.between(6, 12))),
      )
      for (const results of await Promise.all(requests)) expect(results).not.toBe('pending')
      await revoke(...ids)
      const sums = await expectSound()
      given = sums.pledgedByRef.get('funded')?.flowers ?? 0
      expect(sums.reversed + sums.lost).toBe(earned)
      expect([sums.balances, sums.lost]).toEqual([0, given])
      expect(await loadAccount(env, 'ann')).toMatchObject({ balance: 0 })
    }
  })
})

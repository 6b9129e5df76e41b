import { afterEach, describe, expect, it } from 'vitest'
import { holdingOf } from '../../src/ledger/ids.ts'
import { moveHolding } from '../../src/ledger/moves.ts'
import { findStandingPledges, revokeFromBalances } from '../../src/ledger/revocations.ts'
import {
  commitCredits,
  commitPledges,
  commitTakeBacks,
  findActs,
  loadAccount,
  loadHistory,
} from '../../src/ledger/store.ts'
import { sumLedger } from '../../src/ledger/sums.ts'
import { type CreditRow, takeBackKey } from '../../src/ledger/verdicts.ts'
import { freshId, ledgerNow, nextMark, plantRule, world } from './world.ts'

const AT = Date.UTC(2026, 8, 9)
const LINE = 'app'
const DAY = '2026-09-09'
const actOf = (id: string) => `act:${LINE}:${id}`

/** An id of the line's own, as its holding account, and an account to link it to. */
const pair = () => ({ holding: holdingOf(LINE, freshId('player')), user: freshId('user') })

const rowOf = (holding: string, id: string, flowers: number, rule: number | null = null): CreditRow => [
  ...([holding, actOf(id), flowers, nextMark(), `${DAY}/${LINE}/quest`, rule, AT] as const),
]

const write = (...rows: readonly CreditRow[]) => commitCredits(world, { ref: LINE, at: AT, rows })

const link = (holding: string, user: string) =>
  world.DB.prepare('INSERT INTO links (holding, line, user, at) VALUES (?, ?, ?, ?)')
    .bind(holding, LINE, user, AT)
    .run()

const unlink = (holding: string) =>
  world.DB.prepare('DELETE FROM links WHERE holding = ?').bind(holding).run()

const move = (holding: string) => moveHolding(world, holding, AT + 5)

const revoke = (...ids: readonly string[]) =>
  revokeFromBalances(
    world,
    LINE,
    ids.map((id) => ({ act: actOf(id), reason: 'cheated' })),
    nextMark(),
    AT + 9,
  )

const balanceOf = async (user: string): Promise<number> => (await loadAccount(world, user)).balance

const recorded = (flowers: number, asked = flowers, replayed = false) => ({
  ...{ kind: 'recorded', flowers, asked, cut: flowers < asked ? 'daily_cap' : null, replayed },
})

const historyOf = async (user: string) =>
  (await loadHistory(world, user, Number.MAX_SAFE_INTEGER, 2_000)).map(({ kind, flowers, balance }) => [
    kind,
    flowers,
    balance,
  ])

afterEach(async () => {
  const sums = await sumLedger(world)
  const pledged = [...sums.pledgedByRef.values()].reduce((sum, { flowers }) => sum + flowers, 0)
  expect(sums.differences).toEqual([])
  expect(sums.credited).toBe(sums.balances + pledged)
})

describe('what waits in a holding account', () => {
  it('moves to the account it is linked to, entry by entry, with line, rule, day and mark', async () => {
    const { holding, user } = pair()
    const rule = await plantRule({ line: LINE, kind: 'quest', capPerDay: 100 })
    const rows = [rowOf(holding, freshId('act'), 3, rule), rowOf(holding, freshId('act'), 4, rule)]
    await write(...rows)
    await write([user, `act:gift:${freshId('act')}`, 1, nextMark(), null, null, AT])
    await link(holding, user)
    await move(holding)
    expect(await loadAccount(world, holding)).toEqual({ balance: 0, earned: 0, pledged: 0 })
    expect(await loadAccount(world, user)).toEqual({ balance: 8, earned: 8, pledged: 0 })
    const lines = await loadHistory(world, user, 99, 10)
    const about = {
      ref: LINE,
      tally: `${DAY}/${LINE}/quest`,
      rule,
      kind: 'moved',
      origin: holding,
      at: AT + 5,
    }
    expect(lines.slice(0, 2).reverse()).toMatchObject(
      rows.map(([, key, flowers, mark]) => ({ ...about, key: `moved:${key}`, flowers, mark })),
    )
    expect(await historyOf(holding)).toEqual([
      ['moved', -4, 0],
      ['moved', -3, 4],
      ['credit', 4, 7],
      ['credit', 3, 3],
    ])
  })

  it('moves once, however often and at once it is asked for', async () => {
    const { holding, user } = pair()
    await write(rowOf(holding, freshId('act'), 3), rowOf(holding, freshId('act'), 4))
    await link(holding, user)
    await Promise.all([move(holding), move(holding), move(holding)])
    const before = await ledgerNow()
    await move(holding)
    expect(await ledgerNow()).toEqual(before)
    expect(await balanceOf(user)).toBe(7)
  })

  it('moves whole when it is more than one transaction takes', async () => {
    const { holding, user } = pair()
    await write(...Array.from({ length: 1_001 }, () => rowOf(holding, freshId('act'), 1)))
    await link(holding, user)
    await move(holding)
    expect([await balanceOf(holding), await balanceOf(user)]).toEqual([0, 1_001])
    expect(await historyOf(user)).toHaveLength(1_001)
  })

  it('stays where it is while nothing is linked, and when there is nothing', async () => {
    const { holding, user } = pair()
    await write(rowOf(holding, freshId('act'), 3))
    const before = await ledgerNow()
    await move(holding)
    await move(holdingOf(LINE, freshId('nobody')))
    expect(await ledgerNow()).toEqual(before)
    expect([await balanceOf(holding), await balanceOf(user)]).toEqual([3, 0])
  })

  it('counts against the allowances of the account, also beyond them, and leaves the day of the line alone', async () => {
    const rule = await plantRule({ line: LINE, kind: 'quest', capPerDay: 5 })
    const { holding, user } = pair()
    const dayOfLine = () =>
      world.DB.prepare('SELECT * FROM line_days WHERE line = ? AND day = ?').bind(LINE, DAY).first()
    await write(rowOf(holding, freshId('act'), 4, rule), rowOf(user, freshId('act'), 3, rule))
    const before = await dayOfLine()
    await link(holding, user)
    await move(holding)
    expect(await dayOfLine()).toEqual(before)
    expect(await balanceOf(user)).toBe(7)
    expect(await write(rowOf(holding, freshId('act'), 2, rule))).toEqual([recorded(0, 2)])
    expect(await write(rowOf(user, freshId('act'), 2, rule))).toEqual([recorded(0, 2)])
    await unlink(holding)
    // The id earned them, whoever holds them now.
    expect(await write(rowOf(holding, freshId('act'), 6, rule))).toEqual([recorded(1, 6)])
  })

  it('earns an id no more for being linked, undone and linked again, to the same account or to others', async () => {
    const rule = await plantRule({ line: LINE, kind: 'quest', capPerDay: 5, capPerCampaign: 6 })
    const { holding } = pair()
    let earned = 0
    for (let round = 0; round < 4; round++) {
      const user = freshId('user')
      for (const when of ['before', 'linked', 'after']) {
        if (when === 'linked') await link(holding, user).then(() => move(holding))
        if (when === 'after') await unlink(holding)
        const [verdict] = await write(rowOf(holding, freshId('act'), 2, rule))
        earned += verdict?.kind === 'recorded' ? verdict.flowers : 0
      }
    }
    expect(earned).toBe(5)
    expect((await sumLedger(world)).differences).toEqual([])
  })

  it('is held against the cooldown of the account, and of the holding account still', async () => {
    const rule = await plantRule({ line: LINE, kind: 'quest', cooldownSeconds: 60 })
    const { holding, user } = pair()
    const cooling = [{ kind: 'recorded', flowers: 0, asked: 1, cut: 'cooldown', replayed: false }]
    const actAt = (who: string, ms: number): CreditRow => [
      ...([who, actOf(freshId('act')), 1, nextMark(), `${DAY}/${LINE}/quest`, rule, AT + ms] as const),
    ]
    await write(actAt(holding, 0))
    await link(holding, user)
    await move(holding)
    expect(await write(actAt(holding, 59_999))).toEqual(cooling)
    expect(await write(actAt(user, -59_999))).toEqual(cooling)
    expect(await write(actAt(user, 60_000))).toEqual([recorded(1)])
    await unlink(holding)
    expect(await write(actAt(holding, 1))).toEqual(cooling)
  })

  it('that was cut to nothing leaves no entry behind', async () => {
    const rule = await plantRule({ line: LINE, kind: 'quest', capPerDay: 5 })
    const { holding, user } = pair()
    await write(rowOf(holding, freshId('act'), 6, rule), rowOf(holding, freshId('act'), 1, rule))
    await link(holding, user)
    await move(holding)
    expect(await historyOf(user)).toEqual([['moved', 5, 5]])
  })
})

describe('an act of an id that is linked', () => {
  it('is credited to the account, and known there as the id’s, not as another’s', async () => {
    const { holding, user } = pair()
    const other = pair()
    await link(holding, user)
    const id = freshId('act')
    expect(await write(rowOf(holding, id, 3))).toEqual([recorded(3)])
    expect([await balanceOf(holding), await balanceOf(user)]).toEqual([0, 3])
    expect(await findActs(world, [actOf(id)])).toMatchObject([{ claimant: holding, flowers: 3 }])
    expect(await write(rowOf(holding, id, 3))).toEqual([recorded(3, 3, true)])
    expect(await write(rowOf(other.holding, id, 3))).toEqual([{ kind: 'reused' }])
    expect(await write(rowOf(user, id, 3))).toEqual([{ kind: 'reused' }])
  })

  it('is a repeat when it came before the link, after it or after its end', async () => {
    const { holding, user } = pair()
    const [early, late] = [freshId('act'), freshId('act')]
    await write(rowOf(holding, early, 3))
    await link(holding, user)
    expect(await write(rowOf(holding, early, 3))).toEqual([recorded(3, 3, true)])
    await move(holding)
    await write(rowOf(holding, late, 4))
    await unlink(holding)
    expect(await write(rowOf(holding, early, 3), rowOf(holding, late, 4))).toEqual([
      recorded(3, 3, true),
      recorded(4, 4, true),
    ])
    expect([await balanceOf(holding), await balanceOf(user)]).toEqual([0, 7])
  })

  it('and was on its way while the link was made is in the account in the end, once', async () => {
    for (let n = 0; n < 10; n++) {
      const { holding, user } = pair()
      const batches = Array.from({ length: 4 }, () => [
        rowOf(holding, freshId('act'), 1),
        rowOf(holding, freshId('act'), 2),
      ])
      await Promise.all([
        ...batches.slice(0, 2).map((rows) => write(...rows)),
        link(holding, user).then(() => move(holding)),
        ...batches.slice(2).map((rows) => write(...rows)),
        write(...(batches[0] ?? [])),
      ])
      expect([await balanceOf(holding), await balanceOf(user)]).toEqual([0, 12])
    }
  })

  it('and whose batch is written again after the link changes nothing', async () => {
    const { holding, user } = pair()
    const rows = [rowOf(holding, freshId('act'), 3), rowOf(holding, freshId('act'), 4)]
    const verdicts = await write(...rows)
    await link(holding, user)
    await move(holding)
    const before = await ledgerNow()
    expect(await write(...rows)).toEqual(verdicts)
    expect(await ledgerNow()).toEqual(before)
  })

  it('of another line, with the same id there, is not touched by the link', async () => {
    const { holding, user } = pair()
    const elsewhere = holding.replace(LINE, 'other')
    await link(holding, user)
    await commitCredits(world, {
      ref: 'other',
      at: AT,
      rows: [[elsewhere, `act:other:${freshId('act')}`, 3, nextMark(), null, null, AT]],
    })
    await move(elsewhere)
    expect([await balanceOf(elsewhere), await balanceOf(user)]).toEqual([3, 0])
  })
})

describe('after a link is undone', () => {
  it('what was moved stays, and what comes waits, until the id is linked to any account', async () => {
    const { holding, user } = pair()
    const next = freshId('user')
    await write(rowOf(holding, freshId('act'), 3))
    await link(holding, user)
    await move(holding)
    await unlink(holding)
    await write(rowOf(holding, freshId('act'), 4))
    await move(holding)
    expect([await balanceOf(holding), await balanceOf(user)]).toEqual([4, 3])
    await link(holding, next)
    await move(holding)
    expect([await balanceOf(holding), await balanceOf(user), await balanceOf(next)]).toEqual([0, 3, 4])
  })

  it('linking it to the same account again brings only what is new', async () => {
    const { holding, user } = pair()
    await write(rowOf(holding, freshId('act'), 3))
    await link(holding, user)
    await move(holding)
    await unlink(holding)
    await write(rowOf(holding, freshId('act'), 4))
    await link(holding, user)
    await move(holding)
    expect(await balanceOf(user)).toBe(7)
  })
})

describe('an act that moved', () => {
  it('is taken back from the account it moved to, also after the link is undone', async () => {
    const { holding, user } = pair()
    const [first, second] = [freshId('act'), freshId('act')]
    await write(rowOf(holding, first, 3), rowOf(holding, second, 4))
    await link(holding, user)
    await move(holding)
    expect(await revoke(first)).toMatchObject([{ user, flowers: 3, taken: 3, done: true }])
    await unlink(holding)
    expect(await revoke(second)).toMatchObject([{ user, flowers: 4, taken: 4, done: true }])
    expect([await balanceOf(holding), await balanceOf(user)]).toEqual([0, 0])
    expect((await historyOf(user)).map(([kind]) => kind)).toEqual(['reversal', 'reversal', 'moved', 'moved'])
  })

  it('is taken back from what the account gave', async () => {
    const { holding, user } = pair()
    const [id, dream] = [freshId('act'), freshId('dream')]
    await write(rowOf(holding, id, 5))
    await link(holding, user)
    await move(holding)
    await commitPledges(world, { ref: dream, at: AT, rows: [[user, 'k:1', 5, nextMark()]] })
    expect(await revoke(id)).toMatchObject([{ user, taken: 0, done: false }])
    expect(await findStandingPledges(world, [user], [])).toMatchObject([[{ key: 'k:1', flowers: 5 }]])
    const row = [user, takeBackKey(actOf(id), 'k:1'), nextMark(), 'k:1', actOf(id)] as const
    expect(await commitTakeBacks(world, { ref: dream, at: AT, rows: [row] })).toMatchObject([{ flowers: 5 }])
    expect(await revoke(id)).toMatchObject([{ taken: 5, lost: 0, done: true }])
  })

  it('does not move when it was taken back while it waited', async () => {
    const { holding, user } = pair()
    const [gone, kept] = [freshId('act'), freshId('act')]
    await write(rowOf(holding, gone, 3), rowOf(holding, kept, 4))
    expect(await revoke(gone)).toMatchObject([{ user: holding, taken: 3, done: true }])
    await link(holding, user)
    await move(holding)
    expect(await historyOf(user)).toEqual([['moved', 4, 4]])
    expect(await balanceOf(holding)).toBe(0)
  })

  it('is taken back from where it is when it is on its way', async () => {
    for (let n = 0; n < 10; n++) {
      const { holding, user } = pair()
      const ids = [freshId('act'), freshId('act'), freshId('act')] as const
      await write(...ids.map((id) => rowOf(holding, id, 2)))
      await link(holding, user)
      const [states] = await Promise.all([revoke(ids[0], ids[1]), move(holding)])
      expect(states).toMatchObject([
        { taken: 2, done: true },
        { taken: 2, done: true },
      ])
      await move(holding)
      expect([await balanceOf(holding), await balanceOf(user)]).toEqual([0, 2])
    }
  })
})

describe('a link', () => {
  it('is to one account only, and an account has one id of a line', async () => {
    const { holding, user } = pair()
    const other = pair()
    await link(holding, user)
    await expect(link(holding, other.user)).rejects.toThrow(/UNIQUE/)
    await expect(link(other.holding, user)).rejects.toThrow(/UNIQUE/)
  })
})

import { describe, expect, it } from 'vitest'
import { commitCredits, commitPledges, loadAccount, loadHistory } from '../../src/ledger/store.ts'
import { freshId, nextMark, plantRule, world } from './world.ts'

const AT = Date.UTC(2026, 8, 9)
const ALL = Number.MAX_SAFE_INTEGER

/** A user whose history is +10, -3, (a refusal), +2, (a capped act), -9, with balances 10, 7, 9, 0. */
async function plantHistory(): Promise<string> {
  const user = freshId('user')
  const rule = await plantRule({ line: 'gift', kind: 'gift', capPerDay: 12 })
  const credit = (flowers: number) =>
    commitCredits(world, {
      ref: 'gift',
      at: AT,
      rows: [[user, `act:gift:${freshId('act')}`, flowers, nextMark(), '2026-09-09/gift/gift', rule, AT]],
    })
  const pledge = (flowers: number) =>
    commitPledges(world, { ref: 'dream-a', at: AT + 1, rows: [[user, freshId('k'), flowers, nextMark()]] })
  await credit(10)
  await pledge(3)
  await pledge(8)
  await credit(2)
  await credit(5)
  await pledge(9)
  return user
}

describe('a history', () => {
  it('tells what moved the balance, newest first, with the balance after each entry', async () => {
    const lines = await loadHistory(world, await plantHistory(), ALL, 100)
    expect(
      lines.map(({ seq, kind, flowers, balance, ref, at }) => [seq, kind, flowers, balance, ref, at]),
    ).toEqual([
      [4, 'pledge', -9, 0, 'dream-a', AT + 1],
      [3, 'credit', 2, 9, 'gift', AT],
      [2, 'pledge', -3, 7, 'dream-a', AT + 1],
      [1, 'credit', 10, 10, 'gift', AT],
    ])
  })

  it('is cut into pages that give the same lines, with the same balances', async () => {
    const user = await plantHistory()
    const whole = await loadHistory(world, user, ALL, 100)
    const pages = []
    for (let before = ALL; ; ) {
      const page = await loadHistory(world, user, before, 1)
      const last = page.at(-1)
      if (!last) break
      pages.push(...page)
      before = last.seq
    }
    expect(pages).toEqual(whole)
  })

  it('ends at the balance of the account', async () => {
    const user = await plantHistory()
    const [newest] = await loadHistory(world, user, ALL, 1)
    expect(await loadAccount(world, user)).toEqual({ balance: newest?.balance, earned: 12, pledged: 12 })
  })

  it('is empty for a user who is unknown, or who was only ever refused', async () => {
    const user = freshId('user')
    expect(await loadHistory(world, user, ALL, 10)).toEqual([])
    await commitPledges(world, { ref: 'dream-a', at: AT, rows: [[user, 'k:1', 1, nextMark()]] })
    expect(await loadHistory(world, user, ALL, 10)).toEqual([])
    expect(await loadAccount(world, user)).toEqual({ balance: 0, earned: 0, pledged: 0 })
  })

  it('holds nothing of another user, whatever the user is called', async () => {
    const user = await plantHistory()
    for (const other of [user.toUpperCase(), `${user}%`, '%', "' OR 1=1 --", `${user}x`])
      expect(await loadHistory(world, other, ALL, 10)).toEqual([])
  })
})

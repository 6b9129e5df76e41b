import { describe, expect, it } from 'vitest'
import { commitPledges, loadAccount } from '../../src/ledger/store.ts'
import type { PledgeRow } from '../../src/ledger/verdicts.ts'
import { creditDirectly, freshId, nextMark, world } from './world.ts'

/** Enough that the batch is read back apart from its writing. */
const ROWS = 600

describe('a large batch', () => {
  const rowsOf = (user: string, flowers: (n: number) => number): PledgeRow[] =>
    Array.from({ length: ROWS }, (_, n) => [user, `k:${n}`, flowers(n), nextMark()])

  it('that is plainly accepted moves every flower', async () => {
    const user = freshId('user')
    await creditDirectly(user, ROWS + 5)
    const batch = { ref: freshId('dream'), at: 1_000, rows: rowsOf(user, () => 1) }
    const verdicts = await commitPledges(world, batch)
    expect(verdicts).toEqual(
      batch.rows.map(([, , , mark]) => ({ kind: 'accepted', mark, at: 1_000, replayed: false })),
    )
    expect(await loadAccount(world, user)).toMatchObject({ balance: 5, pledged: ROWS })
    expect(await commitPledges(world, batch)).toEqual(verdicts)
    expect(await loadAccount(world, user)).toMatchObject({ balance: 5, pledged: ROWS })
  })

  it('tells one refusal, one repeat and one reused key among all others', async () => {
    const user = freshId('user')
    const ref = freshId('dream')
    await creditDirectly(user, ROWS + 10)
    const [known, reused] = [nextMark(), nextMark()]
    await commitPledges(world, {
      ref,
      at: 500,
      rows: [
        [user, 'k:7', 1, known],
        [user, 'k:8', 9, reused],
      ],
    })
    const rows = rowsOf(user, (n) => (n === 100 ? 1_000 : 1))
    const verdicts = await commitPledges(world, { ref, at: 1_000, rows })
    expect(verdicts[7]).toEqual({ kind: 'accepted', mark: known, at: 500, replayed: true })
    expect(verdicts[8]).toEqual({ kind: 'reused' })
    expect(verdicts[100]).toEqual({ kind: 'refused', replayed: false })
    const others = verdicts.filter((_, n) => n !== 7 && n !== 8 && n !== 100)
    expect(others.every((verdict) => verdict.kind === 'accepted' && !verdict.replayed)).toBe(true)
    expect(await loadAccount(world, user)).toMatchObject({ balance: 3, pledged: ROWS - 3 + 10 })
  })
})

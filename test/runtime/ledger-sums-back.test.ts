import { describe, expect, it } from 'vitest'
import { revokeFromBalances } from '../../src/ledger/revocations.ts'
import { commitCredits, commitPledges, commitTakeBacks } from '../../src/ledger/store.ts'
import { sumLedger } from '../../src/ledger/sums.ts'
import { takeBackKey } from '../../src/ledger/verdicts.ts'
import { behindTheBackOf, differencesAfter } from './tampering.ts'
import { freshId, nextMark, world } from './world.ts'

// The check tells twenty differences at the most, so this file plants fewer.
const DAY = '2026-09-09'

/** Credits a user 10 flowers under a tally and pledges 4 of them. */
async function plantPledge(dream: string): Promise<string> {
  const user = freshId('user')
  const act = [user, `act:gift:${freshId('act')}`, 10, nextMark(), `${DAY}/gift/gift`, null, 0] as const
  await commitCredits(world, { ref: 'gift', at: 0, rows: [act] })
  await commitPledges(world, { ref: dream, at: 0, rows: [[user, 'k:1', 4, nextMark()]] })
  return user
}

/** A user who earned 10, pledged 4 and had the act taken back: 6 from the balance, 4 of the pledge. */
async function plantRevoked(dream = freshId('dream')): Promise<{ user: string; act: string; line: string }> {
  const [user, line] = [freshId('user'), freshId('line')]
  const act = `act:${line}:a`
  const row = [user, act, 10, nextMark(), `${DAY}/${line}/act`, null, 0] as const
  await commitCredits(world, { ref: line, at: 0, rows: [row] })
  await commitPledges(world, { ref: dream, at: 0, rows: [[user, 'k:1', 4, nextMark()]] })
  const revoke = () => revokeFromBalances(world, line, [{ act, reason: 'r' }], nextMark(), 0)
  await revoke()
  const back = [user, takeBackKey(act, 'k:1'), nextMark(), 'k:1', act] as const
  await commitTakeBacks(world, { ref: dream, at: 0, rows: [back] })
  await revoke()
  return { user, act, line }
}

const run = (sql: string, ...values: readonly unknown[]) =>
  world.DB.prepare(sql)
    .bind(...values)
    .run()

describe('summing what was taken back and moved', () => {
  it('takes reversals off what was credited and refunds off what was pledged, and tells what is lost', async () => {
    const dream = freshId('dream')
    const before = await sumLedger(world)
    await plantRevoked(dream)
    const kept = await plantPledge(dream)
    const lost = `act:gift:${freshId('act')}`
    const row = [kept, lost, 5, nextMark(), `${DAY}/gift/gift`, null, 0] as const
    await commitCredits(world, { ref: 'gift', at: 0, rows: [row] })
    await commitPledges(world, { ref: 'funded', at: 0, rows: [[kept, 'k:2', 9, nextMark()]] })
    const ask = [{ act: lost, reason: 'r' }]
    await revokeFromBalances(world, 'gift', ask, nextMark(), 0, ['funded', dream])
    const after = await sumLedger(world)
    expect(after).toMatchObject({
      credited: before.credited + 13,
      reversed: before.reversed + 12,
      lost: before.lost + 3,
      balances: before.balances,
      differences: [],
    })
    expect(after.pledgedByRef.get(dream)).toEqual({ flowers: 4, pledges: 1 })
  })

  it('finds a day of a line that is not its acts, and one that is gone', async () => {
    for (const change of [
      'UPDATE line_days SET acts = acts + 1',
      'UPDATE line_days SET flowers = flowers - 1',
      'UPDATE line_days SET capped = capped + 1',
      'UPDATE line_days SET reversed = reversed - 1',
      'DELETE FROM line_days',
    ]) {
      const { line } = await plantRevoked()
      const found = await differencesAfter(() => run(`${change} WHERE line = ?`, line))
      expect(found).toEqual([expect.stringContaining(`day ${DAY} of line ${line}`)])
    }
  })

  it('finds a tally of a user whose act was taken back, when it counts it still', async () => {
    const { user, line } = await plantRevoked()
    const found = await differencesAfter(() => run('UPDATE tallies SET flowers = 10 WHERE user = ?', user))
    expect(found).toEqual([expect.stringContaining(`tally ${DAY}/${line}/act of ${user}`)])
  })

  it('finds a revocation that says other than its reversals, and one that is gone', async () => {
    for (const [guard, change] of [
      ['revocations_keep', 'UPDATE revocations SET taken = 9, lost = 1'],
      ['revocations_keep', 'UPDATE revocations SET flowers = 11, taken = 11'],
      ['revocations_keep', 'UPDATE revocations SET flowers = 9, lost = 0, taken = 9'],
      ['revocations_stay', 'DELETE FROM revocations'],
    ] as const) {
      const { act } = await plantRevoked()
      const found = await differencesAfter(() => behindTheBackOf(guard, `${change} WHERE act = '${act}'`))
      expect(found).toEqual([expect.stringContaining(`the revocation of ${act}`)])
    }
  })

  it('finds a reversal that is gone', async () => {
    const { act, user } = await plantRevoked()
    const found = await differencesAfter(() =>
      behindTheBackOf(
        'entries_stay',
        `DELETE FROM entries WHERE user = '${user}' AND key = 'rev:back:${act.length}:${act}:k:1'`,
      ),
    )
    expect(found).toContainEqual(expect.stringContaining(`the revocation of ${act}`))
    expect(found).toContainEqual(expect.stringContaining(`account ${user}`))
  })

  it('finds a pledge that more is refunded of than it was, or that is another dream’s or none', async () => {
    const refund = (user: string, origin: string, ref: string, flowers: number) =>
      run(
        `INSERT INTO entries (user, key, seq, kind, flowers, asked, ref, mark, origin, at)
         VALUES (?1, ?2, 4, 'refund', ?3, ?3, ?4, 0, ?5, 0)`,
        ...[user, freshId('back'), flowers, ref, origin],
      )
    for (const [origin, ref, flowers] of [
      ['k:1', 'same', 5],
      ['k:1', 'other', 1],
      ['k:never', 'same', 1],
    ] as const) {
      const dream = freshId('dream')
      const user = await plantPledge(dream)
      await commitPledges(world, { ref: dream, at: 0, rows: [[user, 'k:2', 6, nextMark()]] })
      const found = await differencesAfter(() => refund(user, origin, ref === 'same' ? dream : ref, flowers))
      expect(found).toEqual([expect.stringContaining(`more of pledge ${origin} of ${user} is refunded`)])
    }
  })

  it('finds what left one account and did not arrive, arrived short, or came from nowhere', async () => {
    const moved = (user: string, key: string, seq: number, flowers: number) =>
      run(
        `INSERT INTO entries (user, key, seq, kind, flowers, asked, ref, mark, origin, at)
         VALUES (?1, ?2, ?3, 'moved', ?4, 1, 'gift', 0, 'x', 0)`,
        ...[user, key, seq, flowers],
      )
    const from = await plantPledge(freshId('dream'))
    const [gone, short, nowhere] = [freshId('moved:act'), freshId('moved:act'), freshId('moved:act')]
    const told = (key: string) => [expect.stringContaining(`${key} left one account`)]
    expect(await differencesAfter(() => moved(from, gone, 3, -2))).toEqual(told(gone))
    const found = await differencesAfter(async () => {
      await moved(from, short, 4, -2)
      await moved(freshId('user'), short, 1, 1)
    })
    expect(found).toEqual(told(short))
    expect(await differencesAfter(() => moved(freshId('user'), nowhere, 1, 5))).toEqual(told(nowhere))
    // One flower of each of two accounts arrives as two of one.
    const both = freshId('moved:act')
    const together = await differencesAfter(async () => {
      await moved(from, both, 5, -1)
      await moved(await plantPledge(freshId('dream')), both, 3, -1)
      await moved(freshId('user'), both, 1, 2)
    })
    expect(together).toEqual(told(both))
  })
})

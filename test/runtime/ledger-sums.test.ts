import { describe, expect, it } from 'vitest'
import { checkConservation } from '../../src/audit/conservation.ts'
import { commitCredits, commitPledges } from '../../src/ledger/store.ts'
import { sumLedger } from '../../src/ledger/sums.ts'
import { behindTheBackOf, differencesAfter } from './tampering.ts'
import { freshId, nextMark, plantDream, world } from './world.ts'

const DAY = '2026-09-09'

/** Credits a user 10 flowers under a tally and pledges 4 of them. */
async function plantPledge(dream: string): Promise<string> {
  const user = freshId('user')
  const act = [user, `act:gift:${freshId('act')}`, 10, nextMark(), `${DAY}/gift/gift`, null, 0] as const
  await commitCredits(world, { ref: 'gift', at: 0, rows: [act] })
  await commitPledges(world, { ref: dream, at: 0, rows: [[user, 'k:1', 4, nextMark()]] })
  return user
}

describe('summing the ledger', () => {
  it('finds credits equal to balances and pledges, by dream, and no difference', async () => {
    const [one, other] = [freshId('dream'), freshId('dream')]
    for (const dream of [one, one, other]) await plantPledge(dream)
    await commitPledges(world, { ref: one, at: 0, rows: [[freshId('user'), 'k:1', 4, nextMark()]] })
    expect(await sumLedger(world)).toEqual({
      accounts: 3,
      credited: 30,
      reversed: 0,
      lost: 0,
      balances: 18,
      pledgedByRef: new Map([
        [one, { flowers: 8, pledges: 2 }],
        [other, { flowers: 4, pledges: 1 }],
      ]),
      differences: [],
    })
  })

  it('finds a balance that was raised behind the triggers', async () => {
    const user = await plantPledge(freshId('dream'))
    const found = await differencesAfter(() =>
      behindTheBackOf('accounts_move', `UPDATE accounts SET earned = earned + 1 WHERE user = '${user}'`),
    )
    expect(found).toEqual([expect.stringContaining(user)])
  })

  it('finds both sides of an account raised by the same', async () => {
    const user = await plantPledge(freshId('dream'))
    const found = await differencesAfter(() =>
      behindTheBackOf(
        'accounts_move',
        `UPDATE accounts SET earned = earned + 1, pledged = pledged + 1 WHERE user = '${user}'`,
      ),
    )
    expect(found).toEqual([expect.stringContaining(user)])
  })

  it('finds an account that is gone and one that nothing explains', async () => {
    const user = await plantPledge(freshId('dream'))
    expect(
      await differencesAfter(() =>
        behindTheBackOf('accounts_stay', `DELETE FROM accounts WHERE user = '${user}'`),
      ),
    ).toEqual([expect.stringContaining(user)])
    const ghost = freshId('ghost')
    expect(
      await differencesAfter(() =>
        behindTheBackOf(
          'accounts_open',
          `INSERT INTO accounts (user, entries, earned, pledged, last_key) VALUES ('${ghost}', 1, 5, 0, 'k')`,
        ),
      ),
    ).toEqual([expect.stringContaining(ghost)])
  })

  it('finds an entry that was changed, removed or numbered anew', async () => {
    for (const change of [
      (user: string) =>
        behindTheBackOf('entries_keep', `UPDATE entries SET flowers = -3 WHERE user = '${user}' AND seq = 2`),
      (user: string) =>
        behindTheBackOf('entries_stay', `DELETE FROM entries WHERE user = '${user}' AND seq = 2`),
      (user: string) =>
        behindTheBackOf('entries_keep', `UPDATE entries SET seq = 3 WHERE user = '${user}' AND seq = 2`),
    ]) {
      const user = await plantPledge(freshId('dream'))
      expect(await differencesAfter(() => change(user))).toEqual([expect.stringContaining(user)])
    }
  })

  it('finds a tally that is not what was credited under it, and one that is gone', async () => {
    for (const change of ['UPDATE tallies SET flowers = 0', 'DELETE FROM tallies']) {
      const user = await plantPledge(freshId('dream'))
      const found = await differencesAfter(() =>
        world.DB.prepare(`${change} WHERE user = ?`).bind(user).run(),
      )
      expect(found).toEqual([expect.stringContaining(`tally ${DAY}/gift/gift of ${user}`)])
    }
  })
})

describe('the conservation check', () => {
  it('holds a dream’s count to its entries', async () => {
    const dream = await plantDream()
    await plantPledge(dream)
    const about = async () =>
      (await checkConservation(world)).differences.filter((text) => text.includes(dream))
    expect(await about()).toEqual([expect.stringContaining('counts 0 flowers in 0 pledges')])
    await world.DB.prepare('UPDATE dreams SET flowers = 4, pledges = 1 WHERE id = ?').bind(dream).run()
    expect(await about()).toEqual([])
    await world.DB.prepare('UPDATE dreams SET pledges = 2 WHERE id = ?').bind(dream).run()
    expect(await about()).toEqual([expect.stringContaining('4 flowers in 2 pledges')])
  })

  it('says that it does not hold, and tells at most twenty differences of one kind, when all is lost', async () => {
    for (let n = 0; n < 25; n++) await plantPledge('dream-lost')
    await behindTheBackOf('accounts_stay', 'DELETE FROM accounts')
    const { differences } = await sumLedger(world)
    expect(differences.filter((text) => text.startsWith('account '))).toHaveLength(20)
    expect(await checkConservation(world)).toMatchObject({ holds: false, accounts: 0, balances: 0 })
  })
})

import { describe, expect, it } from 'vitest'
import { commitPledges, loadAccount } from '../../src/ledger/store.ts'
import { sumLedger } from '../../src/ledger/sums.ts'
import { creditDirectly, freshId, nextMark, world } from './world.ts'

/**
 * What somebody with a SQL console might try. Each attack runs against a user who earned 10, 5 and 1 and pledged 3,
 * so who holds 13 by entries 1 to 4.
 */

const into = (verb: string, values: string): string =>
  `${verb} INTO entries (user, key, seq, kind, flowers, asked, ref, mark, tally, at) VALUES ${values}`

const account = (verb: string, values: string): string =>
  `${verb} INTO accounts (user, entries, earned, pledged, last_key) VALUES ${values}`

/** The same for entries that name what they come from. */
const from = (values: string): string =>
  `INSERT INTO entries (user, key, seq, kind, flowers, asked, ref, mark, tally, at, origin) VALUES ${values}`

/** Statements that must fail. ?1 is the user, ?2 the key of the first entry, ?3 of the last, ?4 a stranger, ?5 a new key. */
const refused: Record<string, string> = {
  'changing an entry': 'UPDATE entries SET flowers = 100 WHERE user = ?1 AND key = ?2',
  'changing an entry OR IGNORE': 'UPDATE OR IGNORE entries SET flowers = 100 WHERE user = ?1 AND key = ?2',
  'changing an entry OR REPLACE': 'UPDATE OR REPLACE entries SET key = ?3 WHERE user = ?1 AND key = ?2',
  'changing an entry without changing it': 'UPDATE entries SET at = at WHERE user = ?1',
  'giving an entry to somebody else': 'UPDATE entries SET user = ?4 WHERE user = ?1 AND key = ?2',
  'deleting an entry': 'DELETE FROM entries WHERE user = ?1 AND key = ?2',
  'deleting every entry': 'DELETE FROM entries',
  'raising a balance': 'UPDATE accounts SET earned = earned + 100 WHERE user = ?1',
  'lowering a balance': 'UPDATE accounts SET pledged = pledged + 1 WHERE user = ?1',
  'raising a balance with the last entry for a reason':
    'UPDATE accounts SET earned = earned + 1, entries = 5, last_key = ?3 WHERE user = ?1',
  'raising both sides of an account': 'UPDATE accounts SET earned = 100, pledged = 87 WHERE user = ?1',
  'raising a balance OR IGNORE': 'UPDATE OR IGNORE accounts SET earned = earned + 100 WHERE user = ?1',
  'raising a balance OR REPLACE': 'UPDATE OR REPLACE accounts SET earned = earned + 100 WHERE user = ?1',
  'setting the balance itself': 'UPDATE accounts SET balance = 100 WHERE user = ?1',
  'renaming an account': 'UPDATE accounts SET user = ?4 WHERE user = ?1',
  'winding an account back': 'UPDATE accounts SET entries = 1, earned = 10, last_key = ?2 WHERE user = ?1',
  'deleting an account': 'DELETE FROM accounts WHERE user = ?1',
  'deleting every account': 'DELETE FROM accounts',
  'opening an account without an entry': account('INSERT', "(?4, 1, 100, 0, 'none')"),
  'opening an account OR IGNORE without an entry': account('INSERT OR IGNORE', "(?4, 1, 100, 0, 'none')"),
  'opening an account on another’s entry': account('INSERT', '(?4, 1, 10, 0, ?2)'),
  'opening an account twice': account('INSERT', '(?1, 1, 10, 0, ?2)'),
  'replacing an account with a fuller one': account('INSERT OR REPLACE', '(?1, 4, 100, 3, ?3)'),
  'updating an account by upsert': `${account('INSERT', '(?1, 1, 10, 0, ?2)')} ON CONFLICT (user) DO UPDATE SET earned = 100`,
  'an entry that overdraws': into('INSERT', "(?1, ?5, 5, 'pledge', -14, 14, 'd', 0, NULL, 0)"),
  'an entry that overdraws, OR IGNORE': into(
    'INSERT OR IGNORE',
    "(?1, ?5, 5, 'pledge', -14, 14, 'd', 0, NULL, 0)",
  ),
  'an entry that overdraws, OR REPLACE': into(
    'INSERT OR REPLACE',
    "(?1, ?5, 5, 'pledge', -14, 14, 'd', 0, NULL, 0)",
  ),
  'a reversal that overdraws': from("(?1, ?5, 5, 'reversal', -14, 14, 'd', 0, NULL, 0, ?2)"),
  'a reversal that comes from nothing': into('INSERT', "(?1, ?5, 5, 'reversal', -1, 1, 'd', 0, NULL, 0)"),
  'a reversal of an act that was not taken back': from(
    "(?1, ?5, 5, 'reversal', -1, 1, 'test', 0, NULL, 0, ?2)",
  ),
  'a refund of more than was given': from("(?1, ?5, 5, 'refund', 4, 4, 'd', 0, NULL, 0, 'k:gift')"),
  'a refund that comes from nothing': into('INSERT', "(?1, ?5, 5, 'refund', 1, 1, 'd', 0, NULL, 0)"),
  'a refund that takes': from("(?1, ?5, 5, 'refund', -1, 1, 'd', 0, NULL, 0, 'k:gift')"),
  'a reversal that gives': from("(?1, ?5, 5, 'reversal', 1, 1, 'd', 0, NULL, 0, ?2)"),
  'a move that comes from nowhere': into('INSERT', "(?1, ?5, 5, 'moved', 1, 1, 'd', 0, NULL, 0)"),
  'a move that overdraws': from("(?1, ?5, 5, 'moved', -14, 14, 'd', 0, NULL, 0, ?4)"),
  'a move of nothing': from("(?1, ?5, 0, 'moved', 0, 1, 'd', 0, NULL, 0, ?4)"),
  'a pledge by a stranger': into('INSERT', "(?4, ?5, 1, 'pledge', -1, 1, 'd', 0, NULL, 0)"),
  'an entry with a gap before it': into('INSERT', "(?1, ?5, 6, 'credit', 1, 1, 'd', 0, NULL, 0)"),
  'an entry in the place of another': into('INSERT', "(?1, ?5, 3, 'credit', 1, 1, 'd', 0, NULL, 0)"),
  'a second first entry': into('INSERT', "(?1, ?5, 1, 'credit', 1, 1, 'd', 0, NULL, 0)"),
  'a stranger’s second entry': into('INSERT', "(?4, ?5, 2, 'credit', 1, 1, 'd', 0, NULL, 0)"),
  'a credit outside the history': into('INSERT', "(?1, ?5, 0, 'credit', 1, 1, 'd', 0, NULL, 0)"),
  'a credit that takes': into('INSERT', "(?1, ?5, 5, 'credit', -1, 1, 'd', 0, NULL, 0)"),
  'a pledge that gives': into('INSERT', "(?1, ?5, 5, 'pledge', 1, 1, 'd', 0, NULL, 0)"),
  'a refusal that gives': into('INSERT', "(?1, ?5, 5, 'refused', 1, 1, 'd', 0, NULL, 0)"),
  'an entry of an unknown kind': into('INSERT', "(?1, ?5, 5, 'gift', 1, 1, 'd', 0, NULL, 0)"),
  'flowers that are a word': into('INSERT', "(?1, ?5, 5, 'credit', 'many', 1, 'd', 0, NULL, 0)"),
  'changing what a batch inserts into': 'UPDATE pledging SET asked = 1 WHERE user = ?1',
  'deleting from what a batch inserts into': 'DELETE FROM crediting WHERE user = ?1',
  'a negative pledge':
    "INSERT INTO pledging (user, key, asked, ref, mark, at) VALUES (?1, ?5, -5, 'd', 0, 0)",
  'a pledge of nothing':
    "INSERT INTO pledging (user, key, asked, ref, mark, at) VALUES (?1, ?5, 0, 'd', 0, 0)",
}

/** Statements that may pass, if the ledger is right after them. */
const harmless: Record<string, string> = {
  'replacing an entry': into('INSERT OR REPLACE', "(?1, ?2, 5, 'credit', 100, 100, 'd', 0, NULL, 0)"),
  'REPLACE of an entry': into('REPLACE', "(?1, ?3, 5, 'pledge', -13, 13, 'd', 0, NULL, 0)"),
  'updating an entry by upsert': `${into('INSERT', "(?1, ?2, 5, 'credit', 100, 100, 'd', 0, NULL, 0)")} ON CONFLICT (user, key) DO UPDATE SET flowers = 100`,
  'taking another’s act by REPLACE': into('REPLACE', "(?4, ?2, 1, 'credit', 10, 10, 'd', 0, NULL, 0)"),
  'the next entry, written by hand': into('INSERT', "(?1, ?5, 5, 'credit', 2, 2, 'd', 0, NULL, 0)"),
  'an account OR IGNORE that is there': account('INSERT OR IGNORE', '(?1, 1, 10, 0, ?2)'),
  'winding an account back by REPLACE': account('INSERT OR REPLACE', '(?1, 1, 10, 0, ?2)'),
  'swelling both sides of an account by REPLACE': account('REPLACE', '(?1, 1, 110, 100, ?2)'),
  'a second first entry, OR IGNORE': into('INSERT OR IGNORE', "(?1, ?5, 1, 'credit', 7, 7, 'd', 0, NULL, 0)"),
  'a second first entry, OR REPLACE': into(
    'INSERT OR REPLACE',
    "(?1, ?5, 1, 'credit', 1000, 1000, 'd', 0, NULL, 0)",
  ),
  'a pledge by a stranger, OR IGNORE': into(
    'INSERT OR IGNORE',
    "(?4, ?5, 1, 'pledge', -5, 5, 'd', 0, NULL, 0)",
  ),
  'two credits under one tally, OR IGNORE': into(
    'INSERT OR IGNORE',
    "(?1, ?5, 5, 'credit', 2, 2, 'd', 0, ?1, 0), (?1, ?5 || '+', 6, 'credit', 3, 3, 'd', 0, ?1, 0)",
  ),
  'two credits under one tally, OR REPLACE': into(
    'INSERT OR REPLACE',
    "(?1, ?5, 5, 'credit', 2, 2, 'd', 0, ?1, 0), (?1, ?5 || '+', 6, 'credit', 3, 3, 'd', 0, ?1, 0)",
  ),
  'part of a flower': into('INSERT', "(?1, ?5, 5, 'credit', 1.5, 1.5, 'd', 0, NULL, 0)"),
  'a pledge OR REPLACE through the view':
    "INSERT OR REPLACE INTO pledging (user, key, asked, ref, mark, at) VALUES (?1, ?5, 14, 'd', 0, 0)",
  'a pledge OR IGNORE through the view':
    "INSERT OR IGNORE INTO pledging (user, key, asked, ref, mark, at) VALUES (?4, ?5, 1, 'd', 0, 0)",
}

interface Victim {
  readonly user: string
  readonly stranger: string
  readonly keys: readonly [string, string, string, string]
}

const keysOf = async (user: string): Promise<string[]> => {
  const { results } = await world.DB.prepare('SELECT key FROM entries WHERE user = ? ORDER BY seq')
    .bind(user)
    .all<{ key: string }>()
  return results.map(({ key }) => key)
}

async function plantVictim(): Promise<Victim> {
  const user = freshId('user')
  await creditDirectly(user, 10)
  await creditDirectly(user, 5)
  await commitPledges(world, { ref: 'd', at: 0, rows: [[user, 'k:gift', 3, nextMark()]] })
  await creditDirectly(user, 1)
  const [first = '', second = '', third = '', last = ''] = await keysOf(user)
  return { user, stranger: freshId('stranger'), keys: [first, second, third, last] }
}

/** Runs a statement with only the parameters it names. */
function attack(sql: string, { user, stranger, keys }: Victim): Promise<D1Result> {
  const values = [user, keys[0], keys[3], stranger, freshId('key')]
  const used = values.slice(0, Math.max(0, ...[...sql.matchAll(/\?(\d)/g)].map(([, n]) => Number(n))))
  return world.DB.prepare(sql)
    .bind(...used)
    .run()
}

const entriesOf = async (users: readonly string[]): Promise<unknown[]> =>
  (
    await world.DB.prepare('SELECT * FROM entries WHERE user IN (?1, ?2) ORDER BY user, seq, key')
      .bind(...users)
      .all()
  ).results

/** Every account is the sum of its entries, holds whole flowers, and its history of before is all there. */
async function expectSound(victim: Victim, before: readonly unknown[]): Promise<void> {
  const users = [victim.user, victim.stranger]
  const { differences } = await sumLedger(world)
  expect(differences.filter((text) => users.some((user) => text.includes(user)))).toEqual([])
  expect(await entriesOf(users)).toEqual(expect.arrayContaining([...before]))
  for (const user of users) {
    const { balance } = await loadAccount(world, user)
    expect(Number.isSafeInteger(balance) && balance >= 0).toBe(true)
  }
}

describe('the ledger’s own triggers refuse', () => {
  it.each(Object.entries(refused))('%s', async (_, sql) => {
    const victim = await plantVictim()
    const before = await entriesOf([victim.user, victim.stranger])
    await expect(attack(sql, victim)).rejects.toThrow(/CONSTRAINT|constraint|cannot (modify|UPDATE)/)
    expect(await entriesOf([victim.user, victim.stranger])).toEqual(before)
    expect(await loadAccount(world, victim.user)).toEqual({ balance: 13, earned: 16, pledged: 3 })
    await expectSound(victim, before)
  })
})

describe('an account stays the sum of its history after', () => {
  it.each(Object.entries(harmless))('%s', async (_, sql) => {
    const victim = await plantVictim()
    const before = await entriesOf([victim.user, victim.stranger])
    await attack(sql, victim).catch(() => null)
    await expectSound(victim, before)
  })
})

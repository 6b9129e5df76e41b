import { describe, expect, it } from 'vitest'
import { revokeFromBalances } from '../../src/ledger/revocations.ts'
import { commitCredits, commitPledges, loadAccount } from '../../src/ledger/store.ts'
import { sumLedger } from '../../src/ledger/sums.ts'
import { freshId, nextMark, plantRule, world } from './world.ts'

/**
 * What somebody with a SQL console might try on what is taken back, moved and allowed. Each attack runs against a user
 * who earned 10, 5 and 10 by three acts and pledged 14 of it; the second act was taken back whole, of the first 6 are
 * back and 4 are missing, the third is theirs. The last entry is the sixth, the account holds 10.
 */

interface Victim {
  readonly user: string
  readonly stranger: string
  readonly line: string
  readonly acts: readonly [missing: string, ended: string, kept: string]
  readonly pledge: string
  readonly rule: number
}

const AT = 1_000

async function plantVictim(): Promise<Victim> {
  const [user, line] = [freshId('user'), freshId('line')]
  const acts = ['a', 'b', 'c'].map((id) => `act:${line}:${id}`) as [string, string, string]
  const rule = await plantRule({ line, kind: 'act', capPerDay: 50, state: 'active', version: 1 })
  const credit = (key: string, flowers: number) =>
    commitCredits(world, {
      ref: line,
      at: AT,
      rows: [[user, key, flowers, nextMark(), `2026-09-09/${line}/act`, rule, AT]],
    })
  const revoke = (act: string) =>
    revokeFromBalances(world, line, [{ act, reason: 'cheated' }], nextMark(), AT)
  await credit(acts[0], 10)
  await credit(acts[1], 5)
  await commitPledges(world, { ref: 'd', at: AT, rows: [[user, 'k:gift', 4, nextMark()]] })
  await revoke(acts[1])
  await revoke(acts[0])
  await credit(acts[2], 10)
  return { user, stranger: freshId('stranger'), line, acts, pledge: 'k:gift', rule }
}

const into = (kind: string, flowers: number, origin: string, seq = 7): string =>
  `INSERT INTO entries (user, key, seq, kind, flowers, asked, ref, mark, tally, at, origin)
   VALUES (?1, ?6, ${seq}, '${kind}', ${flowers}, 1, ?4, 0, '2026-09-09/' || ?4 || '/act', 0, ${origin})`

const rule = (verb: string, change: string): string =>
  `UPDATE ${verb} earning_rules SET ${change} WHERE line = ?4 AND version = 1`

/**
 * Statements that must fail. ?1 is the user, ?2 the act of which flowers are missing, ?3 the one that is ended, ?4 the
 * line, ?5 the act that was not taken back, ?6 a new key, ?7 a stranger.
 */
const refused: Record<string, string> = {
  'a reversal of an act that was not taken back': into('reversal', -1, '?5'),
  'a reversal of an act whose taking back is ended': into('reversal', -1, '?3'),
  'a reversal of an act that nobody knows': into('reversal', -1, '?6'),
  'a reversal of more than is missing': into('reversal', -5, '?2'),
  'a reversal of the whole act again': into('reversal', -10, '?2'),
  'counting more as taken than the act earned': 'UPDATE revocations SET taken = 11 WHERE act = ?2',
  'counting less than nothing as taken': 'UPDATE revocations SET taken = -1 WHERE act = ?2',
  'a loss that is not what is missing': 'UPDATE revocations SET lost = 9 WHERE act = ?2',
  'a loss on top of what was taken': 'UPDATE revocations SET lost = 1 WHERE act = ?3',
  'ending what is not taken': 'UPDATE revocations SET done_at = 1 WHERE act = ?2',
  'forgetting a loss': 'UPDATE revocations SET lost = 0, taken = flowers WHERE act = ?3',
  'forgetting why an act was taken back': "UPDATE revocations SET reason = '' WHERE act = ?2",
  'going back on what is ended': 'UPDATE revocations SET done_at = NULL WHERE act = ?3',
  'forgetting that an act was taken back': 'DELETE FROM revocations WHERE act = ?2',
  'changing what a batch takes back by': 'UPDATE taking_back SET mark = 1 WHERE user = ?1',
  'deleting from what a batch takes back by': 'DELETE FROM revoking WHERE act = ?2',
  'changing what a batch moves by': 'UPDATE moving SET user = ?7 WHERE holding = ?1',
  'letting a rule give more': rule('', 'flowers = 1000'),
  'letting a rule give more, OR IGNORE': rule('OR IGNORE', 'flowers = 1000'),
  'letting a rule give more, OR REPLACE': rule('OR REPLACE', 'flowers = 1000'),
  'asking less of an act': rule('', 'per = 1, minimum = 7'),
  'taking a cap away': rule('', 'cap_per_day = NULL'),
  'setting a cap for a campaign': rule('', 'cap_per_campaign = 1'),
  'beginning a campaign anew': rule('', "campaign_from = '2026-09-10'"),
  'raising a budget': rule('', 'line_budget = 1000000'),
  'letting a rule begin earlier': rule('', 'valid_from = 1'),
  'letting a rule end later': rule('', 'valid_to = 99999999999999'),
  'shortening a cooldown': rule('', 'cooldown_seconds = 1'),
  'giving a rule to another line': rule('', 'line = ?7'),
  'renumbering a rule': rule('', 'version = 2'),
  'making an active rule a draft': rule('', "state = 'draft'"),
  'changing a rule as it retires': rule('', "state = 'retired', flowers = 1000"),
  'saying nothing new of a rule': rule('', "state = 'active'"),
  'deleting a rule': 'DELETE FROM earning_rules WHERE line = ?4',
  'a rule that gives nothing':
    "INSERT INTO earning_rules (line, kind, version, state, per, flowers, created_at) VALUES (?4, 'act', 2, 'draft', 1, 0, 0)",
  'a rule that ends before it begins':
    "INSERT INTO earning_rules (line, kind, version, state, per, flowers, valid_from, valid_to, created_at) VALUES (?4, 'act', 2, 'draft', 1, 1, 5, 5, 0)",
}

/** Statements that are passed over: what they would write is there. */
const ignored: Record<string, string> = Object.fromEntries(
  ['INSERT', 'INSERT OR REPLACE', 'REPLACE'].flatMap((verb) => [
    [
      `taking an act back a second time, ${verb}`,
      `${verb} INTO revocations (act, line, user, flowers, taken, lost, reason, mark, at) VALUES (?3, ?4, ?1, 5, 0, 0, 'r', 0, 0)`,
    ],
    [
      `a second active rule of a kind, ${verb}`,
      `${verb} INTO earning_rules (line, kind, version, state, per, flowers, created_at) VALUES (?4, 'act', 2, 'active', 1, 1000, 0)`,
    ],
    [
      `writing a rule anew, ${verb}`,
      `${verb} INTO earning_rules (line, kind, version, state, per, flowers, created_at) VALUES (?4, 'act', 1, 'retired', 1, 1000, 0)`,
    ],
  ]),
)

const back = (verb: string, user: string, pledge: string, act: string, ref = "'d'"): string =>
  `${verb} INTO taking_back (user, key, ref, mark, pledge, act, at) VALUES (${user}, ?6, ${ref}, 0, ${pledge}, ${act}, 0)`

const revoking = (act: string, given: string): string =>
  `INSERT INTO revoking (act, line, reason, mark, given, at) VALUES (${act}, ?4, 'r', 0, ${given}, 0)`

const move = (holding: string, act: string, user: string): string =>
  `INSERT INTO moving (holding, act, user, at) VALUES (${holding}, ${act}, ${user}, 0)`

/** Statements that may pass, if the ledger is right after them. */
const harmless: Record<string, string> = {
  'taking a pledge back for an act that was not taken back': back('INSERT', '?1', "'k:gift'", '?5'),
  'taking a pledge back for an act that is ended': back('INSERT', '?1', "'k:gift'", '?3'),
  'taking a stranger’s pledge back': back('INSERT', '?7', "'k:gift'", '?2'),
  'taking a credit back as if it were a pledge': back('INSERT', '?1', '?5', '?2', '?4'),
  'taking a pledge back from another dream': back('INSERT', '?1', "'k:gift'", '?2', "'e'"),
  'taking a pledge back under two keys': `${back('INSERT', '?1', "'k:gift'", '?2')}, (?1, ?6 || '+', 'd', 1, 'k:gift', ?2, 0)`,
  'taking a pledge back OR REPLACE': back('INSERT OR REPLACE', '?1', "'k:gift'", '?2'),
  'taking a pledge back OR IGNORE': back('INSERT OR IGNORE', '?1', "'k:gift'", '?2'),
  'calling everything given for good': revoking('?2', `'["d"]'`),
  'calling nothing given for good': revoking('?2', "'[]'"),
  'taking back what is ended': revoking('?3', `'["d"]'`),
  'taking back an entry that is no act': revoking("'k:gift'", `'["d"]'`),
  'taking back OR REPLACE': revoking('?3', 'NULL').replace('INSERT', 'INSERT OR REPLACE'),
  'moving an act that no link names': move('?1', '?5', '?7'),
  'moving an act of a stranger': move('?7', '?5', '?1'),
  'moving an act to its own account': move('?1', '?5', '?1'),
  'refunding by hand what stands': into('refund', 4, "'k:gift'").replace(
    "?4, 0, '2026-09-09/' || ?4 || '/act'",
    "'d', 0, NULL",
  ),
}

/** Runs a statement with only the parameters it names. */
function attack(sql: string, { user, stranger, line, acts }: Victim): Promise<D1Result> {
  const values = [user, acts[0], acts[1], line, acts[2], freshId('key'), stranger]
  const used = values.slice(0, Math.max(0, ...[...sql.matchAll(/\?(\d)/g)].map(([, n]) => Number(n))))
  return world.DB.prepare(sql)
    .bind(...used)
    .run()
}

/** All that is known of the victim. */
async function rowsOf({ user, line }: Victim): Promise<unknown[][]> {
  const results = await world.DB.batch([
    world.DB.prepare('SELECT * FROM entries WHERE user = ? ORDER BY seq, key').bind(user),
    world.DB.prepare('SELECT * FROM revocations WHERE line = ? ORDER BY act').bind(line),
    world.DB.prepare('SELECT * FROM earning_rules WHERE line = ? ORDER BY version').bind(line),
    world.DB.prepare('SELECT * FROM line_days WHERE line = ?').bind(line),
  ])
  return results.map((result) => result.results)
}

describe('the ledger’s own triggers refuse', () => {
  it.each(Object.entries(refused))('%s', async (_, sql) => {
    const victim = await plantVictim()
    const before = await rowsOf(victim)
    await expect(attack(sql, victim)).rejects.toThrow(
      /CONSTRAINT|constraint|cannot (modify|UPDATE)|never (changes|deleted)/,
    )
    expect(await rowsOf(victim)).toEqual(before)
    expect(await loadAccount(world, victim.user)).toEqual({ balance: 10, earned: 14, pledged: 4 })
    expect((await sumLedger(world)).differences).toEqual([])
  })
})

describe('the ledger’s own triggers pass over', () => {
  it.each(Object.entries(ignored))('%s', async (_, sql) => {
    const victim = await plantVictim()
    const before = await rowsOf(victim)
    await attack(sql, victim)
    expect(await rowsOf(victim)).toEqual(before)
  })

  it('nothing: an audit row that is written anew is refused', async () => {
    const row = (verb: string, id: string) =>
      world.DB.prepare(
        `${verb} INTO audit_log (id, at, actor, action, subject, detail) VALUES (${id}, 1, 'a', 'b', 'c', '{}') RETURNING id`,
      ).first<{ id: number }>()
    const first = await row('INSERT', 'NULL')
    const second = await row('INSERT', 'NULL')
    expect(second?.id).not.toBe(first?.id)
    await expect(row('INSERT OR REPLACE', String(first?.id))).rejects.toThrow(/never changes/)
  })
})

describe('the ledger adds up after', () => {
  it.each(Object.entries(harmless))('%s', async (_, sql) => {
    const victim = await plantVictim()
    const [before] = await rowsOf(victim)
    await attack(sql, victim).catch(() => null)
    expect((await sumLedger(world)).differences).toEqual([])
    expect((await rowsOf(victim))[0]).toEqual(expect.arrayContaining(before ?? []))
    const { balance, earned, pledged } = await loadAccount(world, victim.user)
    expect(balance).toBeGreaterThanOrEqual(0)
    // Nothing of it made a flower: what was earned and not taken back is held or given.
    expect(earned).toBeLessThanOrEqual(14)
    expect(pledged).toBeLessThanOrEqual(4)
    expect(await loadAccount(world, victim.stranger)).toEqual({ balance: 0, earned: 0, pledged: 0 })
  })
})

describe('a rule', () => {
  it('goes forward: a draft is activated, an active one retired, with the time of it', async () => {
    const line = freshId('line')
    const version = await plantRule({ line, kind: 'act', state: 'draft' })
    const say = (change: string) =>
      world.DB.prepare(`UPDATE earning_rules SET ${change} WHERE line = ? AND version = ?`)
        .bind(line, version)
        .run()
    await say("state = 'active', activated_at = 5")
    await say("state = 'retired', retired_at = 6")
    for (const state of ['draft', 'active', 'retired'])
      await expect(say(`state = '${state}'`)).rejects.toThrow('never changes')
  })
})

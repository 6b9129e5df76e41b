import { allDatabases, type LedgerDatabases } from './databases.ts'

/** All SQL of taking an act back: the flowers of an account, what of them is given away, and what is lost. */

/**
 * An act that its line took back. `user` is null for one that was not known: it will not be credited when it comes.
 * `taken` of `flowers` are back; once `done`, the rest is `lost`: the line's loss.
 */
export interface Revocation {
  readonly act: string
  readonly user: string | null
  readonly flowers: number
  readonly taken: number
  readonly lost: number
  readonly done: boolean
  /** Names the request that took it back first. */
  readonly mark: number
}

/** What to take back, and why. */
export interface RevocationAsk {
  readonly act: string
  readonly reason: string
}

const REVOKE_SQL = `INSERT INTO revoking (act, line, reason, mark, given, at)
SELECT value ->> 0, ?2, value ->> 1, ?3, ?5, ?4 FROM json_each(?1)`

const REVOCATIONS_SQL = `SELECT i.key AS place, v.act, v.user, v.flowers, v.taken, v.lost, v.done_at IS NOT NULL AS done, v.mark
FROM json_each(?1) i JOIN revocations v ON v.act = i.value ->> 0`

/**
 * Takes acts of a line back as far as the accounts hold the flowers, in one transaction; returns where each stands, in
 * order. Repeating it is harmless: it takes what is still missing, never more. With `given`, dreams whose flowers are
 * given for good, an act ends of which nothing can be had any more: its user holds nothing and has no pledge to another
 * dream. What is missing then is lost. Throws when the outcome is unknown.
 */
export async function revokeFromBalances(
  env: LedgerDatabases,
  line: string,
  asks: readonly RevocationAsk[],
  mark: number,
  at: number,
  given: readonly string[] | null = null,
): Promise<Revocation[]> {
  const body = JSON.stringify(asks.map(({ act, reason }) => [act, reason]))
  const found: (Revocation | undefined)[] = asks.map(() => undefined)
  for (const db of allDatabases(env)) {
    const results = await db.batch<Omit<Revocation, 'done'> & { place: number; done: number }>([
      db.prepare(REVOKE_SQL).bind(body, line, mark, at, given && JSON.stringify(given)),
      db.prepare(REVOCATIONS_SQL).bind(body),
    ])
    for (const { place, done, ...row } of results[1]?.results ?? [])
      found[place] = { ...row, done: done === 1 }
  }
  if (found.includes(undefined)) throw new Error('the ledger left a revocation without a row')
  return found as Revocation[]
}

/** What stands of a pledge: `flowers`, those of it that were not taken back. */
export interface StandingPledge {
  readonly user: string
  readonly key: string
  readonly dream: string
  readonly flowers: number
}

/** Most pledges looked at for one act at a time; those of which enough stands are usually the first few. */
const MAX_STANDING = 100

const STANDING_SQL = `SELECT s.place, s.user, s.key, s.ref AS dream, s.flowers FROM (
  SELECT u.key AS place, p.user, p.key, p.ref, p.seq, -p.flowers - ifnull((
    SELECT sum(b.flowers) FROM entries b WHERE b.user = p.user AND b.kind = 'refund' AND b.origin = p.key), 0) AS flowers,
    row_number() OVER (PARTITION BY u.key ORDER BY p.seq DESC) AS n
  FROM json_each(?1) u JOIN entries p ON p.user = u.value AND p.kind = 'pledge'
  WHERE p.ref NOT IN (SELECT value FROM json_each(?2)) AND -p.flowers > ifnull((
    SELECT sum(b.flowers) FROM entries b WHERE b.user = p.user AND b.kind = 'refund' AND b.origin = p.key), 0)
) s WHERE s.n <= ${MAX_STANDING} ORDER BY s.place, s.seq DESC`

/** Users' pledges of which something stands, newest first, but for those to `without`; a list a user, in order. */
export async function findStandingPledges(
  env: LedgerDatabases,
  users: readonly string[],
  without: readonly string[],
): Promise<StandingPledge[][]> {
  const lists: StandingPledge[][] = users.map(() => [])
  for (const db of allDatabases(env)) {
    const { results } = await db
      .prepare(STANDING_SQL)
      .bind(JSON.stringify(users), JSON.stringify(without))
      .all<StandingPledge & { place: number }>()
    for (const { place, ...pledge } of results) lists[place]?.push(pledge)
  }
  return lists
}

const OPEN_SQL = `SELECT act, line, reason FROM revocations INDEXED BY revocations_open
WHERE done_at IS NULL AND at < ?1 ORDER BY random() LIMIT ?2`

/** Revocations that were begun before `before` (ms) and not ended, in any order: one that fails keeps none back. */
export async function findOpenRevocations(
  env: LedgerDatabases,
  before: number,
  limit: number,
): Promise<{ act: string; line: string; reason: string }[]> {
  const found: { act: string; line: string; reason: string }[] = []
  for (const db of allDatabases(env)) {
    const { results } = await db
      .prepare(OPEN_SQL)
      .bind(before, limit)
      .all<{ act: string; line: string; reason: string }>()
    found.push(...results)
  }
  return found
}

/** Which of these acts were taken back, known or not. */
export async function findRevoked(
  env: LedgerDatabases,
  acts: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const db of allDatabases(env)) {
    const { results } = await db
      .prepare('SELECT v.act FROM json_each(?1) i JOIN revocations v ON v.act = i.value')
      .bind(JSON.stringify(acts))
      .all<{ act: string }>()
    for (const { act } of results) found.add(act)
  }
  return found
}

/** A revocation as its line sees it. `position` grows with each; times in ms. */
export interface RevocationRecord extends Omit<Revocation, 'done' | 'mark'> {
  readonly position: number
  readonly reason: string
  readonly at: number
  readonly doneAt: number | null
}

const LIST_SQL = `SELECT rowid AS position, act, user, flowers, taken, lost, reason, at, done_at AS doneAt
FROM revocations WHERE line = ?1 AND rowid < ?2 AND lost >= ?3 ORDER BY rowid DESC LIMIT ?4`

/** Revocations of a line, newest first, from before a position; only those with a loss if asked. */
export async function listRevocations(
  db: D1Database,
  line: string,
  before: number,
  lostOnly: boolean,
  limit: number,
): Promise<RevocationRecord[]> {
  const { results } = await db
    .prepare(LIST_SQL)
    .bind(line, before, lostOnly ? 1 : 0, limit)
    .all<RevocationRecord>()
  return results
}

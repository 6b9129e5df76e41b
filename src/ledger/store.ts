import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { allDatabases, databaseOf, type LedgerDatabases, partition } from './databases.ts'
import { accounts } from './schema.ts'
import { tellCredits, tellPledges } from './telling.ts'
import {
  type ActRecord,
  type CreditRow,
  type CreditVerdict,
  type CutReason,
  type EntryRecord,
  type PledgeRow,
  type PledgeVerdict,
  readCredit,
  readPledge,
  type TakeBackRow,
  type TakeBackVerdict,
} from './verdicts.ts'

/** A batch on its way to the ledger. `ref` is the dream or line, `at` the batch's time in ms. */
export interface LedgerBatch<Row> {
  readonly ref: string
  readonly at: number
  readonly rows: readonly Row[]
  /** JSON of `rows`, where the caller has it already. */
  readonly body?: string
}

// One bound parameter carries the whole batch: D1 allows 100 parameters and 2 MB a value.
const PLEDGE_INSERT_SQL = `INSERT INTO pledging (user, key, asked, ref, mark, at)
SELECT value ->> 0, value ->> 1, value ->> 2, ?2, value ->> 3, ?3 FROM json_each(?1)`

const CREDIT_INSERT_SQL = `INSERT INTO crediting (user, key, asked, ref, mark, tally, rule, acted_at, at)
SELECT value ->> 0, value ->> 1, value ->> 2, ?2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, ?3
FROM json_each(?1)`

const TAKE_BACK_INSERT_SQL = `INSERT INTO taking_back (user, key, ref, mark, pledge, act, at)
SELECT value ->> 0, value ->> 1, ?2, value ->> 2, value ->> 3, value ->> 4, ?3 FROM json_each(?1)`

// Only what is not plainly done comes back; a row for every pledge would cost more than writing it.
const PLEDGE_EXCEPTIONS_SQL = `SELECT i.key AS place, e.kind, e.flowers, e.asked, e.ref, e.mark, e.at
FROM json_each(?1) i LEFT JOIN entries e ON e.user = i.value ->> 0 AND e.key = i.value ->> 1
WHERE (e.kind = 'pledge' AND e.ref = ?2 AND e.mark = i.value ->> 3) IS NOT TRUE`

// By key alone: the account an act was reported for may have been linked to another since.
const ACT_COLUMNS =
  'e.kind, e.flowers, e.asked, e.ref, e.mark, e.at, e.cut, ifnull(e.origin, e.user) AS claimant'

const CREDIT_EXCEPTIONS_SQL = `SELECT i.key AS place, ${ACT_COLUMNS}
FROM json_each(?1) i LEFT JOIN entries e ON e.key = i.value ->> 1 AND e.kind IN ('credit', 'capped')
WHERE (e.kind = 'credit' AND e.flowers = e.asked AND e.ref = ?2 AND e.mark = i.value ->> 3
  AND ifnull(e.origin, e.user) = i.value ->> 0) IS NOT TRUE`

const TAKE_BACKS_SQL = `SELECT i.key AS place, e.kind, e.flowers, e.asked, e.ref, e.mark, e.at
FROM json_each(?1) i JOIN entries e ON e.user = i.value ->> 0 AND e.key = i.value ->> 1`

type ExceptionRow = { place: number } & { [K in keyof ActRecord]: ActRecord[K] | null }

/**
 * From this many rows on, a batch is written first and read back only when the count of changes says that not every
 * row was plainly accepted: reading back costs 3 us a row, a second call 0.7 ms. Below, both go in one call.
 */
const READ_BACK_APART_ROWS = 500

/** Changes of a plainly accepted pledge: its entry and its account. A refused one makes one, a known one none. */
const CHANGES_PER_PLEDGE = 2

async function commit<Row extends readonly [user: string, ...unknown[]]>(
  env: LedgerDatabases,
  batch: LedgerBatch<Row>,
  sql: { readonly insert: string; readonly exceptions: string; readonly plainChanges: number | null },
  onException: (place: number, row: ActRecord | null) => void,
  tell: (db: D1Database, body: string) => D1PreparedStatement | null,
  onTold: () => void,
): Promise<void> {
  for (const { db, rows, place } of partition(env, batch.rows)) {
    const body = rows === batch.rows && batch.body !== undefined ? batch.body : JSON.stringify(rows)
    const insert = db.prepare(sql.insert).bind(body, batch.ref, batch.at)
    const readBack = db.prepare(sql.exceptions).bind(body, batch.ref)
    const telling = tell(db, body)
    let exceptions: ExceptionRow[]
    if (sql.plainChanges !== null && rows.length >= READ_BACK_APART_ROWS) {
      const [written, told] = telling ? await db.batch([insert, telling]) : [await insert.run()]
      if (told && told.meta.changes > 0) onTold()
      if (written?.meta.changes === rows.length * sql.plainChanges) continue
      exceptions = (await readBack.all<ExceptionRow>()).results
    } else {
      const statements = telling ? [insert, readBack, telling] : [insert, readBack]
      const [, found, told] = await db.batch<ExceptionRow>(statements)
      exceptions = found?.results ?? []
      if (told && told.meta.changes > 0) onTold()
    }
    for (const { place: n, kind, ...rest } of exceptions)
      onException(place(n), kind === null ? null : ({ kind, ...rest } as ActRecord))
  }
}

const PLEDGE = {
  insert: PLEDGE_INSERT_SQL,
  exceptions: PLEDGE_EXCEPTIONS_SQL,
  plainChanges: CHANGES_PER_PLEDGE,
}

// A credit that its cap cut makes as many changes as a whole one: the count tells nothing.
const CREDIT = { insert: CREDIT_INSERT_SQL, exceptions: CREDIT_EXCEPTIONS_SQL, plainChanges: null }

/**
 * Writes a batch of pledges in one D1 transaction and returns one verdict a row, in order. Writing the same batch
 * again, or late, changes nothing and returns the same verdicts. `onTold` is called when subscribers have something to
 * hear of it. Throws when the outcome is unknown.
 */
export async function commitPledges(
  env: LedgerDatabases,
  batch: LedgerBatch<PledgeRow>,
  onTold = () => {},
): Promise<PledgeVerdict[]> {
  const verdicts: PledgeVerdict[] = batch.rows.map(([, , , mark]) => ({
    kind: 'accepted',
    mark,
    at: batch.at,
    replayed: false,
  }))
  await commit(
    env,
    batch,
    PLEDGE,
    (place, row) => {
      const [, , flowers, mark] = batch.rows[place] as PledgeRow
      if (!row) throw new Error('the ledger left a pledge without a verdict')
      verdicts[place] = readPledge(row, { ref: batch.ref, flowers, mark })
    },
    (db, body) => tellPledges(db, batch, body),
    onTold,
  )
  return verdicts
}

/**
 * The same for credits. Idempotent by key, and a key credits one user only. A row for a holding account that is linked
 * goes to the account it is linked to when it is written. `onTold` as for pledges. Throws when the outcome is unknown.
 */
export async function commitCredits(
  env: LedgerDatabases,
  batch: LedgerBatch<CreditRow>,
  onTold = () => {},
): Promise<CreditVerdict[]> {
  const verdicts: CreditVerdict[] = batch.rows.map(([, , flowers]) => ({
    kind: 'recorded',
    flowers,
    asked: flowers,
    cut: null,
    replayed: false,
  }))
  await commit(
    env,
    batch,
    CREDIT,
    (place, row) => {
      const [user, , , mark] = batch.rows[place] as CreditRow
      verdicts[place] = readCredit(row, { user, mark })
    },
    (db, body) => tellCredits(db, batch, body),
    onTold,
  )
  return verdicts
}

/**
 * Takes pledges to the dream `ref` back for acts that were revoked: a refund that names its pledge and a reversal that
 * names its act, together. Never more than stands of the pledge, nor than is missing of the act. Idempotent by key.
 * Throws when the outcome is unknown.
 */
export async function commitTakeBacks(
  env: LedgerDatabases,
  batch: LedgerBatch<TakeBackRow>,
): Promise<TakeBackVerdict[]> {
  const verdicts: (TakeBackVerdict | undefined)[] = batch.rows.map(() => undefined)
  for (const { db, rows, place } of partition(env, batch.rows)) {
    const body = JSON.stringify(rows)
    const results = await db.batch<{ place: number } & EntryRecord>([
      db.prepare(TAKE_BACK_INSERT_SQL).bind(body, batch.ref, batch.at),
      db.prepare(TAKE_BACKS_SQL).bind(body),
    ])
    for (const { place: n, flowers, asked, mark } of results[1]?.results ?? [])
      verdicts[place(n)] = {
        kind: 'taken',
        flowers,
        standing: asked,
        replayed: mark !== (batch.rows[place(n)] as TakeBackRow)[2],
      }
  }
  if (verdicts.includes(undefined))
    throw new Error('the ledger left a pledge to be taken back without a verdict')
  return verdicts as TakeBackVerdict[]
}

const FIND_ACTS_SQL = `SELECT i.key AS place, ${ACT_COLUMNS}
FROM json_each(?1) i JOIN entries e ON e.key = i.value AND e.kind IN ('credit', 'capped')`

/** The entries of acts, null where there is none; one a key, in order. */
export async function findActs(env: LedgerDatabases, keys: readonly string[]): Promise<(ActRecord | null)[]> {
  const found: (ActRecord | null)[] = keys.map(() => null)
  for (const db of allDatabases(env)) {
    const { results } = await db
      .prepare(FIND_ACTS_SQL)
      .bind(JSON.stringify(keys))
      .all<{ place: number } & ActRecord>()
    for (const { place, ...row } of results) found[place] = row
  }
  return found
}

const FIND_SQL = `SELECT i.key AS place, e.kind, e.flowers, e.asked, e.ref, e.mark, e.at
FROM json_each(?1) i JOIN entries e ON e.user = i.value ->> 0 AND e.key = i.value ->> 1`

/** The rows stored under users' keys, null where there is none; one an ask, in order. */
export async function findEntries(
  env: LedgerDatabases,
  keys: readonly (readonly [user: string, key: string])[],
): Promise<(EntryRecord | null)[]> {
  const found: (EntryRecord | null)[] = keys.map(() => null)
  for (const part of partition(env, keys)) {
    const { results } = await part.db
      .prepare(FIND_SQL)
      .bind(JSON.stringify(part.rows))
      .all<{ place: number } & EntryRecord>()
    for (const { place, ...row } of results) found[part.place(place)] = row
  }
  return found
}

/** A user's sums, in flowers. A user the ledger has never seen has none. */
export async function loadAccount(
  env: LedgerDatabases,
  user: string,
): Promise<{ balance: number; earned: number; pledged: number }> {
  const [row] = await drizzle(databaseOf(env, user))
    .select({ earned: accounts.earned, pledged: accounts.pledged })
    .from(accounts)
    .where(eq(accounts.user, user))
  return row ? { balance: row.earned - row.pledged, ...row } : { balance: 0, earned: 0, pledged: 0 }
}

/** One line of a user's history; `balance` is what the account held after it. The rest as in `entries`. */
export interface HistoryLine {
  readonly seq: number
  readonly key: string
  readonly kind: 'credit' | 'pledge' | 'refund' | 'reversal' | 'moved'
  readonly flowers: number
  readonly asked: number
  readonly balance: number
  readonly ref: string
  readonly mark: number
  readonly tally: string | null
  readonly rule: number | null
  readonly cut: CutReason | null
  readonly origin: string | null
  /** Of a refund: the mark of its pledge. */
  readonly originMark: number | null
  /** Of a reversal: why the act was taken back. */
  readonly reason: string | null
  readonly at: number
}

const HISTORY_SQL = `SELECT l.*, o.mark AS originMark, v.reason FROM (
  SELECT e.*, sum(e.flowers) OVER (ORDER BY e.seq) AS balance FROM entries e WHERE e.user = ?1 AND e.seq > 0
) l LEFT JOIN entries o ON o.user = ?1 AND o.key = l.origin AND l.kind = 'refund'
LEFT JOIN revocations v ON v.act = l.origin AND l.kind = 'reversal'
WHERE l.seq < ?2 ORDER BY l.seq DESC LIMIT ?3`

/**
 * A page of a user's history, newest first, from before `beforeSeq`. A user has hundreds of entries, so they are
 * summed and sorted when read; an index would be a third row written on every pledge.
 */
export async function loadHistory(
  env: LedgerDatabases,
  user: string,
  beforeSeq: number,
  limit: number,
): Promise<HistoryLine[]> {
  const { results } = await databaseOf(env, user)
    .prepare(HISTORY_SQL)
    .bind(user, beforeSeq, limit)
    .all<HistoryLine>()
  return results
}

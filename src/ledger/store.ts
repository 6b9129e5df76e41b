import { and, desc, eq, gt, lt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { databaseOf, type LedgerDatabases, partition } from './databases.ts'
import { accounts, entries } from './schema.ts'
import {
  type CreditRow,
  type CreditVerdict,
  type EntryRecord,
  type PledgeRow,
  type PledgeVerdict,
  readCredit,
  readPledge,
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

const CREDIT_INSERT_SQL = `INSERT INTO crediting (user, key, asked, ref, mark, cap, tally, at)
SELECT value ->> 0, value ->> 1, value ->> 2, ?2, value ->> 3, value ->> 4, value ->> 5, ?3 FROM json_each(?1)`

// Only what is not plainly done comes back; a row for every pledge would cost more than writing it.
const PLEDGE_EXCEPTIONS_SQL = `SELECT i.key AS place, e.kind, e.flowers, e.asked, e.ref, e.mark, e.at
FROM json_each(?1) i LEFT JOIN entries e ON e.user = i.value ->> 0 AND e.key = i.value ->> 1
WHERE (e.kind = 'pledge' AND e.ref = ?2 AND e.mark = i.value ->> 3) IS NOT TRUE`

const CREDIT_EXCEPTIONS_SQL = `SELECT i.key AS place, e.kind, e.flowers, e.asked, e.ref, e.mark, e.at
FROM json_each(?1) i LEFT JOIN entries e ON e.user = i.value ->> 0 AND e.key = i.value ->> 1
WHERE (e.kind = 'credit' AND e.flowers = e.asked AND e.ref = ?2 AND e.mark = i.value ->> 3) IS NOT TRUE`

type ExceptionRow = { place: number } & { [K in keyof EntryRecord]: EntryRecord[K] | null }

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
  onException: (place: number, row: EntryRecord | null) => void,
): Promise<void> {
  for (const { db, rows, place } of partition(env, batch.rows)) {
    const body = rows === batch.rows && batch.body !== undefined ? batch.body : JSON.stringify(rows)
    const insert = db.prepare(sql.insert).bind(body, batch.ref, batch.at)
    const readBack = db.prepare(sql.exceptions).bind(body, batch.ref)
    let exceptions: ExceptionRow[]
    if (sql.plainChanges !== null && rows.length >= READ_BACK_APART_ROWS) {
      const { meta } = await insert.run()
      if (meta.changes === rows.length * sql.plainChanges) continue
      exceptions = (await readBack.all<ExceptionRow>()).results
    } else {
      exceptions = (await db.batch<ExceptionRow>([insert, readBack]))[1]?.results ?? []
    }
    for (const { place: n, kind, ...rest } of exceptions)
      onException(place(n), kind === null ? null : ({ kind, ...rest } as EntryRecord))
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
 * again, or late, changes nothing and returns the same verdicts. Throws when the outcome is unknown.
 */
export async function commitPledges(
  env: LedgerDatabases,
  batch: LedgerBatch<PledgeRow>,
): Promise<PledgeVerdict[]> {
  const verdicts: PledgeVerdict[] = batch.rows.map(([, , , mark]) => ({
    kind: 'accepted',
    mark,
    at: batch.at,
    replayed: false,
  }))
  await commit(env, batch, PLEDGE, (place, row) => {
    const [, , flowers, mark] = batch.rows[place] as PledgeRow
    if (!row) throw new Error('the ledger left a pledge without a verdict')
    verdicts[place] = readPledge(row, { ref: batch.ref, flowers, mark })
  })
  return verdicts
}

/** The same for credits. Idempotent by (user, key); a key credits one user only. Throws when the outcome is unknown. */
export async function commitCredits(
  env: LedgerDatabases,
  batch: LedgerBatch<CreditRow>,
): Promise<CreditVerdict[]> {
  const verdicts: CreditVerdict[] = batch.rows.map(([, , flowers]) => ({
    kind: 'recorded',
    flowers,
    asked: flowers,
    replayed: false,
  }))
  await commit(env, batch, CREDIT, (place, row) => {
    verdicts[place] = readCredit(row, (batch.rows[place] as CreditRow)[3])
  })
  return verdicts
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

/** One line of a user's history; `balance` is what the account held after it. */
export interface HistoryLine {
  readonly seq: number
  readonly kind: 'credit' | 'pledge' | 'refund' | 'reversal'
  readonly flowers: number
  readonly balance: number
  readonly ref: string
  readonly mark: number
  readonly at: number
}

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
  const db = drizzle(databaseOf(env, user))
  const lines = db
    .select({
      seq: entries.seq,
      kind: entries.kind,
      flowers: entries.flowers,
      balance: sql<number>`sum(${entries.flowers}) OVER (ORDER BY ${entries.seq})`.as('running_balance'),
      ref: entries.ref,
      mark: entries.mark,
      at: entries.at,
    })
    .from(entries)
    .where(and(eq(entries.user, user), gt(entries.seq, 0)))
    .as('lines')
  const rows = await db
    .select()
    .from(lines)
    .where(lt(lines.seq, beforeSeq))
    .orderBy(desc(lines.seq))
    .limit(limit)
  return rows as HistoryLine[]
}

import { allDatabases, type LedgerDatabases } from './databases.ts'

/** The whole ledger, recomputed from its entries. Amounts in flowers. */
export interface LedgerSums {
  readonly accounts: number
  /** Credits minus reversals. */
  readonly credited: number
  /** What all accounts hold. */
  readonly balances: number
  /** Pledges minus refunds, by dream. */
  readonly pledgedByRef: ReadonlyMap<string, { flowers: number; pledges: number }>
  /** Where an account or a tally is not the sum of its entries, in words; at most MAX_DIFFERENCES. */
  readonly differences: readonly string[]
}

/** Most differences told; one is already too many. */
const MAX_DIFFERENCES = 20

const TOTALS_SQL = 'SELECT count(*) AS accounts, ifnull(sum(earned - pledged), 0) AS balances FROM accounts'

const CREDITED_SQL = `SELECT ifnull(sum(flowers), 0) AS credited FROM entries WHERE kind IN ('credit', 'reversal')`

const PLEDGED_SQL = `SELECT ref, -sum(flowers) AS flowers, sum(iif(kind = 'pledge', 1, -1)) AS pledges
FROM entries WHERE kind IN ('pledge', 'refund') GROUP BY ref`

// Both sides in one list, summed by key: SQLite runs a FULL JOIN of two such lists as nested scans.
const ACCOUNT_DIFFERENCES_SQL = `SELECT user, sum(entries) AS entries, sum(earned) AS earned, sum(pledged) AS pledged,
  sum(n) AS entries_n, max(seq) AS entries_last, sum(entries_earned) AS entries_earned, sum(entries_pledged) AS entries_pledged
FROM (
  SELECT user, entries, earned, pledged, 0 AS n, 0 AS seq, 0 AS entries_earned, 0 AS entries_pledged FROM accounts
  UNION ALL
  SELECT user, 0, 0, 0, 1, seq, iif(kind IN ('credit', 'reversal'), flowers, 0), -iif(kind IN ('pledge', 'refund'), flowers, 0)
  FROM entries WHERE seq > 0
) GROUP BY user
HAVING sum(entries) <> sum(n) OR sum(entries) <> max(seq)
  OR sum(earned) <> sum(entries_earned) OR sum(pledged) <> sum(entries_pledged)
LIMIT ${MAX_DIFFERENCES}`

const TALLY_DIFFERENCES_SQL = `SELECT tally, user, sum(told) AS flowers, sum(found) AS entries_flowers
FROM (
  SELECT tally, user, flowers AS told, 0 AS found FROM tallies
  UNION ALL
  SELECT tally, user, 0, flowers FROM entries WHERE tally IS NOT NULL AND flowers > 0
) GROUP BY tally, user
HAVING sum(told) <> sum(found)
LIMIT ${MAX_DIFFERENCES}`

/** Recomputes the ledger. Reads every entry; each database is read in one transaction. */
export async function sumLedger(env: LedgerDatabases): Promise<LedgerSums> {
  let accounts = 0
  let credited = 0
  let balances = 0
  const pledgedByRef = new Map<string, { flowers: number; pledges: number }>()
  const differences: string[] = []
  for (const db of allDatabases(env)) {
    const results = await db.batch<Record<string, number & string>>(
      [TOTALS_SQL, CREDITED_SQL, PLEDGED_SQL, ACCOUNT_DIFFERENCES_SQL, TALLY_DIFFERENCES_SQL].map((sql) =>
        db.prepare(sql),
      ),
    )
    const [totals, credits, pledged, accountRows, tallyRows] = results.map(({ results: rows }) => rows)
    accounts += totals?.[0]?.accounts ?? 0
    balances += totals?.[0]?.balances ?? 0
    credited += credits?.[0]?.credited ?? 0
    for (const { ref, flowers, pledges } of (pledged ?? []) as unknown as {
      ref: string
      flowers: number
      pledges: number
    }[]) {
      const sum = pledgedByRef.get(ref) ?? { flowers: 0, pledges: 0 }
      pledgedByRef.set(ref, { flowers: sum.flowers + flowers, pledges: sum.pledges + pledges })
    }
    for (const row of accountRows ?? [])
      differences.push(`account ${row.user} is not its entries: ${JSON.stringify(row)}`)
    for (const row of tallyRows ?? [])
      differences.push(`tally ${row.tally} of ${row.user} is not its entries: ${JSON.stringify(row)}`)
  }
  return { accounts, credited, balances, pledgedByRef, differences: differences.slice(0, MAX_DIFFERENCES) }
}

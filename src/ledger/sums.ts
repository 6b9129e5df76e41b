import { allDatabases, type LedgerDatabases } from './databases.ts'

/** The whole ledger, recomputed from its entries. Amounts in flowers. */
export interface LedgerSums {
  readonly accounts: number
  /** Credits minus reversals; what moved between accounts cancels out. */
  readonly credited: number
  /** What of it was taken back from acts that were revoked, and what could not be and is their lines' loss. */
  readonly reversed: number
  readonly lost: number
  /** What all accounts hold. */
  readonly balances: number
  /** Pledges minus refunds, by dream. */
  readonly pledgedByRef: ReadonlyMap<string, { flowers: number; pledges: number }>
  /** Where a count is not the sum of its entries, in words; at most MAX_DIFFERENCES of each kind. */
  readonly differences: readonly string[]
}

/** Most differences told of each kind, so that one kind hides no other; one is already too many. */
const MAX_DIFFERENCES = 20

const TOTALS_SQL = 'SELECT count(*) AS accounts, ifnull(sum(earned - pledged), 0) AS balances FROM accounts'

const CREDITED_SQL = `SELECT ifnull(sum(flowers), 0) AS credited, -ifnull(sum(iif(kind = 'reversal', flowers, 0)), 0) AS reversed,
  (SELECT ifnull(sum(lost), 0) FROM revocations) AS lost
FROM entries WHERE kind IN ('credit', 'reversal', 'moved')`

// A refund of all that stood of its pledge ends it.
const PLEDGED_SQL = `SELECT ref, -sum(flowers) AS flowers,
  sum(iif(kind = 'pledge', 1, iif(flowers = asked, -1, 0))) AS pledges
FROM entries WHERE kind IN ('pledge', 'refund') GROUP BY ref`

// Both sides in one list, summed by key: SQLite runs a FULL JOIN of two such lists as nested scans.
const ACCOUNT_DIFFERENCES_SQL = `SELECT user, sum(entries) AS entries, sum(earned) AS earned, sum(pledged) AS pledged,
  sum(n) AS entries_n, max(seq) AS entries_last, sum(entries_earned) AS entries_earned, sum(entries_pledged) AS entries_pledged
FROM (
  SELECT user, entries, earned, pledged, 0 AS n, 0 AS seq, 0 AS entries_earned, 0 AS entries_pledged FROM accounts
  UNION ALL
  SELECT user, 0, 0, 0, 1, seq, iif(kind IN ('credit', 'reversal', 'moved'), flowers, 0), -iif(kind IN ('pledge', 'refund'), flowers, 0)
  FROM entries WHERE seq > 0
) GROUP BY user
HAVING sum(entries) <> sum(n) OR sum(entries) <> max(seq)
  OR sum(earned) <> sum(entries_earned) OR sum(pledged) <> sum(entries_pledged)
LIMIT ${MAX_DIFFERENCES}`

const TALLY_DIFFERENCES_SQL = `SELECT day || '/' || subject AS tally, user, sum(told) AS flowers, sum(found) AS entries_flowers
FROM (
  SELECT day, subject, user, flowers AS told, 0 AS found FROM tallies
  UNION ALL
  SELECT substr(tally, 1, 10), substr(tally, 12), user, 0, flowers FROM entries
  WHERE tally IS NOT NULL AND (kind <> 'moved' OR flowers > 0)
  UNION ALL
  SELECT substr(tally, 1, 10), substr(tally, 12), origin, 0, flowers FROM entries
  WHERE tally IS NOT NULL AND kind = 'credit' AND origin IS NOT NULL
  UNION ALL
  SELECT substr(e.tally, 1, 10), substr(e.tally, 12), ifnull(o.origin, o.user), 0, e.flowers
  FROM entries e JOIN entries o ON o.key = e.origin AND o.kind IN ('credit', 'capped')
  WHERE e.tally IS NOT NULL AND e.kind = 'reversal' AND ifnull(o.origin, o.user) <> e.user
) GROUP BY day, subject, user
HAVING sum(told) <> sum(found)
LIMIT ${MAX_DIFFERENCES}`

const DAY_DIFFERENCES_SQL = `SELECT line, day, sum(acts) AS acts, sum(flowers) AS flowers, sum(capped) AS capped, sum(reversed) AS reversed
FROM (
  SELECT line, day, acts, flowers, capped, reversed FROM line_days
  UNION ALL
  SELECT ref, substr(tally, 1, 10), -(kind <> 'reversal'), -max(flowers, 0), -(cut IS NOT NULL), min(flowers, 0)
  FROM entries WHERE tally IS NOT NULL AND kind IN ('credit', 'capped', 'reversal')
) GROUP BY line, day
HAVING sum(acts) <> 0 OR sum(flowers) <> 0 OR sum(capped) <> 0 OR sum(reversed) <> 0
LIMIT ${MAX_DIFFERENCES}`

// What a revocation says was taken is its reversals; no pledge is taken back beyond what it was; what moves arrives.
const REVOCATION_DIFFERENCES_SQL = `SELECT act, sum(flowers) AS flowers, sum(earned) AS entries_flowers, sum(taken) AS taken,
  sum(found) AS entries_taken
FROM (
  SELECT v.act, v.flowers, ifnull(e.flowers, 0) AS earned, v.taken, 0 AS found
  FROM revocations v LEFT JOIN entries e ON e.key = v.act AND e.kind IN ('credit', 'capped')
  UNION ALL
  SELECT origin, 0, 0, 0, -flowers FROM entries WHERE kind = 'reversal'
) GROUP BY act
HAVING sum(taken) <> sum(found) OR sum(flowers) <> sum(earned)
LIMIT ${MAX_DIFFERENCES}`

const REFUND_DIFFERENCES_SQL = `SELECT b.user, b.origin AS pledge, sum(b.flowers) AS refunded, -ifnull(p.flowers, 0) AS flowers
FROM entries b LEFT JOIN entries p ON p.user = b.user AND p.key = b.origin AND p.kind = 'pledge' AND p.ref = b.ref
WHERE b.kind = 'refund' GROUP BY b.user, b.origin
HAVING sum(b.flowers) > -ifnull(p.flowers, 0)
LIMIT ${MAX_DIFFERENCES}`

const MOVE_DIFFERENCES_SQL = `SELECT key, sum(flowers) AS flowers FROM entries WHERE kind = 'moved' GROUP BY key
HAVING sum(flowers) <> 0 OR count(*) <> 2
LIMIT ${MAX_DIFFERENCES}`

/** Checks that list what differs, and how a row of theirs is told. */
const DIFFERENCES: readonly (readonly [sql: string, told: (row: Record<string, unknown>) => string])[] = [
  [ACCOUNT_DIFFERENCES_SQL, (row) => `account ${row.user} is not its entries`],
  [TALLY_DIFFERENCES_SQL, (row) => `tally ${row.tally} of ${row.user} is not its entries`],
  [DAY_DIFFERENCES_SQL, (row) => `day ${row.day} of line ${row.line} is not its entries`],
  [REVOCATION_DIFFERENCES_SQL, (row) => `the revocation of ${row.act} is not its entries`],
  [REFUND_DIFFERENCES_SQL, (row) => `more of pledge ${row.pledge} of ${row.user} is refunded than it was`],
  [MOVE_DIFFERENCES_SQL, (row) => `${row.key} left one account and did not arrive in one other`],
]

/** Recomputes the ledger. Reads every entry; each database is read in one transaction. */
export async function sumLedger(env: LedgerDatabases): Promise<LedgerSums> {
  const sums = { accounts: 0, credited: 0, reversed: 0, lost: 0, balances: 0 }
  const pledgedByRef = new Map<string, { flowers: number; pledges: number }>()
  const differences: string[] = []
  for (const db of allDatabases(env)) {
    const queries = [TOTALS_SQL, CREDITED_SQL, PLEDGED_SQL, ...DIFFERENCES.map(([sql]) => sql)]
    const [totals, credits, pledged, ...found] = (
      await db.batch<Record<string, number & string>>(queries.map((sql) => db.prepare(sql)))
    ).map(({ results }) => results)
    sums.accounts += totals?.[0]?.accounts ?? 0
    sums.balances += totals?.[0]?.balances ?? 0
    sums.credited += credits?.[0]?.credited ?? 0
    sums.reversed += credits?.[0]?.reversed ?? 0
    sums.lost += credits?.[0]?.lost ?? 0
    for (const { ref, flowers, pledges } of (pledged ?? []) as unknown as {
      ref: string
      flowers: number
      pledges: number
    }[]) {
      const sum = pledgedByRef.get(ref) ?? { flowers: 0, pledges: 0 }
      pledgedByRef.set(ref, { flowers: sum.flowers + flowers, pledges: sum.pledges + pledges })
    }
    for (const [index, rows] of found.entries())
      for (const row of rows) differences.push(`${DIFFERENCES[index]?.[1](row)}: ${JSON.stringify(row)}`)
  }
  return { ...sums, pledgedByRef, differences }
}

import { allDatabases, type LedgerDatabases } from './databases.ts'
import { END_OF_USERS, nextRange } from './walk.ts'

/**
 * Giving pledges back: when a dream ends below its quota, each of its pledges gets a refund that names it, of what still
 * stands of it. Entries have no index by dream (a third row written on every pledge), so the ledger is walked by ranges
 * of users, each one transaction.
 */

/**
 * Entries looked at in one range: 3 ms to read, and 40 ms to write were each of them a pledge to go back. Pledges to other
 * dreams wait no longer for the database.
 */
const RETURN_RANGE_ROWS = 2_000

/** What became of one range. `upTo` is where the next begins, null when the walk is over. */
export interface ReturnedPledges {
  readonly flowers: number
  readonly pledges: number
  readonly upTo: string | null
}

// What was taken back of each pledge is summed once a range: to ask for each of them costs the square of a giver's pledges
// (27 s for one of 10,000, against 0.1 s).
const GIVE_BACK_SQL = `INSERT INTO giving_back (user, pledge, standing, mark, ref, at)
SELECT p.user, p.key, -p.flowers - ifnull(b.back, 0), p.mark, p.ref, ?4
FROM entries p LEFT JOIN (
  SELECT user, origin, sum(flowers) AS back FROM entries
  WHERE user > ?1 AND user <= ?2 AND kind = 'refund' AND ref = ?3 GROUP BY user, origin
) b ON b.user = p.user AND b.origin = p.key
WHERE p.user > ?1 AND p.user <= ?2 AND p.kind = 'pledge' AND p.ref = ?3 AND -p.flowers > ifnull(b.back, 0)`

// All of the range, whichever attempt wrote them: what a lost reply or a late write left is counted once, with the range.
const GIVEN_BACK_SQL = `SELECT ifnull(sum(flowers), 0) AS flowers, count(*) AS pledges FROM entries
WHERE user > ?1 AND user <= ?2 AND kind = 'refund' AND ref = ?3 AND key GLOB 'exp:*'`

/**
 * Gives back the pledges to `dream` of the range of users after `upTo` (null to begin with). Nothing may be pledged to the
 * dream or taken back from it any more. Repeating a range gives nothing twice and returns the same sums: every pledge is
 * in one range, since ranges follow each other. Throws when the outcome is unknown.
 */
export async function returnPledges(
  env: LedgerDatabases,
  dream: string,
  upTo: string | null,
  now: number,
  rows = RETURN_RANGE_ROWS,
): Promise<ReturnedPledges> {
  const databases = allDatabases(env)
  const { database, user } = readPlace(upTo)
  const db = databases[database]
  if (!db) throw new Error(`the walk is beyond the databases: ${upTo}`)
  const { to } = await nextRange(db, user, rows)
  const [, sums] = await db.batch<{ flowers: number; pledges: number }>([
    db.prepare(GIVE_BACK_SQL).bind(user, to, dream, now),
    db.prepare(GIVEN_BACK_SQL).bind(user, to, dream),
  ])
  const { flowers, pledges } = sums?.results[0] ?? { flowers: 0, pledges: 0 }
  if (to !== END_OF_USERS) return { flowers, pledges, upTo: `${database}:${to}` }
  const next = database + 1
  return { flowers, pledges, upTo: next < databases.length ? `${next}:` : null }
}

/** Where a walk is: which database, and the last user of it that was dealt with. */
function readPlace(upTo: string | null): { database: number; user: string } {
  if (upTo === null) return { database: 0, user: '' }
  const colon = upTo.indexOf(':')
  return { database: Number(upTo.slice(0, colon)), user: upTo.slice(colon + 1) }
}

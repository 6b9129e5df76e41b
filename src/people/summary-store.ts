import { databaseOf, type LedgerDatabases } from '../ledger/databases.ts'

/** What a user's entries sum to, by line and by dream. Read only, from the database that holds their account. */

/** Most lines and dreams told of one user, those of last first. */
const MAX_TOLD = 200

/** What acts in a line brought a user and was not taken back. */
export interface EarnedByLine {
  readonly line: string
  readonly flowers: number
}

/** What a user gave to a dream. */
export interface GivenToDream {
  readonly dream: string
  /** Given, whether or not it came back. */
  readonly flowers: number
  readonly refunded: number
  readonly pledges: number
  /** When first and when last, in ms. */
  readonly since: number
  readonly last: number
}

// A user has hundreds of entries; they lie together in the primary key.
const EARNED_SQL = `SELECT ref AS line, sum(flowers) AS flowers FROM entries
WHERE user = ? AND kind IN ('credit', 'reversal', 'moved') GROUP BY ref HAVING sum(flowers) > 0
ORDER BY flowers DESC, ref LIMIT ${MAX_TOLD}`

const GIVEN_SQL = `SELECT ref AS dream, -sum(iif(kind = 'pledge', flowers, 0)) AS flowers,
  sum(iif(kind = 'refund', flowers, 0)) AS refunded, sum(kind = 'pledge') AS pledges,
  min(at) AS since, max(iif(kind = 'pledge', at, 0)) AS last
FROM entries WHERE user = ? AND kind IN ('pledge', 'refund') GROUP BY ref ORDER BY last DESC, ref LIMIT ${MAX_TOLD}`

/** What a user earned by line, most first, and gave by dream, newest first. */
export async function summarise(
  env: LedgerDatabases,
  user: string,
): Promise<{ earned: EarnedByLine[]; given: GivenToDream[] }> {
  const db = databaseOf(env, user)
  const [earned, given] = await db.batch<Record<string, unknown>>([
    db.prepare(EARNED_SQL).bind(user),
    db.prepare(GIVEN_SQL).bind(user),
  ])
  return {
    earned: (earned?.results ?? []) as unknown as EarnedByLine[],
    given: (given?.results ?? []) as unknown as GivenToDream[],
  }
}

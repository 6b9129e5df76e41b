import { databaseOf, type LedgerDatabases } from '../ledger/databases.ts'

/** What of a user's entries says which dreams they hear of. Read only, from the database that holds their account. */

/** A dream that a user gave flowers to. */
export interface GivenDream {
  readonly dream: string
  /** When first, in ms. */
  readonly since: number
  /** Flowers that came back because it did not reach its quota. */
  readonly refunded: number
}

// A user has hundreds of entries; they lie together, and no index has to be written with every pledge.
const GIVEN_SQL = `SELECT ref AS dream, min(at) AS since,
  sum(iif(kind = 'refund' AND key >= 'exp:' AND key < 'exp;', flowers, 0)) AS refunded
FROM entries WHERE user = ? AND kind IN ('pledge', 'refund') GROUP BY ref`

/** The dreams a user gave flowers to, whether or not some came back. */
export async function listGiven(env: LedgerDatabases, user: string): Promise<GivenDream[]> {
  const { results } = await databaseOf(env, user).prepare(GIVEN_SQL).bind(user).all<GivenDream>()
  return results
}

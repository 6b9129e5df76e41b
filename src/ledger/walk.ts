/**
 * Walking a ledger database in bounded steps: by ranges of whole users, as the primary key of entries lies. A range
 * holds every entry and the account of its users, so that what is counted by user adds up over the ranges, and an
 * account can be held against its entries within one.
 */

/** Beyond every user: user ids are visible ASCII, holding accounts begin with a line's id. */
export const END_OF_USERS = '\x7f'

/** Users after `from` up to and including `to`. The last range of a walk ends at END_OF_USERS. */
export interface UserRange {
  readonly from: string
  readonly to: string
}

// Within the primary key; costs as much as reading the rows it steps over.
const RANGE_SQL = 'SELECT user FROM entries WHERE user > ?1 ORDER BY user LIMIT 1 OFFSET ?2'

/**
 * The range after `from` ('' to begin with) that holds about `rows` entries: at least so many unless it is the last,
 * and beyond them the rest of its last user's. A walk is over when a range ended at END_OF_USERS. A user who comes to be
 * behind the walk is not met: take an account of what the walk is for by time, or walk again.
 */
export async function nextRange(db: D1Database, from: string, rows: number): Promise<UserRange> {
  const row = await db.prepare(RANGE_SQL).bind(from, rows).first<{ user: string }>()
  return { from, to: row?.user ?? END_OF_USERS }
}

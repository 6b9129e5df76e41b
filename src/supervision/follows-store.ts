import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { subjectOf } from '../life/news.ts'
import { FOLLOWED_SQL } from '../life/news-store.ts'
import { accountStands } from './accounts.ts'
import type { GivenDream } from './given-store.ts'
import { follows } from './schema.ts'

/** Most dreams a user chose to follow. Each costs the reading of its newest news whenever the user looks for theirs. */
export const MAX_FOLLOWS = 1_000

/** What became of a wish to follow. */
export type FollowOutcome =
  | { readonly kind: 'following'; readonly since: number }
  | { readonly kind: 'no_dream' | 'too_many' | 'account_deleted' }

/**
 * Follows a published dream, or a proposal by one of its proposers. Again changes nothing. `now` in ms.
 */
export async function follow(
  db: D1Database,
  user: string,
  dream: string,
  now: number,
): Promise<FollowOutcome> {
  const orm = drizzle(db)
  const isThere = sql`(EXISTS (SELECT 1 FROM dreams WHERE id = ${dream}) OR EXISTS (SELECT 1 FROM proposers WHERE dream = ${dream} AND user = ${user}))`
  const already = sql`EXISTS (SELECT 1 FROM follows WHERE user = ${user} AND dream = ${dream} AND following = 1)`
  const hasRoom = sql`(SELECT count(*) FROM follows WHERE user = ${user} AND following = 1) < ${MAX_FOLLOWS}`
  const may = sql`${isThere} AND NOT ${already} AND ${hasRoom} AND ${accountStands(user)}`
  const note = { at: now, actor: user, action: 'follow.set', subject: subjectOf(dream), detail: {} }
  const [, standing, , row] = await orm.batch([
    noteChangeWhen(orm, note, may),
    orm
      .select({
        isThere: sql<number>`${isThere}`.as('is_there'),
        stands: sql<number>`${accountStands(user)}`.as('stands'),
      })
      .from(sql`(SELECT 1)`),
    orm
      .insert(follows)
      .select(sql`SELECT ${user}, ${dream}, 1, ${now} WHERE ${may}`)
      .onConflictDoUpdate({ target: [follows.user, follows.dream], set: { following: true, at: now } }),
    orm
      .select({ at: follows.at })
      .from(follows)
      .where(and(eq(follows.user, user), eq(follows.dream, dream), eq(follows.following, true))),
  ])
  if (standing[0]?.stands !== 1) return { kind: 'account_deleted' }
  if (standing[0].isThere !== 1) return { kind: 'no_dream' }
  return row[0] ? { kind: 'following', since: row[0].at } : { kind: 'too_many' }
}

/**
 * Follows a dream no longer. A proposer or someone who gave to it (`given`) would go on following without a row that says
 * otherwise; for anyone else their row goes. Again changes nothing.
 */
export async function unfollow(
  db: D1Database,
  user: string,
  dream: string,
  given: boolean,
  now: number,
): Promise<void> {
  const orm = drizzle(db)
  const followsAnyway = sql`(${given ? 1 : 0} OR EXISTS (SELECT 1 FROM proposers WHERE dream = ${dream} AND user = ${user}))`
  const row = (following: 0 | 1) =>
    sql`EXISTS (SELECT 1 FROM follows WHERE user = ${user} AND dream = ${dream} AND following = ${following})`
  const may = sql`(${followsAnyway} AND NOT ${row(0)} OR ${row(1)}) AND ${accountStands(user)}`
  const note = { at: now, actor: user, action: 'follow.unset', subject: subjectOf(dream), detail: {} }
  await orm.batch([
    noteChangeWhen(orm, note, may),
    orm
      .delete(follows)
      .where(and(eq(follows.user, user), eq(follows.dream, dream), sql`NOT ${followsAnyway}`, may)),
    orm
      .insert(follows)
      .select(sql`SELECT ${user}, ${dream}, 0, ${now} WHERE ${followsAnyway} AND ${may}`)
      .onConflictDoUpdate({ target: [follows.user, follows.dream], set: { following: false, at: now } }),
  ])
}

/** A dream that a user follows, or a proposal of theirs. */
export interface Followed {
  readonly dream: string
  readonly title: string
  readonly titleEn: string
  readonly published: 0 | 1
  readonly chosen: 0 | 1
  readonly gave: 0 | 1
  readonly proposed: 0 | 1
  /** ms since 1970. */
  readonly since: number
}

// Of proposals only those that something may still become of.
const FOLLOWS_SQL = `WITH followed AS (${FOLLOWED_SQL})
SELECT f.dream, ifnull(d.title, p.title) AS title, ifnull(d.title_en, p.title) AS titleEn, d.id IS NOT NULL AS published,
  w.at IS NOT NULL AS chosen, g.value IS NOT NULL AS gave, o.at IS NOT NULL AS proposed,
  min(ifnull(w.at, ?6), ifnull(o.at, ?6), ifnull(g.value ->> 1, ?6)) AS since
FROM followed f
LEFT JOIN dreams d ON d.id = f.dream
LEFT JOIN proposals p ON p.id = f.dream
LEFT JOIN follows w ON w.user = ?1 AND w.dream = f.dream AND w.following = 1
LEFT JOIN proposers o ON o.user = ?1 AND o.dream = f.dream
LEFT JOIN json_each(?3) g ON g.value ->> 0 = f.dream
WHERE d.id IS NOT NULL OR p.state IN ('proposed', 'in_review', 'accepted')
ORDER BY since DESC, f.dream LIMIT ?5 OFFSET ?4`

/** What a user follows, newest first, from `offset`. `given` are the dreams they gave to. */
export async function listFollows(
  db: D1Database,
  user: string,
  given: readonly GivenDream[],
  offset: number,
  limit: number,
): Promise<Followed[]> {
  const ids = JSON.stringify(given.map(({ dream }) => dream))
  const times = JSON.stringify(given.map(({ dream, since }) => [dream, since]))
  const { results } = await db
    .prepare(FOLLOWS_SQL)
    .bind(user, ids, times, offset, limit, Number.MAX_SAFE_INTEGER)
    .all<Followed>()
  return results
}

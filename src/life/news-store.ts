import { type SQL, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import type { NewsKind } from './news.ts'
import { news } from './schema.ts'

/** What is read of `news`, and the pieces of it that go to more than one party. */

/** One piece of news as stored, with what it speaks of by name. */
export interface NewsRow {
  readonly id: number
  readonly dream: string | null
  readonly dreamTitle: string | null
  readonly dreamTitleEn: string | null
  readonly campaign: string | null
  readonly audience: string | null
  readonly kind: NewsKind
  /** JSON of an object. */
  readonly data: string
  readonly organisationName: string | null
  readonly organisationNameEn: string | null
  /** ms since 1970. */
  readonly at: number
}

// A proposal that is no dream yet has a title in one language.
const COLUMNS = `n.id, n.dream, ifnull(d.title, p.title) AS dreamTitle, ifnull(d.title_en, p.title) AS dreamTitleEn,
  n.campaign, n.audience, n.kind, n.data, o.name AS organisationName, o.name_en AS organisationNameEn, n.at`

const NAMES = `LEFT JOIN dreams d ON d.id = n.dream LEFT JOIN proposals p ON p.id = n.dream
  LEFT JOIN organisations o ON o.id = n.data ->> 'organisation'`

// What was told to the proposers alone becomes public with the dream.
const HISTORY_SQL = `SELECT ${COLUMNS} FROM (
  SELECT * FROM news WHERE dream = ?1 AND audience IS NULL AND id > ?2 AND kind IN ('moved', 'amended', 'extended')
  UNION ALL
  SELECT * FROM news WHERE audience = 'proposers:' || ?1 AND id > ?2 AND kind = 'moved'
  ORDER BY id LIMIT ?3
) n ${NAMES} ORDER BY n.id`

/** The moves of a published dream from its proposal on, and what changed of its rules; oldest first, from after `afterId`. */
export function listHistory(db: D1Database, dream: string, afterId: number, limit: number) {
  return listRows(db, HISTORY_SQL, dream, afterId, limit)
}

const DREAM_SQL = `SELECT ${COLUMNS} FROM news n ${NAMES}
WHERE n.dream = ?1 AND n.audience IS NULL AND n.id < ?2 ORDER BY n.id DESC LIMIT ?3`

/** The public news of a dream, newest first, from before `beforeId`. */
export function listDreamNews(db: D1Database, dream: string, beforeId: number, limit: number) {
  return listRows(db, DREAM_SQL, dream, beforeId, limit)
}

const CAMPAIGN_SQL = `SELECT ${COLUMNS} FROM news n ${NAMES}
WHERE n.campaign = ?1 AND n.audience IS NULL AND n.id < ?2 ORDER BY n.id DESC LIMIT ?3`

/** The public news of a campaign's dreams, newest first, from before `beforeId`. */
export function listCampaignNews(db: D1Database, campaign: string, beforeId: number, limit: number) {
  return listRows(db, CAMPAIGN_SQL, campaign, beforeId, limit)
}

/**
 * What a user follows: what they gave to (?2, a JSON array of dreams), proposed or chose to follow, without what they chose
 * not to.
 */
export const FOLLOWED_SQL = `SELECT value AS dream FROM json_each(?2)
  UNION SELECT dream FROM proposers WHERE user = ?1
  UNION SELECT dream FROM follows WHERE user = ?1 AND following = 1
  EXCEPT SELECT dream FROM follows WHERE user = ?1 AND following = 0`

// Who asked is told by a piece of their own, so the public one is left out.
const HEARD_OF_DREAM = `i.dream = f.dream AND i.audience IS NULL AND i.id < ?3 AND NOT (i.kind IN ('answered', 'hidden')
      AND EXISTS (SELECT 1 FROM questions q WHERE q.id = i.data ->> 'question' AND q.author = ?1))`

// The newest of each dream and audience by its own index, so that the work grows with what the user follows and not with
// all that was ever told. A page of n can only hold news of the n dreams that have the newest: with 1,000 followed dreams
// and 300,000 pieces of news that is 15-25 ms for a page of 100, and 130 ms without.
export const NEWS_FOR_SQL = `WITH followed AS (${FOLLOWED_SQL}), heard AS (
  SELECT 'user:' || ?1 AS audience
  UNION SELECT 'org:' || organisation FROM organisation_members WHERE user = ?1
  UNION SELECT 'proposers:' || dream FROM proposers WHERE user = ?1
  UNION SELECT 'proposers:' || via FROM proposers WHERE user = ?1
), newest AS MATERIALIZED (
  SELECT f.dream, (SELECT i.id FROM news i WHERE ${HEARD_OF_DREAM} ORDER BY i.id DESC LIMIT 1) AS latest
  FROM followed f WHERE latest IS NOT NULL ORDER BY latest DESC LIMIT ?4
), found AS (
  SELECT t.id FROM newest f CROSS JOIN news t ON t.id IN (
    SELECT i.id FROM news i WHERE ${HEARD_OF_DREAM} ORDER BY i.id DESC LIMIT ?4)
  UNION ALL
  SELECT t.id FROM heard h CROSS JOIN news t ON t.id IN (
    SELECT i.id FROM news i WHERE i.audience = h.audience AND i.id < ?3 ORDER BY i.id DESC LIMIT ?4)
  ORDER BY 1 DESC LIMIT ?4
)
SELECT ${COLUMNS} FROM found CROSS JOIN news n ON n.id = found.id ${NAMES} ORDER BY n.id DESC`

/**
 * What a user hears, newest first, from before `beforeId`: public news of the dreams they follow, and what is for them,
 * their organisations and the proposers of their dreams. `given` are the dreams they gave to.
 */
export function listNewsFor(
  db: D1Database,
  user: string,
  given: readonly string[],
  beforeId: number,
  limit: number,
) {
  return listRows(db, NEWS_FOR_SQL, user, JSON.stringify(given), beforeId, limit)
}

async function listRows(db: D1Database, text: string, ...values: (string | number)[]): Promise<NewsRow[]> {
  const { results } = await db
    .prepare(text)
    .bind(...values)
    .all<NewsRow>()
  return results
}

/** As `noteNewsWhen`, for the members of every organisation that took the dream on. */
export function noteNewsToExecutorsWhen(
  orm: DrizzleD1Database,
  told: { dream: string; kind: NewsKind; data: Readonly<Record<string, unknown>>; at: number },
  condition: SQL,
) {
  const { dream, kind, data, at } = told
  // In the order of the table's columns.
  return orm
    .insert(news)
    .select(
      sql`SELECT NULL, ${dream}, (SELECT campaign FROM dreams WHERE id = ${dream}), 'org:' || o.organisation, ${kind}, ${JSON.stringify(data)}, ${at}, NULL FROM offers o WHERE o.dream = ${dream} AND o.state = 'taken' AND ${condition}`,
    )
}

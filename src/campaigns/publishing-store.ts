import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { dreams } from '../dreams/schema.ts'
import { type CatalogueDream, loadDream } from '../dreams/store.ts'
import { noteMoveWhen } from '../life/news.ts'
import type { LifeState } from '../life/states.ts'
import { MAX_CAMPAIGN_DREAMS, type Publication } from './rules.ts'

/** The longest summary, in characters: a card's worth. */
export const MAX_SUMMARY_LENGTH = 500

/** What is known of what is to be published: the proposal, and the dream of its id. */
export async function loadPublishing(
  db: D1Database,
  proposal: string,
): Promise<{ proposal: { state: LifeState } | null; dream: CatalogueDream | null }> {
  const [found, dream] = await Promise.all([
    db.prepare('SELECT state FROM proposals WHERE id = ?').bind(proposal).first<{ state: LifeState }>(),
    loadDream(db, proposal),
  ])
  return { proposal: found, dream }
}

/** Dreams of a campaign in the catalogue's order, from after `position`. */
export async function listCampaignDreams(
  db: D1Database,
  campaign: string,
  position: number,
  limit: number,
): Promise<CatalogueDream[]> {
  return drizzle(db)
    .select()
    .from(dreams)
    .where(and(eq(dreams.campaign, campaign), gt(dreams.position, position)))
    .orderBy(asc(dreams.position))
    .limit(limit)
}

// Text and dates are those of the moment of writing, and so is the place at the end of the catalogue.
const PUBLISH_SQL = `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of, campaign, story)
SELECT p.id, (SELECT ifnull(max(position), -1) + 1 FROM dreams), p.title, ?4, ifnull(?5, substr(p.what, 1, ?8)), ?3, c.opens_at, c.closes_at,
  'collecting', ?6, c.id, json_object('what', p.what, 'forWhom', p.for_whom, 'place', p.place, 'howMany', p.how_many,
    'why', p.why, 'pictures', json(p.pictures))
FROM proposals p JOIN campaigns c ON c.id = ?2
WHERE p.id = ?1 AND p.state = 'accepted' AND c.closes_at > ?6
  AND NOT EXISTS (SELECT 1 FROM dreams d WHERE d.id = p.id)
  AND (SELECT count(*) FROM dreams d WHERE d.campaign = c.id) < ?7`

/**
 * Publishes an accepted proposal as a dream of `campaign`, with its place at the end of the catalogue. False when it may
 * no longer be published, or is already: decide again. `now` in ms.
 */
export async function publishProposal(
  db: D1Database,
  { proposal, quota, titleEn, summary }: Publication,
  campaign: string,
  actor: string,
  now: number,
): Promise<boolean> {
  const orm = drizzle(db)
  // After the dream is there, so that the news says in which campaign; before the proposal is no longer accepted.
  const published = sql`EXISTS (SELECT 1 FROM proposals p JOIN dreams d ON d.id = p.id WHERE p.id = ${proposal} AND p.state = 'accepted' AND d.campaign = ${campaign})`
  const move = { dream: proposal, from: 'accepted', to: 'published', actor, by: 'operator', at: now } as const
  const notes = noteMoveWhen(orm, move, published).map((note) => {
    const { sql: text, params } = note.toSQL()
    return db.prepare(text).bind(...params)
  })
  const results = await db.batch([
    db
      .prepare(PUBLISH_SQL)
      .bind(
        ...[proposal, campaign, quota, titleEn, summary ?? null, now],
        ...[MAX_CAMPAIGN_DREAMS, MAX_SUMMARY_LENGTH],
      ),
    ...notes,
    db
      .prepare(
        `UPDATE proposals SET state = 'published', updated_at = ?3 WHERE id = ?1 AND state = 'accepted'
         AND EXISTS (SELECT 1 FROM dreams d WHERE d.id = ?1 AND d.campaign = ?2) RETURNING id`,
      )
      .bind(proposal, campaign, now),
  ])
  return (results.at(-1)?.results.length ?? 0) > 0
}

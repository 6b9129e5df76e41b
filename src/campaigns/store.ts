import { and, eq, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import {
  type CampaignChangeDecision,
  type ChangeableCampaign,
  type Extension,
  MAX_EXTENSIONS,
} from './rules.ts'
import { campaigns } from './schema.ts'

/** A campaign as it was made. */
export type Campaign = typeof campaigns.$inferSelect

/** A campaign with what its dreams count together, as they published it. */
export interface CountedCampaign extends Campaign {
  readonly dreams: number
  readonly flowers: number
  readonly pledges: number
}

/** A campaign with everything the public is told of it. */
export interface WholeCampaign extends CountedCampaign {
  /** Oldest first. */
  readonly extensions: readonly Extension[]
}

/** What an audit row says the change was to. */
export const subjectOf = (campaign: string): string => `campaign:${campaign}`

const countedSql = (
  which: string,
) => `SELECT c.id, c.name, c.name_en AS nameEn, c.rules, c.opens_at AS opensAt,
  c.closes_at AS closesAt, c.created_at AS createdAt, count(d.id) AS dreams, ifnull(sum(d.flowers + d.returned_flowers), 0) AS flowers,
  ifnull(sum(d.pledges + d.returned_pledges), 0) AS pledges
FROM (SELECT * FROM campaigns ${which}) c LEFT JOIN dreams d ON d.campaign = c.id
GROUP BY c.id ORDER BY c.created_at, c.id`

/** Campaigns in the order they were made, from `offset`: they are added at the end and never removed. */
export async function listCampaigns(
  db: D1Database,
  offset: number,
  limit: number,
): Promise<CountedCampaign[]> {
  const { results } = await db
    .prepare(countedSql('ORDER BY created_at, id LIMIT ?1 OFFSET ?2'))
    .bind(limit, offset)
    .all<CountedCampaign>()
  return results
}

/** One campaign, or null. */
export async function findCampaign(db: D1Database, id: string): Promise<WholeCampaign | null> {
  const [found, extended] = await db.batch([
    db.prepare(countedSql('WHERE id = ?1')).bind(id),
    db
      .prepare(
        'SELECT was_until AS wasUntil, until, reason, at FROM campaign_extensions WHERE campaign = ?1 ORDER BY n LIMIT ?2',
      )
      .bind(id, MAX_EXTENSIONS),
  ])
  const campaign = found?.results[0] as CountedCampaign | undefined
  return campaign ? { ...campaign, extensions: (extended?.results ?? []) as unknown as Extension[] } : null
}

/** Makes a campaign. False when the id is taken. */
export async function createCampaign(db: D1Database, campaign: Campaign, actor: string): Promise<boolean> {
  const orm = drizzle(db)
  const { id, createdAt: at } = campaign
  const { id: _, createdAt: __, ...fields } = campaign
  const free = sql`NOT EXISTS (SELECT 1 FROM campaigns WHERE id = ${id})`
  const note = {
    at,
    actor,
    action: 'campaign.created',
    subject: subjectOf(id),
    detail: { after: brief(fields) },
  }
  const [, created] = await orm.batch([
    noteChangeWhen(orm, note, free),
    orm.insert(campaigns).values(campaign).onConflictDoNothing().returning({ id: campaigns.id }),
  ])
  return created.length > 0
}

/**
 * Makes a decided change of a campaign. False when it is no longer what `before` says, was extended, or a dream was
 * published in it: decide again.
 */
export async function changeCampaign(
  db: D1Database,
  before: Campaign,
  decision: Extract<CampaignChangeDecision, { kind: 'change' }>,
  actor: string,
  now: number,
): Promise<boolean> {
  const orm = drizzle(db)
  const { id } = before
  const may = sql`EXISTS (SELECT 1 FROM campaigns WHERE id = ${id} AND ${isStill(before)}) AND NOT EXISTS (SELECT 1 FROM dreams WHERE campaign = ${id}) AND NOT EXISTS (SELECT 1 FROM campaign_extensions WHERE campaign = ${id})`
  const detail = { before: brief(decision.before), after: brief(decision.set) }
  const [, changed] = await orm.batch([
    noteChangeWhen(orm, { at: now, actor, action: 'campaign.changed', subject: subjectOf(id), detail }, may),
    orm
      .update(campaigns)
      .set(decision.set)
      .where(and(eq(campaigns.id, id), may))
      .returning({ id: campaigns.id }),
  ])
  return changed.length > 0
}

/** Holds for a row of `campaigns` in which nothing that can be changed was changed. */
function isStill({ name, nameEn, rules, opensAt, closesAt }: Campaign): SQL {
  return sql`(name, name_en, rules, opens_at, closes_at) = (${name}, ${nameEn}, ${rules}, ${opensAt}, ${closesAt})`
}

/** How much of the rules an audit row keeps; they are public until they change, and long. */
const BRIEF_LENGTH = 200

/** What an audit row says of a campaign's fields. */
function brief(fields: Partial<ChangeableCampaign>): Record<string, unknown> {
  const { rules, ...rest } = fields
  return rules === undefined ? rest : { ...rest, rules: rules.slice(0, BRIEF_LENGTH) }
}

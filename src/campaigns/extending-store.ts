import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { dreams } from '../dreams/schema.ts'
import { rfc3339 } from '../http/wire.ts'
import type { NewsKind } from '../life/news.ts'
import { news } from '../life/schema.ts'
import { campaignExtensions, campaigns } from './schema.ts'
import { subjectOf, type WholeCampaign } from './store.ts'

/** A dream that collects until `closesAt` (ms), of which its object may not know. */
export interface ExtendedDream {
  readonly id: string
  readonly closesAt: number
}

/**
 * Makes a campaign longer, and all its dreams that still collect. Returns those, or null when its end is no longer what
 * `before` says: decide again. The campaign's feed tells it once, the history of each dream too.
 */
export async function extendCampaign(
  db: D1Database,
  before: WholeCampaign,
  { closesAt, reason }: { readonly closesAt: number; readonly reason: string },
  actor: string,
  now: number,
): Promise<ExtendedDream[] | null> {
  const orm = drizzle(db)
  const { id } = before
  // An end only ever moves ahead once a campaign was extended, so the same end is the same list of extensions.
  const may = sql`EXISTS (SELECT 1 FROM campaigns WHERE id = ${id} AND closes_at = ${before.closesAt} AND closes_at < ${closesAt})`
  const told = { was: rfc3339(before.closesAt), until: rfc3339(closesAt), reason }
  const note = { at: now, actor, action: 'campaign.extended', subject: subjectOf(id), detail: told }
  const kind: NewsKind = 'extended'
  const data = JSON.stringify(told)
  const [, , , , extended, changed] = await orm.batch([
    noteChangeWhen(orm, note, may),
    // In the order of the table's columns, as below.
    orm.insert(news).select(sql`SELECT NULL, NULL, ${id}, NULL, ${kind}, ${data}, ${now}, NULL WHERE ${may}`),
    // Not of the campaign: 200 rows of one fact would be all that its feed shows.
    orm
      .insert(news)
      .select(
        sql`SELECT NULL, d.id, NULL, NULL, ${kind}, ${data}, ${now}, NULL FROM dreams d WHERE d.campaign = ${id} AND d.state = 'collecting' AND ${may} ORDER BY d.position`,
      ),
    orm
      .insert(campaignExtensions)
      .select(
        sql`SELECT ${id}, ${before.extensions.length + 1}, ${before.closesAt}, ${closesAt}, ${reason}, ${now} WHERE ${may}`,
      ),
    orm
      .update(dreams)
      .set({ closesAt })
      .where(and(eq(dreams.campaign, id), eq(dreams.state, 'collecting'), may))
      .returning({ id: dreams.id, closesAt: dreams.closesAt }),
    orm
      .update(campaigns)
      .set({ closesAt })
      .where(and(eq(campaigns.id, id), may))
      .returning({ id: campaigns.id }),
  ])
  return changed.length > 0 ? extended : null
}

/**
 * Dreams that were extended and whose object said after that that it still goes by its former end; those that end first
 * first. An object that said nothing yet takes the end from the catalogue when it begins, or says its own when it opens.
 */
export async function listUntold(db: D1Database, limit: number): Promise<ExtendedDream[]> {
  const { results } = await db
    .prepare(
      `SELECT id, closes_at AS closesAt FROM dreams WHERE state = 'collecting' AND closes_at > object_closes_at
       ORDER BY object_closes_at LIMIT ?`,
    )
    .bind(limit)
    .all<{ id: string; closesAt: number }>()
  return results
}

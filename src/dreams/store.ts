import { and, asc, eq, gt, lt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { DreamDefinition, DreamRecord } from './rules.ts'
import { dreamEvents, dreams } from './schema.ts'

/** One dream of the catalogue. */
export type CatalogueDream = typeof dreams.$inferSelect

/** A dream of the catalogue, or null. */
export async function loadDream(db: D1Database, id: string): Promise<CatalogueDream | null> {
  const [row] = await drizzle(db).select().from(dreams).where(eq(dreams.id, id))
  return row ?? null
}

/** Dreams in the catalogue's order, from after `position`. */
export async function listDreams(db: D1Database, position: number, limit: number): Promise<CatalogueDream[]> {
  return drizzle(db)
    .select()
    .from(dreams)
    .where(gt(dreams.position, position))
    .orderBy(asc(dreams.position))
    .limit(limit)
}

/** What a dream's object begins with, or null for an id that is no dream. */
export function loadDefinition(db: D1Database, id: string): Promise<DreamDefinition | null> {
  return loadDream(db, id)
}

/**
 * Publishes a dream's progress, and what happened once with it. A publication that arrives after a newer one, or
 * twice, changes nothing. `now` in ms becomes `asOf`.
 */
export async function publishProgress(
  db: D1Database,
  id: string,
  record: DreamRecord,
  now: number,
): Promise<void> {
  const orm = drizzle(db)
  const { state, flowers, pledges, reachedAt, closedAt, version } = record
  const progress = orm
    .update(dreams)
    .set({ state, flowers, pledges, reachedAt, version, asOf: now })
    .where(and(eq(dreams.id, id), lt(dreams.version, version)))
  const events: (typeof dreamEvents.$inferInsert)[] = []
  if (reachedAt !== null) events.push({ dream: id, kind: 'reached', at: reachedAt, flowers })
  if (state === 'closed' && closedAt !== null)
    events.push({ dream: id, kind: 'closed', at: closedAt, flowers })
  const [first, ...rest] = events.map((event) => orm.insert(dreamEvents).values(event).onConflictDoNothing())
  await (first ? orm.batch([progress, first, ...rest]) : progress)
}

/** What every dream has counted, as published. */
export async function listTotals(
  db: D1Database,
): Promise<{ id: string; flowers: number; pledges: number }[]> {
  return drizzle(db).select({ id: dreams.id, flowers: dreams.flowers, pledges: dreams.pledges }).from(dreams)
}

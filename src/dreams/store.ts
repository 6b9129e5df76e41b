import { asc, eq, gt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { DreamDefinition, DreamRecord } from './rules.ts'
import { dreams } from './schema.ts'

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

const PROGRESS_SQL = `UPDATE dreams SET state = ?2, flowers = ?3, pledges = ?4, reached_at = ?5, settles_at = ?6,
  funded_at = ?7, version = ?8, as_of = ?9 WHERE id = ?1 AND version < ?8`

// Subscribers are told before the event is noted, in the same transaction: so once, as it is noted once.
const TELL_SQL = `INSERT INTO outbox (id, type, data, at)
SELECT 'evt_dream_' || ?1 || '_' || ?2, 'dream.' || ?2, ?4, ?3
WHERE NOT EXISTS (SELECT 1 FROM dream_events e WHERE e.dream = ?1 AND e.kind = ?2)`

const NOTE_SQL = `INSERT INTO dream_events (dream, kind, at, flowers) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING`

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
  const { state, flowers, pledges, reachedAt, settlesAt, fundedAt, closedAt, version } = record
  const statements = [
    db.prepare(PROGRESS_SQL).bind(id, state, flowers, pledges, reachedAt, settlesAt, fundedAt, version, now),
  ]
  const events = { reached: reachedAt, closed: state === 'closed' ? closedAt : null, funded: fundedAt }
  for (const [kind, at] of Object.entries(events)) {
    if (at === null) continue
    const data = JSON.stringify({ dream: id, flowers, at: new Date(at).toISOString() })
    statements.push(
      db.prepare(TELL_SQL).bind(id, kind, at, data),
      db.prepare(NOTE_SQL).bind(id, kind, at, flowers),
    )
  }
  await db.batch(statements)
}

/** What every dream has counted, as published. */
export async function listTotals(
  db: D1Database,
): Promise<{ id: string; flowers: number; pledges: number }[]> {
  return drizzle(db).select({ id: dreams.id, flowers: dreams.flowers, pledges: dreams.pledges }).from(dreams)
}

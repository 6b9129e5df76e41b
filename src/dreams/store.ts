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

/** Those of these dreams that are decided on, as published: funded, or closed below their quota. Neither changes again. */
export async function findDecided(db: D1Database, ids: readonly string[]): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT d.id FROM json_each(?1) i JOIN dreams d ON d.id = i.value
       WHERE d.funded_at IS NOT NULL OR (d.state = 'closed' AND d.settles_at IS NULL AND d.flowers < d.quota)`,
    )
    .bind(JSON.stringify(ids))
    .all<{ id: string }>()
  return results.map(({ id }) => id)
}

/**
 * Dreams whose object has something to do that it does not know of: their time is over and no one ever asked for them, or
 * they met their quota before dreams settled. `now` in ms.
 */
export async function listOverdue(db: D1Database, now: number, limit: number): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT id FROM dreams WHERE (state = 'collecting' AND closes_at < ?1)
       OR (reached_at IS NOT NULL AND flowers >= quota AND settles_at IS NULL AND funded_at IS NULL) LIMIT ?2`,
    )
    .bind(now - OVERDUE_MS, limit)
    .all<{ id: string }>()
  return results.map(({ id }) => id)
}

/** How long an object has to close and to say so before it is asked. */
const OVERDUE_MS = 60_000

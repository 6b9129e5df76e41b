import { type SQL, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import type { EventType } from './events.ts'
import { outbox } from './schema.ts'

/** An event for subscribers. */
export interface OutboxEvent {
  /**
   * Becomes the `webhook-id`: the same for the same fact however often it is told, 1 to 128 of A-Z, a-z, 0-9, `_`, `:`
   * and `-` (Standard Webhooks signs `id.timestamp.body`, so no full stop).
   */
  readonly id: string
  readonly type: EventType
  /** The party it is for: `line:<id>`, `partner:<id>`, or one `endpoint:<id>`; null for everyone. */
  readonly owner: string | null
  /** Sent as it is; see the table of event types. At most 500 items of some 400 bytes, 200 KB; D1 takes 2 MB a row. */
  readonly data: Readonly<Record<string, unknown>>
  /** When it happened, in ms since 1970. */
  readonly at: number
}

/** An event's id, where it stands in a path. */
export const EVENT_ID = /^[A-Za-z0-9_:-]{1,128}$/

/**
 * The statement that notes an event where `condition` holds; an id that is there stays as it is. It belongs in the batch
 * of the fact it tells of, before the change that ends the condition. `dispatchedAt` for an event that others place.
 */
export function noteEventWhen(
  orm: DrizzleD1Database,
  { id, type, owner, data, at }: OutboxEvent,
  condition: SQL,
  dispatchedAt: number | null = null,
) {
  return orm
    .insert(outbox)
    .select(
      sql`SELECT ${id}, ${type}, ${owner}, ${JSON.stringify(data)}, ${at}, ${dispatchedAt} WHERE ${condition}`,
    )
    .onConflictDoNothing()
}

/** Events spread in one transaction: 50 that everyone hears x 2,800 endpoints (140 lines x 20) x 6 us = 0.8 s at the worst. */
export const MAX_EVENTS_PER_CHUNK = 50

const FITS = `e.state = 'active' AND (w.type = 'endpoint.disabled' OR w.type IN (SELECT value FROM json_each(e.types)))`

// Two halves, so that events for one owner find its endpoints by the index on owner.
const SPREAD_SQL = `INSERT INTO deliveries (endpoint, event, state, created_at, next_at, sweep_at)
WITH waiting AS (SELECT id, type, owner FROM outbox WHERE dispatched_at IS NULL ORDER BY at, id LIMIT ${MAX_EVENTS_PER_CHUNK})
SELECT e.id, w.id, 'pending', ?1, ?1, ?1 FROM waiting w JOIN endpoints e ON e.owner = w.owner WHERE ${FITS}
UNION ALL
SELECT e.id, w.id, 'pending', ?1, ?1, ?1 FROM waiting w JOIN endpoints e WHERE w.owner IS NULL AND ${FITS}
ON CONFLICT DO NOTHING`

const SPREAD_DONE_SQL = `UPDATE outbox SET dispatched_at = ?1 WHERE id IN (
  SELECT id FROM outbox WHERE dispatched_at IS NULL ORDER BY at, id LIMIT ${MAX_EVENTS_PER_CHUNK})`

/**
 * Makes a delivery for each endpoint that a waiting event fits, for the oldest MAX_EVENTS_PER_CHUNK of them, and marks
 * them dispatched, in one transaction. Returns how many events that were. Twice, or two at once, makes none twice.
 */
export async function spreadWaiting(db: D1Database, now: number): Promise<number> {
  const [, done] = await db.batch([db.prepare(SPREAD_SQL).bind(now), db.prepare(SPREAD_DONE_SQL).bind(now)])
  return done?.meta.changes ?? 0
}

/** Events for an owner, or for everyone, of given types (JSON array), from ?3 to before ?4. */
const FITTING_SQL = `SELECT id, at FROM outbox WHERE owner = ?1 AND at >= ?3 AND at < ?4 AND (type = 'endpoint.disabled' OR type IN (SELECT value FROM json_each(?2)))
UNION ALL
SELECT id, at FROM outbox WHERE owner IS NULL AND at >= ?3 AND at < ?4 AND type IN (SELECT value FROM json_each(?2))`

const REPLAY_SQL = `INSERT INTO deliveries (endpoint, event, state, created_at, next_at, sweep_at)
SELECT ?5, f.id, 'pending', ?6, ?6, ?6 FROM (${FITTING_SQL}) f WHERE true ORDER BY f.at, f.id
ON CONFLICT (endpoint, event) DO UPDATE SET state = 'pending', tries = 0, next_at = ?6, sweep_at = ?6, done_at = NULL`

/**
 * Makes deliveries to an endpoint, or makes them anew, of the events from `since` to before `until` that fit it: at most
 * `limit`, more only where they happened in the same millisecond. `nextSince` is where to go on, null at the end.
 */
export async function replayEvents(
  db: D1Database,
  endpoint: { readonly id: string; readonly owner: string; readonly types: readonly EventType[] },
  { since, until, limit }: { readonly since: number; readonly until: number; readonly limit: number },
  now: number,
): Promise<{ events: number; nextSince: number | null }> {
  const types = JSON.stringify(endpoint.types)
  const beyond = await db
    .prepare(`SELECT at FROM (${FITTING_SQL}) ORDER BY at LIMIT 1 OFFSET ?5`)
    .bind(endpoint.owner, types, since, until, limit)
    .first<{ at: number }>()
  const nextSince = beyond ? Math.max(beyond.at, since + 1) : null
  const { meta } = await db
    .prepare(REPLAY_SQL)
    .bind(endpoint.owner, types, since, nextSince ?? until, endpoint.id, now)
    .run()
  return { events: meta.changes, nextSince }
}

/** Forgets up to `limit` events that happened before `before`. Returns how many. */
export async function pruneOutbox(db: D1Database, before: number, limit: number): Promise<number> {
  const { meta } = await db
    .prepare('DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE at < ?1 ORDER BY at LIMIT ?2)')
    .bind(before, limit)
    .run()
  return meta.changes
}

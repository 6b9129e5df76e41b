import { and, asc, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { rfc3339 } from '../http/wire.ts'
import { subjectOf } from '../life/news.ts'
import type { Mover } from '../life/states.ts'
import { nextDueAt } from '../reports/deadlines.ts'
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

/** The dreams with these ids, in no order; what is none is left out. */
export async function findDreams(db: D1Database, ids: readonly string[]): Promise<CatalogueDream[]> {
  return drizzle(db)
    .select()
    .from(dreams)
    .where(sql`${dreams.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`)
}

/** What a dream's object begins with, or null for an id that is no dream. */
export function loadDefinition(db: D1Database, id: string): Promise<DreamDefinition | null> {
  return loadDream(db, id)
}

const PROGRESS_SQL = `UPDATE dreams SET state = ?2, flowers = ?3, pledges = ?4, reached_at = ?5, settles_at = ?6,
  funded_at = ?7, version = ?8, as_of = ?9, expired_at = ?10, returned_flowers = ?11, returned_pledges = ?12,
  returned_at = ?13, life = ?14, object_closes_at = ?15, 
  report_due_at = iif(stage IS NULL, ifnull(report_due_at, ?16), report_due_at)
WHERE id = ?1 AND version < ?8`

// Subscribers are told before the event is noted, in the same transaction: so once, as it is noted once.
const TELL_SQL = `INSERT INTO outbox (id, type, data, at)
SELECT 'evt_dream_' || ?1 || '_' || ?2, 'dream.' || ?2, ?4, ?3
WHERE NOT EXISTS (SELECT 1 FROM dream_events e WHERE e.dream = ?1 AND e.kind = ?2)`

const NOTE_SQL = `INSERT INTO dream_events (dream, kind, at, flowers) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING`

// The nth move of a dream is one fact, however often it is published: its audit row and its news, ?4 what is told of it.
const AUDIT_MOVE_SQL = `INSERT INTO audit_log (at, actor, action, subject, detail) SELECT ?3, 'system', 'dream.moved', 'dream:' || ?1, ?4
WHERE NOT EXISTS (SELECT 1 FROM news n WHERE n.fact = 'moved:' || ?1 || ':' || ?2)`

// One published after its opening began to collect when it was published: what is told never goes back in time.
const NEWS_SQL = `INSERT INTO news (dream, campaign, kind, data, at, fact)
SELECT ?1, (SELECT campaign FROM dreams WHERE id = ?1), ?5, ?4,
  max(?3, ifnull((SELECT max(n.at) FROM news n WHERE n.dream = ?1 AND n.audience IS NULL AND n.kind = 'moved'), 0)),
  ?5 || ':' || ?1 || ':' || ?2
WHERE true ON CONFLICT DO NOTHING`

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
  const { expiredAt, returnedFlowers, returnedPledges, returnedAt, life, closesAt } = record
  const reportDueAt = fundedAt === null ? null : nextDueAt(fundedAt)
  const statements = [
    db
      .prepare(PROGRESS_SQL)
      .bind(
        ...[id, state, flowers, pledges, reachedAt, settlesAt, fundedAt, version, now],
        ...[expiredAt, returnedFlowers, returnedPledges, returnedAt, life, closesAt, reportDueAt],
      ),
  ]
  // What an expired dream collected, however much of it has gone back by now.
  const collected = flowers + returnedFlowers
  const events = {
    ...{ reached: reachedAt, closed: state === 'closed' ? closedAt : null },
    ...{ expired: expiredAt, funded: fundedAt },
  }
  for (const [kind, at] of Object.entries(events)) {
    if (at === null) continue
    const data = JSON.stringify({ dream: id, flowers: collected, at: rfc3339(at) })
    statements.push(
      db.prepare(TELL_SQL).bind(id, kind, at, data),
      db.prepare(NOTE_SQL).bind(id, kind, at, collected),
    )
  }
  for (const { n, from, to, at, flowers } of record.moves) {
    const told = JSON.stringify({ from, to, by: 'clock' satisfies Mover, flowers })
    statements.push(db.prepare(AUDIT_MOVE_SQL).bind(id, n, at, told))
    statements.push(db.prepare(NEWS_SQL).bind(id, n, at, told, 'moved'))
  }
  if (returnedAt !== null && returnedPledges > 0) {
    const told = JSON.stringify({ flowers: returnedFlowers, pledges: returnedPledges })
    statements.push(db.prepare(NEWS_SQL).bind(id, 1, returnedAt, told, 'returned'))
  }
  await db.batch(statements)
}

/** Notes that someone closes a dream, before its object is asked to; not for an id that is no dream. */
export async function noteCloseAsked(db: D1Database, id: string, actor: string, now: number): Promise<void> {
  const note = { at: now, actor, action: 'dream.close_asked', subject: subjectOf(id), detail: {} }
  await noteChangeWhen(drizzle(db), note, sql`EXISTS (SELECT 1 FROM dreams WHERE id = ${id})`)
}

/** What every dream has counted, as published. */
export async function listTotals(
  db: D1Database,
): Promise<{ id: string; flowers: number; pledges: number }[]> {
  return drizzle(db).select({ id: dreams.id, flowers: dreams.flowers, pledges: dreams.pledges }).from(dreams)
}

/**
 * Those of these dreams that are decided on, as published: nothing comes back from them for an act that was none. The
 * flowers of one that expired come back by themselves.
 */
export async function findDecided(db: D1Database, ids: readonly string[]): Promise<string[]> {
  const { results } = await db
    .prepare('SELECT d.id FROM json_each(?1) i JOIN dreams d ON d.id = i.value WHERE d.funded_at IS NOT NULL')
    .bind(JSON.stringify(ids))
    .all<{ id: string }>()
  return results.map(({ id }) => id)
}

/**
 * Dreams whose object has something to do that it does not know of: they have opened or their time is over and no one ever
 * asked for them, or an alarm of theirs was lost. In any order: one that fails keeps none back. `now` in ms.
 */
export async function listOverdue(db: D1Database, now: number, limit: number): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT id FROM dreams WHERE (state = 'collecting' AND closes_at < ?1)
       OR (opens_at < ?1 AND (life IS NULL OR life = 'published'))
       OR (state = 'closing' AND as_of < ?1) OR (funded_at IS NULL AND settles_at < ?1)
       OR (state = 'closed' AND funded_at IS NULL AND settles_at IS NULL AND returned_at IS NULL AND as_of < ?1)
       ORDER BY random() LIMIT ?2`,
    )
    .bind(now - OVERDUE_MS, limit)
    .all<{ id: string }>()
  return results.map(({ id }) => id)
}

/** How many dreams give their flowers back now, as published. */
export async function countReturning(db: D1Database): Promise<number> {
  return drizzle(db).$count(dreams, and(isNotNull(dreams.expiredAt), isNull(dreams.returnedAt)))
}

/** How long an object has to close and to say so before it is asked. */
const OVERDUE_MS = 60_000

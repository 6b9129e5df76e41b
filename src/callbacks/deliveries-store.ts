import { and, asc, desc, eq, gt, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { type Endpoint, type SealedSecret, subjectOf } from './endpoints-store.ts'
import type { EventType } from './events.ts'
import { noteEventWhen, type OutboxEvent } from './outbox.ts'
import { type DeliveryDecision, type DeliveryState, LEASE_MS } from './rules.ts'
import { attempts, deliveries, endpointSecrets, endpoints, outbox } from './schema.ts'

/** Which delivery a queue message is for. */
export interface DeliveryRef {
  readonly endpoint: string
  readonly event: string
}

/** A delivery with everything an attempt at it needs. */
export interface LoadedDelivery extends DeliveryState, DeliveryRef {
  readonly id: number
  readonly attempts: number
  readonly owner: string
  readonly url: string
  readonly failingSince: number | null
  readonly type: EventType
  /** JSON. */
  readonly data: string
  readonly at: number
  /** What signs now, newest first. */
  readonly secrets: readonly SealedSecret[]
}

/**
 * How long after a message should have been seen to it is taken for lost. A longer queue than that makes second
 * messages, which change nothing.
 */
const OVERDUE_MS = 15 * 60_000

const refIs = ({ endpoint, event }: DeliveryRef) =>
  and(eq(deliveries.endpoint, endpoint), eq(deliveries.event, event))

/**
 * Takes up to `limit` pending deliveries that no message is known to be under way for, oldest first: from now on one is.
 */
export async function takeUnqueued(
  db: D1Database,
  now: number,
  limit: number,
): Promise<(DeliveryRef & { readonly id: number })[]> {
  const orm = drizzle(db)
  const due = orm
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(eq(deliveries.state, 'pending'), lte(deliveries.sweepAt, now)))
    .orderBy(asc(deliveries.sweepAt))
    .limit(limit)
  return orm
    .update(deliveries)
    .set({ sweepAt: now + OVERDUE_MS })
    .where(inArray(deliveries.id, due))
    .returning({ id: deliveries.id, endpoint: deliveries.endpoint, event: deliveries.event })
}

/** Gives back what could not be handed to the queue: the next sweep takes it. */
export async function giveBack(db: D1Database, ids: readonly number[], now: number): Promise<void> {
  await drizzle(db)
    .update(deliveries)
    .set({ sweepAt: now })
    .where(
      and(
        eq(deliveries.state, 'pending'),
        sql`${deliveries.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
      ),
    )
}

/** A delivery, or null when there is none. */
export async function loadDelivery(
  db: D1Database,
  ref: DeliveryRef,
  now: number,
): Promise<LoadedDelivery | null> {
  const orm = drizzle(db)
  const [[row], secrets] = await orm.batch([
    orm
      .select({
        id: deliveries.id,
        endpoint: deliveries.endpoint,
        event: deliveries.event,
        state: deliveries.state,
        attempts: deliveries.attempts,
        tries: deliveries.tries,
        nextAt: deliveries.nextAt,
        owner: sql<string>`ifnull(${endpoints.owner}, '')`,
        url: sql<string>`ifnull(${endpoints.url}, '')`,
        // By another name: of two columns with one name D1 returns one in a batch.
        endpointState: sql<Endpoint['state'] | null>`${endpoints.state}`.as('endpoint_state'),
        failingSince: endpoints.failingSince,
        type: outbox.type,
        data: sql<string>`ifnull(${outbox.data}, '')`,
        at: sql<number>`ifnull(${outbox.at}, 0)`,
      })
      .from(deliveries)
      .leftJoin(endpoints, eq(endpoints.id, deliveries.endpoint))
      .leftJoin(outbox, eq(outbox.id, deliveries.event))
      .where(refIs(ref)),
    orm
      .select({ sealed: endpointSecrets.sealed, expiresAt: endpointSecrets.expiresAt })
      .from(endpointSecrets)
      .where(
        and(
          eq(endpointSecrets.endpoint, ref.endpoint),
          or(isNull(endpointSecrets.expiresAt), gt(endpointSecrets.expiresAt, now)),
        ),
      )
      .orderBy(desc(endpointSecrets.createdAt)),
  ])
  return row ? { ...row, type: row.type as EventType, eventKept: row.type !== null, secrets } : null
}

/**
 * Begins an attempt at a delivery that was loaded: counts it, and keeps others from beginning one for LEASE_MS. False
 * when another did since it was loaded, or it was sent again.
 */
export async function beginAttempt(db: D1Database, loaded: LoadedDelivery, now: number): Promise<boolean> {
  const until = now + LEASE_MS
  const begun = await drizzle(db)
    .update(deliveries)
    .set({
      attempts: loaded.attempts + 1,
      tries: loaded.tries + 1,
      nextAt: until,
      sweepAt: until + OVERDUE_MS,
    })
    .where(
      and(
        eq(deliveries.id, loaded.id),
        eq(deliveries.state, 'pending'),
        eq(deliveries.attempts, loaded.attempts),
        eq(deliveries.tries, loaded.tries),
        loaded.nextAt === null ? isNull(deliveries.nextAt) : eq(deliveries.nextAt, loaded.nextAt),
      ),
    )
    .returning({ id: deliveries.id })
  return begun.length > 0
}

/** An attempt that ended; `error` null when it was taken. Times in ms. */
export interface EndedAttempt {
  readonly at: number
  readonly status: number | null
  readonly error: string | null
  readonly durationMs: number
}

/**
 * Writes what came of an attempt and what follows, in one transaction: the attempt, the delivery, the endpoint's failing,
 * and if it is disabled the audit row and the event that tells its owner. `loaded` is as it was before the attempt. An
 * attempt that was overtaken (the delivery was sent again meanwhile) is logged and decides nothing.
 */
export async function endAttempt(
  db: D1Database,
  loaded: LoadedDelivery,
  attempt: EndedAttempt,
  decision: DeliveryDecision,
  now: number,
): Promise<void> {
  const orm = drizzle(db)
  const { endpoint, event } = loaded
  const number = loaded.attempts + 1
  const next =
    decision.kind === 'retry'
      ? {
          nextAt: now + decision.delaySeconds * 1_000,
          sweepAt: now + decision.delaySeconds * 1_000 + OVERDUE_MS,
        }
      : { state: decision.kind, nextAt: null, doneAt: now }
  const log = orm
    .insert(attempts)
    .values({ endpoint, event, attempt: number, ...attempt })
    .onConflictDoNothing()
  const settle = orm
    .update(deliveries)
    .set(next)
    .where(
      and(
        eq(deliveries.id, loaded.id),
        eq(deliveries.state, 'pending'),
        eq(deliveries.attempts, number),
        eq(deliveries.tries, loaded.tries + 1),
      ),
    )
  const failing =
    decision.kind === 'delivered'
      ? orm
          .update(endpoints)
          .set({ failingSince: null })
          .where(and(eq(endpoints.id, endpoint), sql`${endpoints.failingSince} IS NOT NULL`))
      : orm
          .update(endpoints)
          .set({ failingSince: attempt.at })
          .where(and(eq(endpoints.id, endpoint), isNull(endpoints.failingSince)))
  const disable = decision.kind === 'failed' ? decision.disable : null
  if (disable === null) {
    await orm.batch([log, settle, failing])
    return
  }
  // Only while it is the endpoint that failed: it may have been given another address meanwhile.
  const still = sql`EXISTS (SELECT 1 FROM endpoints WHERE id = ${endpoint} AND state = 'active' AND url = ${loaded.url})`
  const told: OutboxEvent = {
    id: `evt_${endpoint}_disabled_${now}`,
    type: 'endpoint.disabled',
    owner: loaded.owner,
    data: { endpoint, url: loaded.url, reason: disable, at: new Date(now).toISOString() },
    at: now,
  }
  const note = {
    at: now,
    actor: 'system',
    action: 'endpoint.disabled',
    subject: subjectOf(endpoint),
    detail: { reason: disable, event },
  }
  await orm.batch([
    log,
    settle,
    failing,
    noteChangeWhen(orm, note, still),
    noteEventWhen(orm, told, still),
    orm
      .update(endpoints)
      .set({ state: 'disabled', disabledReason: disable })
      .where(and(eq(endpoints.id, endpoint), still)),
  ])
}

/** Gives a pending delivery up. */
export async function failDelivery(db: D1Database, id: number, now: number): Promise<void> {
  await drizzle(db)
    .update(deliveries)
    .set({ state: 'failed', nextAt: null, doneAt: now })
    .where(and(eq(deliveries.id, id), eq(deliveries.state, 'pending')))
}

/** Has the sweep hand a pending delivery to the queue again at `at`. */
export async function sweepLater(db: D1Database, id: number, at: number): Promise<void> {
  await drizzle(db)
    .update(deliveries)
    .set({ sweepAt: at })
    .where(and(eq(deliveries.id, id), eq(deliveries.state, 'pending')))
}

/** Makes a delivery anew, whatever became of it. False when there is none, or its event is no longer kept. */
export async function resendDelivery(db: D1Database, ref: DeliveryRef, now: number): Promise<boolean> {
  const again = await drizzle(db)
    .update(deliveries)
    .set({ state: 'pending', tries: 0, nextAt: now, sweepAt: now, doneAt: null })
    .where(and(refIs(ref), sql`EXISTS (SELECT 1 FROM outbox WHERE id = ${ref.event})`))
    .returning({ id: deliveries.id })
  return again.length > 0
}

/** Notes an event for one endpoint and its delivery. */
export async function insertForEndpoint(
  db: D1Database,
  endpoint: string,
  event: Omit<OutboxEvent, 'owner'>,
  now: number,
): Promise<void> {
  const orm = drizzle(db)
  await orm.batch([
    noteEventWhen(orm, { ...event, owner: subjectOf(endpoint) }, sql`true`, now),
    orm
      .insert(deliveries)
      .values({ endpoint, event: event.id, state: 'pending', createdAt: now, nextAt: now, sweepAt: now }),
  ])
}

/** A delivery as its owner sees it, with the last attempt that ended. */
export interface DeliveryView {
  readonly id: number
  readonly event: string
  readonly type: EventType
  readonly state: 'pending' | 'delivered' | 'failed'
  readonly attempts: number
  readonly createdAt: number
  readonly nextAt: number | null
  readonly doneAt: number | null
  readonly lastStatus: number | null
  readonly lastError: string | null
}

function viewQuery(orm: ReturnType<typeof drizzle>) {
  return orm
    .select({
      id: deliveries.id,
      event: deliveries.event,
      type: outbox.type,
      state: deliveries.state,
      attempts: deliveries.attempts,
      createdAt: deliveries.createdAt,
      nextAt: deliveries.nextAt,
      doneAt: deliveries.doneAt,
      lastStatus: attempts.status,
      lastError: attempts.error,
    })
    .from(deliveries)
    .innerJoin(outbox, eq(outbox.id, deliveries.event))
    .leftJoin(
      attempts,
      and(
        eq(attempts.endpoint, deliveries.endpoint),
        eq(attempts.event, deliveries.event),
        eq(attempts.attempt, deliveries.attempts),
      ),
    )
}

/** Deliveries to an endpoint whose events are kept, newest first, from before `beforeId`. */
export async function listDeliveries(
  db: D1Database,
  endpoint: string,
  beforeId: number,
  limit: number,
): Promise<DeliveryView[]> {
  return viewQuery(drizzle(db))
    .where(and(eq(deliveries.endpoint, endpoint), lt(deliveries.id, beforeId)))
    .orderBy(desc(deliveries.id))
    .limit(limit)
}

/** One delivery with its newest attempts, newest first; null when there is none. */
export async function viewDelivery(
  db: D1Database,
  ref: DeliveryRef,
  maxAttempts: number,
): Promise<(DeliveryView & { log: (EndedAttempt & { readonly attempt: number })[] }) | null> {
  const orm = drizzle(db)
  const { attempt, at, status, error, durationMs } = attempts
  const [[view], log] = await orm.batch([
    viewQuery(orm).where(refIs(ref)),
    orm
      .select({ attempt, at, status, error, durationMs })
      .from(attempts)
      .where(and(eq(attempts.endpoint, ref.endpoint), eq(attempts.event, ref.event)))
      .orderBy(desc(attempts.attempt))
      .limit(maxAttempts),
  ])
  return view ? { ...view, log } : null
}

const OLD =
  'SELECT id FROM (SELECT id, created_at FROM deliveries ORDER BY id LIMIT ?2) WHERE created_at < ?1'

/**
 * Forgets deliveries made before `before`, of the `limit` oldest, with their attempts. Returns how many. They are
 * numbered as they were made, so the oldest are found without an index by time.
 */
export async function pruneDeliveries(db: D1Database, before: number, limit: number): Promise<number> {
  const [, pruned] = await db.batch([
    db
      .prepare(
        `DELETE FROM attempts WHERE (endpoint, event) IN (SELECT endpoint, event FROM deliveries WHERE id IN (${OLD}))`,
      )
      .bind(before, limit),
    db.prepare(`DELETE FROM deliveries WHERE id IN (${OLD})`).bind(before, limit),
  ])
  return pruned?.meta.changes ?? 0
}

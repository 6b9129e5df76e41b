import { and, asc, eq, gt, isNotNull, isNull, lte, ne, or, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { endpointSecrets, endpoints } from './schema.ts'

/** An endpoint that is not deleted. */
export type Endpoint = typeof endpoints.$inferSelect

/** A signing secret of an endpoint, sealed; it signs until `expiresAt`, or for good when that is null. */
export type SealedSecret = Pick<typeof endpointSecrets.$inferSelect, 'sealed' | 'expiresAt'>

/** Who changes something, and when. */
export interface Note {
  readonly actor: string
  readonly now: number
}

/** Most endpoints of an owner: a few systems in a few environments each. */
export const MAX_ENDPOINTS = 20

/** Most secrets of an endpoint that sign at a time: each is a hash of the body and 47 characters of a header. */
export const MAX_SECRETS = 5

const there = (id: string) => and(eq(endpoints.id, id), ne(endpoints.state, 'deleted'))
const isThere = (id: string) => sql`EXISTS (SELECT 1 FROM endpoints WHERE id = ${id} AND state <> 'deleted')`

/** Where in the audit log an endpoint's changes stand. */
export const subjectOf = (endpoint: string): string => `endpoint:${endpoint}`

/** The host of an address. The path stays out of the audit log: it may hold a token. */
const hostOf = (url: string): string => new URL(url).host

/** An endpoint, or null when it is not there or deleted. */
export async function loadEndpoint(db: D1Database, id: string): Promise<Endpoint | null> {
  const [row] = await drizzle(db).select().from(endpoints).where(there(id))
  return row ?? null
}

/** Which endpoints are looked for; `failing` are active and did not take what they were sent last. */
interface EndpointFilter {
  readonly owner?: string | undefined
  readonly state?: 'active' | 'failing' | 'disabled' | undefined
}

const inState = (state: EndpointFilter['state']) =>
  state === undefined
    ? ne(endpoints.state, 'deleted')
    : state === 'failing'
      ? and(eq(endpoints.state, 'active'), isNotNull(endpoints.failingSince))
      : eq(endpoints.state, state)

/** Endpoints from place `offset` on, oldest first. */
export async function listEndpoints(
  db: D1Database,
  { owner, state }: EndpointFilter,
  offset: number,
  limit: number,
): Promise<Endpoint[]> {
  return drizzle(db)
    .select()
    .from(endpoints)
    .where(and(owner === undefined ? undefined : eq(endpoints.owner, owner), inState(state)))
    .orderBy(asc(endpoints.createdAt), asc(endpoints.id))
    .limit(limit)
    .offset(offset)
}

/** Adds an endpoint with its first secret. False when its owner has as many as it may. */
export async function insertEndpoint(
  db: D1Database,
  { id, owner, url, types }: Pick<Endpoint, 'id' | 'owner' | 'url' | 'types'>,
  secret: { readonly id: string; readonly sealed: string },
  { actor, now }: Note,
): Promise<boolean> {
  const orm = drizzle(db)
  const room = sql`(SELECT count(*) FROM endpoints WHERE owner = ${owner} AND state <> 'deleted') < ${MAX_ENDPOINTS}`
  const detail = { owner, host: hostOf(url), types }
  const [, added] = await orm.batch([
    noteChangeWhen(orm, { at: now, actor, action: 'endpoint.created', subject: subjectOf(id), detail }, room),
    orm
      .insert(endpoints)
      .select(
        sql`SELECT ${id}, ${owner}, ${url}, ${JSON.stringify(types)}, 'active', NULL, NULL, ${now} WHERE ${room}`,
      )
      .returning({ id: endpoints.id }),
    orm
      .insert(endpointSecrets)
      .select(sql`SELECT ${id}, ${secret.id}, ${secret.sealed}, ${now}, NULL WHERE ${isThere(id)}`),
  ])
  return added.length > 0
}

/** Changes an endpoint; what is not named stays. Null when it is not there. */
export async function changeEndpoint(
  db: D1Database,
  id: string,
  change: Partial<Pick<Endpoint, 'url' | 'types' | 'state' | 'disabledReason' | 'failingSince'>>,
  action: string,
  { actor, now }: Note,
): Promise<Endpoint | null> {
  const orm = drizzle(db)
  const { url, types, state } = change
  const detail = { ...(url === undefined ? {} : { host: hostOf(url) }), types, state }
  const [, changed] = await orm.batch([
    noteChangeWhen(orm, { at: now, actor, action, subject: subjectOf(id), detail }, isThere(id)),
    orm.update(endpoints).set(change).where(there(id)).returning(),
  ])
  return changed[0] ?? null
}

/** Deletes an endpoint and what signed for it. False when it is not there. */
export async function deleteEndpoint(db: D1Database, id: string, { actor, now }: Note): Promise<boolean> {
  const orm = drizzle(db)
  const note = { at: now, actor, action: 'endpoint.deleted', subject: subjectOf(id), detail: {} }
  const [, deleted] = await orm.batch([
    noteChangeWhen(orm, note, isThere(id)),
    orm.update(endpoints).set({ state: 'deleted' }).where(there(id)).returning({ id: endpoints.id }),
    orm.delete(endpointSecrets).where(eq(endpointSecrets.endpoint, id)),
  ])
  return deleted.length > 0
}

/**
 * Adds a secret to an endpoint; those there sign on until `othersExpireAt`, unless they expire before. What expired
 * earlier is cleared away. False when the endpoint is not there or as many as may sign already.
 */
export async function addSecret(
  db: D1Database,
  endpoint: string,
  secret: { readonly id: string; readonly sealed: string },
  othersExpireAt: number,
  { actor, now }: Note,
): Promise<boolean> {
  const orm = drizzle(db)
  const signing = sql`SELECT count(*) FROM endpoint_secrets WHERE endpoint = ${endpoint} AND (expires_at IS NULL OR expires_at > ${now})`
  const room = othersExpireAt <= now ? sql`true` : sql`(${signing}) < ${MAX_SECRETS}`
  const may = sql`${isThere(endpoint)} AND ${room}`
  const note = {
    at: now,
    actor,
    action: 'endpoint.rotated',
    subject: subjectOf(endpoint),
    detail: { secret: secret.id, othersExpireAt: new Date(othersExpireAt).toISOString() },
  }
  const { id, sealed } = secret
  const [, added] = await orm.batch([
    noteChangeWhen(orm, note, may),
    orm
      .insert(endpointSecrets)
      .select(sql`SELECT ${endpoint}, ${id}, ${sealed}, ${now}, NULL WHERE ${may}`)
      .returning({ id: endpointSecrets.id }),
    // It hangs on the row that was really added.
    orm
      .update(endpointSecrets)
      .set({ expiresAt: othersExpireAt })
      .where(
        and(
          eq(endpointSecrets.endpoint, endpoint),
          ne(endpointSecrets.id, id),
          or(isNull(endpointSecrets.expiresAt), gt(endpointSecrets.expiresAt, othersExpireAt)),
          sql`EXISTS (SELECT 1 FROM endpoint_secrets s WHERE s.endpoint = ${endpoint} AND s.id = ${id})`,
        ),
      ),
    orm
      .delete(endpointSecrets)
      .where(and(eq(endpointSecrets.endpoint, endpoint), lte(endpointSecrets.expiresAt, now))),
  ])
  return added.length > 0
}

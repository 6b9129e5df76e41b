import { and, asc, eq, gt, isNull, lte, ne, or, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { type SealedCredential, subjectOf } from './lines-store.ts'
import { lineSecrets } from './schema.ts'
import type { Scheme } from './secrets.ts'

/** What may be told of a credential. Times in ms since 1970; `expiresAt` null is never. */
export interface CredentialInfo {
  readonly id: string
  readonly scheme: Scheme
  readonly createdAt: number
  readonly expiresAt: number | null
}

/**
 * Most credentials of a line that verify at a time: an old and a new one of each scheme, and one to spare. Each costs a
 * hash of the body for every signature that is looked at.
 */
export const MAX_CREDENTIALS = 5

const info = {
  id: lineSecrets.id,
  scheme: lineSecrets.scheme,
  createdAt: lineSecrets.createdAt,
  expiresAt: lineSecrets.expiresAt,
}

const living = (now: number) => or(isNull(lineSecrets.expiresAt), gt(lineSecrets.expiresAt, now))

/** The credentials of a line that verify at `now`, oldest first; at most MAX_CREDENTIALS. */
export async function listCredentials(db: D1Database, line: string, now: number): Promise<CredentialInfo[]> {
  return credentialsQuery(drizzle(db), line, now)
}

function credentialsQuery(orm: ReturnType<typeof drizzle>, line: string, now: number) {
  return orm
    .select(info)
    .from(lineSecrets)
    .where(and(eq(lineSecrets.line, line), living(now)))
    .orderBy(asc(lineSecrets.createdAt), asc(lineSecrets.id))
    .limit(MAX_CREDENTIALS)
}

/**
 * Adds a credential to a line that is not closed; those there then expire at `othersExpireAt`, unless they do so
 * before. False when the line is closed or has as many as it may: those that expire at once leave room. What expired
 * earlier is cleared away.
 */
export async function addCredential(
  db: D1Database,
  line: string,
  credential: SealedCredential & { readonly scheme: Scheme },
  othersExpireAt: number,
  note: { readonly actor: string; readonly now: number; readonly detail: Readonly<Record<string, unknown>> },
): Promise<boolean> {
  const orm = drizzle(db)
  const { id, scheme, sealed } = credential
  const { actor, now } = note
  const later = or(isNull(lineSecrets.expiresAt), gt(lineSecrets.expiresAt, othersExpireAt))
  const count = sql`SELECT count(*) FROM line_secrets WHERE line = ${line} AND (expires_at IS NULL OR expires_at > ${now})`
  const room = othersExpireAt <= now ? sql`1` : sql`(${count}) < ${MAX_CREDENTIALS}`
  const may = sql`EXISTS (SELECT 1 FROM lines WHERE id = ${line} AND state <> 'closed') AND ${room}`
  const expiring = sql`SELECT json_group_array(id) FROM line_secrets WHERE line = ${line} AND (expires_at IS NULL OR expires_at > ${othersExpireAt})`
  const detail = sql`json_set(${JSON.stringify({ secret: id, scheme, ...note.detail })}, '$.expiring', json((${expiring})))`
  const [, added] = await orm.batch([
    noteChangeWhen(orm, { at: now, actor, action: 'secret.added', subject: subjectOf(line), detail }, may),
    // In the order of the table's columns.
    orm
      .insert(lineSecrets)
      .select(sql`SELECT ${line}, ${id}, ${sealed}, ${now}, ${scheme}, NULL WHERE ${may}`)
      .returning({ id: lineSecrets.id }),
    // It hangs on the row that was really added.
    orm
      .update(lineSecrets)
      .set({ expiresAt: othersExpireAt })
      .where(
        and(
          eq(lineSecrets.line, line),
          ne(lineSecrets.id, id),
          later,
          sql`EXISTS (SELECT 1 FROM line_secrets WHERE line = ${line} AND id = ${id})`,
        ),
      ),
    orm.delete(lineSecrets).where(and(eq(lineSecrets.line, line), lte(lineSecrets.expiresAt, now))),
  ])
  return added.length > 0
}

/** Takes a credential away at once. `last` when no other would verify, `unknown` when it does not verify as it is. */
export async function revokeCredential(
  db: D1Database,
  line: string,
  id: string,
  actor: string,
  now: number,
): Promise<'revoked' | 'last' | 'unknown'> {
  const orm = drizzle(db)
  const alive = sql`line = ${line} AND (expires_at IS NULL OR expires_at > ${now})`
  const may = sql`EXISTS (SELECT 1 FROM line_secrets WHERE ${alive} AND id = ${id}) AND EXISTS (SELECT 1 FROM line_secrets WHERE ${alive} AND id <> ${id})`
  const detail = { secret: id }
  const [, revoked, left] = await orm.batch([
    noteChangeWhen(orm, { at: now, actor, action: 'secret.revoked', subject: subjectOf(line), detail }, may),
    orm
      .delete(lineSecrets)
      .where(and(eq(lineSecrets.line, line), eq(lineSecrets.id, id), may))
      .returning({ id: lineSecrets.id }),
    credentialsQuery(orm, line, now),
  ])
  if (revoked.length > 0) return 'revoked'
  return left.some((credential) => credential.id === id) ? 'last' : 'unknown'
}

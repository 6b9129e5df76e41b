import { and, desc, eq, is, lt, SQL, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { drizzle } from 'drizzle-orm/d1'
import { auditLog } from './schema.ts'

/** One change. `actor` is a user id, a line (`line:<id>`) or `system`; `detail` never holds a secret. */
export interface AuditRow {
  readonly at: number
  readonly actor: string
  /** As `line.paused`. */
  readonly action: string
  /** As `line:steps`. */
  readonly subject: string
  readonly detail: Readonly<Record<string, unknown>>
}

/**
 * The statement that notes a change that happens only where `condition` holds. In the batch it stands before the change,
 * which has the same condition, so that either both happen or neither. `detail` may be JSON that SQL makes.
 */
export function noteChangeWhen(
  orm: DrizzleD1Database,
  { at, actor, action, subject, detail }: Omit<AuditRow, 'detail'> & { detail: AuditRow['detail'] | SQL },
  condition: SQL,
) {
  const json = is(detail, SQL) ? detail : JSON.stringify(detail)
  // Not orm.run: drizzle's batch cannot bind the parameters of a raw statement.
  return orm
    .insert(auditLog)
    .select(sql`SELECT NULL, ${at}, ${actor}, ${action}, ${subject}, ${json} WHERE ${condition}`)
}

/** Changes, newest first, from before `beforeId`; of one subject if given. */
export async function listChanges(
  db: D1Database,
  beforeId: number,
  limit: number,
  subject?: string,
): Promise<(AuditRow & { readonly id: number })[]> {
  const older = lt(auditLog.id, beforeId)
  return drizzle(db)
    .select()
    .from(auditLog)
    .where(subject === undefined ? older : and(older, eq(auditLog.subject, subject)))
    .orderBy(desc(auditLog.id))
    .limit(limit)
}

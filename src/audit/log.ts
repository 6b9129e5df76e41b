import { and, desc, eq, lt } from 'drizzle-orm'
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

/** The statement that notes a change; it belongs in the batch that makes it. */
export function noteChange(orm: DrizzleD1Database, row: AuditRow) {
  return orm.insert(auditLog).values(row)
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

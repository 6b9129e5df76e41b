import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import type { CatalogueDream } from '../dreams/store.ts'
import { noteNewsWhen, subjectOf } from '../life/news.ts'
import type { AmendedField } from './amending.ts'
import { amendments } from './schema.ts'

/** What was wrong in the text of a published dream, as it is put right. */
export type Amendment = typeof amendments.$inferSelect

/** Most amendments of a dream: its eight texts, each put right a dozen times. */
export const MAX_AMENDMENTS = 100

/** Amendments of a dream in the order they were made, from after `id`. */
export async function listAmendments(
  db: D1Database,
  dream: string,
  id: number,
  limit: number,
): Promise<Amendment[]> {
  return drizzle(db)
    .select()
    .from(amendments)
    .where(and(eq(amendments.dream, dream), gt(amendments.id, id)))
    .orderBy(asc(amendments.id))
    .limit(limit)
}

/** How often the text of a dream was put right. */
export async function countAmendments(db: D1Database, dream: string): Promise<number> {
  return drizzle(db).$count(amendments, eq(amendments.dream, dream))
}

/** How many amendments a dream has, and the last of a field. */
export async function loadAmending(
  db: D1Database,
  dream: string,
  field: AmendedField,
): Promise<{ count: number; last: Amendment | null }> {
  const all = await listAmendments(db, dream, 0, MAX_AMENDMENTS)
  return { count: all.length, last: all.findLast((each) => each.field === field) ?? null }
}

/** A correction as it is made. */
export interface Correction {
  readonly field: AmendedField
  readonly text: string
  readonly reason: string
}

/**
 * Adds an amendment. Null when the dream is no longer in the state of `dream`, or another amendment came first than was
 * counted (`count`): decide again. `by` is the part in which `actor` makes it; the public is told that and no more.
 */
export async function addAmendment(
  db: D1Database,
  dream: CatalogueDream,
  count: number,
  { field, text, reason }: Correction,
  { actor, by }: { readonly actor: string; readonly by: 'operator' | 'executor' },
  now: number,
): Promise<Amendment | null> {
  const orm = drizzle(db)
  const { id, state, stage, settlesAt, fundedAt } = dream
  const may = sql`EXISTS (SELECT 1 FROM dreams WHERE id = ${id} AND (state, stage, settles_at, funded_at) IS (${state}, ${stage}, ${settlesAt}, ${fundedAt})) AND (SELECT count(*) FROM amendments WHERE dream = ${id}) = ${count}`
  const told = { field, reason, by }
  const [, , added] = await orm.batch([
    noteChangeWhen(
      orm,
      { at: now, actor, action: 'dream.amended', subject: subjectOf(id), detail: told },
      may,
    ),
    noteNewsWhen(orm, { dream: id, kind: 'amended', audience: null, data: { ...told, text }, at: now }, may),
    // In the order of the table's columns.
    orm
      .insert(amendments)
      .select(sql`SELECT NULL, ${id}, ${field}, ${text}, ${reason}, ${now} WHERE ${may}`)
      .returning(),
  ])
  return added[0] ?? null
}

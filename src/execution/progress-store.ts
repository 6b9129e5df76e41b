import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { type NewsKind, noteNewsWhen, subjectOf } from '../life/news.ts'
import { budgetLines, measures, milestones } from '../plans/schema.ts'
import type { BudgetLine, Measure, Milestone } from './items-store.ts'
import type { KeyedRequest } from './request-keys.ts'
import type { MilestoneState } from './rules.ts'
import { type Figure, progress } from './schema.ts'
import { isExecuting } from './stages-store.ts'

export type Progress = typeof progress.$inferSelect

/** What is told with a change of an item, by whom and when. `actor` is a user id, kept in the audit log only. */
export interface Telling {
  readonly id: string
  readonly actor: string
  /** Null for an operator. */
  readonly organisation: string | null
  readonly text: string
  readonly figures: readonly Figure[]
  readonly pictures: readonly string[]
  readonly at: number
  readonly request: KeyedRequest | null
}

/** Progress of a dream, newest first, from before `beforeNumber`. */
export async function listProgress(
  db: D1Database,
  dream: string,
  beforeNumber: number,
  limit: number,
): Promise<Progress[]> {
  return drizzle(db)
    .select()
    .from(progress)
    .where(and(eq(progress.dream, dream), lt(progress.number, beforeNumber)))
    .orderBy(desc(progress.number))
    .limit(limit)
}

/** What was noted under a request's key, or null. */
export async function findByRequest(db: D1Database, { key }: KeyedRequest): Promise<Progress | null> {
  const [row] = await drizzle(db).select().from(progress).where(eq(progress.requestKey, key))
  return row ?? null
}

/**
 * Moves a milestone of a dream that is being carried out, where it is still in the state it is moved from. Null when not,
 * or when the request's key is known.
 */
export function moveMilestone(
  db: D1Database,
  { id, dream, title, state: from }: Milestone,
  to: MilestoneState,
  telling: Telling,
): Promise<Progress | null> {
  const orm = drizzle(db)
  return note(orm, telling, {
    dream,
    item: `milestone:${id}`,
    change: sql`${JSON.stringify({ kind: 'milestone', from, to })}`,
    where: sql`EXISTS (SELECT 1 FROM milestones WHERE id = ${id} AND dream = ${dream} AND state = ${from})`,
    action: 'milestone.moved',
    news: 'milestone',
    told: { milestone: id, title, from, state: to },
    apply: (noted) =>
      orm
        .update(milestones)
        .set({ state: to, movedAt: telling.at })
        .where(and(eq(milestones.id, id), noted)),
  })
}

/** Notes what a measure of a dream that is being carried out stands at. Null as for `moveMilestone`. */
export function readMeasure(
  db: D1Database,
  { id, dream, name, unit, planned }: Measure,
  actual: number,
  telling: Telling,
): Promise<Progress | null> {
  const orm = drizzle(db)
  return note(orm, telling, {
    dream,
    item: `measure:${id}`,
    change: sql`(SELECT json_object('kind', 'measure', 'before', actual, 'actual', ${actual}, 'planned', planned) FROM measures WHERE id = ${id})`,
    where: sql`EXISTS (SELECT 1 FROM measures WHERE id = ${id} AND dream = ${dream})`,
    action: 'measure.read',
    news: 'measure',
    told: { measure: id, name, unit, planned, actual },
    apply: (noted) =>
      orm
        .update(measures)
        .set({ actual, readAt: telling.at })
        .where(and(eq(measures.id, id), noted)),
  })
}

/**
 * Notes a spending from a line of the budget of a dream that is being carried out, where it leaves the line at nothing or
 * more and, unless it takes back, all lines within the grant. Null when not, or when the request's key is known.
 */
export function spend(
  db: D1Database,
  { id, dream, name }: BudgetLine,
  amountCents: number,
  currency: string,
  telling: Telling,
): Promise<Progress | null> {
  const orm = drizzle(db)
  const inAll = sql`(SELECT sum(spent_cents) FROM budget_lines WHERE dream = ${dream}) + ${amountCents}`
  const granted = sql`(SELECT amount_cents FROM grants WHERE dream = ${dream})`
  return note(orm, telling, {
    dream,
    item: `budget:${id}`,
    change: sql`(SELECT json_object('kind', 'spending', 'amountCents', ${amountCents}, 'spentCents', spent_cents + ${amountCents}, 'plannedCents', planned_cents) FROM budget_lines WHERE id = ${id})`,
    where: sql`EXISTS (SELECT 1 FROM budget_lines WHERE id = ${id} AND dream = ${dream} AND spent_cents + ${amountCents} >= 0) AND (${amountCents} < 0 OR ${inAll} <= ${granted})`,
    action: 'spending.noted',
    news: 'spending',
    told: { line: id, name, amountCents, currency },
    apply: (noted) =>
      orm
        .update(budgetLines)
        .set({ spentCents: sql`spent_cents + ${amountCents}`, spentAt: telling.at })
        .where(and(eq(budgetLines.id, id), noted)),
  })
}

interface Noting {
  readonly dream: string
  readonly item: string
  /** JSON of an ItemChange. */
  readonly change: SQL
  readonly where: SQL
  readonly action: string
  readonly news: NewsKind
  readonly told: Readonly<Record<string, unknown>>
  apply(noted: SQL): BatchItem<'sqlite'>
}

/**
 * Writes a line of progress where the dream is being carried out and `where` holds, and with it its audit row, its news
 * and the change of the item. They hang on the line that was really written, which its fresh id tells: under a key that is
 * known none is.
 */
async function note(
  orm: DrizzleD1Database,
  { id, actor, organisation, text, figures, pictures, at, request }: Telling,
  { dream, item, change, where, action, news, told, apply }: Noting,
): Promise<Progress | null> {
  const noted = sql`EXISTS (SELECT 1 FROM progress WHERE id = ${id})`
  const unknown = request
    ? sql`NOT EXISTS (SELECT 1 FROM progress WHERE request_key = ${request.key})`
    : sql`1`
  const [rows] = await orm.batch([
    // In the order of the table's columns.
    orm
      .insert(progress)
      .select(
        sql`SELECT NULL, ${id}, ${dream}, ${organisation}, ${item}, ${change}, ${text}, ${JSON.stringify(figures)}, ${JSON.stringify(pictures)}, ${at}, ${request?.key ?? null}, ${request?.fingerprint ?? null} WHERE ${isExecuting(dream)} AND ${unknown} AND ${where}`,
      )
      .returning(),
    apply(noted),
    noteChangeWhen(
      orm,
      { at, actor, action, subject: subjectOf(dream), detail: { progress: id, ...told } },
      noted,
    ),
    noteNewsWhen(
      orm,
      { dream, kind: news, audience: null, data: { progress: id, ...told }, at, fact: `progress:${id}` },
      noted,
    ),
  ])
  return (rows as Progress[])[0] ?? null
}

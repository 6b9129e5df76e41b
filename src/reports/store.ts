import { and, asc, desc, eq, lt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { noteEventWhen } from '../callbacks/outbox.ts'
import { dreams } from '../dreams/schema.ts'
import type { KeyedRequest } from '../execution/request-keys.ts'
import { rfc3339 } from '../http/wire.ts'
import { noteNewsWhen, subjectOf } from '../life/news.ts'
import { reportCorrections, reports } from './schema.ts'

export type Report = typeof reports.$inferSelect
export type Correction = typeof reportCorrections.$inferSelect

/** Most reports of a dream before its final one: one a week for four years. */
export const MAX_REPORTS = 200

/** Most corrections of a report: 50 x 4,000 characters are as much as one answer should hold. */
export const MAX_CORRECTIONS = 50

/** A report to be published, the `number`th of its dream. `dueBefore` is the due date of the dream as it was read, null where none stands yet. */
export interface NewReport
  extends Pick<
    Report,
    | 'id'
    | 'dream'
    | 'number'
    | 'organisation'
    | 'title'
    | 'body'
    | 'figures'
    | 'pictures'
    | 'final'
    | 'dueAt'
    | 'late'
  > {
  readonly dueBefore: number | null
  /** When the next one is due; null after the final one. */
  readonly nextDueAt: number | null
  readonly at: number
  readonly request: KeyedRequest
}

/** What decides on publishing a report. */
export interface Reporting {
  /** The organisation that has the grant; null before it is decided. */
  readonly grantee: string | null
  /** How many there are, and whether the final one is among them. */
  readonly published: number
  readonly finished: boolean
}

/** What was published of a dream before. */
export async function loadReporting(db: D1Database, dream: string): Promise<Reporting> {
  const row = await db
    .prepare(
      `SELECT (SELECT organisation FROM grants WHERE dream = ?1) AS grantee,
         (SELECT count(*) FROM reports WHERE dream = ?1) AS published,
         EXISTS (SELECT 1 FROM reports WHERE dream = ?1 AND final = 1) AS finished`,
    )
    .bind(dream)
    .first<{ grantee: string | null; published: number; finished: number }>()
  return { grantee: row?.grantee ?? null, published: row?.published ?? 0, finished: row?.finished === 1 }
}

/**
 * Publishes a report of a dream that is carried out, or granted and about to be, and sets when the next one is due, in one
 * transaction with its news and its event. Null when the dream is not so any more, its due date is another than
 * `dueBefore`, the report before it is not the last one or is final, or the request's key is known: decide again.
 */
export async function publishReport(
  db: D1Database,
  report: NewReport,
  actor: string,
): Promise<Report | null> {
  const orm = drizzle(db)
  const { id, dream, number, organisation, title, body, final, dueAt, late, at, request } = report
  const stage = final
    ? sql`stage = 'executing'`
    : sql`(stage = 'executing' OR (funded_at IS NOT NULL AND stage IS NULL AND EXISTS (SELECT 1 FROM grants WHERE dream = ${dream})))`
  const may = sql`EXISTS (SELECT 1 FROM dreams WHERE id = ${dream} AND ${stage} AND report_due_at IS ${report.dueBefore}) AND (SELECT count(*) FROM reports WHERE dream = ${dream}) = ${number - 1} AND NOT EXISTS (SELECT 1 FROM reports WHERE request_key = ${request.key} OR (dream = ${dream} AND final = 1))`
  // The rest hangs on the report that was really written, which its fresh id tells.
  const published = sql`EXISTS (SELECT 1 FROM reports WHERE id = ${id})`
  const told = { report: id, number, title, final, late, ...(organisation === null ? {} : { organisation }) }
  const next = { reportDueAt: report.nextDueAt, reportState: null }
  const [rows] = await orm.batch([
    // In the order of the table's columns.
    orm
      .insert(reports)
      .select(
        sql`SELECT ${id}, ${dream}, ${number}, ${organisation}, ${title}, ${body}, ${JSON.stringify(report.figures)}, ${JSON.stringify(report.pictures)}, ${Number(final)}, ${dueAt}, ${Number(late)}, ${at}, ${request.key}, ${request.fingerprint} WHERE ${may}`,
      )
      .returning(),
    orm
      .update(dreams)
      .set(next)
      .where(and(eq(dreams.id, dream), published)),
    noteChangeWhen(
      orm,
      {
        ...{ at, actor, action: 'report.published', subject: subjectOf(dream) },
        detail: { report: id, final, late, dueAt: rfc3339(dueAt) },
      },
      published,
    ),
    noteNewsWhen(
      orm,
      { dream, kind: 'report', audience: null, data: told, at, fact: `report:${id}` },
      published,
    ),
    noteEventWhen(
      orm,
      {
        ...{ id: `evt_${id}`, type: 'report.published', owner: null, at },
        data: { dream, report: id, at: rfc3339(at) },
      },
      published,
    ),
  ])
  return (rows as Report[])[0] ?? null
}

/** What was published under a request's key, or null. */
export async function findByRequest(db: D1Database, { key }: KeyedRequest): Promise<Report | null> {
  const [row] = await drizzle(db).select().from(reports).where(eq(reports.requestKey, key))
  return row ?? null
}

/** A report with its corrections, oldest first, or null. */
export async function findReport(
  db: D1Database,
  id: string,
): Promise<{ report: Report; corrections: Correction[] } | null> {
  const orm = drizzle(db)
  const [found, corrections] = await orm.batch([
    orm.select().from(reports).where(eq(reports.id, id)),
    orm
      .select()
      .from(reportCorrections)
      .where(eq(reportCorrections.report, id))
      .orderBy(asc(reportCorrections.id))
      .limit(MAX_CORRECTIONS),
  ])
  const report = found[0]
  return report ? { report, corrections } : null
}

/** A report without its text, and how often it was corrected. */
export type ReportSummary = Pick<
  Report,
  'id' | 'dream' | 'number' | 'organisation' | 'title' | 'final' | 'dueAt' | 'late' | 'publishedAt'
> & { readonly corrections: number }

/** Reports of a dream, newest first, from before `beforeNumber`. */
export async function listReports(
  db: D1Database,
  dream: string,
  beforeNumber: number,
  limit: number,
): Promise<ReportSummary[]> {
  const { id, number, organisation, title, final, dueAt, late, publishedAt } = reports
  const corrections = sql<number>`(SELECT count(*) FROM report_corrections c WHERE c.report = reports.id)`
  return drizzle(db)
    .select({
      ...{ id, dream: reports.dream, number, organisation, title, final, dueAt, late, publishedAt },
      corrections: corrections.as('corrections'),
    })
    .from(reports)
    .where(and(eq(reports.dream, dream), lt(number, beforeNumber)))
    .orderBy(desc(number))
    .limit(limit)
}

/**
 * Adds a correction to a report. `replayed` when the same stands there already; null when the report has as many as there
 * may be.
 */
export async function addCorrection(
  db: D1Database,
  report: Report,
  { organisation, text, at }: Pick<Correction, 'organisation' | 'text' | 'at'>,
  actor: string,
): Promise<{ correction: Correction; replayed: boolean } | null> {
  const orm = drizzle(db)
  const { id, dream, number, title } = report
  const may = sql`(SELECT count(*) FROM report_corrections WHERE report = ${id}) < ${MAX_CORRECTIONS} AND NOT EXISTS (SELECT 1 FROM report_corrections WHERE report = ${id} AND text = ${text})`
  const [, , made, [stands]] = await orm.batch([
    noteChangeWhen(
      orm,
      { at, actor, action: 'report.corrected', subject: subjectOf(dream), detail: { report: id } },
      may,
    ),
    noteNewsWhen(
      orm,
      { dream, kind: 'correction', audience: null, data: { report: id, number, title }, at },
      may,
    ),
    orm
      .insert(reportCorrections)
      .select(sql`SELECT NULL, ${id}, ${organisation}, ${text}, ${at} WHERE ${may}`)
      .returning({ id: reportCorrections.id }),
    orm
      .select()
      .from(reportCorrections)
      .where(and(eq(reportCorrections.report, id), eq(reportCorrections.text, text))),
  ])
  return stands ? { correction: stands, replayed: made.length === 0 } : null
}

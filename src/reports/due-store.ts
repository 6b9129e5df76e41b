import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { dreams } from '../dreams/schema.ts'
import { rfc3339 } from '../http/wire.ts'
import { noteNewsWhen, subjectOf } from '../life/news.ts'
import { nextDueAt, REMIND_BEFORE_MS } from './deadlines.ts'

/** A dream of which a report is due or overdue. */
export interface DueReport {
  readonly dream: string
  readonly title: string
  readonly titleEn: string
  readonly dueAt: number
  /** What the job said of this due date. */
  readonly said: 'reminded' | 'overdue' | null
  /** Its co-creators. */
  readonly organisations: readonly string[]
}

/** Holds for a row of `dreams` of which reports are due: funded or carried out, and the final one not published. */
const REPORTING_SQL =
  "funded_at IS NOT NULL AND (stage IS NULL OR stage = 'executing') AND NOT EXISTS (SELECT 1 FROM reports r WHERE r.dream = dreams.id AND r.final = 1)"

const COLUMNS_SQL = `id AS dream, title, title_en AS titleEn, report_due_at AS dueAt, report_state AS said,
  (SELECT json_group_array(organisation) FROM offers o WHERE o.dream = dreams.id AND o.state = 'taken') AS organisations`

interface DueRow extends Omit<DueReport, 'organisations'> {
  readonly organisations: string
}

const toDue = (row: DueRow): DueReport => ({
  ...row,
  organisations: JSON.parse(row.organisations) as string[],
})

/** Reports that are due within the time of a reminder, or overdue, soonest first, from `offset`. `now` in ms. */
export async function listDue(
  db: D1Database,
  now: number,
  offset: number,
  limit: number,
): Promise<DueReport[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS_SQL} FROM dreams WHERE report_due_at <= ?1 AND ${REPORTING_SQL} ORDER BY report_due_at, id LIMIT ?2 OFFSET ?3`,
    )
    .bind(now + REMIND_BEFORE_MS, limit, offset)
    .all<DueRow>()
  return results.map(toDue)
}

/** Due dates of which more is to be said than was: a reminder, or that they are over. Soonest first. `now` in ms. */
export async function listUnsaid(db: D1Database, now: number, limit: number): Promise<DueReport[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS_SQL} FROM dreams WHERE report_due_at <= ?1 AND ${REPORTING_SQL}
       AND (report_state IS NULL OR (report_state = 'reminded' AND report_due_at < ?2))
       ORDER BY report_due_at, id LIMIT ?3`,
    )
    .bind(now + REMIND_BEFORE_MS, now, limit)
    .all<DueRow>()
  return results.map(toDue)
}

/** Sets the first due date of funded dreams that have none. Returns how many that were. */
export async function setFirstDue(db: D1Database, limit: number): Promise<number> {
  const { results } = await db
    .prepare(
      `SELECT id, funded_at AS fundedAt FROM dreams WHERE report_due_at IS NULL AND ${REPORTING_SQL} LIMIT ?1`,
    )
    .bind(limit)
    .all<{ id: string; fundedAt: number }>()
  if (results.length === 0) return 0
  const rows = results.map(({ id, fundedAt }) => [id, nextDueAt(fundedAt)])
  const { meta } = await db
    .prepare(
      `UPDATE dreams SET report_due_at = (SELECT value ->> 1 FROM json_each(?1) WHERE value ->> 0 = dreams.id)
       WHERE id IN (SELECT value ->> 0 FROM json_each(?1)) AND report_due_at IS NULL AND ${REPORTING_SQL}`,
    )
    .bind(JSON.stringify(rows))
    .run()
  return meta.changes
}

/**
 * Says that a report is due, to the co-creators, or overdue, to everyone: as state of the dream, as news and in the audit
 * log, in one transaction. Nothing where the due date or what was said of it is no longer what it was. A fact is told once
 * for each due date, whatever happens to the state.
 */
export async function sayDue(
  db: D1Database,
  { dream, dueAt, said, organisations }: DueReport,
  state: 'reminded' | 'overdue',
  now: number,
): Promise<void> {
  const orm = drizzle(db)
  const may = sql`EXISTS (SELECT 1 FROM dreams WHERE id = ${dream} AND report_due_at = ${dueAt} AND report_state IS ${said} AND ${sql.raw(REPORTING_SQL)})`
  const data = { dueAt: rfc3339(dueAt) }
  const news =
    state === 'overdue'
      ? [
          noteNewsWhen(
            orm,
            {
              ...{ dream, kind: 'report_overdue', audience: null, data, at: now },
              fact: `report_overdue:${dream}:${dueAt}`,
            },
            may,
          ),
        ]
      : organisations.map((organisation) =>
          noteNewsWhen(
            orm,
            {
              ...{ dream, kind: 'report_due', audience: `org:${organisation}`, data, at: now },
              fact: `report_due:${dream}:${dueAt}:${organisation}`,
            },
            may,
          ),
        )
  const subject = subjectOf(dream)
  await orm.batch([
    noteChangeWhen(orm, { at: now, actor: 'system', action: `report.${state}`, subject, detail: data }, may),
    ...news,
    orm
      .update(dreams)
      .set({ reportState: state })
      .where(and(eq(dreams.id, dream), may)),
  ])
}

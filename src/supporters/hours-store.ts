import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { noteNewsWhen } from '../life/news.ts'
import { goesOn } from './goes-on.ts'
import { supporterHours } from './schema.ts'
import { type HoursState, MAX_MINUTES_A_DAY } from './states.ts'
import { type Supporter, subjectOf } from './store.ts'

/** Time of one day, as a supporter recorded it. */
export type Hours = typeof supporterHours.$inferSelect

/** Most records of one supporter: three years of one a day. */
const MAX_RECORDS = 1_100

/** A supporter's recorded time, newest first, from before `before`. */
export async function listHours(
  db: D1Database,
  supporter: string,
  before: number,
  limit: number,
): Promise<Hours[]> {
  return drizzle(db)
    .select()
    .from(supporterHours)
    .where(and(eq(supporterHours.supporter, supporter), sql`number < ${before}`))
    .orderBy(sql`number DESC`)
    .limit(limit)
}

/** One record of a supporter, or null. */
export async function findHours(db: D1Database, supporter: string, id: string): Promise<Hours | null> {
  const [row] = await drizzle(db)
    .select()
    .from(supporterHours)
    .where(and(eq(supporterHours.id, id), eq(supporterHours.supporter, supporter)))
  return row ?? null
}

/** What of a record a supporter makes. */
export type NewHours = Pick<Hours, 'id' | 'day' | 'minutes' | 'what'>

/**
 * What became of recording time. `not_invited`: the offer is not, or no longer. `over`: the dream's story is. `day_full`: the
 * day has `left` minutes left, of all the dreams the user supports. `too_many`: the supporter has as many records as they may.
 */
export type RecordOutcome =
  | { readonly kind: 'recorded' }
  | { readonly kind: 'not_invited' }
  | { readonly kind: 'over' }
  | { readonly kind: 'day_full'; readonly left: number }
  | { readonly kind: 'too_many' }

/** Records time of someone who is invited to a dream that goes on. What was refused leaves room in its day. */
export async function recordHours(
  db: D1Database,
  supporter: Supporter,
  { id, day, minutes, what }: NewHours,
  now: number,
): Promise<RecordOutcome> {
  const orm = drizzle(db)
  const invited = sql`EXISTS (SELECT 1 FROM supporters WHERE id = ${supporter.id} AND state = 'invited' AND user = ${supporter.user})`
  const living = goesOn(supporter.dream)
  // A day is the person's, whatever they support.
  const taken = sql`(SELECT ifnull(sum(h.minutes), 0) FROM supporters s JOIN supporter_hours h ON h.supporter = s.id WHERE s.user = ${supporter.user} AND h.day = ${day} AND h.state <> 'refused')`
  const count = sql`(SELECT count(*) FROM supporter_hours WHERE supporter = ${supporter.id})`
  const may = sql`${invited} AND ${living} AND ${taken} + ${minutes} <= ${MAX_MINUTES_A_DAY} AND ${count} < ${MAX_RECORDS}`
  const actor = supporter.user ?? ''
  const note = {
    ...{ at: now, actor, action: 'hours.recorded', subject: subjectOf(supporter.id) },
    detail: { hours: id, day, minutes },
  }
  const [, before, recorded] = await orm.batch([
    noteChangeWhen(orm, note, may),
    orm
      .select({
        invited: sql<number>`${invited}`.as('invited'),
        living: sql<number>`${living}`.as('living'),
        taken: sql<number>`${taken}`.as('taken'),
        count: sql<number>`${count}`.as('count'),
      })
      .from(sql`(SELECT 1)`),
    // In the order of the table's columns.
    orm
      .insert(supporterHours)
      .select(
        sql`SELECT NULL, ${id}, ${supporter.id}, ${day}, ${minutes}, ${what}, 'recorded', NULL, ${now}, NULL WHERE ${may}`,
      )
      .returning({ id: supporterHours.id }),
  ])
  if (recorded.length > 0) return { kind: 'recorded' }
  const found = before[0]
  if (found?.invited !== 1) return { kind: 'not_invited' }
  if (found.living !== 1) return { kind: 'over' }
  if (found.count >= MAX_RECORDS) return { kind: 'too_many' }
  return { kind: 'day_full', left: MAX_MINUTES_A_DAY - found.taken }
}

/** A decided move of recorded time. */
export interface HoursMove {
  readonly to: HoursState
  readonly actor: string
  readonly reason: string | null
}

/** Makes a move of recorded time that is still as it was read; the supporter is told. False when it is not. */
export async function moveHours(
  db: D1Database,
  supporter: Supporter,
  { id, state, day, minutes }: Hours,
  { to, actor, reason }: HoursMove,
  now: number,
): Promise<boolean> {
  const orm = drizzle(db)
  const same = sql`EXISTS (SELECT 1 FROM supporter_hours WHERE id = ${id} AND state = ${state})`
  const detail = { hours: id, day, minutes, from: state, to }
  const note = { at: now, actor, action: `hours.${to}`, subject: subjectOf(supporter.id), detail }
  const data = { supporter: supporter.id, hours: to, day, minutes, ...(reason ? { reason } : {}) }
  // Nobody is left to be told when the account was deleted.
  const told = sql`${same} AND EXISTS (SELECT 1 FROM supporters WHERE id = ${supporter.id} AND user = ${supporter.user})`
  const audience = `user:${supporter.user ?? ''}` as const
  const [, , moved] = await orm.batch([
    noteChangeWhen(orm, note, same),
    noteNewsWhen(orm, { dream: supporter.dream, kind: 'supporter', audience, data, at: now }, told),
    orm
      .update(supporterHours)
      .set({ state: to, decidedAt: now, reason })
      .where(and(eq(supporterHours.id, id), same))
      .returning({ id: supporterHours.id }),
  ])
  return moved.length > 0
}

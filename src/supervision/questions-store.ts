import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { noteNewsWhen } from '../life/news.ts'
import { noteNewsToExecutorsWhen } from '../life/news-store.ts'
import { accountStands } from './accounts.ts'
import {
  ASK_LIMITS,
  type FloodLimit,
  MAX_ANSWERS,
  MAX_OPEN_QUESTIONS,
  MAX_RAISES,
  type QuestionState,
  RAISE_LIMITS,
  timesNeeded,
} from './rules.ts'
import { answers, questions, raises } from './schema.ts'

/** A question as it is kept. `author` is for this room alone. */
export type Question = typeof questions.$inferSelect

/** What the audit log says the change was to. */
const subjectOf = (question: string): string => `question:${question}`

/** Holds while a user did fewer than the limits allow; `times` counts what they did since a time. */
function withinLimits(limits: readonly FloodLimit[], countSince: (from: number) => SQL, now: number): SQL {
  const parts = limits.map(({ count, windowMs }) => sql`${countSince(now - windowMs)} < ${count}`)
  return sql.join(parts, sql` AND `)
}

/** What asking found: whether it was done, and else what to say for it. */
export interface AskOutcome {
  readonly question: Question | null
  readonly isDream: boolean
  readonly accountStands: boolean
  readonly open: number
  /** When the user asked, newest first, as many as the limits look at; ms. */
  readonly times: readonly number[]
}

/** Asks. Flood limits are counted where the question is written, so that no two at once slip through. `now` in ms. */
export async function ask(
  db: D1Database,
  { id, dream, kind, text }: Pick<Question, 'id' | 'dream' | 'kind' | 'text'>,
  user: string,
  now: number,
): Promise<AskOutcome> {
  const orm = drizzle(db)
  const isDream = sql`EXISTS (SELECT 1 FROM dreams WHERE id = ${dream})`
  const open = sql`(SELECT count(*) FROM questions WHERE dream = ${dream} AND state = 'open' AND hidden = 0)`
  const since = (from: number) =>
    sql`(SELECT count(*) FROM questions WHERE author = ${user} AND asked_at > ${from})`
  const may = sql`${isDream} AND ${accountStands(user)} AND ${open} < ${MAX_OPEN_QUESTIONS} AND ${withinLimits(ASK_LIMITS, since, now)}`
  const detail = { dream, kind }
  const [standing, times, , , asked] = await orm.batch([
    orm
      .select({
        isDream: sql<number>`${isDream}`.as('is_dream'),
        stands: sql<number>`${accountStands(user)}`.as('stands'),
        open: sql<number>`${open}`.as('open'),
      })
      .from(sql`(SELECT 1)`),
    orm
      .select({ at: questions.askedAt })
      .from(questions)
      .where(eq(questions.author, user))
      .orderBy(desc(questions.askedAt))
      .limit(timesNeeded(ASK_LIMITS)),
    noteChangeWhen(
      orm,
      { at: now, actor: user, action: 'question.asked', subject: subjectOf(id), detail },
      may,
    ),
    noteNewsToExecutorsWhen(orm, { dream, kind: 'asked', data: { question: id, kind }, at: now }, may),
    // In the order of the table's columns.
    orm
      .insert(questions)
      .select(
        sql`SELECT NULL, ${id}, ${dream}, ${kind}, 'open', ${text}, ${user}, ${now}, NULL, NULL, NULL, NULL, 0, NULL, NULL WHERE ${may}`,
      )
      .returning(),
  ])
  return {
    question: asked[0] ?? null,
    isDream: standing[0]?.isDream === 1,
    accountStands: standing[0]?.stands === 1,
    open: standing[0]?.open ?? 0,
    times: times.map(({ at }) => at),
  }
}

/** A question, or null. */
export async function findQuestion(db: D1Database, id: string): Promise<Question | null> {
  const [row] = await drizzle(db).select().from(questions).where(eq(questions.id, id))
  return row ?? null
}

/**
 * Questions on a dream, newest first, from before number `before`. With a state only those in it that are not hidden.
 */
export async function listQuestions(
  db: D1Database,
  dream: string,
  state: QuestionState | undefined,
  before: number,
  limit: number,
): Promise<Question[]> {
  const older = sql`number < ${before}`
  // The literal 0 lets SQLite see that the index of what is not hidden will do.
  const which = state && and(eq(questions.state, state), sql`hidden = 0`)
  return drizzle(db)
    .select()
    .from(questions)
    .where(and(eq(questions.dream, dream), which, older))
    .orderBy(desc(questions.number))
    .limit(limit)
}

/** A user's own questions, newest first, from before number `before`. */
export async function listAsked(
  db: D1Database,
  user: string,
  before: number,
  limit: number,
): Promise<Question[]> {
  return drizzle(db)
    .select()
    .from(questions)
    .where(and(eq(questions.author, user), sql`number < ${before}`))
    .orderBy(desc(questions.number))
    .limit(limit)
}

/** Concerns that wait for the operator, oldest first, from after number `after`. */
export async function listRaised(db: D1Database, after: number, limit: number): Promise<Question[]> {
  return drizzle(db)
    .select()
    .from(questions)
    .where(sql`state = 'raised' AND hidden = 0 AND number > ${after}`)
    .orderBy(asc(questions.number))
    .limit(limit)
}

/** The answers to a question that is not hidden, at most `MAX_ANSWERS`; otherwise null: decide again. */
export async function answer(
  db: D1Database,
  { id, dream, author }: Question,
  { text, organisation, actor }: { text: string; organisation: string | null; actor: string },
  now: number,
): Promise<Question | null> {
  const orm = drizzle(db)
  const may = sql`EXISTS (SELECT 1 FROM questions WHERE id = ${id} AND hidden = 0) AND (SELECT count(*) FROM answers WHERE question = ${id}) < ${MAX_ANSWERS}`
  const detail = { dream, ...(organisation === null ? {} : { organisation }) }
  const note = { at: now, actor, action: 'question.answered', subject: subjectOf(id), detail }
  const told = { dream, kind: 'answered', data: { question: id }, at: now } as const
  const [, , , changed] = await orm.batch([
    noteChangeWhen(orm, note, may),
    noteNewsWhen(orm, { ...told, audience: null }, may),
    noteToAuthor(orm, told, { id, author }, may),
    orm
      .update(questions)
      .set({
        state: sql`iif(state = 'open', 'answered', state)`,
        answeredAt: sql`ifnull(answered_at, ${now})`,
      })
      .where(and(eq(questions.id, id), may))
      .returning(),
    // In the order of the table's columns.
    orm.insert(answers).select(sql`SELECT NULL, ${id}, ${organisation}, ${text}, ${now} WHERE ${may}`),
  ])
  return changed[0] ?? null
}

/** Tells the one who asked, while their account is there. */
function noteToAuthor(
  orm: DrizzleD1Database,
  told: { dream: string; kind: 'answered' | 'hidden'; data: Readonly<Record<string, unknown>>; at: number },
  { id, author }: Pick<Question, 'id' | 'author'>,
  condition: SQL,
) {
  const isTheirs = sql`${condition} AND EXISTS (SELECT 1 FROM questions WHERE id = ${id} AND author = ${author})`
  return noteNewsWhen(orm, { ...told, audience: `user:${author ?? ''}` }, isTheirs)
}

/** What raising found: the concern as it is then, or why it was not raised. */
export interface RaiseOutcome {
  readonly question: Question | null
  readonly again: boolean
  readonly accountStands: boolean
  readonly raises: number
  /** When the user raised concerns, newest first, as many as the limits look at; ms. */
  readonly times: readonly number[]
}

/** Raises a concern to the operator. `now` in ms. */
export async function raise(
  db: D1Database,
  { id, dream }: Question,
  reason: string,
  user: string,
  now: number,
): Promise<RaiseOutcome> {
  const orm = drizzle(db)
  const again = sql`EXISTS (SELECT 1 FROM raises WHERE question = ${id} AND author = ${user})`
  const count = sql`(SELECT count(*) FROM raises WHERE question = ${id})`
  const since = (from: number) => sql`(SELECT count(*) FROM raises WHERE author = ${user} AND at > ${from})`
  const is = (states: SQL) =>
    sql`EXISTS (SELECT 1 FROM questions WHERE id = ${id} AND kind = 'concern' AND hidden = 0 AND state IN (${states}))`
  const may = sql`${is(sql`'open', 'answered', 'raised'`)} AND NOT ${again} AND ${accountStands(user)} AND ${count} < ${MAX_RAISES} AND ${withinLimits(RAISE_LIMITS, since, now)}`
  const first = sql`${may} AND ${is(sql`'open', 'answered'`)}`
  const note = { at: now, actor: user, action: 'question.raised', subject: subjectOf(id), detail: { dream } }
  const [standing, times, , , changed] = await orm.batch([
    orm
      .select({
        again: sql<number>`${again}`.as('again'),
        stands: sql<number>`${accountStands(user)}`.as('stands'),
        raises: sql<number>`${count}`.as('raises'),
      })
      .from(sql`(SELECT 1)`),
    orm
      .select({ at: raises.at })
      .from(raises)
      .where(eq(raises.author, user))
      .orderBy(desc(raises.at))
      .limit(timesNeeded(RAISE_LIMITS)),
    noteChangeWhen(orm, note, may),
    // The reasons are for the operator; that it was raised is told once.
    noteNewsWhen(orm, { dream, kind: 'raised', audience: null, data: { question: id }, at: now }, first),
    orm
      .update(questions)
      .set({ state: 'raised', raisedAt: sql`ifnull(raised_at, ${now})` })
      .where(and(eq(questions.id, id), may))
      .returning(),
    // In the order of the table's columns.
    orm.insert(raises).select(sql`SELECT NULL, ${id}, ${user}, ${reason}, ${now} WHERE ${may}`),
  ])
  return {
    question: changed[0] ?? null,
    again: standing[0]?.again === 1,
    accountStands: standing[0]?.stands === 1,
    raises: standing[0]?.raises ?? 0,
    times: times.map(({ at }) => at),
  }
}

/** What the operator says of a raised concern, in public. Null when it is not raised: decide again. */
export async function resolve(
  db: D1Database,
  { id, dream, author }: Question,
  text: string,
  actor: string,
  now: number,
): Promise<Question | null> {
  const orm = drizzle(db)
  const may = sql`EXISTS (SELECT 1 FROM questions WHERE id = ${id} AND state = 'raised' AND hidden = 0)`
  const note = { at: now, actor, action: 'question.resolved', subject: subjectOf(id), detail: { dream } }
  const told = { dream, kind: 'answered', data: { question: id, resolved: true }, at: now } as const
  const [, , , changed] = await orm.batch([
    noteChangeWhen(orm, note, may),
    noteNewsWhen(orm, { ...told, audience: null }, may),
    noteToAuthor(orm, told, { id, author }, may),
    orm
      .update(questions)
      .set({ state: 'resolved', resolvedAt: now, resolution: text })
      .where(and(eq(questions.id, id), may))
      .returning(),
  ])
  return changed[0] ?? null
}

/** Hides a question or shows it again. Null when it is so already: decide again. */
export async function moderate(
  db: D1Database,
  { id, dream, author }: Question,
  { hidden, reason }: { hidden: boolean; reason: string },
  actor: string,
  now: number,
): Promise<Question | null> {
  const orm = drizzle(db)
  const may = sql`EXISTS (SELECT 1 FROM questions WHERE id = ${id} AND hidden = ${hidden ? 0 : 1})`
  const action = hidden ? 'question.hidden' : 'question.shown'
  const note = { at: now, actor, action, subject: subjectOf(id), detail: { dream, reason } }
  const told = { dream, kind: 'hidden', data: { question: id, reason }, at: now } as const
  // That it is shown again is seen where it is shown.
  const isTold = sql`${hidden ? 1 : 0} AND ${may}`
  const [, , , changed] = await orm.batch([
    noteChangeWhen(orm, note, may),
    noteNewsWhen(orm, { ...told, audience: null }, isTold),
    noteToAuthor(orm, told, { id, author }, isTold),
    orm
      .update(questions)
      .set({ hidden, moderationReason: reason, moderatedAt: now })
      .where(and(eq(questions.id, id), may))
      .returning(),
  ])
  return changed[0] ?? null
}

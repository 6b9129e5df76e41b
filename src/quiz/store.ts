import { and, asc, eq, gt, gte, lt, lte, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { MAX_QUESTIONS_A_DAY } from './rules.ts'
import { quizAnswers } from './schema.ts'

/** All SQL of `quiz_answers`. */

/** An answer as it is kept. */
export type QuizAnswer = typeof quizAnswers.$inferSelect

/** What was answered, before it is known what became of it. */
export type GivenAnswer = Pick<QuizAnswer, 'user' | 'day' | 'question' | 'choice' | 'correct' | 'at'>

/** What a line made of a right answer. */
export interface Settlement {
  readonly outcome: NonNullable<QuizAnswer['outcome']>
  readonly flowers: number
  readonly reason: string | null
}

/** Most answers of a person read: those of the days of which an act may be reported, and today. */
const MAX_LISTED = 8 * MAX_QUESTIONS_A_DAY

/** A person's answers from `day` on, in the order they were given. */
export async function listAnswers(db: D1Database, user: string, day: string): Promise<QuizAnswer[]> {
  return drizzle(db)
    .select()
    .from(quizAnswers)
    .where(and(eq(quizAnswers.user, user), gte(quizAnswers.day, day)))
    .orderBy(asc(quizAnswers.at), asc(quizAnswers.question))
    .limit(MAX_LISTED)
}

/**
 * Keeps the first answer of a person to a question of a day. Returns the one that stands and whether it is this one; null
 * when the account was deleted meanwhile.
 */
export async function keepAnswer(
  db: D1Database,
  answer: GivenAnswer,
): Promise<{ answer: QuizAnswer; kept: boolean } | null> {
  const orm = drizzle(db)
  const { user, day, question, choice, correct, at } = answer
  const there = sql`NOT EXISTS (SELECT 1 FROM closed_accounts WHERE user = ${user})`
  const [inserted, standing] = await orm.batch([
    orm
      .insert(quizAnswers)
      // In the order of the table's columns.
      .select(
        sql`SELECT ${user}, ${day}, ${question}, ${choice}, ${Number(correct)}, ${at}, NULL, 0, NULL WHERE ${there}`,
      )
      .onConflictDoNothing()
      .returning({ user: quizAnswers.user }),
    orm.select().from(quizAnswers).where(isAnswer(answer)),
  ])
  return standing[0] ? { answer: standing[0], kept: inserted.length > 0 } : null
}

const isAnswer = ({ user, day, question }: Pick<QuizAnswer, 'user' | 'day' | 'question'>): SQL | undefined =>
  and(eq(quizAnswers.user, user), eq(quizAnswers.day, day), eq(quizAnswers.question, question))

/** Notes what right answers earned. What was noted before stays. */
export async function settleAnswers(
  db: D1Database,
  settled: readonly (readonly [QuizAnswer, Settlement])[],
): Promise<void> {
  const rows = settled.map(([{ user, day, question }, { outcome, flowers, reason }]) => [
    ...[user, day, question, outcome, flowers, reason],
  ])
  await db
    .prepare(
      `UPDATE quiz_answers SET outcome = i.value ->> 3, flowers = i.value ->> 4, reason = i.value ->> 5
       FROM json_each(?1) i WHERE quiz_answers.user = i.value ->> 0 AND quiz_answers.day = i.value ->> 1
         AND quiz_answers.question = i.value ->> 2 AND quiz_answers.correct = 1 AND quiz_answers.outcome IS NULL`,
    )
    .bind(JSON.stringify(rows))
    .run()
}

/** Right answers whose outcome is not known, given after `from` and until `to` (ms), oldest first. */
export async function listUnsettled(
  db: D1Database,
  from: number,
  to: number,
  limit: number,
): Promise<QuizAnswer[]> {
  return drizzle(db)
    .select()
    .from(quizAnswers)
    .where(
      // As in the index.
      and(sql`correct = 1 AND outcome IS NULL`, gt(quizAnswers.at, from), lte(quizAnswers.at, to)),
    )
    .orderBy(asc(quizAnswers.at))
    .limit(limit)
}

/** Forgets answers of before `day`, at most `limit`. Returns how many. */
export async function pruneAnswers(db: D1Database, day: string, limit: number): Promise<number> {
  const old = drizzle(db)
    .select({ user: quizAnswers.user, day: quizAnswers.day, question: quizAnswers.question })
    .from(quizAnswers)
    .where(lt(quizAnswers.day, day))
    .limit(limit)
  const { meta } = await drizzle(db).delete(quizAnswers).where(sql`(user, day, question) IN (${old})`).run()
  return meta.changes
}

import { readDatabase } from '../http/backends.ts'
import { pageQuery, toPage } from '../http/paging.ts'
import { rfc3339, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { type Answer, listAnswers, listReasons, type Reason } from './answers-store.ts'
import { timestamp } from './params.ts'
import type { Question } from './questions-store.ts'
import { responseHours } from './rules.ts'

/** How questions are written in answers: to everyone, and to operators. Who asked is in neither. */

/** Questions a page: with 20 answers of 2,000 characters each, 20 of them are 2.4 MB at the very most. */
const MAX_QUESTIONS_A_PAGE = 20

export const questionPageQuery = pageQuery.extend({
  pageSize: z.coerce.number().int().min(1).max(MAX_QUESTIONS_A_PAGE).default(MAX_QUESTIONS_A_PAGE),
})

const answerSchema = z
  .object({
    text: z.string(),
    by: z.enum(['organisation', 'operator']),
    organisation: z
      .object({ id: z.string(), name: z.string(), nameEn: z.string() })
      .nullable()
      .describe('Null for the operator.'),
    at: timestamp,
  })
  .openapi('Answer')

export const questionSchema = z
  .object({
    id: z.string(),
    dream: z.string(),
    kind: z.enum(['question', 'concern']),
    state: z
      .enum(['open', 'answered', 'raised', 'resolved'])
      .describe('`raised`: it waits for the operator. `resolved`: the operator settled it.'),
    text: z.string().nullable().describe('Null while it is hidden.'),
    askedAt: timestamp,
    answers: z.array(answerSchema).describe('Oldest first; empty while it is hidden.'),
    responseHours: z.number().nullable().describe('From asking to the first answer.'),
    raisedAt: timestamp.nullable(),
    resolution: z.object({ text: z.string(), at: timestamp }).nullable().describe('What the operator said.'),
    hidden: z.boolean(),
    moderation: z
      .object({ reason: z.string(), at: timestamp })
      .nullable()
      .describe('Why it was last hidden or shown again.'),
  })
  .openapi('Question')

export type QuestionWire = z.infer<typeof questionSchema>

export const questionPageSchema = z
  .object({ items: z.array(questionSchema), nextCursor: z.string().nullable() })
  .openapi('QuestionPage')

export const operatorQuestionSchema = questionSchema
  .extend({
    reasons: z.array(z.object({ reason: z.string(), at: timestamp })).describe('Why it was raised.'),
  })
  .openapi('OperatorQuestion')

export type OperatorQuestionWire = z.infer<typeof operatorQuestionSchema>

/** A question as whoever asks may see it. */
export const shownQuestionSchema = z.union([operatorQuestionSchema, questionSchema])

export const operatorQuestionPageSchema = z
  .object({ items: z.array(operatorQuestionSchema), nextCursor: z.string().nullable() })
  .openapi('OperatorQuestionPage')

function answerToWire({ text, organisation, name, nameEn, at }: Answer) {
  if (organisation === null) return { text, by: 'operator', organisation: null, at: rfc3339(at) }
  const named = { id: organisation, name: name ?? organisation, nameEn: nameEn ?? organisation }
  return { text, by: 'organisation', organisation: named, at: rfc3339(at) }
}

function toWire(question: Question, answers: readonly Answer[], whole: boolean) {
  const { id, dream, kind, state, askedAt, answeredAt, raisedAt, resolvedAt, resolution, hidden } = question
  const { moderationReason, moderatedAt } = question
  const shown = whole || !hidden
  return {
    ...{ id, dream, kind, state },
    text: shown ? question.text : null,
    askedAt: rfc3339(askedAt),
    answers: shown ? answers.filter((answer) => answer.question === id).map(answerToWire) : [],
    responseHours: responseHours(askedAt, answeredAt),
    raisedAt: rfc3339OrNull(raisedAt),
    resolution:
      shown && resolution !== null && resolvedAt !== null
        ? { text: resolution, at: rfc3339(resolvedAt) }
        : null,
    hidden,
    moderation:
      moderationReason !== null && moderatedAt !== null
        ? { reason: moderationReason, at: rfc3339(moderatedAt) }
        : null,
  }
}

/** A question with its answers, as everyone sees it. Throws unavailable (503). */
export async function questionToWire(db: D1Database, question: Question) {
  return toWire(question, await readDatabase(() => listAnswers(db, [question.id])), false)
}

/** A page of questions with their answers, as everyone sees them. `rows` is one more than a page. */
export async function questionsToWire(db: D1Database, rows: readonly Question[], pageSize: number) {
  const answers = await listAnswers(db, idsOf(rows))
  return toPage(
    rows,
    pageSize,
    (row) => toWire(row, answers, false),
    ({ number }) => number,
  )
}

/** The same as operators see them: hidden or not, with the reasons for which they were raised. */
export async function questionsToOperator(db: D1Database, rows: readonly Question[], pageSize: number) {
  const ids = idsOf(rows)
  const [answers, reasons] = await Promise.all([listAnswers(db, ids), listReasons(db, ids)])
  return toPage(
    rows,
    pageSize,
    (row) => ({ ...toWire(row, answers, true), reasons: reasonsOf(row, reasons) }),
    ({ number }) => number,
  )
}

/** One question as operators see it. Throws unavailable (503). */
export async function questionToOperator(db: D1Database, question: Question) {
  const page = await readDatabase(() => questionsToOperator(db, [question], 1))
  return page.items[0]
}

const idsOf = (rows: readonly Question[]): string[] => rows.map(({ id }) => id)

function reasonsOf({ id }: Question, reasons: readonly Reason[]) {
  return reasons
    .filter(({ question }) => question === id)
    .map(({ reason, at }) => ({ reason, at: rfc3339(at) }))
}

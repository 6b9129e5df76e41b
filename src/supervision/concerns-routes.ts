import { Api, type AppContext, bearer, bodyProblems, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { readCursor } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInOperator, signInPerson } from '../users/sign-in.ts'
import { questionParam, requireQuestion, tooMany } from './params.ts'
import { listRaised, moderate, type Question, raise, resolve } from './questions-store.ts'
import {
  operatorQuestionPageSchema,
  operatorQuestionSchema,
  questionPageQuery,
  questionSchema,
  questionsToOperator,
  questionToOperator,
  questionToWire,
} from './questions-wire.ts'
import {
  MAX_ANSWER_LENGTH,
  MAX_RAISES,
  MAX_REASON_LENGTH,
  RAISE_LIMITS,
  secondsUntilAllowed,
  whyNot,
} from './rules.ts'

/** A text of 2,000 characters written as escapes of six bytes, and a quarter more. */
const MAX_BYTES = 16_384

const reason = z.string().trim().max(MAX_REASON_LENGTH).default('')

const raiseBody = z
  .strictObject({ reason: reason.describe('For the operator alone.') })
  .openapi('RaisedConcern')

const moderationBody = z.strictObject({ reason: reason.describe('Public.') }).openapi('Moderation')

const resolutionBody = z
  .strictObject({ text: z.string().trim().min(1).max(MAX_ANSWER_LENGTH).describe('Public.') })
  .openapi('NewResolution')

/** Concerns that go to the operator, and what the operator does with questions. */
export const concernRoutes = new Api()

concernRoutes.describe(
  {
    method: 'post',
    path: '/v1/questions/{question}/raise',
    summary: 'Raise a concern to the operator',
    description:
      'Any user, once; answered or not, until the operator settled it. That it was raised is public, why is not.',
    security: bearer,
    request: {
      params: questionParam,
      body: { required: true, content: { 'application/json': { schema: raiseBody } } },
    },
    responses: {
      201: json(questionSchema, 'The concern, raised'),
      ...problems(
        ...bodyProblems,
        ...(['token_missing', 'token_invalid', 'account_deleted', 'question_not_found'] as const),
        ...(['state_conflict', 'reason_missing', 'limit_reached', 'rate_limited', 'unavailable'] as const),
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const question = await requireQuestion(c)
    const why = requireReason(parseJson(await readText(c.req.raw, MAX_BYTES), raiseBody).reason)
    const now = Date.now()
    const outcome = await readDatabase(() => raise(c.env.DB, question, why, user, now))
    if (outcome.question) return c.json(await questionToWire(c.env.DB, outcome.question), 201, NO_STORE)
    if (!outcome.accountStands) throw new Problem('account_deleted')
    const conflict = outcome.again ? 'You raised it already.' : whyNot('raise', await requireQuestion(c))
    if (conflict) throw new Problem('state_conflict', { detail: conflict })
    const seconds = secondsUntilAllowed(outcome.times, RAISE_LIMITS, now)
    if (seconds > 0) throw tooMany(seconds)
    throw new Problem('limit_reached', { detail: `${MAX_RAISES} users raised it.` })
  },
)

concernRoutes.describe(
  {
    method: 'get',
    path: '/v1/questions/raised',
    summary: 'The concerns that wait for the operator, oldest first (operators)',
    security: bearer,
    request: { query: questionPageQuery },
    responses: {
      200: json(operatorQuestionPageSchema, 'A page of concerns'),
      ...problems(
        ...(['invalid_request', 'invalid_cursor', 'token_missing', 'token_invalid'] as const),
        ...(['operator_only', 'unavailable'] as const),
      ),
    },
  },
  async (c) => {
    await signInOperator(c)
    const { cursor, pageSize } = checkAgainst(questionPageQuery, c.req.query())
    const after = readCursor(cursor, 0)
    const page = await readDatabase(async () =>
      questionsToOperator(c.env.DB, await listRaised(c.env.DB, after, pageSize + 1), pageSize),
    )
    return c.json(page, 200, NO_STORE)
  },
)

concernRoutes.describe(
  {
    method: 'post',
    path: '/v1/questions/{question}/resolve',
    summary: 'Settle a raised concern with a public word (operators)',
    security: bearer,
    request: {
      params: questionParam,
      body: { required: true, content: { 'application/json': { schema: resolutionBody } } },
    },
    responses: {
      200: json(operatorQuestionSchema, 'The concern, settled'),
      ...problems(
        ...bodyProblems,
        ...(['token_missing', 'token_invalid', 'operator_only', 'question_not_found'] as const),
        ...(['state_conflict', 'unavailable'] as const),
      ),
    },
  },
  async (c) => {
    const { user } = await signInOperator(c)
    const question = await requireQuestion(c)
    const { text } = parseJson(await readText(c.req.raw, MAX_BYTES), resolutionBody)
    const resolved = await readDatabase(() => resolve(c.env.DB, question, text, user, Date.now()))
    return answerChanged(c, resolved, 'resolve')
  },
)

for (const act of ['hide', 'show'] as const)
  concernRoutes.describe(
    {
      method: 'post',
      path: `/v1/questions/{question}/${act}`,
      summary:
        act === 'hide'
          ? 'Withhold the text of a question, for a public reason (operators)'
          : 'Show a hidden question again, for a public reason (operators)',
      security: bearer,
      request: {
        params: questionParam,
        body: { required: true, content: { 'application/json': { schema: moderationBody } } },
      },
      responses: {
        200: json(operatorQuestionSchema, 'The question as it is now'),
        ...problems(
          ...bodyProblems,
          ...(['token_missing', 'token_invalid', 'operator_only', 'question_not_found'] as const),
          ...(['state_conflict', 'reason_missing', 'unavailable'] as const),
        ),
      },
    },
    async (c) => {
      const { user } = await signInOperator(c)
      const question = await requireQuestion(c)
      const why = requireReason(parseJson(await readText(c.req.raw, MAX_BYTES), moderationBody).reason)
      const change = { hidden: act === 'hide', reason: why }
      const changed = await readDatabase(() => moderate(c.env.DB, question, change, user, Date.now()))
      return answerChanged(c, changed, act)
    },
  )

/** A reason that says something. Throws reason_missing (422). */
function requireReason(text: string): string {
  if (text === '') throw new Problem('reason_missing')
  return text
}

/** The question as it became. Throws state_conflict (409) when it did not. */
async function answerChanged(
  c: AppContext,
  changed: Question | null,
  act: 'resolve' | 'hide' | 'show',
): Promise<Response> {
  if (changed) return c.json(await questionToOperator(c.env.DB, changed), 200, NO_STORE)
  const conflict = whyNot(act, await requireQuestion(c))
  // It was changed back in between.
  throw new Problem('state_conflict', { detail: conflict ?? 'It changed meanwhile; look at it again.' })
}

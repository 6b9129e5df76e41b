import { dreamParam, readDreamId } from '../dreams/params.ts'
import { loadDream } from '../dreams/store.ts'
import { Api, type AppContext, bearer, bodyProblems, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { newId } from '../http/ids.ts'
import { readCursor } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInExecutor } from '../organisations/membership.ts'
import { signInPerson } from '../users/sign-in.ts'
import { loadResponseTime } from './answers-store.ts'
import { questionParam, requireQuestion, tooMany } from './params.ts'
import { answer, ask, listQuestions } from './questions-store.ts'
import {
  questionPageQuery,
  questionPageSchema,
  questionSchema,
  questionsToWire,
  questionToWire,
} from './questions-wire.ts'
import {
  ASK_LIMITS,
  MAX_ANSWER_LENGTH,
  MAX_ANSWERS,
  MAX_OPEN_QUESTIONS,
  MAX_QUESTION_LENGTH,
  secondsUntilAllowed,
  toHours,
  whyNot,
} from './rules.ts'

/** A text of 2,000 characters written as escapes of six bytes, and a quarter more. */
const MAX_QUESTION_BYTES = 16_384

const askBody = z
  .strictObject({
    kind: z.enum(['question', 'concern']),
    text: z.string().trim().min(1).max(MAX_QUESTION_LENGTH),
  })
  .openapi('NewQuestion')

const answerBody = z
  .strictObject({ text: z.string().trim().min(1).max(MAX_ANSWER_LENGTH) })
  .openapi('NewAnswer')

const listQuery = questionPageQuery.extend({
  state: z
    .enum(['open', 'answered', 'raised', 'resolved'])
    .optional()
    .describe('Only those in this state that are not hidden.'),
})

const summarySchema = z
  .object({
    dream: z.string(),
    raised: z.int().describe('Concerns that wait for the operator.'),
    responseTime: z.object({
      answered: z.int(),
      open: z.int().describe('Neither answered nor settled by the operator.'),
      medianHours: z
        .number()
        .nullable()
        .describe('From asking to the first answer; null while nothing is answered.'),
    }),
  })
  .openapi('QuestionSummary')

export type QuestionSummary = z.infer<typeof summarySchema>

/** What the public asks of those who carry a dream out, and what they answer. */
export const questionRoutes = new Api()

questionRoutes.describe(
  {
    method: 'post',
    path: '/v1/dreams/{dream}/questions',
    summary: 'Ask a question or put a concern, in public and without a name',
    description: 'At most 5 an hour and 20 a day. The answer is among the news of the one who asked.',
    security: bearer,
    request: {
      params: dreamParam,
      body: { required: true, content: { 'application/json': { schema: askBody } } },
    },
    responses: {
      201: json(questionSchema, 'The question'),
      ...problems(
        ...bodyProblems,
        ...(['token_missing', 'token_invalid', 'account_deleted', 'dream_not_found'] as const),
        ...(['limit_reached', 'rate_limited', 'unavailable'] as const),
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const dream = readDreamId(c)
    const body = parseJson(await readText(c.req.raw, MAX_QUESTION_BYTES), askBody)
    const [id, now] = [newId('qst'), Date.now()]
    const outcome = await readDatabase(() => ask(c.env.DB, { id, dream, ...body }, user, now))
    if (outcome.question) return c.json(await questionToWire(c.env.DB, outcome.question), 201, NO_STORE)
    if (!outcome.accountStands) throw new Problem('account_deleted')
    if (!outcome.isDream) throw new Problem('dream_not_found')
    const seconds = secondsUntilAllowed(outcome.times, ASK_LIMITS, now)
    if (seconds > 0) throw tooMany(seconds)
    throw new Problem('limit_reached', {
      detail: `${MAX_OPEN_QUESTIONS} questions on this dream wait for an answer.`,
    })
  },
)

questionRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}/questions',
    summary: 'The questions and concerns on a dream, newest first',
    request: { params: dreamParam, query: listQuery },
    responses: {
      200: json(questionPageSchema, 'A page of questions'),
      ...problems('invalid_request', 'invalid_cursor', 'dream_not_found', 'unavailable'),
    },
  },
  (c) => {
    const { cursor, pageSize, state } = checkAgainst(listQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    return answerPublic(c, `${state ?? 'all'}/${before}/${pageSize}`, async (db, dream) =>
      questionsToWire(db, await listQuestions(db, dream, state, before, pageSize + 1), pageSize),
    )
  },
)

questionRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}/questions/summary',
    summary: 'How the questions on a dream are answered',
    request: { params: dreamParam },
    responses: {
      200: json(summarySchema, 'Counts and the response time; hidden ones do not count'),
      ...problems('dream_not_found', 'unavailable'),
    },
  },
  (c) =>
    answerPublic(c, 'summary', async (db, dream) => {
      const { answered, open, raised, medianMs } = await loadResponseTime(db, dream)
      const medianHours = medianMs === null ? null : toHours(medianMs)
      return { dream, raised, responseTime: { answered, open, medianHours } }
    }),
)

/** What `load` makes of a published dream, from a cached read. Throws dream_not_found (404). */
async function answerPublic(
  c: AppContext,
  key: string,
  load: (db: D1Database, dream: string) => Promise<unknown>,
): Promise<Response> {
  const dream = readDreamId(c)
  const found = await cachedJson(c.req.raw, `questions/${dream}/${key}`, c.executionCtx, () =>
    readDatabase(async () => ((await loadDream(c.env.DB, dream)) ? load(c.env.DB, dream) : null)),
  )
  if (!found) throw new Problem('dream_not_found')
  return found
}

questionRoutes.describe(
  {
    method: 'post',
    path: '/v1/questions/{question}/answers',
    summary: 'Answer in public (those who carry the dream out, and operators)',
    description: 'At most 20 answers to a question. Who asked hears of it, and those who follow the dream.',
    security: bearer,
    request: {
      params: questionParam,
      body: { required: true, content: { 'application/json': { schema: answerBody } } },
    },
    responses: {
      201: json(questionSchema, 'The question with its answers'),
      ...problems(
        ...bodyProblems,
        ...(['token_missing', 'token_invalid', 'account_deleted', 'executor_only'] as const),
        ...(['question_not_found', 'state_conflict', 'limit_reached', 'unavailable'] as const),
      ),
    },
  },
  async (c) => {
    // Whoever has no token is told that, and not whether there is such a question.
    await signInPerson(c)
    const question = await requireQuestion(c)
    const { principal, organisation } = await signInExecutor(c, question.dream)
    const { text } = parseJson(await readText(c.req.raw, MAX_QUESTION_BYTES), answerBody)
    const given = { text, organisation, actor: principal.user }
    const answered = await readDatabase(() => answer(c.env.DB, question, given, Date.now()))
    if (answered) return c.json(await questionToWire(c.env.DB, answered), 201, NO_STORE)
    const conflict = whyNot('answer', await requireQuestion(c))
    if (conflict) throw new Problem('state_conflict', { detail: conflict })
    throw new Problem('limit_reached', { detail: `A question has at most ${MAX_ANSWERS} answers.` })
  },
)

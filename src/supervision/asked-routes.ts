import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst } from '../http/body.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { readCursor } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { signIn, signInPerson } from '../users/sign-in.ts'
import { questionParam, requireQuestion } from './params.ts'
import { listAsked } from './questions-store.ts'
import {
  questionPageQuery,
  questionPageSchema,
  questionsToWire,
  questionToOperator,
  questionToWire,
  shownQuestionSchema,
} from './questions-wire.ts'

/** What was asked, by its id or by who asked it: what news name is found here. */
export const askedRoutes = new Api()

askedRoutes.describe(
  {
    method: 'get',
    path: '/v1/questions/{question}',
    summary: 'One question or concern, as the lists have it',
    description:
      'With an operator’s token all of it, hidden or not, and the reasons for which it was raised. No token is needed.',
    security: [{}, ...bearer],
    request: { params: questionParam },
    responses: {
      200: json(shownQuestionSchema, 'The question'),
      ...problems('token_missing', 'token_invalid', 'question_not_found', 'unavailable'),
    },
  },
  async (c) => {
    if (c.req.header('authorization') !== undefined) {
      const { operator } = await signIn(c)
      const question = await requireQuestion(c)
      const shown = operator ? questionToOperator : questionToWire
      return c.json(await shown(c.env.DB, question), 200, NO_STORE)
    }
    const id = c.req.param('question') ?? ''
    if (!questionParam.safeParse({ question: id }).success) throw new Problem('question_not_found')
    const found = await cachedJson(c.req.raw, `question/${id}`, c.executionCtx, async () =>
      questionToWire(c.env.DB, await requireQuestion(c)),
    )
    if (!found) throw new Problem('question_not_found')
    // What a cache keeps for everyone is no answer to an operator.
    found.headers.append('Vary', 'Authorization')
    return found
  },
)

askedRoutes.describe(
  {
    method: 'get',
    path: '/v1/me/questions',
    summary: 'What the caller asked, of any dream, newest first',
    description: 'As everyone sees it: of what is hidden only that it is, and why.',
    security: bearer,
    request: { query: questionPageQuery },
    responses: {
      200: json(questionPageSchema, 'A page of questions'),
      ...problems(
        ...(['invalid_request', 'invalid_cursor', 'token_missing', 'token_invalid'] as const),
        ...(['account_deleted', 'unavailable'] as const),
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const { cursor, pageSize } = checkAgainst(questionPageQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    const page = await readDatabase(async () =>
      questionsToWire(c.env.DB, await listAsked(c.env.DB, user, before, pageSize + 1), pageSize),
    )
    return c.json(page, 200, NO_STORE)
  },
)

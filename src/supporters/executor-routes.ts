import { dreamParam, readDreamId, requireDream } from '../dreams/params.ts'
import { Api, type AppContext, bearer, bodyProblems, json, personProblems, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInExecutor } from '../organisations/membership.ts'
import {
  longText,
  MAX_BYTES,
  readExecuted,
  reasonBody,
  requireMove,
  supporterParam,
  supporterSchema,
  toSupporter,
} from './params.ts'
import { decideSupporter, SUPPORTER_KINDS, SUPPORTER_STATES } from './states.ts'
import { findNamed, listOfDream, moveSupporter } from './store.ts'

/** What those who carry a dream out do with offers to it. */

const supporterPageSchema = z
  .object({ items: z.array(supporterSchema), nextCursor: z.string().nullable() })
  .openapi('SupporterPage')

const listQuery = pageQuery.extend({
  state: z.enum(SUPPORTER_STATES).optional(),
  kind: z.enum(SUPPORTER_KINDS).optional(),
})

const inviteBody = z
  .strictObject({ text: longText.describe('The invitation, for the supporter.') })
  .openapi('SupporterInvitation')

export const executorRoutes = new Api()

executorRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}/supporters',
    summary: 'Who offers themselves to a dream, newest first (those who carry it out)',
    description:
      'Name and contact are there while an offer stands and the dream goes on, and for nothing but the dream.',
    security: bearer,
    request: { params: dreamParam, query: listQuery },
    responses: {
      200: json(supporterPageSchema, 'A page of offers'),
      ...problems(...personProblems, 'executor_only', 'dream_not_found', 'invalid_request', 'invalid_cursor'),
    },
  },
  async (c) => {
    const dream = readDreamId(c)
    await signInExecutor(c, dream)
    await requireDream(c, dream)
    const { cursor, pageSize, state, kind } = checkAgainst(listQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    const filter = { state, kind }
    const rows = await readDatabase(() => listOfDream(c.env.DB, dream, filter, before, pageSize + 1))
    const page = toPage(rows, pageSize, toSupporter, ({ number }) => number)
    return c.json(page, 200, NO_STORE)
  },
)

/** Answers an offer, if it may be; returns how it is then. */
async function answerOffer(c: AppContext, to: 'invited' | 'declined', read: (text: string) => string) {
  const { principal, supporter } = await readExecuted(c)
  const answer = read(await readText(c.req.raw, MAX_BYTES))
  requireMove(decideSupporter(supporter.state, to, 'executor', answer))
  const move = { to, actor: principal.user, answer }
  const outcome = await readDatabase(() => moveSupporter(c.env.DB, supporter, move, Date.now()))
  if (outcome === 'over') throw new Problem('too_late')
  if (outcome === 'changed')
    throw new Problem('state_conflict', { detail: 'It was changed at the same time; look again.' })
  const answered = await readDatabase(() => findNamed(c.env.DB, supporter.id))
  if (!answered) throw new Problem('supporter_not_found')
  return c.json(toSupporter(answered), 200, NO_STORE)
}

const answerProblems = [
  ...personProblems,
  ...bodyProblems,
  'executor_only',
  'supporter_not_found',
  'state_conflict',
] as const

executorRoutes.describe(
  {
    method: 'post',
    path: '/v1/supporters/{supporter}/invite',
    summary: 'Invite a supporter to take part (those who carry the dream out)',
    description: 'While the dream goes on: it is neither expired nor completed nor stopped.',
    security: bearer,
    request: {
      params: supporterParam,
      body: { required: true, content: { 'application/json': { schema: inviteBody } } },
    },
    responses: {
      200: json(supporterSchema, 'The offer, invited'),
      ...problems(...answerProblems, 'too_late'),
    },
  },
  (c) => answerOffer(c, 'invited', (text) => parseJson(text, inviteBody).text),
)

executorRoutes.describe(
  {
    method: 'post',
    path: '/v1/supporters/{supporter}/decline',
    summary: 'Decline an offer, or end one that was invited, with a reason (those who carry the dream out)',
    description: 'The supporter reads the reason.',
    security: bearer,
    request: {
      params: supporterParam,
      body: { required: true, content: { 'application/json': { schema: reasonBody } } },
    },
    responses: {
      200: json(supporterSchema, 'The offer, declined'),
      ...problems(...answerProblems, 'reason_missing'),
    },
  },
  (c) => answerOffer(c, 'declined', (text) => parseJson(text, reasonBody).reason),
)

import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst } from '../http/body.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInOperator } from '../users/sign-in.ts'
import { countDesk, DESK_STATES, listDesk, listSimilar } from './desk-store.ts'
import { deskProposalSchema, deskToWire, OPERATED, proposalParam, readOperated, userId } from './params.ts'
import { findProposals } from './proposal-store.ts'

/** The desk: where operators find what is to be looked at. */

/** Longest search; ten words. */
const MAX_SEARCH_LENGTH = 200

/** Most similar proposals shown, side by side on one page. */
const MAX_SIMILAR = 10

const deskPageSchema = z
  .object({ items: z.array(deskProposalSchema), nextCursor: z.string().nullable() })
  .openapi('DeskPage')

const deskQuery = pageQuery.extend({
  state: z.enum(DESK_STATES).optional(),
  assignee: userId.optional().describe('A user id, or `none` for those that nobody looks at.'),
  q: z.string().min(1).max(MAX_SEARCH_LENGTH).optional().describe('Words that all stand in it.'),
  place: z.string().min(1).max(MAX_SEARCH_LENGTH).optional().describe('A part of its place.'),
  order: z.enum(['newest', 'oldest']).default('newest').describe('By number.'),
})

const countsSchema = z
  .object({
    states: z.record(z.enum(DESK_STATES), z.int()),
    assignees: z
      .array(
        z.object({
          assignee: z.string().nullable(),
          proposed: z.int(),
          inReview: z.int(),
          accepted: z.int(),
        }),
      )
      .describe('Who looks at what is still to be decided; null is nobody.'),
  })
  .openapi('DeskCounts')

export type DeskCountsWire = z.infer<typeof countsSchema>

export const deskRoutes = new Api()

deskRoutes.describe(
  {
    method: 'get',
    path: '/v1/review/proposals',
    summary: 'The desk: proposals, by state, assignee, words and place (operators)',
    security: bearer,
    request: { query: deskQuery },
    responses: {
      200: json(deskPageSchema, 'A page of proposals'),
      ...problems('invalid_request', 'invalid_cursor', ...OPERATED),
    },
  },
  async (c) => {
    await signInOperator(c)
    const query = checkAgainst(deskQuery, c.req.query())
    const { cursor, pageSize, order, assignee, ...filter } = query
    const position = readCursor(cursor, order === 'newest' ? Number.MAX_SAFE_INTEGER : 0)
    const narrowed = { ...filter, assignee: assignee === 'none' ? null : assignee }
    const rows = await readDatabase(() => listDesk(c.env.DB, narrowed, order, position, pageSize + 1))
    return c.json(
      toPage(rows, pageSize, deskToWire, ({ number }) => number),
      200,
      NO_STORE,
    )
  },
)

deskRoutes.describe(
  {
    method: 'get',
    path: '/v1/review/counts',
    summary: 'How many proposals there are, by state and by assignee (operators)',
    security: bearer,
    responses: { 200: json(countsSchema, 'The counts'), ...problems(...OPERATED) },
  },
  async (c) => {
    await signInOperator(c)
    return c.json(await readDatabase(() => countDesk(c.env.DB)), 200, NO_STORE)
  },
)

deskRoutes.describe(
  {
    method: 'get',
    path: '/v1/review/proposals/{proposal}/similar',
    summary: 'Proposals with words of this one, the nearest first (operators)',
    security: bearer,
    request: { params: proposalParam },
    responses: {
      200: json(z.object({ items: z.array(deskProposalSchema) }), `At most ${MAX_SIMILAR} proposals`),
      ...problems('proposal_not_found', ...OPERATED),
    },
  },
  async (c) => {
    const { proposal } = await readOperated(c)
    const [found] = await readDatabase(() => findProposals(c.env.DB, [proposal]))
    if (!found) throw new Problem('proposal_not_found')
    const rows = await readDatabase(() => listSimilar(c.env.DB, found, MAX_SIMILAR))
    return c.json({ items: rows.map(deskToWire) }, 200, NO_STORE)
  },
)

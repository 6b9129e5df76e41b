import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInOperator } from '../users/sign-in.ts'
import { findDesk } from './desk-store.ts'
import {
  deskProposalSchema,
  deskToWire,
  MAX_BULK,
  MAX_BULK_BYTES,
  OPERATED,
  proposalIds,
  proposalParam,
  readOperated,
  userId,
  WITH_BODY,
} from './params.ts'
import { assignProposals } from './proposal-store.ts'

/** Who looks at which proposals. */

/** An assignee's body: 128 bytes and their name. */
const MAX_ASSIGNEE_BYTES = 1_024

const assigneeBody = z.strictObject({ assignee: userId.nullable() }).openapi('Assignee')

const assignmentsBody = z
  .strictObject({ proposals: proposalIds(MAX_BULK), assignee: userId.nullable() })
  .openapi('Assignments')

const assignmentResultsSchema = z
  .object({
    results: z.array(
      z.object({
        proposal: z.string(),
        outcome: z.enum(['assigned', 'unchanged', 'refused']),
        reason: z.enum(['proposal_not_found']).optional(),
      }),
    ),
  })
  .openapi('AssignmentResults')

export type AssignmentResults = z.infer<typeof assignmentResultsSchema>

export const assignmentRoutes = new Api()

assignmentRoutes.describe(
  {
    method: 'put',
    path: '/v1/review/proposals/{proposal}/assignee',
    summary: 'Who looks at a proposal; null is nobody (operators)',
    security: bearer,
    request: {
      params: proposalParam,
      body: { required: true, content: { 'application/json': { schema: assigneeBody } } },
    },
    responses: {
      200: json(deskProposalSchema, 'The proposal as it is now'),
      ...problems('proposal_not_found', ...WITH_BODY, ...OPERATED),
    },
  },
  async (c) => {
    const { user, proposal } = await readOperated(c)
    const { assignee } = parseJson(await readText(c.req.raw, MAX_ASSIGNEE_BYTES), assigneeBody)
    await readDatabase(() => assignProposals(c.env.DB, [proposal], assignee, user, Date.now()))
    const [found] = await readDatabase(() => findDesk(c.env.DB, [proposal]))
    if (!found) throw new Problem('proposal_not_found')
    return c.json(deskToWire(found), 200, NO_STORE)
  },
)

assignmentRoutes.describe(
  {
    method: 'post',
    path: '/v1/review/assignments',
    summary: 'Who looks at many proposals (operators)',
    security: bearer,
    request: { body: { required: true, content: { 'application/json': { schema: assignmentsBody } } } },
    responses: {
      200: json(assignmentResultsSchema, 'What became of each'),
      ...problems(...WITH_BODY, ...OPERATED),
    },
  },
  async (c) => {
    const { user } = await signInOperator(c)
    const body = parseJson(await readText(c.req.raw, MAX_BULK_BYTES), assignmentsBody)
    const { proposals, assignee } = body
    const outcomes = await readDatabase(() =>
      assignProposals(c.env.DB, proposals, assignee, user, Date.now()),
    )
    const results = proposals.map((proposal) => {
      const outcome = outcomes.get(proposal) ?? 'proposal_not_found'
      return outcome === 'proposal_not_found'
        ? { proposal, outcome: 'refused', reason: outcome }
        : { proposal, outcome }
    })
    return c.json({ results }, 200, NO_STORE)
  },
)

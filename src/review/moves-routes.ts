import { dreamId } from '../dreams/ids.ts'
import { untilDone } from '../http/again.ts'
import type { AppContext } from '../http/api.ts'
import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInOperator } from '../users/sign-in.ts'
import { loadStandings, mergeProposals, moveProposals } from './moves-store.ts'
import { MAX_BULK, MAX_BULK_BYTES, OPERATED, proposalIds, reason, WITH_BODY } from './params.ts'
import { DECISIONS, type Decision, decideMerge, decideProposal, needsReason, type Outcome } from './rules.ts'

/** What operators decide of proposals: take into review, accept, decline, merge. */

/** Proposals merged in one go: each was read beside the one it goes into. */
const MAX_MERGED = 20

const decisionsBody = z
  .strictObject({
    proposals: proposalIds(MAX_BULK),
    to: z.enum(DECISIONS).describe('Declining needs a reason.'),
    reason,
  })
  .openapi('Decisions')

const decisionResultsSchema = z
  .object({
    results: z.array(
      z.object({
        proposal: z.string(),
        outcome: z.enum(['moved', 'unchanged', 'refused']),
        reason: z.enum(['proposal_not_found', 'move_not_allowed']).optional(),
      }),
    ),
  })
  .openapi('DecisionResults')

export type DecisionResults = z.infer<typeof decisionResultsSchema>

const mergeBody = z
  .strictObject({ into: dreamId, from: proposalIds(MAX_MERGED), reason })
  .refine(({ into, from }) => !from.includes(into), {
    path: ['from'],
    message: 'a proposal cannot be merged into itself',
  })
  .openapi('Merge')

const mergeResultSchema = z
  .object({
    into: z.string(),
    results: z.array(z.object({ proposal: z.string(), outcome: z.enum(['moved', 'unchanged']) })),
  })
  .openapi('MergeResult')

export const reviewMoveRoutes = new Api()

reviewMoveRoutes.describe(
  {
    method: 'post',
    path: '/v1/review/decisions',
    summary: 'Take proposals into review, accept or decline them (operators)',
    description:
      'proposed → in_review → accepted | declined. Each proposal is decided for itself; the reason is public and the proposers are told.',
    security: bearer,
    request: { body: { required: true, content: { 'application/json': { schema: decisionsBody } } } },
    responses: {
      200: json(decisionResultsSchema, 'What became of each'),
      ...problems('reason_missing', ...WITH_BODY, ...OPERATED),
    },
  },
  async (c) => {
    const { user } = await signInOperator(c)
    const body = parseJson(await readText(c.req.raw, MAX_BULK_BYTES), decisionsBody)
    if (needsReason(body.to, body.reason)) throw new Problem('reason_missing')
    const outcomes = await decide(c.env.DB, body.proposals, body.to, body.reason, user)
    const results = body.proposals.map((proposal) => ({ proposal, ...outcomes.get(proposal) }))
    return c.json({ results }, 200, NO_STORE)
  },
)

/**
 * Tries at a decision while others decide on the same proposals. A proposal only goes forward, and at most twice in this
 * room, so that what lost two races is in a state that is found on the third.
 */
const MAX_TRIES = 3

/** Decides and moves until nobody else moves one of the proposals between the two. */
async function decide(
  db: D1Database,
  ids: readonly string[],
  to: Decision,
  reason: string | null,
  actor: string,
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  let open = ids
  for (let tries = 1; open.length > 0; tries++) {
    if (tries > MAX_TRIES) throw new Problem('unavailable')
    const standings = await readDatabase(() => loadStandings(db, open))
    for (const id of open) outcomes.set(id, decideProposal(standings.get(id) ?? null, to, reason))
    const at = Date.now()
    const moves = open.flatMap((dream) => {
      const from = standings.get(dream)?.state
      if (!from || outcomes.get(dream)?.outcome !== 'moved') return []
      return [{ dream, from, to, actor, by: 'operator' as const, reason, at }]
    })
    const moved = await readDatabase(() => moveProposals(db, moves))
    open = moves.map(({ dream }) => dream).filter((id) => !moved.has(id))
  }
  return outcomes
}

reviewMoveRoutes.describe(
  {
    method: 'post',
    path: '/v1/review/merges',
    summary: 'Merge proposals into another, all of them or none (operators)',
    description:
      'Those in `from` are in review; `into` is in review or accepted. Whoever proposed one of them proposes `into` from then on. What was merged into it before stays so.',
    security: bearer,
    request: { body: { required: true, content: { 'application/json': { schema: mergeBody } } } },
    responses: {
      200: json(mergeResultSchema, 'What became of each'),
      ...problems('proposal_not_found', 'move_not_allowed', ...WITH_BODY, ...OPERATED),
    },
  },
  async (c) => c.json(await merge(c), 200, NO_STORE),
)

async function merge(c: AppContext) {
  const { user: actor } = await signInOperator(c)
  const body = parseJson(await readText(c.req.raw, MAX_BULK_BYTES), mergeBody)
  const { into, from, reason } = body
  return untilDone(async () => {
    const standings = await readDatabase(() => loadStandings(c.env.DB, [into, ...from]))
    const decision = decideMerge(into, from, standings)
    if (decision.kind === 'refuse')
      throw new Problem(decision.why === 'missing' ? 'proposal_not_found' : 'move_not_allowed', {
        detail: `${decision.ids.join(', ')}.`,
      })
    const going = new Set(decision.kind === 'merge' ? decision.from : [])
    const plan = { into, from: [...going], actor, reason, at: Date.now() }
    if (going.size === 0 || (await readDatabase(() => mergeProposals(c.env.DB, plan))))
      return {
        into,
        results: from.map((proposal) => ({ proposal, outcome: going.has(proposal) ? 'moved' : 'unchanged' })),
      }
    return null
  })
}

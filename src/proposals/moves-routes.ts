import { untilDone } from '../http/again.ts'
import { Api, type AppContext, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { decideMove, LIFE_STATES, type LifeState } from '../life/states.ts'
import { signInPerson } from '../users/sign-in.ts'
import { proposalParam, proposalSchema, requireProposal, toWire } from './params.ts'
import { decideProposerMove, MAX_SENT_A_DAY, type ProposerMoveDecision } from './proposing.ts'
import { isShared, listSentTimes, moveByProposer } from './store.ts'

/** A reason of 500 characters, of six bytes each when they are escaped, and as much again. */
const MAX_MOVE_BYTES = 4_096

/** What fits on a card that tells of it. */
const MAX_REASON_LENGTH = 500

const moveBody = z
  .strictObject({
    to: z.enum(LIFE_STATES).describe('`proposed` or `withdrawn`; to nothing else does its proposer move it.'),
    reason: z
      .string()
      .trim()
      .max(MAX_REASON_LENGTH)
      .optional()
      .describe('Why it is withdrawn, for those who hear of it.'),
  })
  .openapi('ProposerMove')

export const moveRoutes = new Api()

moveRoutes.describe(
  {
    method: 'post',
    path: '/v1/proposals/{proposal}/moves',
    summary: 'Send a draft, or withdraw what was sent (its proposer)',
    description: `draft → proposed needs all texts but \`howMany\`; at most ${MAX_SENT_A_DAY} in 24 hours a user. proposed or in_review → withdrawn, unless others' proposals were merged into it. A repeat answers as the first did.`,
    security: bearer,
    request: {
      params: proposalParam,
      body: { required: true, content: { 'application/json': { schema: moveBody } } },
    },
    responses: {
      200: json(proposalSchema, 'The proposal as it is now'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'account_deleted',
        'not_yours',
        'proposal_not_found',
        'move_not_allowed',
        'state_conflict',
        'body_too_large',
        'unsupported_media_type',
        'reason_missing',
        'rate_limited',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const { to, reason: said } = parseJson(await readText(c.req.raw, MAX_MOVE_BYTES), moveBody)
    if (to !== 'proposed' && to !== 'withdrawn') throw await refuseOther(c, user, to)
    // Nobody asks why something is proposed.
    const reason = to === 'withdrawn' ? said || null : null
    return untilDone(async () => {
      const seen = await requireProposal(c, user)
      const now = Date.now()
      const sentAt = to === 'proposed' ? await readDatabase(() => listSentTimes(c.env.DB, user, now)) : []
      const shared = to === 'withdrawn' && (await readDatabase(() => isShared(c.env.DB, seen.proposal.id)))
      const wrote = seen.via === seen.proposal.id
      const decision = decideProposerMove(seen.proposal, to, { wrote, shared, reason, sentAt }, now)
      if (decision.kind === 'there') return c.json(toWire(seen, now), 200, NO_STORE)
      if (decision.kind !== 'move') throw refusalOf(decision, seen.proposal.state, to)
      const moved = await readDatabase(() => moveByProposer(c.env.DB, seen.proposal, to, user, reason, now))
      if (moved) return c.json(toWire({ proposal: moved, dream: null }, now), 200, NO_STORE)
      return null
    })
  },
)

/** Why its proposer does not move a proposal to a state that others move it to, or no one. */
async function refuseOther(c: AppContext, user: string, to: LifeState): Promise<Problem> {
  const { proposal, via } = await requireProposal(c, user)
  // As in `decideProposerMove`: strangers learn nothing of its state.
  if (via !== proposal.id) return new Problem('not_yours')
  const decision = decideMove(proposal.state, to, ['proposer'], null)
  if (decision.kind === 'move')
    throw new Error(`a proposer moves ${proposal.state} to ${to}, and no one does it`)
  return refusalOf(decision, proposal.state, to)
}

function refusalOf(
  decision: Exclude<ProposerMoveDecision, { kind: 'move' | 'there' }>,
  from: string,
  to: string,
): Problem {
  switch (decision.kind) {
    case 'gaps':
      return new Problem('invalid_request', { errors: decision.gaps })
    case 'wait':
      return new Problem('rate_limited', {
        detail: `At most ${MAX_SENT_A_DAY} proposals in 24 hours.`,
        headers: { 'Retry-After': String(decision.seconds) },
      })
    case 'refuse':
      if (decision.why === 'no_such_move')
        return new Problem('move_not_allowed', { detail: `From ${from} it does not go to ${to}.` })
      if (decision.why === 'shared')
        return new Problem('state_conflict', {
          detail: 'Others propose it too, by what was merged into it: it is not withdrawn without them.',
        })
      return new Problem(decision.why)
  }
}

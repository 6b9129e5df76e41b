import { dreamId } from '../dreams/ids.ts'
import { lifeOf } from '../dreams/moves.ts'
import type { CatalogueDream } from '../dreams/store.ts'
import type { AppContext } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { newId } from '../http/ids.ts'
import { Problem } from '../http/problem.ts'
import { rfc3339, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { LIFE_STATES, type LifeState } from '../life/states.ts'
import { findProposal, type Proposal, type ProposalSeen } from './store.ts'

/** What the routes of proposals read from a request and write in an answer alike. */

export const proposalParam = z.object({ proposal: dreamId })

/** A new proposal's id, which will be its dream's. */
export const newProposalId = (): string => newId('dream').replace('_', '-')

/** The proposal a path names. Throws proposal_not_found (404). */
function readProposalId(c: AppContext): string {
  const id = dreamId.safeParse(c.req.param('proposal'))
  if (!id.success) throw new Problem('proposal_not_found')
  return id.data
}

/**
 * A proposal as a user stands to it. Throws proposal_not_found (404), for drafts to all but their proposers: operators do
 * not read what nobody sent, and strangers do not learn that it is there. Throws unavailable (503).
 */
export async function requireProposal(c: AppContext, user: string): Promise<ProposalSeen> {
  const id = readProposalId(c)
  const seen = await readDatabase(() => findProposal(c.env.DB, id, user))
  if (!seen || (seen.proposal.state === 'draft' && seen.via === null)) throw new Problem('proposal_not_found')
  return seen
}

const timestamp = z.iso.datetime()

export const lifeState = z.enum(LIFE_STATES)

export const proposalSchema = z
  .object({
    id: z.string().describe('That of the dream it becomes when it is published.'),
    state: lifeState,
    title: z.string(),
    what: z.string(),
    forWhom: z.string(),
    place: z.string(),
    howMany: z.string(),
    why: z.string(),
    pictures: z.array(z.string()).describe('Ids: each is at `/pictures/{picture}`.'),
    reason: z.string().nullable().describe('Why it was declined or withdrawn.'),
    mergedInto: z.string().nullable().describe('The proposal that goes on for a merged one.'),
    createdAt: timestamp,
    updatedAt: timestamp,
    proposedAt: timestamp.nullable(),
  })
  .openapi('Proposal')

export type ProposalWire = z.infer<typeof proposalSchema>

/** Where a proposal, or the dream it became, is in its life at `now` (ms). */
export function stateOf(
  { state }: { readonly state: Proposal['state'] },
  dream: CatalogueDream | null,
  now: number,
): LifeState {
  return dream ? lifeOf(dream, now) : state
}

/** A proposal as its proposers and operators read it. Who they are is not in it. */
export function toWire({ proposal, dream }: Pick<ProposalSeen, 'proposal' | 'dream'>, now: number) {
  const { id, title, what, forWhom, place, howMany, why, pictures, reason, mergedInto } = proposal
  return {
    ...{ id, state: stateOf(proposal, dream, now) },
    ...{ title, what, forWhom, place, howMany, why, pictures, reason, mergedInto },
    createdAt: rfc3339(proposal.createdAt),
    updatedAt: rfc3339(proposal.updatedAt),
    proposedAt: rfc3339OrNull(proposal.proposedAt),
  }
}

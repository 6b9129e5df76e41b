import type { FieldProblem } from '../http/problem.ts'
import { decideMove, type LifeState } from '../life/states.ts'

/** What proposers may do, and when. Pure. */

/** Longest texts of a proposal, in UTF-16 units. */
export const MAX_LENGTHS = {
  title: 80,
  what: 2_000,
  forWhom: 200,
  place: 100,
  howMany: 100,
  why: 2_000,
} as const

/** As many pictures as people are used to put into a post. */
export const MAX_PROPOSAL_PICTURES = 9

const MIN_TITLE_LENGTH = 4

/** Most drafts a user has at a time. */
export const MAX_DRAFTS = 20

/** Most proposals a user sends in any 24 hours: 8,000 were sent in a whole campaign. */
export const MAX_SENT_A_DAY = 5

export const DAY_MS = 24 * 60 * 60 * 1_000

/** The texts of a proposal. */
export type ProposalTexts = { readonly [Field in keyof typeof MAX_LENGTHS]: string }

/** What is not yet there, or not as it must be, for a draft to be sent. */
export function findGaps(texts: ProposalTexts): FieldProblem[] {
  const gaps = (['title', 'what', 'forWhom', 'place', 'why'] as const)
    // A text of marks and blanks alone says nothing.
    .filter((field) => !/[\p{L}\p{N}]/u.test(texts[field]))
    .map((field) => ({ path: field, message: 'is needed before this can be proposed' }))
  const { length } = texts.title
  return gaps[0]?.path !== 'title' && length < MIN_TITLE_LENGTH
    ? [{ path: 'title', message: `has ${length} characters and needs ${MIN_TITLE_LENGTH}` }, ...gaps]
    : gaps
}

/**
 * Seconds until one more is free of what may happen `limit` times in any 24 hours, or null when one is free now. `times`
 * are the last ones, newest first, in ms; `limit` of them are enough.
 */
export function secondsUntilFree(times: readonly number[], limit: number, now: number): number | null {
  const first = times[limit - 1]
  if (first === undefined || first <= now - DAY_MS) return null
  return Math.ceil((first + DAY_MS - now) / 1_000)
}

/** A proposal as far as its moves depend on it. */
interface MovingProposal extends ProposalTexts {
  readonly state: LifeState
}

/**
 * What becomes of a move that a user asks for.
 * - there: it is in that state already.
 * - shared: others' proposals were merged into it, so that it is no longer its author's alone to take away.
 * - gaps: what the proposal lacks.
 * - wait: as many were sent as may be; one is free in `seconds`.
 */
export type ProposerMoveDecision =
  | { readonly kind: 'move' }
  | { readonly kind: 'there' }
  | { readonly kind: 'refuse'; readonly why: 'no_such_move' | 'not_yours' | 'reason_missing' | 'shared' }
  | { readonly kind: 'gaps'; readonly gaps: readonly FieldProblem[] }
  | { readonly kind: 'wait'; readonly seconds: number }

/**
 * Decides a move by a user who wrote the proposal or did not. Those whose own was merged into it hear of it, but move it
 * no more than anyone else: it is not theirs to take away. `shared` says that there are such. `sentAt` are the last times
 * the user sent one, newest first.
 */
export function decideProposerMove(
  proposal: MovingProposal,
  to: 'proposed' | 'withdrawn',
  {
    wrote,
    shared,
    reason,
    sentAt,
  }: { wrote: boolean; shared: boolean; reason: string | null; sentAt: readonly number[] },
  now: number,
): ProposerMoveDecision {
  // Before anything else, so that strangers learn nothing of its state.
  if (!wrote) return { kind: 'refuse', why: 'not_yours' }
  if (proposal.state === to) return { kind: 'there' }
  const decision = decideMove(proposal.state, to, ['proposer'], reason)
  if (decision.kind === 'refuse') return decision
  if (to === 'withdrawn') return shared ? { kind: 'refuse', why: 'shared' } : decision
  const gaps = findGaps(proposal)
  if (gaps.length > 0) return { kind: 'gaps', gaps }
  const seconds = secondsUntilFree(sentAt, MAX_SENT_A_DAY, now)
  return seconds === null ? { kind: 'move' } : { kind: 'wait', seconds }
}

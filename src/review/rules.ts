import { decideMove, type LifeState } from '../life/states.ts'

/** What operators decide of proposals. Pure; which moves there are is said in `life/states.ts`. */

/** What an operator decides by itself; merging has a target and a decision of its own. */
export const DECISIONS = ['in_review', 'accepted', 'declined'] as const

export type Decision = (typeof DECISIONS)[number]

/** Where a proposal is, as far as decisions ask. */
export interface Standing {
  readonly id: string
  readonly state: LifeState
  readonly mergedInto: string | null
}

/** What became of one proposal of a decision. */
export type Outcome =
  | { readonly outcome: 'moved' }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'refused'; readonly reason: 'proposal_not_found' | 'move_not_allowed' }

/** Whether a decision of this kind says what it has to: declining needs a reason. */
export function needsReason(to: Decision, reason: string | null): boolean {
  const decision = decideMove('in_review', to, ['operator'], reason)
  return decision.kind === 'refuse' && decision.why === 'reason_missing'
}

/** What a decision makes of a proposal; `moved` where it is to be moved. Null for one that is not there, or a draft. */
export function decideProposal(standing: Standing | null, to: Decision, reason: string | null): Outcome {
  if (!standing) return { outcome: 'refused', reason: 'proposal_not_found' }
  if (standing.state === to) return { outcome: 'unchanged' }
  const { kind } = decideMove(standing.state, to, ['operator'], reason)
  return kind === 'move' ? { outcome: 'moved' } : { outcome: 'refused', reason: 'move_not_allowed' }
}

/** States of a proposal that others may be merged into: it is not decided against, and its text is not frozen yet. */
export const TARGET_STATES: readonly LifeState[] = ['in_review', 'accepted']

export type MergeDecision =
  /** `from` are those that are not merged into it already. */
  | { readonly kind: 'merge'; readonly from: readonly string[] }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refuse'; readonly why: 'missing' | 'state'; readonly ids: readonly string[] }

/**
 * Whether proposals may be merged into another: all of them or none. One that was merged into it before stays so. No
 * cycle comes of it: a merged proposal is in a final state, and nothing is merged into it.
 */
export function decideMerge(
  into: string,
  from: readonly string[],
  standings: ReadonlyMap<string, Standing>,
): MergeDecision {
  const missing = [into, ...from].filter((id) => !standings.has(id))
  if (missing.length > 0) return { kind: 'refuse', why: 'missing', ids: missing }
  const rest = from.filter((id) => standings.get(id)?.mergedInto !== into)
  if (rest.length === 0) return { kind: 'unchanged' }
  const stateOf = (id: string): LifeState => standings.get(id)?.state ?? 'draft'
  const stuck = rest.filter(
    (id) => id === into || decideMove(stateOf(id), 'merged', ['operator'], null).kind === 'refuse',
  )
  if (!TARGET_STATES.includes(stateOf(into))) stuck.unshift(into)
  return stuck.length > 0
    ? { kind: 'refuse', why: 'state', ids: [...new Set(stuck)] }
    : { kind: 'merge', from: rest }
}

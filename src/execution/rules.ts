import { decideMove, type LifeState, MOVES, type Mover } from '../life/states.ts'

/** What may be done with a dream after it was funded. Pure. */

export const MILESTONE_STATES = ['planned', 'under_way', 'done', 'dropped'] as const

export type MilestoneState = (typeof MILESTONE_STATES)[number]

const MILESTONE_MOVES: Readonly<Record<MilestoneState, readonly MilestoneState[]>> = {
  planned: ['under_way', 'dropped'],
  under_way: ['done', 'dropped'],
  done: [],
  dropped: [],
}

export type MilestoneDecision =
  | { readonly kind: 'move' }
  | { readonly kind: 'refuse'; readonly why: 'no_such_move' | 'text_missing' }

/** Whether a milestone may move; what is done needs its evidence in words, what is dropped the reason. */
export function decideMilestone(from: MilestoneState, to: MilestoneState, text: string): MilestoneDecision {
  if (!MILESTONE_MOVES[from].includes(to)) return { kind: 'refuse', why: 'no_such_move' }
  const explained = to === 'under_way' || text !== ''
  return explained ? { kind: 'move' } : { kind: 'refuse', why: 'text_missing' }
}

/** What is known of a budget line when something is spent from it. Amounts in hundredths of the grant's currency. */
export interface Budget {
  /** What was spent from the line, and from all lines of the dream. */
  readonly spentCents: number
  readonly spentInAllCents: number
  /** What was granted; null for a dream without a grant. */
  readonly grantedCents: number | null
}

/** Whether `amountCents` may be spent; a negative one takes back what was noted wrongly. */
export function decideSpending(
  { spentCents, spentInAllCents, grantedCents }: Budget,
  amountCents: number,
): 'spend' | 'below_nothing' | 'beyond_grant' {
  if (spentCents + amountCents < 0) return 'below_nothing'
  // Taking back is always a step in the right direction.
  if (amountCents > 0 && spentInAllCents + amountCents > (grantedCents ?? 0)) return 'beyond_grant'
  return 'spend'
}

/** The states a dream is brought to by those who carry it out and by the foundation, once it is funded. */
export const STAGES = ['executing', 'completed', 'stopped'] as const

export type Stage = (typeof STAGES)[number]

export type StageDecision =
  | { readonly kind: 'move'; readonly from: 'funded' | 'executing'; readonly to: Stage; readonly by: Mover }
  | {
      readonly kind: 'refuse'
      readonly why: 'no_such_move' | 'made_elsewhere' | 'executor_only' | 'operator_only' | 'reason_missing'
    }

/**
 * Whether someone in these parts may move a dream to `to`. The table of states decides; a move that it has, but that the
 * review, the dream's object or its proposer makes, is not made here.
 */
export function decideStage(
  from: LifeState,
  to: LifeState,
  parts: readonly Mover[],
  reason: string | null,
): StageDecision {
  const decision = decideMove(from, to, parts, reason)
  const by = MOVES.find((move) => move.from === from && move.to === to)?.by ?? []
  if (decision.kind === 'refuse' && decision.why === 'no_such_move')
    return { kind: 'refuse', why: 'no_such_move' }
  if ((from !== 'funded' && from !== 'executing') || !isStage(to))
    return { kind: 'refuse', why: 'made_elsewhere' }
  if (decision.kind === 'refuse')
    return decision.why === 'reason_missing'
      ? { kind: 'refuse', why: 'reason_missing' }
      : { kind: 'refuse', why: by.includes('executor') ? 'executor_only' : 'operator_only' }
  // Someone who is both acts as what they are nearer to: one who carries the dream out.
  return { kind: 'move', from, to, by: by.find((mover) => parts.includes(mover)) as Mover }
}

function isStage(state: LifeState): state is Stage {
  return (STAGES as readonly LifeState[]).includes(state)
}

/**
 * A dream's whole life, from a wish to a completed execution. Pure: one table says who may move a dream from which state
 * to which, and what needs a reason.
 *
 *   draft ► proposed ► in_review ► accepted ► published ► collecting ⇄ reached ► settling ► funded ► executing ► completed
 *             │            │  │  └► declined ◄┘                   │        └──(funded while it still collects)─► │        │
 *             └► withdrawn ◄┘  └► merged                           └► expired ◄── settling                        └► stopped ◄┘
 *
 * Up to `published` a dream is a proposal and moves in D1. From `published` to `funded` its object moves it, by time and
 * by what was given; the state follows from its record (`dreams/rules.ts`) and each move is noted. After that the
 * foundation and those who carry it out move it, in D1 again.
 */

export const LIFE_STATES = [
  'draft',
  'proposed',
  'in_review',
  'accepted',
  'declined',
  'merged',
  'withdrawn',
  'published',
  'collecting',
  'reached',
  'expired',
  'settling',
  'funded',
  'executing',
  'completed',
  'stopped',
] as const

export type LifeState = (typeof LIFE_STATES)[number]

/**
 * In which part someone moves a dream. `clock` is the dream's object: time, and what was given. `executor` is a member of
 * an organisation that took the dream on.
 */
export type Mover = 'proposer' | 'operator' | 'executor' | 'clock'

interface Move {
  readonly from: LifeState
  readonly to: LifeState
  readonly by: readonly Mover[]
  /** True where the one who moves it must say why, in public. */
  readonly reason?: true
}

/** Every move there is. What is not here cannot happen. */
export const MOVES: readonly Move[] = [
  { from: 'draft', to: 'proposed', by: ['proposer'] },
  { from: 'proposed', to: 'in_review', by: ['operator'] },
  { from: 'proposed', to: 'withdrawn', by: ['proposer'] },
  { from: 'in_review', to: 'accepted', by: ['operator'] },
  { from: 'in_review', to: 'declined', by: ['operator'], reason: true },
  { from: 'in_review', to: 'merged', by: ['operator'] },
  { from: 'in_review', to: 'withdrawn', by: ['proposer'] },
  { from: 'accepted', to: 'published', by: ['operator'] },
  // No campaign, or no one to carry it out, was found: its author hears so and does not wait for ever.
  { from: 'accepted', to: 'declined', by: ['operator'], reason: true },
  { from: 'published', to: 'collecting', by: ['clock'] },
  // Closed by an operator before it opened.
  { from: 'published', to: 'expired', by: ['clock'] },
  { from: 'collecting', to: 'reached', by: ['clock'] },
  { from: 'collecting', to: 'expired', by: ['clock'] },
  // Flowers of acts that were none were taken back.
  { from: 'reached', to: 'collecting', by: ['clock'] },
  { from: 'reached', to: 'settling', by: ['clock'] },
  // Decided on while it still collects.
  { from: 'reached', to: 'funded', by: ['clock'] },
  { from: 'settling', to: 'expired', by: ['clock'] },
  { from: 'settling', to: 'funded', by: ['clock'] },
  { from: 'funded', to: 'executing', by: ['executor', 'operator'] },
  { from: 'funded', to: 'stopped', by: ['operator'], reason: true },
  { from: 'executing', to: 'completed', by: ['operator'] },
  { from: 'executing', to: 'stopped', by: ['operator'], reason: true },
]

export type MoveDecision =
  | { readonly kind: 'move' }
  | { readonly kind: 'refuse'; readonly why: 'no_such_move' | 'not_yours' | 'reason_missing' }

/** Whether a dream in `from` may be moved to `to` by someone in these parts, with what they say for it. */
export function decideMove(
  from: LifeState,
  to: LifeState,
  parts: readonly Mover[],
  reason: string | null,
): MoveDecision {
  const move = MOVES.find((each) => each.from === from && each.to === to)
  if (!move) return { kind: 'refuse', why: 'no_such_move' }
  if (!move.by.some((mover) => parts.includes(mover))) return { kind: 'refuse', why: 'not_yours' }
  if (move.reason && !reason?.trim()) return { kind: 'refuse', why: 'reason_missing' }
  return { kind: 'move' }
}

/** True for states from which nothing leads on. */
export function isFinal(state: LifeState): boolean {
  return !MOVES.some(({ from }) => from === state)
}

/**
 * The states a dream passes on its way from one to another by its object alone, shortest way, the last being `to`. Empty
 * when it is there; null when there is no way.
 */
export function pathOfClock(from: LifeState, to: LifeState): readonly LifeState[] | null {
  const waysTo = new Map<LifeState, readonly LifeState[]>([[from, []]])
  for (const [state, way] of waysTo) {
    if (state === to) return way
    for (const move of MOVES)
      if (move.from === state && move.by.includes('clock') && !waysTo.has(move.to))
        waysTo.set(move.to, [...way, move.to])
  }
  return null
}

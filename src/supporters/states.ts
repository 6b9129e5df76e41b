/**
 * What becomes of an offer to take part in a dream, and of the time a supporter gave. Pure: two tables say who may move
 * which from where to where, and what needs a reason.
 *
 *   offered ► invited ► withdrawn (by the supporter)        recorded ► confirmed
 *      │         └────► declined (by those who carry it out)    └────► refused
 *      └► declined, withdrawn
 */

export const SUPPORTER_KINDS = ['volunteer', 'skill', 'place', 'organisation'] as const
export type SupporterKind = (typeof SUPPORTER_KINDS)[number]

export const SUPPORTER_STATES = ['offered', 'invited', 'declined', 'withdrawn'] as const
export type SupporterState = (typeof SUPPORTER_STATES)[number]

export const HOURS_STATES = ['recorded', 'confirmed', 'refused'] as const
export type HoursState = (typeof HOURS_STATES)[number]

/** In which part someone moves it: the supporter themselves, or those who carry the dream out. */
export type Side = 'supporter' | 'executor'

interface Move<State> {
  readonly from: State
  readonly to: State
  readonly by: Side
  /** True where the one who moves it must say why. */
  readonly reason?: true
}

/** Every move of an offer. What is not here cannot happen. */
export const SUPPORTER_MOVES: readonly Move<SupporterState>[] = [
  { from: 'offered', to: 'invited', by: 'executor' },
  { from: 'offered', to: 'declined', by: 'executor', reason: true },
  { from: 'offered', to: 'withdrawn', by: 'supporter' },
  // Someone who was invited and cannot stay.
  { from: 'invited', to: 'declined', by: 'executor', reason: true },
  { from: 'invited', to: 'withdrawn', by: 'supporter' },
]

/** Every move of recorded time. What was decided is for good: refused time is recorded anew. */
export const HOURS_MOVES: readonly Move<HoursState>[] = [
  { from: 'recorded', to: 'confirmed', by: 'executor' },
  { from: 'recorded', to: 'refused', by: 'executor', reason: true },
]

export type SupportDecision =
  | { readonly kind: 'move' }
  | { readonly kind: 'refuse'; readonly why: 'no_such_move' | 'not_yours' | 'reason_missing' }

function decide<State>(
  moves: readonly Move<State>[],
  from: State,
  to: State,
  by: Side,
  reason: string | null,
): SupportDecision {
  const move = moves.find((each) => each.from === from && each.to === to)
  if (!move) return { kind: 'refuse', why: 'no_such_move' }
  if (move.by !== by) return { kind: 'refuse', why: 'not_yours' }
  if (move.reason && !reason?.trim()) return { kind: 'refuse', why: 'reason_missing' }
  return { kind: 'move' }
}

/** Whether an offer may go from one state to another by this side, with what they say for it. */
export function decideSupporter(
  from: SupporterState,
  to: SupporterState,
  by: Side,
  reason: string | null = null,
): SupportDecision {
  return decide(SUPPORTER_MOVES, from, to, by, reason)
}

/** Whether recorded time may go from one state to another by this side, with what they say for it. */
export function decideHours(
  from: HoursState,
  to: HoursState,
  by: Side,
  reason: string | null = null,
): SupportDecision {
  return decide(HOURS_MOVES, from, to, by, reason)
}

/** True for offers that stand: they wait for an answer, or the supporter takes part. */
export const stands = (state: SupporterState): boolean => state === 'offered' || state === 'invited'

/** Minutes of a day; no supporter gives more. */
export const MAX_MINUTES_A_DAY = 24 * 60

const HOUR_MS = 60 * 60 * 1_000

/** The clocks of the earth are at most this far behind and ahead of UTC. */
const BEHIND_MS = 12 * HOUR_MS
const AHEAD_MS = 14 * HOUR_MS

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/**
 * Whether time of `day` (YYYY-MM-DD, where the supporter was) may be recorded at `now` by someone invited at `invitedAt`
 * (ms): it lies in no one's future, nor before they were invited by any clock.
 */
export function decideDay(day: string, invitedAt: number, now: number): 'good' | 'not_yet' | 'too_early' {
  if (day > dayOf(now + AHEAD_MS)) return 'not_yet'
  return day < dayOf(invitedAt - BEHIND_MS) ? 'too_early' : 'good'
}

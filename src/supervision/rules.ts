/**
 * Questions and concerns on a dream. Pure: `now` is passed in.
 *
 *   open ──answer──► answered          (more answers change nothing)
 *     └────raise──┐   │ raise          (concerns only; again and again, once a user)
 *                 └► raised ──resolve──► resolved
 *
 * Hidden or not is apart from that: a question that is shown again is what it was.
 */

type QuestionKind = 'question' | 'concern'

export type QuestionState = 'open' | 'answered' | 'raised' | 'resolved'

/** Longest question and reason, a long paragraph; longest answer, a page. In UTF-16 units. */
export const MAX_QUESTION_LENGTH = 1_000
export const MAX_REASON_LENGTH = 500
export const MAX_ANSWER_LENGTH = 2_000

/** Most answers to one question: it is answered in public, not discussed. */
export const MAX_ANSWERS = 20

/** Most questions that are open on one dream and not hidden: more than those who carry it out answer in a week. */
export const MAX_OPEN_QUESTIONS = 200

/** Most users who raise one concern; the operator needs no more to look at it. */
export const MAX_RAISES = 100

/** A flood limit: at most `count` in any `windowMs`. */
export interface FloodLimit {
  readonly count: number
  readonly windowMs: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Questions a user may ask. */
export const ASK_LIMITS = [
  { count: 5, windowMs: HOUR_MS },
  { count: 20, windowMs: DAY_MS },
] as const satisfies readonly FloodLimit[]

/** Concerns a user may raise. */
export const RAISE_LIMITS = [{ count: 20, windowMs: DAY_MS }] as const satisfies readonly FloodLimit[]

/**
 * In how many seconds one who did the same at `times` (ms, newest first) may do it once more; 0 when now.
 */
export function secondsUntilAllowed(
  times: readonly number[],
  limits: readonly FloodLimit[],
  now: number,
): number {
  const waits = limits.map(({ count, windowMs }) => {
    // That one must leave the window.
    const blocking = times[count - 1]
    return blocking === undefined ? 0 : blocking + windowMs - now
  })
  return Math.max(0, Math.ceil(Math.max(...waits) / 1_000))
}

/** The most times that `secondsUntilAllowed` looks at. */
export function timesNeeded(limits: readonly FloodLimit[]): number {
  return Math.max(...limits.map(({ count }) => count))
}

/** What of a question decides what may be done with it. */
export interface QuestionStanding {
  readonly kind: QuestionKind
  readonly state: QuestionState
  readonly hidden: boolean
}

/** Why a question cannot be answered, raised, resolved, hidden or shown; null when it can. */
export function whyNot(
  act: 'answer' | 'raise' | 'resolve' | 'hide' | 'show',
  { kind, state, hidden }: QuestionStanding,
): string | null {
  if (act === 'hide') return hidden ? 'It is hidden already.' : null
  if (act === 'show') return hidden ? null : 'It is not hidden.'
  if (hidden) return 'It is hidden.'
  if (act === 'raise' && kind !== 'concern') return 'Only a concern can be raised.'
  if (act === 'raise' && state === 'resolved') return 'The operator settled it.'
  if (act === 'resolve' && state !== 'raised') return 'It is not raised, or settled already.'
  return null
}

/** From asking to the first answer in hours, to a tenth; null without one. Times in ms. */
export function responseHours(askedAt: number, answeredAt: number | null): number | null {
  return answeredAt === null ? null : toHours(answeredAt - askedAt)
}

/** Hours, to a tenth. */
export const toHours = (ms: number): number => Math.round((ms / HOUR_MS) * 10) / 10

/** What becomes of a callback: pure decisions, over times in ms since 1970 unless their names say seconds. */

/** Waits after a failed attempt, in seconds: 27.6 h in all, at most 33 h with jitter; a queue keeps a message 4 days. */
const RETRY_SECONDS = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000] as const

/** Attempts at a delivery until it is given up. */
export const MAX_TRIES = RETRY_SECONDS.length + 1

/**
 * The longest a message may be delayed: 12 h. The platform took no more when its Queues had delays first and takes 24 h
 * now; seven waits of 12 h are 3.5 days, which is within the 4 days a message is kept.
 */
const MAX_DELAY_SECONDS = 43_200

/** Waits are lengthened by less than a fifth, so that what failed together does not come back together: 10 h stays below 12 h. */
const JITTER_PART = 5

/** How long an endpoint may fail without one success before it is disabled. */
export const MAX_FAILING_MS = 5 * 24 * 60 * 60 * 1_000

/**
 * How long an attempt may be under way: none other begins within it. 15 s for the answer, the rest for what is written
 * before and after. A consumer that died with its attempt is followed by another after it.
 */
export const LEASE_MS = 60_000

/** How much before its time a message may come: clocks of two machines differ. */
const EARLY_MS = 1_000

/** What came of an attempt. `error` is one of a few words; an answer's body is never looked at. */
export type Outcome =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | null }
  | { readonly kind: 'none'; readonly error: 'timeout' | 'connection' | 'address_refused' }

/** What is done after an attempt. `disable` says why the endpoint gets no more. */
export type DeliveryDecision =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly error: string; readonly delaySeconds: number }
  | { readonly kind: 'failed'; readonly error: string; readonly disable: 'gone' | 'failing' | null }

/**
 * Decides what follows an attempt: the `tries`th (from 1) since the delivery was made or sent again, at an endpoint that
 * fails since `failingSince`. `random` is in [0, 1).
 */
export function decideDelivery(
  outcome: Outcome,
  { tries, failingSince }: { readonly tries: number; readonly failingSince: number | null },
  now: number,
  random: number,
): DeliveryDecision {
  const error = errorOf(outcome)
  if (error === null) return { kind: 'delivered' }
  if (error === 'gone') return { kind: 'failed', error, disable: 'gone' }
  if (failingSince !== null && now - failingSince >= MAX_FAILING_MS)
    return { kind: 'failed', error, disable: 'failing' }
  const delaySeconds = retryDelaySeconds(tries, random)
  if (delaySeconds === null) return { kind: 'failed', error, disable: null }
  const asked = outcome.kind === 'answer' ? askedDelaySeconds(outcome, now) : 0
  return { kind: 'retry', error, delaySeconds: Math.min(MAX_DELAY_SECONDS, Math.max(delaySeconds, asked)) }
}

/** What was wrong with an attempt, in a word, or null. A redirect is a failure: it would be followed unsigned for. */
function errorOf(outcome: Outcome): string | null {
  if (outcome.kind === 'none') return outcome.error
  const { status } = outcome
  if (status >= 200 && status < 300) return null
  if (status === 410) return 'gone'
  return status >= 300 && status < 400 ? 'redirect' : 'status'
}

/** Seconds to wait after the `tries`th failed attempt; null when it was the last. */
export function retryDelaySeconds(tries: number, random: number): number | null {
  const seconds = RETRY_SECONDS[tries - 1]
  return seconds === undefined ? null : seconds + Math.floor((seconds / JITTER_PART) * random)
}

/** What an answer that says "not now" asks to be waited: `Retry-After` in seconds or as an HTTP date. */
function askedDelaySeconds(
  { status, retryAfter }: Extract<Outcome, { kind: 'answer' }>,
  now: number,
): number {
  if (retryAfter === null || (status !== 429 && status !== 503)) return 0
  const text = retryAfter.trim()
  if (/^\d+$/.test(text)) return Number(text)
  const at = Date.parse(text)
  return Number.isNaN(at) ? 0 : Math.max(0, Math.ceil((at - now) / 1_000))
}

/** A delivery as far as what is done with its message depends on it. */
export interface DeliveryState {
  readonly state: 'pending' | 'delivered' | 'failed'
  readonly tries: number
  readonly nextAt: number | null
  /** Null when the endpoint is not there. */
  readonly endpointState: 'active' | 'disabled' | 'deleted' | null
  /** False when the event is no longer kept. */
  readonly eventKept: boolean
}

/**
 * What is done with a queue message.
 * - attempt: it is due.
 * - wait: an attempt is under way or its consumer died; come back in `delaySeconds`.
 * - drop: there is nothing to do for this message.
 * - fail: the delivery can no longer be made.
 */
export type MessageDecision =
  | { readonly kind: 'attempt' }
  | { readonly kind: 'wait'; readonly delaySeconds: number }
  | { readonly kind: 'drop' }
  | { readonly kind: 'fail' }

/**
 * Decides what is done with a message of the queue, which may come twice, late, or after its delivery was sent again.
 * A second message for a delivery that waits longer than a lease is dropped: the first one, or the sweep, comes for it.
 */
export function decideMessage(delivery: DeliveryState | null, now: number): MessageDecision {
  if (delivery?.state !== 'pending') return { kind: 'drop' }
  if (delivery.endpointState !== 'active' || !delivery.eventKept) return { kind: 'fail' }
  const waitMs = (delivery.nextAt ?? 0) - now
  if (waitMs > LEASE_MS) return { kind: 'drop' }
  if (waitMs > EARLY_MS) return { kind: 'wait', delaySeconds: Math.ceil(waitMs / 1_000) }
  return delivery.tries >= MAX_TRIES ? { kind: 'fail' } : { kind: 'attempt' }
}

/** What is done with a message that the queue gave up, because consumers could not finish with it. */
export type DeadDecision =
  | { readonly kind: 'drop' }
  | { readonly kind: 'fail' }
  /** Attempts are left: the sweep hands it to the queue again. */
  | { readonly kind: 'put_back' }

/** Decides what becomes of a message from the dead-letter queue. */
export function decideDead(delivery: DeliveryState | null): DeadDecision {
  if (delivery?.state !== 'pending') return { kind: 'drop' }
  const over = delivery.endpointState !== 'active' || !delivery.eventKept || delivery.tries >= MAX_TRIES
  return { kind: over ? 'fail' : 'put_back' }
}

import type { AppContext } from '../http/api.ts'
import { RateWindows, tellRate } from '../http/rates.ts'

/**
 * Rate limits of users, counted by each isolate of the Worker for itself: a call to a counter of its own would double
 * the cost of a pledge. A user who is spread over several isolates gets the limit in each.
 */

/** Requests a minute: five a second is more than a person taps. */
const REQUESTS_PER_MINUTE = 300

/** An operator works with scripts too. */
const OPERATOR_REQUESTS_PER_MINUTE = 3_000

/** Link codes made or tried a minute; see `links/codes.ts` for what guessing then takes. */
const CODES_PER_MINUTE = 10

/** Most users remembered, 100 bytes each. */
const MAX_USERS = 50_000

const windows = new RateWindows(MAX_USERS)

/**
 * Counts a request of a user, as one of their requests or of their tries at codes; returns the header fields that tell
 * it, which are set on the answer too. Throws rate_limited (429).
 */
export function admitUser(
  c: AppContext,
  { user, operator }: { readonly user: string; readonly operator: boolean },
  policy: 'user' | 'codes' = 'user',
): Record<string, string> {
  const requests = operator ? OPERATOR_REQUESTS_PER_MINUTE : REQUESTS_PER_MINUTE
  const limit = policy === 'user' ? requests : CODES_PER_MINUTE
  const rate = windows.take(`${policy} ${user}`, 1, limit, Date.now())
  return tellRate(c, policy, rate)
}

import { Problem } from '../http/problem.ts'
import { z } from '../http/zod.ts'

/** What the routes of this room read from a request alike. */

/** Ten billion of a currency in hundredths: more than any grant, and sums of thousands of them stay exact. */
export const MAX_CENTS = 1_000_000_000_000

const MAX_REASON_LENGTH = 1_000

/** Why something is done, told to everyone. Missing and blank alike are for `requireReason` to refuse. */
export const publicReason = z.string().trim().max(MAX_REASON_LENGTH).default('').describe('Public.')

/** Throws reason_missing (422) for a blank one. */
export function requireReason(reason: string, detail?: string): void {
  if (reason === '') throw new Problem('reason_missing', detail === undefined ? {} : { detail })
}

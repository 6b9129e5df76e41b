import { z } from 'zod'
import { MAX_FLOWERS } from '../ledger/flowers.ts'

/**
 * What a good act earns. Pure: time, rules and time zone are passed in.
 */

/** A quantity of `per` earns `flowers`; at most `capPerDay` flowers a user and day by this kind. */
export interface EarningRule {
  readonly kind: string
  readonly per: number
  readonly flowers: number
  readonly capPerDay: number
}

/** One good act as a line reports it. `at` is RFC 3339. */
export interface ReportedAct {
  readonly id: string
  readonly user: string
  readonly kind: string
  readonly quantity: number
  readonly at: string
}

export type RefusalReason =
  | 'unknown_kind'
  | 'bad_quantity'
  | 'below_minimum'
  | 'bad_time'
  | 'too_old'
  | 'too_new'
  | 'id_reused'

export type ActDecision =
  | { readonly kind: 'credit'; readonly flowers: number; readonly cap: number; readonly tally: string }
  | { readonly kind: 'refuse'; readonly reason: RefusalReason }

/** An act may be reported for a week: a line that was down over a weekend loses nothing. */
export const MAX_ACT_AGE_MS = 7 * 24 * 60 * 60 * 1_000

/** Clocks of lines may run ahead by five minutes, the skew Standard Webhooks allows. */
export const MAX_ACT_AHEAD_MS = 5 * 60 * 1_000

/** The most an act may report: a million kilometres in steps. */
export const MAX_QUANTITY = 1_000_000_000

/** Date, time and offset, and a day that exists: JavaScript's own parser takes more. */
const rfc3339 = z.iso.datetime({ offset: true })

/** The calendar day of an instant in a time zone, as YYYY-MM-DD. */
export function dayIn(timeZone: string, at: number): string {
  return dayFormat(timeZone).format(at)
}

const dayFormats = new Map<string, Intl.DateTimeFormat>()

function dayFormat(timeZone: string): Intl.DateTimeFormat {
  let format = dayFormats.get(timeZone)
  if (!format) {
    // en-CA writes a date as YYYY-MM-DD. Making a format costs 50 us, using it 1 us.
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    dayFormats.set(timeZone, format)
  }
  return format
}

/** Decides one act of a line at `now` (ms): what to credit under which daily allowance, or why not. */
export function decideAct(
  act: ReportedAct,
  line: { readonly id: string; readonly timeZone: string; readonly rules: readonly EarningRule[] },
  now: number,
): ActDecision {
  const rule = line.rules.find(({ kind }) => kind === act.kind)
  if (!rule) return { kind: 'refuse', reason: 'unknown_kind' }
  if (!Number.isSafeInteger(act.quantity) || act.quantity < 1 || act.quantity > MAX_QUANTITY)
    return { kind: 'refuse', reason: 'bad_quantity' }
  if (!rfc3339.safeParse(act.at).success) return { kind: 'refuse', reason: 'bad_time' }
  const at = Date.parse(act.at)
  if (at < now - MAX_ACT_AGE_MS) return { kind: 'refuse', reason: 'too_old' }
  if (at > now + MAX_ACT_AHEAD_MS) return { kind: 'refuse', reason: 'too_new' }
  const flowers = Math.min(Math.floor(act.quantity / rule.per) * rule.flowers, MAX_FLOWERS)
  if (flowers < 1) return { kind: 'refuse', reason: 'below_minimum' }
  return {
    kind: 'credit',
    flowers,
    cap: rule.capPerDay,
    tally: `${dayIn(line.timeZone, at)}/${line.id}/${rule.kind}`,
  }
}

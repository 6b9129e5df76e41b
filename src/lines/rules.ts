import { z } from 'zod'
import { MAX_FLOWERS } from '../ledger/flowers.ts'

/**
 * What a good act earns. Pure: time, rules and time zone are passed in.
 */

/**
 * One version of what a kind of act earns: a quantity of `per` earns `flowers`, less than `minimum` nothing. Allowances
 * are in flowers, null is none: a user's by day and by campaign (the days from `campaignFrom` on), the line's in total.
 */
export interface EarningRule {
  readonly kind: string
  readonly version: number
  readonly per: number
  readonly flowers: number
  readonly minimum: number
  readonly capPerDay: number | null
  readonly capPerCampaign: number | null
  readonly lineBudget: number | null
  /** When an act may be done to earn by it: from, inclusive; to, exclusive; ms since 1970. */
  readonly validFrom: number | null
  readonly validTo: number | null
  /** The day of `validFrom` in the line's time zone; empty for none. */
  readonly campaignFrom: string
  /** Two acts of a user that earn lie at least so far apart. */
  readonly cooldownSeconds: number
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
  | 'no_rule'
  | 'rule_not_valid_yet'
  | 'rule_no_longer_valid'
  | 'bad_quantity'
  | 'below_minimum'
  | 'bad_time'
  | 'too_old'
  | 'too_new'
  | 'id_reused'
  | 'revoked'

export type ActDecision =
  | {
      readonly kind: 'credit'
      readonly flowers: number
      /** `<day>/<line>/<kind>`: the allowances it counts against. */
      readonly tally: string
      /** Version of the rule. */
      readonly rule: number
      /** When the act was done, ms since 1970. */
      readonly actedAt: number
    }
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

/** Decides one act of a line at `now` (ms): what its quantity earns by which rule, or why not. Allowances come after. */
export function decideAct(
  act: ReportedAct,
  line: {
    readonly id: string
    readonly timeZone: string
    readonly kinds: readonly string[]
    readonly rules: readonly EarningRule[]
  },
  now: number,
): ActDecision {
  const refuse = (reason: RefusalReason): ActDecision => ({ kind: 'refuse', reason })
  if (!line.kinds.includes(act.kind)) return refuse('unknown_kind')
  if (!Number.isSafeInteger(act.quantity) || act.quantity < 1 || act.quantity > MAX_QUANTITY)
    return refuse('bad_quantity')
  if (!rfc3339.safeParse(act.at).success) return refuse('bad_time')
  const at = Date.parse(act.at)
  if (at < now - MAX_ACT_AGE_MS) return refuse('too_old')
  if (at > now + MAX_ACT_AHEAD_MS) return refuse('too_new')
  const rule = line.rules.find(({ kind }) => kind === act.kind)
  if (!rule) return refuse('no_rule')
  if (rule.validFrom !== null && at < rule.validFrom) return refuse('rule_not_valid_yet')
  if (rule.validTo !== null && at >= rule.validTo) return refuse('rule_no_longer_valid')
  const flowers = Math.min(Math.floor(act.quantity / rule.per) * rule.flowers, MAX_FLOWERS)
  if (act.quantity < rule.minimum || flowers < 1) return refuse('below_minimum')
  const tally = `${dayIn(line.timeZone, at)}/${line.id}/${rule.kind}`
  return { kind: 'credit', flowers, tally, rule: rule.version, actedAt: at }
}

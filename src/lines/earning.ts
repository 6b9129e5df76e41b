import { AllowanceBook } from '../ledger/allowances.ts'
import type { EarnedState } from '../ledger/earned.ts'
import { holdingOf } from '../ledger/ids.ts'
import type { LineProfile } from '../registry/store.ts'
import { dayIn, type EarningRule } from './rules.ts'

/** What a person earned today by a kind of act, and what is left of it. Pure. Amounts in flowers. */
export interface EarnedToday {
  readonly earnedToday: number
  /** Null where nothing limits it. */
  readonly leftToday: number | null
}

/** The rules of a line by which an act done at `now` (ms) or later may earn. */
export function rulesToCome({ rules }: Pick<LineProfile, 'rules'>, now: number): readonly EarningRule[] {
  return rules.filter(({ validTo }) => validTo === null || now < validTo)
}

/** The earliest day that the allowances of these lines look at, as YYYY-MM-DD. */
export function firstDay(lines: readonly Pick<LineProfile, 'timeZone' | 'rules'>[], now: number): string {
  const days = lines.flatMap(({ timeZone, rules }) => [
    dayIn(timeZone, now),
    ...rules.flatMap(({ capPerCampaign, campaignFrom }) => (capPerCampaign === null ? [] : [campaignFrom])),
  ])
  return days.sort()[0] ?? ''
}

/** What `user` earned today by a rule of a line, and what the tightest of its allowances leaves. */
export function earnedToday(
  user: string,
  { id, timeZone, userIds }: Pick<LineProfile, 'id' | 'timeZone' | 'userIds'>,
  rule: EarningRule,
  { tallies, lineUsers, lineTotals }: EarnedState,
  now: number,
): EarnedToday {
  const [subject, day] = [`${id}/${rule.kind}`, dayIn(timeZone, now)]
  const lineUser = userIds === 'own' ? lineUsers.get(id) : undefined
  const claimant = lineUser === undefined ? user : holdingOf(id, lineUser)
  const book = new AllowanceBook({ tallies, acted: [], lineTotal: lineTotals.get(id) ?? 0 })
  // An act that asks for nothing takes nothing, and tells what there is.
  const { left } = book.take({ user, claimant, subject, day, asked: 0, actedAt: now }, rule)
  const lefts = [left.day, left.campaign, left.line].filter((each) => each !== null)
  const tally = tallies.find((each) => each.user === user && each.subject === subject && each.day === day)
  return { earnedToday: tally?.flowers ?? 0, leftToday: lefts.length > 0 ? Math.min(...lefts) : null }
}

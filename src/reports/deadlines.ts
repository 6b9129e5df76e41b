/** When reports are due, and what is said of it. Pure; times in ms since 1970. */

/** The public hears of a dream at least every three months, by the calendar. */
const REPORT_EVERY_MONTHS = 3

/** How long before the due date those who carry the dream out are reminded. */
export const REMIND_BEFORE_MS = 14 * 24 * 60 * 60 * 1_000

/**
 * The same day and time of day some months later, in UTC; where that month is too short, its last day. From November 30th
 * three months are February 28th or 29th.
 */
export function addMonths(at: number, months: number): number {
  const date = new Date(at)
  const day = date.getUTCDate()
  // From the first, so that no month is skipped.
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const daysThere = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  return date.setUTCDate(Math.min(day, daysThere))
}

/** When the next report is due after a dream was funded, or a report published, at `at`. */
export const nextDueAt = (at: number): number => addMonths(at, REPORT_EVERY_MONTHS)

/** When a funded dream's next report is due: what stands there, or what follows from its funding. */
export function dueAtOf({ reportDueAt, fundedAt }: DueDream): number {
  if (reportDueAt !== null) return reportDueAt
  if (fundedAt === null) throw new Error('no report is due of a dream that is not funded')
  return nextDueAt(fundedAt)
}

/** What of a dream says when its report is due. */
export interface DueDream {
  readonly reportDueAt: number | null
  readonly fundedAt: number | null
}

/** How a due date stands at `now`. A report on the very moment is in time. */
export function deadlineState(dueAt: number, now: number): 'none' | 'due' | 'overdue' {
  if (now > dueAt) return 'overdue'
  return now >= dueAt - REMIND_BEFORE_MS ? 'due' : 'none'
}

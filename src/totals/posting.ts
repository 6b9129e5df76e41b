import { dayIn, MAX_ACT_AHEAD_MS } from '../lines/rules.ts'
import { findDay, keepPost, type Post } from './store.ts'

/**
 * What became of a line's account of its day. `taken`: what differs is listed once the day is checked. `refused`:
 * nothing was kept.
 */
export type TotalsResult = {
  /** The day. */
  readonly id: string
  readonly flowers: 0
} & (
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'refused'; readonly reason: 'day_out_of_range' | 'too_many_acts' }
)

/** A line may speak of a day for so long; what it listed is kept five days longer. */
const MAX_DAYS_AGO = 30

const DAY_MS = 24 * 60 * 60 * 1_000

/**
 * Most acts a line may list for a day, repeats among them: four times those it has here, and as many as make a
 * difference that is seen even where it has none.
 */
const LISTED_PER_ACT = 4
const LISTED_AT_LEAST = 100_000

/** Keeps what a line says of a day, in its time zone, at `now` (ms). Repeating it is harmless. */
export async function takeTotals(
  db: D1Database,
  line: { readonly id: string; readonly timeZone: string },
  post: Post,
  now: number,
): Promise<TotalsResult[]> {
  const { day } = post
  const refuse = (reason: 'day_out_of_range' | 'too_many_acts'): TotalsResult[] => [
    { id: day, outcome: 'refused', flowers: 0, reason },
  ]
  const first = dayIn(line.timeZone, now - MAX_DAYS_AGO * DAY_MS)
  const last = dayIn(line.timeZone, now + MAX_ACT_AHEAD_MS)
  if (day < first || day > last) return refuse('day_out_of_range')
  if (post.acts) {
    const known = await findDay(db, line.id, day)
    const listed = (known?.posted?.listed ?? 0) + post.acts.length
    if (listed > LISTED_AT_LEAST + LISTED_PER_ACT * (known?.counted.acts ?? 0)) return refuse('too_many_acts')
  }
  await keepPost(db, line.id, post, now)
  return [{ id: day, outcome: 'taken', flowers: 0 }]
}

/**
 * What a line's day should be and where accounts of it differ. Pure.
 */

/** The figures that are counted by trigger while entries are written. They only ever grow. */
export const COUNTED = ['acts', 'flowers', 'capped', 'reversed'] as const

/** All figures of a day, by what a line may state of it. */
export const FIGURES = [...COUNTED, 'users'] as const

type Counted = (typeof COUNTED)[number]
type Figure = (typeof FIGURES)[number]

/** The control totals of a line and day: acts with a verdict, flowers credited, acts cut, flowers taken back. */
export type Counts = Readonly<Record<Counted, number>>

/** The same, with how many users did the acts; null when there were more than are counted. */
export type Totals = Counts & { readonly users: number | null }

/** What a line says of a day; null for a figure it did not give. */
export type PostedTotals = Readonly<Record<Figure, number | null>> & {
  /** How many acts of the day it listed, repeats among them; null while it listed none. */
  readonly listed: number | null
  /** When it said anything of the day last, in ms. */
  readonly postedAt: number
}

/** Most acts named in one difference: 100 of 200 bytes are 20 KB, and the first few show what went wrong. */
export const MAX_NAMED_ACTS = 100

/**
 * Where accounts of a day differ. `recomputed` is what the entries say.
 * - counter: from what was counted while they were written: something is wrong on our side.
 * - total: from what the line posted.
 * - acts_missing_here: acts that only the line has on this day; with the day it has here, if there is one.
 * - acts_missing_there: acts that only the platform has on this day.
 * - acts_differ: acts that both have, with other flowers.
 */
export type Difference =
  | {
      readonly kind: 'counter'
      readonly figure: Counted
      readonly recomputed: number
      readonly counted: number
    }
  | { readonly kind: 'total'; readonly figure: Figure; readonly recomputed: number; readonly posted: number }
  | ({ readonly kind: ActsKind } & NamedActs)

const ACTS_KINDS = ['acts_missing_here', 'acts_missing_there', 'acts_differ'] as const

export type ActsKind = (typeof ACTS_KINDS)[number]

/** `count` acts, the first MAX_NAMED_ACTS of them named. */
interface NamedActs {
  readonly count: number
  readonly acts: readonly NamedAct[]
}

/** An act with its flowers on both sides; null where there is none on that day. */
export interface NamedAct {
  readonly id: string
  readonly recomputed: number | null
  readonly posted: number | null
  /** The day that the platform has the act on, when it is another. */
  readonly otherDay?: string
}

/** Collects acts that differ: all are counted, the first are named. */
export class ActDifferences {
  readonly #found = new Map<ActsKind, { count: number; acts: NamedAct[] }>()

  /** Takes `acts` of `count` found. */
  add(kind: ActsKind, count: number, acts: readonly NamedAct[]): void {
    const found = this.#found.get(kind) ?? { count: 0, acts: [] }
    found.count += count
    found.acts.push(...acts.slice(0, MAX_NAMED_ACTS - found.acts.length))
    this.#found.set(kind, found)
  }

  all(): Difference[] {
    return ACTS_KINDS.flatMap((kind) => {
      const found = this.#found.get(kind)
      return found && found.count > 0 ? [{ kind, ...found }] : []
    })
  }
}

export const NO_COUNTS: Counts = { acts: 0, flowers: 0, capped: 0, reversed: 0 }

/**
 * Holds a day recomputed from its entries to what was counted before and after they were read, and to what the line
 * posted. Counters only grow, so entries that came in meanwhile lie between the two; of a quiet day they are equal.
 */
export function compareDay(
  recomputed: Totals,
  before: Counts,
  after: Counts,
  posted: PostedTotals | null,
): Difference[] {
  const differences: Difference[] = []
  for (const figure of COUNTED)
    if (recomputed[figure] < before[figure] || recomputed[figure] > after[figure])
      differences.push({ kind: 'counter', figure, recomputed: recomputed[figure], counted: after[figure] })
  for (const figure of FIGURES) {
    const [ours, theirs] = [recomputed[figure], posted?.[figure] ?? null]
    if (ours !== null && theirs !== null && ours !== theirs)
      differences.push({ kind: 'total', figure, recomputed: ours, posted: theirs })
  }
  return differences
}

/** A day as it was checked last. */
export type CheckedDay = Totals & {
  readonly agrees: boolean
  readonly differences: readonly Difference[]
  readonly checkedAt: number
}

/** A day is looked at again after this long, whether or not anything shows that it changed. */
const RECHECK_AFTER_MS = 24 * 60 * 60 * 1_000

/** A line's post takes its time and is written a little later. */
const POST_SLACK_MS = 60_000

/** True when a day was not checked yet, changed since, or was checked long ago; times in ms. */
export function needsCheck(
  checked: CheckedDay | null,
  counted: Counts,
  posted: PostedTotals | null,
  now: number,
): boolean {
  if (!checked || now - checked.checkedAt >= RECHECK_AFTER_MS) return true
  if (posted && posted.postedAt + POST_SLACK_MS >= checked.checkedAt) return true
  return COUNTED.some((figure) => counted[figure] !== checked[figure])
}

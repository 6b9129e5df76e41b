import { dayIn } from '../lines/rules.ts'
import {
  ActDifferences,
  type CheckedDay,
  type Counts,
  compareDay,
  type Difference,
  NO_COUNTS,
  needsCheck,
} from './rules.ts'
import {
  type FoundActs,
  findDays,
  type KnownDay,
  keepChecked,
  prunePostedActs,
  readActsPage,
  readCounts,
  readPostedPage,
  readReversed,
} from './store.ts'

const HOUR_MS = 60 * 60 * 1_000
const DAY_MS = 24 * HOUR_MS

/**
 * Acts read at a time: 0.1 s of a database that does one thing at a time (12 us an act among a million, measured), so
 * that pledges pass between two pages, and at most 1 MB of an answer.
 */
const PAGE_ACTS = 10_000

/** Users counted in one check: 300,000 ids of 100 bytes are 30 MB of an isolate's 128 MB. Beyond, none are. */
const MAX_USERS = 300_000

/** An act may be reported for a week; two days more for time zones and a job that is late. */
const RECENT_DAYS = 9

/** Days looked at in one run: those of 500 lines. */
const MAX_DAYS = 5_000

/** After so many pages no other line is begun in a run: a Worker may ask a database 1,000 times. */
const MAX_PAGES = 300

/** Acts that lines listed are kept so long after their day. */
export const KEPT_DAYS = 35

/** Listed acts deleted in one statement, and statements in one run. */
const PRUNE_ROWS = 5_000
const PRUNE_ROUNDS = 20

interface Sums {
  acts: number
  flowers: number
  capped: number
  readonly users: Set<string>
  readonly found: ActDifferences
}

/** What a check needs to know of a day beforehand. */
type DayToCheck = Pick<KnownDay, 'day' | 'posted'>

/**
 * Recomputes days of a line from its entries, compares and keeps what it found. Reads every act of the line, page by
 * page. Returns the days as checked and how many pages it took; `now` in ms is when it begins.
 */
export async function checkDays(
  db: D1Database,
  line: string,
  days: readonly DayToCheck[],
  now: number,
  { pageActs = PAGE_ACTS, maxUsers = MAX_USERS }: { pageActs?: number; maxUsers?: number } = {},
): Promise<{ checked: Map<string, CheckedDay>; pages: number }> {
  const names = days.map(({ day }) => day)
  const listedDays = days.filter(({ posted }) => (posted?.listed ?? null) !== null).map(({ day }) => day)
  const sums = new Map<string, Sums>(
    names.map((day) => [
      day,
      { acts: 0, flowers: 0, capped: 0, users: new Set(), found: new ActDifferences() },
    ]),
  )
  const note = (all: readonly FoundActs[]) => {
    for (const { day, kind, count, acts } of all) sums.get(day)?.found.add(kind, count, acts)
  }
  const before = await readCounts(db, line, names)
  let pages = 0
  let users: number | null = 0
  let next: string | null = null
  do {
    const page = await readActsPage(db, line, next, { days: names, listedDays, size: pageActs })
    for (const { day, claimant, acts, flowers, capped } of page.sums) {
      const sum = sums.get(day) as Sums
      sum.acts += acts
      sum.flowers += flowers
      sum.capped += capped
      if (users === null || sum.users.has(claimant)) continue
      users = users < maxUsers ? users + 1 : null
      if (users !== null) sum.users.add(claimant)
      else for (const each of sums.values()) each.users.clear()
    }
    note(page.unposted)
    next = page.next
    pages++
  } while (next !== null)
  for (const day of listedDays)
    do {
      const page = await readPostedPage(db, line, day, next, pageActs)
      note(page.unlike)
      next = page.next
      pages++
    } while (next !== null)
  const { reversed, counts: after } = await readReversed(db, line, names, earliestRevocation(names))
  const checked = new Map<string, CheckedDay>()
  for (const { day, posted } of days) {
    const { acts, flowers, capped, users: seen, found } = sums.get(day) as Sums
    const counts: Counts = { acts, flowers, capped, reversed: reversed.get(day) ?? 0 }
    const totals = { ...counts, users: users === null ? null : seen.size }
    const differences = [
      ...compareDay(totals, before.get(day) ?? NO_COUNTS, after.get(day) ?? NO_COUNTS, posted),
      ...found.all(),
    ]
    checked.set(day, { ...totals, agrees: differences.length === 0, differences, checkedAt: now })
  }
  await keepChecked(db, line, checked)
  return { checked, pages }
}

/** Nothing that was done on a day is taken back before that day has begun anywhere on earth. */
function earliestRevocation(days: readonly string[]): number {
  return Math.min(...days.map((day) => Date.parse(day))) - DAY_MS
}

/** What a run of the job did. */
interface TotalsRun {
  readonly lines: number
  readonly days: number
  readonly differ: number
  readonly failed: number
  readonly pruned: number
}

/**
 * Checks recent days of all lines that changed since they were checked, or were not for a day, and forgets what lines
 * listed long ago. To be run every hour: what is left for want of time has its turn in the next runs.
 */
export async function checkTotals(env: { readonly DB: D1Database }, now: number): Promise<TotalsRun> {
  const from = dayIn('UTC', now - RECENT_DAYS * DAY_MS)
  const known = await findDays(env.DB, null, { from, limit: MAX_DAYS })
  const run = { lines: 0, days: 0, differ: 0, failed: 0 }
  let pages = 0
  for (const [line, days] of linesToCheck(known, now)) {
    if (pages >= MAX_PAGES) break
    try {
      const found = await checkDays(env.DB, line, days, now)
      pages += found.pages
      run.lines++
      run.days += days.length
      run.differ += tellDifferences(line, found.checked)
    } catch (error) {
      // Another line's day may be well all the same.
      run.failed++
      console.error(JSON.stringify({ event: 'totals.check_failed', line, error: String(error) }))
    }
  }
  return { ...run, pruned: await prune(env.DB, now) }
}

/**
 * Lines of which a day is to be checked, with all their days, since one reading of their acts serves all. Each hour
 * another line comes first, so that one that takes long, or fails, keeps the others only then.
 */
function linesToCheck(known: readonly KnownDay[], now: number): [string, KnownDay[]][] {
  const lines = [...Map.groupBy(known, ({ line }) => line)]
    .filter(([, days]) =>
      days.some(({ checked, counted, posted }) => needsCheck(checked, counted, posted, now)),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const first = Math.floor(now / HOUR_MS) % lines.length
  return [...lines.slice(first), ...lines.slice(0, first)]
}

/** Logs the days that differ; returns how many. */
function tellDifferences(line: string, checked: ReadonlyMap<string, CheckedDay>): number {
  const differing = [...checked].filter(([, { agrees }]) => !agrees)
  for (const [day, { differences }] of differing) {
    const summary = differences.map(summarize)
    console.error(JSON.stringify({ event: 'totals.differ', line, day, differences: summary }))
  }
  return differing.length
}

/** A difference without its acts: there may be 300 of them. */
function summarize(difference: Difference): unknown {
  if (!('acts' in difference)) return difference
  const { acts: _, ...summary } = difference
  return summary
}

async function prune(db: D1Database, now: number): Promise<number> {
  const before = dayIn('UTC', now - KEPT_DAYS * DAY_MS)
  let pruned = 0
  for (let round = 0; round < PRUNE_ROUNDS; round++) {
    const deleted = await prunePostedActs(db, before, PRUNE_ROWS)
    pruned += deleted
    if (deleted < PRUNE_ROWS) break
  }
  return pruned
}

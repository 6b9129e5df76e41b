import { lte, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { actKey } from '../ledger/ids.ts'
import {
  type ActsKind,
  type CheckedDay,
  type Counts,
  type Difference,
  FIGURES,
  MAX_NAMED_ACTS,
  type NamedAct,
  NO_COUNTS,
  type PostedTotals,
} from './rules.ts'
import { checkedDays, postedDays } from './schema.ts'

/** All SQL of control totals: what lines posted, what checks found, and the entries as totals read them. */

/** What is known of a line's day: as counted, as the line posted it, as it was checked last. */
export interface KnownDay {
  readonly line: string
  readonly day: string
  readonly counted: Counts
  readonly posted: PostedTotals | null
  readonly checked: CheckedDay | null
}

// CROSS JOIN keeps the few lines outermost, so that days are found by (line, day) and not by reading all of them.
const DAYS_SQL = `WITH wanted AS (
  SELECT d.line, d.day FROM lines n CROSS JOIN line_days d ON d.line = n.id AND d.day >= ?2 AND d.day < ?3
  WHERE ?1 IS NULL OR n.id = ?1
  UNION
  SELECT p.line, p.day FROM lines n CROSS JOIN posted_days p ON p.line = n.id AND p.day >= ?2 AND p.day < ?3
  WHERE ?1 IS NULL OR n.id = ?1
)
SELECT w.line, w.day, d.acts, d.flowers, d.capped, d.reversed,
  p.acts AS posted_acts, p.flowers AS posted_flowers, p.capped AS posted_capped, p.reversed AS posted_reversed,
  p.users AS posted_users, p.listed, p.posted_at,
  c.acts AS checked_acts, c.flowers AS checked_flowers, c.capped AS checked_capped,
  c.reversed AS checked_reversed, c.users AS checked_users, c.agrees, c.differences, c.checked_at
FROM wanted w
LEFT JOIN line_days d ON d.line = w.line AND d.day = w.day
LEFT JOIN posted_days p ON p.line = w.line AND p.day = w.day
LEFT JOIN checked_days c ON c.line = w.line AND c.day = w.day
ORDER BY w.day DESC, w.line LIMIT ?4`

type DayRow = Record<string, number | null> & { line: string; day: string; differences: string | null }

/** After every day that is written YYYY-MM-DD. */
export const END_OF_DAYS = '9999-99-99'

/** Days of a line, or of all with null, from `from`, before `before`, newest first. */
export async function findDays(
  db: D1Database,
  line: string | null,
  { from = '', before = END_OF_DAYS, limit }: { from?: string; before?: string; limit: number },
): Promise<KnownDay[]> {
  const { results } = await db.prepare(DAYS_SQL).bind(line, from, before, limit).all<DayRow>()
  return results.map(readDay)
}

/** One day of a line; null when nothing is known of it. */
export async function findDay(db: D1Database, line: string, day: string): Promise<KnownDay | null> {
  // No day lies between a day and the same text with one character more.
  const [found] = await findDays(db, line, { from: day, before: `${day} `, limit: 1 })
  return found ?? null
}

/** A day of a line of which accounts differed when it was checked last. */
export interface DifferingDay {
  readonly line: string
  readonly day: string
  readonly checkedAt: number
}

// CROSS JOIN keeps the lines outermost: of each only the days from ?1 on are read.
const DIFFERING_SQL = `SELECT c.line, c.day, c.checked_at AS checkedAt
FROM lines n CROSS JOIN checked_days c ON c.line = n.id AND c.day >= ?1
WHERE c.agrees = 0 ORDER BY c.day DESC, c.line LIMIT ?3 OFFSET ?2`

/** Days of all lines from `from` on that differ, newest first, from place `offset` on. */
export async function findDifferingDays(
  db: D1Database,
  { from, offset, limit }: { readonly from: string; readonly offset: number; readonly limit: number },
): Promise<DifferingDay[]> {
  const { results } = await db.prepare(DIFFERING_SQL).bind(from, offset, limit).all<DifferingDay>()
  return results
}

function readDay(row: DayRow): KnownDay {
  const figures = (prefix: string) => ({
    acts: row[`${prefix}acts`] ?? null,
    flowers: row[`${prefix}flowers`] ?? null,
    capped: row[`${prefix}capped`] ?? null,
    reversed: row[`${prefix}reversed`] ?? null,
    users: row[`${prefix}users`] ?? null,
  })
  const { posted_at: postedAt = null, checked_at: checkedAt = null } = row
  const { users: _, ...counted } = figures('')
  return {
    line: row.line,
    day: row.day,
    counted: row.acts === null ? NO_COUNTS : (counted as Counts),
    posted: postedAt === null ? null : { ...figures('posted_'), listed: row.listed ?? null, postedAt },
    checked:
      checkedAt === null
        ? null
        : {
            ...(figures('checked_') as Counts & { users: number | null }),
            agrees: row.agrees === 1,
            differences: JSON.parse(row.differences ?? '[]') as Difference[],
            checkedAt,
          },
  }
}

const COUNTS_SQL = `SELECT day, acts, flowers, capped, reversed FROM line_days
WHERE line = ?1 AND day IN (SELECT value FROM json_each(?2))`

type CountRow = Counts & { readonly day: string }

function countsByDay(rows: readonly CountRow[]): Map<string, Counts> {
  return new Map(rows.map(({ day, ...counts }) => [day, counts]))
}

/** Days of a line as counted while their entries were written. */
export async function readCounts(
  db: D1Database,
  line: string,
  days: readonly string[],
): Promise<Map<string, Counts>> {
  const { results } = await db.prepare(COUNTS_SQL).bind(line, JSON.stringify(days)).all<CountRow>()
  return countsByDay(results)
}

// A page of a line's acts, in the order of their ids, whatever their day.
const PAGE_SQL = `SELECT key, ifnull(origin, user) AS claimant, substr(tally, 1, 10) AS day, flowers, cut
FROM entries INDEXED BY entries_act
WHERE key > ?1 AND key < ?2 AND kind IN ('credit', 'capped') ORDER BY key LIMIT ?3`

const PAGE_END_SQL = `SELECT max(key) AS last, count(*) AS acts FROM (
  SELECT key FROM entries INDEXED BY entries_act
  WHERE key > ?1 AND key < ?2 AND kind IN ('credit', 'capped') ORDER BY key LIMIT ?3)`

/** Exported so that a test can look at its plan. */
export const SUM_PAGE_SQL = `SELECT day, claimant, count(*) AS acts, sum(flowers) AS flowers, sum(cut IS NOT NULL) AS capped
FROM (${PAGE_SQL}) WHERE day IN (SELECT value FROM json_each(?4)) GROUP BY day, claimant`

const UNPOSTED_SQL = `SELECT day, id, flowers, count FROM (
  SELECT day, substr(key, length(?5) + 1) AS id, flowers,
    row_number() OVER (PARTITION BY day ORDER BY key) AS place, count(*) OVER (PARTITION BY day) AS count
  FROM (${PAGE_SQL}) a
  WHERE day IN (SELECT value FROM json_each(?4)) AND NOT EXISTS (
    SELECT 1 FROM posted_acts p WHERE p.line = ?6 AND p.day = a.day AND p.act = substr(a.key, length(?5) + 1))
) WHERE place <= ${MAX_NAMED_ACTS}`

/** The acts of one user on one day, within a page. `claimant` is whom the line reported them for. */
interface ClaimantSum {
  readonly day: string
  readonly claimant: string
  readonly acts: number
  readonly flowers: number
  readonly capped: number
}

/** Acts that are not as the other side has them: some of `count` there are. */
export interface FoundActs {
  readonly day: string
  readonly kind: ActsKind
  readonly count: number
  readonly acts: readonly NamedAct[]
}

/**
 * Sums one page of a line's acts by day and user, for `days` only, and looks for those of `listedDays` that the line
 * did not list. `after` is null or the former page's `next`; `next` is null after the last page.
 */
export async function readActsPage(
  db: D1Database,
  line: string,
  after: string | null,
  { days, listedDays, size }: { days: readonly string[]; listedDays: readonly string[]; size: number },
): Promise<{ sums: readonly ClaimantSum[]; unposted: readonly FoundActs[]; next: string | null }> {
  const prefix = actKey(line, '')
  // ';' comes after ':': the keys that begin with the prefix, and no other, lie between.
  const range = [after ?? prefix, prefix.replace(/:$/, ';'), size] as const
  const statements = [
    db.prepare(PAGE_END_SQL).bind(...range),
    db.prepare(SUM_PAGE_SQL).bind(...range, JSON.stringify(days)),
  ]
  if (listedDays.length > 0)
    statements.push(db.prepare(UNPOSTED_SQL).bind(...range, JSON.stringify(listedDays), prefix, line))
  const [end, sums, unposted] = await db.batch(statements)
  const rows = (unposted?.results ?? []) as { day: string; id: string; flowers: number; count: number }[]
  return {
    sums: (sums?.results ?? []) as ClaimantSum[],
    unposted: listedDays.flatMap((day) => {
      const found = rows.filter((row) => row.day === day)
      const named = found.map(({ id, flowers }) => ({ id, recomputed: flowers, posted: null }))
      return found[0] ? [{ day, kind: 'acts_missing_there', count: found[0].count, acts: named }] : []
    }),
    next: endOf(end, size),
  }
}

/** Where a page ends; null for one that is not full: the last. */
function endOf(result: D1Result | undefined, size: number): string | null {
  const end = result?.results[0] as { last: string; acts: number } | undefined
  return end && end.acts === size ? end.last : null
}

const POSTED_PAGE_SQL = `SELECT act, flowers FROM posted_acts
WHERE line = ?1 AND day = ?2 AND act > ?3 ORDER BY act LIMIT ?4`

const POSTED_END_SQL = `SELECT max(act) AS last, count(*) AS acts FROM (${POSTED_PAGE_SQL})`

const UNLIKE_SQL = `SELECT kind, id, recomputed, posted, otherDay, count FROM (
  SELECT *, row_number() OVER (PARTITION BY kind ORDER BY id) AS place, count(*) OVER (PARTITION BY kind) AS count
  FROM (
    SELECT iif(substr(e.tally, 1, 10) = ?2, 'acts_differ', 'acts_missing_here') AS kind, p.act AS id,
      iif(substr(e.tally, 1, 10) = ?2, e.flowers, NULL) AS recomputed, p.flowers AS posted,
      iif(substr(e.tally, 1, 10) = ?2, NULL, substr(e.tally, 1, 10)) AS otherDay
    FROM (${POSTED_PAGE_SQL}) p
    LEFT JOIN entries e ON e.key = ?5 || p.act AND e.kind IN ('credit', 'capped')
    WHERE (substr(e.tally, 1, 10) = ?2 AND e.flowers = p.flowers) IS NOT TRUE
  )
) WHERE place <= ${MAX_NAMED_ACTS}`

/** Looks which of one page of the acts a line listed for a day are not there, or with other flowers. */
export async function readPostedPage(
  db: D1Database,
  line: string,
  day: string,
  after: string | null,
  size: number,
): Promise<{ unlike: readonly FoundActs[]; next: string | null }> {
  const range = [line, day, after ?? '', size] as const
  const [end, unlike] = await db.batch([
    db.prepare(POSTED_END_SQL).bind(...range),
    db.prepare(UNLIKE_SQL).bind(...range, actKey(line, '')),
  ])
  const rows = (unlike?.results ?? []) as (NamedAct & { kind: ActsKind; count: number })[]
  const kinds = new Set(rows.map(({ kind }) => kind))
  return {
    unlike: [...kinds].map((kind) => {
      const found = rows.filter((row) => row.kind === kind)
      const named = found.map(({ id, recomputed, posted, otherDay }) => ({
        ...{ id, recomputed, posted },
        ...(otherDay ? { otherDay } : {}),
      }))
      return { day, kind, count: found[0]?.count ?? 0, acts: named }
    }),
    next: endOf(end, size),
  }
}

// A reversal's key begins with 'rev:', or 'rev:back:' and a length, and its act's key. Another act's id may begin like this one and a
// colon, so the origin is asked for too.
const reversalsBeginning = (start: string) =>
  `SELECT substr(e.tally, 1, 10) AS day, -e.flowers AS flowers
  FROM revocations v INDEXED BY revocations_line
  CROSS JOIN entries e ON e.user = v.user AND e.key >= ${start} || v.act || ':' AND e.key < ${start} || v.act || ';'
    AND e.kind = 'reversal' AND e.origin = v.act
  WHERE v.line = ?1 AND v.at >= ?3 AND v.taken > 0`

/** Exported so that a test can look at its plan. */
export const REVERSED_SQL = `SELECT day, sum(flowers) AS reversed FROM (
  ${reversalsBeginning("'rev:'")}
  UNION ALL
  ${reversalsBeginning("'rev:back:' || length(v.act) || ':'")}
) WHERE day IN (SELECT value FROM json_each(?2)) GROUP BY day`

/**
 * Flowers taken back from a line's acts of `days`, from the entries of revocations since `since` (ms), and the days as
 * counted at the same moment.
 */
export async function readReversed(
  db: D1Database,
  line: string,
  days: readonly string[],
  since: number,
): Promise<{ reversed: Map<string, number>; counts: Map<string, Counts> }> {
  const body = JSON.stringify(days)
  const [reversed, counts] = await db.batch([
    db.prepare(REVERSED_SQL).bind(line, body, since),
    db.prepare(COUNTS_SQL).bind(line, body),
  ])
  const rows = (reversed?.results ?? []) as { day: string; reversed: number }[]
  return {
    reversed: new Map(rows.map((row) => [row.day, row.reversed])),
    counts: countsByDay((counts?.results ?? []) as CountRow[]),
  }
}

/** Keeps what a check found of a line's days; a check that began later is not overwritten. */
export async function keepChecked(
  db: D1Database,
  line: string,
  days: ReadonlyMap<string, CheckedDay>,
): Promise<void> {
  const orm = drizzle(db)
  const [first, ...others] = [...days].map(([day, checked]) =>
    orm
      .insert(checkedDays)
      .values({ line, day, ...checked })
      .onConflictDoUpdate({
        target: [checkedDays.line, checkedDays.day],
        set: checked,
        setWhere: lte(checkedDays.checkedAt, checked.checkedAt),
      }),
  )
  if (first) await orm.batch([first, ...others])
}

/** What a line says of a day: figures, acts, or both. */
export interface Post {
  readonly day: string
  readonly totals?: Partial<Record<(typeof FIGURES)[number], number | undefined>> | undefined
  readonly acts?: readonly { readonly id: string; readonly flowers: number }[] | undefined
}

const POST_ACTS_SQL = `INSERT INTO posted_acts (line, day, act, flowers)
SELECT ?1, ?2, value ->> 'id', value ->> 'flowers' FROM json_each(?3) WHERE 1
ON CONFLICT (line, day, act) DO UPDATE SET flowers = excluded.flowers`

/** Keeps what a line says of a day, at `now` (ms). New figures replace all former ones, acts add to those listed. */
export async function keepPost(
  db: D1Database,
  line: string,
  { day, totals, acts }: Post,
  now: number,
): Promise<void> {
  const orm = drizzle(db)
  const figures = totals && Object.fromEntries(FIGURES.map((figure) => [figure, totals[figure] ?? null]))
  const listed = acts?.length ?? null
  const noted = orm
    .insert(postedDays)
    .values({ line, day, ...figures, listed, postedAt: now })
    .onConflictDoUpdate({
      target: [postedDays.line, postedDays.day],
      set: {
        ...figures,
        ...(acts ? { listed: sql`ifnull(${postedDays.listed}, 0) + ${acts.length}` } : {}),
        postedAt: now,
      },
    })
    .toSQL()
  const statements = [db.prepare(noted.sql).bind(...noted.params)]
  if (acts) statements.push(db.prepare(POST_ACTS_SQL).bind(line, day, JSON.stringify(acts)))
  await db.batch(statements)
}

const PRUNE_SQL = `DELETE FROM posted_acts WHERE (line, day, act) IN (
  SELECT p.line, p.day, p.act FROM (SELECT DISTINCT line FROM posted_days) n
  CROSS JOIN posted_acts p ON p.line = n.line AND p.day < ?1 LIMIT ?2)`

/** Deletes at most `limit` acts that lines listed for days before `before`. Returns how many. */
export async function prunePostedActs(db: D1Database, before: string, limit: number): Promise<number> {
  return (await db.prepare(PRUNE_SQL).bind(before, limit).run()).meta.changes
}

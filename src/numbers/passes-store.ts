import { desc, isNotNull, isNull } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { END_OF_USERS } from '../ledger/walk.ts'
import type { DreamCount, PassSums } from './rules.ts'
import { rollupPasses } from './schema.ts'

/** All SQL of passes: how they begin, end, and are forgotten. What they count is in `counting.ts`. */

/** A pass over the ledger. Times in ms. */
export type Pass = typeof rollupPasses.$inferSelect

/** The pass that is under way, or null. */
export async function findOpenPass(db: D1Database): Promise<Pass | null> {
  const [pass] = await drizzle(db).select().from(rollupPasses).where(isNull(rollupPasses.doneAt)).limit(1)
  return pass ?? null
}

/** The last pass that is done, or null. */
export async function findDonePass(db: D1Database): Promise<Pass | null> {
  const [pass] = await drizzle(db)
    .select()
    .from(rollupPasses)
    .where(isNotNull(rollupPasses.doneAt))
    .orderBy(desc(rollupPasses.id))
    .limit(1)
  return pass ?? null
}

/** The last pass that is done, as an expression; NULL before there is one. */
export const LAST_PASS_SQL =
  '(SELECT id FROM rollup_passes WHERE done_at IS NOT NULL ORDER BY id DESC LIMIT 1)'

/** Begins a pass, unless one is under way or was done after `notSince` (ms). */
export async function beginPass(
  db: D1Database,
  { horizon, now, notSince }: { horizon: number; now: number; notSince: number },
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO rollup_passes (horizon, after_user, started_at) SELECT ?1, '', ?2
       WHERE NOT EXISTS (SELECT 1 FROM rollup_passes WHERE done_at IS NULL OR done_at > ?3)`,
    )
    .bind(horizon, now, notSince)
    .run()
}

const CELLS_SQL = `SELECT l.earned, l.taken_back AS takenBack, d.given, d.refunded FROM
  (SELECT ifnull(sum(earned), 0) AS earned, ifnull(sum(taken_back), 0) AS taken_back FROM rollup_lines WHERE pass = ?1) l,
  (SELECT ifnull(sum(given), 0) AS given, ifnull(sum(refunded), 0) AS refunded FROM rollup_dreams WHERE pass = ?1) d`

/** What the hours of a pass sum to. */
export async function sumCells(
  db: D1Database,
  pass: number,
): Promise<Pick<PassSums, 'earned' | 'takenBack' | 'given' | 'refunded'>> {
  const sums = await db
    .prepare(CELLS_SQL)
    .bind(pass)
    .first<Pick<PassSums, 'earned' | 'takenBack' | 'given' | 'refunded'>>()
  if (!sums) throw new Error('sums without a row')
  return sums
}

/** What stands of each dream's pledges by the hours of a pass, and by the lines that the flowers are from. */
export async function countDreams(
  db: D1Database,
  pass: number,
): Promise<{ dream: string; flowers: number; pledges: number; sourced: number }[]> {
  const { results } = await db
    .prepare(
      `SELECT dream, sum(given - refunded) AS flowers, sum(pledges - ended) AS pledges,
         (SELECT ifnull(sum(s.flowers), 0) FROM rollup_sources s WHERE s.pass = ?1 AND s.dream = d.dream) AS sourced
       FROM rollup_dreams d WHERE pass = ?1 GROUP BY dream`,
    )
    .bind(pass)
    .all<{ dream: string; flowers: number; pledges: number; sourced: number }>()
  return results
}

/** Ends a pass that has counted everything. False when it is ended already. */
export async function endPass(
  db: D1Database,
  pass: number,
  found: { readonly dreams: readonly DreamCount[]; readonly differences: readonly string[] },
  now: number,
): Promise<boolean> {
  const ended = await db
    .prepare(
      `UPDATE rollup_passes SET done_at = ?2, dreams = ?3, differences = ?4, agrees = ?4 = '[]',
         lost = (SELECT ifnull(sum(lost), 0) FROM revocations)
       WHERE id = ?1 AND done_at IS NULL AND after_user = ?5 RETURNING id`,
    )
    .bind(pass, now, JSON.stringify(found.dreams), JSON.stringify(found.differences), END_OF_USERS)
    .first()
  return ended !== null
}

/** Passes whose cells are kept: the last two that are done, so that an export of one has at least the time of the next. */
const KEPT_PASSES = 2

/** Passes that are remembered with their findings: a week of one every ten minutes. */
const REMEMBERED_PASSES = 1_000

const KEPT_SQL = `ifnull((SELECT id FROM rollup_passes WHERE done_at IS NOT NULL ORDER BY id DESC LIMIT 1 OFFSET ${KEPT_PASSES - 1}), 0)`

const CELL_KEYS = {
  rollup_lines: 'pass, line, day, hour',
  rollup_dreams: 'pass, dream, day, hour',
  rollup_sources: 'pass, dream, line',
  rollup_people: 'pass, scope, id',
  rollup_numbers: 'pass, campaign',
  rollup_tops: 'id',
} as const

/** Forgets at most `rows` of each kind of what older passes counted; returns how many of all. */
export async function dropOldCells(db: D1Database, rows: number): Promise<number> {
  const statements = Object.entries(CELL_KEYS).map(([table, key]) =>
    db
      .prepare(
        `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${table} WHERE pass < ${KEPT_SQL} LIMIT ?1)`,
      )
      .bind(rows),
  )
  const results = await db.batch([
    ...statements,
    db.prepare(
      `DELETE FROM rollup_passes WHERE id < (SELECT max(id) FROM rollup_passes) - ${REMEMBERED_PASSES}`,
    ),
  ])
  return results.slice(0, -1).reduce((sum, { meta }) => sum + meta.changes, 0)
}

/** True while what a pass counted is kept. */
export async function isKept(db: D1Database, pass: number): Promise<boolean> {
  const row = await db
    .prepare(`SELECT 1 FROM rollup_passes WHERE id = ?1 AND id >= ${KEPT_SQL}`)
    .bind(pass)
    .first()
  return row !== null
}

import { type SQL, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { auditLog } from '../audit/schema.ts'
import { heardBy, type LifeMove, subjectOf, tracesOf } from '../life/news.ts'
import { news } from '../life/schema.ts'
import { proposals, proposers } from '../proposals/schema.ts'
import { type Standing, TARGET_STATES } from './rules.ts'

/**
 * How operators move proposals: many at once, in one transaction of a few statements. Each proposal moves only from the
 * state it was decided in, with its audit row and its news.
 */

/** Where proposals are, by id; of those that are there and no drafts. */
export async function loadStandings(
  db: D1Database,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  const { results } = await db
    .prepare(
      `SELECT p.id, p.state, p.merged_into AS mergedInto FROM json_each(?1) asked CROSS JOIN proposals p ON p.id = asked.value
       WHERE p.state <> 'draft'`,
    )
    .bind(JSON.stringify(ids))
    .all<Standing>()
  return new Map(results.map((row) => [row.id, row]))
}

/**
 * Makes decided moves to one state, for one reason. Returns the ids of those it moved: the others are no longer where they
 * were when it was decided.
 */
export async function moveProposals(
  db: D1Database,
  moves: readonly (LifeMove & { readonly to: 'in_review' | 'accepted' | 'declined' })[],
): Promise<ReadonlySet<string>> {
  const [first] = moves
  if (!first) return new Set()
  const orm = drizzle(db)
  const { to: state, reason, at } = first
  const [, , moved] = await orm.batch([
    ...noteMoves(orm, moves),
    orm
      .update(proposals)
      .set({ state, reason: reason ?? null, updatedAt: at })
      .where(isWhereDecided(moves))
      .returning({ id: proposals.id }),
  ])
  return new Set(moved.map(({ id }) => id))
}

/** A decided merge. */
export interface Merge {
  readonly into: string
  readonly from: readonly string[]
  readonly actor: string
  readonly reason: string | null
  /** ms since 1970. */
  readonly at: number
}

/**
 * Makes a decided merge, all of it or nothing. Whoever proposed one of `from`, or was merged into it before, proposes
 * `into` too, by what they wrote; nobody stops being a proposer of what they were. False when one of them is no longer in
 * a state for it: decide again.
 */
export async function mergeProposals(
  db: D1Database,
  { into, from, actor, reason, at }: Merge,
): Promise<boolean> {
  const orm = drizzle(db)
  const ids = JSON.stringify(from)
  const targets = JSON.stringify(TARGET_STATES)
  const ready = sql`(SELECT count(*) FROM json_each(${ids}) asked CROSS JOIN proposals p ON p.id = asked.value AND p.state = 'in_review') = ${from.length} AND EXISTS (SELECT 1 FROM proposals WHERE id = ${into} AND state IN (SELECT value FROM json_each(${targets})))`
  const moves = from.map((dream) => ({
    ...({ dream, from: 'in_review', to: 'merged', actor, by: 'operator', reason, into, at } as const),
  }))
  const coming = sql`FROM json_each(${ids}) asked CROSS JOIN proposers p ON p.dream = asked.value`
  const joining = sql`SELECT count(DISTINCT p.user) ${coming} WHERE NOT EXISTS (SELECT 1 FROM proposers WHERE dream = ${into} AND user = p.user)`
  const joined = {
    ...{ at, actor, action: 'dream.joined', subject: subjectOf(into) },
    detail: sql`json_object('from', json(${ids}), 'proposers', (${joining}))`,
  }
  const [, , , , moved] = await orm.batch([
    ...noteMoves(orm, moves, ready),
    noteChangeWhen(orm, joined, ready),
    // In the order of the table's columns. The first way by which somebody comes is kept.
    orm
      .insert(proposers)
      .select(sql`SELECT ${into}, p.user, p.via, p.at ${coming} WHERE ${ready} ORDER BY p.at, p.via`)
      .onConflictDoNothing(),
    orm
      .update(proposals)
      .set({ state: 'merged', reason, mergedInto: into, updatedAt: at })
      .where(sql`${isWhereDecided(moves)} AND ${ready}`)
      .returning({ id: proposals.id }),
  ])
  return moved.length === from.length
}

/**
 * The statements that note many moves, each where its proposal is in the state it moves from, and where `condition` holds.
 * They write what `noteMoveWhen` writes, from the same traces, in two statements for all of them: two for each of 200
 * would be 400. A parameter holds at most 200 texts of 1,000 units with 7 bytes each, twice escaped, and names: 1.6 MB of
 * the 2 MB that D1 takes.
 */
export function noteMoves(orm: DrizzleD1Database, moves: readonly LifeMove[], condition: SQL = sql`true`) {
  const rows = (toRow: (traces: ReturnType<typeof tracesOf>) => readonly unknown[]): string =>
    JSON.stringify(moves.map((move) => [move.dream, move.from, ...toRow(tracesOf(move))]))
  const changes = rows(({ change: { at, actor, action, subject, detail } }) => [
    ...[at, actor, action, subject, JSON.stringify(detail)],
  ])
  const told = rows(({ told: { dream, kind, audience, data, at } }) => [
    ...[heardBy(dream, audience), kind, JSON.stringify(data), at],
  ])
  const standing = sql`CROSS JOIN proposals p ON p.id = row.value ->> 0 AND p.state = row.value ->> 1 WHERE ${condition}`
  // In the order of the tables' columns.
  return [
    orm
      .insert(auditLog)
      .select(
        sql`SELECT NULL, row.value ->> 2, row.value ->> 3, row.value ->> 4, row.value ->> 5, row.value ->> 6 FROM json_each(${changes}) row ${standing}`,
      ),
    orm
      .insert(news)
      .select(
        sql`SELECT NULL, p.id, (SELECT campaign FROM dreams WHERE id = p.id), row.value ->> 2, row.value ->> 3, row.value ->> 4, row.value ->> 5, NULL FROM json_each(${told}) row ${standing}`,
      ),
  ] as const
}

/** Holds for rows of `proposals` that are in the state they were decided in. */
function isWhereDecided(moves: readonly LifeMove[]): SQL {
  const rows = JSON.stringify(moves.map(({ dream, from }) => [dream, from]))
  return sql`(id, state) IN (SELECT value ->> 0, value ->> 1 FROM json_each(${rows}))`
}

import { and, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { proposals } from '../proposals/schema.ts'
import { searchQuery, similarQuery } from '../proposals/words.ts'

/** What the desk reads of proposals in numbers: lists, counts, what is similar. Drafts are not there. */

/** States of proposals that operators see. */
export const DESK_STATES = [
  'proposed',
  'in_review',
  'accepted',
  'declined',
  'merged',
  'withdrawn',
  'published',
] as const

type DeskState = (typeof DESK_STATES)[number]

/** What a list says of a proposal. Times in ms since 1970. */
export interface DeskProposal {
  readonly id: string
  readonly number: number
  readonly state: DeskState
  readonly title: string
  readonly place: string
  /** How many people propose it, and how many notes there are on it. */
  readonly proposers: number
  readonly notes: number
  readonly assignee: string | null
  readonly proposedAt: number | null
  readonly updatedAt: number
}

const LISTED = sql`p.id, p.number, p.state, p.title, p.place, p.assignee, p.proposed_at AS proposedAt, p.updated_at AS updatedAt, (SELECT count(*) FROM proposers WHERE dream = p.id) AS proposers, (SELECT count(*) FROM review_notes WHERE proposal = p.id) AS notes`

/** What a list is narrowed to. */
export interface DeskFilter {
  readonly state?: DeskState | undefined
  /** A user id; null for those that nobody looks at. */
  readonly assignee?: string | null | undefined
  /** Words that stand in it. */
  readonly q?: string | undefined
  /** A part of its place. */
  readonly place?: string | undefined
}

/**
 * The query for a page of the desk: proposals from beyond `position` (a number), by number. The inner query reads one
 * covering index and the words; only the rows of the page are read whole.
 */
export function pageOfDesk(
  { state, assignee, q, place }: DeskFilter,
  order: 'newest' | 'oldest',
  position: number,
  limit: number,
): SQL {
  const [beyond, direction] = order === 'newest' ? [sql`<`, sql`DESC`] : [sql`>`, sql`ASC`]
  const conditions = [
    sql`number ${beyond} ${position}`,
    state === undefined ? sql`state <> 'draft'` : sql`state = ${state}`,
    assignee === undefined ? undefined : sql`assignee IS ${assignee}`,
    place === undefined ? undefined : sql`instr(lower(place), lower(${place})) > 0`,
    q === undefined
      ? undefined
      : sql`number IN (SELECT rowid FROM proposal_search WHERE proposal_search MATCH ${searchQuery(q)})`,
  ]
  return sql`SELECT ${LISTED} FROM proposals p WHERE p.number IN (SELECT number FROM proposals WHERE ${and(...conditions)} ORDER BY number ${direction} LIMIT ${limit}) ORDER BY p.number ${direction}`
}

/** A page of the desk; see `pageOfDesk`. */
export async function listDesk(
  db: D1Database,
  ...page: Parameters<typeof pageOfDesk>
): Promise<DeskProposal[]> {
  return drizzle(db).all<DeskProposal>(pageOfDesk(...page))
}

/** Proposals as a list has them, in the order asked for; without those that are not there. */
export async function findDesk(db: D1Database, ids: readonly string[]): Promise<DeskProposal[]> {
  return drizzle(db).all<DeskProposal>(
    sql`SELECT ${LISTED} FROM json_each(${JSON.stringify(ids)}) asked CROSS JOIN proposals p ON p.id = asked.value WHERE p.state <> 'draft' ORDER BY asked.key`,
  )
}

/** Most assignees counted, those with most to do: more than a foundation has operators. */
const MAX_ASSIGNEES = 100

/** How many proposals there are in each state, and who looks at what is still to be decided; null is nobody. */
export interface DeskCounts {
  readonly states: Readonly<Record<DeskState, number>>
  readonly assignees: readonly {
    readonly assignee: string | null
    readonly proposed: number
    readonly inReview: number
    readonly accepted: number
  }[]
}

/** The counts of the desk, from an index alone. */
export async function countDesk(db: D1Database): Promise<DeskCounts> {
  const [states, assignees] = await db.batch([
    db.prepare("SELECT state, count(*) AS count FROM proposals WHERE state <> 'draft' GROUP BY state"),
    db
      .prepare(
        `SELECT assignee, count(*) FILTER (WHERE state = 'proposed') AS proposed,
           count(*) FILTER (WHERE state = 'in_review') AS inReview, count(*) FILTER (WHERE state = 'accepted') AS accepted
         FROM proposals WHERE state IN ('proposed', 'in_review', 'accepted')
         GROUP BY assignee ORDER BY count(*) DESC, assignee LIMIT ?1`,
      )
      .bind(MAX_ASSIGNEES),
  ])
  const counted = new Map(states?.results.map((row) => Object.values(row as object) as [string, number]))
  return {
    states: Object.fromEntries(DESK_STATES.map((state) => [state, counted.get(state) ?? 0])) as never,
    assignees: (assignees?.results ?? []) as never,
  }
}

/** Proposals with words of this one, the nearest first. */
export async function listSimilar(
  db: D1Database,
  { number, title, what }: Pick<typeof proposals.$inferSelect, 'number' | 'title' | 'what'>,
  limit: number,
): Promise<DeskProposal[]> {
  // A word in a title says ten times as much as one in the rest.
  const nearest = sql`SELECT p.number, bm25(proposal_search, 10.0, 1.0) AS distance FROM proposal_search found CROSS JOIN proposals p ON p.number = found.rowid WHERE proposal_search MATCH ${similarQuery(`${title}\n${what}`)} AND p.state <> 'draft' AND p.number <> ${number} ORDER BY distance, p.number LIMIT ${limit}`
  return drizzle(db).all<DeskProposal>(
    sql`SELECT ${LISTED} FROM (${nearest}) near CROSS JOIN proposals p ON p.number = near.number ORDER BY near.distance, p.number`,
  )
}

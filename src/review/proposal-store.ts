import { and, asc, desc, eq, ne, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { auditLog } from '../audit/schema.ts'
import { subjectOf } from '../life/news.ts'
import { news } from '../life/schema.ts'
import { proposals, proposers } from '../proposals/schema.ts'
import { reviewNotes } from './schema.ts'

/** What the desk reads and writes of one proposal: its whole text, who looks at it, what operators say of it. */

/** Most notes on one proposal: a page of talk, read whole. */
export const MAX_NOTES = 200

/** Most proposers that are named, those who came first; all are counted. A row is 300 bytes: 150 kB. */
export const MAX_NAMED_PROPOSERS = 500

/** Most proposals named that were merged into one, and most moves: the latest. */
export const MAX_NAMED_MERGES = 100
export const MAX_NAMED_MOVES = 100

export type Proposal = typeof proposals.$inferSelect
export type ReviewNote = typeof reviewNotes.$inferSelect

/** All that operators know of a proposal. */
export interface ReviewedProposal {
  readonly proposal: Proposal
  readonly proposerCount: number
  readonly proposers: readonly { readonly user: string; readonly via: string; readonly at: number }[]
  readonly merged: readonly { readonly id: string; readonly title: string }[]
  /** Oldest first. */
  readonly notes: readonly ReviewNote[]
  readonly moves: readonly { readonly at: number; readonly data: Readonly<Record<string, unknown>> }[]
}

/** Proposals with their texts, in no order; without drafts and those that are not there. */
export async function findProposals(db: D1Database, ids: readonly string[]): Promise<Proposal[]> {
  return drizzle(db)
    .select()
    .from(proposals)
    .where(
      and(
        sql`${proposals.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        ne(proposals.state, 'draft'),
      ),
    )
}

/** All of a proposal, or null for one that is not there or a draft. */
export async function findReviewed(db: D1Database, id: string): Promise<ReviewedProposal | null> {
  const orm = drizzle(db)
  const [found, [count], named, merged, notes, moves] = await orm.batch([
    orm
      .select()
      .from(proposals)
      .where(and(eq(proposals.id, id), ne(proposals.state, 'draft'))),
    orm.select({ all: sql<number>`count(*)` }).from(proposers).where(eq(proposers.dream, id)),
    orm
      .select({ user: proposers.user, via: proposers.via, at: proposers.at })
      .from(proposers)
      .where(eq(proposers.dream, id))
      .orderBy(asc(proposers.at), asc(proposers.user))
      .limit(MAX_NAMED_PROPOSERS),
    orm
      .select({ id: proposals.id, title: proposals.title })
      .from(proposals)
      .where(eq(proposals.mergedInto, id))
      .orderBy(desc(proposals.number))
      .limit(MAX_NAMED_MERGES),
    orm
      .select()
      .from(reviewNotes)
      .where(eq(reviewNotes.proposal, id))
      .orderBy(asc(reviewNotes.id))
      .limit(MAX_NOTES),
    orm
      .select({ at: news.at, data: news.data })
      .from(news)
      .where(and(eq(news.dream, id), eq(news.kind, 'moved')))
      .orderBy(desc(news.id))
      .limit(MAX_NAMED_MOVES),
  ])
  const proposal = found[0]
  if (!proposal) return null
  return {
    ...{ proposal, proposerCount: count?.all ?? 0, proposers: named },
    ...{ merged, notes, moves: moves.reverse() },
  }
}

/** A note to be written. `at` is ms since 1970. */
export type NewNote = Omit<ReviewNote, 'id'>

/** Notes what an operator says of a proposal. Null when there are as many notes as there may be, or no such proposal. */
export async function addNote(db: D1Database, note: NewNote): Promise<ReviewNote | null> {
  const orm = drizzle(db)
  const { proposal, author, text, at } = note
  const room = sql`EXISTS (SELECT 1 FROM proposals WHERE id = ${proposal} AND state <> 'draft') AND (SELECT count(*) FROM review_notes WHERE proposal = ${proposal}) < ${MAX_NOTES}`
  const change = { at, actor: author, action: 'proposal.noted', subject: subjectOf(proposal), detail: {} }
  const [, added] = await orm.batch([
    noteChangeWhen(orm, change, room),
    // In the order of the table's columns.
    orm
      .insert(reviewNotes)
      .select(sql`SELECT NULL, ${proposal}, ${author}, ${text}, ${at} WHERE ${room}`)
      .returning(),
  ])
  return added[0] ?? null
}

/** What became of the assignment of a proposal. */
export type Assigned = 'assigned' | 'unchanged' | 'proposal_not_found'

/** Makes an operator look at proposals, or nobody. What it was comes from the rows as they are changed. */
export async function assignProposals(
  db: D1Database,
  ids: readonly string[],
  assignee: string | null,
  actor: string,
  now: number,
): Promise<ReadonlyMap<string, Assigned>> {
  const orm = drizzle(db)
  const asked = JSON.stringify(ids)
  const among = sql`id IN (SELECT value FROM json_each(${asked})) AND state <> 'draft'`
  const other = sql`assignee IS NOT ${assignee}`
  const [there, , changed] = await orm.batch([
    orm.select({ id: proposals.id }).from(proposals).where(among),
    // As `noteChangeWhen`, of many at once, in the order of the table's columns.
    orm
      .insert(auditLog)
      .select(
        sql`SELECT NULL, ${now}, ${actor}, 'proposal.assigned', ${subjectOf('')} || p.id, json_object('before', p.assignee, 'after', ${assignee}) FROM json_each(${asked}) asked CROSS JOIN proposals p ON p.id = asked.value WHERE state <> 'draft' AND ${other}`,
      ),
    orm.update(proposals).set({ assignee }).where(sql`${among} AND ${other}`).returning({ id: proposals.id }),
  ])
  const [known, moved] = [there, changed].map((rows) => new Set(rows.map(({ id }) => id)))
  return new Map(
    ids.map((id) => [id, moved?.has(id) ? 'assigned' : known?.has(id) ? 'unchanged' : 'proposal_not_found']),
  )
}

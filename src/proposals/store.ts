import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { dreams } from '../dreams/schema.ts'
import type { CatalogueDream } from '../dreams/store.ts'
import { noteMoveWhen, subjectOf } from '../life/news.ts'
import { DAY_MS, MAX_DRAFTS, MAX_SENT_A_DAY, type ProposalTexts } from './proposing.ts'
import { proposals, proposers } from './schema.ts'
import { indexProposal, reindexProposal, unindexProposal } from './search.ts'

/** A proposal as it is kept. */
export type Proposal = typeof proposals.$inferSelect

/** What its proposer writes of it. */
export interface ProposalContent extends ProposalTexts {
  readonly pictures: readonly string[]
}

/** A proposal as someone stands to it. */
export interface ProposalSeen {
  readonly proposal: Proposal
  /** The dream it became when it was published. */
  readonly dream: CatalogueDream | null
  /** By which proposal they are a proposer of it: itself, or their own that was merged into it; null when they are not. */
  readonly via: string | null
}

function selectSeen(db: D1Database, user: string) {
  return drizzle(db)
    .select({ proposal: proposals, dream: dreams, via: proposers.via })
    .from(proposals)
    .leftJoin(proposers, and(eq(proposers.dream, proposals.id), eq(proposers.user, user)))
    .leftJoin(dreams, eq(dreams.id, proposals.id))
}

/** A proposal as a user stands to it, or null for an id that is none. */
export async function findProposal(db: D1Database, id: string, user: string): Promise<ProposalSeen | null> {
  const [row] = await selectSeen(db, user).where(eq(proposals.id, id))
  return row ?? null
}

/** What a user is a proposer of, newest first, from before number `before`. */
export async function listProposalsOf(
  db: D1Database,
  user: string,
  before: number,
  limit: number,
): Promise<ProposalSeen[]> {
  return drizzle(db)
    .select({ proposal: proposals, dream: dreams, via: proposers.via })
    .from(proposers)
    .innerJoin(proposals, eq(proposals.id, proposers.dream))
    .leftJoin(dreams, eq(dreams.id, proposals.id))
    .where(and(eq(proposers.user, user), lt(proposals.number, before)))
    .orderBy(desc(proposals.number))
    .limit(limit)
}

/** Whether a user is a proposer of a proposal or dream: wrote it, or one that was merged into it. */
export async function isProposer(db: D1Database, dream: string, user: string): Promise<boolean> {
  const row = await db
    .prepare('SELECT 1 FROM proposers WHERE dream = ? AND user = ?')
    .bind(dream, user)
    .first()
  return row !== null
}

/** Whether others became proposers of a proposal, by their own that was merged into it. */
export async function isShared(db: D1Database, id: string): Promise<boolean> {
  const row = await db.prepare('SELECT 1 FROM proposers WHERE dream = ?1 AND via <> ?1').bind(id).first()
  return row !== null
}

/** When a user sent proposals in the 24 hours before `now` (ms), newest first; at most as many as they may. */
export async function listSentTimes(db: D1Database, user: string, now: number): Promise<number[]> {
  const { results } = await db
    .prepare(
      `SELECT d.proposed_at AS at FROM proposers p JOIN proposals d ON d.id = p.dream
       WHERE p.user = ? AND p.via = p.dream AND d.proposed_at > ? ORDER BY d.proposed_at DESC LIMIT ?`,
    )
    .bind(user, now - DAY_MS, MAX_SENT_A_DAY)
    .all<{ at: number }>()
  return results.map(({ at }) => at)
}

/** Creates a draft. Null when the user has as many as they may. */
export async function createDraft(
  db: D1Database,
  id: string,
  content: ProposalContent,
  user: string,
  now: number,
): Promise<Proposal | null> {
  const orm = drizzle(db)
  const { title, what, forWhom, place, howMany, why, pictures } = content
  const room = sql`(SELECT count(*) FROM proposers p JOIN proposals d ON d.id = p.dream WHERE p.user = ${user} AND p.via = p.dream AND d.state = 'draft') < ${MAX_DRAFTS}`
  const note = { at: now, actor: user, action: 'proposal.drafted', subject: subjectOf(id), detail: {} }
  const [, created] = await orm.batch([
    noteChangeWhen(orm, note, room),
    // In the order of the table's columns.
    orm
      .insert(proposals)
      .select(
        sql`SELECT NULL, ${id}, 'draft', ${title}, ${what}, ${forWhom}, ${place}, ${howMany}, ${why}, ${JSON.stringify(pictures)}, NULL, NULL, NULL, ${now}, ${now}, NULL WHERE ${room}`,
      )
      .returning(),
    orm.insert(proposers).select(sql`SELECT id, ${user}, id, ${now} FROM proposals WHERE id = ${id}`),
    indexProposal(orm, id, content),
  ])
  return created[0] ?? null
}

/** Writes a draft anew. Null when it is no longer what `before` says: decide again. */
export async function changeDraft(
  db: D1Database,
  before: Proposal,
  set: Partial<ProposalContent>,
  actor: string,
  now: number,
): Promise<Proposal | null> {
  const orm = drizzle(db)
  const { id, number } = before
  const same = isStill(before)
  const detail = { fields: Object.keys(set) }
  const note = { at: now, actor, action: 'proposal.changed', subject: subjectOf(id), detail }
  const [, , changed] = await orm.batch([
    noteChangeWhen(orm, note, same),
    reindexProposal(orm, number, { ...before, ...set }, same),
    orm
      .update(proposals)
      .set({ ...set, updatedAt: now })
      .where(and(eq(proposals.id, id), same))
      .returning(),
  ])
  return changed[0] ?? null
}

/** Deletes a draft with everything of it. False when it is none any more. */
export async function deleteDraft(
  db: D1Database,
  { id, number }: Pick<Proposal, 'id' | 'number'>,
  actor: string,
  now: number,
): Promise<boolean> {
  const orm = drizzle(db)
  const isDraft = sql`EXISTS (SELECT 1 FROM proposals WHERE id = ${id} AND state = 'draft')`
  const note = { at: now, actor, action: 'proposal.deleted', subject: subjectOf(id), detail: {} }
  const [, , , deleted] = await orm.batch([
    noteChangeWhen(orm, note, isDraft),
    unindexProposal(orm, number, isDraft),
    orm.delete(proposers).where(and(eq(proposers.dream, id), isDraft)),
    orm
      .delete(proposals)
      .where(and(eq(proposals.id, id), isDraft))
      .returning({ id: proposals.id }),
  ])
  return deleted.length > 0
}

/**
 * Makes a decided move of a proposal by its proposer. Null when it is no longer what `before` says, when as many were
 * sent meanwhile as may be, or when others' were merged into what is to be withdrawn: decide again.
 */
export async function moveByProposer(
  db: D1Database,
  before: Proposal,
  to: 'proposed' | 'withdrawn',
  actor: string,
  reason: string | null,
  now: number,
): Promise<Proposal | null> {
  const orm = drizzle(db)
  const { id, state: from } = before
  const free = sql`(SELECT count(*) FROM proposers p JOIN proposals d ON d.id = p.dream WHERE p.user = ${actor} AND p.via = p.dream AND d.proposed_at > ${now - DAY_MS}) < ${MAX_SENT_A_DAY}`
  const alone = sql`NOT EXISTS (SELECT 1 FROM proposers WHERE dream = ${id} AND via <> dream)`
  const condition = sql`${isStill(before)} AND ${to === 'proposed' ? free : alone}`
  const move = { dream: id, from, to, actor, by: 'proposer', reason, at: now } as const
  const set = to === 'proposed' ? { proposedAt: now } : { reason }
  const [, , moved] = await orm.batch([
    ...noteMoveWhen(orm, move, condition),
    orm
      .update(proposals)
      .set({ state: to, updatedAt: now, ...set })
      .where(and(eq(proposals.id, id), condition))
      .returning(),
  ])
  return moved[0] ?? null
}

/** Holds while a proposal's state and content are as they were read. */
function isStill(proposal: Proposal): SQL {
  const { id, state, title, what, forWhom, place, howMany, why, pictures } = proposal
  return sql`EXISTS (SELECT 1 FROM proposals WHERE id = ${id} AND (state, title, what, for_whom, place, how_many, why, json(pictures)) = (${state}, ${title}, ${what}, ${forWhom}, ${place}, ${howMany}, ${why}, ${JSON.stringify(pictures)}))`
}

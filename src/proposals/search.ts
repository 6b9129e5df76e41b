import { eq, inArray, type SQL, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { dreams } from '../dreams/schema.ts'
import type { CatalogueDream } from '../dreams/store.ts'
import type { ProposalTexts } from './proposing.ts'
import { proposals } from './schema.ts'
import { similarQuery, toSearchText } from './words.ts'

/** The full-text index of proposals: a row each, drafts too, written in the transaction that writes the text. */

const proposalSearch = sqliteTable('proposal_search', {
  /** The proposal's number. */
  rowid: integer('rowid').primaryKey(),
  title: text('title').notNull(),
  body: text('body').notNull(),
})

function toIndexed({ title, what, forWhom, place, howMany, why }: ProposalTexts) {
  const body = [what, forWhom, place, howMany, why].map(toSearchText).join(' ')
  return { title: toSearchText(title), body }
}

/** The statement that adds a proposal to the index once its row is there. */
export function indexProposal(orm: DrizzleD1Database, id: string, texts: ProposalTexts) {
  const { title, body } = toIndexed(texts)
  return orm
    .insert(proposalSearch)
    .select(sql`SELECT number, ${title}, ${body} FROM proposals WHERE id = ${id}`)
}

/** The statement that indexes a proposal's new text where `condition` holds. */
export function reindexProposal(
  orm: DrizzleD1Database,
  number: number,
  texts: ProposalTexts,
  condition: SQL,
) {
  return orm.update(proposalSearch).set(toIndexed(texts)).where(sql`rowid = ${number} AND ${condition}`)
}

/** The statement that takes a proposal out of the index where `condition` holds. Its number may be given again. */
export function unindexProposal(orm: DrizzleD1Database, number: number, condition: SQL) {
  return orm.delete(proposalSearch).where(sql`rowid = ${number} AND ${condition}`)
}

/** Most proposals shown as similar: as many as someone who is about to send theirs looks through. */
const MAX_SIMILAR = 5

/** A word in the title says more of what a dream is about than one in its text. */
const TITLE_WEIGHT = 4

/** What everyone may see of a proposal that was sent. `dream` once it is published. */
export interface SimilarProposal {
  readonly id: string
  readonly title: string
  readonly place: string
  readonly what: string
  readonly state: (typeof proposals.$inferSelect)['state']
  readonly dream: CatalogueDream | null
}

/** The proposals that were sent and not turned down whose words are most like those of `text`, most similar first. */
export async function findSimilar(db: D1Database, text: string): Promise<SimilarProposal[]> {
  const { id, title, place, what, state } = proposals
  return drizzle(db)
    .select({ id, title, place, what, state, dream: dreams })
    .from(proposalSearch)
    .innerJoin(proposals, sql`${proposals.number} = proposal_search.rowid`)
    .leftJoin(dreams, eq(dreams.id, proposals.id))
    .where(
      sql`proposal_search MATCH ${similarQuery(text)} AND ${inArray(state, ['proposed', 'in_review', 'accepted', 'published'])}`,
    )
    .orderBy(sql`bm25(proposal_search, ${TITLE_WEIGHT}, 1)`)
    .limit(MAX_SIMILAR)
}

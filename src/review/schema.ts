import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** What operators say of a proposal among themselves. */
export const reviewNotes = sqliteTable('review_notes', {
  id: integer('id').primaryKey(),
  proposal: text('proposal').notNull(),
  author: text('author').notNull(),
  text: text('text').notNull(),
  at: integer('at').notNull(),
})

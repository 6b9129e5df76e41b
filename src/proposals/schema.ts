import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Wishes, from draft to decision. One that is published becomes a dream of the catalogue with the same id. */
export const proposals = sqliteTable('proposals', {
  number: integer('number').primaryKey(),
  id: text('id').notNull().unique(),
  state: text('state', {
    enum: ['draft', 'proposed', 'in_review', 'accepted', 'declined', 'merged', 'withdrawn', 'published'],
  }).notNull(),
  title: text('title').notNull(),
  what: text('what').notNull(),
  forWhom: text('for_whom').notNull(),
  place: text('place').notNull(),
  howMany: text('how_many').notNull(),
  why: text('why').notNull(),
  pictures: text('pictures', { mode: 'json' }).$type<readonly string[]>().notNull(),
  reason: text('reason'),
  mergedInto: text('merged_into'),
  assignee: text('assignee'),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
  proposedAt: integer('proposed_at'),
})

/** Who proposed a dream, and by which proposal. */
export const proposers = sqliteTable(
  'proposers',
  {
    dream: text('dream').notNull(),
    user: text('user').notNull(),
    via: text('via').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.dream, table.user] })],
)

/** Whose pictures lie in R2. */
export const pictures = sqliteTable('pictures', {
  id: text('id').primaryKey(),
  owner: text('owner').notNull(),
  type: text('type', { enum: ['image/jpeg', 'image/png', 'image/webp'] }).notNull(),
  bytes: integer('bytes').notNull(),
  createdAt: integer('created_at').notNull(),
})

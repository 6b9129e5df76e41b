import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Organisations and labs that take dreams on. */
export const organisations = sqliteTable('organisations', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  nameEn: text('name_en').notNull(),
  kind: text('kind', { enum: ['foundation', 'charity', 'lab', 'company', 'school', 'other'] }).notNull(),
  about: text('about').notNull(),
  contact: text('contact').notNull(),
  state: text('state', { enum: ['active', 'closed'] }).notNull(),
  createdAt: integer('created_at').notNull(),
})

/** Who acts for an organisation. */
export const organisationMembers = sqliteTable(
  'organisation_members',
  {
    organisation: text('organisation').notNull(),
    user: text('user').notNull(),
    role: text('role', { enum: ['admin', 'member'] }).notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organisation, table.user] })],
)

/** Dreams that organisations are asked to take on, or took on. */
export const offers = sqliteTable('offers', {
  id: text('id').primaryKey(),
  dream: text('dream').notNull(),
  organisation: text('organisation').notNull(),
  state: text('state', { enum: ['open', 'taken', 'declined', 'withdrawn'] }).notNull(),
  message: text('message').notNull(),
  reason: text('reason'),
  offeredAt: integer('offered_at').notNull(),
  decidedAt: integer('decided_at'),
})

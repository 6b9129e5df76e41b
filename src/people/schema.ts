import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** What a user says of themselves. */
export const profiles = sqliteTable('profiles', {
  user: text('user').primaryKey(),
  name: text('name').notNull(),
  contact: text('contact').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

/** Accounts whose user had them deleted, and when they were swept again. */
export const closedAccounts = sqliteTable('closed_accounts', {
  user: text('user').primaryKey(),
  at: integer('at').notNull(),
  sweptAt: integer('swept_at'),
})

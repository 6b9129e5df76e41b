import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Codes that link a line's id to an account, as keyed hashes. */
export const linkCodes = sqliteTable('link_codes', {
  hash: text('hash').primaryKey(),
  line: text('line').notNull(),
  holding: text('holding'),
  user: text('user'),
  createdAt: integer('created_at').notNull(),
  expiresAt: integer('expires_at').notNull(),
  usedAt: integer('used_at'),
})

/** Whether a line may pledge for a user, as the user said. */
export const linePermissions = sqliteTable(
  'line_permissions',
  {
    user: text('user').notNull(),
    line: text('line').notNull(),
    mayPledge: integer('may_pledge', { mode: 'boolean' }).notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.user, table.line] })],
)

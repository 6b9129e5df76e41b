import { sql } from 'drizzle-orm'
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** An account: the sums of its entries. Moved by trigger only; see migrations 0004 to 0012. */
export const accounts = sqliteTable('accounts', {
  user: text('user').primaryKey(),
  entries: integer('entries').notNull(),
  earned: integer('earned').notNull(),
  pledged: integer('pledged').notNull(),
  lastKey: text('last_key').notNull(),
  balance: integer('balance').generatedAlwaysAs(sql`earned - pledged`, { mode: 'virtual' }),
})

/** One immutable line of an account's history, or a verdict that moved nothing (seq 0). */
export const entries = sqliteTable(
  'entries',
  {
    user: text('user').notNull(),
    key: text('key').notNull(),
    seq: integer('seq').notNull(),
    kind: text('kind', { enum: ['credit', 'pledge', 'refund', 'reversal', 'refused', 'capped'] }).notNull(),
    flowers: integer('flowers').notNull(),
    asked: integer('asked').notNull(),
    ref: text('ref').notNull(),
    mark: integer('mark').notNull(),
    tally: text('tally'),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.user, table.key] })],
)

/** Flowers credited to a user under one allowance, counted by trigger from entries. */
export const tallies = sqliteTable(
  'tallies',
  {
    tally: text('tally').notNull(),
    user: text('user').notNull(),
    flowers: integer('flowers').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tally, table.user] })],
)

import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Difference } from './rules.ts'

/** What a line says its day was; a figure it did not give is null. */
export const postedDays = sqliteTable(
  'posted_days',
  {
    line: text('line').notNull(),
    day: text('day').notNull(),
    acts: integer('acts'),
    flowers: integer('flowers'),
    capped: integer('capped'),
    reversed: integer('reversed'),
    users: integer('users'),
    listed: integer('listed'),
    postedAt: integer('posted_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.line, table.day] })],
)

/** The acts a line says its day had, with what each earned. */
export const postedActs = sqliteTable(
  'posted_acts',
  {
    line: text('line').notNull(),
    day: text('day').notNull(),
    act: text('act').notNull(),
    flowers: integer('flowers').notNull(),
  },
  (table) => [primaryKey({ columns: [table.line, table.day, table.act] })],
)

/** A line's day as it was last recomputed from the entries, and what differs. */
export const checkedDays = sqliteTable(
  'checked_days',
  {
    line: text('line').notNull(),
    day: text('day').notNull(),
    acts: integer('acts').notNull(),
    flowers: integer('flowers').notNull(),
    capped: integer('capped').notNull(),
    reversed: integer('reversed').notNull(),
    users: integer('users'),
    agrees: integer('agrees', { mode: 'boolean' }).notNull(),
    differences: text('differences', { mode: 'json' }).$type<readonly Difference[]>().notNull(),
    checkedAt: integer('checked_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.line, table.day] })],
)

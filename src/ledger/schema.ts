import { sql } from 'drizzle-orm'
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** An account: the sums of its entries. Moved by trigger only; see migrations 0017 to 0031. */
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
    kind: text('kind', {
      enum: ['credit', 'pledge', 'refund', 'reversal', 'moved', 'refused', 'capped'],
    }).notNull(),
    flowers: integer('flowers').notNull(),
    asked: integer('asked').notNull(),
    ref: text('ref').notNull(),
    mark: integer('mark').notNull(),
    tally: text('tally'),
    rule: integer('rule'),
    cut: text('cut', { enum: ['daily_cap', 'campaign_cap', 'line_budget', 'cooldown'] }),
    origin: text('origin'),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.user, table.key] })],
)

/** Flowers of one line, act kind and day that an account holds, or that an id of a line earned; counted by trigger. */
export const tallies = sqliteTable(
  'tallies',
  {
    user: text('user').notNull(),
    subject: text('subject').notNull(),
    day: text('day').notNull(),
    flowers: integer('flowers').notNull(),
  },
  (table) => [primaryKey({ columns: [table.user, table.subject, table.day] })],
)

/** The control totals of a line and day, counted by trigger from entries. */
export const lineDays = sqliteTable(
  'line_days',
  {
    line: text('line').notNull(),
    day: text('day').notNull(),
    acts: integer('acts').notNull(),
    flowers: integer('flowers').notNull(),
    capped: integer('capped').notNull(),
    reversed: integer('reversed').notNull(),
  },
  (table) => [primaryKey({ columns: [table.line, table.day] })],
)

/** When acts under a rule with a cooldown were done. */
export const cooldowns = sqliteTable(
  'cooldowns',
  {
    user: text('user').notNull(),
    subject: text('subject').notNull(),
    actedAt: integer('acted_at').notNull(),
    act: text('act').notNull(),
  },
  (table) => [primaryKey({ columns: [table.user, table.subject, table.actedAt, table.act] })],
)

/** Acts that their line took back, what was taken and what could not be. */
export const revocations = sqliteTable('revocations', {
  act: text('act').primaryKey(),
  line: text('line').notNull(),
  user: text('user'),
  flowers: integer('flowers').notNull(),
  taken: integer('taken').notNull(),
  lost: integer('lost').notNull(),
  reason: text('reason').notNull(),
  mark: integer('mark').notNull(),
  at: integer('at').notNull(),
  doneAt: integer('done_at'),
})

/** The account that credits to a holding account go to, once it is linked. */
export const links = sqliteTable('links', {
  holding: text('holding').primaryKey(),
  line: text('line').notNull(),
  user: text('user').notNull(),
  at: integer('at').notNull(),
})

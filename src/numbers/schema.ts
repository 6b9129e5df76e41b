import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { CampaignNumbers, DreamCount, Flow } from './rules.ts'

/** A pass over the ledger: how far it is, what it summed, and what did not agree. */
export const rollupPasses = sqliteTable('rollup_passes', {
  id: integer('id').primaryKey(),
  horizon: integer('horizon').notNull(),
  afterUser: text('after_user').notNull(),
  startedAt: integer('started_at').notNull(),
  doneAt: integer('done_at'),
  entries: integer('entries').notNull().default(0),
  earned: integer('earned').notNull().default(0),
  takenBack: integer('taken_back').notNull().default(0),
  given: integer('given').notNull().default(0),
  refunded: integer('refunded').notNull().default(0),
  accounts: integer('accounts').notNull().default(0),
  credited: integer('credited').notNull().default(0),
  reversed: integer('reversed').notNull().default(0),
  pledged: integer('pledged').notNull().default(0),
  balances: integer('balances').notNull().default(0),
  lost: integer('lost').notNull().default(0),
  dreams: text('dreams', { mode: 'json' }).$type<readonly DreamCount[]>().notNull().default([]),
  agrees: integer('agrees', { mode: 'boolean' }),
  differences: text('differences', { mode: 'json' }).$type<readonly string[]>().notNull().default([]),
})

/** What a line's acts brought in an hour. */
export const rollupLines = sqliteTable(
  'rollup_lines',
  {
    pass: integer('pass').notNull(),
    line: text('line').notNull(),
    day: integer('day').notNull(),
    hour: integer('hour').notNull(),
    earned: integer('earned').notNull(),
    acts: integer('acts').notNull(),
    takenBack: integer('taken_back').notNull(),
  },
  (table) => [primaryKey({ columns: [table.pass, table.line, table.day, table.hour] })],
)

/** What was given to a dream in an hour. */
export const rollupDreams = sqliteTable(
  'rollup_dreams',
  {
    pass: integer('pass').notNull(),
    dream: text('dream').notNull(),
    day: integer('day').notNull(),
    hour: integer('hour').notNull(),
    given: integer('given').notNull(),
    pledges: integer('pledges').notNull(),
    refunded: integer('refunded').notNull(),
    ended: integer('ended').notNull(),
  },
  (table) => [primaryKey({ columns: [table.pass, table.dream, table.day, table.hour] })],
)

/** From which line flowers are that stand in a dream. */
export const rollupSources = sqliteTable(
  'rollup_sources',
  {
    pass: integer('pass').notNull(),
    dream: text('dream').notNull(),
    line: text('line').notNull(),
    flowers: integer('flowers').notNull(),
  },
  (table) => [primaryKey({ columns: [table.pass, table.dream, table.line] })],
)

/** How many accounts gave or earned. */
export const rollupPeople = sqliteTable(
  'rollup_people',
  {
    pass: integer('pass').notNull(),
    scope: text('scope', { enum: ['givers', 'earners', 'dream', 'campaign', 'line'] }).notNull(),
    id: text('id').notNull(),
    people: integer('people').notNull(),
  },
  (table) => [primaryKey({ columns: [table.pass, table.scope, table.id] })],
)

/** The most flowers of one account, without the account. */
export const rollupTops = sqliteTable('rollup_tops', {
  id: integer('id').primaryKey(),
  pass: integer('pass').notNull(),
  board: text('board', { enum: ['earned', 'given'] }).notNull(),
  campaign: text('campaign').notNull(),
  flowers: integer('flowers').notNull(),
})

/** What the public reads, as a pass made it. */
export const rollupNumbers = sqliteTable(
  'rollup_numbers',
  {
    pass: integer('pass').notNull(),
    campaign: text('campaign').notNull(),
    numbers: text('numbers', { mode: 'json' }).$type<CampaignNumbers>().notNull(),
    days: text('days', { mode: 'json' }).$type<readonly ({ at: number } & Flow)[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.pass, table.campaign] })],
)

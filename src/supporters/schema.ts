import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { HOURS_STATES, SUPPORTER_KINDS, SUPPORTER_STATES } from './states.ts'

/** People who offer themselves to a dream. `user` is null once the account was deleted. */
export const supporters = sqliteTable('supporters', {
  number: integer('number').primaryKey(),
  id: text('id').notNull().unique(),
  dream: text('dream').notNull(),
  user: text('user'),
  kind: text('kind', { enum: SUPPORTER_KINDS }).notNull(),
  text: text('text').notNull(),
  state: text('state', { enum: SUPPORTER_STATES }).notNull(),
  answer: text('answer'),
  public: integer('public', { mode: 'boolean' }).notNull().default(false),
  offeredAt: integer('offered_at').notNull(),
  invitedAt: integer('invited_at'),
  decidedAt: integer('decided_at'),
})

/** The time supporters gave, as they say, and what became of it. */
export const supporterHours = sqliteTable('supporter_hours', {
  number: integer('number').primaryKey(),
  id: text('id').notNull().unique(),
  supporter: text('supporter').notNull(),
  day: text('day').notNull(),
  minutes: integer('minutes').notNull(),
  what: text('what').notNull(),
  state: text('state', { enum: HOURS_STATES }).notNull(),
  reason: text('reason'),
  recordedAt: integer('recorded_at').notNull(),
  decidedAt: integer('decided_at'),
})

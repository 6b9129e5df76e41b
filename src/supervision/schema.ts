import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Dreams that users chose to follow or not to. */
export const follows = sqliteTable(
  'follows',
  {
    user: text('user').notNull(),
    dream: text('dream').notNull(),
    following: integer('following', { mode: 'boolean' }).notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.user, table.dream] })],
)

/** Questions and concerns on dreams. */
export const questions = sqliteTable('questions', {
  number: integer('number').primaryKey(),
  id: text('id').notNull().unique(),
  dream: text('dream').notNull(),
  kind: text('kind', { enum: ['question', 'concern'] }).notNull(),
  state: text('state', { enum: ['open', 'answered', 'raised', 'resolved'] }).notNull(),
  text: text('text').notNull(),
  author: text('author'),
  askedAt: integer('asked_at').notNull(),
  answeredAt: integer('answered_at'),
  raisedAt: integer('raised_at'),
  resolvedAt: integer('resolved_at'),
  resolution: text('resolution'),
  hidden: integer('hidden', { mode: 'boolean' }).notNull().default(false),
  moderationReason: text('moderation_reason'),
  moderatedAt: integer('moderated_at'),
})

/** What those who carry a dream out, or the operator, answered. */
export const answers = sqliteTable('answers', {
  id: integer('id').primaryKey(),
  question: text('question').notNull(),
  organisation: text('organisation'),
  text: text('text').notNull(),
  at: integer('at').notNull(),
})

/** Who raised a concern to the operator, and why. */
export const raises = sqliteTable('raises', {
  id: integer('id').primaryKey(),
  question: text('question').notNull(),
  author: text('author'),
  reason: text('reason').notNull(),
  at: integer('at').notNull(),
})

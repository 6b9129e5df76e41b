import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Steps with a date. */
export const milestones = sqliteTable('milestones', {
  id: text('id').primaryKey(),
  dream: text('dream').notNull(),
  organisation: text('organisation').notNull(),
  position: integer('position').notNull(),
  title: text('title').notNull(),
  dueOn: text('due_on').notNull(),
  state: text('state', { enum: ['planned', 'under_way', 'done', 'dropped'] }).notNull(),
  movedAt: integer('moved_at'),
})

/** What the dream is to bring about, in numbers: planned against actual. */
export const measures = sqliteTable('measures', {
  id: text('id').primaryKey(),
  dream: text('dream').notNull(),
  organisation: text('organisation').notNull(),
  position: integer('position').notNull(),
  name: text('name').notNull(),
  unit: text('unit').notNull(),
  planned: integer('planned').notNull(),
  actual: integer('actual').notNull().default(0),
  readAt: integer('read_at'),
})

/** What the grant is to be spent on. */
export const budgetLines = sqliteTable('budget_lines', {
  id: text('id').primaryKey(),
  dream: text('dream').notNull(),
  organisation: text('organisation').notNull(),
  position: integer('position').notNull(),
  name: text('name').notNull(),
  plannedCents: integer('planned_cents').notNull(),
  spentCents: integer('spent_cents').notNull().default(0),
  spentAt: integer('spent_at'),
})

import { integer, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import type { Figure } from '../execution/schema.ts'

/** What the public is told of a dream that is carried out. Immutable; the database refuses anything else. */
export const reports = sqliteTable(
  'reports',
  {
    id: text('id').primaryKey(),
    dream: text('dream').notNull(),
    number: integer('number').notNull(),
    organisation: text('organisation'),
    title: text('title').notNull(),
    body: text('body').notNull(),
    figures: text('figures', { mode: 'json' }).$type<readonly Figure[]>().notNull(),
    pictures: text('pictures', { mode: 'json' }).$type<readonly string[]>().notNull(),
    final: integer('final', { mode: 'boolean' }).notNull(),
    dueAt: integer('due_at').notNull(),
    late: integer('late', { mode: 'boolean' }).notNull(),
    publishedAt: integer('published_at').notNull(),
    requestKey: text('request_key').notNull().unique(),
    request: text('request').notNull(),
  },
  (table) => [unique().on(table.dream, table.number)],
)

/** What was wrong in a report. */
export const reportCorrections = sqliteTable('report_corrections', {
  id: integer('id').primaryKey(),
  report: text('report').notNull(),
  organisation: text('organisation'),
  text: text('text').notNull(),
  at: integer('at').notNull(),
})

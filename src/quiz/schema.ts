import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Answers to the questions of a day, the first of each, and what a right one earned once that is known. */
export const quizAnswers = sqliteTable(
  'quiz_answers',
  {
    user: text('user').notNull(),
    day: text('day').notNull(),
    question: text('question').notNull(),
    choice: integer('choice').notNull(),
    correct: integer('correct', { mode: 'boolean' }).notNull(),
    at: integer('at').notNull(),
    outcome: text('outcome', { enum: ['credited', 'capped', 'refused'] }),
    flowers: integer('flowers').notNull().default(0),
    reason: text('reason'),
  },
  (table) => [primaryKey({ columns: [table.user, table.day, table.question] })],
)

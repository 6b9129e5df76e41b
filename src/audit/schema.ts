import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Who changed what, when. Append only; the database refuses anything else. */
export const auditLog = sqliteTable('audit_log', {
  id: integer('id').primaryKey(),
  at: integer('at').notNull(),
  actor: text('actor').notNull(),
  action: text('action').notNull(),
  subject: text('subject').notNull(),
  detail: text('detail', { mode: 'json' }).$type<Readonly<Record<string, unknown>>>().notNull(),
})

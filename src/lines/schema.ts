import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** A business line. */
export const lines = sqliteTable('lines', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  nameEn: text('name_en').notNull(),
  timeZone: text('time_zone').notNull().default('Asia/Shanghai'),
  mayPledge: integer('may_pledge', { mode: 'boolean' }).notNull().default(false),
})

/** What a line's acts earn, by kind. */
export const earningRules = sqliteTable(
  'earning_rules',
  {
    line: text('line').notNull(),
    kind: text('kind').notNull(),
    per: integer('per').notNull(),
    flowers: integer('flowers').notNull(),
    capPerDay: integer('cap_per_day').notNull(),
  },
  (table) => [primaryKey({ columns: [table.line, table.kind] })],
)

/** A line's signing secrets, sealed under the worker's key. */
export const lineSecrets = sqliteTable(
  'line_secrets',
  {
    line: text('line').notNull(),
    id: text('id').notNull(),
    sealed: text('sealed').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.line, table.id] })],
)

import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** What happened to dreams and campaigns, in the order it did: what people read. Append only. */
export const news = sqliteTable('news', {
  id: integer('id').primaryKey(),
  dream: text('dream'),
  campaign: text('campaign'),
  audience: text('audience'),
  kind: text('kind').notNull(),
  data: text('data', { mode: 'json' }).$type<Readonly<Record<string, unknown>>>().notNull(),
  at: integer('at').notNull(),
  fact: text('fact').unique(),
})

import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { AmendedField } from './amending.ts'

/** The days in which dreams collect. */
export const campaigns = sqliteTable('campaigns', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  nameEn: text('name_en').notNull(),
  rules: text('rules').notNull(),
  opensAt: integer('opens_at').notNull(),
  closesAt: integer('closes_at').notNull(),
  createdAt: integer('created_at').notNull(),
})

/** Each time a campaign was made longer. */
export const campaignExtensions = sqliteTable(
  'campaign_extensions',
  {
    campaign: text('campaign').notNull(),
    n: integer('n').notNull(),
    wasUntil: integer('was_until').notNull(),
    until: integer('until').notNull(),
    reason: text('reason').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.campaign, table.n] })],
)

/** What was wrong in the text of a published dream, dated. */
export const amendments = sqliteTable('amendments', {
  id: integer('id').primaryKey(),
  dream: text('dream').notNull(),
  field: text('field').$type<AmendedField>().notNull(),
  text: text('text').notNull(),
  reason: text('reason').notNull(),
  at: integer('at').notNull(),
})

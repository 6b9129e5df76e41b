import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** A number that is shown as evidence. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
}

/** What became of an item of a plan. Amounts in hundredths of the grant's currency. */
export type ItemChange =
  | { readonly kind: 'milestone'; readonly from: string; readonly to: string }
  | { readonly kind: 'measure'; readonly before: number; readonly actual: number; readonly planned: number }
  | {
      readonly kind: 'spending'
      readonly amountCents: number
      /** Of the budget line, with this. */
      readonly spentCents: number
      readonly plannedCents: number
    }

/** The foundation's money for a dream, once and for good. */
export const grants = sqliteTable('grants', {
  dream: text('dream').primaryKey(),
  organisation: text('organisation').notNull(),
  amountCents: integer('amount_cents').notNull(),
  currency: text('currency').notNull(),
  terms: text('terms').notNull(),
  decidedAt: integer('decided_at').notNull(),
})

/** What was added to a grant's terms. */
export const grantAddenda = sqliteTable('grant_addenda', {
  id: integer('id').primaryKey(),
  dream: text('dream').notNull(),
  text: text('text').notNull(),
  reason: text('reason').notNull(),
  at: integer('at').notNull(),
})

/** What happened to the items of dreams' plans. Append only; the database refuses anything else. */
export const progress = sqliteTable('progress', {
  number: integer('number').primaryKey(),
  id: text('id').notNull().unique(),
  dream: text('dream').notNull(),
  organisation: text('organisation'),
  item: text('item').notNull(),
  change: text('change', { mode: 'json' }).$type<ItemChange>().notNull(),
  text: text('text').notNull(),
  figures: text('figures', { mode: 'json' }).$type<readonly Figure[]>().notNull(),
  pictures: text('pictures', { mode: 'json' }).$type<readonly string[]>().notNull(),
  at: integer('at').notNull(),
  requestKey: text('request_key').unique(),
  request: text('request'),
})

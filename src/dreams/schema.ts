import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { LifeState } from '../life/states.ts'

/** A proposal's text, as it was published; empty for a dream of a seed. Pictures are their ids. */
export interface DreamStory {
  readonly what?: string
  readonly forWhom?: string
  readonly place?: string
  readonly howMany?: string
  readonly why?: string
  readonly pictures?: readonly string[]
}

/** The catalogue of dreams: what the public reads. Each dream's object publishes its progress here. */
export const dreams = sqliteTable('dreams', {
  id: text('id').primaryKey(),
  position: integer('position').notNull().unique(),
  title: text('title').notNull(),
  titleEn: text('title_en').notNull(),
  summary: text('summary').notNull(),
  sample: integer('sample', { mode: 'boolean' }).notNull().default(false),
  quota: integer('quota').notNull(),
  opensAt: integer('opens_at').notNull(),
  closesAt: integer('closes_at').notNull(),
  state: text('state', { enum: ['collecting', 'closing', 'closed'] }).notNull(),
  flowers: integer('flowers').notNull().default(0),
  pledges: integer('pledges').notNull().default(0),
  reachedAt: integer('reached_at'),
  asOf: integer('as_of').notNull(),
  version: integer('version').notNull().default(0),
  settlesAt: integer('settles_at'),
  fundedAt: integer('funded_at'),
  campaign: text('campaign'),
  story: text('story', { mode: 'json' }).$type<DreamStory>().notNull().default({}),
  expiredAt: integer('expired_at'),
  returnedFlowers: integer('returned_flowers').notNull().default(0),
  returnedPledges: integer('returned_pledges').notNull().default(0),
  returnedAt: integer('returned_at'),
  life: text('life').$type<LifeState>(),
  objectClosesAt: integer('object_closes_at'),
  stage: text('stage', { enum: ['executing', 'completed', 'stopped'] }),
  stageAt: integer('stage_at'),
  reportDueAt: integer('report_due_at'),
  reportState: text('report_state', { enum: ['reminded', 'overdue'] }),
})

/** What happened once in the life of a dream. */
export const dreamEvents = sqliteTable(
  'dream_events',
  {
    dream: text('dream').notNull(),
    kind: text('kind', { enum: ['reached', 'closed', 'funded', 'expired'] }).notNull(),
    at: integer('at').notNull(),
    flowers: integer('flowers').notNull(),
  },
  (table) => [primaryKey({ columns: [table.dream, table.kind] })],
)

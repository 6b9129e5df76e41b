import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** A business line. */
export const lines = sqliteTable('lines', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  nameEn: text('name_en').notNull(),
  timeZone: text('time_zone').notNull().default('Asia/Shanghai'),
  mayPledge: integer('may_pledge', { mode: 'boolean' }).notNull().default(false),
  state: text('state', { enum: ['active', 'paused', 'closed'] })
    .notNull()
    .default('active'),
  contact: text('contact').notNull().default(''),
  userIds: text('user_ids', { enum: ['platform', 'own'] })
    .notNull()
    .default('platform'),
  kinds: text('kinds', { mode: 'json' }).$type<string[]>().notNull().default([]),
  ratePerMinute: integer('rate_per_minute').notNull().default(600_000),
  createdAt: integer('created_at').notNull().default(0),
})

/** What a line's acts earn, by kind, in versions. A row never changes but for its state. */
export const earningRules = sqliteTable(
  'earning_rules',
  {
    line: text('line').notNull(),
    kind: text('kind').notNull(),
    version: integer('version').notNull(),
    state: text('state', { enum: ['draft', 'active', 'retired'] }).notNull(),
    per: integer('per').notNull(),
    flowers: integer('flowers').notNull(),
    minimum: integer('minimum').notNull().default(1),
    capPerDay: integer('cap_per_day'),
    capPerCampaign: integer('cap_per_campaign'),
    lineBudget: integer('line_budget'),
    validFrom: integer('valid_from'),
    validTo: integer('valid_to'),
    campaignFrom: text('campaign_from').notNull().default(''),
    cooldownSeconds: integer('cooldown_seconds').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    activatedAt: integer('activated_at'),
    retiredAt: integer('retired_at'),
  },
  (table) => [primaryKey({ columns: [table.line, table.kind, table.version] })],
)

/** What verifies a line's signatures, sealed under the worker's key. */
export const lineSecrets = sqliteTable(
  'line_secrets',
  {
    line: text('line').notNull(),
    id: text('id').notNull(),
    sealed: text('sealed').notNull(),
    createdAt: integer('created_at').notNull(),
    scheme: text('scheme', { enum: ['v1', 'v1a'] })
      .notNull()
      .default('v1'),
    expiresAt: integer('expires_at'),
  },
  (table) => [primaryKey({ columns: [table.line, table.id] })],
)

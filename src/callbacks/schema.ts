import { integer, primaryKey, sqliteTable, text, unique } from 'drizzle-orm/sqlite-core'
import type { EventType } from './events.ts'

/** What happened and is to be told to subscribers; written in the transaction of what it tells of. */
export const outbox = sqliteTable('outbox', {
  id: text('id').primaryKey(),
  type: text('type').$type<EventType>().notNull(),
  owner: text('owner'),
  // Text, not JSON: it is sent on as it was written.
  data: text('data').notNull(),
  at: integer('at').notNull(),
  dispatchedAt: integer('dispatched_at'),
})

/** Where events are sent. */
export const endpoints = sqliteTable('endpoints', {
  id: text('id').primaryKey(),
  owner: text('owner').notNull(),
  url: text('url').notNull(),
  types: text('types', { mode: 'json' }).$type<EventType[]>().notNull(),
  state: text('state', { enum: ['active', 'disabled', 'deleted'] }).notNull(),
  disabledReason: text('disabled_reason', { enum: ['requested', 'gone', 'failing'] }),
  failingSince: integer('failing_since'),
  createdAt: integer('created_at').notNull(),
})

/** What signs the events sent to an endpoint, sealed under the worker's key. */
export const endpointSecrets = sqliteTable(
  'endpoint_secrets',
  {
    endpoint: text('endpoint').notNull(),
    id: text('id').notNull(),
    sealed: text('sealed').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
  },
  (table) => [primaryKey({ columns: [table.endpoint, table.id] })],
)

/** One event on its way to one endpoint. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    id: integer('id').primaryKey(),
    endpoint: text('endpoint').notNull(),
    event: text('event').notNull(),
    state: text('state', { enum: ['pending', 'delivered', 'failed'] }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    tries: integer('tries').notNull().default(0),
    createdAt: integer('created_at').notNull(),
    nextAt: integer('next_at'),
    sweepAt: integer('sweep_at').notNull(),
    doneAt: integer('done_at'),
  },
  (table) => [unique().on(table.endpoint, table.event)],
)

/** Each attempt at a delivery. */
export const attempts = sqliteTable(
  'attempts',
  {
    endpoint: text('endpoint').notNull(),
    event: text('event').notNull(),
    attempt: integer('attempt').notNull(),
    at: integer('at').notNull(),
    status: integer('status'),
    error: text('error'),
    durationMs: integer('duration_ms').notNull(),
  },
  (table) => [primaryKey({ columns: [table.endpoint, table.event, table.attempt] })],
)

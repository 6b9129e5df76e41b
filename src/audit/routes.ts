import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst } from '../http/body.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { VISIBLE_ASCII } from '../users/ids.ts'
import { signInOperator } from '../users/sign-in.ts'
import { checkConservation } from './conservation.ts'
import { listChanges } from './log.ts'

const conservationSchema = z
  .object({
    holds: z.boolean(),
    accounts: z.int(),
    credited: z.int().describe('Flowers that acts brought and that were not taken back.'),
    reversed: z.int().describe('Flowers taken back from acts that were revoked.'),
    lost: z.int().describe('Flowers of revoked acts that could not be taken back: the loss of their lines.'),
    balances: z.int(),
    pledged: z.int(),
    dreams: z.array(z.object({ dream: z.string(), entries: z.int(), counted: z.int() })),
    differences: z.array(z.string()),
  })
  .openapi('Conservation')

export type ConservationWire = z.infer<typeof conservationSchema>

const changesSchema = z
  .object({
    items: z.array(
      z
        .object({
          id: z.string(),
          at: z.iso.datetime(),
          actor: z.string().describe('A user id, a line as `line:steps`, or `system`.'),
          action: z.string().describe('As `line.paused`.'),
          subject: z.string().describe('What was changed, as `line:steps`.'),
          detail: z.record(z.string(), z.unknown()).describe('What it was and became; never a secret.'),
        })
        .openapi('Change'),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('ChangePage')

export type ChangeWire = z.infer<typeof changesSchema>['items'][number]

/** Longest subject asked for; `line:` and an id of 64 are 69. */
const MAX_SUBJECT_LENGTH = 200

const logQuery = pageQuery.extend({
  subject: z
    .string()
    .min(1)
    .max(MAX_SUBJECT_LENGTH)
    .regex(VISIBLE_ASCII)
    .optional()
    .describe('Only changes of this, as `line:steps`.'),
})

export const auditRoutes = new Api()

auditRoutes.describe(
  {
    method: 'get',
    path: '/v1/audit/conservation',
    summary: 'Recomputes the whole ledger from its entries and compares (operators)',
    description: 'Reads every entry. With millions of them run it at night.',
    security: bearer,
    responses: {
      200: json(conservationSchema, 'What was found'),
      ...problems('token_missing', 'token_invalid', 'operator_only', 'unavailable'),
    },
  },
  async (c) => {
    await signInOperator(c)
    return c.json(await readDatabase(() => checkConservation(c.env)), 200, NO_STORE)
  },
)

auditRoutes.describe(
  {
    method: 'get',
    path: '/v1/audit/log',
    summary: 'Who changed what and when, newest first (operators)',
    security: bearer,
    request: { query: logQuery },
    responses: {
      200: json(changesSchema, 'A page of changes'),
      ...problems(
        'invalid_request',
        'invalid_cursor',
        'token_missing',
        'token_invalid',
        'operator_only',
        'unavailable',
      ),
    },
  },
  async (c) => {
    await signInOperator(c)
    const { cursor, pageSize, subject } = checkAgainst(logQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    const rows = await readDatabase(() => listChanges(c.env.DB, before, pageSize + 1, subject))
    const page = toPage(
      rows,
      pageSize,
      ({ id, at, actor, action, subject, detail }) => ({
        ...{ id: String(id), at: rfc3339(at) },
        ...{ actor, action, subject, detail },
      }),
      ({ id }) => id,
    )
    return c.json(page, 200, NO_STORE)
  },
)

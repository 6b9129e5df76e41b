import { readConfig } from '../env.ts'
import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst } from '../http/body.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { z } from '../http/zod.ts'
import { authenticate } from '../users/tokens.ts'
import { entryId } from './ids.ts'
import { loadAccount, loadHistory } from './store.ts'

const accountSchema = z
  .object({
    user: z.string(),
    balance: z.int().describe('Flowers the account holds: earned minus pledged, never negative.'),
    earned: z.int().describe('Flowers credited since the account began, reversals taken off.'),
    pledged: z.int().describe('Flowers given to dreams since the account began, refunds taken off.'),
  })
  .openapi('Account')

const entrySchema = z
  .object({
    id: z.string(),
    kind: z.enum(['credit', 'pledge', 'refund', 'reversal']),
    flowers: z.int().describe('What the balance changed by: negative for a pledge or reversal.'),
    balance: z.int().describe('What the account held after this entry.'),
    dream: z.string().optional(),
    line: z.string().optional(),
    at: z.iso.datetime(),
  })
  .openapi('Entry')

const entriesSchema = z
  .object({ items: z.array(entrySchema), nextCursor: z.string().nullable() })
  .openapi('EntryPage')

export const ledgerRoutes = new Api()

ledgerRoutes.describe(
  {
    method: 'get',
    path: '/v1/me',
    summary: "The caller's account",
    security: bearer,
    responses: {
      200: json(accountSchema, 'The account'),
      ...problems('token_missing', 'token_invalid', 'unavailable'),
    },
  },
  async (c) => {
    const { user } = await authenticate(c.req.header('authorization'), readConfig(c.env))
    return c.json({ user, ...(await readDatabase(() => loadAccount(c.env, user))) }, 200, {
      'Cache-Control': 'no-store',
    })
  },
)

ledgerRoutes.describe(
  {
    method: 'get',
    path: '/v1/me/entries',
    summary: "The caller's history, newest first",
    security: bearer,
    request: { query: pageQuery },
    responses: {
      200: json(entriesSchema, 'A page of entries'),
      ...problems('token_missing', 'token_invalid', 'invalid_request', 'invalid_cursor', 'unavailable'),
    },
  },
  async (c) => {
    const { user } = await authenticate(c.req.header('authorization'), readConfig(c.env))
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    const lines = await readDatabase(() => loadHistory(c.env, user, before, pageSize + 1))
    const page = toPage(
      lines,
      pageSize,
      ({ kind, flowers, balance, ref, mark, at }) => ({
        id: entryId(ref, mark),
        kind,
        flowers,
        balance,
        ...(kind === 'pledge' || kind === 'refund' ? { dream: ref } : { line: ref }),
        at: new Date(at).toISOString(),
      }),
      ({ seq }) => seq,
    )
    return c.json(page, 200, { 'Cache-Control': 'no-store' })
  },
)

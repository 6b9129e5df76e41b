import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst } from '../http/body.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInPerson } from '../users/sign-in.ts'
import { EXPIRED_PREFIX, entryId, lineOfKey } from './ids.ts'
import { type HistoryLine, loadAccount, loadHistory } from './store.ts'

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
    kind: z
      .enum(['credit', 'pledge', 'refund', 'reversal', 'moved'])
      .describe(
        '`moved`: earned before the account was linked to the id the line knows, and brought along then.',
      ),
    flowers: z.int().describe('What the balance changed by: negative for a pledge or reversal.'),
    balance: z.int().describe('What the account held after this entry.'),
    dream: z.string().optional(),
    line: z.string().optional().describe('Where an act was done, or which line asked for a pledge.'),
    rule: z
      .object({ kind: z.string(), version: z.int() })
      .optional()
      .describe('The earning rule that made it.'),
    asked: z.int().optional().describe('With `cut`: what the act would have earned.'),
    cut: z
      .enum(['daily_cap', 'campaign_cap', 'line_budget', 'cooldown'])
      .optional()
      .describe('Which allowance made a credit less than the act would have earned.'),
    of: z.string().optional().describe('The entry a refund or reversal takes back, in whole or in part.'),
    because: z
      .enum(['dream_expired', 'act_revoked'])
      .optional()
      .describe(
        'Of a refund: the dream did not reach its quota, or its flowers came from an act that was taken back.',
      ),
    reason: z.string().optional().describe('Why the line took the act back, of a reversal.'),
    at: z.iso.datetime(),
  })
  .openapi('Entry')

const entriesSchema = z
  .object({ items: z.array(entrySchema), nextCursor: z.string().nullable() })
  .openapi('EntryPage')

export type Account = z.infer<typeof accountSchema>
export type Entry = z.infer<typeof entrySchema>

function toWire(line: HistoryLine) {
  const { kind, flowers, balance, key, seq, ref, mark, tally, rule, cut, asked, originMark, reason } = line
  const id = entryId(ref, mark)
  const at = rfc3339(line.at)
  const what = { kind, flowers, balance }
  switch (kind) {
    case 'pledge': {
      const by = lineOfKey(key)
      return { id, ...what, dream: ref, ...(by === null ? {} : { line: by }), at }
    }
    case 'refund': {
      // An expiry writes the pledge's own mark: one refund a pledge.
      const expired = key.startsWith(EXPIRED_PREFIX)
      const back = { ...what, dream: ref, of: entryId(ref, originMark ?? 0) }
      return expired
        ? { id: `${id}.x`, ...back, because: 'dream_expired', at }
        : { id, ...back, because: 'act_revoked', at }
    }
    case 'reversal':
      return {
        id: `${id}.r${seq.toString(36)}`,
        ...what,
        line: ref,
        of: id,
        ...(reason === null ? {} : { reason }),
        at,
      }
    case 'credit':
    case 'moved': {
      const made = rule === null ? {} : { rule: { kind: tally?.slice(ref.length + 12) ?? '', version: rule } }
      return { id, ...what, line: ref, ...made, ...(cut === null ? {} : { cut, asked }), at }
    }
  }
}

export const ledgerRoutes = new Api()

ledgerRoutes.describe(
  {
    method: 'get',
    path: '/v1/me',
    summary: "The caller's account",
    security: bearer,
    responses: {
      200: json(accountSchema, 'The account'),
      ...problems('token_missing', 'token_invalid', 'account_deleted', 'unavailable'),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    return c.json({ user, ...(await readDatabase(() => loadAccount(c.env, user))) }, 200, NO_STORE)
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
      ...problems(
        'token_missing',
        'token_invalid',
        'account_deleted',
        'invalid_request',
        'invalid_cursor',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    const lines = await readDatabase(() => loadHistory(c.env, user, before, pageSize + 1))
    const page = toPage(lines, pageSize, toWire, ({ seq }) => seq)
    return c.json(page, 200, NO_STORE)
  },
)

import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { lineOfHolding, lineUserOf } from '../ledger/ids.ts'
import { lineId } from '../lines/ids.ts'
import { loadLine } from '../registry/store.ts'
import { signInPerson } from '../users/sign-in.ts'
import { acceptLink, offerLinks } from './linking.ts'
import { findUserLine, listUserLines, removeLink, setPermission, type UserLine } from './store.ts'

/** Bodies of these routes name a line or a code. */
const MAX_BYTES = 1_024

const userLineSchema = z
  .object({
    line: z.string(),
    name: z.string(),
    nameEn: z.string(),
    state: z.enum(['active', 'paused', 'closed']),
    linked: z.boolean().describe('Whether the line and this account know each other.'),
    lineUser: z.string().nullable().describe("The line's own id of this user, where it has its own."),
    pledges: z.boolean().describe('Whether the line gives flowers in the name of users at all.'),
    mayPledge: z.boolean().describe('Whether the line may give flowers in the name of this user.'),
  })
  .openapi('UserLine')

const userLinesSchema = z.object({ items: z.array(userLineSchema) }).openapi('UserLines')

const codeSchema = z
  .object({
    line: z.string(),
    code: z.string().describe("What the user types in the line's own app. Good for one use."),
    expiresAt: z.iso.datetime(),
  })
  .openapi('LinkCode')

const lineBody = z.strictObject({ line: lineId }).openapi('LinkCodeRequest')
const codeBody = z.strictObject({ code: z.string().min(1).max(32) }).openapi('LinkRequest')
const permissionBody = z.strictObject({ mayPledge: z.boolean() }).openapi('LinePermission')
const lineParam = z.object({ line: lineId })

/** What is true of a line for a user: as they said, else as `findPledgingUsers` takes it. */
function toWire(row: UserLine) {
  const { line, name, nameEn, state, userIds, holding } = row
  const linked = userIds === 'platform' || holding !== null
  return {
    line,
    name,
    nameEn,
    state,
    linked,
    lineUser: holding === null ? null : lineUserOf(holding),
    pledges: row.linePledges,
    mayPledge: linked && row.linePledges && (row.mayPledge ?? userIds === 'platform'),
  }
}

export type UserLineWire = z.infer<typeof userLineSchema>

export const linkRoutes = new Api()

const userProblems = ['token_missing', 'token_invalid', 'account_deleted', 'unavailable'] as const

linkRoutes.describe(
  {
    method: 'get',
    path: '/v1/me/lines',
    summary: 'The business lines, and how they stand to the caller',
    security: bearer,
    responses: { 200: json(userLinesSchema, 'All lines'), ...problems(...userProblems) },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const rows = await readDatabase(() => listUserLines(c.env.DB, user))
    return c.json({ items: rows.map(toWire) }, 200, NO_STORE)
  },
)

linkRoutes.describe(
  {
    method: 'put',
    path: '/v1/me/lines/{line}',
    summary: 'Allow or forbid a line to give flowers in the name of the caller',
    security: bearer,
    request: {
      params: lineParam,
      body: { required: true, content: { 'application/json': { schema: permissionBody } } },
    },
    responses: {
      200: json(userLineSchema, 'The line, as it stands now'),
      ...problems(
        ...userProblems,
        'invalid_json',
        'invalid_request',
        'line_not_found',
        'body_too_large',
        'unsupported_media_type',
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const { mayPledge } = parseJson(await readText(c.req.raw, MAX_BYTES), permissionBody)
    const line = c.req.param('line') ?? ''
    const row = await readDatabase(() => findUserLine(c.env.DB, user, line))
    if (!row) throw new Problem('line_not_found')
    await readDatabase(() => setPermission(c.env.DB, user, line, mayPledge, Date.now()))
    return c.json(toWire({ ...row, mayPledge }), 200, NO_STORE)
  },
)

linkRoutes.describe(
  {
    method: 'post',
    path: '/v1/me/link-codes',
    summary: "A code that links the caller's account to their id in a line",
    description: "The user types it in the line's app, which sends it in `links.requested`.",
    security: bearer,
    request: { body: { required: true, content: { 'application/json': { schema: lineBody } } } },
    responses: {
      201: json(codeSchema, 'The code'),
      ...problems(
        ...userProblems,
        'invalid_json',
        'invalid_request',
        'line_not_found',
        'already_linked',
        'body_too_large',
        'unsupported_media_type',
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c, 'codes')
    const { line } = parseJson(await readText(c.req.raw, MAX_BYTES), lineBody)
    const profile = await readDatabase(() => loadLine(c.env.DB, line))
    if (!profile || profile.state === 'closed') throw new Problem('line_not_found')
    if (profile.userIds === 'platform')
      throw new Problem('already_linked', { detail: "This line speaks of the platform's own user ids." })
    const now = Date.now()
    const { codes, expiresAt } = await readDatabase(() => offerLinks(c.env, line, [{ user }], now))
    const [code] = codes
    return c.json({ line, code, expiresAt: rfc3339(expiresAt) }, 201, NO_STORE)
  },
)

linkRoutes.describe(
  {
    method: 'post',
    path: '/v1/me/links',
    summary: 'Link an id of a line to the account of the caller, by the code the line showed',
    description: 'What the line reported for the id before comes along, with its history.',
    security: bearer,
    request: { body: { required: true, content: { 'application/json': { schema: codeBody } } } },
    responses: {
      201: json(userLineSchema, 'The line, linked'),
      ...problems(
        ...userProblems,
        'invalid_json',
        'invalid_request',
        'code_invalid',
        'already_linked',
        'body_too_large',
        'unsupported_media_type',
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c, 'codes')
    const { code } = parseJson(await readText(c.req.raw, MAX_BYTES), codeBody)
    const outcome = await readDatabase(() => acceptLink(c.env, code, null, { user }, Date.now()))
    if (outcome.kind !== 'linked') throw new Problem(outcome.kind)
    const line = lineOfHolding(outcome.holding)
    const row = await readDatabase(() => findUserLine(c.env.DB, user, line))
    if (!row) throw new Problem('link_not_found')
    return c.json(toWire(row), 201, NO_STORE)
  },
)

linkRoutes.describe(
  {
    method: 'delete',
    path: '/v1/me/links/{line}',
    summary: "Undo the link between the caller's account and their id in a line",
    description:
      'Flowers that came along stay. What the line reports from then on waits in a holding account.',
    security: bearer,
    request: { params: lineParam },
    responses: { 204: { description: 'Undone' }, ...problems(...userProblems, 'link_not_found') },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const line = c.req.param('line') ?? ''
    const removed = await readDatabase(() => removeLink(c.env.DB, { line, user }, user, Date.now()))
    if (!removed) throw new Problem('link_not_found')
    return c.body(null, 204)
  },
)

import { readConfig } from '../env.ts'
import { untilDone } from '../http/again.ts'
import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { lineId } from '../lines/ids.ts'
import { signInOperator } from '../users/sign-in.ts'
import { decideLineChange, type LinePatch } from './line-changes.ts'
import { changeLine, createLine, findLineAndKinds, type Line, listLines } from './lines-store.ts'
import { actKind, lineParam, readOperated, readOwned, requireLine, timestamp } from './params.ts'
import { createSecret, requireSecretsKey, sealSecret } from './secrets.ts'
import { newSecretSchema, toNewSecret } from './secrets-routes.ts'

/** A line's body: 32 kinds of 64 bytes, three texts of 200 characters of 4 bytes, and as much again. */
const MAX_LINE_BYTES = 8_192

const MAX_KINDS = 32
const MAX_TEXT_LENGTH = 200

/** 30,000 items a second, as much as one ledger database takes. */
const MAX_RATE_PER_MINUTE = 1_800_000
const DEFAULT_RATE_PER_MINUTE = 600_000

const text = z.string().trim().min(1).max(MAX_TEXT_LENGTH)

const fields = {
  name: text,
  nameEn: text,
  contact: text.describe('Whom to reach when the line is not well.'),
  timeZone: z
    .string()
    .max(64)
    .refine(isTimeZone, 'not a time zone of the IANA database')
    .describe('IANA name; a day of the line begins at midnight there.'),
  kinds: z
    .array(actKind)
    .min(1)
    .max(MAX_KINDS)
    .refine((kinds) => new Set(kinds).size === kinds.length, 'a kind stands there twice')
    .describe('The kinds of acts it may report.'),
  mayPledge: z.boolean().describe('Whether it may ask for pledges in the names of its users.'),
  ratePerMinute: z.int().min(1).max(MAX_RATE_PER_MINUTE).describe('Items it may send a minute.'),
}

const lineSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    nameEn: z.string(),
    contact: z.string(),
    timeZone: z.string(),
    userIds: z
      .enum(['platform', 'own'])
      .describe(
        'Whose user ids it speaks of: the platform’s, or its own, which users link to their account.',
      ),
    kinds: z.array(z.string()),
    mayPledge: z.boolean(),
    ratePerMinute: z.int(),
    state: z.enum(['active', 'paused', 'closed']),
    createdAt: timestamp,
  })
  .openapi('Line')

export type LineWire = z.infer<typeof lineSchema>

const linePageSchema = z
  .object({ items: z.array(lineSchema), nextCursor: z.string().nullable() })
  .openapi('LinePage')

const createdLineSchema = lineSchema.extend({ secret: newSecretSchema }).openapi('CreatedLine')

export type CreatedLineWire = z.infer<typeof createdLineSchema>

const createBody = z
  .strictObject({
    id: lineId,
    ...fields,
    timeZone: fields.timeZone.default('Asia/Shanghai'),
    userIds: z.enum(['platform', 'own']).default('platform'),
    mayPledge: fields.mayPledge.default(false),
    ratePerMinute: fields.ratePerMinute.default(DEFAULT_RATE_PER_MINUTE),
  })
  .openapi('NewLine')

const patchBody = z
  .strictObject({
    ...fields,
    state: z.enum(['active', 'paused', 'closed']).describe('A closed line stays closed and as it is.'),
  })
  .partial()
  .openapi('LineChange')

const listQuery = pageQuery.extend({
  state: z.enum(['active', 'paused', 'closed']).optional().describe('Only those in this state.'),
})

function isTimeZone(name: string): boolean {
  try {
    // Offsets as +08:00 are taken by some runtimes and not by others.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== null
  } catch {
    return false
  }
}

function toWire(line: Line) {
  return { ...line, createdAt: rfc3339(line.createdAt) }
}

export const registryLineRoutes = new Api()

registryLineRoutes.describe(
  {
    method: 'post',
    path: '/v1/lines',
    summary: 'Register a line (operators)',
    description: 'The answer holds its first signing secret, which is never shown again.',
    security: bearer,
    request: { body: { required: true, content: { 'application/json': { schema: createBody } } } },
    responses: {
      201: json(createdLineSchema, 'The line and its secret'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'operator_only',
        'line_exists',
        'body_too_large',
        'unsupported_media_type',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const config = readConfig(c.env)
    const { user } = await signInOperator(c)
    const body = parseJson(await readText(c.req.raw, MAX_LINE_BYTES), createBody)
    const [secret, id, now] = [createSecret(), crypto.randomUUID(), Date.now()]
    const sealed = await sealSecret(requireSecretsKey(config), body.id, secret)
    const line: Line = { ...body, state: 'active', createdAt: now }
    if (!(await readDatabase(() => createLine(c.env.DB, line, { id, sealed }, user))))
      throw new Problem('line_exists')
    const first = toNewSecret({ id, scheme: 'v1', createdAt: now, expiresAt: null }, secret)
    return c.json({ ...toWire(line), secret: first }, 201, NO_STORE)
  },
)

registryLineRoutes.describe(
  {
    method: 'get',
    path: '/v1/lines',
    summary: 'The lines, oldest first (operators)',
    security: bearer,
    request: { query: listQuery },
    responses: {
      200: json(linePageSchema, 'A page of lines'),
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
    const { cursor, pageSize, state } = checkAgainst(listQuery, c.req.query())
    const offset = readCursor(cursor, 0)
    const rows = await readDatabase(() => listLines(c.env.DB, offset, pageSize + 1, state))
    const page = toPage(
      [...rows.entries()],
      pageSize,
      ([, line]) => toWire(line),
      ([n]) => offset + n + 1,
    )
    return c.json(page, 200, NO_STORE)
  },
)

registryLineRoutes.describe(
  {
    method: 'get',
    path: '/v1/lines/{line}',
    summary: 'One line (its owner)',
    security: bearer,
    request: { params: lineParam },
    responses: {
      200: json(lineSchema, 'The line'),
      ...problems('token_missing', 'token_invalid', 'owner_only', 'line_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const { line } = await readOwned(c)
    return c.json(toWire(await requireLine(c, line)), 200, NO_STORE)
  },
)

registryLineRoutes.describe(
  {
    method: 'patch',
    path: '/v1/lines/{line}',
    summary: 'Change, pause, resume or close a line (operators)',
    description:
      'active ⇄ paused → closed. What is not named stays. It takes effect within ten seconds everywhere. A kind with an active rule cannot be taken away.',
    security: bearer,
    request: {
      params: lineParam,
      body: { required: true, content: { 'application/json': { schema: patchBody } } },
    },
    responses: {
      200: json(lineSchema, 'The line as it is now'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'operator_only',
        'line_not_found',
        'line_state_conflict',
        'rule_state_conflict',
        'body_too_large',
        'unsupported_media_type',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { principal, line } = await readOperated(c)
    const patch = parseJson(await readText(c.req.raw, MAX_LINE_BYTES), patchBody)
    const changed = await applyPatch(c.env.DB, line, patch, principal.user)
    return c.json(toWire(changed), 200, NO_STORE)
  },
)

/** Decides and changes until nobody else changes the line between the two. */
async function applyPatch(db: D1Database, id: string, patch: LinePatch, actor: string): Promise<Line> {
  return untilDone(async () => {
    const found = await readDatabase(() => findLineAndKinds(db, id))
    if (!found) throw new Problem('line_not_found')
    const decision = decideLineChange(found.line, patch, found.activeKinds)
    if (decision.kind === 'unchanged') return found.line
    if (decision.kind === 'refuse')
      throw decision.reason === 'closed'
        ? new Problem('line_state_conflict', { detail: 'A closed line stays closed and as it is.' })
        : new Problem('rule_state_conflict', {
            detail: `Retire the active rule first: ${decision.kinds.join(', ')}.`,
          })
    const changed = await readDatabase(() => changeLine(db, found.line, decision, actor, Date.now()))
    if (changed) return changed
    return null
  })
}

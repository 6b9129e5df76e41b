import { Api, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { readLineId } from '../registry/params.ts'
import { loadLine } from '../registry/store.ts'
import { signInOwner } from '../users/sign-in.ts'
import { examinedActs, MAX_EVENT_BYTES, MAX_ITEMS } from './events.ts'
import { examineActs } from './examining.ts'
import { lineId } from './ids.ts'
import { signingLine } from './profiles.ts'
import { admitLine } from './rates.ts'
import { verifySignature } from './signature.ts'

const left = z.int().nullable()

/** What is looked at before the acts are, one by one: a flood of them costs nothing. */
const statedActs = z.object({ acts: z.array(z.unknown()) })

const examinationSchema = z
  .object({
    results: z.array(
      z.object({
        id: z.string(),
        outcome: z.enum(['would_credit', 'would_cap', 'duplicate', 'refused']),
        flowers: z.int().describe('What the act would earn; for a duplicate, what it earned.'),
        reason: z.string().optional(),
        rule: z.object({ kind: z.string(), version: z.int() }).optional(),
        day: z.string().optional().describe("The day it counts for, in the line's time zone."),
        asked: z.int().optional().describe('What its quantity gives before allowances.'),
        left: z
          .object({ day: left, campaign: left, line: left })
          .optional()
          .describe('What is left of each allowance after it; null where the rule has none.'),
      }),
    ),
  })
  .openapi('Examination')

export const examineRoutes = new Api()

examineRoutes.describe(
  {
    method: 'post',
    path: '/v1/lines/{line}/examine',
    summary: 'What acts would earn, and why: a dry run',
    description:
      'The same decision as reporting them, and nothing is credited. Signed as the webhook is, or with the token of someone who looks after the line.',
    security: [{ webhookSignature: [] }, { bearer: [] }],
    request: {
      params: z.object({ line: lineId }),
      body: { required: true, content: { 'application/json': { schema: examinedActs } } },
    },
    responses: {
      200: json(examinationSchema, 'One result an act, in order'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'webhook_headers_missing',
        'signature_invalid',
        'signature_expired',
        'token_missing',
        'token_invalid',
        'owner_only',
        'line_not_found',
        'body_too_large',
        'batch_too_large',
        'unsupported_media_type',
        'rate_limited',
        'outcome_unknown',
        'overloaded',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const id = readLineId(c)
    const authorization = c.req.header('authorization')
    const signed = authorization === undefined && c.req.header('webhook-signature') !== undefined
    if (!signed) await signInOwner(c, `line:${id}`)
    const body = await readText(c.req.raw, MAX_EVENT_BYTES)
    const now = Date.now()
    if (signed) {
      const { keys } = await signingLine(c.env, id, now)
      await verifySignature(body, c.req.raw.headers, keys, now)
    }
    // Read anew, so that a rule is tried out the moment it is active.
    const line = await readDatabase(() => loadLine(c.env.DB, id))
    if (!line) throw new Problem('line_not_found')
    const stated = parseJson(body, statedActs)
    if (stated.acts.length > MAX_ITEMS)
      throw new Problem('batch_too_large', { detail: `The limit is ${MAX_ITEMS} items.` })
    const { acts } = checkAgainst(examinedActs, stated)
    await admitLine(c, id, Math.max(1, acts.length))
    const results = await readDatabase(() => examineActs(c.env, line, acts, now))
    return c.json({ results }, 200, NO_STORE)
  },
)

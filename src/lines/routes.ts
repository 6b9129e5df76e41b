import type { PledgeOutcome } from '../dreams/outcomes.ts'
import type { Env } from '../env.ts'
import { Api, type AppContext, json, problems } from '../http/api.ts'
import { callObject, readDatabase } from '../http/backends.ts'
import { readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { askKey } from '../ledger/ids.ts'
import { findEntries } from '../ledger/store.ts'
import { findPledgingUsers } from '../links/store.ts'
import { readLineId } from '../registry/params.ts'
import type { LineProfile } from '../registry/store.ts'
import { type TotalsResult, takeTotals } from '../totals/posting.ts'
import { eventSchema, type LineEvent, MAX_EVENT_BYTES, readEvent, weightOf } from './events.ts'
import { lineId } from './ids.ts'
import { issueCodes, type LinkResult, makeLinks, removeLinks } from './linking.ts'
import {
  MAX_DREAMS_PER_EVENT,
  type PledgeAccount,
  type PledgeRequest,
  type PledgeResult,
  requestPledges,
} from './pledging.ts'
import { signingLine } from './profiles.ts'
import { admitLine, tellLineRate } from './rates.ts'
import type { ActResult, ReportOutcome } from './reporter.ts'
import { revokeDeps } from './revocations.ts'
import { type RevokedAct, type RevokeResult, revokeActs } from './revoking.ts'
import type { ReportedAct } from './rules.ts'
import { verifySignature } from './signature.ts'

const resultsSchema = z
  .object({
    results: z.array(
      z.object({
        id: z.string(),
        outcome: z.enum([
          ...['credited', 'capped', 'accepted', 'duplicate', 'refused', 'revoked', 'noted'],
          ...['issued', 'linked', 'removed', 'taken'],
        ] as const satisfies readonly string[]),
        flowers: z.int(),
        left: z
          .int()
          .optional()
          .describe('With `capped`: what is left of the allowance that `reason` names.'),
        lost: z
          .int()
          .optional()
          .describe('Of a revoked act: flowers that could not be taken back, the loss of the line.'),
        code: z.string().optional().describe('With `issued`: what the user types on the platform.'),
        expiresAt: z.iso.datetime().optional(),
        reason: z.string().optional(),
      }),
    ),
  })
  .openapi('EventResults')

export const lineRoutes = new Api()

lineRoutes.describe(
  {
    method: 'post',
    path: '/v1/lines/{line}/webhook',
    summary: 'What a business line reports and asks for',
    description:
      'Signed by Standard Webhooks. Answers 200 when everything in the body is durable; anything else may be repeated unchanged.',
    security: [{ webhookSignature: [] }],
    request: {
      params: z.object({ line: lineId }),
      headers: z.object({
        'webhook-id': z.string(),
        'webhook-timestamp': z.string().describe('Seconds since 1970.'),
        'webhook-signature': z.string().describe('`v1,<base64>`; several are separated by a space.'),
      }),
      body: { required: true, content: { 'application/json': { schema: eventSchema } } },
    },
    responses: {
      200: json(resultsSchema, 'One result an item, in order'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'unknown_event_type',
        'webhook_headers_missing',
        'signature_invalid',
        'signature_expired',
        'line_may_not_pledge',
        'line_paused',
        'line_closed',
        'line_not_found',
        'rate_limited',
        'body_too_large',
        'batch_too_large',
        'unsupported_media_type',
        'outcome_unknown',
        'overloaded',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const id = readLineId(c)
    const body = await readText(c.req.raw, MAX_EVENT_BYTES)
    const now = Date.now()
    const { profile, keys } = await signingLine(c.env, id, now)
    await verifySignature(body, c.req.raw.headers, keys, now)
    if (profile.state !== 'active')
      throw new Problem(profile.state === 'paused' ? 'line_paused' : 'line_closed')
    const event = readEvent(body)
    if (event.type === 'pledges.requested' && !profile.mayPledge) throw new Problem('line_may_not_pledge')
    return c.json({ results: await take(c, profile, event, now) }, 200, NO_STORE)
  },
)

type ItemResult = ActResult | PledgeResult | RevokeResult | LinkResult | TotalsResult

async function take(
  c: AppContext,
  line: LineProfile,
  event: LineEvent,
  now: number,
): Promise<readonly ItemResult[]> {
  if (event.type === 'acts.reported') return reportActs(c, line.id, event.data.acts)
  await admitLine(c, line.id, weightOf(event))
  switch (event.type) {
    case 'acts.revoked':
      return revoke(c, line.id, event.data.acts)
    case 'pledges.requested':
      return pledgeFor(c, line, event.data.pledges)
    case 'link_codes.requested':
      return readDatabase(() => issueCodes(c.env, line, event.data.codes, now))
    case 'links.requested':
      return readDatabase(() => makeLinks(c.env, line, event.data.links, now))
    case 'links.removed':
      return readDatabase(() => removeLinks(c.env, line, event.data.links, now))
    case 'totals.reported':
      return readDatabase(() => takeTotals(c.env.DB, line, event.data, now))
  }
}

async function reportActs(
  c: AppContext,
  line: string,
  acts: readonly ReportedAct[],
): Promise<readonly ActResult[]> {
  const outcome = await callObject(
    () => c.env.LINE.getByName(line),
    async (stub) => JSON.parse(await stub.report(JSON.stringify(acts))) as ReportOutcome,
  )
  switch (outcome.kind) {
    case 'results':
      tellLineRate(c, outcome.rate)
      return outcome.results
    case 'limited':
      tellLineRate(c, outcome.rate)
      throw new Problem('rate_limited')
    case 'unknown_line':
      throw new Problem('line_not_found')
    case 'unavailable':
      throw new Problem('outcome_unknown')
  }
}

async function revoke(
  c: AppContext,
  line: string,
  acts: readonly RevokedAct[],
): Promise<readonly RevokeResult[]> {
  const results = await revokeActs(line, acts, revokeDeps(c.env, line)).catch((error) => {
    if (error instanceof Problem) throw error
    console.error({ event: 'line.revoke_failed', line, error: String(error) })
    throw new Problem('outcome_unknown')
  })
  if (results === 'pending') throw new Problem('outcome_unknown')
  return results
}

async function pledgeFor(
  c: AppContext,
  line: LineProfile,
  pledges: readonly PledgeRequest[],
): Promise<readonly PledgeResult[]> {
  const accounts = await readDatabase(() => findPledgeAccounts(c.env, line, pledges))
  const results = await requestPledges(line.id, pledges, accounts, (dream, asks) =>
    callObject(
      () => c.env.DREAM.getByName(dream),
      async (stub) => JSON.parse(await stub.pledgeMany(JSON.stringify(asks))) as PledgeOutcome[],
    ).catch((error): PledgeOutcome[] => {
      // One dream that is overloaded does not speak for the others in the body.
      if (error instanceof Problem && error.code === 'overloaded') return asks.map(() => ({ kind: 'shed' }))
      throw error
    }),
  )
  switch (results) {
    case 'pending':
      throw new Problem('outcome_unknown')
    case 'shed':
      throw new Problem('overloaded')
    case 'too_many_dreams':
      throw new Problem('batch_too_large', { detail: `The limit is ${MAX_DREAMS_PER_EVENT} dreams.` })
    default:
      return results
  }
}

/** The accounts to pledge from. A pledge made before its user forbade more is still known by its id. */
async function findPledgeAccounts(
  env: Env,
  line: LineProfile,
  pledges: readonly PledgeRequest[],
): Promise<PledgeAccount[]> {
  const users = await findPledgingUsers(
    env.DB,
    line,
    pledges.map(({ user }) => user),
  )
  const forbidden = users.flatMap(({ user, allowed }, place) =>
    user !== null && !allowed ? [[user, askKey(line.id, (pledges[place] as PledgeRequest).id)] as const] : [],
  )
  const known = forbidden.length > 0 ? await findEntries(env, forbidden) : []
  let next = 0
  return users.map(({ user, allowed }) => {
    if (user === null) return { refused: 'not_linked' }
    if (allowed) return { user }
    return known[next++] ? { user } : { refused: 'not_allowed' }
  })
}

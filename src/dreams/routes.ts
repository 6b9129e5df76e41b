import { readConfig } from '../env.ts'
import { Api, bearer, json, problems } from '../http/api.ts'
import { callObject, readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { REPLAYED, readIdempotencyKey } from '../http/idempotency.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { MAX_FLOWERS } from '../ledger/flowers.ts'
import { isDeleted } from '../people/store.ts'
import { admitUser } from '../users/rates.ts'
import { signInOperator } from '../users/sign-in.ts'
import { authenticate } from '../users/tokens.ts'
import { detailOf } from './detail.ts'
import type { PledgeOutcome } from './outcomes.ts'
import { dreamKey, dreamParam, readDreamId } from './params.ts'
import { listDreams, loadDream, noteCloseAsked } from './store.ts'
import { dreamDetailSchema, dreamPageSchema, toWire } from './wire.ts'

/** A pledge's body is `{"flowers": n}`; nothing sensible needs more. */
const MAX_PLEDGE_BYTES = 1_024

const pledgeBody = z.strictObject({ flowers: z.int().min(1).max(MAX_FLOWERS) }).openapi('PledgeRequest')

const pledgeSchema = z
  .object({ id: z.string(), dream: z.string(), flowers: z.int(), at: z.iso.datetime() })
  .openapi('Pledge')

export type PledgeWire = z.infer<typeof pledgeSchema>

const closeSchema = z
  .object({
    id: z.string(),
    state: z.enum(['closing', 'closed']),
    flowers: z.int().describe('What it collected, also where that goes back because it is below the quota.'),
    pledges: z.int(),
  })
  .openapi('ClosedDream')

/** A dream of the catalogue as the API shows it. */
export const dreamRoutes = new Api()

dreamRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams',
    summary: 'The dreams of the campaign',
    request: { query: pageQuery },
    responses: {
      200: json(dreamPageSchema, 'A page of dreams'),
      ...problems('invalid_request', 'invalid_cursor', 'unavailable'),
    },
  },
  async (c) => {
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const after = readCursor(cursor, -1)
    const page = await cachedJson(c.req.raw, `dreams/${after}/${pageSize}`, c.executionCtx, async () => {
      const rows = await readDatabase(() => listDreams(c.env.DB, after, pageSize + 1))
      return toPage(rows, pageSize, toWire, ({ position }) => position)
    })
    return page ?? c.notFound()
  },
)

dreamRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}',
    summary: 'One dream',
    request: { params: dreamParam },
    responses: { 200: json(dreamDetailSchema, 'The dream'), ...problems('dream_not_found', 'unavailable') },
  },
  async (c) => {
    const id = readDreamId(c)
    const answer = await cachedJson(c.req.raw, dreamKey(id), c.executionCtx, async () => {
      const dream = await readDatabase(() => loadDream(c.env.DB, id))
      return dream && detailOf(c.env.DB, dream)
    })
    if (!answer) throw new Problem('dream_not_found')
    return answer
  },
)

dreamRoutes.describe(
  {
    method: 'post',
    path: '/v1/dreams/{dream}/pledges',
    summary: 'Give flowers to a dream',
    description:
      'Answers when the pledge is durable. A repeat with the same key gets the first answer, with `Idempotent-Replayed: true`.',
    security: bearer,
    request: {
      params: dreamParam,
      headers: z.object({
        'Idempotency-Key': z.string().describe('1 to 255 visible ASCII characters, bare or quoted.'),
      }),
      body: { required: true, content: { 'application/json': { schema: pledgeBody } } },
    },
    responses: {
      201: json(pledgeSchema, 'The pledge'),
      ...problems(
        'idempotency_key_missing',
        'idempotency_key_invalid',
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'insufficient_flowers',
        'account_deleted',
        'dream_not_found',
        'dream_not_collecting',
        'idempotency_key_in_flight',
        'body_too_large',
        'unsupported_media_type',
        'idempotency_key_reused',
        'outcome_unknown',
        'overloaded',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const principal = await authenticate(c.req.raw, readConfig(c.env))
    const { user } = principal
    const rate = admitUser(c, principal)
    const key = readIdempotencyKey(c.req.header('idempotency-key'))
    const dream = readDreamId(c)
    const { flowers } = parseJson(await readText(c.req.raw, MAX_PLEDGE_BYTES), pledgeBody)
    const outcome = await callObject(
      () => c.env.DREAM.getByName(dream),
      async (stub) => JSON.parse(await stub.pledge(user, `k:${key}`, flowers)) as PledgeOutcome,
    )
    // The ledger holds nothing for a deleted account. Asked only here: few pledges are for more than there is.
    if (outcome.kind === 'insufficient' && (await readDatabase(() => isDeleted(c.env.DB, user))))
      throw new Problem('account_deleted')
    return writePledge(outcome, dream, flowers, rate)
  },
)

// Built once: Hono's way of putting headers together costs 10 us an answer, a tenth of the way to the object.
const ANSWER_HEADERS = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }

function writePledge(
  outcome: PledgeOutcome,
  dream: string,
  flowers: number,
  rate: Record<string, string>,
): Response {
  switch (outcome.kind) {
    case 'accepted': {
      const body = JSON.stringify({ id: outcome.id, dream, flowers, at: rfc3339(outcome.at) })
      const headers = { ...ANSWER_HEADERS, ...rate, ...(outcome.replayed ? REPLAYED : {}) }
      return new Response(body, { status: 201, headers })
    }
    case 'insufficient':
      throw new Problem('insufficient_flowers', outcome.replayed ? { headers: REPLAYED } : {})
    case 'reused':
      throw new Problem('idempotency_key_reused')
    case 'not_collecting':
      throw new Problem('dream_not_collecting')
    case 'unknown_dream':
      throw new Problem('dream_not_found')
    case 'pending':
      throw new Problem(outcome.joined ? 'idempotency_key_in_flight' : 'outcome_unknown')
    case 'shed':
      throw new Problem('overloaded')
  }
}

dreamRoutes.describe(
  {
    method: 'post',
    path: '/v1/dreams/{dream}/close',
    summary: 'Stop collecting (operators)',
    description:
      'What was under way before still counts. `closing` means that the last batch is not settled yet; the total is final when `closed`.',
    security: bearer,
    request: { params: dreamParam },
    responses: {
      200: json(closeSchema, 'The dream, closing or closed'),
      ...problems(
        'token_missing',
        'token_invalid',
        'operator_only',
        'dream_not_found',
        'outcome_unknown',
        'overloaded',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInOperator(c)
    const id = readDreamId(c)
    await readDatabase(() => noteCloseAsked(c.env.DB, id, user, Date.now()))
    const record = await callObject(
      () => c.env.DREAM.getByName(id),
      (stub) => stub.close(),
    )
    if (!record) throw new Problem('dream_not_found')
    const { state, flowers, pledges, returnedFlowers, returnedPledges } = record
    return c.json({ id, state, flowers: flowers + returnedFlowers, pledges: pledges + returnedPledges })
  },
)

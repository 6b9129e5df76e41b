import { Api, type AppContext, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import {
  type DeliveryRef,
  type DeliveryView,
  insertForEndpoint,
  listDeliveries,
  resendDelivery,
  viewDelivery,
} from './deliveries-store.ts'
import { dispatchQuietly } from './dispatch.ts'
import type { Endpoint } from './endpoints-store.ts'
import { describeType, eventTypeNames, mayHear } from './events.ts'
import { EVENT_ID, replayEvents } from './outbox.ts'
import { deliveryParam, endpointParam, readActiveEndpoint, readEndpoint, timestamp } from './params.ts'

/** `{"since": ..., "until": ...}` or `{"type": ...}`. */
const MAX_ASK_BYTES = 1_024

/** Events one call replays: 1,000 x 4 rows is what D1 writes in some 50 ms. */
const MAX_REPLAYED = 1_000

/** Attempts of a delivery that are shown: those of twelve rounds of eight, and some. */
const MAX_ATTEMPTS_SHOWN = 100

const deliveryFields = {
  event: z.string().describe('The `webhook-id`.'),
  type: z.enum(eventTypeNames),
  state: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.int(),
  createdAt: timestamp,
  nextAt: timestamp.nullable().describe('When the next attempt is due.'),
  doneAt: timestamp.nullable(),
  lastStatus: z.int().nullable(),
  lastError: z
    .string()
    .nullable()
    .describe('`timeout`, `connection`, `address_refused`, `redirect`, `gone` or `status`.'),
}

const listedSchema = z.object(deliveryFields).openapi('Delivery')

export type DeliveryWire = z.infer<typeof listedSchema>

const deliveryPageSchema = z
  .object({
    items: z.array(listedSchema),
    nextCursor: z.string().nullable(),
  })
  .openapi('DeliveryPage')

const deliverySchema = z
  .object({
    ...deliveryFields,
    log: z
      .array(
        z.object({
          attempt: z.int(),
          at: timestamp,
          status: z.int().nullable(),
          error: z.string().nullable(),
          durationMs: z.int(),
        }),
      )
      .describe(
        `The newest ${MAX_ATTEMPTS_SHOWN} attempts, newest first. One that was cut off on our side is missing.`,
      ),
  })
  .openapi('DeliveryWithLog')

export type DeliveryLogWire = z.infer<typeof deliverySchema>

const acceptedSchema = z.object({ event: z.string() }).openapi('AcceptedDelivery')

const replayBody = z.strictObject({ since: timestamp, until: timestamp.optional() }).openapi('ReplayRequest')

const replaySchema = z
  .object({
    events: z.int(),
    nextSince: timestamp
      .nullable()
      .describe('Where to go on, with the same `until`; null when all are under way.'),
  })
  .openapi('Replay')

export type ReplayWire = z.infer<typeof replaySchema>

const exampleBody = z.strictObject({ type: z.enum(eventTypeNames) }).openapi('ExampleRequest')

function toWire({ createdAt, nextAt, doneAt, ...rest }: Omit<DeliveryView, 'id'>) {
  return {
    ...rest,
    createdAt: rfc3339(createdAt),
    nextAt: rfc3339OrNull(nextAt),
    doneAt: rfc3339OrNull(doneAt),
  }
}

function readDelivery(c: AppContext, endpoint: Endpoint): DeliveryRef {
  const event = c.req.param('event') ?? ''
  if (!EVENT_ID.test(event)) throw new Problem('delivery_not_found')
  return { endpoint: endpoint.id, event }
}

export const deliveryRoutes = new Api()

deliveryRoutes.describe(
  {
    method: 'get',
    path: '/v1/endpoints/{endpoint}/deliveries',
    summary: 'What an endpoint was sent, newest first (its owner)',
    description: 'Of the last 30 days. What endpoints answer is never kept but for the status.',
    security: bearer,
    request: { params: endpointParam, query: pageQuery },
    responses: {
      200: json(deliveryPageSchema, 'A page of deliveries'),
      ...problems(
        'invalid_request',
        'invalid_cursor',
        'token_missing',
        'token_invalid',
        'owner_only',
        'endpoint_not_found',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { endpoint } = await readEndpoint(c)
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    const rows = await readDatabase(() => listDeliveries(c.env.DB, endpoint.id, before, pageSize + 1))
    const page = toPage(
      rows,
      pageSize,
      ({ id: _, ...row }) => toWire(row),
      ({ id }) => id,
    )
    return c.json(page, 200, NO_STORE)
  },
)

deliveryRoutes.describe(
  {
    method: 'get',
    path: '/v1/endpoints/{endpoint}/deliveries/{event}',
    summary: 'One delivery with its attempts (the endpoint’s owner)',
    security: bearer,
    request: { params: deliveryParam },
    responses: {
      200: json(deliverySchema, 'The delivery'),
      ...problems(
        'token_missing',
        'token_invalid',
        'owner_only',
        'endpoint_not_found',
        'delivery_not_found',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { endpoint } = await readEndpoint(c)
    const ref = readDelivery(c, endpoint)
    const found = await readDatabase(() => viewDelivery(c.env.DB, ref, MAX_ATTEMPTS_SHOWN))
    if (!found) throw new Problem('delivery_not_found')
    const { id: _, log, ...view } = found
    const entries = log.map(({ at, ...rest }) => ({ ...rest, at: rfc3339(at) }))
    return c.json({ ...toWire(view), log: entries }, 200, NO_STORE)
  },
)

deliveryRoutes.describe(
  {
    method: 'post',
    path: '/v1/endpoints/{endpoint}/deliveries/{event}/resend',
    summary: 'Send an event to an endpoint again (its owner)',
    description: 'Whatever became of it before, at once, under the same id, and with all retries before it.',
    security: bearer,
    request: { params: deliveryParam },
    responses: {
      202: json(acceptedSchema, 'It is on its way'),
      ...problems(
        'token_missing',
        'token_invalid',
        'owner_only',
        'endpoint_not_found',
        'delivery_not_found',
        'endpoint_disabled',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { endpoint } = await readActiveEndpoint(c)
    const ref = readDelivery(c, endpoint)
    if (!(await readDatabase(() => resendDelivery(c.env.DB, ref, Date.now()))))
      throw new Problem('delivery_not_found')
    c.executionCtx.waitUntil(dispatchQuietly(c.env))
    return c.json({ event: ref.event }, 202, NO_STORE)
  },
)

deliveryRoutes.describe(
  {
    method: 'post',
    path: '/v1/endpoints/{endpoint}/replay',
    summary: 'Send an endpoint every event since a time again (its owner)',
    description: `All that fit what it subscribes to now, delivered before or not, \`until\` exclusive. Events are kept for 30 days. About ${MAX_REPLAYED} a call, oldest first.`,
    security: bearer,
    request: {
      params: endpointParam,
      body: { required: true, content: { 'application/json': { schema: replayBody } } },
    },
    responses: {
      202: json(replaySchema, 'They are on their way'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'owner_only',
        'endpoint_not_found',
        'endpoint_disabled',
        'body_too_large',
        'unsupported_media_type',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { endpoint } = await readActiveEndpoint(c)
    const { since, until } = parseJson(await readText(c.req.raw, MAX_ASK_BYTES), replayBody)
    const now = Date.now()
    const window = {
      since: Date.parse(since),
      // An event of this very millisecond is among them.
      until: until === undefined ? now + 1 : Date.parse(until),
      limit: MAX_REPLAYED,
    }
    const { events, nextSince } = await readDatabase(() => replayEvents(c.env.DB, endpoint, window, now))
    c.executionCtx.waitUntil(dispatchQuietly(c.env))
    return c.json({ events, nextSince: rfc3339OrNull(nextSince) }, 202, NO_STORE)
  },
)

deliveryRoutes.describe(
  {
    method: 'post',
    path: '/v1/endpoints/{endpoint}/example',
    summary: 'Send an endpoint an example of an event (its owner)',
    description:
      'Of any type its owner may be told, under an id of its own, with `"example": true` in `data`.',
    security: bearer,
    request: {
      params: endpointParam,
      body: { required: true, content: { 'application/json': { schema: exampleBody } } },
    },
    responses: {
      202: json(acceptedSchema, 'It is on its way'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'owner_only',
        'endpoint_not_found',
        'endpoint_disabled',
        'body_too_large',
        'unsupported_media_type',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { endpoint } = await readActiveEndpoint(c)
    const { type } = parseJson(await readText(c.req.raw, MAX_ASK_BYTES), exampleBody)
    if (!mayHear(endpoint.owner, type))
      throw new Problem('invalid_request', {
        errors: [{ path: 'type', message: `only a line is told ${type}` }],
      })
    const id = `evt_example_${crypto.randomUUID().replaceAll('-', '')}`
    const now = Date.now()
    const data = { ...describeType(type).example, example: true }
    await readDatabase(() => insertForEndpoint(c.env.DB, endpoint.id, { id, type, data, at: now }, now))
    c.executionCtx.waitUntil(dispatchQuietly(c.env))
    return c.json({ event: id }, 202, NO_STORE)
  },
)

import { readConfig } from '../env.ts'
import { Api, type AppContext, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { findLine } from '../registry/lines-store.ts'
import { createSecret, requireSecretsKey, sealSecret } from '../registry/secrets.ts'
import { requireOwner, signIn } from '../users/sign-in.ts'
import { checkAddress, MAX_URL_LENGTH } from './addresses.ts'
import {
  addSecret,
  changeEndpoint,
  deleteEndpoint,
  type Endpoint,
  insertEndpoint,
  listEndpoints,
  MAX_ENDPOINTS,
  MAX_SECRETS,
} from './endpoints-store.ts'
import { type EventType, eventTypeNames, mayHear } from './events.ts'
import { endpointParam, readEndpoint, timestamp } from './params.ts'

/** An address of 2 KiB, all types and an owner, with room for escapes. */
const MAX_ENDPOINT_BYTES = 8 * 1_024

/** `{"overlapHours": n}`. */
const MAX_ROTATE_BYTES = 256

/** The old and the new secret sign side by side for a day unless told otherwise, for a week at the most. */
const DEFAULT_OVERLAP_HOURS = 24
const MAX_OVERLAP_HOURS = 7 * 24
const HOUR_MS = 60 * 60 * 1_000

const LINE = 'line:'

const owner = z
  .string()
  .regex(/^(line|partner):[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/)
  .describe('Who looks after it: `line:<id>` or `partner:<id>`.')

const url = z
  .string()
  .describe(`https, a public host, port 443 or 8443, at most ${MAX_URL_LENGTH} characters, no fragment.`)

const types = z
  .array(z.enum(eventTypeNames))
  .min(1)
  .refine((list) => new Set(list).size === list.length, 'a type stands twice')
  .describe('What it is told; see the webhooks of this description.')

const endpointFields = {
  id: z.string(),
  owner: z.string(),
  url: z.string(),
  types: z.array(z.enum(eventTypeNames)),
  state: z.enum(['active', 'disabled']),
  disabledReason: z
    .enum(['requested', 'gone', 'failing'])
    .nullable()
    .describe('`gone`: it answered 410. `failing`: five days without one success.'),
  failingSince: timestamp.nullable().describe('The first failure since the last success.'),
  createdAt: timestamp,
}

const endpointSchema = z.object(endpointFields).openapi('Endpoint')

const secretField = z.string().describe('`whsec_...`, this once and never again.')

export type EndpointWire = z.infer<typeof endpointSchema>

const newEndpointSchema = z.object({ ...endpointFields, secret: secretField }).openapi('NewEndpoint')

export type NewEndpointWire = z.infer<typeof newEndpointSchema>

const rotatedSchema = z
  .object({
    secret: secretField,
    othersExpireAt: timestamp.describe('Until then the former secrets sign too.'),
  })
  .openapi('RotatedSecret')

export type RotatedWire = z.infer<typeof rotatedSchema>

const endpointListSchema = z
  .object({ items: z.array(endpointSchema), nextCursor: z.string().nullable() })
  .openapi('EndpointList')

const createBody = z.strictObject({ owner, url, types }).openapi('EndpointRequest')

const changeBody = z
  .strictObject({
    url: url.optional(),
    types: types.optional(),
    state: z.enum(['active', 'disabled']).optional(),
  })
  .refine((body) => Object.keys(body).length > 0, 'nothing to change')
  .openapi('EndpointChange')

const rotateBody = z
  .strictObject({ overlapHours: z.int().min(0).max(MAX_OVERLAP_HOURS).default(DEFAULT_OVERLAP_HOURS) })
  .openapi('RotateRequest')

const listQuery = pageQuery.extend({
  owner: owner.optional().describe('Only those of this owner; operators may leave it out and see all.'),
  state: z
    .enum(['active', 'failing', 'disabled'])
    .optional()
    .describe('Only those in this state; `failing`: active, and the last attempt failed.'),
})

function toWire({ failingSince, createdAt, ...rest }: Endpoint) {
  return { ...rest, failingSince: rfc3339OrNull(failingSince), createdAt: rfc3339(createdAt) }
}

/** The address as it will be used. Throws address_refused (422). */
function takeAddress(c: AppContext, text: string): string {
  const check = checkAddress(text, { local: readConfig(c.env).localSigningKey !== null })
  if (check.kind === 'refused') throw new Problem('address_refused', { detail: check.why })
  return check.url
}

/** Throws invalid_request (400) where `owner` may not hear of one of the types. */
function refuseUnheard(owner: string, types: readonly EventType[]): void {
  const errors = types.flatMap((type, place) =>
    mayHear(owner, type) ? [] : [{ path: `types.${place}`, message: `only a line is told ${type}` }],
  )
  if (errors.length > 0) throw new Problem('invalid_request', { errors })
}

async function newSecret(c: AppContext, endpoint: string) {
  const secretsKey = requireSecretsKey(readConfig(c.env))
  const secret = createSecret()
  return { secret, id: crypto.randomUUID(), sealed: await sealSecret(secretsKey, endpoint, secret) }
}

export const endpointRoutes = new Api()

endpointRoutes.describe(
  {
    method: 'post',
    path: '/v1/endpoints',
    summary: 'Subscribe an address to events (its owner)',
    description: `Signed by Standard Webhooks with the secret of this answer, which is shown in this answer only. At most ${MAX_ENDPOINTS} an owner.`,
    security: bearer,
    request: { body: { required: true, content: { 'application/json': { schema: createBody } } } },
    responses: {
      201: json(newEndpointSchema, 'The endpoint and its secret'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'owner_only',
        'line_not_found',
        'body_too_large',
        'unsupported_media_type',
        'address_refused',
        'limit_reached',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const principal = await signIn(c)
    const { owner, url, types } = parseJson(await readText(c.req.raw, MAX_ENDPOINT_BYTES), createBody)
    requireOwner(principal, owner)
    const { user } = principal
    refuseUnheard(owner, types)
    const address = takeAddress(c, url)
    if (owner.startsWith(LINE)) {
      const line = await readDatabase(() => findLine(c.env.DB, owner.slice(LINE.length)))
      if (!line) throw new Problem('line_not_found')
    }
    const [id, now] = [`ep_${crypto.randomUUID().replaceAll('-', '')}`, Date.now()]
    const { secret, ...sealed } = await newSecret(c, id)
    const added = await readDatabase(() =>
      insertEndpoint(c.env.DB, { id, owner, url: address, types }, sealed, { actor: user, now }),
    )
    if (!added)
      throw new Problem('limit_reached', { detail: `An owner has at most ${MAX_ENDPOINTS} endpoints.` })
    const endpoint = toWire({
      id,
      owner,
      url: address,
      types,
      state: 'active',
      disabledReason: null,
      failingSince: null,
      createdAt: now,
    })
    return c.json({ ...endpoint, secret }, 201, NO_STORE)
  },
)

endpointRoutes.describe(
  {
    method: 'get',
    path: '/v1/endpoints',
    summary: 'The endpoints of an owner, oldest first (its owner), or of all (operators)',
    description: `An owner has at most ${MAX_ENDPOINTS}.`,
    security: bearer,
    request: { query: listQuery },
    responses: {
      200: json(endpointListSchema, 'The endpoints'),
      ...problems(
        'invalid_request',
        'invalid_cursor',
        'token_missing',
        'token_invalid',
        'owner_only',
        'operator_only',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const principal = await signIn(c)
    const { owner, state, cursor, pageSize } = checkAgainst(listQuery, c.req.query())
    if (owner !== undefined) requireOwner(principal, owner)
    else if (!principal.operator) throw new Problem('operator_only')
    const offset = readCursor(cursor, 0)
    const rows = await readDatabase(() => listEndpoints(c.env.DB, { owner, state }, offset, pageSize + 1))
    const page = toPage(
      [...rows.entries()],
      pageSize,
      ([, endpoint]) => toWire(endpoint),
      ([n]) => offset + n + 1,
    )
    return c.json(page, 200, NO_STORE)
  },
)

endpointRoutes.describe(
  {
    method: 'get',
    path: '/v1/endpoints/{endpoint}',
    summary: 'One endpoint (its owner)',
    security: bearer,
    request: { params: endpointParam },
    responses: {
      200: json(endpointSchema, 'The endpoint'),
      ...problems('token_missing', 'token_invalid', 'owner_only', 'endpoint_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const { endpoint } = await readEndpoint(c)
    return c.json(toWire(endpoint), 200, NO_STORE)
  },
)

endpointRoutes.describe(
  {
    method: 'patch',
    path: '/v1/endpoints/{endpoint}',
    summary: 'Change an endpoint, disable it or enable it again (its owner)',
    description:
      'What is under way to a disabled endpoint fails; replay it when the endpoint is active again.',
    security: bearer,
    request: {
      params: endpointParam,
      body: { required: true, content: { 'application/json': { schema: changeBody } } },
    },
    responses: {
      200: json(endpointSchema, 'The endpoint as it is now'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'owner_only',
        'endpoint_not_found',
        'body_too_large',
        'unsupported_media_type',
        'address_refused',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { principal, endpoint } = await readEndpoint(c)
    const { url, types, state } = parseJson(await readText(c.req.raw, MAX_ENDPOINT_BYTES), changeBody)
    if (types) refuseUnheard(endpoint.owner, types)
    const change = {
      ...(types === undefined ? {} : { types }),
      // Another address has not failed yet.
      ...(url === undefined ? {} : { url: takeAddress(c, url), failingSince: null }),
      ...(state === 'active' ? { state, disabledReason: null, failingSince: null } : {}),
      ...(state === 'disabled' ? { state, disabledReason: 'requested' as const } : {}),
    }
    const verbs = { active: 'enabled', disabled: 'disabled' } as const
    const action = `endpoint.${state === undefined ? 'changed' : verbs[state]}`
    const note = { actor: principal.user, now: Date.now() }
    const changed = await readDatabase(() => changeEndpoint(c.env.DB, endpoint.id, change, action, note))
    if (!changed) throw new Problem('endpoint_not_found')
    return c.json(toWire(changed), 200, NO_STORE)
  },
)

endpointRoutes.describe(
  {
    method: 'delete',
    path: '/v1/endpoints/{endpoint}',
    summary: 'Delete an endpoint (its owner)',
    security: bearer,
    request: { params: endpointParam },
    responses: {
      204: { description: 'Deleted' },
      ...problems('token_missing', 'token_invalid', 'owner_only', 'endpoint_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const { principal, endpoint } = await readEndpoint(c)
    const note = { actor: principal.user, now: Date.now() }
    if (!(await readDatabase(() => deleteEndpoint(c.env.DB, endpoint.id, note))))
      throw new Problem('endpoint_not_found')
    return c.body(null, 204, NO_STORE)
  },
)

endpointRoutes.describe(
  {
    method: 'post',
    path: '/v1/endpoints/{endpoint}/rotate',
    summary: 'Replace the secret that signs what an endpoint is sent (its owner)',
    description: `The new one signs at once, those there go on signing beside it for \`overlapHours\`. At most ${MAX_SECRETS} sign at a time. Was the answer lost, rotate again.`,
    security: bearer,
    request: {
      params: endpointParam,
      body: { required: true, content: { 'application/json': { schema: rotateBody } } },
    },
    responses: {
      201: json(rotatedSchema, 'The new secret'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'owner_only',
        'endpoint_not_found',
        'body_too_large',
        'unsupported_media_type',
        'limit_reached',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { principal, endpoint } = await readEndpoint(c)
    const { overlapHours } = parseJson(await readText(c.req.raw, MAX_ROTATE_BYTES), rotateBody)
    const { secret, ...sealed } = await newSecret(c, endpoint.id)
    const now = Date.now()
    const othersExpireAt = now + overlapHours * HOUR_MS
    const note = { actor: principal.user, now }
    const added = await readDatabase(() => addSecret(c.env.DB, endpoint.id, sealed, othersExpireAt, note))
    if (!added)
      throw new Problem('limit_reached', {
        detail: `At most ${MAX_SECRETS} sign at a time; with overlapHours 0 the new one replaces them all.`,
      })
    return c.json({ secret, othersExpireAt: rfc3339(othersExpireAt) }, 201, NO_STORE)
  },
)

import { lifeOf } from '../dreams/moves.ts'
import { dreamParam, readDreamId, requireDream } from '../dreams/params.ts'
import { Api, type AppContext, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInOperator } from '../users/sign-in.ts'
import {
  addAddendum,
  findGrant,
  type Grant,
  type GrantAddendum,
  insertGrant,
  isCoCreator,
  MAX_ADDENDA,
} from './grants-store.ts'
import { MAX_CENTS, publicReason, requireReason } from './params.ts'

const MAX_TERMS_LENGTH = 10_000
const MAX_ADDENDUM_LENGTH = 2_000
const MAX_ORGANISATION_LENGTH = 64

/** The terms, 6 bytes a character that is escaped, and the rest: 61,000. */
const MAX_GRANT_BYTES = 65_536

/** (2,000 + 1,000) characters of 6 bytes, and the rest. */
const MAX_ADDENDUM_BYTES = 20_480

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'))

const grantBody = z
  .strictObject({
    amountCents: z.int().min(1).max(MAX_CENTS).describe('In hundredths of the currency.'),
    currency: z
      .string()
      .refine((code) => CURRENCIES.has(code), 'not a currency of ISO 4217')
      .describe('ISO 4217, as `CNY`.'),
    terms: z.string().trim().min(1).max(MAX_TERMS_LENGTH),
    organisation: z
      .string()
      .min(1)
      .max(MAX_ORGANISATION_LENGTH)
      .describe('The co-creator that answers for it.'),
  })
  .openapi('GrantDecision')

const addendumBody = z
  .strictObject({
    text: z.string().trim().min(1).max(MAX_ADDENDUM_LENGTH),
    reason: publicReason,
  })
  .openapi('NewGrantAddendum')

const addendumSchema = z
  .object({ text: z.string(), reason: z.string(), at: z.iso.datetime() })
  .openapi('GrantAddendum')

const grantSchema = z
  .object({
    dream: z.string(),
    organisation: z.string(),
    amountCents: z.int(),
    currency: z.string(),
    terms: z.string(),
    decidedAt: z.iso.datetime(),
    addenda: z.array(addendumSchema).describe('What was added to the terms, oldest first.'),
  })
  .openapi('Grant')

export type GrantWire = z.infer<typeof grantSchema>

const toAddendum = ({ text, reason, at }: GrantAddendum) => ({ text, reason, at: rfc3339(at) })

function toWire({ grant, addenda }: { grant: Grant; addenda: readonly GrantAddendum[] }) {
  return { ...grant, decidedAt: rfc3339(grant.decidedAt), addenda: addenda.map(toAddendum) }
}

export const grantRoutes = new Api()

grantRoutes.describe(
  {
    method: 'post',
    path: '/v1/dreams/{dream}/grant',
    summary: 'Grant money to a funded dream (operators)',
    description:
      'Once and for good: the same again gets the grant that stands, with 200. What has to change later is said in an addendum.',
    security: bearer,
    request: {
      params: dreamParam,
      body: { required: true, content: { 'application/json': { schema: grantBody } } },
    },
    responses: {
      200: json(grantSchema, 'The grant stands already'),
      201: json(grantSchema, 'The grant'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'operator_only',
        'dream_not_found',
        'state_conflict',
        'body_too_large',
        'unsupported_media_type',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInOperator(c)
    const dream = readDreamId(c)
    const body = parseJson(await readText(c.req.raw, MAX_GRANT_BYTES), grantBody)
    const repeated = await readRepeated(c, dream, body)
    if (repeated) return c.json(toWire(repeated), 200, NO_STORE)
    const state = lifeOf(await requireDream(c, dream), Date.now())
    if (state !== 'funded')
      throw new Problem('state_conflict', { detail: `A grant is for a funded dream. It is ${state}.` })
    const grant = { dream, ...body, decidedAt: Date.now() }
    if (!(await readDatabase(() => insertGrant(c.env.DB, grant, user)))) {
      const other = await readRepeated(c, dream, body)
      if (other) return c.json(toWire(other), 200, NO_STORE)
      if (await readDatabase(() => isCoCreator(c.env.DB, dream, body.organisation)))
        throw new Problem('state_conflict', { detail: 'The dream was moved on meanwhile.' })
      throw new Problem('state_conflict', { detail: 'The organisation has not taken the dream on.' })
    }
    return c.json(toWire({ grant, addenda: [] }), 201, NO_STORE)
  },
)

/** The grant that stands, if it is what is asked for; null where none stands. Throws state_conflict (409) for another. */
async function readRepeated(c: AppContext, dream: string, body: z.output<typeof grantBody>) {
  const found = await readDatabase(() => findGrant(c.env.DB, dream))
  if (!found) return null
  const { grant } = found
  const same =
    grant.amountCents === body.amountCents &&
    grant.currency === body.currency &&
    grant.terms === body.terms &&
    grant.organisation === body.organisation
  if (!same)
    throw new Problem('state_conflict', {
      detail: 'The dream has another grant. A grant stays as it is; add an addendum.',
    })
  return found
}

grantRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}/grant',
    summary: 'The grant of a dream, with what was added to its terms',
    description: '404 `not_found` for a dream without one.',
    request: { params: dreamParam },
    responses: {
      200: json(grantSchema, 'The grant'),
      ...problems('not_found', 'dream_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const dream = readDreamId(c)
    const answer = await cachedJson(c.req.raw, `grant/${dream}`, c.executionCtx, async () => {
      const found = await readDatabase(() => findGrant(c.env.DB, dream))
      return found && toWire(found)
    })
    if (answer) return answer
    await requireDream(c, dream)
    throw new Problem('not_found', { detail: 'The dream has no grant.' })
  },
)

grantRoutes.describe(
  {
    method: 'post',
    path: '/v1/dreams/{dream}/grant/addenda',
    summary: 'Add to the terms of a grant, in public (operators)',
    description: 'The same again gets the addendum that stands, with 200.',
    security: bearer,
    request: {
      params: dreamParam,
      body: { required: true, content: { 'application/json': { schema: addendumBody } } },
    },
    responses: {
      200: json(addendumSchema, 'The addendum stands already'),
      201: json(addendumSchema, 'The addendum'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'operator_only',
        'dream_not_found',
        'state_conflict',
        'body_too_large',
        'unsupported_media_type',
        'reason_missing',
        'limit_reached',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInOperator(c)
    const dream = readDreamId(c)
    const { text, reason } = parseJson(await readText(c.req.raw, MAX_ADDENDUM_BYTES), addendumBody)
    requireReason(reason)
    await requireDream(c, dream)
    const addendum = { dream, text, reason, at: Date.now() }
    const added = await readDatabase(() => addAddendum(c.env.DB, addendum, user))
    if (added) return c.json(toAddendum(added.addendum), added.replayed ? 200 : 201, NO_STORE)
    if (await readDatabase(() => findGrant(c.env.DB, dream)))
      throw new Problem('limit_reached', { detail: `A grant has at most ${MAX_ADDENDA} addenda.` })
    throw new Problem('state_conflict', { detail: 'The dream has no grant.' })
  },
)

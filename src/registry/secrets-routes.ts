import { readConfig } from '../env.ts'
import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { lineParam, readOwned, requireLine, timestamp } from './params.ts'
import { createSecret, PUBLIC_KEY, publicVerifyingKey, requireSecretsKey, sealSecret } from './secrets.ts'
import {
  addCredential,
  type CredentialInfo,
  listCredentials,
  MAX_CREDENTIALS,
  revokeCredential,
} from './secrets-store.ts'

/** A body is `{"overlapHours": n, "publicKey": "whpk_..."}`; nothing sensible needs more. */
const MAX_SECRET_BYTES = 1_024

/** The old and the new verify side by side for a day unless told otherwise, for a week at the most. */
const DEFAULT_OVERLAP_HOURS = 24
const MAX_OVERLAP_HOURS = 7 * 24

const HOUR_MS = 60 * 60 * 1_000

/** Longest id of a secret; those made here have 36 characters. */
const MAX_SECRET_ID_LENGTH = 64

const secretFields = {
  id: z.string(),
  scheme: z.enum(['v1', 'v1a']).describe('`v1`: a shared secret. `v1a`: an Ed25519 public key.'),
  createdAt: timestamp,
  expiresAt: timestamp.nullable().describe('From when on it verifies no more; null for never.'),
}

const secretSchema = z.object(secretFields).openapi('Secret')

export type SecretWire = z.infer<typeof secretSchema>

/** A credential just made: the only time its secret is shown. */
export const newSecretSchema = z
  .object({
    ...secretFields,
    secret: z.string().optional().describe('`whsec_...`, this once and never again; none with a public key.'),
  })
  .openapi('NewSecret')

export type NewSecretWire = z.infer<typeof newSecretSchema>

const secretListSchema = z.object({ items: z.array(secretSchema) }).openapi('SecretList')

const addBody = z
  .strictObject({
    overlapHours: z
      .int()
      .min(0)
      .max(MAX_OVERLAP_HOURS)
      .default(DEFAULT_OVERLAP_HOURS)
      .describe('How long what verified until now goes on verifying.'),
    publicKey: z
      .string()
      .regex(PUBLIC_KEY)
      .optional()
      .describe('An Ed25519 public key, `whpk_` and the base64 of its 32 bytes, instead of a shared secret.'),
  })
  .openapi('SecretRequest')

function toWire({ id, scheme, createdAt, expiresAt }: CredentialInfo) {
  return {
    id,
    scheme,
    createdAt: rfc3339(createdAt),
    expiresAt: expiresAt === null ? null : rfc3339(expiresAt),
  }
}

/** What is answered, once, of a credential just made. */
export function toNewSecret(credential: CredentialInfo, secret: string | undefined) {
  return { ...toWire(credential), ...(secret === undefined ? {} : { secret }) }
}

export const secretRoutes = new Api()

secretRoutes.describe(
  {
    method: 'get',
    path: '/v1/lines/{line}/secrets',
    summary: 'What verifies a line’s signatures now, oldest first (its owner)',
    description: `Never the secrets themselves. At most ${MAX_CREDENTIALS}.`,
    security: bearer,
    request: { params: lineParam },
    responses: {
      200: json(secretListSchema, 'What verifies now'),
      ...problems('token_missing', 'token_invalid', 'owner_only', 'line_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const { line } = await readOwned(c)
    await requireLine(c, line)
    const credentials = await readDatabase(() => listCredentials(c.env.DB, line, Date.now()))
    return c.json({ items: credentials.map(toWire) }, 200, NO_STORE)
  },
)

secretRoutes.describe(
  {
    method: 'post',
    path: '/v1/lines/{line}/secrets',
    summary: 'Replace what verifies a line’s signatures (its owner)',
    description:
      'The new one verifies within ten seconds everywhere; those there go on for `overlapHours` and expire then. A shared secret is shown in this answer only. Was the answer lost, ask again: the lost one expires with the others.',
    security: bearer,
    request: {
      params: lineParam,
      body: { required: true, content: { 'application/json': { schema: addBody } } },
    },
    responses: {
      201: json(newSecretSchema, 'The new one'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'owner_only',
        'line_closed',
        'line_not_found',
        'body_too_large',
        'unsupported_media_type',
        'limit_reached',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { principal, line } = await readOwned(c)
    const { overlapHours, publicKey } = parseJson(await readText(c.req.raw, MAX_SECRET_BYTES), addBody)
    if (publicKey !== undefined) await refuseBadKey(publicKey)
    const secretsKey = requireSecretsKey(readConfig(c.env))
    await requireLine(c, line)
    const secret = publicKey === undefined ? createSecret() : undefined
    const scheme = publicKey === undefined ? 'v1' : 'v1a'
    const [id, now] = [crypto.randomUUID(), Date.now()]
    const sealed = await sealSecret(secretsKey, line, publicKey ?? (secret as string))
    const othersExpireAt = now + overlapHours * HOUR_MS
    const detail = { overlapHours, ...(publicKey === undefined ? {} : { publicKey }) }
    const note = { actor: principal.user, now, detail }
    const added = await readDatabase(() =>
      addCredential(c.env.DB, line, { id, scheme, sealed }, othersExpireAt, note),
    )
    if (!added) {
      if ((await requireLine(c, line)).state === 'closed') throw new Problem('line_closed')
      throw new Problem('limit_reached', {
        detail: `At most ${MAX_CREDENTIALS} verify at a time. Revoke one first.`,
      })
    }
    return c.json(toNewSecret({ id, scheme, createdAt: now, expiresAt: null }, secret), 201, NO_STORE)
  },
)

/** Throws invalid_request (400) where 32 bytes are no key the runtime takes. */
async function refuseBadKey(publicKey: string): Promise<void> {
  try {
    await publicVerifyingKey(publicKey)
  } catch {
    throw new Problem('invalid_request', {
      errors: [{ path: 'publicKey', message: 'not an Ed25519 public key' }],
    })
  }
}

secretRoutes.describe(
  {
    method: 'delete',
    path: '/v1/lines/{line}/secrets/{secret}',
    summary: 'Revoke what verifies a line’s signatures (its owner)',
    description: 'It verifies nowhere within ten seconds. The last one stays: add another first.',
    security: bearer,
    request: {
      params: lineParam.extend({ secret: z.string().max(MAX_SECRET_ID_LENGTH) }),
    },
    responses: {
      204: { description: 'Revoked' },
      ...problems(
        'token_missing',
        'token_invalid',
        'owner_only',
        'line_not_found',
        'secret_not_found',
        'last_secret',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { principal, line } = await readOwned(c)
    const secret = c.req.param('secret') ?? ''
    await requireLine(c, line)
    if (secret.length > MAX_SECRET_ID_LENGTH) throw new Problem('secret_not_found')
    const outcome = await readDatabase(() =>
      revokeCredential(c.env.DB, line, secret, principal.user, Date.now()),
    )
    if (outcome === 'unknown') throw new Problem('secret_not_found')
    if (outcome === 'last') throw new Problem('last_secret')
    return c.body(null, 204, NO_STORE)
  },
)

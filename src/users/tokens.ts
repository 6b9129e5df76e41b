import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import type { Config } from '../env.ts'
import { Problem } from '../http/problem.ts'
import { isUserId } from './ids.ts'
import { LOCAL_AUDIENCE, LOCAL_ISSUER, localKeySet } from './local-issuer.ts'

/** Who a request speaks for. */
export interface Principal {
  readonly user: string
  readonly operator: boolean
  /** What the user looks after: `line:<id>`, `partner:<id>`. */
  readonly owns: readonly string[]
}

/** Asymmetric only: with an HMAC among them a public key could be used to forge tokens. */
const ALGORITHMS = ['ES256', 'EdDSA', 'RS256']

/** A verified token is believed this long without looking at its signature again (and never beyond its `exp`). */
const VERIFIED_TTL_MS = 60_000

/** Tokens remembered: 10,000 x 2 KB = 20 MB of an isolate's 128 MB at the most. Longer ones are verified each time. */
const MAX_REMEMBERED_LENGTH = 2_048
const MAX_VERIFIED = 10_000

/** How long a fetched key set is used, and how soon an unknown key or a failure may cause it to be fetched again. */
const KEY_SET_TTL_MS = 10 * 60_000
const KEY_SET_COOLDOWN_MS = 30_000

/** Most roles of a token looked at. */
const MAX_ROLES = 100

/** Longest token looked at. */
const MAX_TOKEN_LENGTH = 8_192

const verified = new Map<string, { principal: Principal; until: number }>()

// Only the key set's text is shared between requests: a promise is cancelled with the request that owns it.
let fetched: { url: string; keys: JSONWebKeySet; at: number; triedAt: number } | null = null

/** Requests that this Worker makes to itself, for whom their session says. No one outside can put one in here. */
const vouched = new WeakMap<Request, Principal>()

/** Lets a request that the Worker makes to itself speak for `principal`, without a token. */
export function vouch(request: Request, principal: Principal): void {
  vouched.set(request, principal)
}

/**
 * Whom a request speaks for: by its `Authorization: Bearer` header, or by `vouch`. Throws token_missing, token_invalid
 * (401), and unavailable (503) when the issuer's keys cannot be had.
 */
export async function authenticate(request: Request, config: Config): Promise<Principal> {
  const inside = vouched.get(request)
  if (inside) return inside
  const header = request.headers.get('authorization')
  if (!header) throw new Problem('token_missing', { headers: { 'WWW-Authenticate': 'Bearer' } })
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1]
  if (!token || token.length > MAX_TOKEN_LENGTH)
    throw invalid('The Authorization header is not a bearer token.')
  const now = Date.now()
  const known = verified.get(token)
  if (known && now < known.until) return known.principal
  const payload = await verify(token, config, now)
  const principal = principalOf(payload)
  if (token.length > MAX_REMEMBERED_LENGTH) return principal
  if (verified.size >= MAX_VERIFIED) verified.delete(verified.keys().next().value as string)
  const expires = (payload.exp as number) * 1_000
  verified.set(token, { principal, until: Math.min(now + VERIFIED_TTL_MS, expires) })
  return principal
}

function invalid(detail: string): Problem {
  return new Problem('token_invalid', {
    detail,
    headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
  })
}

/**
 * Who someone is by the claims of a verified token, an access token's or an ID token's. Throws token_invalid (401) where
 * `sub` is no id an account can be held under.
 */
export function principalOf(payload: { readonly [claim: string]: unknown }): Principal {
  if (!isUserId(payload.sub)) throw invalid('The token names no user this service can hold an account for.')
  const roles = Array.isArray(payload.roles) ? payload.roles.slice(0, MAX_ROLES) : []
  return {
    user: payload.sub,
    operator: roles.includes('operator'),
    owns: roles.filter((role): role is string => typeof role === 'string' && /^(line|partner):/.test(role)),
  }
}

async function verify(token: string, config: Config, now: number): Promise<JWTPayload> {
  const issuer = issuerOf(token)
  const options = { algorithms: ALGORITHMS, requiredClaims: ['exp', 'sub'] }
  try {
    if (config.localSigningKey && issuer === LOCAL_ISSUER) {
      const keys = createLocalJWKSet(localKeySet(config.localSigningKey))
      return (await jwtVerify(token, keys, { ...options, issuer: LOCAL_ISSUER, audience: LOCAL_AUDIENCE }))
        .payload
    }
    if (!config.issuer || issuer !== config.issuer.name) throw invalid('The token is from an unknown issuer.')
    const { name, audience, jwksUrl } = config.issuer
    const check = async (keys: JSONWebKeySet) =>
      (await jwtVerify(token, createLocalJWKSet(keys), { ...options, issuer: name, audience })).payload
    try {
      return await check(await keySet(jwksUrl, now, KEY_SET_TTL_MS))
    } catch (error) {
      // The issuer may have begun to sign with a new key.
      if (error instanceof errors.JWKSNoMatchingKey)
        return await check(await keySet(jwksUrl, now, KEY_SET_COOLDOWN_MS))
      throw error
    }
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw invalid('The token has expired.')
    if (error instanceof errors.JOSEError) throw invalid('The token does not verify.')
    throw error
  }
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    throw invalid('The token is not a JWT.')
  }
}

async function keySet(url: string, now: number, maxAgeMs: number): Promise<JSONWebKeySet> {
  const known = fetched?.url === url ? fetched : null
  if (known && (now - known.at < maxAgeMs || now - known.triedAt < KEY_SET_COOLDOWN_MS)) return known.keys
  if (known) known.triedAt = now
  let keys: JSONWebKeySet
  try {
    const response = await fetch(url, {
      headers: { Accept: 'application/json' },
      signal: AbortSignal.timeout(5_000),
    })
    if (!response.ok) throw new Error(`status ${response.status}`)
    keys = (await response.json()) as JSONWebKeySet
    if (!Array.isArray(keys?.keys)) throw new Error('not a key set')
  } catch (error) {
    console.error({ event: 'token.key_set_failed', url, error: String(error) })
    if (known) return known.keys
    throw new Problem('unavailable', { detail: "The token issuer's keys cannot be read." })
  }
  fetched = { url, keys, at: now, triedAt: now }
  return keys
}

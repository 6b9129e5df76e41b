import type { DeliveryRef } from './callbacks/deliveries-store.ts'
import type { Dream } from './dreams/object.ts'
import type { Line } from './lines/object.ts'

/** What wrangler.toml binds. Only `readConfig` reads the strings. */
export interface Env {
  readonly DB: D1Database
  readonly DREAM: DurableObjectNamespace<Dream>
  readonly LINE: DurableObjectNamespace<Line>
  readonly CALLBACKS: Queue<DeliveryRef>
  /** Pictures of proposals, milestones and reports. */
  readonly PICTURES: R2Bucket
  readonly JWT_ISSUER?: string
  readonly JWT_AUDIENCE?: string
  readonly JWT_JWKS_URL?: string
  readonly OIDC_CLIENT_ID?: string
  readonly OIDC_CLIENT_SECRET?: string
  readonly SECRETS_KEY?: string
  readonly SETTLING_HOURS?: string
  readonly LOCAL_SIGNING_KEY?: string
}

/** Configuration in the form the code uses. A missing part disables what needs it and nothing else. */
export interface Config {
  /** Who may sign users' tokens; null when none is configured. */
  readonly issuer: { readonly name: string; readonly audience: string; readonly jwksUrl: string } | null
  /**
   * Where people sign in: the same issuer, by OpenID Connect, so that `sub` is one person in tokens and on pages; null when
   * this service is no client of it. Without a secret it is a public client.
   */
  readonly signIn: {
    readonly issuer: string
    readonly clientId: string
    readonly clientSecret: string | null
  } | null
  /** Private JWK of a local run, which signs guests in; null anywhere else. */
  readonly localSigningKey: string | null
  /** Base64 key under which line secrets are sealed; null when not set. */
  readonly secretsKey: string | null
  /** From reaching the quota to the funding decision, in ms. */
  readonly settlingMs: number
}

/** How long a dream settles unless SETTLING_HOURS says otherwise, and the longest it may. */
const DEFAULT_SETTLING_HOURS = 24
const MAX_SETTLING_HOURS = 90 * 24

/** Reads configuration from the environment. */
export function readConfig(env: Env): Config {
  const { JWT_ISSUER: name, JWT_AUDIENCE: audience, JWT_JWKS_URL: jwksUrl, OIDC_CLIENT_ID: clientId } = env
  return {
    issuer: name && audience && jwksUrl ? { name, audience, jwksUrl } : null,
    signIn:
      name && clientId ? { issuer: name, clientId, clientSecret: env.OIDC_CLIENT_SECRET || null } : null,
    localSigningKey: env.LOCAL_SIGNING_KEY || null,
    secretsKey: env.SECRETS_KEY || null,
    settlingMs: readHours(env.SETTLING_HOURS) * 60 * 60 * 1_000,
  }
}

function readHours(text: string | undefined): number {
  const hours = Number(text || DEFAULT_SETTLING_HOURS)
  return hours >= 0 && hours <= MAX_SETTLING_HOURS ? hours : DEFAULT_SETTLING_HOURS
}

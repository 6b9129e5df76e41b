import {
  type AuthorizationServer,
  allowInsecureRequests,
  type Client,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type CustomFetchOptions,
  customFetch,
  discoveryRequest,
  None,
  processDiscoveryResponse,
} from 'oauth4webapi'
import type { Config } from '../env.ts'
import { readBytes } from '../http/body.ts'

/** The provider that people sign in at, as its discovery document describes it, and how it is spoken to. */

/** How long the provider may take to answer, and the most it may say. */
const TIMEOUT_MS = 5_000
const MAX_ANSWER_BYTES = 256 * 1_024

/** How long a discovery document is used, and how soon after a failure to read the next one it is tried again. */
const DOCUMENT_TTL_MS = 10 * 60_000
const DOCUMENT_COOLDOWN_MS = 30_000

/** How long a provider that never answered yet is not asked again. */
const SILENCE_MS = 2_000

/** Hosts that are this machine: nobody can listen in between, so plain HTTP will do. */
const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/

export type ProviderConfig = NonNullable<Config['signIn']>

/** A provider, and this service as its client. */
export interface Provider {
  readonly server: AuthorizationServer
  readonly client: Client
  readonly clientAuth: ClientAuth
  readonly http: HttpOptions
}

interface HttpOptions {
  readonly [allowInsecureRequests]: boolean
  readonly [customFetch]: typeof speak
}

/** The provider did not answer, or answered that it cannot now. */
export class ProviderSilent extends Error {}

// Only the parsed document is shared between requests: a promise is cancelled with the request that owns it.
let known: { issuer: string; server: AuthorizationServer; at: number; triedAt: number } | null = null

/** When an issuer that never answered was asked last: a silent one does not cost every visitor the whole wait. */
let silent: { issuer: string; at: number } | null = null

/** The configured provider. Throws ProviderSilent, and the library's errors where what it says of itself is not in order. */
export async function loadProvider(config: ProviderConfig): Promise<Provider> {
  const { issuer, clientId, clientSecret } = config
  const http = { [allowInsecureRequests]: isLoopback(issuer), [customFetch]: speak }
  const server = await discover(issuer, http, Date.now())
  return { server, client: { client_id: clientId }, clientAuth: clientAuthOf(clientSecret, server), http }
}

/** True where plain HTTP is allowed. */
export function isLoopback(address: string): boolean {
  const { protocol, hostname } = new URL(address)
  return protocol === 'http:' && LOOPBACK.test(hostname)
}

async function discover(issuer: string, http: HttpOptions, now: number): Promise<AuthorizationServer> {
  const former = known?.issuer === issuer ? known : null
  if (former && (now - former.at < DOCUMENT_TTL_MS || now - former.triedAt < DOCUMENT_COOLDOWN_MS))
    return former.server
  if (former) former.triedAt = now
  else if (silent?.issuer === issuer && now - silent.at < SILENCE_MS)
    throw new ProviderSilent('asked a moment ago')
  try {
    const url = new URL(issuer)
    const server = await processDiscoveryResponse(url, await discoveryRequest(url, http))
    known = { issuer, server, at: now, triedAt: now }
    return server
  } catch (error) {
    if (!former) {
      silent = { issuer, at: Date.now() }
      throw error
    }
    console.error({ event: 'sign_in.discovery_failed', issuer, error: String(error) })
    return former.server
  }
}

/** How this client shows who it is: by its secret, in the way the provider takes it; a public client has none. */
function clientAuthOf(secret: string | null, server: AuthorizationServer): ClientAuth {
  if (!secret) return None()
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
  return methods.includes('client_secret_basic') ? ClientSecretBasic(secret) : ClientSecretPost(secret)
}

/** Asks the provider and reads its whole answer. Throws ProviderSilent for all that is no answer to what was asked. */
async function speak(
  url: string,
  options: CustomFetchOptions<'GET' | 'POST', URLSearchParams | undefined>,
): Promise<Response> {
  try {
    const { method, headers, body } = options
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const answer = await fetch(url, { method, headers, body: body ?? null, redirect: 'manual', signal })
    const bytes = await readBytes(answer, MAX_ANSWER_BYTES)
    if (answer.status >= 500 || answer.status === 429) throw new Error(`status ${answer.status}`)
    const type = answer.headers.get('content-type')
    return new Response(bytes.byteLength > 0 ? bytes : null, {
      status: answer.status,
      headers: type ? { 'Content-Type': type } : {},
    })
  } catch (error) {
    throw new ProviderSilent(`${new URL(url).pathname}: ${String(error)}`)
  }
}

import {
  AuthorizationResponseError,
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  checkProtocol,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  getValidatedIdTokenClaims,
  processAuthorizationCodeResponse,
  ResponseBodyError,
  validateApplicationLevelSignature,
  validateAuthResponse,
} from 'oauth4webapi'
import { Problem } from '../http/problem.ts'
import { principalOf } from '../users/tokens.ts'
import { htmlLang, type Lang } from '../words/language.ts'
import { isLoopback, loadProvider, type Provider, type ProviderConfig, ProviderSilent } from './provider.ts'
import type { Session } from './session.ts'

/**
 * Signing in by OpenID Connect: authorization code with PKCE (RFC 7636), `state` against a foreign answer, `nonce` against
 * a foreign ID token. The tokens are used once, here, and kept nowhere.
 */

/** `openid` is who it is, `profile` what to call them. Contacts are never asked for. */
const SCOPE = 'openid profile'

/** Longest name kept of what the provider says, in characters: it goes into the cookie. */
const MAX_NAME_LENGTH = 80

/** What the browser keeps, sealed, while someone is at the provider. */
export interface Flow {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  /** A path of ours to go on to. */
  readonly to: string
}

/**
 * Why nobody was signed in: the person said no; this was begun elsewhere, too long ago, or is over; what the provider sent
 * does not hold; it names nobody we can hold an account for; it does not answer.
 */
export const failures = ['denied', 'stale', 'refused', 'account', 'silent'] as const
export type Failure = (typeof failures)[number]

export type Begun =
  | { readonly ok: true; readonly address: string; readonly flow: Flow }
  | { readonly ok: false; readonly why: Failure }
export type Finished =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly why: Failure }

/** A new flow, and the address at the provider where it goes on. */
export async function beginSignIn(
  config: ProviderConfig,
  { redirectUri, lang, to }: { readonly redirectUri: string; readonly lang: Lang; readonly to: string },
): Promise<Begun> {
  try {
    const { server, client } = await loadProvider(config)
    const address = new URL(server.authorization_endpoint ?? '')
    checkProtocol(address, !isLoopback(config.issuer))
    const flow = {
      ...{
        state: generateRandomState(),
        nonce: generateRandomNonce(),
        verifier: generateRandomCodeVerifier(),
      },
      to,
    }
    const parameters = {
      client_id: client.client_id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: SCOPE,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
      ui_locales: htmlLang[lang],
    }
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value)
    return { ok: true, address: address.href, flow }
  } catch (error) {
    // Whatever is wrong, it is on the provider's side or in our configuration: nothing the person can mend.
    tell('begin', error)
    return { ok: false, why: 'silent' }
  }
}

/** Who came back from the provider, by what it sent along and then by what it tells us itself. */
export async function finishSignIn(
  config: ProviderConfig,
  flow: Flow,
  { redirectUri, answer }: { readonly redirectUri: string; readonly answer: URLSearchParams },
): Promise<Finished> {
  try {
    const claims = await claimsOf(await loadProvider(config), flow, redirectUri, answer)
    return { ok: true, session: { ...principalOf(claims), name: nameOf(claims) } }
  } catch (error) {
    const why = whyOf(error)
    if (why !== 'denied') tell(why, error)
    return { ok: false, why }
  }
}

async function claimsOf(
  { server, client, clientAuth, http }: Provider,
  { state, nonce, verifier }: Flow,
  redirectUri: string,
  answer: URLSearchParams,
): Promise<Record<string, unknown>> {
  const parameters = validateAuthResponse(server, client, answer, state)
  const response = await authorizationCodeGrantRequest(
    ...([server, client, clientAuth, parameters, redirectUri, verifier] as const),
    http,
  )
  const tokens = await processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: nonce,
    requireIdToken: true,
  })
  // The connection vouches for the ID token already; its signature holds should anything ever stand in between.
  await validateApplicationLevelSignature(server, response, http)
  const claims = getValidatedIdTokenClaims(tokens)
  if (!claims) throw new Error('the provider sent no ID token')
  return claims
}

function whyOf(error: unknown): Failure {
  if (error instanceof ProviderSilent) return 'silent'
  if (error instanceof Problem) return 'account'
  if (error instanceof AuthorizationResponseError) {
    if (error.error === 'access_denied') return 'denied'
    return ['temporarily_unavailable', 'server_error'].includes(error.error) ? 'silent' : 'refused'
  }
  // The code was used already, or its time is over.
  if (error instanceof ResponseBodyError && error.error === 'invalid_grant') return 'stale'
  return 'refused'
}

/** What to call them: as the provider says it, in one line. */
function nameOf(claims: Record<string, unknown>): string | null {
  for (const claim of [claims.name, claims.nickname, claims.preferred_username])
    if (typeof claim === 'string') {
      const name = claim.toWellFormed().replace(/\s+/gu, ' ').trim()
      if (name) return [...name].slice(0, MAX_NAME_LENGTH).join('')
    }
  return null
}

/** Writes down what went wrong, without a code, a token or a name. */
function tell(why: string, error: unknown): void {
  const detail = error instanceof ResponseBodyError ? ` (${error.error})` : ''
  console.error({ event: 'sign_in.failed', why, error: String(error) + detail })
}

import { getCookie, setCookie } from 'hono/cookie'
import { readConfig } from '../env.ts'
import type { PageContext } from '../pages/frame/context.ts'
import { requireSecretsKey } from '../registry/secrets.ts'
import type { Flow } from './oidc.ts'
import { openClaims, sealClaims } from './sealed.ts'
import { cookieName, cookieOptions } from './session.ts'

/** A sign-in that is under way, kept by the browser that began it: nobody else can bring it to its end. */

/** How long someone may take at the provider, in seconds. */
const LIFETIME = 10 * 60

/** Keeps a flow in this browser, instead of any before. Throws unavailable (503) without SECRETS_KEY. */
export async function keepFlow(c: PageContext, flow: Flow): Promise<void> {
  const sealed = await sealClaims(requireSecretsKey(readConfig(c.env)), 'sign-in', { ...flow }, LIFETIME)
  setCookie(c, cookieName(c, 'sign-in'), sealed, cookieOptions(c, LIFETIME))
}

/** The flow that this browser began; null where there is none, or it took too long. */
export async function readFlow(c: PageContext): Promise<Flow | null> {
  const cookie = getCookie(c, cookieName(c, 'sign-in'))
  const { secretsKey } = readConfig(c.env)
  const claims = cookie && secretsKey ? await openClaims(secretsKey, 'sign-in', cookie) : null
  if (!claims) return null
  const { state, nonce, verifier, to } = claims
  if ([state, nonce, verifier, to].some((each) => typeof each !== 'string')) return null
  return { state, nonce, verifier, to } as Flow
}

/** Forgets the flow of this browser. */
export function forgetFlow(c: PageContext): void {
  setCookie(c, cookieName(c, 'sign-in'), '', cookieOptions(c, 0))
}

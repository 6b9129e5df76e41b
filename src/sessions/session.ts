import { getCookie, setCookie } from 'hono/cookie'
import type { CookieOptions } from 'hono/utils/cookie'
import { readConfig } from '../env.ts'
import { Problem } from '../http/problem.ts'
import type { PageContext } from '../pages/frame/context.ts'
import { requireSecretsKey } from '../registry/secrets.ts'
import { isUserId } from '../users/ids.ts'
import type { Principal } from '../users/tokens.ts'
import { openClaims, type Purpose, sealClaims } from './sealed.ts'

/**
 * Who is signed in, in a browser. The session is a sealed cookie: nothing of it is in the database, so a page view costs
 * no read. It counts for the pages only; the API takes bearer tokens and never a cookie.
 */

/** A person stays signed in through a campaign; whoever may do more, a working day. In seconds. */
const PERSON_LIFETIME = 14 * 24 * 60 * 60
const ROLE_LIFETIME = 12 * 60 * 60

/** Who is signed in. */
export interface Session extends Principal {
  /** What to call them, from the provider; never the contact. */
  readonly name: string | null
}

/** A cookie that is longer is dropped by browsers without a word. */
const MAX_COOKIE_BYTES = 4_000

/** Over HTTPS the prefix `__Host-` keeps a neighbour's subdomain from setting it. */
export function cookieName(c: PageContext, purpose: Purpose): string {
  return isHttps(c) ? `__Host-${purpose}` : purpose
}

/** How every cookie here is set. `Lax`, so that whoever comes by a link is signed in; no other site's form carries it. */
export function cookieOptions(c: PageContext, maxAge: number): CookieOptions {
  return { httpOnly: true, sameSite: 'Lax', secure: isHttps(c), path: '/', maxAge }
}

const isHttps = (c: PageContext): boolean => c.req.url.startsWith('https:')

/** Who is signed in; null where nobody is. Never throws: a cookie that cannot be opened is none. */
export async function readSession(c: PageContext): Promise<Session | null> {
  const cookie = getCookie(c, cookieName(c, 'session'))
  const { secretsKey } = readConfig(c.env)
  if (!cookie || !secretsKey) return null
  const claims = await openClaims(secretsKey, 'session', cookie)
  if (!claims || !isUserId(claims.user)) return null
  return {
    user: claims.user,
    operator: claims.operator === true,
    owns: Array.isArray(claims.owns) ? claims.owns.filter((role) => typeof role === 'string') : [],
    name: typeof claims.name === 'string' ? claims.name : null,
  }
}

/**
 * Signs someone in, in this browser. Throws unavailable (503) without SECRETS_KEY, and limit_reached (422) for someone who
 * looks after more than a cookie holds.
 */
export async function startSession(c: PageContext, session: Session): Promise<void> {
  const lifetime = session.operator || session.owns.length > 0 ? ROLE_LIFETIME : PERSON_LIFETIME
  const sealed = await sealClaims(requireSecretsKey(readConfig(c.env)), 'session', { ...session }, lifetime)
  if (sealed.length > MAX_COOKIE_BYTES) throw new Problem('limit_reached')
  setCookie(c, cookieName(c, 'session'), sealed, cookieOptions(c, lifetime))
}

/** Signs whoever it is out, in this browser. */
export function endSession(c: PageContext): void {
  setCookie(c, cookieName(c, 'session'), '', cookieOptions(c, 0))
}

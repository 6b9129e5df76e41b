import { readConfig } from '../env.ts'
import type { AppContext } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { isDeleted } from '../people/store.ts'
import { admitUser } from './rates.ts'
import { authenticate, type Principal } from './tokens.ts'

/** How a route knows who asks: by the bearer token, once a request, counted against the rate of the user. */

/**
 * Who asks. Throws token_missing, token_invalid (401), rate_limited (429), and unavailable (503) when the issuer's keys
 * cannot be had.
 */
export async function signIn(c: AppContext, policy: 'user' | 'codes' = 'user'): Promise<Principal> {
  const principal = await authenticate(c.req.raw, readConfig(c.env))
  admitUser(c, principal, policy)
  return principal
}

/**
 * Who asks, for what leaves something of a person behind: as `signIn`, and account_deleted (403) when that person had
 * their account deleted. Reads D1 once, so it is not for pledges: the ledger itself refuses theirs.
 */
export async function signInPerson(c: AppContext, policy: 'user' | 'codes' = 'user'): Promise<Principal> {
  const principal = await signIn(c, policy)
  if (await readDatabase(() => isDeleted(c.env.DB, principal.user))) throw new Problem('account_deleted')
  return principal
}

/** Throws owner_only (403) for all but operators and those who look after `owner` (`line:<id>`, `partner:<id>`). */
export function requireOwner(principal: Principal, owner: string): void {
  if (!principal.operator && !principal.owns.includes(owner)) throw new Problem('owner_only')
}

/** Who asks, if an operator. Throws as `signIn`, and operator_only (403). */
export async function signInOperator(c: AppContext): Promise<Principal> {
  const principal = await signIn(c)
  if (!principal.operator) throw new Problem('operator_only')
  return principal
}

/** Who asks, if an operator or someone who looks after `owner`. Throws as `signIn`, and owner_only (403). */
export async function signInOwner(c: AppContext, owner: string): Promise<Principal> {
  const principal = await signIn(c)
  requireOwner(principal, owner)
  return principal
}

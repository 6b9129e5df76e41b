import type { AppContext } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { z } from '../http/zod.ts'
import { signIn } from '../users/sign-in.ts'
import type { Principal } from '../users/tokens.ts'
import { roleIn } from './membership.ts'
import { findOrganisation, type Organisation } from './organisations-store.ts'
import type { Role } from './rules.ts'

/** What the routes of this room read from a request alike. */

/** An organisation's id: 1 to 64 of a-z, 0-9 and hyphens, so that it stands in paths as it is. */
export const organisationId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/)

export const organisationParam = z.object({ organisation: organisationId })

export const timestamp = z.iso.datetime()

/** The organisation a path names. Throws organisation_not_found (404) and unavailable (503). */
export async function requireOrganisation(c: AppContext, id: unknown): Promise<Organisation> {
  const known = organisationId.safeParse(id)
  const found = known.success && (await readDatabase(() => findOrganisation(c.env.DB, known.data)))
  if (!found) throw new Problem('organisation_not_found')
  return found
}

/** Someone who asks something of an organisation, and the part they have in it. */
export interface Insider {
  readonly principal: Principal
  readonly organisation: Organisation
  readonly role: Role | null
}

/** The organisation a path names and what someone is in it. Throws organisation_not_found (404). */
export async function requireInsider(c: AppContext, principal: Principal): Promise<Insider> {
  const organisation = await requireOrganisation(c, c.req.param('organisation'))
  const role = await readDatabase(() => roleIn(c.env.DB, organisation.id, principal.user))
  return { principal, organisation, role }
}

/** As `requireInsider`, for its admins and operators. Throws not_yours (403). */
export async function requireAdmin(c: AppContext, principal: Principal): Promise<Insider> {
  const found = await requireInsider(c, principal)
  if (found.role !== 'admin' && !principal.operator) throw new Problem('not_yours')
  return found
}

/** Who reads in an organisation: its members and operators. Throws as `signIn` and `requireInsider`, and not_yours (403). */
export async function readAsMember(c: AppContext): Promise<Insider> {
  const found = await requireInsider(c, await signIn(c))
  if (found.role === null && !found.principal.operator) throw new Problem('not_yours')
  return found
}

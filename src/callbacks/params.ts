import type { AppContext } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { z } from '../http/zod.ts'
import { requireOwner, signIn } from '../users/sign-in.ts'
import type { Principal } from '../users/tokens.ts'
import { type Endpoint, loadEndpoint } from './endpoints-store.ts'
import { EVENT_ID } from './outbox.ts'

/** What the routes of this room read from a request and write in an answer alike. */

const endpointId = z.string().regex(/^ep_[0-9a-f]{32}$/)

export const endpointParam = z.object({ endpoint: endpointId })

export const deliveryParam = endpointParam.extend({ event: z.string().regex(EVENT_ID) })

export const timestamp = z.iso.datetime()

/**
 * The endpoint a request is about and who asks: its owner or an operator. Throws endpoint_not_found (404), owner_only (403)
 * and what authentication throws. Ids are not guessable, so that one is there may be told.
 */
export async function readEndpoint(c: AppContext): Promise<{ principal: Principal; endpoint: Endpoint }> {
  const principal = await signIn(c)
  const id = endpointId.safeParse(c.req.param('endpoint'))
  const endpoint = id.success ? await readDatabase(() => loadEndpoint(c.env.DB, id.data)) : null
  if (!endpoint) throw new Problem('endpoint_not_found')
  requireOwner(principal, endpoint.owner)
  return { principal, endpoint }
}

/** The same for what would be sent to it. Throws endpoint_disabled (409) besides. */
export async function readActiveEndpoint(
  c: AppContext,
): Promise<{ principal: Principal; endpoint: Endpoint }> {
  const read = await readEndpoint(c)
  if (read.endpoint.state !== 'active') throw new Problem('endpoint_disabled')
  return read
}

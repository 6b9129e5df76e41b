import type { Env } from '../env.ts'
import { rfc3339 } from '../http/wire.ts'
import { holdingOf } from '../ledger/ids.ts'
import { acceptLink, offerLinks } from '../links/linking.ts'
import { removeLink } from '../links/store.ts'
import type { LineProfile } from '../registry/store.ts'

/**
 * What became of a line's word about one of its users.
 * - issued: `code` is for the user to type on the platform until `expiresAt`.
 * - linked: the id and the account of whoever made the code are one; duplicate: they were before.
 * - removed: they no longer are.
 */
export interface LinkResult {
  readonly id: string
  readonly outcome: 'issued' | 'linked' | 'duplicate' | 'removed' | 'refused'
  readonly flowers: 0
  readonly code?: string
  readonly expiresAt?: string
  readonly reason?: 'code_invalid' | 'already_linked' | 'not_linked' | 'platform_ids'
}

/** A line that speaks of the platform's ids has nothing to link. */
const platformIds = (id: string): LinkResult => ({
  id,
  outcome: 'refused',
  flowers: 0,
  reason: 'platform_ids',
})

/** Codes for users of the line, to be typed on the platform. */
export async function issueCodes(
  env: Env,
  line: LineProfile,
  asks: readonly { readonly id: string; readonly user: string }[],
  now: number,
): Promise<LinkResult[]> {
  if (line.userIds === 'platform') return asks.map(({ id }) => platformIds(id))
  const sides = asks.map(({ user }) => ({ holding: holdingOf(line.id, user) }))
  const { codes, expiresAt } = await offerLinks(env, line.id, sides, now)
  return asks.map(({ id }, place) => ({
    id,
    outcome: 'issued',
    flowers: 0,
    code: codes[place] as string,
    expiresAt: rfc3339(expiresAt),
  }))
}

/** Links users of the line by the codes they brought from the platform. */
export async function makeLinks(
  env: Env,
  line: LineProfile,
  asks: readonly { readonly id: string; readonly user: string; readonly code: string }[],
  now: number,
): Promise<LinkResult[]> {
  const results: LinkResult[] = []
  for (const { id, user, code } of asks) {
    if (line.userIds === 'platform') {
      results.push(platformIds(id))
      continue
    }
    const outcome = await acceptLink(env, code, line.id, { holding: holdingOf(line.id, user) }, now)
    results.push(
      outcome.kind === 'linked'
        ? { id, outcome: outcome.replayed ? 'duplicate' : 'linked', flowers: 0 }
        : { id, outcome: 'refused', flowers: 0, reason: outcome.kind },
    )
  }
  return results
}

/** Undoes links of the line's users. */
export async function removeLinks(
  env: Env,
  line: LineProfile,
  asks: readonly { readonly id: string; readonly user: string }[],
  now: number,
): Promise<LinkResult[]> {
  const results: LinkResult[] = []
  for (const { id, user } of asks) {
    if (line.userIds === 'platform') {
      results.push(platformIds(id))
      continue
    }
    const removed = await removeLink(env.DB, { holding: holdingOf(line.id, user) }, `line:${line.id}`, now)
    results.push(
      removed
        ? { id, outcome: 'removed', flowers: 0 }
        : { id, outcome: 'refused', flowers: 0, reason: 'not_linked' },
    )
  }
  return results
}

import type { AppContext } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { signInPerson } from '../users/sign-in.ts'
import type { Principal } from '../users/tokens.ts'

/** Who acts for an organisation, and for the dreams it took on. */

/** The part a user has in an organisation, or null. */
export async function roleIn(
  db: D1Database,
  organisation: string,
  user: string,
): Promise<'admin' | 'member' | null> {
  const row = await db
    .prepare('SELECT role FROM organisation_members WHERE organisation = ? AND user = ?')
    .bind(organisation, user)
    .first<{ role: 'admin' | 'member' }>()
  return row?.role ?? null
}

/**
 * The organisation for which a user carries a dream out: a co-creator they are a member of; null for anyone else. One that
 * is closed carries nothing out.
 */
export async function executorOf(db: D1Database, dream: string, user: string): Promise<string | null> {
  const row = await db
    .prepare(
      `SELECT o.organisation FROM offers o JOIN organisation_members m ON m.organisation = o.organisation
       JOIN organisations g ON g.id = o.organisation AND g.state = 'active'
       WHERE o.dream = ?1 AND o.state = 'taken' AND m.user = ?2 ORDER BY o.decided_at LIMIT 1`,
    )
    .bind(dream, user)
    .first<{ organisation: string }>()
  return row?.organisation ?? null
}

/** Someone who carries a dream out, or an operator (then `organisation` may be null). */
export interface Executor {
  readonly principal: Principal
  readonly organisation: string | null
}

/** Who asks, if they carry the dream out or are an operator. Throws as `signInPerson`, and executor_only (403). */
export async function signInExecutor(c: AppContext, dream: string): Promise<Executor> {
  const principal = await signInPerson(c)
  const organisation = await readDatabase(() => executorOf(c.env.DB, dream, principal.user))
  if (organisation === null && !principal.operator) throw new Problem('executor_only')
  return { principal, organisation }
}

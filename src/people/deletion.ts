import { objectOf } from '../proposals/pictures-store.ts'
import { PERSONAL_TABLES } from './sections.ts'
import { subjectOf } from './store.ts'

/**
 * Deleting an account: one transaction closes it and does to every table what `sections.ts` says; after it the pictures
 * that nobody may see any more go from R2, then their rows, so that what was interrupted is found again. All of it may be
 * repeated, and is: by whoever asks again, and by the sweep.
 */

interface Stores {
  readonly DB: D1Database
  readonly PICTURES: R2Bucket
}

/** Pictures deleted at a time; R2 takes 1,000 keys a call. */
const PICTURES_AT_A_TIME = 100

/** Most rounds: 2,000 pictures, 100 days of as many as a user may upload. The sweep goes on with the rest. */
const MAX_ROUNDS = 20

/** Deletes what is kept of a user, but for what `sections.ts` keeps. Harmless when it was done. `now` in ms. */
export async function deleteAccount(env: Stores, user: string, now: number): Promise<void> {
  await forget(env.DB, user, now)
  await deletePictures(env, user)
}

/** Closes the account and forgets the person, in one transaction. */
async function forget(db: D1Database, user: string, now: number): Promise<void> {
  const statements = PERSONAL_TABLES.flatMap(({ deletion }) =>
    deletion.does === 'keep' ? [] : deletion.statements,
  )
  await db.batch([
    // Noted before it is closed, and so once.
    db
      .prepare(
        `INSERT INTO audit_log (at, actor, action, subject, detail) SELECT ?2, ?1, 'account.deleted', ?3, '{}'
         WHERE NOT EXISTS (SELECT 1 FROM closed_accounts WHERE user = ?1)`,
      )
      .bind(user, now, subjectOf(user)),
    db
      .prepare('INSERT INTO closed_accounts (user, at) VALUES (?1, ?2) ON CONFLICT (user) DO NOTHING')
      .bind(user, now),
    ...statements.map((text) =>
      text.includes('?2') ? db.prepare(text).bind(user, now) : db.prepare(text).bind(user),
    ),
  ])
}

/** Deletes the pictures that still have this owner: first the bytes, then the rows that name them. */
async function deletePictures({ DB, PICTURES }: Stores, user: string): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { results } = await DB.prepare('SELECT id FROM pictures WHERE owner = ? LIMIT ?')
      .bind(user, PICTURES_AT_A_TIME)
      .all<{ id: string }>()
    if (results.length === 0) return
    const ids = results.map(({ id }) => id)
    await PICTURES.delete(ids.map(objectOf))
    await DB.prepare('DELETE FROM pictures WHERE owner = ?1 AND id IN (SELECT value FROM json_each(?2))')
      .bind(user, JSON.stringify(ids))
      .run()
  }
}

/** How long after its deletion an account is swept: no request that signed in before is still under way then. */
const SWEEP_AFTER_MS = 10 * 60_000

/** Accounts swept in one run of the job, each some 30 statements that find nothing. */
const MAX_SWEPT = 50

/**
 * Deletes again, once, what is kept of accounts that were deleted a while ago: what a broken request left behind, and what
 * others wrote that had signed in before. Returns how many.
 */
export async function sweepDeleted(env: Stores, now: number): Promise<{ swept: number }> {
  const { results } = await env.DB.prepare(
    'SELECT user FROM closed_accounts WHERE swept_at IS NULL AND at < ? ORDER BY at LIMIT ?',
  )
    .bind(now - SWEEP_AFTER_MS, MAX_SWEPT)
    .all<{ user: string }>()
  let swept = 0
  for (const { user } of results)
    try {
      await deleteAccount(env, user, now)
      await env.DB.prepare(
        `UPDATE closed_accounts SET swept_at = ?2
         WHERE user = ?1 AND NOT EXISTS (SELECT 1 FROM pictures WHERE owner = ?1)`,
      )
        .bind(user, now)
        .run()
      swept++
    } catch (error) {
      // The others go on; this one is swept again by the next run.
      console.error({ event: 'account.sweep_failed', error: String(error) })
    }
  return { swept }
}

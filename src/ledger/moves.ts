import { databaseOf, type LedgerDatabases } from './databases.ts'

/** Most credits moved in one transaction: 500 of two entries each, 30 ms. */
const MAX_MOVED = 500

/** Rounds of one call: 500 x 200 credits are more than one id earns in a lifetime. */
const MAX_ROUNDS = 200

/** Credits of a linked holding account that were neither moved nor taken back. */
const MOVABLE = `FROM links k JOIN entries e ON e.user = k.holding AND e.kind = 'credit'
WHERE k.holding = ?1
  AND NOT EXISTS (SELECT 1 FROM entries m WHERE m.user = e.user AND m.key = 'moved:' || e.key)
  AND NOT EXISTS (SELECT 1 FROM revocations v WHERE v.act = e.key)`

const MOVE_SQL = `INSERT INTO moving (holding, act, user, at) SELECT k.holding, e.key, k.user, ?2 ${MOVABLE}
ORDER BY e.seq LIMIT ${MAX_MOVED}`

// When acts were done is known to the account too: an act after the link is held against those before it. The holding
// account keeps it: should the link be undone, the next act there is held against it as well.
const COPY_COOLDOWNS_SQL = `INSERT INTO cooldowns (user, subject, acted_at, act) SELECT k.user, c.subject, c.acted_at, c.act
FROM links k JOIN cooldowns c ON c.user = k.holding WHERE k.holding = ?1 ON CONFLICT DO NOTHING`

const MORE_SQL = `SELECT 1 AS more ${MOVABLE} LIMIT 1`

/**
 * Moves what a holding account holds to the account it is linked to, one entry a credit, so that its history comes with
 * it. Does nothing for one that is not linked. Repeating it is harmless; `at` in ms.
 */
export async function moveHolding(env: LedgerDatabases, holding: string, at: number): Promise<void> {
  const db = databaseOf(env, holding)
  for (let rounds = 0, more = true; more; rounds++) {
    if (rounds === MAX_ROUNDS) throw new Error(`a holding account does not empty: ${holding}`)
    const results = await db.batch([
      db.prepare(MOVE_SQL).bind(holding, at),
      db.prepare(MORE_SQL).bind(holding),
      db.prepare(COPY_COOLDOWNS_SQL).bind(holding),
    ])
    more = (results[1]?.results.length ?? 0) > 0
  }
}

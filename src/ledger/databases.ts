/**
 * The way from a user to the database that holds their account. Today every user lives in `DB`; a D1 database ends
 * at 10 GB (60-100 million entries), and spreading users over several by a hash of the user id is a change here only.
 */
export interface LedgerDatabases {
  DB: D1Database
}

/** The database of one user's account and entries. */
export function databaseOf(env: LedgerDatabases, _user: string): D1Database {
  return env.DB
}

/** Every ledger database, for checks that read the whole ledger. */
export function allDatabases(env: LedgerDatabases): readonly D1Database[] {
  return [env.DB]
}

/** A batch's rows by the database of their user, each with the row's place in the batch. */
export function partition<Row extends readonly [user: string, ...unknown[]]>(
  env: LedgerDatabases,
  rows: readonly Row[],
): readonly { db: D1Database; rows: readonly Row[]; places: readonly number[] }[] {
  const parts = new Map<D1Database, { rows: Row[]; places: number[] }>()
  rows.forEach((row, place) => {
    const db = databaseOf(env, row[0])
    let part = parts.get(db)
    if (!part) {
      part = { rows: [], places: [] }
      parts.set(db, part)
    }
    part.rows.push(row)
    part.places.push(place)
  })
  return [...parts].map(([db, part]) => ({ db, ...part }))
}

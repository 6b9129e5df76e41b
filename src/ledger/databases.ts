/**
 * The way from a user to the database that holds their account. Today every user lives in `DB`; a D1 database ends
 * at 10 GB (60-100 million entries), and spreading users over several by a hash of the user id is a change here only,
 * but for what is decided across users within one database: that an act id is credited once (the index `entries_act`),
 * a line's budget and day (`line_days`, and what the line says of it), and links, which need a holding account beside the account it is linked to.
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

/** The rows of a batch that go to one database; `place` tells where in the batch the part's nth row is. */
export interface Part<Row> {
  readonly db: D1Database
  readonly rows: readonly Row[]
  place(n: number): number
}

/** A batch's rows by the database of their user. */
export function partition<Row extends readonly [user: string, ...unknown[]]>(
  env: LedgerDatabases,
  rows: readonly Row[],
): readonly Part<Row>[] {
  const databases = allDatabases(env)
  if (databases.length === 1) return [{ db: databases[0] as D1Database, rows, place: (n) => n }]
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
  return [...parts].map(([db, part]) => ({ db, rows: part.rows, place: (n) => part.places[n] as number }))
}

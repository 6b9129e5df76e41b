import { type DreamRecord, UNNOTED_LIFE } from './rules.ts'

/** A batch as it is journaled: sent again byte for byte until it is settled. */
export interface JournaledBatch {
  readonly seq: number
  /** ms since 1970; the time of every pledge in it. */
  readonly at: number
  /** JSON of the batch's ledger rows. */
  readonly body: string
}

/** What a dream's object keeps. All calls are synchronous; calls without an await between them are one write. */
export interface DreamStorage {
  load(): { record: DreamRecord | null; batch: JournaledBatch | null }
  saveRecord(record: DreamRecord): void
  saveBatch(batch: JournaledBatch): void
}

/** What a record from before dreams settled, or from before their life was noted, does not say. */
const UNSAID = { settlesAt: null, fundedAt: null, ...UNNOTED_LIFE }

/** A stored record, as this version keeps it. */
function readRecord(body: string): DreamRecord {
  return { ...UNSAID, ...(JSON.parse(body) as Omit<DreamRecord, keyof typeof UNSAID>) }
}

const MIGRATIONS: readonly string[] = [
  `CREATE TABLE record (id INTEGER PRIMARY KEY CHECK (id = 1), body TEXT NOT NULL);
   CREATE TABLE journal (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL);`,
]

/**
 * The storage on an object's SQLite. Journal and record are one row each and are overwritten, so a batch costs two
 * rows, written together when it begins: its own, and the record with what the batch before it settled. The journaled
 * batch is unsettled when its seq is above the record's `settledSeq`; deleting it would be a third row.
 */
export class SqliteDreamStorage implements DreamStorage {
  readonly #sql: SqlStorage
  #ready = false

  constructor(sql: SqlStorage) {
    this.#sql = sql
  }

  load(): { record: DreamRecord | null; batch: JournaledBatch | null } {
    // An object that was asked for a dream that does not exist must leave no storage behind.
    if (this.#sql.databaseSize === 0 || !this.#hasTables()) return { record: null, batch: null }
    this.#migrate()
    const [row] = this.#sql.exec<{ body: string }>('SELECT body FROM record').toArray()
    const [batch] = this.#sql
      .exec<{ seq: number; at: number; body: string }>('SELECT seq, at, body FROM journal')
      .toArray()
    return { record: row ? readRecord(row.body) : null, batch: batch ?? null }
  }

  saveRecord(record: DreamRecord): void {
    this.#migrate()
    this.#sql.exec('INSERT OR REPLACE INTO record (id, body) VALUES (1, ?)', JSON.stringify(record))
  }

  saveBatch(batch: JournaledBatch): void {
    this.#migrate()
    this.#sql.exec(
      'INSERT OR REPLACE INTO journal (id, seq, at, body) VALUES (1, ?, ?, ?)',
      batch.seq,
      batch.at,
      batch.body,
    )
  }

  #hasTables(): boolean {
    return this.#sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'record'").toArray().length > 0
  }

  #migrate(): void {
    if (this.#ready) return
    this.#sql.exec('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)')
    const [row] = this.#sql.exec<{ version: number }>('SELECT version FROM schema_version').toArray()
    const done = row?.version ?? 0
    for (const statements of MIGRATIONS.slice(done)) this.#sql.exec(statements)
    if (!row) this.#sql.exec('INSERT INTO schema_version (version) VALUES (?)', MIGRATIONS.length)
    else if (done < MIGRATIONS.length)
      this.#sql.exec('UPDATE schema_version SET version = ?', MIGRATIONS.length)
    this.#ready = true
  }
}

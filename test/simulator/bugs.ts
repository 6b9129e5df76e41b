import type { SimDatabase, SimStatement } from './database.ts'

/**
 * Bugs that can be planted in the code under simulation. Each breaks a guarantee of the design; the simulator must
 * find every one, or it proves nothing.
 */
export const BUGS = [
  /** The balance is moved by a statement of its own instead of hanging on the row that was really inserted. */
  'debit-outside-trigger',
  /** Batches are numbered from 1 again after a restart. */
  'sequence-restarts',
  /** A caller is told `accepted` before the ledger has answered. */
  'answers-before-commit',
  /** The batch is not written down before it is sent. */
  'no-journal',
  /** A restarted object forgets that the quota was reached. */
  'forgets-reached',
  /** A key that is known is written again instead of left alone. */
  'key-not-unique',
  /** The daily cap does not count what was credited before. */
  'cap-forgets',
] as const

export type Bug = (typeof BUGS)[number]

/** Migrations that are left out for a bug that lives in the database. */
export function skippedMigrations(bug: Bug | null): readonly string[] {
  switch (bug) {
    case 'debit-outside-trigger':
      return ['0005_entries_move_account.sql', '0011_accounts_move.sql']
    case 'key-not-unique':
      return ['0007_entries_once.sql', '0002_pledging_insert.sql']
    case 'cap-forgets':
      return ['0006_entries_count_tally.sql']
    default:
      return []
  }
}

/** Puts a bug that lives in the database in its place. */
export function plantInDatabase(bug: Bug | null, database: SimDatabase): void {
  if (bug === 'debit-outside-trigger') database.afterStatements = (statements) => debit(database, statements)
  if (bug === 'key-not-unique')
    database.sqlite.exec(`CREATE TRIGGER pledging_insert INSTEAD OF INSERT ON pledging BEGIN
      INSERT OR REPLACE INTO entries (user, key, seq, kind, flowers, asked, ref, mark, at)
      SELECT NEW.user, NEW.key, a.entries + 1, 'pledge', -NEW.asked, NEW.asked, NEW.ref, NEW.mark, NEW.at
      FROM accounts a WHERE a.user = NEW.user AND a.earned - a.pledged >= NEW.asked;
    END`)
}

/** Moves every account of a batch by what the batch asked, whether or not its rows were new. */
function debit(database: SimDatabase, statements: readonly SimStatement[]): void {
  for (const { sql, params } of statements) {
    const sign = sql.startsWith('INSERT INTO pledging')
      ? 'pledged'
      : sql.startsWith('INSERT INTO crediting')
        ? 'earned'
        : null
    if (!sign) continue
    database.sqlite
      .prepare(
        `UPDATE accounts SET ${sign} = ${sign} + ifnull((
           SELECT sum(abs(e.flowers)) FROM json_each(?1) i JOIN entries e ON e.user = i.value ->> 0 AND e.key = i.value ->> 1
           WHERE e.user = accounts.user AND e.seq > 1), 0),
         entries = (SELECT max(seq) FROM entries e WHERE e.user = accounts.user)`,
      )
      .run(params[0] as string)
  }
}

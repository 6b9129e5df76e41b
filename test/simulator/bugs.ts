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
  /** An act that was taken back before it came is credited all the same. */
  'revocation-forgotten',
  /** What was taken back of an act is not counted, so that it is taken again. */
  'reversal-not-counted',
  /** What was taken back in a batch that had to be sent again is taken for what was counted before. */
  'redriven-take-back-forgotten',
  /** A restarted object forgets that the dream was funded. */
  'forgets-funding',
  /** What moves to a linked account stays in the holding account too. */
  'move-copies',
  /** An id that was unlinked, or linked to another, has its day's cap anew. */
  'relinking-frees-caps',
  /** The campaign's allowance is not looked at. */
  'campaign-cap-ignored',
  /** The line's budget is not looked at. */
  'budget-ignored',
  /** What was taken back of a pledge is given back a second time when its dream expires. */
  'expiry-forgets-what-was-taken',
  /** A range of an expired dream that had to be walked again is taken for one that gave nothing back. */
  'redriven-return-forgotten',
  /** A move of a dream that is published again is told again. */
  'moves-told-twice',
  /** The time of an act is not noted, so that there is no cooldown. */
  'cooldown-forgets',
] as const

export type Bug = (typeof BUGS)[number]

/** Migrations that are left out for a bug that lives in the database. */
export function skippedMigrations(bug: Bug | null): readonly string[] {
  switch (bug) {
    case 'debit-outside-trigger':
      return ['0020_entries_move_account.sql', '0028_accounts_move.sql']
    case 'key-not-unique':
      return ['0024_entries_once.sql', '0089_pledging_insert.sql']
    case 'cap-forgets':
      return ['0021_entries_count_tally.sql']
    case 'reversal-not-counted':
      return ['0023_entries_count_taken.sql']
    case 'move-copies':
      return ['0031_moving_insert.sql']
    default:
      return []
  }
}

/** Bugs that are a change in the text of one migration. */
const EDITS: Partial<Record<Bug, readonly [migration: string, from: string, to: string]>> = {
  'revocation-forgotten': [
    '0018_crediting_insert.sql',
    'WHEN NOT EXISTS (SELECT 1 FROM revocations v WHERE v.act = NEW.key) ',
    '',
  ],
  'relinking-frees-caps': [
    '0018_crediting_insert.sql',
    't.user IN (w.user, NEW.user) AND t.subject = substr(NEW.tally, 12) AND t.day = ',
    't.user = w.user AND t.subject = substr(NEW.tally, 12) AND t.day = ',
  ],
  'expiry-forgets-what-was-taken': [
    '0053_giving_back_insert.sql',
    "'refund', NEW.standing, NEW.standing,",
    "'refund', (SELECT -p.flowers FROM entries p WHERE p.user = NEW.user AND p.key = NEW.pledge), NEW.standing,",
  ],
  'moves-told-twice': ['0046_news.sql', 'fact TEXT UNIQUE', 'fact TEXT'],
  'campaign-cap-ignored': ['0018_crediting_insert.sql', 'iif(r.cap_per_campaign IS NULL', 'iif(1'],
  'budget-ignored': ['0018_crediting_insert.sql', 'iif(r.line_budget IS NULL', 'iif(1'],
  'cooldown-forgets': ['0018_crediting_insert.sql', 'r.cooldown_seconds > 0 AND e.ref', '0 AND e.ref'],
}

/** The text of a migration with a bug that is a change in it. */
export function editMigration(bug: Bug | null, name: string, sql: string): string {
  const [migration, from, to] = (bug && EDITS[bug]) ?? []
  if (name !== migration) return sql
  if (from === undefined || to === undefined || !sql.includes(from))
    throw new Error(`${bug} cannot be planted in ${name}`)
  return sql.replace(from, to)
}

/** Puts a bug that lives in the database in its place. */
export function plantInDatabase(bug: Bug | null, database: SimDatabase): void {
  if (bug === 'debit-outside-trigger') database.afterStatements = (statements) => debit(database, statements)
  if (bug === 'move-copies')
    database.sqlite.exec(`CREATE TRIGGER moving_insert INSTEAD OF INSERT ON moving BEGIN
      INSERT INTO entries (user, key, seq, kind, flowers, asked, ref, mark, tally, rule, origin, at)
      SELECT NEW.user, 'moved:' || NEW.act, ifnull(a.entries, 0) + 1, 'moved', o.flowers, o.asked, o.ref, o.mark, o.tally, o.rule, NEW.holding, NEW.at
      FROM entries o LEFT JOIN accounts a ON a.user = NEW.user WHERE o.user = NEW.holding AND o.key = NEW.act;
      DELETE FROM links WHERE holding = NEW.holding;
    END`)
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

import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { unstable_splitSqlQuery as splitStatements } from 'wrangler'
import { ROOT } from './paths.ts'

/**
 * Applies the migrations that a local database lacks, each in one transaction with the note that it was: split by D1's
 * own rules and noted in D1's own table, so that `wrangler d1 migrations` goes on from here. That command itself takes a
 * minute for a hundred files, since it prints the table of all of them after each.
 */
export async function migrate(db: D1Database): Promise<void> {
  await db
    .prepare(
      'CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)',
    )
    .run()
  const { results } = await db.prepare('SELECT name FROM d1_migrations').all<{ name: string }>()
  const applied = new Set(results.map(({ name }) => name))
  const folder = resolve(ROOT, 'migrations')
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.sql') || applied.has(name)) continue
    const statements = splitStatements(readFileSync(resolve(folder, name), 'utf8'))
    await db.batch([
      ...statements.map((statement) => db.prepare(statement)),
      db.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name),
    ])
  }
}

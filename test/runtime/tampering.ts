import { sumLedger } from '../../src/ledger/sums.ts'
import { world } from './world.ts'

/** Runs statements that a guard would refuse, without that guard. */
export async function behindTheBackOf(guard: string, ...statements: readonly string[]): Promise<void> {
  const { sql } = (await world.DB.prepare('SELECT sql FROM sqlite_master WHERE name = ?')
    .bind(guard)
    .first<{ sql: string }>()) ?? { sql: '' }
  await world.DB.batch(
    [`DROP TRIGGER ${guard}`, ...statements, sql].map((statement) => world.DB.prepare(statement)),
  )
}

/** What the check says that it did not say before `plant`. */
export async function differencesAfter(plant: () => Promise<unknown>): Promise<string[]> {
  const before = new Set((await sumLedger(world)).differences)
  await plant()
  return (await sumLedger(world)).differences.filter((text) => !before.has(text))
}

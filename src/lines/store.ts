import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { EarningRule } from './rules.ts'
import { earningRules, lineSecrets, lines } from './schema.ts'

/** A line with what its acts earn. */
export interface LineProfile {
  readonly id: string
  readonly timeZone: string
  readonly mayPledge: boolean
  readonly rules: readonly EarningRule[]
}

/** A line with its earning rules, or null. */
export async function loadLine(db: D1Database, id: string): Promise<LineProfile | null> {
  const orm = drizzle(db)
  const [found, rules] = await orm.batch([
    orm.select().from(lines).where(eq(lines.id, id)),
    orm.select().from(earningRules).where(eq(earningRules.line, id)),
  ])
  const line = found[0]
  return line ? { id: line.id, timeZone: line.timeZone, mayPledge: line.mayPledge, rules } : null
}

/** The sealed signing secrets of a line. */
export async function loadSealedSecrets(db: D1Database, line: string): Promise<string[]> {
  const rows = await drizzle(db)
    .select({ sealed: lineSecrets.sealed })
    .from(lineSecrets)
    .where(eq(lineSecrets.line, line))
  return rows.map(({ sealed }) => sealed)
}

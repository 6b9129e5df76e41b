import { and, asc, eq, gt, isNull, ne, or } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { EarningRule } from '../lines/rules.ts'
import { earningRules, lineSecrets, lines } from './schema.ts'

/** A line with what its acts earn now. */
export interface LineProfile {
  readonly id: string
  readonly timeZone: string
  readonly state: 'active' | 'paused' | 'closed'
  /** Whose user ids the line speaks of. */
  readonly userIds: 'platform' | 'own'
  readonly mayPledge: boolean
  /** Items it may send a minute. */
  readonly ratePerMinute: number
  readonly kinds: readonly string[]
  /** The active rules, one a kind at the most. */
  readonly rules: readonly EarningRule[]
}

/** A line with its active earning rules, or null. */
export async function loadLine(db: D1Database, id: string): Promise<LineProfile | null> {
  const orm = drizzle(db)
  const [found, rules] = await orm.batch([
    orm.select().from(lines).where(eq(lines.id, id)),
    orm
      .select()
      .from(earningRules)
      .where(and(eq(earningRules.line, id), eq(earningRules.state, 'active'))),
  ])
  const line = found[0]
  return line ? { ...line, rules } : null
}

/** Most lines told at once. 140 lines took part in 2025. */
const MAX_EARNING_LINES = 500

/** The lines that are not closed, oldest first, with their names and active earning rules. */
export async function listEarningLines(
  db: D1Database,
): Promise<(LineProfile & { readonly name: string; readonly nameEn: string })[]> {
  const orm = drizzle(db)
  const [found, rules] = await orm.batch([
    orm
      .select()
      .from(lines)
      .where(ne(lines.state, 'closed'))
      .orderBy(asc(lines.createdAt), asc(lines.id))
      .limit(MAX_EARNING_LINES),
    orm.select().from(earningRules).where(eq(earningRules.state, 'active')).orderBy(asc(earningRules.kind)),
  ])
  const byLine = Map.groupBy(rules, ({ line }) => line)
  return found.map((line) => ({ ...line, rules: byLine.get(line.id) ?? [] }))
}

/** What verifies a line's signatures at `now` (ms): shared secrets (`v1`) and Ed25519 public keys (`v1a`), sealed. */
export async function loadSealedSecrets(
  db: D1Database,
  line: string,
  now: number,
): Promise<{ scheme: 'v1' | 'v1a'; sealed: string; expiresAt: number | null }[]> {
  return drizzle(db)
    .select({ scheme: lineSecrets.scheme, sealed: lineSecrets.sealed, expiresAt: lineSecrets.expiresAt })
    .from(lineSecrets)
    .where(and(eq(lineSecrets.line, line), or(isNull(lineSecrets.expiresAt), gt(lineSecrets.expiresAt, now))))
}

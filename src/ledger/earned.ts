import { databaseOf, type LedgerDatabases } from './databases.ts'
import { lineUserOf } from './ids.ts'

/** What counts against the allowances of one person, on all lines. */
export interface EarnedState {
  readonly tallies: readonly {
    readonly user: string
    readonly subject: string
    readonly day: string
    readonly flowers: number
  }[]
  /** By line, the id it knows the person by, where they are linked. */
  readonly lineUsers: ReadonlyMap<string, string>
  /** By line, what all of its acts brought, for the lines that were asked for. */
  readonly lineTotals: ReadonlyMap<string, number>
}

const TALLIES_SQL = `SELECT user, subject, day, flowers FROM tallies
WHERE (user = ?1 OR user IN (SELECT holding FROM links WHERE user = ?1)) AND day >= ?2`

const LINKS_SQL = 'SELECT line, holding FROM links WHERE user = ?1'

const TOTALS_SQL = `SELECT line, sum(flowers - reversed) AS total FROM line_days
WHERE line IN (SELECT value FROM json_each(?1)) GROUP BY line`

/**
 * What a person earned from `day` (YYYY-MM-DD) on, themselves and by the ids that lines know them by, and what the lines
 * `budgeted` brought in all. A person has hundreds of tallies.
 */
export async function loadEarned(
  env: LedgerDatabases,
  user: string,
  day: string,
  budgeted: readonly string[],
): Promise<EarnedState> {
  const db = databaseOf(env, user)
  const [tallies, links, totals] = await db.batch([
    db.prepare(TALLIES_SQL).bind(user, day),
    db.prepare(LINKS_SQL).bind(user),
    db.prepare(TOTALS_SQL).bind(JSON.stringify(budgeted)),
  ])
  const linked = (links?.results ?? []) as { line: string; holding: string }[]
  const sums = (totals?.results ?? []) as { line: string; total: number }[]
  return {
    tallies: (tallies?.results ?? []) as EarnedState['tallies'],
    lineUsers: new Map(linked.map(({ line, holding }) => [line, lineUserOf(holding)])),
    lineTotals: new Map(sums.map(({ line, total }) => [line, total])),
  }
}

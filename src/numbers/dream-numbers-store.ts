import { LAST_PASS_SQL } from './passes-store.ts'

/** All SQL that reads what the last pass counted of one dream. */

/** A dream whose first and last flower lie this close together is told by the hour, any other by the day. */
const MAX_HOURS = 14 * 24

/** Steps and lines told at most, at 80 bytes each. A campaign lasts 366 days at most. */
export const MAX_STEPS = 1_000
const MAX_LINES = 1_000

const SUMMARY_SQL = `SELECT d.id AS dream,
  (SELECT horizon FROM rollup_passes WHERE id = ${LAST_PASS_SQL}) AS asOf,
  ifnull((SELECT people FROM rollup_people WHERE pass = ${LAST_PASS_SQL} AND scope = 'dream' AND id = d.id), 0) AS givers
FROM dreams d WHERE d.id = ?1`

// A day begins at midnight in China, eight hours before it does in UTC.
const STEPS_SQL = `WITH cells AS (SELECT * FROM rollup_dreams WHERE pass = ${LAST_PASS_SQL} AND dream = ?1)
SELECT s.byHour, iif(s.byHour, hour, day * 24 - 8) AS at, sum(given) AS given, sum(refunded) AS refunded, sum(pledges) AS pledges
FROM cells, (SELECT max(hour) - min(hour) < ${MAX_HOURS} AS byHour FROM cells) s GROUP BY 2 ORDER BY 2 DESC LIMIT ${MAX_STEPS}`

const SOURCES_SQL = `SELECT s.line, ifnull(l.name, s.line) AS name, ifnull(l.name_en, s.line) AS nameEn, s.flowers
FROM rollup_sources s LEFT JOIN lines l ON l.id = s.line
WHERE s.pass = ${LAST_PASS_SQL} AND s.dream = ?1 ORDER BY s.flowers DESC, s.line LIMIT ${MAX_LINES}`

interface Step {
  /** When it began, in hours since 1970. */
  readonly at: number
  readonly given: number
  readonly refunded: number
  readonly pledges: number
}

/** What the last pass counted of a dream. */
export interface DreamNumbers {
  /** Entries before this time are counted, in ms; null before the first pass is done. */
  readonly asOf: number | null
  readonly givers: number
  readonly step: 'hour' | 'day'
  /** Oldest first. */
  readonly steps: readonly Step[]
  /** Most flowers first. */
  readonly sources: readonly {
    readonly line: string
    readonly name: string
    readonly nameEn: string
    readonly flowers: number
  }[]
}

/** What the last pass counted of a dream; null for a dream there is not. */
export async function findDreamNumbers(db: D1Database, dream: string): Promise<DreamNumbers | null> {
  const results = await db.batch<Record<string, never>>(
    [SUMMARY_SQL, STEPS_SQL, SOURCES_SQL].map((sql) => db.prepare(sql).bind(dream)),
  )
  const [summary, steps, sources] = results.map((result) => result.results as unknown[]) as [
    Pick<DreamNumbers, 'asOf' | 'givers'>[],
    (Step & { byHour: number })[],
    DreamNumbers['sources'],
  ]
  const [found] = summary
  if (!found) return null
  return {
    ...{ asOf: found.asOf, givers: found.givers, sources },
    step: steps[0]?.byHour === 0 ? 'day' : 'hour',
    steps: steps.reverse(),
  }
}

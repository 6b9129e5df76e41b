import { END_OF_USERS } from '../ledger/walk.ts'
import { LAST_PASS_SQL } from './passes-store.ts'
import { type CampaignNumbers, type Flow, type FlowPart, HOUR_MS, mergeFlows, sumFlows } from './rules.ts'

/** All SQL that makes the public's numbers of what a pass counted, and that reads them. */

/** Hours told one by one. */
const TOLD_HOURS = 48

/** Most dreams and lines told one by one, those with the most flowers; the totals hold the others too. 100 bytes each. */
const MAX_TOLD = 1_000

/** Most flowers of one account that are told. */
const TOLD_TOPS = 10

/** The newest campaigns whose numbers are made: ten statements each, of the 1,000 that a Worker may send. */
const MAX_CAMPAIGNS = 40

// Of a campaign (?2) what was given to its dreams, and what acts brought in the hours it was open; of everything ('') all.
const OF_CAMPAIGN = "(?2 = '' OR dream IN (SELECT id FROM dreams WHERE campaign = ?2))"
const IN_CAMPAIGN = `(?2 = '' OR hour BETWEEN (SELECT opens_at / ${HOUR_MS} FROM campaigns WHERE id = ?2) AND (SELECT (closes_at - 1) / ${HOUR_MS} FROM campaigns WHERE id = ?2))`

const LINE_FLOW = 'sum(earned) AS earned, sum(acts) AS acts, sum(taken_back) AS takenBack'
const DREAM_FLOW = 'sum(given) AS given, sum(pledges) AS pledges, sum(refunded) AS refunded'

const LINE_DAYS_SQL = `SELECT day AS at, ${LINE_FLOW} FROM rollup_lines WHERE pass = ?1 AND ${IN_CAMPAIGN} GROUP BY day`
const DREAM_DAYS_SQL = `SELECT day AS at, ${DREAM_FLOW} FROM rollup_dreams WHERE pass = ?1 AND ${OF_CAMPAIGN} GROUP BY day`
const LINE_HOURS_SQL = `SELECT hour AS at, ${LINE_FLOW} FROM rollup_lines WHERE pass = ?1 AND hour > ?3 AND ${IN_CAMPAIGN} GROUP BY hour`
const DREAM_HOURS_SQL = `SELECT hour AS at, ${DREAM_FLOW} FROM rollup_dreams WHERE pass = ?1 AND hour > ?3 AND ${OF_CAMPAIGN} GROUP BY hour`

const BY_LINE_SQL = `SELECT l.*, iif(?2 = '', ifnull(p.people, 0), NULL) AS earners FROM (
  SELECT line, ${LINE_FLOW} FROM rollup_lines WHERE pass = ?1 AND ${IN_CAMPAIGN} GROUP BY line ORDER BY 2 DESC, 1 LIMIT ${MAX_TOLD}
) l LEFT JOIN rollup_people p ON p.pass = ?1 AND p.scope = 'line' AND p.id = l.line ORDER BY l.earned DESC, l.line`

const BY_DREAM_SQL = `SELECT d.*, ifnull(p.people, 0) AS givers FROM (
  SELECT dream, ${DREAM_FLOW} FROM rollup_dreams WHERE pass = ?1 AND ${OF_CAMPAIGN} GROUP BY dream ORDER BY 2 DESC, 1 LIMIT ${MAX_TOLD}
) d LEFT JOIN rollup_people p ON p.pass = ?1 AND p.scope = 'dream' AND p.id = d.dream ORDER BY d.given DESC, d.dream`

const PEOPLE_SQL = `SELECT
  ifnull((SELECT people FROM rollup_people WHERE pass = ?1 AND scope = iif(?2 = '', 'givers', 'campaign') AND id = ?2), 0) AS givers,
  iif(?2 = '', ifnull((SELECT people FROM rollup_people WHERE pass = ?1 AND scope = 'earners' AND id = ''), 0), NULL) AS earners`

const TOPS_SQL = `SELECT flowers FROM rollup_tops WHERE pass = ?1 AND board = ?3 AND campaign = ?2 ORDER BY flowers DESC LIMIT ${TOLD_TOPS}`

/** The numbers of a campaign ('' of everything) by what a pass counted, and the days of them. */
export async function makeNumbers(
  db: D1Database,
  pass: { readonly id: number; readonly horizon: number },
  campaign: string,
): Promise<{ numbers: CampaignNumbers; days: ({ at: number } & Flow)[] }> {
  const since = Math.floor(pass.horizon / HOUR_MS) - TOLD_HOURS
  const read = (sql: string, ...values: (string | number)[]) =>
    db.prepare(sql).bind(pass.id, campaign, ...values)
  const results = await db.batch<Record<string, never>>([
    read(LINE_DAYS_SQL),
    read(DREAM_DAYS_SQL),
    read(LINE_HOURS_SQL, since),
    read(DREAM_HOURS_SQL, since),
    read(BY_LINE_SQL),
    read(BY_DREAM_SQL),
    read(PEOPLE_SQL),
    read(TOPS_SQL, 'earned'),
    read(TOPS_SQL, 'given'),
  ])
  const [lineDays, dreamDays, lineHours, dreamHours, byLine, byDream, people, earned, given] = results.map(
    (result) => result.results as unknown[],
  ) as [
    ...[FlowPart[], FlowPart[], FlowPart[], FlowPart[]],
    CampaignNumbers['byLine'],
    CampaignNumbers['byDream'],
    Pick<CampaignNumbers['totals'], 'givers' | 'earners'>[],
    ...[{ flowers: number }[], { flowers: number }[]],
  ]
  const days = mergeFlows([...lineDays, ...dreamDays])
  const [counted] = people
  if (!counted) throw new Error('people without a row')
  return {
    days,
    numbers: {
      asOf: pass.horizon,
      totals: { ...sumFlows(days), ...counted },
      byLine,
      byDream,
      byHour: mergeFlows([...lineHours, ...dreamHours]),
      topEarned: earned.map(({ flowers }) => flowers),
      topGiven: given.map(({ flowers }) => flowers),
    },
  }
}

/** Campaigns whose numbers are made, newest first, after '' for everything. */
export async function listCounted(db: D1Database): Promise<string[]> {
  const { results } = await db
    .prepare('SELECT id FROM campaigns ORDER BY opens_at DESC, id LIMIT ?')
    .bind(MAX_CAMPAIGNS)
    .all<{ id: string }>()
  return ['', ...results.map(({ id }) => id)]
}

/** Keeps the numbers of a campaign for a pass that counted everything and is not done. Repeating it changes nothing. */
export async function keepNumbers(
  db: D1Database,
  pass: number,
  campaign: string,
  { numbers, days }: { readonly numbers: CampaignNumbers; readonly days: readonly unknown[] },
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO rollup_numbers (pass, campaign, numbers, days) SELECT ?1, ?2, ?3, ?4
       WHERE EXISTS (SELECT 1 FROM rollup_passes WHERE id = ?1 AND done_at IS NULL AND after_user = ?5)
       ON CONFLICT DO NOTHING`,
    )
    .bind(pass, campaign, JSON.stringify(numbers), JSON.stringify(days), END_OF_USERS)
    .run()
}

const OF_LAST_PASS = `n.pass = ${LAST_PASS_SQL} AND n.campaign = ?1`

const NUMBERS_SQL = `SELECT numbers, days FROM rollup_numbers n WHERE ${OF_LAST_PASS}`

// How they are called now.
const LINE_NAMES_SQL = `SELECT l.id, l.name, l.name_en AS nameEn
FROM rollup_numbers n, json_each(n.numbers, '$.byLine') e JOIN lines l ON l.id = e.value ->> 'line' WHERE ${OF_LAST_PASS}`
const DREAM_NAMES_SQL = `SELECT d.id, d.title AS name, d.title_en AS nameEn
FROM rollup_numbers n, json_each(n.numbers, '$.byDream') e JOIN dreams d ON d.id = e.value ->> 'dream' WHERE ${OF_LAST_PASS}`

interface Name {
  readonly name: string
  readonly nameEn: string
}

/** The numbers as they were made, and how the lines and dreams in them are called. */
export interface FoundNumbers {
  readonly numbers: CampaignNumbers
  readonly days: readonly ({ at: number } & Flow)[]
  readonly lines: ReadonlyMap<string, Name>
  readonly dreams: ReadonlyMap<string, Name>
}

/** The numbers of a campaign ('' of everything) by the last pass, with its newest days; null before there are any. */
export async function findNumbers(
  db: D1Database,
  campaign: string,
  days: number,
): Promise<FoundNumbers | null> {
  const results = await db.batch<Record<string, string>>(
    [NUMBERS_SQL, LINE_NAMES_SQL, DREAM_NAMES_SQL].map((sql) => db.prepare(sql).bind(campaign)),
  )
  const [rows, lines, dreams] = results.map((result) => result.results as unknown[]) as [
    { numbers: string; days: string }[],
    ...[(Name & { id: string })[], (Name & { id: string })[]],
  ]
  const byId = (names: (Name & { id: string })[]) => new Map(names.map(({ id, ...name }) => [id, name]))
  const [row] = rows
  if (!row) return null
  return {
    numbers: JSON.parse(row.numbers),
    days: JSON.parse(row.days).slice(-days),
    ...{ lines: byId(lines), dreams: byId(dreams) },
  }
}

/** True for a campaign there is. */
export async function isCampaign(db: D1Database, id: string): Promise<boolean> {
  return (await db.prepare('SELECT 1 FROM campaigns WHERE id = ?').bind(id).first()) !== null
}

/** A day of a dream in what a pass counted. */
export interface DreamDay {
  readonly dream: string
  readonly title: string | null
  readonly campaign: string | null
  /** Days since 1970. */
  readonly day: number
  readonly given: number
  readonly pledges: number
  readonly refunded: number
}

const DREAM_DAYS_PAGE_SQL = `SELECT p.*, d.title, d.campaign FROM (
  SELECT dream, day, ${DREAM_FLOW} FROM rollup_dreams
  WHERE pass = ?1 AND (dream, day) > (?2, ?3) GROUP BY dream, day ORDER BY dream, day LIMIT ?4
) p LEFT JOIN dreams d ON d.id = p.dream ORDER BY p.dream, p.day`

/** Days of dreams by a pass, in the order of its key, from after a dream's day. */
export async function listDreamDays(
  db: D1Database,
  pass: number,
  after: Pick<DreamDay, 'dream' | 'day'> | null,
  limit: number,
): Promise<DreamDay[]> {
  const { results } = await db
    .prepare(DREAM_DAYS_PAGE_SQL)
    .bind(pass, after?.dream ?? '', after?.day ?? -1, limit)
    .all<DreamDay>()
  return results
}

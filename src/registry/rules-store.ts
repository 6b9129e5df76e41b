import { and, asc, desc, eq, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { subjectOf } from './lines-store.ts'
import { earningRules } from './schema.ts'

/** One version of an earning rule, in whatever state. */
export type RuleVersion = typeof earningRules.$inferSelect

/** What a draft says; the version is the next of its kind. */
export type RuleDraft = Omit<RuleVersion, 'version' | 'state' | 'createdAt' | 'activatedAt' | 'retiredAt'>

/** Most versions of a kind: a new one a day over a campaign, many times. */
export const MAX_VERSIONS = 100

/** Most versions of all kinds of a line, so that they are one answer: 500 x 400 bytes = 200 KB. */
export const MAX_RULES = 500

/** Who changes a rule, and when (ms). */
interface Change {
  readonly actor: string
  readonly now: number
}

/** All versions of a line's rules: by kind, newest first; at most MAX_RULES. */
export async function listRules(db: D1Database, line: string): Promise<RuleVersion[]> {
  return drizzle(db)
    .select()
    .from(earningRules)
    .where(eq(earningRules.line, line))
    .orderBy(asc(earningRules.kind), desc(earningRules.version))
    .limit(MAX_RULES)
}

const isVersion = (line: string, kind: string, version: number) =>
  and(eq(earningRules.line, line), eq(earningRules.kind, kind), eq(earningRules.version, version))

/** One version, or null. */
export async function findRule(
  db: D1Database,
  line: string,
  kind: string,
  version: number,
): Promise<RuleVersion | null> {
  const [row] = await drizzle(db)
    .select()
    .from(earningRules)
    .where(isVersion(line, kind, version))
  return row ?? null
}

/**
 * Adds a draft as the next version of its kind. Null when there are as many as there may be, or when the line is no
 * longer as the draft was made for: closed, without that kind, or in another time zone.
 */
export async function draftRule(
  db: D1Database,
  draft: RuleDraft,
  timeZone: string,
  { actor, now }: Change,
): Promise<RuleVersion | null> {
  const orm = drizzle(db)
  const { line, kind } = draft
  const next = sql`(SELECT ifnull(max(version), 0) + 1 FROM earning_rules WHERE line = ${line} AND kind = ${kind})`
  const may = sql`${hasKind(line, kind)} AND EXISTS (SELECT 1 FROM lines WHERE id = ${line} AND time_zone = ${timeZone}) AND (SELECT count(*) FROM earning_rules WHERE line = ${line} AND kind = ${kind}) < ${MAX_VERSIONS} AND (SELECT count(*) FROM earning_rules WHERE line = ${line}) < ${MAX_RULES}`
  const { line: _, ...after } = draft
  const detail = sql`json_set(${JSON.stringify({ kind, after })}, '$.version', ${next})`
  const [, added] = await orm.batch([
    noteChangeWhen(orm, { at: now, actor, action: 'rule.drafted', subject: subjectOf(line), detail }, may),
    // In the order of the table's columns.
    orm
      .insert(earningRules)
      .select(
        sql`SELECT ${line}, ${kind}, ${next}, 'draft', ${draft.per}, ${draft.flowers}, ${draft.minimum}, ${draft.capPerDay}, ${draft.capPerCampaign}, ${draft.lineBudget}, ${draft.validFrom}, ${draft.validTo}, ${draft.campaignFrom}, ${draft.cooldownSeconds}, ${now}, NULL, NULL WHERE ${may}`,
      )
      .returning(),
  ])
  return added[0] ?? null
}

/**
 * Makes a draft the active rule of its kind; the one before it is retired in the same transaction. Null when it is no
 * draft, or the line is closed or without that kind.
 */
export async function activateRule(
  db: D1Database,
  line: string,
  kind: string,
  version: number,
  { actor, now }: Change,
): Promise<RuleVersion | null> {
  const orm = drizzle(db)
  const may = sql`${inState(line, kind, version, sql`state = 'draft'`)} AND ${hasKind(line, kind)}`
  const former = sql`SELECT version FROM earning_rules WHERE line = ${line} AND kind = ${kind} AND state = 'active'`
  const note = { at: now, actor, subject: subjectOf(line) }
  const retired = { kind, before: { state: 'active' }, after: { state: 'retired' } }
  const activated = { kind, version, before: { state: 'draft' }, after: { state: 'active' } }
  const [, , , active] = await orm.batch([
    noteChangeWhen(
      orm,
      {
        ...note,
        action: 'rule.retired',
        detail: sql`json_set(${JSON.stringify(retired)}, '$.version', (${former}))`,
      },
      sql`EXISTS (${former}) AND ${may}`,
    ),
    noteChangeWhen(orm, { ...note, action: 'rule.activated', detail: activated }, may),
    orm
      .update(earningRules)
      .set({ state: 'retired', retiredAt: now })
      .where(
        and(eq(earningRules.line, line), eq(earningRules.kind, kind), eq(earningRules.state, 'active'), may),
      ),
    orm
      .update(earningRules)
      .set({ state: 'active', activatedAt: now })
      .where(and(isVersion(line, kind, version), may))
      .returning(),
  ])
  return active[0] ?? null
}

/** Retires a draft or the active rule. Null when it is neither. */
export async function retireRule(
  db: D1Database,
  line: string,
  kind: string,
  version: number,
  { actor, now }: Change,
): Promise<RuleVersion | null> {
  const orm = drizzle(db)
  const may = inState(line, kind, version, sql`state IN ('draft', 'active')`)
  const state = sql`(SELECT state FROM earning_rules WHERE line = ${line} AND kind = ${kind} AND version = ${version})`
  const detail = sql`json_set(${JSON.stringify({ kind, version, before: {}, after: { state: 'retired' } })}, '$.before.state', ${state})`
  const [, retired] = await orm.batch([
    noteChangeWhen(orm, { at: now, actor, action: 'rule.retired', subject: subjectOf(line), detail }, may),
    orm
      .update(earningRules)
      .set({ state: 'retired', retiredAt: now })
      .where(and(isVersion(line, kind, version), may))
      .returning(),
  ])
  return retired[0] ?? null
}

/** Holds while a version is in such a state. */
function inState(line: string, kind: string, version: number, state: SQL): SQL {
  return sql`EXISTS (SELECT 1 FROM earning_rules WHERE line = ${line} AND kind = ${kind} AND version = ${version} AND ${state})`
}

/** Holds while a line is not closed and reports acts of that kind. */
function hasKind(line: string, kind: string): SQL {
  return sql`EXISTS (SELECT 1 FROM lines, json_each(lines.kinds) WHERE lines.id = ${line} AND lines.state <> 'closed' AND json_each.value = ${kind})`
}

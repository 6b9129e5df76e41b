import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import type { LineChangeDecision } from './line-changes.ts'
import { earningRules, lineSecrets, lines } from './schema.ts'

/** A business line as registered. */
export type Line = typeof lines.$inferSelect

/** A credential to be stored: sealed, with the id it is known by. */
export interface SealedCredential {
  readonly id: string
  readonly sealed: string
}

/** What an audit row says the change was to. */
export const subjectOf = (line: string): string => `line:${line}`

/** Lines in the order they were created, from `offset`: in one state or in any. They are never removed. */
export async function listLines(
  db: D1Database,
  offset: number,
  limit: number,
  state?: Line['state'],
): Promise<Line[]> {
  return drizzle(db)
    .select()
    .from(lines)
    .where(state === undefined ? undefined : eq(lines.state, state))
    .orderBy(asc(lines.createdAt), asc(lines.id))
    .limit(limit)
    .offset(offset)
}

/** A line, or null. */
export async function findLine(db: D1Database, id: string): Promise<Line | null> {
  const [row] = await drizzle(db).select().from(lines).where(eq(lines.id, id))
  return row ?? null
}

/** A line with the kinds that have an active rule, or null. */
export async function findLineAndKinds(
  db: D1Database,
  id: string,
): Promise<{ line: Line; activeKinds: string[] } | null> {
  const orm = drizzle(db)
  const [found, rules] = await orm.batch([
    orm.select().from(lines).where(eq(lines.id, id)),
    orm
      .select({ kind: earningRules.kind })
      .from(earningRules)
      .where(and(eq(earningRules.line, id), eq(earningRules.state, 'active'))),
  ])
  const line = found[0]
  return line ? { line, activeKinds: rules.map(({ kind }) => kind) } : null
}

/** Registers a line with its first shared secret. False when the id is taken. */
export async function createLine(
  db: D1Database,
  line: Line,
  { id, sealed }: SealedCredential,
  actor: string,
): Promise<boolean> {
  const orm = drizzle(db)
  const { id: lineId, createdAt, ...fields } = line
  const free = sql`NOT EXISTS (SELECT 1 FROM lines WHERE id = ${lineId})`
  const detail = { after: fields, secret: id }
  const note = { at: createdAt, actor, action: 'line.created', subject: subjectOf(lineId), detail }
  const [, , created] = await orm.batch([
    noteChangeWhen(orm, note, free),
    // In the order of the table's columns.
    orm
      .insert(lineSecrets)
      .select(sql`SELECT ${lineId}, ${id}, ${sealed}, ${createdAt}, 'v1', NULL WHERE ${free}`),
    orm.insert(lines).values(line).onConflictDoNothing().returning({ id: lines.id }),
  ])
  return created.length > 0
}

/**
 * Makes a decided change of a line. Returns the line, or null when it is no longer what `before` says or a rule became
 * active for a kind that would go: decide again.
 */
export async function changeLine(
  db: D1Database,
  before: Line,
  { set, action, detail }: Extract<LineChangeDecision, { kind: 'change' }>,
  actor: string,
  now: number,
): Promise<Line | null> {
  const orm = drizzle(db)
  const kinds = JSON.stringify(set.kinds ?? before.kinds)
  const same = sql`EXISTS (SELECT 1 FROM lines WHERE id = ${before.id} AND ${isStill(before)}) AND NOT EXISTS (SELECT 1 FROM earning_rules WHERE line = ${before.id} AND state = 'active' AND kind NOT IN (SELECT value FROM json_each(${kinds})))`
  const note = { at: now, actor, action, subject: subjectOf(before.id), detail }
  const { kinds: newKinds, ...rest } = set
  const [, changed] = await orm.batch([
    noteChangeWhen(orm, note, same),
    orm
      .update(lines)
      .set(newKinds ? { ...rest, kinds: [...newKinds] } : rest)
      .where(and(eq(lines.id, before.id), same))
      .returning(),
  ])
  return changed[0] ?? null
}

/** Holds for a row of `lines` in which nothing that can be changed was changed. */
function isStill(line: Line): SQL {
  const { name, nameEn, contact, timeZone, mayPledge, ratePerMinute, state, kinds } = line
  return sql`(name, name_en, contact, time_zone, may_pledge, rate_per_minute, state) = (${name}, ${nameEn}, ${contact}, ${timeZone}, ${mayPledge ? 1 : 0}, ${ratePerMinute}, ${state}) AND json(kinds) = ${JSON.stringify(kinds)}`
}

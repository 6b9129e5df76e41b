import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { noteNewsWhen, subjectOf } from '../life/news.ts'
import { grantAddenda, grants } from './schema.ts'

/** The grant of a dream. */
export type Grant = typeof grants.$inferSelect

export type GrantAddendum = typeof grantAddenda.$inferSelect

/**
 * Most addenda of a grant: 50 x (2,000 + 1,000) characters are 150,000, as much as one answer should hold. A grant that
 * needs more was the wrong grant.
 */
export const MAX_ADDENDA = 50

/** The grant of a dream with its addenda, oldest first, or null. */
export async function findGrant(
  db: D1Database,
  dream: string,
): Promise<{ grant: Grant; addenda: GrantAddendum[] } | null> {
  const orm = drizzle(db)
  const [found, addenda] = await orm.batch([
    orm.select().from(grants).where(eq(grants.dream, dream)),
    orm
      .select()
      .from(grantAddenda)
      .where(eq(grantAddenda.dream, dream))
      .orderBy(asc(grantAddenda.id))
      .limit(MAX_ADDENDA),
  ])
  const grant = found[0]
  return grant ? { grant, addenda } : null
}

/** Whether an organisation took a dream on. */
export async function isCoCreator(db: D1Database, dream: string, organisation: string): Promise<boolean> {
  const row = await db
    .prepare("SELECT 1 FROM offers WHERE dream = ? AND organisation = ? AND state = 'taken'")
    .bind(dream, organisation)
    .first()
  return row !== null
}

/** Holds for a dream that is funded and was not moved on. */
export const isFunded = (dream: string): SQL =>
  sql`EXISTS (SELECT 1 FROM dreams WHERE id = ${dream} AND funded_at IS NOT NULL AND stage IS NULL)`

/** Holds for a dream that has its grant. */
export const isGranted = (dream: string): SQL => sql`EXISTS (SELECT 1 FROM grants WHERE dream = ${dream})`

/**
 * Grants, where the dream is funded, has no grant, and the organisation took it on. False when one of these does not hold
 * (any more).
 */
export async function insertGrant(db: D1Database, grant: Grant, actor: string): Promise<boolean> {
  const orm = drizzle(db)
  const { dream, organisation, amountCents, currency, decidedAt: at } = grant
  const may = sql`${isFunded(dream)} AND NOT ${isGranted(dream)} AND EXISTS (SELECT 1 FROM offers WHERE dream = ${dream} AND organisation = ${organisation} AND state = 'taken')`
  const told = { organisation, amountCents, currency }
  const [, , made] = await orm.batch([
    noteChangeWhen(orm, { at, actor, action: 'dream.granted', subject: subjectOf(dream), detail: told }, may),
    noteNewsWhen(orm, { dream, kind: 'granted', audience: null, data: told, at }, may),
    // In the order of the table's columns.
    orm
      .insert(grants)
      .select(
        sql`SELECT ${dream}, ${organisation}, ${amountCents}, ${currency}, ${grant.terms}, ${at} WHERE ${may}`,
      )
      .returning({ dream: grants.dream }),
  ])
  return made.length > 0
}

/**
 * Adds to a grant's terms. `replayed` when the same stands there already; null when there is no grant, or as many addenda
 * as there may be.
 */
export async function addAddendum(
  db: D1Database,
  { dream, text, reason, at }: Omit<GrantAddendum, 'id'>,
  actor: string,
): Promise<{ addendum: GrantAddendum; replayed: boolean } | null> {
  const orm = drizzle(db)
  const same = and(
    eq(grantAddenda.dream, dream),
    eq(grantAddenda.text, text),
    eq(grantAddenda.reason, reason),
  )
  const may = sql`${isGranted(dream)} AND (SELECT count(*) FROM grant_addenda WHERE dream = ${dream}) < ${MAX_ADDENDA} AND NOT EXISTS (SELECT 1 FROM grant_addenda WHERE dream = ${dream} AND text = ${text} AND reason = ${reason})`
  const subject = subjectOf(dream)
  const [, , made, [stands]] = await orm.batch([
    noteChangeWhen(orm, { at, actor, action: 'grant.amended', subject, detail: { reason } }, may),
    noteNewsWhen(
      orm,
      { dream, kind: 'amended', audience: null, data: { field: 'grant', text, reason }, at },
      may,
    ),
    orm
      .insert(grantAddenda)
      .select(sql`SELECT NULL, ${dream}, ${text}, ${reason}, ${at} WHERE ${may}`)
      .returning({ id: grantAddenda.id }),
    orm.select().from(grantAddenda).where(same),
  ])
  return stands ? { addendum: stands, replayed: made.length === 0 } : null
}

import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { lifeOf } from '../dreams/moves.ts'
import { dreams } from '../dreams/schema.ts'
import type { LifeState } from '../life/states.ts'
import type { Principal } from '../users/tokens.ts'
import type { OrganisationChangeDecision } from './rules.ts'
import { offers, organisations } from './schema.ts'

/** An organisation or lab, as registered. */
export type Organisation = typeof organisations.$inferSelect

/** What an audit row says the change was to. */
export const organisationSubject = (organisation: string): string => `organisation:${organisation}`

/** Organisations in the order they were created, from `offset`: they are added at the end and never removed. */
export async function listOrganisations(
  db: D1Database,
  offset: number,
  limit: number,
): Promise<Organisation[]> {
  return drizzle(db)
    .select()
    .from(organisations)
    .orderBy(asc(organisations.createdAt), asc(organisations.id))
    .limit(limit)
    .offset(offset)
}

/** An organisation, or null. */
export async function findOrganisation(db: D1Database, id: string): Promise<Organisation | null> {
  const [row] = await drizzle(db).select().from(organisations).where(eq(organisations.id, id))
  return row ?? null
}

/** Registers an organisation. False when the id is taken. */
export async function createOrganisation(
  db: D1Database,
  organisation: Organisation,
  actor: string,
): Promise<boolean> {
  const orm = drizzle(db)
  const { id, name, nameEn, kind, createdAt } = organisation
  const free = sql`NOT EXISTS (SELECT 1 FROM organisations WHERE id = ${id})`
  const note = {
    ...{ at: createdAt, actor, action: 'organisation.created', subject: organisationSubject(id) },
    detail: { after: { name, nameEn, kind } },
  }
  const [, created] = await orm.batch([
    noteChangeWhen(orm, note, free),
    orm.insert(organisations).values(organisation).onConflictDoNothing().returning({ id: organisations.id }),
  ])
  return created.length > 0
}

/**
 * Makes a decided change of an organisation. Returns it, or null when it is no longer what `before` says or the actor may
 * no longer change it: decide again.
 */
export async function changeOrganisation(
  db: D1Database,
  before: Organisation,
  { set, action, detail }: Extract<OrganisationChangeDecision, { kind: 'change' }>,
  actor: Principal,
  now: number,
): Promise<Organisation | null> {
  const orm = drizzle(db)
  const { id, name, nameEn, kind, about, contact, state } = before
  const same = sql`EXISTS (SELECT 1 FROM organisations WHERE id = ${id} AND (name, name_en, kind, about, contact, state) = (${name}, ${nameEn}, ${kind}, ${about}, ${contact}, ${state})) AND ${isAdmin(id, actor)}`
  const note = { at: now, actor: actor.user, action, subject: organisationSubject(id), detail }
  const [, changed] = await orm.batch([
    noteChangeWhen(orm, note, same),
    orm
      .update(organisations)
      .set(set)
      .where(and(eq(organisations.id, id), same))
      .returning(),
  ])
  return changed[0] ?? null
}

/** Holds while a user is an admin of an organisation; for operators always. */
export function isAdmin(organisation: string, { user, operator }: Principal): SQL {
  return operator
    ? sql`1`
    : sql`EXISTS (SELECT 1 FROM organisation_members WHERE organisation = ${organisation} AND user = ${user} AND role = 'admin')`
}

/** Holds while an organisation is active. */
export function isActive(organisation: string): SQL {
  return sql`EXISTS (SELECT 1 FROM organisations WHERE id = ${organisation} AND state = 'active')`
}

/** A dream that an organisation took on. */
export interface TakenDream {
  readonly id: string
  readonly title: string
  /** Null before it is published. */
  readonly titleEn: string | null
  readonly state: LifeState
}

/**
 * The dreams an organisation took on, newest first, at most `limit`, as they are at `now` (ms). Those that are not
 * published only when asked for.
 */
export async function listTakenDreams(
  db: D1Database,
  organisation: string,
  { unpublished, limit, now }: { unpublished: boolean; limit: number; now: number },
): Promise<TakenDream[]> {
  const rows = await drizzle(db)
    .select({
      id: offers.dream,
      dream: dreams,
      wish: sql<string | null>`(SELECT title FROM proposals p WHERE p.id = ${offers.dream})`,
      wishState: sql<LifeState | null>`(SELECT state FROM proposals p WHERE p.id = ${offers.dream})`,
    })
    .from(offers)
    .leftJoin(dreams, eq(dreams.id, offers.dream))
    .where(
      and(
        eq(offers.organisation, organisation),
        eq(offers.state, 'taken'),
        unpublished ? undefined : sql`${dreams.id} IS NOT NULL`,
      ),
    )
    .orderBy(sql`${offers.decidedAt} DESC, ${offers.id}`)
    .limit(limit)
  return rows.map(({ id, dream, wish, wishState }) =>
    dream
      ? { id, title: dream.title, titleEn: dream.titleEn, state: lifeOf(dream, now) }
      : { id, title: wish ?? '', titleEn: null, state: wishState ?? 'accepted' },
  )
}

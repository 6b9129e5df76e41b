import { and, asc, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import type { Principal } from '../users/tokens.ts'
import { isAdmin, type Organisation, organisationSubject } from './organisations-store.ts'
import { MAX_MEMBERS, type Membership, type Role } from './rules.ts'
import { organisationMembers, organisations } from './schema.ts'

/** A member of an organisation; `at` is when they joined, in ms. */
export type Member = typeof organisationMembers.$inferSelect

/** Members in the order they joined, from `offset`. */
export async function listMembers(
  db: D1Database,
  organisation: string,
  offset: number,
  limit: number,
): Promise<Member[]> {
  return drizzle(db)
    .select()
    .from(organisationMembers)
    .where(eq(organisationMembers.organisation, organisation))
    .orderBy(asc(organisationMembers.at), asc(organisationMembers.user))
    .limit(limit)
    .offset(offset)
}

/** The organisations of a user with their part in each, in the order they joined, from `offset`. */
export async function listMemberships(
  db: D1Database,
  user: string,
  offset: number,
  limit: number,
): Promise<{ organisation: Organisation; role: Role; at: number }[]> {
  return drizzle(db)
    .select({ organisation: organisations, role: organisationMembers.role, at: organisationMembers.at })
    .from(organisationMembers)
    .innerJoin(organisations, eq(organisations.id, organisationMembers.organisation))
    .where(eq(organisationMembers.user, user))
    .orderBy(asc(organisationMembers.at), asc(organisationMembers.organisation))
    .limit(limit)
    .offset(offset)
}

/** What a decision on a user's part in an organisation needs, and whether they had their account deleted; or null. */
export async function loadMembership(
  db: D1Database,
  organisation: string,
  user: string,
): Promise<(Membership & { readonly at: number | null; readonly deleted: boolean }) | null> {
  const row = await db
    .prepare(
      `SELECT o.state AS organisationState, m.role, m.at,
         (SELECT count(*) FROM organisation_members WHERE organisation = o.id) AS members,
         (SELECT count(*) FROM organisation_members WHERE organisation = o.id AND role = 'admin') AS admins,
         EXISTS (SELECT 1 FROM closed_accounts WHERE user = ?2) AS deleted
       FROM organisations o LEFT JOIN organisation_members m ON m.organisation = o.id AND m.user = ?2
       WHERE o.id = ?1`,
    )
    .bind(organisation, user)
    .first<Membership & { at: number | null; deleted: number }>()
  return row && { ...row, deleted: row.deleted === 1 }
}

/** Holds while a user's part in an organisation is `role`. */
const hasRole = (organisation: string, user: string, role: Role | null) =>
  role === null
    ? sql`NOT EXISTS (SELECT 1 FROM organisation_members WHERE organisation = ${organisation} AND user = ${user})`
    : sql`EXISTS (SELECT 1 FROM organisation_members WHERE organisation = ${organisation} AND user = ${user} AND role = ${role})`

/** Holds while an organisation is closed or has an admin besides `user`. */
const hasAnotherAdmin = (organisation: string, user: string) =>
  sql`EXISTS (SELECT 1 FROM organisations o WHERE o.id = ${organisation} AND (o.state = 'closed' OR EXISTS (SELECT 1 FROM organisation_members WHERE organisation = o.id AND role = 'admin' AND user <> ${user})))`

/**
 * Gives a user a part in an organisation, decided on `was`. Returns the member, or null when that no longer holds, the
 * organisation is full, their account is deleted, or the actor may no longer: decide again.
 */
export async function putMember(
  db: D1Database,
  { organisation, user, role }: { organisation: string; user: string; role: Role },
  was: Role | null,
  actor: Principal,
  now: number,
): Promise<Member | null> {
  const orm = drizzle(db)
  const room = sql`(SELECT count(*) FROM organisation_members WHERE organisation = ${organisation}) < ${MAX_MEMBERS}`
  const condition = sql`${hasRole(organisation, user, was)} AND ${was === null ? room : sql`1`} AND ${was === 'admin' ? hasAnotherAdmin(organisation, user) : sql`1`} AND ${isAdmin(organisation, actor)} AND NOT EXISTS (SELECT 1 FROM closed_accounts WHERE user = ${user})`
  const note = {
    ...{ at: now, actor: actor.user, subject: organisationSubject(organisation) },
    action: was === null ? 'organisation.member_added' : 'organisation.member_changed',
    detail: { user, ...(was === null ? {} : { before: { role: was } }), after: { role } },
  }
  const [, put] = await orm.batch([
    noteChangeWhen(orm, note, condition),
    // In the order of the table's columns.
    orm
      .insert(organisationMembers)
      .select(sql`SELECT ${organisation}, ${user}, ${role}, ${now} WHERE ${condition}`)
      .onConflictDoUpdate({
        target: [organisationMembers.organisation, organisationMembers.user],
        set: { role },
      })
      .returning(),
  ])
  return put[0] ?? null
}

/** Removes a member who has the part `was`. False when that no longer holds or the actor may no longer: decide again. */
export async function removeMember(
  db: D1Database,
  { organisation, user }: { organisation: string; user: string },
  was: Role,
  actor: Principal,
  now: number,
): Promise<boolean> {
  const orm = drizzle(db)
  const itself = user === actor.user ? sql`1` : isAdmin(organisation, actor)
  const condition = sql`${hasRole(organisation, user, was)} AND ${was === 'admin' ? hasAnotherAdmin(organisation, user) : sql`1`} AND ${itself}`
  const note = {
    ...{ at: now, actor: actor.user, subject: organisationSubject(organisation) },
    action: 'organisation.member_removed',
    detail: { user, before: { role: was } },
  }
  const [, removed] = await orm.batch([
    noteChangeWhen(orm, note, condition),
    orm
      .delete(organisationMembers)
      .where(
        and(
          eq(organisationMembers.organisation, organisation),
          eq(organisationMembers.user, user),
          condition,
        ),
      )
      .returning({ user: organisationMembers.user }),
  ])
  return removed.length > 0
}

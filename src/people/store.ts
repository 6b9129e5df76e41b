import { eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { profiles } from './schema.ts'

/** Whether a user had their account deleted. */
export async function isDeleted(db: D1Database, user: string): Promise<boolean> {
  return (await db.prepare('SELECT 1 FROM closed_accounts WHERE user = ?').bind(user).first()) !== null
}

/** What a user says of themselves; `updatedAt` in ms since 1970. */
export type Profile = typeof profiles.$inferSelect

/** Where in the audit log what a user did with their account stands. */
export const subjectOf = (user: string): string => `user:${user}`

/** What a user says of themselves, or null. */
export async function loadProfile(db: D1Database, user: string): Promise<Profile | null> {
  const [row] = await drizzle(db).select().from(profiles).where(eq(profiles.user, user))
  return row ?? null
}

/** Writes what a user says of themselves. Null when their account was deleted meanwhile. */
export async function saveProfile(
  db: D1Database,
  { user, name, contact }: Omit<Profile, 'updatedAt'>,
  now: number,
): Promise<Profile | null> {
  const orm = drizzle(db)
  const there = sql`NOT EXISTS (SELECT 1 FROM closed_accounts WHERE user = ${user})`
  const other = sql`NOT EXISTS (SELECT 1 FROM profiles WHERE user = ${user} AND name = ${name} AND contact = ${contact})`
  const may = sql`${there} AND ${other}`
  const note = { at: now, actor: user, action: 'profile.changed', subject: subjectOf(user), detail: {} }
  const [, , kept] = await orm.batch([
    noteChangeWhen(orm, note, may),
    // In the order of the table's columns.
    orm
      .insert(profiles)
      .select(sql`SELECT ${user}, ${name}, ${contact}, ${now} WHERE ${may}`)
      .onConflictDoUpdate({ target: profiles.user, set: { name, contact, updatedAt: now } }),
    orm.select().from(profiles).where(eq(profiles.user, user)),
  ])
  return kept[0] ?? null
}

import { type SQL, sql } from 'drizzle-orm'

/** Holds while a user's account was not deleted: it may be deleted between signing in and writing. */
export function accountStands(user: string): SQL {
  return sql`NOT EXISTS (SELECT 1 FROM closed_accounts WHERE user = ${user})`
}

/** Whether a user had their account deleted. */
export async function isDeleted(db: D1Database, user: string): Promise<boolean> {
  return (await db.prepare('SELECT 1 FROM closed_accounts WHERE user = ?').bind(user).first()) !== null
}

import { and, asc, eq, isNotNull, ne, or, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { holdingOf } from '../ledger/ids.ts'
import { links } from '../ledger/schema.ts'
import { lines } from '../registry/schema.ts'
import { CODE_TTL_MS } from './codes.ts'
import { linePermissions } from './schema.ts'

/** The side that is known when a code is made or used: a line's id (as its holding account), or a user. */
export type Side = { readonly holding: string } | { readonly user: string }

/** A new code: its hash, and the side of the link it is for. */
export type NewCode = { readonly hash: string } & Side

/** Keeps new codes of `line`. `now` in ms; they are good until the time returned. */
export async function insertCodes(
  db: D1Database,
  line: string,
  codes: readonly NewCode[],
  now: number,
): Promise<number> {
  const expiresAt = now + CODE_TTL_MS
  await db.batch([
    db
      .prepare(
        `INSERT INTO link_codes (hash, line, holding, user, created_at, expires_at)
         SELECT value ->> 'hash', ?2, value ->> 'holding', value ->> 'user', ?3, ?4 FROM json_each(?1)`,
      )
      .bind(JSON.stringify(codes), line, now, expiresAt),
    // Long after their time, so that a repeat of the request that used one still finds it.
    db.prepare('DELETE FROM link_codes WHERE expires_at < ?').bind(now - KEEP_SPENT_MS),
  ])
  return expiresAt
}

/** How long a code that is over its time is kept. */
const KEEP_SPENT_MS = 24 * 60 * 60 * 1_000

/**
 * What became of using a code.
 * - linked: `holding` and `user` are linked. `replayed`: they were before.
 * - code_invalid: unknown, used for another, over its time, of another line or of the same side.
 * - already_linked: the id, or the account in this line, is linked to another.
 */
export type LinkOutcome =
  | { readonly kind: 'linked'; readonly holding: string; readonly user: string; readonly replayed: boolean }
  | { readonly kind: 'code_invalid' }
  | { readonly kind: 'already_linked' }

/**
 * Uses a code for the other side: makes the link, spends the code and notes it, in one transaction. `line` is the line
 * that uses it, null for a user, who may use a code of any line.
 */
export async function useCode(
  db: D1Database,
  hash: string,
  line: string | null,
  side: Side,
  now: number,
): Promise<LinkOutcome> {
  const holding = 'holding' in side ? side.holding : null
  const user = 'user' in side ? side.user : null
  const fits = `c.hash = ?1 AND (c.user IS NULL) = (?3 IS NOT NULL) AND (?4 IS NULL OR c.line = ?4)`
  const spendable = `${fits} AND c.used_at IS NULL AND c.expires_at > ?5`
  const bind = (text: string) => db.prepare(text).bind(hash, holding, user, line, now)
  const results = await db.batch<{ holding: string; user: string; usedAt: number | null; linked: number }>([
    // Noted before it is made, where nothing is in its way: so once, as it is made once.
    bind(`INSERT INTO audit_log (at, actor, action, subject, detail)
      SELECT ?5, ifnull(c.user, ?3), 'link.made', 'line:' || c.line, json_object('holding', ifnull(c.holding, ?2), 'user', ifnull(c.user, ?3))
      FROM link_codes c WHERE ${spendable} AND NOT EXISTS (SELECT 1 FROM links k
        WHERE k.holding = ifnull(c.holding, ?2) OR (k.line = c.line AND k.user = ifnull(c.user, ?3)))`),
    bind(`INSERT INTO links (holding, line, user, at) SELECT ifnull(c.holding, ?2), c.line, ifnull(c.user, ?3), ?5
      FROM link_codes c WHERE ${spendable} ON CONFLICT DO NOTHING RETURNING holding`),
    bind(`UPDATE link_codes AS c SET used_at = ?5 WHERE ${spendable}
      AND EXISTS (SELECT 1 FROM links k WHERE k.holding = ifnull(c.holding, ?2) AND k.user = ifnull(c.user, ?3))`),
    bind(`SELECT ifnull(c.holding, ?2) AS holding, ifnull(c.user, ?3) AS user, c.used_at AS usedAt, c.expires_at > ?5 AS open,
      EXISTS (SELECT 1 FROM links k WHERE k.holding = ifnull(c.holding, ?2) AND k.user = ifnull(c.user, ?3)) AS linked
      FROM link_codes c WHERE ${fits}`),
  ])
  const row = results[3]?.results[0] as
    | { holding: string; user: string; usedAt: number | null; open: number; linked: number }
    | undefined
  if (!row) return { kind: 'code_invalid' }
  if (row.usedAt !== null && row.linked === 1)
    return {
      kind: 'linked',
      holding: row.holding,
      user: row.user,
      replayed: results[1]?.results.length === 0,
    }
  if (row.usedAt !== null || row.open === 0) return { kind: 'code_invalid' }
  return { kind: 'already_linked' }
}

/** Which link to undo: of a line's id, or of a user with a line. */
export type LinkName = { readonly holding: string } | { readonly line: string; readonly user: string }

/** Undoes a link. What was moved stays moved; what comes after waits in the holding account. False: there was none. */
export async function removeLink(
  db: D1Database,
  name: LinkName,
  actor: string,
  now: number,
): Promise<boolean> {
  const where = 'holding' in name ? 'holding = ?1' : 'line = ?1 AND user = ?2'
  const params = 'holding' in name ? [name.holding, null] : [name.line, name.user]
  const [, , removed] = await db.batch<{ holding: string }>([
    db
      .prepare(
        `INSERT INTO audit_log (at, actor, action, subject, detail)
         SELECT ?3, ?4, 'link.removed', 'line:' || line, json_object('holding', holding, 'user', user) FROM links WHERE ${where}`,
      )
      .bind(...params, now, actor),
    // What the user allowed, they allowed the id they knew of.
    db
      .prepare(
        `DELETE FROM line_permissions WHERE (user, line) IN (SELECT k.user, k.line FROM links k WHERE ${where})`,
      )
      .bind(...params.slice(0, 'holding' in name ? 1 : 2)),
    db
      .prepare(`DELETE FROM links WHERE ${where} RETURNING holding`)
      .bind(...params.slice(0, 'holding' in name ? 1 : 2)),
  ])
  return (removed?.results.length ?? 0) > 0
}

/** A line as one user stands to it. */
export interface UserLine {
  readonly line: string
  readonly name: string
  readonly nameEn: string
  readonly state: 'active' | 'paused' | 'closed'
  /** Whose ids the line speaks of; with `own` the user must link theirs. */
  readonly userIds: 'platform' | 'own'
  readonly holding: string | null
  /** Whether the line may pledge at all, and what the user said of it, if anything. */
  readonly linePledges: boolean
  readonly mayPledge: boolean | null
}

/** Most lines listed. 140 lines took part in 2025. */
const MAX_LISTED_LINES = 500

function selectUserLines(db: D1Database, user: string) {
  return drizzle(db)
    .select({
      line: lines.id,
      name: lines.name,
      nameEn: lines.nameEn,
      state: lines.state,
      userIds: lines.userIds,
      holding: links.holding,
      linePledges: lines.mayPledge,
      mayPledge: linePermissions.mayPledge,
    })
    .from(lines)
    .leftJoin(links, and(eq(links.line, lines.id), eq(links.user, user)))
    .leftJoin(linePermissions, and(eq(linePermissions.line, lines.id), eq(linePermissions.user, user)))
}

/** The lines, as they stand to a user; closed ones only if they are linked. */
export async function listUserLines(db: D1Database, user: string): Promise<UserLine[]> {
  return selectUserLines(db, user)
    .where(or(ne(lines.state, 'closed'), isNotNull(links.holding)))
    .orderBy(asc(lines.id))
    .limit(MAX_LISTED_LINES)
}

/** One line, as it stands to a user; null for one that does not exist. */
export async function findUserLine(db: D1Database, user: string, line: string): Promise<UserLine | null> {
  const [row] = await selectUserLines(db, user).where(eq(lines.id, line))
  return row ?? null
}

/** Writes down whether a line may pledge for a user. */
export async function setPermission(
  db: D1Database,
  user: string,
  line: string,
  mayPledge: boolean,
  now: number,
): Promise<void> {
  await drizzle(db)
    .insert(linePermissions)
    .values({ user, line, mayPledge, at: now })
    .onConflictDoUpdate({
      target: [linePermissions.user, linePermissions.line],
      set: { mayPledge: sql`excluded.may_pledge`, at: now },
    })
}

/** The account a line means by an id, and whether the user lets it pledge; `user` is null for an id that is not linked. */
export interface PledgingUser {
  readonly user: string | null
  readonly allowed: boolean
}

/**
 * The accounts a line means. Unless the user said otherwise, a line that speaks of the platform's ids may pledge, and
 * one with ids of its own may not. None pledges for an account that was deleted.
 */
export async function findPledgingUsers(
  db: D1Database,
  line: { readonly id: string; readonly userIds: 'platform' | 'own' },
  lineUsers: readonly string[],
): Promise<PledgingUser[]> {
  const own = line.userIds === 'own'
  const { results } = await db
    .prepare(
      own
        ? `SELECT k.user, iif(c.user IS NULL, ifnull(p.may_pledge, 0), 0) AS allowed FROM json_each(?1) i
           LEFT JOIN links k ON k.holding = i.value LEFT JOIN line_permissions p ON p.user = k.user AND p.line = ?2
           LEFT JOIN closed_accounts c ON c.user = k.user ORDER BY i.key`
        : `SELECT i.value AS user, iif(c.user IS NULL, ifnull(p.may_pledge, 1), 0) AS allowed FROM json_each(?1) i
           LEFT JOIN line_permissions p ON p.user = i.value AND p.line = ?2
           LEFT JOIN closed_accounts c ON c.user = i.value ORDER BY i.key`,
    )
    .bind(JSON.stringify(own ? lineUsers.map((user) => holdingOf(line.id, user)) : lineUsers), line.id)
    .all<{ user: string | null; allowed: number }>()
  return results.map(({ user, allowed }) => ({ user, allowed: allowed === 1 }))
}

/** Linked holding accounts that still hold something, for the job that moves what a broken request left behind. */
export async function findUnmoved(db: D1Database, limit: number): Promise<string[]> {
  const { results } = await db
    .prepare(
      'SELECT k.holding FROM links k JOIN accounts a ON a.user = k.holding WHERE a.earned > a.pledged LIMIT ?',
    )
    .bind(limit)
    .all<{ holding: string }>()
  return results.map(({ holding }) => holding)
}

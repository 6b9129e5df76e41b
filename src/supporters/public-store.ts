import { SUPPORTER_KINDS, type SupporterKind } from './states.ts'

/** What the public is told of supporters. */

/** How many of a kind wait for an answer, how many take part, and the minutes that were confirmed. */
export interface KindCount {
  readonly kind: SupporterKind
  readonly offered: number
  readonly invited: number
  readonly confirmedMinutes: number
}

/** A dream's supporters by kind, without persons. Minutes of those who left stay counted. */
export async function countSupporters(db: D1Database, dream: string): Promise<KindCount[]> {
  const [counts, minutes] = await db.batch<{
    kind: string
    offered: number
    invited: number
    minutes: number
  }>([
    db
      .prepare(
        `SELECT kind, sum(state = 'offered') AS offered, sum(state = 'invited') AS invited
         FROM supporters WHERE dream = ? GROUP BY kind`,
      )
      .bind(dream),
    db
      .prepare(
        `SELECT s.kind, sum(h.minutes) AS minutes FROM supporters s JOIN supporter_hours h ON h.supporter = s.id
         WHERE s.dream = ? AND h.state = 'confirmed' GROUP BY s.kind`,
      )
      .bind(dream),
  ])
  return SUPPORTER_KINDS.map((kind) => {
    const count = counts?.results.find((row) => row.kind === kind)
    const confirmed = minutes?.results.find((row) => row.kind === kind)
    return {
      kind,
      offered: count?.offered ?? 0,
      invited: count?.invited ?? 0,
      confirmedMinutes: confirmed?.minutes ?? 0,
    }
  })
}

/** Most dreams on a supporter's page, the latest. */
const MAX_SHOWN_DREAMS = 100

/** What a user did for one dream. */
interface ShownDream {
  readonly dream: string
  readonly title: string
  readonly kinds: readonly SupporterKind[]
  readonly confirmedMinutes: number
}

/** A supporter's page: the name they gave themselves, if any, and the dreams they show. */
export interface SupporterPage {
  readonly name: string | null
  readonly dreams: readonly ShownDream[]
}

/** What a user shows of themselves as a supporter, of dreams they were invited to: anyone may offer themselves. */
export async function loadPage(db: D1Database, user: string): Promise<SupporterPage> {
  const [profile, shown] = await db.batch<Record<string, string | number>>([
    db.prepare("SELECT nullif(name, '') AS name FROM profiles WHERE user = ?").bind(user),
    db
      .prepare(
        `SELECT s.dream, d.title, json_group_array(DISTINCT s.kind) AS kinds, sum(ifnull((
           SELECT sum(h.minutes) FROM supporter_hours h WHERE h.supporter = s.id AND h.state = 'confirmed'), 0)) AS confirmedMinutes
         FROM supporters s JOIN dreams d ON d.id = s.dream WHERE s.user = ? AND s.public = 1 AND s.invited_at IS NOT NULL
         GROUP BY s.dream ORDER BY max(s.number) DESC LIMIT ${MAX_SHOWN_DREAMS}`,
      )
      .bind(user),
  ])
  return {
    name: (profile?.results[0]?.name as string | null | undefined) ?? null,
    dreams: (shown?.results ?? []).map(({ dream, title, kinds, confirmedMinutes }) => ({
      dream: dream as string,
      title: title as string,
      kinds: JSON.parse(kinds as string) as SupporterKind[],
      confirmedMinutes: confirmedMinutes as number,
    })),
  }
}

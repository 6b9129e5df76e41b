import { type SQL, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { type AuditRow, noteChangeWhen } from '../audit/log.ts'
import { news } from './schema.ts'
import type { LifeState, Mover } from './states.ts'

/**
 * Everything that is told of a dream. `moved` makes its public history; with a later addition here, say what `data` holds
 * in `describeNews`.
 */
export const NEWS_KINDS = [
  'moved',
  'amended',
  'extended',
  'returned',
  'offered',
  'taken_on',
  'granted',
  'milestone',
  'measure',
  'spending',
  'report',
  'correction',
  'report_due',
  'report_overdue',
  'asked',
  'answered',
  'hidden',
  'raised',
  'supporter',
] as const

export type NewsKind = (typeof NEWS_KINDS)[number]

/**
 * Who hears of it: everyone, the proposers of the dream, the members of an organisation, or one user. What is not for
 * everyone is in no public list and no feed.
 */
export type Audience = null | 'proposers' | `org:${string}` | `user:${string}`

/** One piece of news. `data` holds no name, contact or user id: it is public, or may become it. */
export interface News {
  readonly dream: string
  readonly kind: NewsKind
  readonly audience: Audience
  readonly data: Readonly<Record<string, unknown>>
  /** ms since 1970. */
  readonly at: number
  /** What it tells, once: a second piece of the same fact is not written. */
  readonly fact?: string
}

/** How the table writes who hears of a piece of news. */
export const heardBy = (dream: string, audience: Audience): string | null =>
  audience === 'proposers' ? `proposers:${dream}` : audience

/**
 * The statement that notes a piece of news where `condition` holds. As `noteChangeWhen`, it stands in the batch before
 * the change that ends the condition.
 */
export function noteNewsWhen(
  orm: DrizzleD1Database,
  { dream, kind, audience, data, at, fact }: News,
  condition: SQL,
) {
  const heard = heardBy(dream, audience)
  // In the order of the table's columns.
  return orm
    .insert(news)
    .select(
      sql`SELECT NULL, ${dream}, (SELECT campaign FROM dreams WHERE id = ${dream}), ${heard}, ${kind}, ${JSON.stringify(data)}, ${at}, ${fact ?? null} WHERE ${condition}`,
    )
    .onConflictDoNothing()
}

/** One move of a dream. `actor` is a user id; the public is told only in which part (`by`) they moved it. */
export interface LifeMove {
  readonly dream: string
  readonly from: LifeState
  readonly to: LifeState
  readonly actor: string
  readonly by: Mover
  readonly reason?: string | null
  /** The dream that a merged one went into. */
  readonly into?: string
  readonly at: number
}

/**
 * What a move leaves, however many are noted at once: the audit row with its actor, and the news. Before `published` only
 * the proposers hear of it.
 */
export function tracesOf(move: LifeMove): { readonly change: AuditRow; readonly told: News } {
  const { dream, from, to, actor, by, reason, into, at } = move
  const data = { from, to, by, ...(reason ? { reason } : {}), ...(into ? { into } : {}) }
  const audience = isPublic(to) ? null : 'proposers'
  return {
    change: { at, actor, action: 'dream.moved', subject: subjectOf(dream), detail: data },
    told: { dream, kind: 'moved', audience, data, at },
  }
}

/** The statements that note a move where `condition` holds: see `tracesOf`. */
export function noteMoveWhen(orm: DrizzleD1Database, move: LifeMove, condition: SQL) {
  const { change, told } = tracesOf(move)
  return [noteChangeWhen(orm, change, condition), noteNewsWhen(orm, told, condition)] as const
}

/** Where in the audit log a dream's changes stand. */
export const subjectOf = (dream: string): string => `dream:${dream}`

const PRIVATE_STATES: readonly LifeState[] = [
  'draft',
  'proposed',
  'in_review',
  'accepted',
  'declined',
  'merged',
  'withdrawn',
]

/** True for states of a dream that everyone may see. */
export function isPublic(state: LifeState): boolean {
  return !PRIVATE_STATES.includes(state)
}

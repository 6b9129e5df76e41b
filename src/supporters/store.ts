import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { noteNewsWhen } from '../life/news.ts'
import { goesOn, goesOnOf } from './goes-on.ts'
import { supporters } from './schema.ts'
import type { SupporterKind, SupporterState } from './states.ts'

/** An offer as it is kept, with the minutes that were recorded, confirmed and refused for it. Times in ms since 1970. */
export interface Supporter {
  readonly number: number
  readonly id: string
  readonly dream: string
  readonly user: string | null
  readonly kind: SupporterKind
  readonly text: string
  readonly state: SupporterState
  readonly answer: string | null
  readonly public: 0 | 1
  readonly offeredAt: number
  readonly invitedAt: number | null
  readonly decidedAt: number | null
  readonly recorded: number
  readonly confirmed: number
  readonly refused: number
}

/** The same, with what the user says of themselves; null for one that no longer stands, or whose dream is over. */
export interface NamedSupporter extends Supporter {
  readonly name: string | null
  readonly contact: string | null
}

const minutesOf = (state: string, name: string): string =>
  `(SELECT ifnull(sum(h.minutes), 0) FROM supporter_hours h WHERE h.supporter = s.id AND h.state = '${state}') AS ${name}`

const COLUMNS = `s.number, s.id, s.dream, s.user, s.kind, s.text, s.state, s.answer, s.public,
  s.offered_at AS offeredAt, s.invited_at AS invitedAt, s.decided_at AS decidedAt,
  ${minutesOf('recorded', 'recorded')}, ${minutesOf('confirmed', 'confirmed')}, ${minutesOf('refused', 'refused')}`

/** Where in the audit log an offer's changes stand. */
export const subjectOf = (supporter: string): string => `supporter:${supporter}`

/** Most offers of a user that stand at a time, to dreams that go on; and most ever for one dream and kind, declined ones among them. */
export const MAX_STANDING = 20
export const MAX_OFFERS_OF_A_KIND = 5

/** Most organisations that are told of an offer; a dream has a few co-creators. */
const MAX_TOLD = 20

/** An offer, or null. */
export function findSupporter(db: D1Database, id: string): Promise<Supporter | null> {
  return db.prepare(`SELECT ${COLUMNS} FROM supporters s WHERE s.id = ?`).bind(id).first<Supporter>()
}

// Whoever no longer stands by an offer is reached no more, nor anyone for a dream that is over.
const NAMED = `SELECT ${COLUMNS}, p.name, p.contact FROM supporters s
  LEFT JOIN profiles p ON p.user = s.user AND s.state IN ('offered', 'invited')
    AND ${goesOnOf('s.dream')}`

/** An offer with what the user says of themselves, or null. */
export function findNamed(db: D1Database, id: string): Promise<NamedSupporter | null> {
  return db.prepare(`${NAMED} WHERE s.id = ?`).bind(id).first<NamedSupporter>()
}

/** A user's offers, newest first, from before `before`. */
export async function listOfUser(
  db: D1Database,
  user: string,
  before: number,
  limit: number,
): Promise<Supporter[]> {
  const text = `SELECT ${COLUMNS} FROM supporters s WHERE s.user = ? AND s.number < ? ORDER BY s.number DESC LIMIT ?`
  return (await db.prepare(text).bind(user, before, limit).all<Supporter>()).results
}

/** The offers to a dream, newest first, from before `before`; only those of a state or kind if given. */
export async function listOfDream(
  db: D1Database,
  dream: string,
  { state, kind }: { state?: SupporterState | undefined; kind?: SupporterKind | undefined },
  before: number,
  limit: number,
): Promise<NamedSupporter[]> {
  const text = `${NAMED}
    WHERE s.dream = ?1 AND s.number < ?2 AND (?3 IS NULL OR s.state = ?3) AND (?4 IS NULL OR s.kind = ?4)
    ORDER BY s.number DESC LIMIT ?5`
  const read = db.prepare(text).bind(dream, before, state ?? null, kind ?? null, limit)
  return (await read.all<NamedSupporter>()).results
}

/** The organisations that took a dream on. */
async function coCreatorsOf(db: D1Database, dream: string): Promise<string[]> {
  const { results } = await db
    .prepare(`SELECT organisation FROM offers WHERE dream = ? AND state = 'taken' LIMIT ${MAX_TOLD}`)
    .bind(dream)
    .all<{ organisation: string }>()
  return results.map(({ organisation }) => organisation)
}

function tellCoCreators(
  orm: DrizzleD1Database,
  organisations: readonly string[],
  { dream, id, kind }: Pick<Supporter, 'dream' | 'id' | 'kind'>,
  state: SupporterState,
  at: number,
  condition: SQL,
) {
  const data = { supporter: id, offer: kind, state }
  return organisations.map((each) =>
    noteNewsWhen(orm, { dream, kind: 'supporter', audience: `org:${each}`, data, at }, condition),
  )
}

/** What of an offer a user makes. */
export interface NewSupporter {
  readonly id: string
  readonly dream: string
  readonly user: string
  readonly kind: SupporterKind
  readonly text: string
}

/**
 * What became of making an offer.
 * - standing: the user has one of this kind with the dream. `id` names it.
 * - too_many: they have as many as they may.
 * - closed: the dream's story is over, or the account was deleted.
 */
export type OfferOutcome =
  | { readonly kind: 'offered' }
  | { readonly kind: 'standing'; readonly id: string }
  | { readonly kind: 'too_many' }
  | { readonly kind: 'closed' }

/** Makes an offer to a dream whose life goes on, and tells those who carry it out. */
export async function offerSupport(db: D1Database, offer: NewSupporter, now: number): Promise<OfferOutcome> {
  const orm = drizzle(db)
  const { id, dream, user, kind, text } = offer
  const organisations = await coCreatorsOf(db, dream)
  const living = goesOn(dream)
  const there = sql`NOT EXISTS (SELECT 1 FROM closed_accounts WHERE user = ${user})`
  const free = sql`NOT EXISTS (SELECT 1 FROM supporters WHERE user = ${user} AND dream = ${dream} AND kind = ${kind} AND state IN ('offered', 'invited'))`
  const room = sql`(SELECT count(*) FROM supporters s WHERE s.user = ${user} AND s.state IN ('offered', 'invited') AND ${sql.raw(goesOnOf('s.dream'))}) < ${MAX_STANDING} AND (SELECT count(*) FROM supporters WHERE user = ${user} AND dream = ${dream} AND kind = ${kind}) < ${MAX_OFFERS_OF_A_KIND}`
  const may = sql`${living} AND ${there} AND ${free} AND ${room}`
  const detail = { dream, kind }
  const note = { at: now, actor: user, action: 'supporter.offered', subject: subjectOf(id), detail }
  const results = await orm.batch([
    noteChangeWhen(orm, note, may),
    ...tellCoCreators(orm, organisations, offer, 'offered', now, may),
    // In the order of the table's columns.
    orm
      .insert(supporters)
      .select(
        sql`SELECT NULL, ${id}, ${dream}, ${user}, ${kind}, ${text}, 'offered', NULL, 0, ${now}, NULL, NULL WHERE ${may}`,
      ),
    orm
      .select({ id: supporters.id })
      .from(supporters)
      .where(
        and(
          eq(supporters.user, user),
          eq(supporters.dream, dream),
          eq(supporters.kind, kind),
          inArray(supporters.state, ['offered', 'invited']),
        ),
      ),
    orm.select({ open: sql<number>`${living} AND ${there}` }).from(sql`(SELECT 1)`),
  ])
  const [standing, open] = results.slice(-2) as [{ id: string }[], { open: number }[]]
  const found = standing[0]?.id
  if (found === id) return { kind: 'offered' }
  if (open[0]?.open !== 1) return { kind: 'closed' }
  return found === undefined ? { kind: 'too_many' } : { kind: 'standing', id: found }
}

/** A decided move of an offer. `answer` is what those who carry the dream out say with it. */
export interface SupporterMove {
  readonly to: SupporterState
  readonly actor: string
  readonly answer: string | null
}

/** What became of a move: `changed` when the offer is no longer as it was read, `over` when its dream's story is. */
export type SupporterMoveOutcome = 'moved' | 'changed' | 'over'

/**
 * Makes a move of an offer that is still as it was read; the other side is told. Invited is only to a dream that goes on.
 */
export async function moveSupporter(
  db: D1Database,
  supporter: Supporter,
  { to, actor, answer }: SupporterMove,
  now: number,
): Promise<SupporterMoveOutcome> {
  const orm = drizzle(db)
  const { id, dream, user, kind, state } = supporter
  const living = to === 'invited' ? goesOn(dream) : sql`1`
  const same = sql`EXISTS (SELECT 1 FROM supporters WHERE id = ${id} AND state = ${state} AND user = ${user}) AND ${living}`
  const detail = { dream, from: state, to }
  const note = { at: now, actor, action: `supporter.${to}`, subject: subjectOf(id), detail }
  const told = { supporter: id, offer: kind, state: to, ...(answer ? { answer } : {}) }
  const telling =
    to === 'withdrawn'
      ? tellCoCreators(orm, await coCreatorsOf(db, dream), supporter, to, now, same)
      : [
          noteNewsWhen(
            orm,
            { dream, kind: 'supporter', audience: `user:${user ?? ''}`, data: told, at: now },
            same,
          ),
        ]
  const results = await orm.batch([
    noteChangeWhen(orm, note, same),
    ...telling,
    orm
      .update(supporters)
      .set({
        state: to,
        decidedAt: now,
        ...(to === 'invited' ? { invitedAt: now } : {}),
        ...(answer === null ? {} : { answer }),
      })
      .where(and(eq(supporters.id, id), same))
      .returning({ id: supporters.id }),
    orm.select({ living: sql<number>`${living}` }).from(sql`(SELECT 1)`),
  ])
  const [moved, found] = results.slice(-2) as [unknown[], { living: number }[]]
  if (moved.length > 0) return 'moved'
  return found[0]?.living === 1 ? 'changed' : 'over'
}

/** Shows what a user did for a dream to everyone, or no longer. */
export async function setPublic(
  db: D1Database,
  { id, user }: Pick<Supporter, 'id' | 'user'>,
  shown: boolean,
  now: number,
): Promise<void> {
  const orm = drizzle(db)
  const other = sql`EXISTS (SELECT 1 FROM supporters WHERE id = ${id} AND user = ${user} AND public <> ${shown ? 1 : 0})`
  const action = shown ? 'supporter.shown' : 'supporter.hidden'
  await orm.batch([
    noteChangeWhen(orm, { at: now, actor: user ?? '', action, subject: subjectOf(id), detail: {} }, other),
    orm
      .update(supporters)
      .set({ public: shown })
      .where(and(eq(supporters.id, id), other)),
  ])
}

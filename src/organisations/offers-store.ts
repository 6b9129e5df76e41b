import { and, asc, desc, eq, lt, type SQL, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { type DreamStory, dreams } from '../dreams/schema.ts'
import { noteNewsWhen, subjectOf } from '../life/news.ts'
import { isActive } from './organisations-store.ts'
import { MAX_STANDING_OFFERS, type OfferState } from './rules.ts'
import { offers, organisations } from './schema.ts'

/** An offer of a dream to an organisation. */
export type Offer = typeof offers.$inferSelect

/** An offer with the title of its dream. */
export type TitledOffer = Offer & { readonly dreamTitle: string }

/** Holds while a dream can be offered and taken on, and is published or is not yet, as `published` says: `OFFERABLE` in SQL. */
export function isOfferable(dream: string, published: boolean): SQL {
  return published
    ? sql`EXISTS (SELECT 1 FROM dreams WHERE id = ${dream} AND iif(stage IS NULL, funded_at IS NOT NULL OR settles_at IS NOT NULL OR state <> 'closed', stage = 'executing'))`
    : isAccepted(dream)
}

/** Holds while a dream's plans can be written anew, and it is published or not, as `published` says: `PLANNABLE` in SQL. */
export function isPlannable(dream: string, published: boolean): SQL {
  return published
    ? sql`EXISTS (SELECT 1 FROM dreams WHERE id = ${dream} AND stage IS NULL AND funded_at IS NULL AND (settles_at IS NOT NULL OR state <> 'closed'))`
    : isAccepted(dream)
}

const isAccepted = (dream: string): SQL =>
  sql`EXISTS (SELECT 1 FROM proposals WHERE id = ${dream} AND state = 'accepted') AND NOT EXISTS (SELECT 1 FROM dreams WHERE id = ${dream})`

/** Holds while an offer is in a state. */
const isIn = (offer: string, state: OfferState): SQL =>
  sql`EXISTS (SELECT 1 FROM offers WHERE id = ${offer} AND state = ${state})`

/** How many offers of a dream stand, and whether one to this organisation does. */
export async function countStanding(
  db: D1Database,
  dream: string,
  organisation: string,
): Promise<{ standing: number; stands: boolean }> {
  const row = await db
    .prepare(
      `SELECT count(*) AS standing, ifnull(max(organisation = ?2), 0) AS stands FROM offers
       WHERE dream = ?1 AND state IN ('open', 'taken')`,
    )
    .bind(dream, organisation)
    .first<{ standing: number; stands: number }>()
  return { standing: row?.standing ?? 0, stands: row?.stands === 1 }
}

/**
 * Offers a dream. Returns the offer, or null when that cannot be (any more): decide again. An offer of the same
 * millisecond as another of its dream or organisation is dated after it, so that `offeredAt` is its place in both lists.
 */
export async function createOffer(
  db: D1Database,
  offer: Pick<Offer, 'id' | 'dream' | 'organisation' | 'message'>,
  { published, actor, now }: { published: boolean; actor: string; now: number },
): Promise<Offer | null> {
  const orm = drizzle(db)
  const { id, dream, organisation, message } = offer
  const may = sql`${isOfferable(dream, published)} AND ${isActive(organisation)} AND NOT EXISTS (SELECT 1 FROM offers WHERE dream = ${dream} AND organisation = ${organisation} AND state IN ('open', 'taken')) AND (SELECT count(*) FROM offers WHERE dream = ${dream} AND state IN ('open', 'taken')) < ${MAX_STANDING_OFFERS}`
  const last = (where: SQL) => sql`1 + ifnull((SELECT max(offered_at) FROM offers WHERE ${where}), 0)`
  const at = sql`max(${now}, ${last(sql`dream = ${dream}`)}, ${last(sql`organisation = ${organisation}`)})`
  const [, , created] = await orm.batch([
    noteChangeWhen(
      orm,
      {
        ...{ at: now, actor, action: 'dream.offered', subject: subjectOf(dream) },
        detail: { offer: id, organisation },
      },
      may,
    ),
    noteNewsWhen(
      orm,
      {
        ...{ dream, kind: 'offered', audience: `org:${organisation}`, at: now },
        data: { offer: id, organisation, state: 'open' },
      },
      may,
    ),
    // In the order of the table's columns.
    orm
      .insert(offers)
      .select(
        sql`SELECT ${id}, ${dream}, ${organisation}, 'open', ${message}, NULL, ${at}, NULL WHERE ${may}`,
      )
      .returning(),
  ])
  return created[0] ?? null
}

const titleOf = (dream: SQL): SQL<string> =>
  sql<string>`coalesce((SELECT title FROM dreams d WHERE d.id = ${dream}), (SELECT title FROM proposals p WHERE p.id = ${dream}), '')`

const titled = {
  id: offers.id,
  dream: offers.dream,
  organisation: offers.organisation,
  state: offers.state,
  message: offers.message,
  reason: offers.reason,
  offeredAt: offers.offeredAt,
  decidedAt: offers.decidedAt,
  dreamTitle: titleOf(sql`${offers.dream}`),
}

/** An offer, or null. */
export async function findOffer(db: D1Database, id: string): Promise<TitledOffer | null> {
  const [row] = await drizzle(db).select(titled).from(offers).where(eq(offers.id, id))
  return row ?? null
}

/** Offers of one dream or to one organisation, of one state if given, newest first, from before `offeredAt`. */
export async function listOffers(
  db: D1Database,
  of: { readonly dream: string } | { readonly organisation: string },
  { before, limit, state }: { before: number; limit: number; state?: OfferState | undefined },
): Promise<TitledOffer[]> {
  const whose = 'dream' in of ? eq(offers.dream, of.dream) : eq(offers.organisation, of.organisation)
  return drizzle(db)
    .select(titled)
    .from(offers)
    .where(
      and(whose, lt(offers.offeredAt, before), state === undefined ? undefined : eq(offers.state, state)),
    )
    .orderBy(desc(offers.offeredAt))
    .limit(limit)
}

/** What a dream is to be, as its proposal or, once published, the catalogue tells it. */
export async function loadStory(db: D1Database, dream: string): Promise<DreamStory> {
  const [published] = await drizzle(db)
    .select({ story: dreams.story })
    .from(dreams)
    .where(eq(dreams.id, dream))
  if (published) return published.story
  const row = await db
    .prepare(
      'SELECT what, for_whom AS forWhom, place, how_many AS howMany, why, pictures FROM proposals WHERE id = ?',
    )
    .bind(dream)
    .first<{ what: string; forWhom: string; place: string; howMany: string; why: string; pictures: string }>()
  return row ? { ...row, pictures: JSON.parse(row.pictures) } : {}
}

/** Holds while an offer is open, and `user` acts for the organisation it was made to. */
export function mayTake({ id, organisation }: Offer, user: string): SQL {
  return sql`${isIn(id, 'open')} AND ${isActive(organisation)} AND ${isMember(organisation, user)}`
}

/** Holds while a user acts for an organisation. */
export const isMember = (organisation: string, user: string): SQL =>
  sql`EXISTS (SELECT 1 FROM organisation_members WHERE organisation = ${organisation} AND user = ${user})`

/** The statement that has an offer taken where `condition` holds; it is the last of its batch, and returns the offer. */
export function takeOfferWhen(orm: DrizzleD1Database, { id }: Offer, now: number, condition: SQL) {
  return orm
    .update(offers)
    .set({ state: 'taken', decidedAt: now })
    .where(and(eq(offers.id, id), condition))
    .returning()
}

/**
 * Declines an open offer, by a member, or withdraws it, by an operator. The proposers of the dream are told that it was
 * declined and why, the organisation that it was withdrawn. Returns the offer, or null when that no longer holds.
 */
export async function refuseOffer(
  db: D1Database,
  { id, dream, organisation }: Offer,
  to: 'declined' | 'withdrawn',
  reason: string,
  { actor, now }: { actor: string; now: number },
): Promise<Offer | null> {
  const orm = drizzle(db)
  const may =
    to === 'withdrawn' ? isIn(id, 'open') : sql`${isIn(id, 'open')} AND ${isMember(organisation, actor)}`
  const told = { offer: id, organisation, state: to, reason }
  const [, , refused] = await orm.batch([
    noteChangeWhen(
      orm,
      { at: now, actor, action: `offer.${to}`, subject: subjectOf(dream), detail: told },
      may,
    ),
    noteNewsWhen(
      orm,
      {
        ...{ dream, kind: 'offered', data: told, at: now },
        audience: to === 'declined' ? 'proposers' : `org:${organisation}`,
      },
      may,
    ),
    orm
      .update(offers)
      .set({ state: to, reason, decidedAt: now })
      .where(and(eq(offers.id, id), may))
      .returning(),
  ])
  return refused[0] ?? null
}

/** An organisation that took a dream on. */
export interface CoCreator {
  readonly organisation: string
  readonly name: string
  readonly nameEn: string
}

/** The co-creators of each of these dreams, in the order they took it on; a dream without any is not in the map. */
export async function listCoCreators(
  db: D1Database,
  dreamIds: readonly string[],
): Promise<Map<string, CoCreator[]>> {
  const rows = await drizzle(db)
    .select({
      dream: offers.dream,
      organisation: offers.organisation,
      name: organisations.name,
      nameEn: organisations.nameEn,
    })
    .from(offers)
    .innerJoin(organisations, eq(organisations.id, offers.organisation))
    .where(
      and(
        eq(offers.state, 'taken'),
        // One parameter, however many dreams.
        sql`${offers.dream} IN (SELECT value FROM json_each(${JSON.stringify(dreamIds)}))`,
      ),
    )
    .orderBy(asc(offers.decidedAt), asc(offers.organisation))
  const byDream = new Map<string, CoCreator[]>()
  for (const { dream, ...coCreator } of rows) byDream.set(dream, [...(byDream.get(dream) ?? []), coCreator])
  return byDream
}

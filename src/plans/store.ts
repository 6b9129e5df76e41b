import { and, asc, eq, type SQL, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { noteChangeWhen } from '../audit/log.ts'
import { newId } from '../http/ids.ts'
import { noteNewsWhen, subjectOf } from '../life/news.ts'
import {
  type CoCreator,
  isMember,
  isOfferable,
  isPlannable,
  listCoCreators,
  mayTake,
  type Offer,
  takeOfferWhen,
} from '../organisations/offers-store.ts'
import { type NewPlan, outlineOf } from './rules.ts'
import { budgetLines, measures, milestones } from './schema.ts'

/** Items of plans, each with the organisation whose it is. */
export interface PlanItems {
  readonly milestones: readonly (typeof milestones.$inferSelect)[]
  readonly measures: readonly (typeof measures.$inferSelect)[]
  readonly budget: readonly (typeof budgetLines.$inferSelect)[]
}

/** What all co-creators of a dream planned, and what became of it. */
export interface Plan extends PlanItems {
  readonly coCreators: readonly CoCreator[]
}

/** The plan of a dream: of every co-creator, in the order they took it on; empty when there is none. */
export async function loadPlan(db: D1Database, dream: string): Promise<Plan> {
  const orm = drizzle(db)
  const [coCreators, steps, numbers, lines] = await Promise.all([
    listCoCreators(db, [dream]).then((byDream) => byDream.get(dream) ?? []),
    orm.select().from(milestones).where(eq(milestones.dream, dream)).orderBy(asc(milestones.position)),
    orm.select().from(measures).where(eq(measures.dream, dream)).orderBy(asc(measures.position)),
    orm.select().from(budgetLines).where(eq(budgetLines.dream, dream)).orderBy(asc(budgetLines.position)),
  ])
  const place = new Map(coCreators.map(({ organisation }, n) => [organisation, n]))
  const inOrder = <Item extends { organisation: string }>(items: Item[]) =>
    items.sort((a, b) => (place.get(a.organisation) ?? 0) - (place.get(b.organisation) ?? 0))
  return {
    coCreators,
    milestones: inOrder(steps),
    measures: inOrder(numbers),
    budget: inOrder(lines),
  }
}

/** What one organisation planned for a dream, and what became of it; of no items when it did not take it on. */
export async function loadPlanOf(db: D1Database, dream: string, organisation: string): Promise<PlanItems> {
  const plan = await loadPlan(db, dream)
  const own = <Item extends { organisation: string }>(items: readonly Item[]) =>
    items.filter((item) => item.organisation === organisation)
  return { milestones: own(plan.milestones), measures: own(plan.measures), budget: own(plan.budget) }
}

/** The statements that write a plan's items where `condition` holds, each item under a new id. */
function insertItemsWhen(
  orm: DrizzleD1Database,
  { dream, organisation }: Offer,
  plan: NewPlan,
  condition: SQL,
) {
  const withIds = (prefix: string, items: readonly object[]) =>
    JSON.stringify(items.map((item) => ({ id: newId(prefix), ...item })))
  const of = sql`value ->> 'id', ${dream}, ${organisation}, key`
  // In the order of the tables' columns.
  return [
    orm
      .insert(milestones)
      .select(
        sql`SELECT ${of}, value ->> 'title', value ->> 'dueOn', 'planned', NULL FROM json_each(${withIds('milestone', plan.milestones)}) WHERE ${condition}`,
      ),
    orm
      .insert(measures)
      .select(
        sql`SELECT ${of}, value ->> 'name', value ->> 'unit', value ->> 'planned', 0, NULL FROM json_each(${withIds('measure', plan.measures)}) WHERE ${condition}`,
      ),
    orm
      .insert(budgetLines)
      .select(
        sql`SELECT ${of}, value ->> 'name', value ->> 'plannedCents', 0, NULL FROM json_each(${withIds('budget', plan.budget)}) WHERE ${condition}`,
      ),
  ] as const
}

/** By whom, when (ms), and whether the dream was published when it was decided. */
interface Doing {
  readonly actor: string
  readonly now: number
  readonly published: boolean
}

/**
 * Has a dream taken on: the plan and the offer's state in one transaction. Everyone hears of it once the dream is
 * published, its proposers before. Returns the offer, or null when the offer, the organisation, the member or the dream
 * is no longer what was decided on.
 */
export async function takeOn(
  db: D1Database,
  offer: Offer,
  plan: NewPlan,
  { actor, now, published }: Doing,
): Promise<Offer | null> {
  const orm = drizzle(db)
  const { id, dream, organisation } = offer
  const may = sql`${mayTake(offer, actor)} AND ${isOfferable(dream, published)}`
  const told = { offer: id, organisation, plan: outlineOf(plan) }
  const [, , , , , taken] = await orm.batch([
    noteChangeWhen(
      orm,
      { at: now, actor, action: 'dream.taken_on', subject: subjectOf(dream), detail: told },
      may,
    ),
    noteNewsWhen(
      orm,
      { dream, kind: 'taken_on', audience: published ? null : 'proposers', data: told, at: now },
      may,
    ),
    ...insertItemsWhen(orm, offer, plan, may),
    takeOfferWhen(orm, offer, now, may),
  ])
  return taken[0] ?? null
}

/**
 * Writes an organisation's plan anew in place of `before`; in public, with its reason, once the dream is published.
 * False when it may no longer be, or `before` is no longer its plan.
 */
export async function revisePlan(
  db: D1Database,
  offer: Offer,
  { before, plan, reason }: { before: PlanItems; plan: NewPlan; reason: string | null },
  { actor, now, published }: Doing,
): Promise<boolean> {
  const orm = drizzle(db)
  const { dream, organisation } = offer
  // Items have new ids in each plan, so the first milestone tells which one it is.
  const first = before.milestones[0]?.id ?? ''
  const may = sql`EXISTS (SELECT 1 FROM milestones WHERE id = ${first}) AND ${isPlannable(dream, published)} AND ${isMember(organisation, actor)}`
  const told = {
    ...{ field: 'plan', organisation, before: outlineOf(before), after: outlineOf(plan) },
    ...(reason === null ? {} : { reason }),
  }
  const old = (items: readonly { readonly id: string }[]) =>
    sql`id IN (SELECT value FROM json_each(${JSON.stringify(items.map(({ id }) => id))}))`
  const results = await orm.batch([
    noteChangeWhen(
      orm,
      { at: now, actor, action: 'dream.plan_revised', subject: subjectOf(dream), detail: told },
      may,
    ),
    noteNewsWhen(
      orm,
      { dream, kind: 'amended', audience: published ? null : 'proposers', data: told, at: now },
      may,
    ),
    ...insertItemsWhen(orm, offer, plan, may),
    orm.delete(measures).where(and(old(before.measures), may)),
    orm.delete(budgetLines).where(and(old(before.budget), may)),
    // Last, since it ends the condition.
    orm
      .delete(milestones)
      .where(and(old(before.milestones), may))
      .returning({ id: milestones.id }),
  ])
  return (results.at(-1) as { id: string }[]).length > 0
}

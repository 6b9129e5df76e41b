import { rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { MAX_BUDGET_LINES, MAX_MEASURES, MAX_MILESTONES } from './rules.ts'
import type { PlanItems } from './store.ts'

/** How plans stand in requests and answers. */

/** 120 items, each with a text of 200 and a unit of 40 characters of 4 bytes, and as much again. */
export const MAX_PLAN_BYTES = 262_144

const MAX_TITLE_LENGTH = 200
const MAX_UNIT_LENGTH = 40

/** A trillion: sums of all items of ten plans stay below what JSON numbers hold exactly. */
const MAX_QUANTITY = 1_000_000_000_000

const text = z.string().trim().min(1).max(MAX_TITLE_LENGTH)
const day = z.iso.date()
const quantity = z.int().min(1).max(MAX_QUANTITY)

/** A plan as an organisation sends it. */
export const planBody = z
  .strictObject({
    milestones: z
      .array(z.strictObject({ title: text, dueOn: day }))
      .min(1)
      .max(MAX_MILESTONES),
    measures: z
      .array(
        z.strictObject({
          name: text,
          unit: z.string().trim().min(1).max(MAX_UNIT_LENGTH),
          planned: quantity,
        }),
      )
      .min(1)
      .max(MAX_MEASURES)
      .describe('What it is to bring about, as 1,000 first-aiders trained.'),
    budget: z
      .array(z.strictObject({ name: text, plannedCents: quantity }))
      .min(1)
      .max(MAX_BUDGET_LINES)
      .describe('In cents of the grant’s currency.'),
  })
  .openapi('NewPlan')

const timestamp = z.iso.datetime().nullable()
const id = z.string()
const organisation = z.string().describe('The co-creator whose item it is.')

const itemSchemas = {
  milestones: z.array(
    z
      .object({
        ...{ id, organisation, title: z.string(), dueOn: day },
        state: z.enum(['planned', 'under_way', 'done', 'dropped']),
        movedAt: timestamp,
      })
      .openapi('Milestone'),
  ),
  measures: z.array(
    z
      .object({
        ...{ id, organisation, name: z.string(), unit: z.string() },
        ...{ planned: z.int(), actual: z.int(), readAt: timestamp },
      })
      .openapi('Measure'),
  ),
  budget: z.array(
    z
      .object({
        ...{ id, organisation, name: z.string() },
        ...{ plannedCents: z.int(), spentCents: z.int(), spentAt: timestamp },
      })
      .openapi('BudgetLine'),
  ),
}

/** What one organisation planned, and what became of it. */
export const planItemsSchema = z.object(itemSchemas).openapi('PlanOfOrganisation')

/** What all co-creators of a dream planned, and what became of it. */
export const planSchema = z
  .object({
    dream: z.string(),
    coCreators: z.array(
      z.object({ organisation: z.string(), name: z.string(), nameEn: z.string() }).openapi('CoCreator'),
    ),
    ...itemSchemas,
    totals: z.object({
      milestones: z.int(),
      milestonesDone: z.int(),
      plannedCents: z.int(),
      spentCents: z.int(),
    }),
  })
  .openapi('Plan')

export type PlanWire = z.infer<typeof planSchema>

/** The items of a plan as they are answered. */
export function itemsToWire({ milestones, measures, budget }: PlanItems) {
  return {
    milestones: milestones.map(({ id, organisation, title, dueOn, state, movedAt }) => ({
      ...{ id, organisation, title, dueOn, state },
      movedAt: rfc3339OrNull(movedAt),
    })),
    measures: measures.map(({ id, organisation, name, unit, planned, actual, readAt }) => ({
      ...{ id, organisation, name, unit, planned, actual },
      readAt: rfc3339OrNull(readAt),
    })),
    budget: budget.map(({ id, organisation, name, plannedCents, spentCents, spentAt }) => ({
      ...{ id, organisation, name, plannedCents, spentCents },
      spentAt: rfc3339OrNull(spentAt),
    })),
  }
}

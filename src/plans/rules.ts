/** What an organisation plans for a dream it takes on. Pure. */

/** Most items of one plan. A plan of 120 items of 200 characters is 100 KB at the most. */
export const MAX_MILESTONES = 50
export const MAX_MEASURES = 20
export const MAX_BUDGET_LINES = 50

/** A plan as it is asked for. */
export interface NewPlan {
  readonly milestones: readonly {
    readonly title: string
    /** YYYY-MM-DD. */
    readonly dueOn: string
  }[]
  readonly measures: readonly { readonly name: string; readonly unit: string; readonly planned: number }[]
  readonly budget: readonly { readonly name: string; readonly plannedCents: number }[]
}

/** What of it is planned, in one form: two plans with one text are the same. */
function textOf({ milestones, measures, budget }: NewPlan): string {
  return JSON.stringify([
    milestones.map(({ title, dueOn }) => [title, dueOn]),
    measures.map(({ name, unit, planned }) => [name, unit, planned]),
    budget.map(({ name, plannedCents }) => [name, plannedCents]),
  ])
}

/** True for plans that plan the same; what became of their items since is not looked at. */
export function isSamePlan(a: NewPlan, b: NewPlan): boolean {
  return textOf(a) === textOf(b)
}

/** A plan in a few numbers, for those who hear that it was made or changed. */
export function outlineOf({ milestones, measures, budget }: NewPlan) {
  const dates = milestones.map(({ dueOn }) => dueOn).sort()
  return {
    milestones: milestones.length,
    lastDueOn: dates.at(-1) ?? null,
    measures: measures.length,
    plannedCents: budget.reduce((sum, { plannedCents }) => sum + plannedCents, 0),
  }
}

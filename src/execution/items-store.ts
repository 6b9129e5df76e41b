import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { budgetLines, measures, milestones } from '../plans/schema.ts'
import type { Budget } from './rules.ts'

/** The items of a dream's plan, as they stand: read here, and moved where progress is noted. */

export type Milestone = typeof milestones.$inferSelect
export type Measure = typeof measures.$inferSelect
export type BudgetLine = typeof budgetLines.$inferSelect

/** A milestone of a dream's plan, or null. */
export async function findMilestone(db: D1Database, dream: string, id: string): Promise<Milestone | null> {
  const [row] = await drizzle(db)
    .select()
    .from(milestones)
    .where(and(eq(milestones.id, id), eq(milestones.dream, dream)))
  return row ?? null
}

/** A measure of a dream's plan, or null. */
export async function findMeasure(db: D1Database, dream: string, id: string): Promise<Measure | null> {
  const [row] = await drizzle(db)
    .select()
    .from(measures)
    .where(and(eq(measures.id, id), eq(measures.dream, dream)))
  return row ?? null
}

/** A line of a dream's budget, or null. */
export async function findBudgetLine(db: D1Database, dream: string, id: string): Promise<BudgetLine | null> {
  const [row] = await drizzle(db)
    .select()
    .from(budgetLines)
    .where(and(eq(budgetLines.id, id), eq(budgetLines.dream, dream)))
  return row ?? null
}

/** What was granted and spent when something is to be spent from a line. */
export async function loadBudget(
  db: D1Database,
  line: BudgetLine,
): Promise<Budget & { readonly currency: string | null }> {
  const row = await db
    .prepare(
      `SELECT (SELECT spent_cents FROM budget_lines WHERE id = ?2) AS spentCents,
         (SELECT sum(spent_cents) FROM budget_lines WHERE dream = ?1) AS spentInAllCents,
         (SELECT amount_cents FROM grants WHERE dream = ?1) AS grantedCents,
         (SELECT currency FROM grants WHERE dream = ?1) AS currency`,
    )
    .bind(line.dream, line.id)
    .first<Budget & { currency: string | null }>()
  return row ?? { spentCents: 0, spentInAllCents: 0, grantedCents: null, currency: null }
}

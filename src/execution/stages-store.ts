import { and, eq, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { dreams } from '../dreams/schema.ts'
import { noteMoveWhen } from '../life/news.ts'
import type { Mover } from '../life/states.ts'
import { isFunded, isGranted } from './grants-store.ts'
import type { Stage } from './rules.ts'

/** A decided move of a funded dream. `actor` is a user id, `at` in ms. */
export interface StageMove {
  readonly dream: string
  readonly from: 'funded' | 'executing'
  readonly to: Stage
  readonly by: Mover
  readonly reason: string | null
  readonly actor: string
  readonly at: number
}

/** Holds for a dream that is being carried out. */
export const isExecuting = (dream: string): SQL =>
  sql`EXISTS (SELECT 1 FROM dreams WHERE id = ${dream} AND stage = 'executing')`

/** Holds for a dream whose last report was published. */
const isReported = (dream: string): SQL =>
  sql`EXISTS (SELECT 1 FROM reports WHERE dream = ${dream} AND final = 1)`

/**
 * Moves a dream, where it is still in the state it is moved from and has what the move needs: a grant to be carried out,
 * its final report to be completed. False when not. No report is due of a dream that is over.
 */
export async function moveStage(db: D1Database, move: StageMove): Promise<boolean> {
  const orm = drizzle(db)
  const { dream, from, to, at } = move
  const still = from === 'funded' ? isFunded(dream) : isExecuting(dream)
  const needed = to === 'executing' ? isGranted(dream) : to === 'completed' ? isReported(dream) : sql`1`
  const may = sql`${still} AND ${needed}`
  const over = to === 'executing' ? {} : { reportDueAt: null, reportState: null }
  const [, , moved] = await orm.batch([
    ...noteMoveWhen(orm, move, may),
    orm
      .update(dreams)
      .set({ stage: to, stageAt: at, ...over })
      .where(and(eq(dreams.id, dream), may))
      .returning({ id: dreams.id }),
  ])
  return moved.length > 0
}

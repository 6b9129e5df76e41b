import { commitCredits, commitPledges } from '../../src/ledger/store.ts'
import { findDonePass, findOpenPass, type Pass } from '../../src/numbers/passes-store.ts'
import { type RollupOptions, type RollupRun, rollUp } from '../../src/numbers/rollup.ts'
import { freshId, nextMark, world } from './world.ts'

const MINUTE_MS = 60_000

let clock = Date.now() + MINUTE_MS

/** Runs the job as if eleven minutes had passed since its last run here: time for a new pass. */
export function runLater(options?: RollupOptions): Promise<RollupRun> {
  clock += 11 * MINUTE_MS
  return rollUp(world, clock, options)
}

/** Runs the job again at once. */
export function runAgain(options?: RollupOptions): Promise<RollupRun> {
  return rollUp(world, clock, options)
}

/** A whole pass that begins now; what it found. */
export async function wholePass(options?: RollupOptions): Promise<Pass> {
  let run = await runLater(options)
  while (run.ended === null) run = await runAgain(options)
  return (await findDonePass(world.DB)) as Pass
}

/** The pass that is under way. */
export async function openPass(): Promise<Pass> {
  const pass = await findOpenPass(world.DB)
  if (!pass) throw new Error('no pass is under way')
  return pass
}

/** Credits an act; its key. */
export async function earn(
  user: string,
  flowers: number,
  { line = 'quiz', at = Date.now() } = {},
): Promise<string> {
  const key = `act:${line}:${freshId('a')}`
  const day = new Date(at).toISOString().slice(0, 10)
  const row = [user, key, flowers, nextMark(), `${day}/${line}/act`, null, at] as const
  await commitCredits(world, { ref: line, at, rows: [row] })
  return key
}

/** Pledges, past the dream's object; the key. */
export async function give(user: string, dream: string, flowers: number, at = Date.now()): Promise<string> {
  const key = `k:${freshId('p')}`
  await commitPledges(world, { ref: dream, at, rows: [[user, key, flowers, nextMark()]] })
  return key
}

/** Publishes what the entries say, as the dreams' objects would. */
export async function publishAll(): Promise<void> {
  await world.DB.prepare(
    `UPDATE dreams SET (flowers, pledges) = (SELECT ifnull(-sum(flowers), 0), ifnull(sum(iif(kind = 'pledge', 1, iif(flowers = asked, -1, 0))), 0)
     FROM entries WHERE ref = dreams.id AND kind IN ('pledge', 'refund'))`,
  ).run()
}

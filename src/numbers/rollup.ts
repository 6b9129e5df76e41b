import { listTotals } from '../dreams/store.ts'
import { END_OF_USERS, nextRange } from '../ledger/walk.ts'
import { countRange } from './counting.ts'
import { keepNumbers, listCounted, makeNumbers } from './numbers-store.ts'
import {
  beginPass,
  countDreams,
  dropOldCells,
  endPass,
  findDonePass,
  findOpenPass,
  type Pass,
  sumCells,
} from './passes-store.ts'
import { checkDreams, checkSources, checkSums, type DreamCount } from './rules.ts'

/**
 * The job that counts the ledger. Entries have no index by time or dream (a row more on every pledge), so the numbers are
 * made in passes over all of them, by ranges of users, each one transaction with the cursor of the pass: a job that dies,
 * is late or runs beside itself counts nothing twice. A pass counts the entries before its horizon; those do not change,
 * and what an account holds is compared with its entries inside the transaction that reads both.
 */

/** Entries of a range: some tens of ms of a database that does one thing at a time. */
const RANGE_ROWS = 5_000

/** How long a run of the job goes on, of the minute until the next. */
const BUDGET_MS = 20_000

/** Ranges of a run: eight statements each, of the 1,000 that a Worker may send, which other jobs of its minute share. */
const MAX_RANGES = 60

/** From the end of a pass to the beginning of the next. */
const EVERY_MS = 10 * 60_000

/** An entry is written this long after its time at most, but in an outage: then the next pass has it. */
const SETTLED_MS = 10_000

/** Rows of old passes dropped in one statement, and statements of one run. */
const DROP_ROWS = 5_000
const DROP_ROUNDS = 20

/** Dreams remembered with a pass, those that differ first: 150 bytes each, of a value's 2 MB. */
const MAX_DREAMS = 10_000

/** What a run of the job did. */
export interface RollupRun {
  readonly ranges: number
  /** The pass that was ended. */
  readonly ended: number | null
  readonly dropped: number
}

export interface RollupOptions {
  readonly rangeRows?: number
  readonly maxRanges?: number
}

/** Goes on with the pass that is under way, or begins one when it is time, and forgets what old ones counted. */
export async function rollUp(
  { DB: db }: { readonly DB: D1Database },
  now: number,
  { rangeRows = RANGE_ROWS, maxRanges = MAX_RANGES }: RollupOptions = {},
): Promise<RollupRun> {
  const dropped = await drop(db)
  await beginPass(db, { horizon: now - SETTLED_MS, now, notSince: now - EVERY_MS })
  const startedAt = Date.now()
  let ranges = 0
  let pass = await findOpenPass(db)
  while (pass && pass.afterUser !== END_OF_USERS) {
    if (ranges === maxRanges || Date.now() > startedAt + BUDGET_MS) return { ranges, ended: null, dropped }
    const began = Date.now()
    const range = await nextRange(db, pass.afterUser, rangeRows)
    const counted = await countRange(db, pass, range)
    ranges++
    // Half of the time is for pledges.
    await new Promise((done) => setTimeout(done, Date.now() - began))
    // Another run was there before.
    pass = counted && range.to !== END_OF_USERS ? { ...pass, afterUser: range.to } : await findOpenPass(db)
  }
  return { ranges, ended: pass && (await finish(db, pass, now)) ? pass.id : null, dropped }
}

/** Makes the numbers of a pass that counted everything, holds it to the ledger, and ends it. False when another run did. */
async function finish(db: D1Database, pass: Pass, now: number): Promise<boolean> {
  for (const campaign of await listCounted(db))
    await keepNumbers(db, pass.id, campaign, await makeNumbers(db, pass, campaign))
  const dreams = await compareDreams(db, pass.id)
  const before = await findDonePass(db)
  const differences = [
    ...pass.differences,
    ...checkSums(pass, await sumCells(db, pass.id)),
    ...checkDreams(dreams, before?.dreams ?? []),
    ...checkSources(dreams, before?.dreams ?? []),
  ]
  if (!(await endPass(db, pass.id, { dreams: dreams.slice(0, MAX_DREAMS), differences }, now))) return false
  if (differences.length > 0)
    console.error(JSON.stringify({ event: 'numbers.differ', pass: pass.id, differences }))
  return true
}

/** Every dream that has pledges or says it has, those that differ first. */
async function compareDreams(db: D1Database, pass: number): Promise<DreamCount[]> {
  const counted = new Map((await countDreams(db, pass)).map((count) => [count.dream, count]))
  const published = new Map((await listTotals(db)).map((total) => [total.id, total]))
  const none = { flowers: 0, pledges: 0, sourced: 0 }
  return [...new Set([...counted.keys(), ...published.keys()])]
    .map((dream) => {
      const { flowers, pledges, sourced } = counted.get(dream) ?? none
      const { flowers: publishedFlowers, pledges: publishedPledges } = published.get(dream) ?? none
      return { dream, flowers, pledges, publishedFlowers, publishedPledges, sourced }
    })
    .filter(({ pledges, publishedPledges, flowers, publishedFlowers }) =>
      [pledges, publishedPledges, flowers, publishedFlowers].some((count) => count !== 0),
    )
    .sort((a, b) => Number(differsBy(b) > 0) - Number(differsBy(a) > 0))
}

function differsBy(count: DreamCount): number {
  const { flowers, publishedFlowers, pledges, publishedPledges, sourced = flowers } = count
  return (
    Math.abs(flowers - publishedFlowers) + Math.abs(pledges - publishedPledges) + Math.abs(flowers - sourced)
  )
}

async function drop(db: D1Database): Promise<number> {
  let dropped = 0
  for (let round = 0; round < DROP_ROUNDS; round++) {
    const deleted = await dropOldCells(db, DROP_ROWS)
    dropped += deleted
    if (deleted < DROP_ROWS) break
  }
  return dropped
}

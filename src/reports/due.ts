import type { Env } from '../env.ts'
import { deadlineState } from './deadlines.ts'
import { listUnsaid, sayDue, setFirstDue } from './due-store.ts'

/** Dreams looked at in one run of the job; a transaction each, of some ms. The next run goes on. */
const MAX_DREAMS = 200

/**
 * Says of every due date what is to be said at `now` (ms): a reminder before, that it is over after. Safe to run late,
 * twice and beside itself.
 */
export async function sayWhatIsDue(
  { DB }: Pick<Env, 'DB'>,
  now: number,
): Promise<{ first: number; reminded: number; overdue: number; failed: number }> {
  const first = await setFirstDue(DB, MAX_DREAMS)
  let [reminded, overdue, failed] = [0, 0, 0]
  for (const due of await listUnsaid(DB, now, MAX_DREAMS)) {
    const isOver = deadlineState(due.dueAt, now) === 'overdue'
    try {
      await sayDue(DB, due, isOver ? 'overdue' : 'reminded', now)
      if (isOver) overdue++
      else reminded++
    } catch (error) {
      failed++
      console.error({ event: 'reports.due_failed', dream: due.dream, error: String(error) })
    }
  }
  return { first, reminded, overdue, failed }
}

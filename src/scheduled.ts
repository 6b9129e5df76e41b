import { dispatchOutbox, pruneCallbacks } from './callbacks/dispatch.ts'
import { tellUntold } from './campaigns/extending.ts'
import { wakeOverdue } from './dreams/overdue.ts'
import type { Env } from './env.ts'
import { finishRevocations } from './lines/revocations.ts'
import { moveUnmoved } from './links/linking.ts'
import { rollUp } from './numbers/rollup.ts'
import { sweepDeleted } from './people/deletion.ts'
import { pruneQuiz, settleWaiting } from './quiz/settling.ts'
import { sayWhatIsDue } from './reports/due.ts'
import { checkTotals } from './totals/check.ts'

/** Work that is done by the clock. A job may run late, twice, or beside itself. */
interface Job {
  readonly name: string
  /** It runs in each minute since 1970 that this divides, moved on by `minute`: not all jobs of an hour in one minute. */
  readonly everyMinutes: number
  readonly minute?: number
  /** What it returns is logged. Both in ms since 1970; `scheduledTime` is the minute it is run for. */
  run(env: Env, now: number, scheduledTime: number): Promise<unknown>
}

const jobs: readonly Job[] = [
  { name: 'callbacks.dispatch', everyMinutes: 1, run: (env, now) => dispatchOutbox(env, now) },
  { name: 'callbacks.prune', everyMinutes: 60, run: pruneCallbacks },
  { name: 'revocations.finish', everyMinutes: 1, run: finishRevocations },
  { name: 'campaigns.extend', everyMinutes: 1, run: tellUntold },
  { name: 'dreams.overdue', everyMinutes: 5, run: wakeOverdue },
  // By the minute it is run for, so that time can be moved where a worker is tried out.
  { name: 'reports.due', everyMinutes: 5, run: (env, _, scheduledTime) => sayWhatIsDue(env, scheduledTime) },
  { name: 'links.move', everyMinutes: 15, run: moveUnmoved },
  { name: 'numbers.rollup', everyMinutes: 1, run: (env, now) => rollUp(env, now) },
  { name: 'accounts.sweep', everyMinutes: 15, minute: 7, run: sweepDeleted },
  { name: 'quiz.settle', everyMinutes: 5, minute: 2, run: settleWaiting },
  { name: 'quiz.prune', everyMinutes: 60, minute: 40, run: pruneQuiz },
  { name: 'totals.check', everyMinutes: 60, minute: 20, run: checkTotals },
]

/** Runs the jobs that are due in the minute of `scheduledTime` (ms). One that fails does not keep the others. */
export async function runScheduled({ scheduledTime }: { scheduledTime: number }, env: Env): Promise<void> {
  const minute = Math.floor(scheduledTime / 60_000)
  const due = jobs.filter(({ everyMinutes, minute: at = 0 }) => minute % everyMinutes === at)
  await Promise.all(
    due.map(async ({ name, run }) => {
      const startedAt = Date.now()
      try {
        const result = await run(env, startedAt, scheduledTime)
        console.log({ event: 'job.done', job: name, durationMs: Date.now() - startedAt, result })
      } catch (error) {
        console.error({ event: 'job.failed', job: name, error: String(error) })
      }
    }),
  )
}

import type { Env } from '../env.ts'
import { readDatabase } from '../http/backends.ts'
import { MAX_ITEMS } from '../lines/events.ts'
import { MAX_ACT_AGE_MS } from '../lines/rules.ts'
import { findQuizLine, type QuizLine } from './line.ts'
import { reportAnswers } from './reporting.ts'
import { quizDay } from './rules.ts'
import { listUnsettled, pruneAnswers, type QuizAnswer, settleAnswers } from './store.ts'

/** Brings right answers to their flower: at once, and again later where that did not end. */

/** How long an answer that could not be reported is tried again; a line takes an act for a week. */
export const SETTLE_MS = MAX_ACT_AGE_MS - 60 * 60 * 1_000

/** A request that answers has this long to settle by itself. */
const GRACE_MS = 60_000

/** How long answers are kept, and how many are forgotten in a run of the job: 20,000 people's a day. */
const KEEP_MS = 90 * 24 * 60 * 60 * 1_000
const PRUNE_ROWS = 5_000
const MAX_PRUNES = 20

const isUnsettled = ({ correct, outcome, at }: QuizAnswer, now: number): boolean =>
  correct && outcome === null && at > now - SETTLE_MS

/** These answers as they stand once those were reported that are right and not settled. Never throws. */
export async function settle(
  env: Env,
  line: QuizLine,
  answers: readonly QuizAnswer[],
  now: number,
): Promise<readonly QuizAnswer[]> {
  const open = answers.filter((answer) => isUnsettled(answer, now))
  if (open.length === 0) return answers
  const settlements = await reportAnswers(env, line, open, now)
  if (!settlements) return answers
  const settled = open.flatMap((answer, n) => {
    const settlement = settlements[n]
    return settlement ? [[answer, settlement] as const] : []
  })
  await settleAnswers(env.DB, settled).catch((error) =>
    // The flowers are credited; the next one to look reports again and hears the same.
    console.error({ event: 'quiz.settle_failed', error: String(error) }),
  )
  const known = new Map<QuizAnswer, QuizAnswer>(
    settled.map(([answer, what]) => [answer, { ...answer, ...what }]),
  )
  return answers.map((answer) => known.get(answer) ?? answer)
}

/** Reports again what requests that ended in the midst left behind. Returns how many answers were looked at. */
export async function settleWaiting(env: Env, now: number): Promise<{ waiting: number }> {
  const waiting = await readDatabase(() => listUnsettled(env.DB, now - SETTLE_MS, now - GRACE_MS, MAX_ITEMS))
  const line = waiting.length > 0 ? await findQuizLine(env, now) : null
  if (line?.state === 'active') await settle(env, line, waiting, now)
  return { waiting: waiting.length }
}

/** Forgets old answers. Returns how many. */
export async function pruneQuiz({ DB }: Pick<Env, 'DB'>, now: number): Promise<{ answers: number }> {
  let answers = 0
  for (let n = 0; n < MAX_PRUNES; n++) {
    const rows = await pruneAnswers(DB, quizDay(now - KEEP_MS), PRUNE_ROWS)
    answers += rows
    if (rows < PRUNE_ROWS) break
  }
  return { answers }
}

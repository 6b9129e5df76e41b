import { Webhook } from 'standardwebhooks'
import type { Env } from '../env.ts'
import { Api } from '../http/api.ts'
import { Problem, writeProblem } from '../http/problem.ts'
import { rfc3339 } from '../http/wire.ts'
import { lineRoutes } from '../lines/routes.ts'
import { actIdOf } from './drawing.ts'
import type { QuizLine } from './line.ts'
import { QUIZ_KIND, QUIZ_LINE } from './rules.ts'
import type { QuizAnswer, Settlement } from './store.ts'

/**
 * How the quiz reports right answers: as any line does, a signed event to the line's own webhook, inside the same Worker.
 * So what it may earn is decided where everything is decided, and paused, capped or over its rate it is like the others.
 */

/** The webhook of lines, without the way over the network. */
const door = new Api()
door.route('/', lineRoutes)
door.onError((error, c) => {
  if (error instanceof Problem) return writeProblem(c, error)
  console.error({ event: 'quiz.report_broke', error: String(error), stack: error.stack })
  return writeProblem(c, new Problem('internal'))
})

/** One result of the webhook, as far as the quiz reads it. */
interface ActResult {
  readonly outcome: string
  readonly flowers: number
  readonly reason?: string
}

/**
 * Reports right answers; what became of each, in order. Null when that is not known, or when the line takes nothing now:
 * reporting the same again is harmless. Never throws.
 */
export async function reportAnswers(
  env: Env,
  { secrets }: QuizLine,
  answers: readonly QuizAnswer[],
  now: number,
): Promise<readonly Settlement[] | null> {
  try {
    const acts = await Promise.all(
      answers.map(async ({ user, day, question, at }) => ({
        id: await actIdOf(user, day, question),
        ...{ user, kind: QUIZ_KIND, quantity: 1, at: rfc3339(at) },
      })),
    )
    const body = JSON.stringify({ type: 'acts.reported', timestamp: rfc3339(now), data: { acts } })
    const answer = await door.fetch(signed(body, secrets, now), env)
    if (answer.ok) return (await answer.json<{ results: ActResult[] }>()).results.map(toSettlement)
    const { code } = await answer.json<{ code: string }>()
    console.warn({ event: 'quiz.report_refused', code, answers: answers.length })
  } catch (error) {
    console.error({ event: 'quiz.report_failed', error: String(error) })
  }
  return null
}

function signed(body: string, secrets: readonly string[], now: number): Request {
  const id = `msg_${crypto.randomUUID()}`
  const time = new Date(now)
  return new Request(`https://quiz.invalid/v1/lines/${QUIZ_LINE}/webhook`, {
    method: 'POST',
    body,
    headers: {
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now / 1_000)),
      // With all of them: one that is new is not known everywhere yet.
      'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, time, body)).join(' '),
    },
  })
}

function toSettlement({ outcome, flowers, reason = '' }: ActResult): Settlement {
  if (outcome === 'refused') return { outcome, flowers: 0, reason }
  if (outcome === 'capped') return { outcome, flowers, reason }
  // Reported before, and the answer got lost on its way: what it earned then is told, which cap cut it is not.
  return { outcome: flowers > 0 ? 'credited' : 'capped', flowers, reason: null }
}

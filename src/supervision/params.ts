import type { AppContext } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { z } from '../http/zod.ts'
import { findQuestion, type Question } from './questions-store.ts'

/** What the routes of this room have in common. */

export const timestamp = z.iso.datetime()

/** A question's id, as `newId('qst')` makes it. */
const questionId = z.string().regex(/^qst_[0-9a-f]{32}$/)

export const questionParam = z.object({ question: questionId })

/** The question a path names. Throws question_not_found (404) and unavailable (503). */
export async function requireQuestion(c: AppContext): Promise<Question> {
  const id = questionId.safeParse(c.req.param('question'))
  const found = id.success && (await readDatabase(() => findQuestion(c.env.DB, id.data)))
  if (!found) throw new Problem('question_not_found')
  return found
}

/** The answer to someone who did too much of something; in how many seconds they may go on. */
export function tooMany(seconds: number): Problem {
  return new Problem('rate_limited', { headers: { 'Retry-After': String(seconds) } })
}

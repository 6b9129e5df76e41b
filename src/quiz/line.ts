import { type Env, readConfig } from '../env.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { openSecret } from '../registry/secrets.ts'
import { loadLine, loadSealedSecrets } from '../registry/store.ts'
import { QUIZ_LINE } from './rules.ts'

/** The line of the quiz, with what it signs with. */
export interface QuizLine {
  readonly state: 'active' | 'paused'
  readonly secretsKey: string
  /** Shared secrets (`whsec_...`) that verify now, one at the least. */
  readonly secrets: readonly string[]
}

/**
 * The line of the quiz, or null where this deployment has no quiz: no such line, one that is closed or speaks of users of
 * its own, none of its shared secrets can be opened. Throws unavailable (503).
 */
export async function findQuizLine(env: Env, now: number): Promise<QuizLine | null> {
  const { secretsKey } = readConfig(env)
  if (!secretsKey) return null
  const [profile, sealed] = await readDatabase(() =>
    Promise.all([loadLine(env.DB, QUIZ_LINE), loadSealedSecrets(env.DB, QUIZ_LINE, now)]),
  )
  if (!profile || profile.state === 'closed' || profile.userIds === 'own') return null
  const opened = await Promise.all(
    sealed
      .filter(({ scheme }) => scheme === 'v1')
      // One that is sealed under another SECRETS_KEY verifies nowhere either.
      .map((each) => openSecret(secretsKey, QUIZ_LINE, each.sealed).catch(() => null)),
  )
  const secrets = opened.filter((secret) => secret !== null)
  return secrets.length > 0 ? { state: profile.state, secretsKey, secrets } : null
}

/** The same; throws line_not_found (404) where there is no quiz. */
export async function requireQuizLine(env: Env, now: number): Promise<QuizLine> {
  const line = await findQuizLine(env, now)
  if (!line) throw new Problem('line_not_found', { detail: 'There is no quiz here.' })
  return line
}

import { type Env, readConfig } from '../env.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import {
  openSecret,
  publicVerifyingKey,
  requireSecretsKey,
  type VerifyingKey,
  verifyingKey,
} from '../registry/secrets.ts'
import { type LineProfile, loadLine, loadSealedSecrets } from '../registry/store.ts'

/** A line and the keys that verify what it signs. */
export interface SigningLine {
  readonly profile: LineProfile
  readonly keys: readonly VerifyingKey[]
}

/**
 * How long a line and its secrets are used before they are read again: what was revoked or paused works on for so long,
 * what is new works after it. A secret that expires stops at its time all the same.
 */
const TTL_MS = 10_000

/** Most lines remembered. */
const MAX_LINES = 1_000

const known = new Map<string, { line: SigningLine; until: number }>()

/**
 * A line, in whatever state, with the keys that have not expired. Throws line_not_found (404), and unavailable (503)
 * without a SECRETS_KEY.
 */
export async function signingLine(env: Env, id: string, now: number): Promise<SigningLine> {
  const remembered = known.get(id)
  if (remembered && now < remembered.until) return remembered.line
  const [profile, sealed] = await readDatabase(() =>
    Promise.all([loadLine(env.DB, id), loadSealedSecrets(env.DB, id, now)]),
  )
  if (!profile) throw new Problem('line_not_found')
  const secretsKey = requireSecretsKey(readConfig(env))
  const opened = await Promise.all(
    sealed.map(async ({ scheme, sealed, expiresAt }): Promise<VerifyingKey | null> => {
      try {
        const credential = await openSecret(secretsKey, id, sealed)
        const key = await (scheme === 'v1' ? verifyingKey(credential) : publicVerifyingKey(credential))
        return { scheme, key, expiresAt }
      } catch (error) {
        // Sealed under another SECRETS_KEY. The line's other credentials, and a new one, still verify.
        console.error({ event: 'line.secret_unreadable', line: id, error: String(error) })
        return null
      }
    }),
  )
  const line = { profile, keys: opened.filter((key) => key !== null) }
  known.delete(id)
  if (known.size >= MAX_LINES) known.delete(known.keys().next().value as string)
  known.set(id, { line, until: now + TTL_MS })
  return line
}

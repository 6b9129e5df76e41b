import { type Env, readConfig } from '../env.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { openSecret, verifyingKey } from '../registry/secrets.ts'
import { type LineProfile, loadLine, loadSealedSecrets } from '../registry/store.ts'

/** A line and the keys that verify what it signs. */
export interface SigningLine {
  readonly profile: LineProfile
  readonly keys: readonly CryptoKey[]
}

/** How long a line's secrets are used before they are read again: a revoked secret verifies this long. */
const TTL_MS = 10_000

/** Most lines remembered. */
const MAX_LINES = 1_000

const known = new Map<string, { line: SigningLine; until: number }>()

/** A line with its keys. Throws line_not_found (404), and unavailable (503) without a SECRETS_KEY. */
export async function signingLine(env: Env, id: string, now: number): Promise<SigningLine> {
  const remembered = known.get(id)
  if (remembered && now < remembered.until) return remembered.line
  const [profile, sealed] = await readDatabase(() =>
    Promise.all([loadLine(env.DB, id), loadSealedSecrets(env.DB, id)]),
  )
  if (!profile) throw new Problem('line_not_found')
  const { secretsKey } = readConfig(env)
  if (!secretsKey) {
    console.error({ event: 'config.missing', name: 'SECRETS_KEY' })
    throw new Problem('unavailable')
  }
  const keys = await Promise.all(
    sealed.map(async (text) => verifyingKey(await openSecret(secretsKey, id, text))),
  )
  const line = { profile, keys }
  known.delete(id)
  if (known.size >= MAX_LINES) known.delete(known.keys().next().value as string)
  known.set(id, { line, until: now + TTL_MS })
  return line
}

import { type Env, readConfig } from '../env.ts'
import { Problem } from '../http/problem.ts'
import { moveHolding } from '../ledger/moves.ts'
import { createCode, hashCode, normaliseCode } from './codes.ts'
import { findUnmoved, insertCodes, type LinkOutcome, type Side, useCode } from './store.ts'

function secretsKeyOf(env: Env): string {
  const { secretsKey } = readConfig(env)
  if (secretsKey) return secretsKey
  console.error({ event: 'config.missing', name: 'SECRETS_KEY' })
  throw new Problem('unavailable')
}

/** Makes codes for sides of links with `line`, one a side, in order. Throws unavailable (503) without a SECRETS_KEY. */
export async function offerLinks(
  env: Env,
  line: string,
  sides: readonly Side[],
  now: number,
): Promise<{ codes: string[]; expiresAt: number }> {
  const secretsKey = secretsKeyOf(env)
  const codes = sides.map(createCode)
  const rows = await Promise.all(
    sides.map(async (side, place) => {
      const hash = await hashCode(secretsKey, normaliseCode(codes[place] as string) as string)
      return { hash, ...side }
    }),
  )
  return { codes, expiresAt: await insertCodes(env.DB, line, rows, now) }
}

/** Uses a code for the other side; what waited in the holding account moves. `line` as for `useCode`. */
export async function acceptLink(
  env: Env,
  typed: string,
  line: string | null,
  side: Side,
  now: number,
): Promise<LinkOutcome> {
  const code = normaliseCode(typed)
  if (code === null) return { kind: 'code_invalid' }
  const outcome = await useCode(env.DB, await hashCode(secretsKeyOf(env), code), line, side, now)
  if (outcome.kind === 'linked') await moveHolding(env, outcome.holding, now)
  return outcome
}

/** Holding accounts looked at in one run of the job. */
const MAX_UNMOVED = 100

/** Moves what requests that ended in the midst left in linked holding accounts. */
export async function moveUnmoved(env: Env, now: number): Promise<void> {
  for (const holding of await findUnmoved(env.DB, MAX_UNMOVED)) await moveHolding(env, holding, now)
}

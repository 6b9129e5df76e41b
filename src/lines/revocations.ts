import type { TakeBackOutcome } from '../dreams/outcomes.ts'
import { findDecided } from '../dreams/store.ts'
import type { Env } from '../env.ts'
import { callObject } from '../http/backends.ts'
import { findOpenRevocations, findStandingPledges, revokeFromBalances } from '../ledger/revocations.ts'
import { type RevokeDeps, revokeActs } from './revoking.ts'

/** Revoking on the real parts. */
export function revokeDeps(env: Env, line: string): RevokeDeps {
  return {
    revokeFromBalances: (asks, mark, given) => revokeFromBalances(env, line, asks, mark, Date.now(), given),
    findStandingPledges: (users, without) => findStandingPledges(env, users, without),
    findDecided: (dreams) => findDecided(env.DB, dreams),
    takeBack: (dream, asks) =>
      callObject(
        () => env.DREAM.getByName(dream),
        async (stub) => JSON.parse(await stub.takeBack(JSON.stringify(asks))) as TakeBackOutcome[],
      ),
    random: () => {
      const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2))
      return (high >>> 11) * 2 ** 32 + low
    },
  }
}

/** A revocation that is open this long was left by its line. */
const LEFT_AFTER_MS = 2 * 60 * 1_000

/** Revocations ended in one run of the job. */
const MAX_LEFT = 100

/** Ends revocations that were begun and whose line did not repeat them. */
export async function finishRevocations(env: Env, now: number): Promise<void> {
  const left = await findOpenRevocations(env, now - LEFT_AFTER_MS, MAX_LEFT)
  for (const line of new Set(left.map((each) => each.line))) {
    const prefix = `act:${line}:`.length
    const acts = left
      .filter((each) => each.line === line)
      .map(({ act, reason }) => ({ id: act.slice(prefix), reason }))
    try {
      await revokeActs(line, acts, revokeDeps(env, line))
    } catch (error) {
      console.error({ event: 'revocations.finish_failed', line, error: String(error) })
    }
  }
}

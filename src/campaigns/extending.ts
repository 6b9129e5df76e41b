import type { Env } from '../env.ts'
import { callObject } from '../http/backends.ts'
import { type ExtendedDream, listUntold } from './extending-store.ts'
import { MAX_CAMPAIGN_DREAMS } from './rules.ts'

/** Objects told at a time: a campaign of 200 dreams is told in 5 s (measured on two busy cores), of two minutes of notice. */
const TOLD_AT_A_TIME = 10

/** Tells the objects of these dreams until when they collect. One that does not answer is told again by the job. */
export async function tellExtended(env: Env, extended: readonly ExtendedDream[]): Promise<void> {
  for (let from = 0; from < extended.length; from += TOLD_AT_A_TIME)
    await Promise.all(
      extended.slice(from, from + TOLD_AT_A_TIME).map(async ({ id, closesAt }) => {
        try {
          await callObject(
            () => env.DREAM.getByName(id),
            (stub) => stub.extend(closesAt),
          )
        } catch (error) {
          console.error({ event: 'dream.extend_failed', dream: id, error: String(error) })
        }
      }),
    )
}

/** Tells the objects that did not hear of an extension; in one run as many as one campaign may have. Returns how many. */
export async function tellUntold(env: Env): Promise<number> {
  const untold = await listUntold(env.DB, MAX_CAMPAIGN_DREAMS)
  await tellExtended(env, untold)
  return untold.length
}

import type { Env } from '../env.ts'
import { callObject } from '../http/backends.ts'
import { listOverdue } from './store.ts'

/** Dreams looked at in one run of the job. */
const MAX_OVERDUE = 50

/** Wakes dreams whose time is over and whose object has not said so. */
export async function wakeOverdue(env: Env, now: number): Promise<void> {
  for (const dream of await listOverdue(env.DB, now, MAX_OVERDUE))
    try {
      await callObject(
        () => env.DREAM.getByName(dream),
        (stub) => stub.snapshot(),
      )
    } catch (error) {
      console.error({ event: 'dream.wake_failed', dream, error: String(error) })
    }
}

import { ATTEMPT_TIMEOUT_MS } from './limits.ts'

/**
 * The result of a call to a database, or an error when none came in time. A call that is never answered must not hold
 * its callers, or an alarm, for ever.
 */
export function bounded<Result>(
  after: (ms: number, run: () => void) => () => void,
  call: () => Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const cancel = after(ATTEMPT_TIMEOUT_MS, () => reject(new Error('no answer in time')))
    call().then(
      (result) => {
        cancel()
        resolve(result)
      },
      (error) => {
        cancel()
        reject(error)
      },
    )
  })
}

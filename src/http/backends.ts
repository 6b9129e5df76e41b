import { Problem } from './problem.ts'

/** How the routes reach what is behind them, and what a part that does not answer becomes. */

/** Tries at one call: an object that moved or restarted answers the second. */
const MAX_TRIES = 3

/**
 * Calls a Durable Object. Each try takes a new stub, since one that threw is broken. An overloaded object is not
 * tried again: that would add to its load. All calls made through here are safe to repeat.
 * Throws overloaded (503: nothing was done) and outcome_unknown (503: repeat it unchanged).
 */
export async function callObject<Stub, Result>(
  connect: () => Stub,
  call: (stub: Stub) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await call(connect())
    } catch (error) {
      const { retryable, overloaded } = error as { retryable?: boolean; overloaded?: boolean }
      // An earlier try may have done it.
      if (overloaded) throw new Problem(tries === 1 ? 'overloaded' : 'outcome_unknown')
      if (!retryable || tries === MAX_TRIES) {
        console.error({ event: 'object.call_failed', tries, error: String(error) })
        throw new Problem('outcome_unknown')
      }
    }
  }
}

/** Reads from D1. Throws unavailable (503) when it does not answer: a read may always be repeated. */
export async function readDatabase<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read()
  } catch (error) {
    console.error({ event: 'database.read_failed', error: String(error) })
    throw new Problem('unavailable')
  }
}

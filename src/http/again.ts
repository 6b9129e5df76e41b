import { Problem } from './problem.ts'

/** Tries at a change while others change the same thing. */
const MAX_TRIES = 3

/**
 * Reads, decides and writes until nobody else changes what was decided on between the two: `attempt` answers null when
 * somebody did. Throws unavailable (503) when that happens each time, and when D1 does not answer.
 */
export async function untilDone<Result>(
  attempt: () => Promise<Result | null>,
  maxTries = MAX_TRIES,
): Promise<Result> {
  for (let tries = 1; tries <= maxTries; tries++) {
    const done = await attempt()
    if (done !== null) return done
  }
  throw new Problem('unavailable')
}

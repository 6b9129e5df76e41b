import { describe, expect, it } from 'vitest'
import { BUGS } from './bugs.ts'
import { playHistory } from './history.ts'

/** Histories in which a planted bug must show itself at least once. */
const HISTORIES_PER_BUG = 150

describe('the simulator finds a planted bug', () => {
  for (const bug of BUGS)
    it(bug, async () => {
      for (let seed = 1; seed <= HISTORIES_PER_BUG; seed++) {
        const violations = await playHistory(seed, bug).catch(() => [])
        if (violations.length > 0) return
      }
      expect.fail(`${bug} was not found in ${HISTORIES_PER_BUG} histories`)
    })
})

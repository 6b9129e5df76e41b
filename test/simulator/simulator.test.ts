import { describe, expect, it } from 'vitest'
import { BUGS } from './bugs.ts'
import { playHistory } from './history.ts'

const HISTORIES = 1_200
const CHUNK = 150

/** Histories in which a planted bug must show itself at least once. */
const HISTORIES_PER_BUG = 150

describe('histories of lost requests, lost replies, late writes and dying objects', () => {
  for (let from = 1; from <= HISTORIES; from += CHUNK)
    it(`hold every invariant, seeds ${from} to ${from + CHUNK - 1}`, async () => {
      for (let seed = from; seed < from + CHUNK; seed++)
        expect(await playHistory(seed), `replay with: npm run simulate -- --seed ${seed}`).toEqual([])
    })

  it('replay: the same seed finds the same', async () => {
    const find = () => playHistory(7, 'debit-outside-trigger')
    expect(await find()).toEqual(await find())
    expect(await find()).not.toEqual([])
  })
})

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

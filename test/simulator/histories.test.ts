import { describe, expect, it } from 'vitest'
import { playHistory } from './history.ts'

const HISTORIES = 600
const CHUNK = 150

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

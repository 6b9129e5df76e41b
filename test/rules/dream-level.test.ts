import { expect, it } from 'vitest'
import { levelOverTime } from '../../src/pages/numbers/dream-level.ts'

const at = (hour: number) => new Date(Date.UTC(2026, 8, 9, hour)).toISOString()
const step = (hour: number, given: number, refunded = 0) => ({ from: at(hour), given, refunded, pledges: 1 })
const levels = (byTime: ReturnType<typeof step>[], asOf: string | null, closesAt = at(23)) =>
  levelOverTime({ asOf, step: 'hour', byTime }, closesAt).map(({ at: time, value }) => [
    new Date(time).getUTCHours() + new Date(time).getUTCMinutes() / 60,
    value,
  ])

it('a level begins at nothing, keeps through quiet hours, falls with what came back, and ends with the count', () => {
  expect(levels([step(1, 5), step(4, 3, 2)], at(9))).toEqual([
    [1, 0],
    [2, 5],
    [4, 5],
    [5, 6],
    [9, 6],
  ])
})

it('a level ends within the hour that was counted, and with its dream', () => {
  expect(levels([step(1, 5)], new Date(Date.UTC(2026, 8, 9, 1, 30)).toISOString())).toEqual([
    [1, 0],
    [1.5, 5],
  ])
  expect(levels([step(1, 5)], at(20), at(6)).at(-1)).toEqual([6, 5])
})

it('there is no level of nothing', () => {
  expect(levels([], at(9))).toEqual([])
  expect(levels([step(1, 5)], null)).toEqual([])
})

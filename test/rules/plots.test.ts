import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countTicks,
  type Frame,
  placeBars,
  placeColumns,
  placeLevel,
  thin,
} from '../../src/plots/geometry.ts'
import { shorten, widthOf, writeCompact, writeTick } from '../../src/plots/labels.ts'

const FRAME: Frame = { left: 50, top: 20, right: 340, bottom: 190 }
const HOUR_MS = 3_600_000

const count = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.maxSafeNat())
const moment = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2028-01-01') })
const points = fc
  .array(fc.record({ at: moment, value: count }), { minLength: 1, maxLength: 400 })
  .map((list) => list.sort((a, b) => a.at - b.at))

const isWithin = (place: number, from: number, to: number) => place >= from - 0.05 && place <= to + 0.05

function expectAxes(
  { countTicks: counts, timeTicks: times }: Pick<ReturnType<typeof placeLevel>, 'countTicks' | 'timeTicks'>,
  max: number,
): void {
  expect(counts.length).toBeGreaterThan(1)
  expect(times.length).toBeLessThanOrEqual(5)
  expect(counts[0]).toEqual({ value: 0, place: FRAME.bottom })
  expect(counts.at(-1)?.value).toBeGreaterThanOrEqual(max)
  for (const [n, { value, place }] of counts.entries()) {
    expect(Number.isInteger(value)).toBe(true)
    expect(isWithin(place, FRAME.top, FRAME.bottom)).toBe(true)
    if (n > 0) expect(place).toBeLessThan(counts[n - 1]?.place as number)
  }
  for (const [n, { place }] of times.entries()) {
    expect(isWithin(place, FRAME.left, FRAME.right)).toBe(true)
    if (n > 0) expect(place).toBeGreaterThanOrEqual(times[n - 1]?.place as number)
  }
}

describe('a level over time', () => {
  it('stays within its frame, in order, and the higher value is the higher place', () => {
    fc.assert(
      fc.property(points, fc.option(count), (list, rule) => {
        const placed = placeLevel(list, rule, FRAME)
        const drawn = thin(list, 240)
        expect(placed.places).toHaveLength(drawn.length)
        for (const [n, [x, y]] of placed.places.entries()) {
          expect(isWithin(x, FRAME.left, FRAME.right) && isWithin(y, FRAME.top, FRAME.bottom)).toBe(true)
          const [before, was] = [placed.places[n - 1], drawn[n - 1]]
          if (!before || !was) continue
          expect(x).toBeGreaterThanOrEqual(before[0])
          if (was.value <= (drawn[n]?.value as number)) expect(y).toBeLessThanOrEqual(before[1])
        }
        if (placed.rule !== null) expect(isWithin(placed.rule, FRAME.top, FRAME.bottom)).toBe(true)
        expectAxes(placed, Math.max(rule ?? 0, ...drawn.map(({ value }) => value)))
        expect(`${placed.line}${placed.area}`).not.toMatch(/NaN|Infinity|e/)
      }),
    )
  })

  it('is a place in its frame where there is one point only, or a value that is none', () => {
    for (const value of [0, 7, Number.NaN, Number.POSITIVE_INFINITY, -5]) {
      const { places, line } = placeLevel([{ at: 9, value }], null, FRAME)
      expect(isWithin(places[0]?.[1] as number, FRAME.top, FRAME.bottom)).toBe(true)
      expect(line).not.toMatch(/NaN/)
    }
  })

  it('has its days begin at midnight in China', () => {
    const at = Date.parse('2026-11-20T03:00:00Z')
    const list = [0, 1, 2, 3, 4, 5].map((day) => ({ at: at + day * 24 * HOUR_MS, value: day }))
    const { timeTicks, spanMs } = placeLevel(list, null, FRAME)
    expect(timeTicks.map(({ value }) => new Date(value).toISOString().slice(11))).toEqual(
      timeTicks.map(() => '16:00:00.000Z'),
    )
    expect(timeTicks.map(({ value }) => writeTick('zh', value, spanMs))).toContain('11/22')
  })
})

describe('columns', () => {
  it('stand beside each other in their frame, each as high as its value', () => {
    const columns = fc.uniqueArray(fc.record({ n: fc.nat(47), wide: count, narrow: count }), {
      selector: ({ n }) => n,
    })
    fc.assert(
      fc.property(columns, moment, (list, from) => {
        const steps = list
          .map(({ n, wide, narrow }) => ({ at: from + n * HOUR_MS, wide, narrow }))
          .sort((a, b) => a.at - b.at)
        const placed = placeColumns(steps, { from, to: from + 47 * HOUR_MS, stepMs: HOUR_MS }, FRAME)
        expect(placed.boxes).toHaveLength(steps.length)
        let end = FRAME.left
        for (const { wide, narrow } of placed.boxes) {
          expect(wide.x).toBeGreaterThanOrEqual(end)
          expect(narrow.x).toBeGreaterThanOrEqual(wide.x)
          expect(narrow.x + narrow.width).toBeLessThanOrEqual(wide.x + wide.width)
          for (const { y, height } of [wide, narrow]) {
            expect(isWithin(y, FRAME.top, FRAME.bottom)).toBe(true)
            expect(y + height).toBeCloseTo(FRAME.bottom, 5)
          }
          end = wide.x + wide.width
        }
        expect(isWithin(end, FRAME.left, FRAME.right)).toBe(true)
        expectAxes(placed, Math.max(0, ...steps.flatMap(({ wide, narrow }) => [wide, narrow])))
      }),
    )
  })
})

describe('columns of days', () => {
  it('are told by the day, in the middle of each, however few there are', () => {
    const from = Date.parse('2026-11-27T16:00:00Z')
    const day = 24 * HOUR_MS
    for (const count of [1, 2, 3, 9]) {
      const columns = Array.from({ length: count }, (_, n) => ({ at: from + n * day, wide: 5, narrow: 1 }))
      const { boxes, timeTicks } = placeColumns(
        columns,
        { from, to: from + (count - 1) * day, stepMs: day },
        FRAME,
      )
      expect(timeTicks.length).toBeGreaterThan(0)
      for (const { value, place } of timeTicks) {
        const { wide } = boxes[(value - from) / day] ?? boxes[0] ?? expect.unreachable()
        expect(place).toBeCloseTo(wide.x + wide.width / 2, 0)
      }
    }
  })
})

describe('bars', () => {
  it('are as long as their values, within their frame and below each other', () => {
    fc.assert(
      fc.property(fc.array(count, { maxLength: 20 }), (values) => {
        const { bars, bottom } = placeBars(values, FRAME, { rowHeight: 40, barHeight: 12 })
        for (const [n, { x, y, width, height }] of bars.entries()) {
          expect(isWithin(x + width, FRAME.left, FRAME.right)).toBe(true)
          expect(y + height).toBe(FRAME.top + (n + 1) * 40)
          for (const [m, other] of bars.entries())
            if ((values[n] as number) <= (values[m] as number)) expect(width).toBeLessThanOrEqual(other.width)
        }
        expect(bottom).toBe(FRAME.top + values.length * 40)
      }),
    )
  })
})

describe('a name in a plot', () => {
  it('is never wider than its room, keeps whole characters, and says where it was cut', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 2, max: 40 }),
        (name, units) => {
          const short = shorten(name, units)
          expect(widthOf(short)).toBeLessThanOrEqual(units)
          if (!short.endsWith('…')) return
          expect(name.replace(/[\p{C}\s]+/gu, '')).toContain(short.slice(0, -1).replace(/[\p{C}\s]+/gu, ''))
        },
      ),
    )
    expect(shorten('一花一梦想', 10)).toBe('一花一梦想')
    expect(shorten('一花一梦想', 9)).toBe('一花一梦…')
    expect(shorten('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 3)).toBe('👨‍👩‍👧‍👦…')
  })

  it('directs nothing outside itself and is no pile of marks', () => {
    expect(shorten('\u202eabc\u2066\u0000d\n\u200fe', 40)).toBe('abc d e')
    expect(shorten(`a${'\u0301'.repeat(5_000)}`, 40).length).toBeLessThan(20)
    expect(shorten('x'.repeat(10_000), 40)).toBe(`${'x'.repeat(39)}…`)
  })
})

it('numbers are written short in the way of each language', () => {
  expect(writeCompact('zh', 123_456)).toBe('12.3万')
  expect(writeCompact('en', 123_456)).toBe('123.5k')
  expect(writeCompact('zh', 250_000_000)).toBe('2.5亿')
  expect(countTicks(Number.MAX_SAFE_INTEGER).every(Number.isFinite)).toBe(true)
})

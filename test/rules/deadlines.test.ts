import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addMonths,
  deadlineState,
  dueAtOf,
  nextDueAt,
  REMIND_BEFORE_MS,
} from '../../src/reports/deadlines.ts'

const at = (text: string): number => Date.parse(text)

describe('months by the calendar', () => {
  it.each([
    ['2026-09-09T08:00:00.123Z', 3, '2026-12-09T08:00:00.123Z'],
    ['2026-11-30T23:59:59.999Z', 3, '2027-02-28T23:59:59.999Z'],
    ['2027-11-30T12:00:00.000Z', 3, '2028-02-29T12:00:00.000Z'],
    ['2026-08-31T00:00:00.000Z', 3, '2026-11-30T00:00:00.000Z'],
    ['2026-01-31T00:00:00.000Z', 1, '2026-02-28T00:00:00.000Z'],
    ['2026-12-31T00:00:00.000Z', 3, '2027-03-31T00:00:00.000Z'],
    ['2026-10-15T00:00:00.000Z', 15, '2028-01-15T00:00:00.000Z'],
    ['2026-02-28T00:00:00.000Z', 3, '2026-05-28T00:00:00.000Z'],
  ])('from %s, %i later is %s', (from, months, to) => {
    expect(new Date(addMonths(at(from), months)).toISOString()).toBe(to)
  })

  it('are the months that follow, at the same time of day, on the same day or the last there is', () => {
    const times = fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 48 }), (from, months) => {
        const to = new Date(addMonths(from.getTime(), months))
        const index = (date: Date) => date.getUTCFullYear() * 12 + date.getUTCMonth()
        expect(index(to)).toBe(index(from) + months)
        expect(to.getTime() % 86_400_000).toBe(from.getTime() % 86_400_000)
        const isLast = new Date(to.getTime() + 86_400_000).getUTCDate() === 1
        expect(to.getUTCDate() === from.getUTCDate() || (isLast && to.getUTCDate() < from.getUTCDate())).toBe(
          true,
        )
      }),
    )
  })
})

describe('a due date', () => {
  const dueAt = at('2026-12-09T08:00:00Z')

  it.each([
    ['more than fourteen days before', dueAt - REMIND_BEFORE_MS - 1, 'none'],
    ['fourteen days before', dueAt - REMIND_BEFORE_MS, 'due'],
    ['on the moment', dueAt, 'due'],
    ['a moment later', dueAt + 1, 'overdue'],
  ])('%s', (_, now, state) => {
    expect(deadlineState(dueAt, now)).toBe(state)
  })

  it('is what stands there, or three months after the funding', () => {
    const fundedAt = at('2026-09-09T08:00:00Z')
    expect(dueAtOf({ reportDueAt: 5, fundedAt })).toBe(5)
    expect(dueAtOf({ reportDueAt: null, fundedAt })).toBe(dueAt)
    expect(nextDueAt(fundedAt)).toBe(dueAt)
    expect(() => dueAtOf({ reportDueAt: null, fundedAt: null })).toThrow()
  })
})

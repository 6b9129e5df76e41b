import { describe, expect, it } from 'vitest'
import {
  ASK_LIMITS,
  responseHours,
  secondsUntilAllowed,
  timesNeeded,
  whyNot,
} from '../../src/supervision/rules.ts'

const HOUR_MS = 3_600_000

describe('a flood limit', () => {
  const now = 100 * HOUR_MS

  it('lets pass what is below it, and tells when the oldest that counts leaves its window', () => {
    const ago = (...hours: number[]) => hours.map((each) => now - each * HOUR_MS)
    expect(secondsUntilAllowed([], ASK_LIMITS, now)).toBe(0)
    expect(secondsUntilAllowed(ago(0.1, 0.2, 0.3, 0.4), ASK_LIMITS, now)).toBe(0)
    expect(secondsUntilAllowed(ago(0.1, 0.2, 0.3, 0.4, 0.5), ASK_LIMITS, now)).toBe(1_800)
    expect(secondsUntilAllowed(ago(0.1, 0.2, 0.3, 0.4, 1), ASK_LIMITS, now)).toBe(0)
    const day = ago(...Array.from({ length: 20 }, (_, n) => 2 + n))
    expect(secondsUntilAllowed(day, ASK_LIMITS, now)).toBe(3 * 3_600)
    expect(secondsUntilAllowed([now, now, now, now, now], ASK_LIMITS, now + 1)).toBe(3_600)
    expect(timesNeeded(ASK_LIMITS)).toBe(20)
  })
})

describe('a question', () => {
  const all = (['question', 'concern'] as const).flatMap((kind) =>
    (['open', 'answered', 'raised', 'resolved'] as const).flatMap((state) =>
      [false, true].map((hidden) => ({ kind, state, hidden })),
    ),
  )
  const those = (act: Parameters<typeof whyNot>[0]) => all.filter((each) => whyNot(act, each) === null)

  it('is answered unless hidden, hidden and shown in turns', () => {
    expect(those('answer')).toEqual(all.filter(({ hidden }) => !hidden))
    expect(those('hide')).toEqual(all.filter(({ hidden }) => !hidden))
    expect(those('show')).toEqual(all.filter(({ hidden }) => hidden))
  })

  it('is raised if a concern that is not settled, and settled if raised', () => {
    expect(those('raise')).toEqual(
      (['open', 'answered', 'raised'] as const).map((state) => ({ kind: 'concern', state, hidden: false })),
    )
    expect(those('resolve').every(({ state, hidden }) => state === 'raised' && !hidden)).toBe(true)
    expect(those('resolve')).not.toEqual([])
  })

  it('has a response time in hours once it is answered', () => {
    expect(responseHours(0, null)).toBeNull()
    expect(responseHours(1_000, 1_000 + 90 * 60_000)).toBe(1.5)
    expect(responseHours(0, 1_000)).toBe(0)
  })
})

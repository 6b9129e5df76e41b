import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RateWindow, RateWindows, rateHeaders, WINDOW_SECONDS } from '../../src/http/rates.ts'

const NOW = 1_000_000
const WINDOW_MS = WINDOW_SECONDS * 1_000

describe('a rate window', () => {
  it('lets as many items pass as its limit, tells what is left, and then none', () => {
    const window = new RateWindow()
    const took = [2, 2, 1, 1].map((items) => window.take(items, 5, NOW))
    expect(took.map(({ allowed, remaining }) => [allowed, remaining])).toEqual([
      [true, 3],
      [true, 1],
      [true, 0],
      [false, 0],
    ])
  })

  it('refuses a request that does not fit, whole, and keeps what is left for one that does', () => {
    const window = new RateWindow()
    window.take(3, 5, NOW)
    expect(window.take(3, 5, NOW)).toMatchObject({ allowed: false, remaining: 2 })
    expect(window.take(2, 5, NOW)).toMatchObject({ allowed: true, remaining: 0 })
  })

  it('is whole again a minute after it began, not a millisecond sooner, and says in how many seconds', () => {
    const window = new RateWindow()
    expect(window.take(5, 5, NOW)).toMatchObject({ resetSeconds: 60 })
    expect(window.take(1, 5, NOW + 30_500)).toMatchObject({ allowed: false, resetSeconds: 30 })
    expect(window.take(1, 5, NOW + WINDOW_MS - 1)).toMatchObject({ allowed: false, resetSeconds: 1 })
    expect(window.take(1, 5, NOW + WINDOW_MS)).toMatchObject({
      allowed: true,
      remaining: 4,
      resetSeconds: 60,
    })
  })

  it('lets a request above the limit pass when it is untouched, and nothing after it', () => {
    const window = new RateWindow()
    expect(window.take(500, 100, NOW)).toMatchObject({ allowed: true, remaining: 0 })
    expect(window.take(1, 100, NOW)).toMatchObject({ allowed: false, remaining: 0 })
    const touched = new RateWindow()
    touched.take(1, 100, NOW)
    expect(touched.take(500, 100, NOW)).toMatchObject({ allowed: false, remaining: 99 })
  })

  it('begins anew when the clock was set back, rather than refuse until it is there again', () => {
    const window = new RateWindow()
    window.take(5, 5, NOW)
    expect(window.take(1, 5, NOW - WINDOW_MS * 60)).toMatchObject({ allowed: true, remaining: 4 })
  })

  it('takes a request of no items, and one under a limit that was lowered, without going below nothing', () => {
    const window = new RateWindow()
    expect(window.take(0, 5, NOW)).toMatchObject({ allowed: true, remaining: 5 })
    window.take(4, 5, NOW)
    const lowered = window.take(1, 2, NOW)
    expect(lowered.allowed).toBe(false)
    expect(lowered.remaining).toBeGreaterThanOrEqual(0)
  })

  it('lets no more than the limit pass in a window, whatever comes, and tells what is true', () => {
    const steps = fc.array(fc.record({ items: fc.integer({ min: 1, max: 10 }), later: fc.nat(WINDOW_MS) }), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 30 }), steps, (limit, asks) => {
        const window = new RateWindow()
        let [now, began, used] = [NOW, Number.NEGATIVE_INFINITY, 0]
        for (const { items, later } of asks) {
          now += later
          if (now >= began + WINDOW_MS) [began, used] = [now, 0]
          const rate = window.take(items, limit, now)
          expect(rate.allowed).toBe(used + items <= limit)
          if (rate.allowed) used += items
          expect(rate).toMatchObject({ limit, remaining: limit - used })
          expect(rate.resetSeconds).toBe(Math.max(1, Math.ceil((began + WINDOW_MS - now) / 1_000)))
        }
      }),
    )
  })
})

describe('the windows of many parties', () => {
  it('are apart', () => {
    const windows = new RateWindows(10)
    windows.take('a', 5, 5, NOW)
    expect(windows.take('a', 1, 5, NOW).allowed).toBe(false)
    expect(windows.take('b', 1, 5, NOW).allowed).toBe(true)
  })

  it('are no more than their most: those looked at longest ago are forgotten', () => {
    const windows = new RateWindows(3)
    for (const party of ['a', 'b', 'c']) windows.take(party, 5, 5, NOW)
    // Looked at again, a is remembered longer than b.
    windows.take('a', 1, 5, NOW)
    windows.take('d', 5, 5, NOW)
    const allowed = (party: string) => windows.take(party, 1, 5, NOW).allowed
    expect([allowed('a'), allowed('c'), allowed('d')]).toEqual([false, false, false])
    expect(allowed('b')).toBe(true)
  })

  it('keep a party that comes again and again, however many others come', () => {
    const windows = new RateWindows(100)
    windows.take('flood', 5, 5, NOW)
    for (let n = 0; n < 1_000; n++) {
      windows.take(`user-${n}`, 1, 5, NOW)
      expect(windows.take('flood', 1, 5, NOW).allowed).toBe(false)
    }
  })
})

describe('the header fields of a rate', () => {
  it('tell the policy, what is left and when, and when to come back after a refusal', () => {
    expect(rateHeaders('user', { allowed: true, limit: 300, remaining: 299, resetSeconds: 60 })).toEqual({
      'RateLimit-Policy': '"user";q=300;w=60',
      RateLimit: '"user";r=299;t=60',
    })
    expect(rateHeaders('line', { allowed: false, limit: 10, remaining: 2, resetSeconds: 17 })).toEqual({
      'RateLimit-Policy': '"line";q=10;w=60',
      RateLimit: '"line";r=2;t=17',
      'Retry-After': '17',
    })
  })
})

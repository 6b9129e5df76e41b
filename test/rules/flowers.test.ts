import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addFlowers, isFlowers, MAX_FLOWERS } from '../../src/ledger/flowers.ts'

describe('a number of flowers', () => {
  it('is a whole number from one to a billion', () => {
    for (const good of [1, 2, 999_999_999, MAX_FLOWERS, 1.0]) expect(isFlowers(good)).toBe(true)
    expect(MAX_FLOWERS).toBe(1_000_000_000)
  })

  it('is nothing else, nor anything that only looks like one', () => {
    const odd: unknown[] = [
      ...[0, -0, -1, 0.5, 1.5, MAX_FLOWERS + 1, 1e300, Number.MIN_VALUE],
      ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      ...['1', '', true, null, undefined, 1n, [1], {}, { valueOf: () => 1 }, new Number(1)],
    ]
    for (const value of odd) expect(isFlowers(value), String(value)).toBe(false)
  })

  it('is never anything but an exact positive integer', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        if (!isFlowers(value)) return
        expect(Number.isInteger(value) && value > 0 && value <= MAX_FLOWERS).toBe(true)
      }),
    )
    fc.assert(
      fc.property(
        fc.double(),
        (value) => isFlowers(value) === (Number.isInteger(value) && value >= 1 && value <= MAX_FLOWERS),
      ),
    )
  })
})

describe('adding flowers', () => {
  it('is exact as far as doubles are', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: MAX_FLOWERS }), (total, flowers) => {
        if (total > Number.MAX_SAFE_INTEGER - flowers)
          expect(() => addFlowers(total, flowers)).toThrow(RangeError)
        else expect(BigInt(addFlowers(total, flowers))).toBe(BigInt(total) + BigInt(flowers))
      }),
    )
  })

  it('throws where a sum would be rounded or is no whole number', () => {
    expect(addFlowers(Number.MAX_SAFE_INTEGER - 1, 1)).toBe(Number.MAX_SAFE_INTEGER)
    expect(() => addFlowers(Number.MAX_SAFE_INTEGER, 1)).toThrow(RangeError)
    expect(() => addFlowers(1, 0.5)).toThrow(RangeError)
    expect(() => addFlowers(1, Number.NaN)).toThrow(RangeError)
  })

  it('of nine million of the largest pledges is still exact', () => {
    expect(addFlowers(MAX_FLOWERS * 8_999_999, MAX_FLOWERS)).toBe(9_000_000 * MAX_FLOWERS)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_PAGE_SIZE, pageQuery, readCursor, toPage, writeCursor } from '../../src/http/paging.ts'

describe('a cursor', () => {
  it('is read back as the place it was written for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), (place) => {
        const cursor = writeCursor(place)
        expect(readCursor(cursor, -1)).toBe(place)
        expect(encodeURIComponent(cursor)).toBe(cursor)
      }),
    )
  })

  it('is the start when there is none', () => {
    expect(readCursor(undefined, -1)).toBe(-1)
    expect(readCursor(undefined, Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('is one that was given out, or is refused', () => {
    for (const odd of [
      '',
      'x',
      'p1',
      '=',
      '%',
      btoa('p'),
      btoa('p-1'),
      btoa('p1.5'),
      btoa('p1e3'),
      btoa('p 1'),
      btoa('p1\n'),
    ])
      expect(() => readCursor(odd, 0)).toThrow('invalid_cursor')
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        try {
          const place = readCursor(text, -1)
          expect(Number.isSafeInteger(place) && place >= 0).toBe(true)
        } catch (error) {
          expect((error as Error).message).toBe('invalid_cursor')
        }
      }),
    )
  })
})

describe('the query of a list', () => {
  it('asks for twenty items from the start when it says nothing', () => {
    expect(pageQuery.parse({})).toEqual({ pageSize: 20 })
  })

  it.each([
    ['1', 1],
    ['100', MAX_PAGE_SIZE],
  ])('takes a size of %s', (pageSize, size) => {
    expect(pageQuery.parse({ pageSize })).toEqual({ pageSize: size })
  })

  it.each(['0', '101', '-1', '1.5', '', 'x', 'Infinity', 'NaN', '1e9'])('takes no size of %j', (pageSize) => {
    expect(pageQuery.safeParse({ pageSize }).success).toBe(false)
  })
})

describe('a page', () => {
  const pageOf = (rows: readonly number[], pageSize: number) =>
    toPage(
      rows,
      pageSize,
      (row) => `item ${row}`,
      (row) => row,
    )

  it('has a next page exactly when one row more than a page was found', () => {
    expect(pageOf([1, 2, 3], 2)).toEqual({ items: ['item 1', 'item 2'], nextCursor: writeCursor(2) })
    expect(pageOf([1, 2], 2)).toEqual({ items: ['item 1', 'item 2'], nextCursor: null })
    expect(pageOf([], 2)).toEqual({ items: [], nextCursor: null })
  })

  it('and those after it hold every row once, in order', () => {
    const sorted = fc.uniqueArray(fc.nat(1_000)).map((rows) => rows.sort((a, b) => a - b))
    fc.assert(
      fc.property(sorted, fc.integer({ min: 1, max: 10 }), (rows, pageSize) => {
        const seen: string[] = []
        for (let cursor: string | undefined; ; ) {
          const after = readCursor(cursor, -1)
          const page = pageOf(rows.filter((row) => row > after).slice(0, pageSize + 1), pageSize)
          seen.push(...page.items)
          if (page.nextCursor === null) break
          cursor = page.nextCursor
        }
        expect(seen).toEqual(rows.map((row) => `item ${row}`))
      }),
    )
  })
})

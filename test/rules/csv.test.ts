import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cell, cellText, writeCsvRow } from '../../src/exports/csv.ts'

/** Reads CSV as RFC 4180 has it. Throws on what is none. */
function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let at = 0
  while (at < text.length) {
    const row: string[] = []
    for (;;) {
      let cell = ''
      if (text[at] === '"') {
        for (at++; ; at++) {
          if (at >= text.length) throw new Error('a quote does not end')
          if (text[at] === '"' && text[at + 1] !== '"') break
          if (text[at] === '"') at++
          cell += text[at]
        }
        at++
      } else
        for (; at < text.length && text[at] !== ',' && text[at] !== '\r'; at++) {
          if (text[at] === '"' || text[at] === '\n') throw new Error('a bare quote or line break')
          cell += text[at]
        }
      row.push(cell)
      if (text[at] !== ',') break
      at++
    }
    if (text.slice(at, at + 2) !== '\r\n') throw new Error('a row does not end with CRLF')
    at += 2
    rows.push(row)
  }
  return rows
}

const hostile = fc.stringMatching(/^[=+\-@\t\r\n",' 'a中＝]{0,8}$/)
const cell: fc.Arbitrary<Cell> = fc.oneof(
  hostile,
  fc.string({ unit: 'grapheme' }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.array(hostile),
)

describe('CSV', () => {
  it('is read back as it was written, whatever is in the cells', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 5 }), (rows) => {
        expect(readCsv(rows.map(writeCsvRow).join(''))).toEqual(rows.map((row) => row.map(cellText)))
      }),
    )
  })

  it('has no text that a spreadsheet takes for a formula, and loses nothing of it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const written = cellText(text)
        expect(written).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/)
        expect(written === text || written === `'${text}`).toBe(true)
      }),
    )
  })

  it.each([
    ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
    ['+1', "'+1"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', '"\'\r=1"'],
    ['＝1', "'＝1"],
    ['小红花，"急救"', '"小红花，""急救"""'],
    ['a\r\nb', '"a\r\nb"'],
    [' a', '" a"'],
    [-5, '-5'],
    [null, '""'],
    [['a', 1], '"[""a"",1]"'],
    [true, 'true'],
  ] as const)('writes %j as %s', (value, text) => {
    expect(writeCsvRow([value])).toBe(`${text}\r\n`)
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measure, wrap } from '../../src/badges/measure.ts'
import { cleanText, escapeXml, graphemesOf } from '../../src/badges/text.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .array(fc.constantFrom('急', '救', ' ', 'word', '，', '🌺', '👨‍👩‍👧‍👦', 'é', '\u202e', 'W'.repeat(40)), {
      maxLength: 60,
    })
    .map((parts) => parts.join('')),
)

describe('text of others in a picture', () => {
  it('is bounded, and holds nothing that moves, hides or breaks the text around it', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 60 }), (text, max) => {
        const clean = cleanText(text, max)
        expect(graphemesOf(clean).length).toBeLessThanOrEqual(max)
        expect(clean.isWellFormed()).toBe(true)
        expect(clean).not.toMatch(/[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff]/u)
        expect(clean).toBe(clean.trim())
        expect(escapeXml(clean)).not.toMatch(/[<>"']/)
      }),
    )
  })

  it('keeps what is one character for the reader whole', () => {
    expect(cleanText('👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 2)).toBe('👨‍👩‍👧‍👦…')
    expect(cleanText('क्षत्रिय', 40)).toBe('क्षत्रिय')
    expect(cleanText('  一\n\t花 ', 40)).toBe('一 花')
  })
})

describe('a title in lines', () => {
  it('never runs over the width or the number of lines, and loses nothing that fits', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 6, max: 30 }),
        fc.integer({ min: 1, max: 4 }),
        (text, width, max) => {
          const clean = cleanText(text, 80)
          const lines = wrap(clean, width, max)
          expect(lines.length).toBeLessThanOrEqual(max)
          // A mark that may not begin a line may hang over by its width.
          for (const line of lines) expect(measure(line)).toBeLessThanOrEqual(width + 1)
          if (!lines.at(-1)?.endsWith('…'))
            expect(lines.join('').replaceAll(' ', '')).toBe(clean.replaceAll(' ', ''))
        },
      ),
    )
  })

  it('breaks Chinese between characters, English between words, and leaves no character alone', () => {
    expect(wrap('为 10000 名乡村老人提供免费听力筛查', 18, 2)).toEqual([
      '为 10000 名乡村老人',
      '提供免费听力筛查',
    ])
    expect(wrap('Free hearing tests in villages', 14, 2)).toEqual(['Free hearing', 'tests in villages'])
    expect(wrap('急'.repeat(30), 10, 2)).toEqual(['急'.repeat(10), `${'急'.repeat(9)}…`])
  })
})

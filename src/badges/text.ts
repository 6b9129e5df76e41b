/** Text that someone else wrote, made fit for a picture: one line, bounded, without what moves or hides the text around it. */

/** Longest grapheme that is kept, in UTF-16 units: a family with skin tones has 19; a letter under a heap of marks has more. */
const MAX_GRAPHEME_LENGTH = 20

/** No more of a text than this is looked at: 16 units for each grapheme that may be shown. */
const UNITS_A_GRAPHEME = 16

const graphemes = new Intl.Segmenter('zh', { granularity: 'grapheme' })

/** The parts of a text that are read as one character each (UAX #29). */
export const graphemesOf = (text: string): string[] =>
  Array.from(graphemes.segment(text), ({ segment }) => segment)

/**
 * At most `max` graphemes of a text, the last an ellipsis where it goes on. Line breaks become spaces; controls, direction
 * marks (all format characters but the two joiners), halves of characters and what XML has no way to write are left out.
 */
export function cleanText(text: string, max: number): string {
  const limit = max * UNITS_A_GRAPHEME
  const clean = text
    .slice(0, limit)
    .toWellFormed()
    .replace(/[\s\p{Zl}\p{Zp}\u0085]+/gu, ' ')
    .replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Noncharacter_Code_Point}\ufffd]/gu, '')
    .normalize('NFC')
    .trim()
  const parts = graphemesOf(clean).filter((part) => part.length <= MAX_GRAPHEME_LENGTH)
  if (parts.length <= max && text.length <= limit) return parts.join('')
  return `${parts.slice(0, max - 1).join('')}…`
}

const ENTITIES: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  ...{ '"': '&quot;', "'": '&apos;' },
}

/** A text as it stands in XML, in elements and in double-quoted attributes. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

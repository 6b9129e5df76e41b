import { htmlLang } from '../../words/language.ts'

/** Text that someone else wrote, as pages show it. */

/**
 * Controls but tab and line break, and what turns the order of the text after it: embeddings, overrides and isolates of
 * direction. Single marks of direction stay, as do joiners: writings need them.
 */
const HIDDEN = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu

/** A text without what makes it read otherwise than it is written. */
export const shownText = (text: string): string => text.replace(HIDDEN, '')

/** No more of a text than this is looked at to tell its language. */
const LOOKED_AT_UNITS = 1_000

/** A character of Chinese says as much as this many letters. */
const LETTERS_A_CHARACTER = 2

/** Chinese as `lang` in HTML where a text is mostly that, on a page of either language; undefined for any other. */
export function langOf(text: string): string | undefined {
  const start = text.slice(0, LOOKED_AT_UNITS)
  if (/[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u.test(start)) return
  const characters = start.match(/\p{sc=Han}/gu)?.length ?? 0
  const letters = start.match(/\p{sc=Latin}/gu)?.length ?? 0
  return characters > 0 && characters * LETTERS_A_CHARACTER >= letters ? htmlLang.zh : undefined
}

import { graphemesOf } from './text.ts'

/**
 * How wide text is in fonts that we do not have: what a reader's system shows. Letters in classes, each as wide as
 * the widest of the usual sans-serifs (bold DejaVu Sans) draws it, so that a line may end early and never runs over.
 */

/** In em. Chinese, Japanese and Korean characters and emoji fill a square; some systems draw emoji a quarter wider. */
const CLASSES: readonly (readonly [RegExp, number])[] = [
  [/\p{RI}|\p{Extended_Pictographic}/u, 1.3],
  [/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u, 1],
  [/[\u{16fe0}-\u{18fff}\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u, 1],
  [/^[ .,:;'’|!ijlItfr()[\]·-]/, 0.4],
  [/^[MW@%]/, 1.12],
  [/^[mw…—]/, 1.05],
  [/^[A-Z]/, 0.8],
  [/^[a-z0-9]/, 0.69],
]

/** In em, of what is in no class. */
const OTHER = 0.8

const widthOf = (grapheme: string): number =>
  CLASSES.find(([pattern]) => pattern.test(grapheme))?.[1] ?? OTHER

/** How wide a line is, in em. */
export const measure = (text: string): number =>
  graphemesOf(text).reduce((width, grapheme) => width + widthOf(grapheme), 0)

/** Marks that do not begin a line (as 。 and 》). */
const NOT_FIRST = /^[，。、；：？！）】》」』〉”’…·,.;:?!)\]%]/

/** How much narrower each try at lines of one length is, and how many there are. */
const NARROWER = 0.94
const MAX_TRIES = 8

/**
 * A text in lines of at most `width` em and about one length, so that no character stands alone on the last; what is over `maxLines` ends in an ellipsis. It breaks at spaces and between
 * Chinese characters, and within a word only where the word is longer than a line.
 */
export function wrap(text: string, width: number, maxLines: number): string[] {
  let lines = fill(text, width, maxLines)
  if (lines.length === 1 || lines.at(-1)?.endsWith('…')) return lines
  for (let tries = 1; tries <= MAX_TRIES; tries++) {
    const narrower = fill(text, width * NARROWER ** tries, maxLines)
    if (narrower.length > lines.length || narrower.at(-1)?.endsWith('…')) break
    lines = narrower
  }
  return lines
}

function fill(text: string, width: number, maxLines: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of wordsOf(text)) {
    const fits = measure((line + word).trimEnd()) <= width
    if (fits || (line !== '' && NOT_FIRST.test(word) && measure(line + word) <= width + 1)) {
      line += word
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    while (measure(line.trimEnd()) > width && lines.length <= maxLines) {
      const head = headOf(line, width)
      lines.push(head)
      line = line.slice(head.length)
    }
    if (lines.length > maxLines) break
  }
  if (line !== '') lines.push(line)
  const shown = lines.map((each) => each.trim())
  if (shown.length <= maxLines) return shown
  const last = shown[maxLines - 1] ?? ''
  return [...shown.slice(0, maxLines - 1), `${headOf(last, width - 1).trimEnd()}…`]
}

/** What a line may be broken between: words with the space after them, Chinese characters each. */
const wordsOf = (text: string): string[] =>
  text.match(
    /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u{20000}-\u{3fffd}]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\u{20000}-\u{3fffd}]+\s*|\s+/gu,
  ) ?? []

/** The longest beginning of a text that is no wider than `width` em, and at least one character. */
function headOf(text: string, width: number): string {
  let head = ''
  let used = 0
  for (const grapheme of graphemesOf(text)) {
    used += widthOf(grapheme)
    if (used > width && head !== '') break
    head += grapheme
  }
  return head
}

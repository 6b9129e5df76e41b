import { makeBadge } from 'badge-maker'
import { isLang, type Lang } from '../words/language.ts'
import type { Progress } from './progress.ts'
import { cleanText } from './text.ts'
import { colourOf, labelOf, messageOf } from './wording.ts'

/** A badge as it stands among others in a README. */

export const STYLES = ['flat', 'flat-square', 'plastic', 'for-the-badge', 'social'] as const

type Style = (typeof STYLES)[number]

/** Longest label, in graphemes: two lines of a README's badges. */
const MAX_LABEL = 40

/** How a badge is asked for. A value that is none of these is as if it were not there: a README's picture never breaks. */
export interface BadgeOptions {
  readonly style: Style
  readonly lang: Lang
  /** What stands on its left side; empty for a badge without one. */
  readonly label: string
}

/** Reads a badge's query. */
export function readBadgeOptions(query: Readonly<Record<string, string>>): BadgeOptions {
  const lang = readLang(query)
  const { style, label } = query
  return {
    style: STYLES.find((each) => each === style) ?? 'flat',
    lang,
    label: label === undefined ? labelOf(lang) : cleanText(label, MAX_LABEL),
  }
}

/** The language a query asks for: Chinese unless English. `Accept-Language` says nothing here: an address is one picture. */
export const readLang = ({ lang }: Readonly<Record<string, string>>): Lang => (isLang(lang) ? lang : 'zh')

/**
 * Scripts whose letters join or stack. The library measures them one by one, at up to four times their width, and has the
 * text stretched to that, which takes it apart: it is left its own width. Chinese it measures to the pixel.
 */
const JOINING =
  /[\p{M}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Nko}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Thai}]/u

/** The badge of a dream as SVG. */
export const drawBadge = (progress: Progress, { style, lang, label }: BadgeOptions): string =>
  drawWords(style, label, messageOf(progress, lang), colourOf(progress.state))

/** A badge with any words as SVG. */
export function drawWords(style: Style, label: string, message: string, color: string): string {
  const svg = makeBadge({ style, label, message, color })
  return JOINING.test(label + message) ? svg.replace(/ textLength="[\d.]+"/g, '') : svg
}

import { TIME_ZONE, ZONE_MS } from '../words/clock.ts'
import type { Lang } from '../words/language.ts'

/** How plots write names, numbers and moments. A plot has little room, and no way to wrap a line. */

/** One unit is half a character of CJK, about what a Latin letter takes. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u

/** What directs text or is no text: it would reach beyond the label that holds it. */
const CONTROLS = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu

/** Code points of one character that are drawn: an emoji of a family has seven, what is more is a pile of marks. */
const MAX_MARKS = 8

/** Letters of a name that are looked at. */
const MAX_READ = 2_000

const segmenter = new Intl.Segmenter()

const unitsOf = (grapheme: string): number => (WIDE.test(grapheme) ? 2 : 1)

/** How wide a text is, in units. */
export function widthOf(text: string): number {
  let width = 0
  for (const { segment } of segmenter.segment(text)) width += unitsOf(segment)
  return width
}

/** A name on one line of at most `units`, whole characters only, with … where it goes on. */
export function shorten(name: string, units: number): string {
  const line = name.slice(0, MAX_READ).replace(CONTROLS, ' ').replace(/\s+/gu, ' ').trim()
  let width = 0
  let kept = ''
  for (const { segment, index } of segmenter.segment(line)) {
    const grapheme = [...segment].slice(0, MAX_MARKS).join('')
    width += unitsOf(grapheme)
    const isLast = index + segment.length === line.length && name.length <= MAX_READ
    // One unit is kept for the …, unless the name ends here.
    if (width > (isLast ? units : units - 1)) return `${kept.trimEnd()}…`
    kept += grapheme
  }
  return name.length > MAX_READ ? `${kept}…` : kept
}

const compactFormat = {
  zh: new Intl.NumberFormat('zh-CN', { notation: 'compact', maximumFractionDigits: 1 }),
  en: new Intl.NumberFormat('en-GB', { notation: 'compact', maximumFractionDigits: 1 }),
}

/** 1.2万, 12k: a number where there is little room. */
export const writeCompact = (lang: Lang, value: number): string => compactFormat[lang].format(value)

const momentFormat = (locale: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(locale, { timeZone: TIME_ZONE, ...options })

const formats = {
  zh: {
    clock: momentFormat('zh-CN', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    day: momentFormat('zh-CN', { month: 'numeric', day: 'numeric' }),
    month: momentFormat('zh-CN', { year: 'numeric', month: 'numeric' }),
  },
  en: {
    clock: momentFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    day: momentFormat('en-GB', { month: 'short', day: 'numeric' }),
    month: momentFormat('en-GB', { year: 'numeric', month: 'short' }),
  },
}

const DAY_MS = 24 * 3_600_000

/** A moment on an axis that spans `spanMs`: a time of day on a short one, a day, or a month on a long one. */
export function writeTick(lang: Lang, at: number, spanMs: number): string {
  const { clock, day, month } = formats[lang]
  if (spanMs > 300 * DAY_MS) return month.format(at)
  const isMidnight = (at + ZONE_MS) % DAY_MS === 0
  return isMidnight || spanMs > 2 * DAY_MS ? day.format(at) : clock.format(at)
}

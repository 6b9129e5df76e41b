import { titleOf } from '../pages/frame/names.ts'
import { type Lang, writeNumber } from '../words/language.ts'
import { measure, wrap } from './measure.ts'
import type { Progress } from './progress.ts'
import { cleanText, escapeXml } from './text.ts'
import { colourOf, MISSING, shareOf, stateOf } from './wording.ts'

/** A badge with room for the dream's title and a bar: a picture to stand alone on a page. Sizes in px. */

export const CARD_WIDTH = 480
export const CARD_HEIGHT = 190

const EDGE = 24
const TITLE_SIZE = 20
const TITLE_LEFT = 92
const MAX_LINES = 2
/** Graphemes of the title that are looked at: more than two lines hold. */
const MAX_TITLE = 80
const BAR_WIDTH = CARD_WIDTH - 2 * EDGE

const FONTS =
  "system-ui,-apple-system,'PingFang SC','Hiragino Sans GB','Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei',sans-serif"

const words = {
  zh: {
    site: '一花一梦想',
    count: (flowers: string, quota: string) => `${flowers} / ${quota} 朵小红花`,
    pledges: (count: string) => `捐花 ${count} 次`,
  },
  en: {
    site: 'One Flower, One Dream',
    count: (flowers: string, quota: string) => `${flowers} / ${quota} flowers`,
    pledges: (count: string) => (count === '1' ? 'given 1 time' : `given ${count} times`),
  },
}

/** The card of a dream as SVG. */
export function drawCard(progress: Progress, lang: Lang): string {
  const t = words[lang]
  const { flowers, quota, pledges, state } = progress
  const title = cleanText(titleOf(lang, progress), MAX_TITLE)
  const count = t.count(writeNumber(lang, flowers), writeNumber(lang, quota))
  const percent = `${Math.floor((flowers / quota) * 100)}%`
  const told = stateOf(progress, lang)
  const lines = wrap(title, (CARD_WIDTH - EDGE - TITLE_LEFT) / TITLE_SIZE, MAX_LINES)
  const titleTop = lines.length === 1 ? 63 : 49
  const colour = colourOf(state)
  const pillWidth = Math.ceil(measure(told) * 13) + 20
  const filled = Math.round(shareOf(progress) * BAR_WIDTH * 10) / 10
  return frame(`${title}: ${count}, ${told}`, lang, [
    flower(EDGE, 30, 52),
    ...lines.map((line, row) =>
      write(TITLE_LEFT, titleTop + row * 28, TITLE_SIZE, line, 'font-weight="700"'),
    ),
    `<rect x="${EDGE}" y="102" width="${BAR_WIDTH}" height="12" rx="6" fill="#f6d5d9"/>`,
    // Shorter than it is high, a bar with round ends would be a lens.
    `<clipPath id="bar"><rect x="${EDGE}" y="102" width="${BAR_WIDTH}" height="12" rx="6"/></clipPath>`,
    `<rect x="${EDGE}" y="102" width="${filled}" height="12" fill="${colour}" clip-path="url(#bar)"/>`,
    write(EDGE, 138, 15, count, 'font-weight="600"'),
    write(CARD_WIDTH - EDGE, 138, 15, percent, 'text-anchor="end" font-weight="600"'),
    `<rect x="${EDGE}" y="150" width="${pillWidth}" height="24" rx="12" fill="${colour}"/>`,
    write(EDGE + pillWidth / 2, 166.5, 13, told, 'fill="#fff" text-anchor="middle" font-weight="600"'),
    write(EDGE + pillWidth + 10, 166.5, 13, t.pledges(writeNumber(lang, pledges)), SOFT),
    write(CARD_WIDTH - EDGE, 166.5, 13, t.site, `text-anchor="end" ${SOFT}`),
  ])
}

/** The card of a dream that is not there, or cannot be read now. */
export function drawMissingCard(status: 404 | 503, lang: Lang): string {
  const text = MISSING[lang][status]
  return frame(text, lang, [
    flower(EDGE, 30, 52),
    write(TITLE_LEFT, 63, TITLE_SIZE, text, 'font-weight="700"'),
    write(CARD_WIDTH - EDGE, 166.5, 13, words[lang].site, `text-anchor="end" ${SOFT}`),
  ])
}

const SOFT = 'fill="#6b5751"'

function frame(title: string, lang: Lang, parts: readonly string[]): string {
  const [w, h, text] = [CARD_WIDTH, CARD_HEIGHT, escapeXml(title)]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img" aria-label="${text}" lang="${lang}">`,
    `<title>${text}</title>`,
    `<rect x=".5" y=".5" width="${w - 1}" height="${h - 1}" rx="12" fill="#fffaf6" stroke="#e8dcd4"/>`,
    `<g fill="#2b1d1a" font-family="${FONTS}">`,
    ...parts,
    '</g></svg>',
  ].join('')
}

const write = (x: number, y: number, size: number, text: string, attributes: string): string =>
  `<text x="${x}" y="${y}" font-size="${size}" ${attributes}>${escapeXml(text)}</text>`

/** The little red flower, in a square of `size` px. */
function flower(x: number, y: number, size: number): string {
  const petals = [0, 72, 144, 216, 288].map(
    (turn) => `<circle cx="32" cy="16" r="13" transform="rotate(${turn} 32 32)"/>`,
  )
  return `<g transform="translate(${x} ${y}) scale(${size / 64})"><g fill="#d7263d">${petals.join('')}</g><circle cx="32" cy="32" r="10" fill="#ffd166"/></g>`
}

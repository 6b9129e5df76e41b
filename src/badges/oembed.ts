import { titleOf } from '../pages/frame/names.ts'
import { isLang, type Lang } from '../words/language.ts'
import { embedPath, picturePath } from './addresses.ts'
import type { Progress } from './progress.ts'
import { PICTURE_HEIGHT, PICTURE_WIDTH } from './share-picture.ts'
import { cleanText, escapeXml } from './text.ts'

/** How other sites turn a link to a dream into something to look at (https://oembed.com). Pure. */

/** Size of the embedded page in px, and the least it is legible in. */
export const EMBED_WIDTH = 480
export const EMBED_HEIGHT = 225
const MIN_WIDTH = 200
const MIN_HEIGHT = 120

/** Seconds for which whoever asks may keep the answer: only the page within shows progress, and it is fetched by itself. */
const CACHE_AGE_SECONDS = 86_400

const MAX_TITLE = 120

const SITE = { zh: '一花一梦想', en: 'One Flower, One Dream' } as const

/** The dream that an address of this site shows, and in which language; null for any other address. */
export function findDream(url: string, origin: string): { readonly id: string; readonly lang: Lang } | null {
  if (!URL.canParse(url)) return null
  const { protocol, host, pathname, searchParams } = new URL(url)
  if (host !== new URL(origin).host || !/^https?:$/.test(protocol)) return null
  const [, id] = /^\/(?:dreams|embed)\/([a-z0-9-]+)\/?$/.exec(pathname) ?? []
  const lang = searchParams.get('lang')
  return id === undefined ? null : { id, lang: isLang(lang) ? lang : 'zh' }
}

/** A size that was asked for, as far as it makes sense. */
const bounded = (asked: string | undefined, usual: number, least: number): number =>
  asked !== undefined && /^\d{1,6}$/.test(asked) ? Math.max(least, Math.min(usual, Number(asked))) : usual

/** The line of HTML that embeds a dream's page. */
export function iframeOf(
  origin: string,
  progress: Progress,
  lang: Lang,
  width: number,
  height: number,
): string {
  const src = escapeXml(origin + embedPath(progress.id, lang))
  const title = escapeXml(cleanText(titleOf(lang, progress), MAX_TITLE))
  return `<iframe src="${src}" title="${title}" width="${width}" height="${height}" loading="lazy" frameborder="0" style="max-width:100%"></iframe>`
}

/** The answer for a dream. A picture larger than what was asked for is left out. */
export function toOembed(
  origin: string,
  progress: Progress,
  lang: Lang,
  asked: { readonly maxwidth?: string | undefined; readonly maxheight?: string | undefined },
) {
  const width = bounded(asked.maxwidth, EMBED_WIDTH, MIN_WIDTH)
  const height = bounded(asked.maxheight, EMBED_HEIGHT, MIN_HEIGHT)
  const fits =
    bounded(asked.maxwidth, PICTURE_WIDTH, 0) === PICTURE_WIDTH &&
    bounded(asked.maxheight, PICTURE_HEIGHT, 0) === PICTURE_HEIGHT
  return {
    version: '1.0' as const,
    type: 'rich' as const,
    title: cleanText(titleOf(lang, progress), MAX_TITLE),
    provider_name: SITE[lang],
    provider_url: `${origin}/`,
    cache_age: CACHE_AGE_SECONDS,
    html: iframeOf(origin, progress, lang, width, height),
    width,
    height,
    ...(fits && {
      thumbnail_url: origin + picturePath(progress.id),
      thumbnail_width: PICTURE_WIDTH,
      thumbnail_height: PICTURE_HEIGHT,
    }),
  }
}

import type { Lang } from '../words/language.ts'

/** Where the things of a dream are that others show, below the origin of this site. Chinese needs no `lang`. */

const asked = (lang: Lang): string => (lang === 'zh' ? '' : `?lang=${lang}`)

export const dreamPath = (id: string, lang: Lang): string => `/dreams/${id}${asked(lang)}`

export const embedPath = (id: string, lang: Lang): string => `/embed/${id}?lang=${lang}`

export const badgePath = (id: string, lang: Lang, style?: string): string =>
  `/badges/${id}.svg${asked(lang)}${style === undefined ? '' : `${lang === 'zh' ? '?' : '&'}style=${style}`}`

export const cardPath = (id: string, lang: Lang): string => `/badges/${id}/card.svg${asked(lang)}`

export const picturePath = (id: string): string => `/badges/${id}/share.png`

export const oembedPath = (url: string): string => `/oembed?url=${encodeURIComponent(url)}&format=json`

export const COMPONENT_PATH = '/badges/dream-badge.js'

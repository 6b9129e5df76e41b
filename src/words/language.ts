import { TIME_ZONE } from './clock.ts'

/** The two languages of what people read, and how numbers and times are written in them. */

export type Lang = 'zh' | 'en'

/** Words of a page in both languages; each part holds its own beside it. */
export type Words<T> = Readonly<Record<Lang, T>>

/** Between a label and what it is of. */
export const colon: Words<string> = { zh: '：', en: ': ' }

export const isLang = (value: unknown): value is Lang => value === 'zh' || value === 'en'

/** The better of the two by an `Accept-Language` field (RFC 9110, 12.5.4); Chinese where it names neither. */
export function preferredLanguage(field: string | undefined): Lang {
  const quality = (lang: Lang): number =>
    Math.max(
      0,
      ...(field ?? '').split(',', 50).map((range) => {
        const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
        const q = parameters.map((part) => /^\s*q=([\d.]+)\s*$/.exec(part)?.[1]).find((value) => value)
        return tag === lang || tag.startsWith(`${lang}-`) ? Number(q ?? 1) : 0
      }),
    )
  return quality('en') > quality('zh') ? 'en' : 'zh'
}

/** As `lang` in HTML. */
export const htmlLang: Readonly<Record<Lang, string>> = { zh: 'zh-CN', en: 'en' }

const numberFormat = { zh: new Intl.NumberFormat('zh-CN'), en: new Intl.NumberFormat('en-GB') }
const dateFormat = {
  zh: new Intl.DateTimeFormat('zh-CN', { timeZone: TIME_ZONE, dateStyle: 'long' }),
  en: new Intl.DateTimeFormat('en-GB', { timeZone: TIME_ZONE, dateStyle: 'long' }),
}
const timeFormat = {
  zh: new Intl.DateTimeFormat('zh-CN', { timeZone: TIME_ZONE, dateStyle: 'medium', timeStyle: 'short' }),
  en: new Intl.DateTimeFormat('en-GB', { timeZone: TIME_ZONE, dateStyle: 'medium', timeStyle: 'short' }),
}

/** 12,345 */
export const writeNumber = (lang: Lang, value: number): string => numberFormat[lang].format(value)

/** A day, of an RFC 3339 time. */
export const writeDate = (lang: Lang, time: string): string => dateFormat[lang].format(new Date(time))

/**
 * A day and a time of day, of an RFC 3339 time, in Asia/Shanghai. In English it says so: who reads that may be anywhere.
 */
export const writeTime = (lang: Lang, time: string): string =>
  timeFormat[lang].format(new Date(time)) + (lang === 'en' ? ' UTC+8' : '')

import { type Lang, type Words, writeNumber } from '../../words/language.ts'

/** How long something still goes on, in words. Pure; times in ms since 1970. */

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS

/** Below this many hours the hours are told. */
const HOURS_UNTIL = 48

const words = {
  zh: {
    days: (n: string) => `还有 ${n} 天`,
    hours: (n: string) => `还有 ${n} 小时`,
    soon: '不到 1 小时',
    over: '时间到了',
  },
  en: {
    days: (n: string) => `${n} days left`,
    hours: (n: string) => (n === '1' ? '1 hour left' : `${n} hours left`),
    soon: 'Less than an hour left',
    over: 'Time is over',
  },
} satisfies Words<object>

export function tellTimeLeft(lang: Lang, until: number, now: number): string {
  const t = words[lang]
  const hours = Math.floor((until - now) / HOUR_MS)
  if (until <= now) return t.over
  if (hours < 1) return t.soon
  if (hours < HOURS_UNTIL) return t.hours(writeNumber(lang, hours))
  return t.days(writeNumber(lang, Math.floor((until - now) / DAY_MS)))
}

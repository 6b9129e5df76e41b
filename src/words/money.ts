import type { Lang } from './language.ts'

const HUNDREDTHS = 100

/** An amount of money in hundredths; without a currency the bare number, and beside one that is none. */
export function writeMoney(lang: Lang, cents: number, currency: string | null): string {
  const known = currency !== null && /^[A-Za-z]{3}$/.test(currency)
  const amount = new Intl.NumberFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', {
    ...(known ? { style: 'currency', currency } : {}),
    minimumFractionDigits: cents % HUNDREDTHS === 0 ? 0 : 2,
    maximumFractionDigits: 2,
  }).format(cents / HUNDREDTHS)
  return known || currency === null ? amount : `${amount} ${currency}`
}

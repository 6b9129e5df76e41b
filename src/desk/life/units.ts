import type { Lang } from '../../words/language.ts'

/** Amounts of money as operators write them. Pure. */

/** An amount with up to two decimals, in cents; NaN where it is none. Never by floating point: 1.15 is 115. */
export function toCents(amount: string): number {
  const match = /^(\d{1,13})(?:\.(\d{1,2}))?$/.exec(amount.replaceAll(/[,，\s]/g, ''))
  if (!match) return Number.NaN
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/** An amount of cents in its currency, which may be unknown to this runtime. */
export function writeCents(lang: Lang, cents: number, currency: string): string {
  const amount = new Intl.NumberFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  }).format(cents / 100)
  return `${currency} ${amount}`
}

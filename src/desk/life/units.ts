import type { Lang } from '../../pages/frame/language.ts'

/** Times and amounts as operators write them. Pure. */

/** China has no summer time, so its clock is always this far ahead of UTC. */
const SHANGHAI_OFFSET = '+08:00'
const SHANGHAI_AHEAD_MS = 8 * 60 * 60 * 1_000

/** A field of type `datetime-local`, read on the clock of Asia/Shanghai, as RFC 3339; as it is where it is none. */
export function fromShanghai(local: string): string {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(?:\.\d+)?$/.exec(local)
  return match ? `${match[1]}${match[2] ?? ':00'}${SHANGHAI_OFFSET}` : local
}

/** An RFC 3339 time as a field of type `datetime-local` takes it, on the clock of Asia/Shanghai. */
export function toShanghai(time: string): string {
  return new Date(Date.parse(time) + SHANGHAI_AHEAD_MS).toISOString().slice(0, 16)
}

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

import type { Child } from 'hono/jsx'
import { type Lang, type Words, writeNumber } from '../../words/language.ts'
import { type Answer, asProblem } from '../frame/inside.ts'
import type { PageHead } from '../frame/layout.tsx'
import { describeProblem } from '../frame/problem-words.ts'

/** What a refused form shows again. */

type Refusal = Extract<Answer<unknown>, { ok: false }>

export interface Refused {
  readonly status: NonNullable<PageHead['status']>
  /** The fields that were refused; empty where it was something else. */
  readonly wrong: readonly string[]
  /** What else it was, in words; null where a field says it. */
  readonly notice: Child | null
}

const words = {
  zh: {
    later: (minutes: string) => `请在 ${minutes} 分钟后再试。`,
    state_conflict: '这已经做过了，或者情况已经变了。',
    too_late: '这个梦想已经结束，不再需要了。',
  },
  en: {
    later: (minutes: string) =>
      minutes === '1' ? 'Come back in a minute.' : `Come back in ${minutes} minutes.`,
    state_conflict: 'You did this already, or it is not as it was.',
    too_late: 'The dream is over; it is no longer needed.',
  },
} satisfies Words<object>

const MINUTE_SECONDS = 60

/** A refusal of a form that its writer can do something about. Throws any other as it was inside. */
export function refusalOf(lang: Lang, answer: Refusal): Refused {
  const t = words[lang]
  const { code, errors = [] } = answer.problem
  const told = describeProblem(lang, code)
  const sentence = `${told.title}${lang === 'zh' ? '。' : '. '}${told.text}`
  switch (code) {
    case 'invalid_request':
      return { status: 400, wrong: errors.map(({ path }) => path), notice: null }
    case 'reason_missing':
      return { status: 422, wrong: ['reason'], notice: null }
    case 'limit_reached':
      return { status: 422, wrong: [], notice: sentence }
    case 'state_conflict':
    case 'too_late':
      return { status: 409, wrong: [], notice: t[code] }
    case 'rate_limited': {
      const minutes = Math.ceil(Number(answer.headers.get('Retry-After') ?? 1) / MINUTE_SECONDS)
      return { status: 429, wrong: [], notice: `${sentence} ${t.later(writeNumber(lang, minutes))}` }
    }
    default:
      throw asProblem(answer)
  }
}

import type { ProblemCode } from '../../http/problem.ts'
import type { Lang, Words } from '../../words/language.ts'
import { describeProblem } from '../frame/problem-words.ts'

/** What a person is told of a gift under way, and what of it the page's script needs to tell them by itself. */

/** `{n}`: the flowers of the gift; `{b}`: what the account holds after it. */
const SCRIPT_WORDS = {
  zh: {
    pending: '正在送出 {n} 朵…',
    given: '已计入 {n} 朵小红花，谢谢你！你还有 {b} 朵。',
    again: '这 {n} 朵之前已经计入，只算一次。你还有 {b} 朵。',
    waiting: '还不知道 {n} 朵有没有计入。已经替你记下，会自动再问，只算一次。',
    offline: '在等网络。这 {n} 朵已经替你记下，一联网就送出，只算一次。',
    busy: '现在人太多，稍等一下就自动送出这 {n} 朵。',
    elsewhere: '这 {n} 朵正由另一个页面送出。',
    settled: '这里不再等了：它在你的另一个页面上有了结果，或者被放弃了。以“我的花”为准。',
    stalled: '试了很多次，还不知道 {n} 朵有没有计入。再试一次是安全的，只算一次。',
    signIn: '登录已过期。这 {n} 朵还没有结果，用同一个账户登录后会接着送。',
    other: '现在登录的是另一个账户，一朵也没有扣。请刷新页面。',
    gaveUp: '不等了。这 {n} 朵可能已经计入，也可能没有：以“我的花”为准。',
    amount: '请填一个整数，至少 1 朵，不超过你有的。',
    refused: '没有送出，一朵也没有扣。',
  },
  en: {
    pending: 'Giving {n}…',
    given: 'Your gift of {n} is counted. Thank you! You have {b} left.',
    again: 'Your gift of {n} was counted before, and once only. You have {b} left.',
    waiting:
      'Not known yet whether your gift of {n} was counted. It is kept and asked for again; it counts once.',
    offline: 'Waiting for a connection. Your gift of {n} is kept and sent when there is one; it counts once.',
    busy: 'Very busy right now. Your gift of {n} is sent in a moment by itself.',
    elsewhere: 'Your gift of {n} is under way on another page of yours.',
    settled:
      'No longer under way here: it was settled or given up on another page of yours. “My flowers” shows what counted.',
    stalled: 'Still not known whether your gift of {n} was counted. Trying again is safe; it counts once.',
    signIn: 'You are signed out. Your gift of {n} is not settled; sign in to the same account to go on.',
    other: 'Someone else is signed in now; no flower was taken. Reload the page.',
    gaveUp: 'No longer waiting. The gift of {n} may have been counted or not: “My flowers” shows which.',
    amount: 'A whole number, 1 or more, and no more than you have.',
    refused: 'That was refused; no flower was taken.',
  },
} satisfies Words<Record<string, string>>

export const tellGift = (
  lang: Lang,
  what: keyof (typeof SCRIPT_WORDS)['zh'],
  numbers: { readonly n?: string; readonly b?: string } = {},
): string => SCRIPT_WORDS[lang][what].replace('{n}', numbers.n ?? '').replace('{b}', numbers.b ?? '')

/** Refusals that say more than that it was refused. */
const TOLD: readonly ProblemCode[] = [
  'insufficient_flowers',
  'dream_not_collecting',
  'account_deleted',
  'idempotency_key_reused',
  'dream_not_found',
  'invalid_request',
]

/** Everything the script says, as the `data-words` of the place where it says it. */
export function scriptWords(lang: Lang): string {
  const refusals = TOLD.map((code) => {
    const { title, text } = describeProblem(lang, code)
    return [code, lang === 'zh' ? `${title}。${text}` : `${title}. ${text}`]
  })
  return JSON.stringify({ ...SCRIPT_WORDS[lang], ...Object.fromEntries(refusals) })
}

const HASH_BYTES = 8

/**
 * Whose page it is, without saying who: a form and what a browser keeps of it are bound to it, so that a gift never comes
 * out of the account of whoever signs in next.
 */
export async function shortUser(user: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`gift ${user}`))
  return Array.from(new Uint8Array(digest, 0, HASH_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
}

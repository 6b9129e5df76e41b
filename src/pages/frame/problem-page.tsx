import { type Problem, statusOf } from '../../http/problem.ts'
import type { Lang } from '../../words/language.ts'
import type { PageContext } from './context.ts'
import { sendPage } from './layout.tsx'
import { pathAsked } from './paths.ts'
import { describeProblem } from './problem-words.ts'

const words = {
  zh: {
    back: '回到梦想墙',
    later: (seconds: number) => `请在 ${seconds} 秒后再试。`,
    reload: '再试一次',
    kept: '什么都没有丢：已经送出的小红花都在账上。',
  },
  en: {
    back: 'Back to the dreams',
    later: (seconds: number) =>
      seconds === 1 ? 'Come back in a second.' : `Come back in ${seconds} seconds.`,
    reload: 'Try again',
    kept: 'Nothing is lost: every flower that was given is in the books.',
  },
}

/** Seconds after which a page that met a busy or silent part is worth asking for again. */
const COME_BACK_SECONDS = 5

/** What went wrong, for a person: what it means, what they can do, and when to come back. */
export function problemPage(c: PageContext, problem: Problem): Promise<Response> {
  const lang: Lang = c.get('lang')
  const t = words[lang]
  const status = statusOf(problem.code)
  const { title, text } = describeProblem(lang, problem.code)
  const waits = status === 503 || status === 429
  const seconds = Number(problem.headers['Retry-After'] ?? COME_BACK_SECONDS)
  return sendPage(
    c,
    {
      title,
      status,
      headers: { ...problem.headers, ...(waits ? { 'Retry-After': String(seconds) } : {}) },
    },
    <div class="problem">
      <p class="problem-status" aria-hidden="true">
        {status}
      </p>
      <h1>{title}</h1>
      <p>{text}</p>
      {waits && <p>{t.later(seconds)}</p>}
      {status >= 500 && <p>{t.kept}</p>}
      <p class="actions">
        {waits && c.req.method === 'GET' && (
          <a class="button" href={pathAsked(c)}>
            {t.reload}
          </a>
        )}
        <a class="button plain" href="/">
          {t.back}
        </a>
      </p>
    </div>,
  )
}

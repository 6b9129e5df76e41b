import type { FC } from 'hono/jsx'
import type { ProblemCode } from '../../http/problem.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import type { PageHead } from '../../pages/frame/layout.tsx'
import { Notice } from '../../pages/frame/parts.tsx'
import { describeProblem } from '../../pages/frame/problem-words.ts'
import type { Lang } from '../../words/language.ts'
import type { Refused } from './asking.ts'

/** What became of what was asked, at the top of the page. */

const words = {
  zh: {
    faster: '有人先了一步，或者情况已经变了。下面是现在的样子；填过的都还在。',
    mend: '什么也没有做。请改正标出的地方；填过的都还在。',
  },
  en: {
    faster: 'Someone else was faster, or it has moved on. Here is how it is now; what you typed is kept.',
    mend: 'Nothing was done. Put right what is marked; what you typed is kept.',
  },
}

/** What was done, by the code in the query. Codes that are not known say nothing. */
export const Done: FC<{ c: PageContext; told: Readonly<Record<string, string>> }> = ({ c, told }) => {
  const code = c.req.method === 'GET' ? c.req.query('done') : undefined
  return code !== undefined && Object.hasOwn(told, code) ? <Notice tone="good">{told[code]}</Notice> : null
}

/** Why a form was refused. `rules` says what holds where the problem's code alone does not say enough. */
export const WhyRefused: FC<{
  lang: Lang
  refused: Refused | null
  rules?: Readonly<Record<string, string | Partial<Record<ProblemCode, string>>>>
}> = ({ lang, refused, rules = {} }) => {
  if (!refused) return null
  const { code, status } = refused.problem
  const ofForm = rules[refused.form]
  const rule = typeof ofForm === 'string' ? (status === 409 ? ofForm : undefined) : ofForm?.[code]
  const marked = Object.keys(refused.errors).length > 0
  return (
    <Notice tone="bad">
      {status === 409 && <p>{words[lang].faster}</p>}
      {rule && <p>{rule}</p>}
      {status !== 409 && marked && <p>{words[lang].mend}</p>}
      {status !== 409 && !marked && !rule && <p>{describeProblem(lang, code).text}</p>}
    </Notice>
  )
}

/** The status of a page that shows a refused form again, for its head. */
export function statusOfRefused(refused: Refused | null): Pick<PageHead, 'status'> {
  return refused ? { status: refused.problem.status as NonNullable<PageHead['status']> } : {}
}

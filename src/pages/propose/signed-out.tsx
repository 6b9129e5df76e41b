import type { Child } from 'hono/jsx'
import type { ProposalTexts } from '../../proposals/proposing.ts'
import type { Words } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { sendPage } from '../frame/layout.tsx'
import { Notice } from '../frame/parts.tsx'
import { ProposalFields } from './fields.tsx'
import { WithdrawPart } from './steps.tsx'

/** For those whose session ended while they wrote: the form again, with what they wrote. */

const words = {
  zh: {
    title: '还没有保存',
    signedOut: '你已经退出登录。写的内容都还在下面：请先',
    signIn: '在新标签页登录',
    again: '，再回到这里保存一次。',
    save: '再保存一次',
  },
  en: {
    title: 'Not saved yet',
    signedOut: 'You are signed out. What you wrote is still here: ',
    signIn: 'sign in in another tab',
    again: ', then save it again.',
    save: 'Save it again',
  },
} satisfies Words<Record<string, string>>

/** The texts of a wish, to be sent to `action` again (401). */
export function showUnsaved(c: PageContext, action: string, texts: ProposalTexts) {
  const lang = c.get('lang')
  return showAgain(
    c,
    <form method="post" action={action} class="card">
      <ProposalFields lang={lang} texts={texts} errors={{}} />
      <button type="submit">{words[lang].save}</button>
    </form>,
  )
}

/** Why a wish is to be withdrawn, to be sent again (401). */
export function showNotWithdrawn(c: PageContext, id: string, reason: string) {
  return showAgain(c, <WithdrawPart lang={c.get('lang')} proposal={{ id }} reason={reason} />)
}

function showAgain(c: PageContext, form: Child) {
  const t = words[c.get('lang')]
  return sendPage(
    c,
    { title: t.title, status: 401 },
    <>
      <h1>{t.title}</h1>
      <Notice tone="bad">
        {t.signedOut}
        <a href="/sign-in" target="_blank" rel="noopener">
          {t.signIn}
        </a>
        {t.again}
      </Notice>
      {form}
    </>,
  )
}

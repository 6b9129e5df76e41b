import { readConfig } from '../env.ts'
import { Problem } from '../http/problem.ts'
import type { PageContext } from '../pages/frame/context.ts'
import type { Words } from '../pages/frame/language.ts'
import { sendPage } from '../pages/frame/layout.tsx'
import { backTo, Pages, safePath } from '../pages/frame/pages.tsx'
import { endSession, startSession } from './session.ts'

/** Signing in and out. */

const words = {
  zh: {
    title: '登录',
    local: '本机试用:一键登录,只在本机运行时才有。',
    guest: '以访客身份进入',
    operator: '以运营者身份进入',
  },
  en: {
    title: 'Sign in',
    local: 'A local run: one click is enough. This does not exist anywhere else.',
    guest: 'Come in as a guest',
    operator: 'Come in as an operator',
  },
} satisfies Words<Record<string, string>>

export const sessionPages = new Pages()

sessionPages.view('/sign-in', (c) => {
  const t = words[c.get('lang')]
  const { localSigningKey } = readConfig(c.env)
  const to = safePath(c.req.query('to'))
  return sendPage(
    c,
    { title: t.title },
    <>
      <h1>{t.title}</h1>
      {localSigningKey && (
        <div class="card">
          <p>{t.local}</p>
          <div class="actions">
            <form method="post" action="/sign-in/guest">
              <input type="hidden" name="to" value={to} />
              <button type="submit">{t.guest}</button>
            </form>
            <form method="post" action="/sign-in/operator">
              <input type="hidden" name="to" value={to} />
              <button type="submit" class="plain">
                {t.operator}
              </button>
            </form>
          </div>
        </div>
      )}
    </>,
  )
})

/** Throws not_found (404) but on a local run. */
function requireLocal(c: PageContext): void {
  if (!readConfig(c.env).localSigningKey) throw new Problem('not_found')
}

sessionPages.action('/sign-in/guest', async (c, form) => {
  requireLocal(c)
  const user = `guest-${crypto.randomUUID()}`
  await startSession(c, { user, operator: false, owns: [], name: null })
  return c.redirect(safePath(form.text('to')), 303)
})

sessionPages.action('/sign-in/operator', async (c, form) => {
  requireLocal(c)
  await startSession(c, { user: 'operator', operator: true, owns: [], name: null })
  return c.redirect(safePath(form.text('to')), 303)
})

sessionPages.action('/sign-out', (c) => {
  endSession(c)
  return c.redirect(backTo(c), 303)
})

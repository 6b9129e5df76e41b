import { readConfig } from '../env.ts'
import { Problem } from '../http/problem.ts'
import type { PageContext } from '../pages/frame/context.ts'
import { Pages } from '../pages/frame/pages.tsx'
import { backTo, safePath } from '../pages/frame/paths.ts'
import { failures } from './oidc.ts'
import { addProviderRoutes } from './provider-routes.ts'
import { endSession, startSession } from './session.ts'
import { signInPage } from './sign-in-page.tsx'

/** Signing in and out. */

export const sessionPages = new Pages()

sessionPages.view('/sign-in', (c) =>
  signInPage(c, {
    to: safePath(c.req.query('to')),
    problem: failures.find((failure) => failure === c.req.query('problem')),
  }),
)

addProviderRoutes(sessionPages)

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

/** Pages that show everyone the same, so that whoever signs out there may stay. */
const OPEN_PAGES = /^\/((dreams|reports|reference)\/[^/]+|earn|numbers|reference)$/

sessionPages.action('/sign-out', (c) => {
  endSession(c)
  const from = backTo(c)
  return c.redirect(OPEN_PAGES.test(from.split('?')[0] ?? '') ? from : '/', 303)
})

import { readConfig } from '../env.ts'
import { Problem } from '../http/problem.ts'
import type { PageContext } from '../pages/frame/context.ts'
import type { Pages } from '../pages/frame/pages.tsx'
import { safePath } from '../pages/frame/paths.ts'
import { forgetFlow, keepFlow, readFlow } from './flow.ts'
import { beginSignIn, type Failure, finishSignIn } from './oidc.ts'
import type { ProviderConfig } from './provider.ts'
import { startSession } from './session.ts'
import { signInPage } from './sign-in-page.tsx'

/** The way to the provider and back. */

/** Longest path kept on the way; with the rest of the flow it must fit in a cookie. */
const MAX_TO_LENGTH = 1_500

/** Adds the two pages that no one sees: they lead on. */
export function addProviderRoutes(pages: Pages): void {
  pages.view('/sign-in/provider', async (c) => {
    const begun = await beginSignIn(requireProvider(c), {
      redirectUri: redirectUri(c),
      lang: c.get('lang'),
      to: wayOn(c.req.query('to')),
    })
    if (!begun.ok) return fail(c, begun.why, wayOn(c.req.query('to')))
    await keepFlow(c, begun.flow)
    return leadOn(c, begun.address)
  })

  pages.view('/sign-in/callback', async (c) => {
    const config = requireProvider(c)
    const flow = await readFlow(c)
    if (!flow) return fail(c, 'stale', '/')
    const answer = new URL(c.req.url).searchParams
    // An address that someone else made up must not end what this person is in the midst of.
    if (answer.get('state') !== flow.state) return fail(c, 'stale', flow.to)
    forgetFlow(c)
    const finished = await finishSignIn(config, flow, { redirectUri: redirectUri(c), answer })
    if (!finished.ok) return fail(c, finished.why, flow.to)
    try {
      await startSession(c, finished.session)
    } catch (error) {
      if (error instanceof Problem && error.code === 'limit_reached') return fail(c, 'account', flow.to)
      throw error
    }
    return leadOn(c, safePath(flow.to))
  })
}

/** How the provider is spoken to. Throws not_found (404) where none is configured. */
function requireProvider(c: PageContext): ProviderConfig {
  const { signIn } = readConfig(c.env)
  if (!signIn) throw new Problem('not_found')
  return signIn
}

const redirectUri = (c: PageContext): string => new URL('/sign-in/callback', c.req.url).href

function wayOn(value: string | undefined): string {
  const to = safePath(value)
  return to.length > MAX_TO_LENGTH ? '/' : to
}

function leadOn(c: PageContext, address: string): Response {
  c.header('Cache-Control', 'no-store')
  return c.redirect(address, 303)
}

/** Says why nobody was signed in. */
function fail(c: PageContext, why: Failure, to: string): Response | Promise<Response> {
  return why === 'silent'
    ? signInPage(c, { to, problem: why, status: 503 })
    : leadOn(c, `/sign-in?problem=${why}&to=${encodeURIComponent(to)}`)
}

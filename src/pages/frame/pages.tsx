import { type Context, type Handler, Hono } from 'hono'
import { problemOf } from '../../api.ts'
import { Problem, writeProblem } from '../../http/problem.ts'
import { endSession, readSession, type Session } from '../../sessions/session.ts'
import { chooseLanguage } from './choose-language.ts'
import type { PageContext, PageEnv } from './context.ts'
import { type Form, readForm, requireSameOrigin } from './forms.ts'
import { backTo, pathAsked } from './paths.ts'
import { problemPage } from './problem-page.tsx'
import { readUpload } from './uploads.ts'

/** A set of pages. Each knows its language and who is signed in before its handler runs. */
export class Pages extends Hono<PageEnv> {
  /** A page to look at. Whoever must be signed in and is not, is asked to. */
  view(path: string, handler: (c: PageContext) => Response | Promise<Response>): void {
    this.get(path, withContext(handler))
  }

  /**
   * What a form does. Only a form of our own pages may send it: see `requireSameOrigin`. It ends in a redirect, so that
   * reloading the page after it does nothing again; asked by the page's script for JSON, it answers that.
   */
  action(path: string, handler: (c: PageContext, form: Form) => Response | Promise<Response>): void {
    this.post(
      path,
      withContext(async (c) => {
        requireSameOrigin(c.req.raw)
        return handler(c, await readForm(c.req.raw))
      }),
    )
  }

  /**
   * What a form with a file does, held to the same. `read` gives the file of a field, null where none was chosen; it throws
   * what is wrong with what was sent, as `readUpload`, so that the handler can say so where the form stands.
   */
  upload(
    path: string,
    handler: (c: PageContext, read: (name: string) => Promise<File | null>) => Response | Promise<Response>,
  ): void {
    this.post(
      path,
      withContext((c) => {
        requireSameOrigin(c.req.raw)
        return handler(c, (name) => readUpload(c.req.raw, name))
      }),
    )
  }
}

function withContext(handler: (c: PageContext) => Response | Promise<Response>): Handler<PageEnv> {
  return async (c) => {
    try {
      await setContext(c)
      return await handler(c)
    } catch (error) {
      return writePageProblem(c, problemOf(error as Error, c.req.path))
    }
  }
}

async function setContext(c: PageContext): Promise<void> {
  c.set('lang', chooseLanguage(c))
  c.set('session', await readSession(c))
}

/** True where what a script asked for is an answer and not a page. */
export const wantsJson = (c: PageContext): boolean =>
  c.req.header('accept')?.startsWith('application/json') ?? false

/** True where a browser asks for a page to show. */
export const wantsPage = (c: Context): boolean => c.req.header('accept')?.includes('text/html') ?? false

/** A problem as a page that a person understands, or as the API writes it for a script. */
function writePageProblem(c: PageContext, problem: Problem): Response | Promise<Response> {
  if (wantsJson(c)) return writeProblem(c, problem)
  if (problem.code === 'token_missing') {
    const to = c.req.method === 'GET' ? pathAsked(c) : backTo(c)
    return c.redirect(`/sign-in?to=${encodeURIComponent(to)}`, 303)
  }
  if (problem.code === 'account_deleted') {
    // Told once. Who is signed out by it sees what anyone sees.
    endSession(c)
    c.set('session', null)
  }
  return problemPage(c, problem)
}

/** The page that a path no route answers shows a browser. */
export async function pageNotFound(c: PageContext, problem: Problem): Promise<Response> {
  await setContext(c)
  return problemPage(c, problem)
}

/** A signed-in person. Throws token_missing (401), which a view answers with the way to sign in. */
export function requireSession(c: PageContext): Session {
  const session = c.get('session')
  if (!session) throw new Problem('token_missing')
  return session
}

import { Hono } from 'hono'
import { api, noRoute, pageAbove, problemOf } from './api.ts'
import { componentFile } from './badges/component.ts'
import { embedPages } from './badges/embed.tsx'
import { partnerPages } from './badges/partner-page.tsx'
import { deskRoutes } from './desk/routes.ts'
import { writeProblem } from './http/problem.ts'
import type { PageEnv } from './pages/frame/context.ts'
import { pageNotFound, wantsPage } from './pages/frame/pages.tsx'
import { pageRoutes } from './pages/routes.ts'
import { sessionPages } from './sessions/routes.tsx'

/** The whole HTTP surface: what programs call, and the pages that people see. */
export const app = new Hono<PageEnv>()

app.route('/', api)
app.route('/', sessionPages)
app.route('/', pageRoutes)
app.route('/', deskRoutes)
for (const pages of [embedPages, componentFile, partnerPages]) app.route('/', pages)

app.notFound((c) => {
  const problem = noRoute(c.req.path, app.routes)
  if (!wantsPage(c) || c.req.path.startsWith('/v1/')) return writeProblem(c, problem)
  // The address of what answered a form is all that a browser has when its reader changes the language or signs in.
  const above = c.req.method === 'GET' ? pageAbove(c.req.path, app.routes) : null
  return above === null ? pageNotFound(c, problem) : c.redirect(above + new URL(c.req.url).search, 303)
})

app.onError((error, c) => writeProblem(c, problemOf(error, c.req.path)))

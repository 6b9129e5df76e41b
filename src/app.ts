import { Hono } from 'hono'
import { api, noRoute, problemOf } from './api.ts'
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
  const forPrograms = c.req.path.startsWith('/v1/')
  return wantsPage(c) && !forPrograms ? pageNotFound(c, problem) : writeProblem(c, problem)
})

app.onError((error, c) => writeProblem(c, problemOf(error, c.req.path)))

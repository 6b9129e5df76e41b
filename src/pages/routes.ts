import { Hono } from 'hono'
import { dreamPages } from './dream/dream-page.tsx'
import { reportPages } from './dream/report-page.tsx'
import { earnPages } from './earn/earn-page.tsx'
import { serveAsset } from './frame/assets.ts'
import type { PageEnv } from './frame/context.ts'
import { givingPages } from './giving/giving-pages.tsx'
import { minePages } from './mine/mine-pages.ts'
import { numbersPages } from './numbers/numbers-page.tsx'
import { proposePages } from './propose/propose-pages.tsx'
import { referencePages } from './reference/reference-page.tsx'
import { wallPages } from './wall/wall-page.tsx'

/** Every page that people see, but the desk's. */
export const pageRoutes = new Hono<PageEnv>()

for (const pages of [
  wallPages,
  dreamPages,
  givingPages,
  reportPages,
  ...minePages,
  earnPages,
  proposePages,
  numbersPages,
  referencePages,
])
  pageRoutes.route('/', pages)

pageRoutes.get('/assets/:file', (c) => serveAsset(c.req.param('file'), c.req.query('v')) ?? c.notFound())

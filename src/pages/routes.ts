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

/**
 * Every page that people see, but the desk's (src/desk), signing in (src/sessions) and badges (src/badges). A folder is a
 * part of the site:
 *
 *   wall       /                      all dreams, and what to do first
 *   dream      /dreams/:dream         one dream: its plan, progress, news, reports and questions; offering help; /reports
 *   giving     /dreams/:dream/give    flowers to a dream, and what became of a gift that is not known yet
 *   earn       /earn                  the quiz, and the lines that flowers come from
 *   mine       /me                    one's balance, history, news, follows, lines and account
 *   propose    /propose, /proposals   a wish: its words and pictures, and its way to review
 *   numbers    /numbers               what is counted, as plots (src/plots draws them)
 *   reference  /reference             the API for people who write programs
 *
 * `frame` is what all of them, and the desk, are made of: `pages` (views and forms), `inside` (pages read and act through
 * the API alone), `layout`, `parts`, `language`, `names`, `paging`, `clock`, `problem-words`. `assets` are the style sheets
 * and the one script.
 */
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

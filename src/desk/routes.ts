import { Hono } from 'hono'
import type { PageEnv } from '../pages/frame/context.ts'
import { lifeDeskPages } from './life/routes.ts'
import { linesDeskPages } from './lines/routes.ts'

/**
 * The operator's desk, in two halves of the same making:
 *
 *   life   /ops (the review queue), /ops/proposals, /ops/dreams, /ops/campaigns, /ops/reports, /ops/questions,
 *          /ops/organisations: a wish from its review to its last report
 *   lines  /ops/lines (rules, secrets, days), /ops/callbacks, /ops/audit, /ops/exports: where flowers come from, who is
 *          told, and whether the books agree
 *
 * `frame` lets operators in and has the desk's navigation; `field-words` says what is wrong with a field.
 */
export const deskRoutes = new Hono<PageEnv>()

for (const pages of [...lifeDeskPages, ...linesDeskPages]) deskRoutes.route('/', pages)

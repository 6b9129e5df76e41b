import { Hono } from 'hono'
import type { PageEnv } from '../pages/frame/context.ts'
import { lifeDeskPages } from './life/routes.ts'
import { linesDeskPages } from './lines/routes.ts'

/** The operator's desk. */
export const deskRoutes = new Hono<PageEnv>()

for (const pages of [...lifeDeskPages, ...linesDeskPages]) deskRoutes.route('/', pages)

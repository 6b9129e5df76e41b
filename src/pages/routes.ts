import { Hono } from 'hono'
import { serveAsset } from './frame/assets.ts'
import type { PageEnv } from './frame/context.ts'
import { wallPages } from './wall.tsx'

/** Every page that people see. */
export const pageRoutes = new Hono<PageEnv>()

for (const pages of [wallPages]) pageRoutes.route('/', pages)

pageRoutes.get('/assets/:file', (c) => serveAsset(c.req.param('file'), c.req.query('v')) ?? c.notFound())

import { Hono } from 'hono'
import { etagOf, hasAlready } from '../http/etag.ts'
import type { PageEnv } from '../pages/frame/context.ts'
import { COMPONENT_PATH } from './addresses.ts'
import { OPEN } from './answers.ts'
import script from './dream-badge.client.js'

/** The script of `<dream-badge>`: its address stands on other people's pages, so it never changes. */
export const componentFile = new Hono<PageEnv>()

/** An hour, and a day while the next is fetched: pages that hold it get a new one without anyone's doing. */
const CACHE_CONTROL = 'public, max-age=3600, s-maxage=3600, stale-while-revalidate=86400'

componentFile.get(COMPONENT_PATH, async (c) => {
  const etag = await etagOf(script)
  const headers = {
    'Content-Type': 'text/javascript; charset=utf-8',
    'Cache-Control': CACHE_CONTROL,
    ETag: etag,
    ...OPEN,
  }
  return hasAlready(c.req.raw, etag)
    ? new Response(null, { status: 304, headers })
    : new Response(script, { headers })
})

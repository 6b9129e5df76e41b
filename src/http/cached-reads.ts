import { etagOf, hasAlready } from './etag.ts'

/**
 * Public reads that never wait for a Durable Object and rarely for D1: first this isolate's memory, then the edge
 * cache of the place, then D1. Only text is shared between requests, never a promise: a promise is cancelled with
 * the request that owns it.
 */

/** How long an answer is served without a look at D1. A dream publishes once a second, so a second adds a second. */
export const FRESH_MS = 1_000

/** How long an answer that is no longer fresh may be served while one request fetches the next. */
const STALE_MS = 10_000

/** Most answers kept in memory; the catalogue of a campaign and its first pages fit many times. */
const MAX_ENTRIES = 1_000

const CACHE_CONTROL = 'public, max-age=1, s-maxage=1, stale-while-revalidate=10'

interface CachedRead {
  readonly body: string
  readonly etag: string
  readonly headers: Record<string, string>
  freshUntil: number
  readonly staleUntil: number
}

const memory = new Map<string, CachedRead>()

/** As `cachedText`, with the JSON of what `load` makes. */
export function cachedJson(
  request: Request,
  key: string,
  ctx: { waitUntil(work: Promise<unknown>): void },
  load: () => Promise<unknown>,
): Promise<Response | null> {
  return cachedText(request, key, 'application/json', ctx, async () => {
    const value = await load()
    return value === null ? null : JSON.stringify(value)
  })
}

/**
 * Answers a GET with the text that `load` makes, of media type `type`, cached under `key`. `load` returns null for "not
 * here", which is returned as null and not cached. Sends a strong ETag and answers 304 to an `If-None-Match` that names it.
 */
export async function cachedText(
  request: Request,
  key: string,
  type: string,
  ctx: { waitUntil(work: Promise<unknown>): void },
  load: () => Promise<string | null>,
): Promise<Response | null> {
  const now = Date.now()
  let read = memory.get(key)
  if (read && now < read.freshUntil) return write(request, read)
  if (read && now < read.staleUntil) {
    // This request fetches the next; until then the others go on with what there is.
    read.freshUntil = now + FRESH_MS
    ctx.waitUntil(
      refresh(request, key, type, load).catch((error) =>
        console.error({ event: 'read.refresh_failed', key, error: String(error) }),
      ),
    )
    return write(request, read)
  }
  const loaded = await refresh(request, key, type, load)
  if (!loaded) return null
  read = loaded
  return write(request, read)
}

async function refresh(
  request: Request,
  key: string,
  type: string,
  load: () => Promise<string | null>,
): Promise<CachedRead | null> {
  const address = new Request(
    new URL(`/cached-reads/${key.split('/').map(encodeURIComponent).join('/')}`, request.url),
  )
  const cached = await caches.default.match(address)
  let body = cached ? await cached.text() : null
  if (body === null) {
    body = await load()
    if (body === null) return null
    await caches.default.put(
      address,
      new Response(body, { headers: { 'Content-Type': type, 'Cache-Control': 's-maxage=1' } }),
    )
  }
  const now = Date.now()
  const etag = await etagOf(body)
  const headers = { 'Content-Type': type, 'Cache-Control': CACHE_CONTROL, ETag: etag }
  const read = { body, etag, headers, freshUntil: now + FRESH_MS, staleUntil: now + STALE_MS }
  memory.delete(key)
  if (memory.size >= MAX_ENTRIES) memory.delete(memory.keys().next().value as string)
  memory.set(key, read)
  return read
}

function write(request: Request, read: CachedRead): Response {
  if (hasAlready(request, read.etag)) return new Response(null, { status: 304, headers: read.headers })
  return new Response(read.body, { headers: read.headers })
}

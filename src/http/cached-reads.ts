import { etagOf, hasAlready } from './etag.ts'
import { Problem } from './problem.ts'

/**
 * Public reads that never wait for a Durable Object and rarely for D1: first this isolate's memory, then the edge
 * cache of the place, then D1. Only what was read is shared between requests, never a promise: a promise is cancelled
 * with the request that owns it.
 *
 * However many requests miss a key at once, one of them reads: it leaves a note of it in memory and works under
 * `waitUntil`, so that it ends even when its own client leaves. The others look for what comes of it, each by its own
 * timer, and one of them takes over when it is late. "Not here" and "does not answer" hold for all of them too.
 */

/** How long an answer is served without a look at D1. A dream publishes once a second, so a second adds a second. */
export const FRESH_MS = 1_000

/** How long after that it may be served while one request fetches the next; ten seconds in all. */
const STALE_MS = 9_000

/**
 * How long one request may take to read before another begins anew. D1 answers in tens of ms; one that hangs costs a
 * read a key every two seconds, whatever the load.
 */
export const LEAD_MS = 2_000

/** How long a request waits in all: for two readers that hang, and a second for a third. */
const MAX_WAIT_MS = 5_000

/** A waiter looks again after 4, 8, 16, 32 ms and then every 50: soon enough for one, rarely enough for thousands. */
const FIRST_LOOK_MS = 4
const MAX_LOOK_MS = 50

/** Requests that wait for one read; at 50 ms they look 40,000 times a second. The next is told to come back. */
const MAX_WAITERS = 2_000

/** Most answers, and most notes, kept in memory; the catalogue of a campaign and its first pages fit many times. */
const MAX_ENTRIES = 1_000

/** Bytes of answers kept in memory, of the 128 MB of an isolate; forms made of them are beside that. */
const MAX_BYTES = 24 * 1_024 * 1_024

type Body = string | Uint8Array<ArrayBuffer>

interface CachedRead {
  readonly body: Body
  /** What the body is as JSON, once someone asked. */
  value?: unknown
  readonly etag: string
  readonly headers: Record<string, string>
  readonly beganAt: number
  readonly freshUntil: number
  readonly until: number
}

/** That a key is being read, is not here, or could not be read. */
interface Note {
  readonly kind: 'reading' | 'absent' | 'failed'
  readonly until: number
  waiters: number
}

/** How an answer is kept, where that is not as a dream's is. Times in ms. */
export interface Keeping {
  readonly freshMs: number
  /** Beyond `freshMs`, while one request fetches the next. */
  readonly staleMs: number
  readonly cacheControl: string
}

const AS_DREAMS: Keeping = {
  freshMs: FRESH_MS,
  staleMs: STALE_MS,
  cacheControl: 'public, max-age=1, s-maxage=1, stale-while-revalidate=10',
}

/** What is asked for: by whom, under which key, of which media type, and how to make it. */
interface Ask {
  readonly request: Request
  readonly key: string
  readonly type: string
  readonly ctx: { waitUntil(work: Promise<unknown>): void }
  readonly load: () => Promise<Body | null>
  readonly keeping: Keeping
}

/** Requests that are answered by what is so now. No one outside can put one in here. */
const anew = new WeakSet<Request>()

/** Has a request that the Worker makes to itself read past the caches: for those who decide by what they see. */
export function readAnew(request: Request): void {
  anew.add(request)
}

const reads = new Map<string, CachedRead>()
const notes = new Map<string, Note>()

/** Forgets that nothing was here: it is now. Other isolates, and other places, know it within `FRESH_MS`. */
export function forgetAbsent(key: string): void {
  if (current(notes, key)?.kind === 'absent') notes.delete(key)
}

/** As `cachedText`, with the JSON of what `load` makes. */
export function cachedJson(
  request: Request,
  key: string,
  ctx: Ask['ctx'],
  load: () => Promise<unknown>,
): Promise<Response | null> {
  return cachedText(request, key, 'application/json', ctx, () => writeJson(load))
}

/**
 * Answers a GET with what `load` makes, of media type `type`, cached under `key`. `load` returns null for "not here", which
 * is returned as null and remembered for `FRESH_MS`. Sends a strong ETag and answers 304 to an `If-None-Match` that names
 * it. Throws what `load` throws, unavailable (503) to those who waited for it or come within `FRESH_MS` after, and
 * overloaded (503) when too many wait.
 */
export async function cachedText(
  request: Request,
  key: string,
  type: string,
  ctx: Ask['ctx'],
  load: () => Promise<Body | null>,
  keeping: Keeping = AS_DREAMS,
): Promise<Response | null> {
  const read = await find({ request, key, type, ctx, load, keeping })
  if (!read) return null
  if (hasAlready(request, read.etag)) return new Response(null, { status: 304, headers: read.headers })
  return new Response(read.body, { headers: read.headers })
}

/**
 * What `load` makes, cached as `cachedJson` caches it, for answers of several forms that are made from one read. It has
 * been through JSON and is shared between requests: never change it. Throws as `cachedText`.
 */
export async function cachedValue<Value>(
  request: Request,
  key: string,
  ctx: Ask['ctx'],
  load: () => Promise<Value | null>,
): Promise<Value | null> {
  const type = 'application/json'
  const read = await find({ request, key, type, ctx, load: () => writeJson(load), keeping: AS_DREAMS })
  if (!read) return null
  read.value ??= JSON.parse(read.body as string)
  return read.value as Value
}

async function writeJson(load: () => Promise<unknown>): Promise<string | null> {
  const value = await load()
  return value === null ? null : JSON.stringify(value)
}

async function find(ask: Ask): Promise<CachedRead | null> {
  const { key } = ask
  if (anew.has(ask.request)) return fetchNext(ask)
  // What this request itself began to read: where D1 is slow and does not hang, the first may yet be the first to end.
  const own: Promise<CachedRead | null>[] = []
  let joined: Note | undefined
  let lookMs = FIRST_LOOK_MS
  const giveUpAt = performance.now() + MAX_WAIT_MS
  for (let leftMs = MAX_WAIT_MS; leftMs > 0; leftMs = giveUpAt - performance.now()) {
    const read = current(reads, key)
    const note = current(notes, key)
    if (read) {
      // One request fetches the next; until then the others go on with what there is.
      if (Date.now() >= read.freshUntil && !note)
        lead(ask).catch((error) => console.error({ event: 'read.refresh_failed', key, error: String(error) }))
      return read
    }
    if (note?.kind === 'absent') return null
    if (note?.kind === 'failed') throw new Problem('unavailable')
    if (!note) {
      own.push(lead(ask))
      const answer = await within(Math.min(LEAD_MS, leftMs), own)
      if (answer !== 'late') return answer
      continue
    }
    // Counted up only: a request whose client leaves ends without a word. The note, and its count, end with the read.
    if (note !== joined && ++note.waiters > MAX_WAITERS) throw new Problem('overloaded')
    joined = note
    await new Promise((done) => setTimeout(done, lookMs))
    lookMs = Math.min(2 * lookMs, MAX_LOOK_MS)
  }
  throw new Problem('unavailable')
}

/** Reads, and notes for the others what came of it, whatever becomes of the request. */
function lead(ask: Ask): Promise<CachedRead | null> {
  const { key } = ask
  const reading = leaveNote(key, 'reading', LEAD_MS)
  const conclude = (kind: 'absent' | 'failed' | null) => {
    // Whoever took over knows better than one who comes late.
    if (notes.get(key) !== reading) return
    notes.delete(key)
    if (kind) leaveNote(key, kind, FRESH_MS)
  }
  const work = fetchNext(ask).then(
    (read) => {
      conclude(read ? null : 'absent')
      return read
    },
    (error) => {
      conclude('failed')
      throw error
    },
  )
  ask.ctx.waitUntil(work.catch(() => {}))
  return work
}

function leaveNote(key: string, kind: Note['kind'], ms: number): Note {
  const note = { kind, until: Date.now() + ms, waiters: 0 }
  keepNote(key, note)
  return note
}

/** The answer of the edge cache, or else of what is behind it, put where the next look for it. */
async function fetchNext({ request, key, type, ctx, load, keeping }: Ask): Promise<CachedRead | null> {
  const beganAt = Date.now()
  const address = new Request(
    new URL(`/cached-reads/${key.split('/').map(encodeURIComponent).join('/')}`, request.url),
  )
  const cached = anew.has(request) ? undefined : await caches.default.match(address)
  const body = cached
    ? type.startsWith('image/')
      ? new Uint8Array(await cached.arrayBuffer())
      : await cached.text()
    : await load()
  if (body === null) {
    if ((current(reads, key)?.beganAt ?? 0) <= beganAt) drop(key)
    return null
  }
  if (!cached) {
    const headers = { 'Content-Type': type, 'Cache-Control': `s-maxage=${keeping.freshMs / 1_000}` }
    ctx.waitUntil(caches.default.put(address, new Response(body, { headers })))
  }
  const etag = await etagOf(body)
  const now = Date.now()
  const read = {
    body,
    etag,
    headers: { 'Content-Type': type, 'Cache-Control': keeping.cacheControl, ETag: etag },
    beganAt,
    freshUntil: now + keeping.freshMs,
    until: now + keeping.freshMs + keeping.staleMs,
  }
  // One that began later is newer, though it ended earlier.
  if ((current(reads, key)?.beganAt ?? 0) <= beganAt) keepRead(key, read)
  return read
}

function current<Kept extends { until: number }>(map: Map<string, Kept>, key: string): Kept | undefined {
  const kept = map.get(key)
  return kept && Date.now() < kept.until ? kept : undefined
}

/** Bytes of the answers in memory, two a character. */
let keptBytes = 0

const bytesOf = ({ body }: CachedRead): number =>
  typeof body === 'string' ? 2 * body.length : body.byteLength

function drop(key: string): void {
  const read = reads.get(key)
  if (read && reads.delete(key)) keptBytes -= bytesOf(read)
}

/** Keeps an answer, and as many of the newest others as there is room for: whoever asks chooses the keys of pages. */
function keepRead(key: string, read: CachedRead): void {
  drop(key)
  reads.set(key, read)
  keptBytes += bytesOf(read)
  for (const oldest of reads.keys()) {
    if (reads.size <= MAX_ENTRIES && keptBytes <= MAX_BYTES) break
    drop(oldest)
  }
}

function keepNote(key: string, note: Note): void {
  notes.delete(key)
  if (notes.size >= MAX_ENTRIES) {
    // Ids that are nowhere are easily made up: a note that guards a read goes last.
    const idle = [...notes].find(([, { kind }]) => kind !== 'reading') ?? [...notes][0]
    if (idle) notes.delete(idle[0])
  }
  notes.set(key, note)
}

async function within<Result>(ms: number, works: readonly Promise<Result>[]): Promise<Result | 'late'> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'late'>((done) => {
    timer = setTimeout(() => done('late'), ms)
  })
  return Promise.race([...works, late]).finally(() => clearTimeout(timer))
}

import { etagOf, hasAlready } from '../http/etag.ts'
import type { Progress } from './progress.ts'

/** How badges and embeds are answered: to anyone, from any page, from caches as far as they are good. */

/** Seconds for which a badge is shown without asking again, by browsers and by shared caches. */
const FRESH_SECONDS = 30

/** Seconds after that for which it may be shown while the next is fetched. */
const STALE_SECONDS = 300

const CACHE_CONTROL = `public, max-age=${FRESH_SECONDS}, s-maxage=${FRESH_SECONDS}, stale-while-revalidate=${STALE_SECONDS}`

/** What lets other sites show and read an answer, and no browser take it for something else. */
export const OPEN = {
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'X-Content-Type-Options': 'nosniff',
} as const

/** For a picture that is opened by itself: nothing in it runs or loads. */
export const OPEN_PICTURE = {
  ...OPEN,
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
} as const

export const SVG = 'image/svg+xml; charset=utf-8'

interface Rendered {
  readonly text: string
  readonly etag: string
}

/** What was made from one read of a dream lives as long as that read; so many forms of it, for whatever is asked for. */
const MAX_FORMS = 32
const made = new WeakMap<Progress, Map<string, Rendered>>()

/**
 * Answers with what `make` writes of a dream, with a strong ETag, or 304. Within the second that a read is fresh a form
 * is made once; `form` names it. Another query never means another read.
 */
export async function answerForm(
  request: Request,
  progress: Progress,
  form: string,
  headers: Readonly<Record<string, string>>,
  make: () => string | Promise<string>,
): Promise<Response> {
  const forms = made.get(progress) ?? new Map<string, Rendered>()
  let rendered = forms.get(form)
  if (!rendered) {
    const text = await make()
    rendered = { text, etag: await etagOf(text) }
    if (forms.size < MAX_FORMS) forms.set(form, rendered)
    made.set(progress, forms)
  }
  const all = { 'Cache-Control': CACHE_CONTROL, ETag: rendered.etag, ...headers }
  if (hasAlready(request, rendered.etag)) return new Response(null, { status: 304, headers: all })
  return new Response(rendered.text, { headers: all })
}

import type { PageContext } from './context.ts'

/** Where a browser is led to: only ever to a page of ours. */

/** A path of ours from something a browser sent; `/` for anything that leads elsewhere. */
export function safePath(value: string | undefined): string {
  const base = 'http://ours.invalid'
  if (!value?.startsWith('/') || !URL.canParse(value, base)) return '/'
  const { origin, pathname, search } = new URL(value, base)
  // A path may begin with two slashes, which a browser would read as a host.
  return origin === base && !pathname.startsWith('//') ? pathname + search : '/'
}

/** The address that was asked for, without its host. */
export function pathAsked(c: PageContext): string {
  const { pathname, search } = new URL(c.req.url)
  return safePath(pathname + search)
}

/** The page of ours that a form stood on; the wall where that is not known. */
export function backTo(c: PageContext): string {
  const referer = c.req.header('referer')
  const { origin } = new URL(c.req.url)
  if (!referer || !URL.canParse(referer)) return '/'
  const from = new URL(referer)
  return from.origin === origin ? safePath(from.pathname + from.search) : '/'
}

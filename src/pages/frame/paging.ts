import type { PageContext } from './context.ts'

/** Lists that go on: a page of ours goes where the API's does, by the same cursor. */

type Query = Readonly<Record<string, string | number | undefined>>

/** The query of a list of the API: what is asked of it, and where the page's own list stands. */
export const listQuery = (c: PageContext, query: Query = {}): string =>
  writeQuery({ ...query, cursor: c.req.query('cursor') })

/** The way on from a page of a list, with what else the page was asked for; null at the list's end. */
export const nextOf = (path: string, cursor: string | null, query: Query = {}): string | null =>
  cursor === null ? null : path + writeQuery({ ...query, cursor })

/** `?a=1&b=2` without what is empty; empty where all is. */
export function writeQuery(query: Query): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value))
  return search.size > 0 ? `?${search}` : ''
}

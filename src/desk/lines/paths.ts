import { Problem } from '../../http/problem.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { writeQuery } from '../../pages/frame/paging.ts'

/** A part of the path of a page. Throws not_found (404) where there is none. */
export function pathPart(c: PageContext, name: string): string {
  const part = c.req.param(name)
  if (!part) throw new Problem('not_found')
  return part
}

/** An address of the API: each part encoded, then the query without what is empty. */
export const apiPath = (
  parts: readonly string[],
  query: Readonly<Record<string, string | undefined>> = {},
): string => `/v1/${parts.map(encodeURIComponent).join('/')}${writeQuery(query)}`

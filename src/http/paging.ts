import { Problem } from './problem.ts'
import { z } from './zod.ts'

export const MAX_PAGE_SIZE = 100
const DEFAULT_PAGE_SIZE = 20

/** The query of every list: `cursor` from the page before, `pageSize` up to 100. */
export const pageQuery = z.object({
  cursor: z.string().max(100).optional(),
  pageSize: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE),
})

/** An opaque cursor that says where the next page begins. */
export function writeCursor(position: number): string {
  return btoa(`p${position}`).replaceAll('=', '')
}

/** Reads a cursor; `start` without one. Throws invalid_cursor (400). */
export function readCursor(cursor: string | undefined, start: number): number {
  if (cursor === undefined) return start
  let text: string
  try {
    text = atob(cursor)
  } catch {
    throw new Problem('invalid_cursor')
  }
  const match = /^p(\d{1,15})$/.exec(text)
  if (!match) throw new Problem('invalid_cursor')
  return Number(match[1])
}

/** A page of `{items, nextCursor}` from rows of which one more than a page was read. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  pageSize: number,
  toItem: (row: Row) => Item,
  positionOf: (row: Row) => number,
): { items: Item[]; nextCursor: string | null } {
  const page = rows.slice(0, pageSize)
  const last = page.at(-1)
  const more = rows.length > pageSize && last !== undefined
  return { items: page.map(toItem), nextCursor: more ? writeCursor(positionOf(last)) : null }
}

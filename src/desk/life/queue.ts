import type { PageContext } from '../../pages/frame/context.ts'
import { type Listed, readInside } from '../../pages/frame/inside.ts'
import { requireSession } from '../../pages/frame/pages.tsx'
import { writeQuery } from '../../pages/frame/paging.ts'
import type { DeskCountsWire } from '../../review/desk-routes.ts'
import type { DeskProposalWire } from '../../review/params.ts'

/** What the review queue shows: which proposals, in which order, how many. */

/** Proposals shown at a time; the most that one decision takes. */
export const SIZES = [20, 100, 200] as const

/** Most that the API lists at a time. */
const API_PAGE = 100

/** What the queue is narrowed to, as it stands in the address. */
export interface QueueFilter {
  readonly state: string
  /** `me`, `nobody`, or a user id. */
  readonly assignee: string
  readonly q: string
  readonly place: string
  readonly order: string
  readonly size: number
  readonly cursor: string
}

export function readFilter(c: PageContext): QueueFilter {
  const [state = '', assignee = '', q = '', place = '', order = '', cursor = ''] = [
    ...['state', 'assignee', 'q', 'place', 'order', 'cursor'].map((name) => c.req.query(name)?.trim()),
  ]
  const size = SIZES.find((each) => String(each) === c.req.query('size')) ?? SIZES[0]
  return { state, assignee, q, place, order, size, cursor }
}

/** The filter as the query of an address of ours, with what is different. */
export function writeFilter(filter: QueueFilter, change: Partial<QueueFilter> = {}): string {
  const { size, ...rest } = { ...filter, ...change }
  return writeQuery({ ...rest, size: size === SIZES[0] ? '' : size })
}

/** A page of the queue. */
export async function readQueue(c: PageContext, filter: QueueFilter): Promise<Listed<DeskProposalWire>> {
  const { user } = requireSession(c)
  const { size, cursor, ...narrowed } = filter
  const named = filter.assignee === 'nobody' ? 'none' : filter.assignee
  const assignee = named === 'me' ? user : named
  const items: DeskProposalWire[] = []
  let next: string | null = cursor
  while (next !== null && items.length < size) {
    const pageSize = Math.min(API_PAGE, size - items.length)
    const query = writeQuery({ ...narrowed, assignee, pageSize, cursor: next })
    const page: Listed<DeskProposalWire> = await readInside(c, `/v1/review/proposals${query}`)
    items.push(...page.items)
    next = page.nextCursor
  }
  return { items, nextCursor: next }
}

export const readCounts = (c: PageContext): Promise<DeskCountsWire> => readInside(c, '/v1/review/counts')

import { checkAgainst, parseJson } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { z } from '../http/zod.ts'
import { itemId, statedUser } from './ids.ts'

/** Most acts or pledge requests in one body. */
const MAX_ITEMS = 500

/** Most bytes of one body: 500 items of 500 bytes, twice what the longest ids of usual lines take. */
export const MAX_EVENT_BYTES = 256 * 1_024

const act = z.object({
  id: itemId,
  user: statedUser,
  kind: z.string().max(64),
  quantity: z.number(),
  at: z.string().max(64).describe('RFC 3339; when the act was done. The daily cap counts by its day.'),
})

const pledgeRequest = z.object({
  id: itemId,
  user: statedUser,
  dream: z.string().max(64),
  flowers: z.number(),
})

const envelope = z.object({
  type: z.string(),
  timestamp: z.iso.datetime({ offset: true }),
  data: z.unknown(),
})

const actsReported = z
  .object({ acts: z.array(act) })
  .openapi('ActsReported', { description: `At most ${MAX_ITEMS} acts.` })

const pledgesRequested = z
  .object({ pledges: z.array(pledgeRequest) })
  .openapi('PledgesRequested', { description: `At most ${MAX_ITEMS} pledges.` })

/** The events a line may send, for the API's description. */
export const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('acts.reported'), timestamp: z.iso.datetime(), data: actsReported }),
  z.object({ type: z.literal('pledges.requested'), timestamp: z.iso.datetime(), data: pledgesRequested }),
])

export type LineEvent =
  | { readonly type: 'acts.reported'; readonly acts: z.output<typeof act>[] }
  | { readonly type: 'pledges.requested'; readonly pledges: z.output<typeof pledgeRequest>[] }

/**
 * Reads a signed body as an event. Throws invalid_json, invalid_request, unknown_event_type (400) and
 * batch_too_large (413).
 */
export function readEvent(body: string): LineEvent {
  const { type, data } = parseJson(body, envelope)
  switch (type) {
    case 'acts.reported':
      refuseTooMany((data as { acts?: unknown })?.acts)
      return { type, acts: checkAgainst(actsReported, data).acts }
    case 'pledges.requested':
      refuseTooMany((data as { pledges?: unknown })?.pledges)
      return { type, pledges: checkAgainst(pledgesRequested, data).pledges }
    default:
      throw new Problem('unknown_event_type', { detail: 'Known: acts.reported, pledges.requested.' })
  }
}

/** Before the items are looked at one by one, so that a flood of them costs nothing. */
function refuseTooMany(items: unknown): void {
  if (Array.isArray(items) && items.length > MAX_ITEMS)
    throw new Problem('batch_too_large', { detail: `The limit is ${MAX_ITEMS} items.` })
}

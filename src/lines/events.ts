import { checkAgainst, parseJson } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { z } from '../http/zod.ts'
import { itemId, statedUser } from './ids.ts'
import { totalsReported } from './totals.ts'

/** Most acts or pledge requests in one body. */
export const MAX_ITEMS = 500

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

const revocation = z.object({
  id: itemId.describe("The act's id."),
  reason: z.string().min(1).max(200).describe('Told to the user with the reversal.'),
})

const codeRequest = z.object({ id: itemId, user: statedUser })

const linkRequest = z.object({
  id: itemId,
  user: statedUser,
  code: z.string().min(1).max(32).describe('As the user typed it.'),
})

const unlinking = z.object({ id: itemId, user: statedUser })

const envelope = z.object({
  type: z.string(),
  timestamp: z.iso.datetime({ offset: true }),
  data: z.unknown(),
})

/**
 * Most links in one body: each is a transaction of up to seven statements, and a request may make 1,000. Undoing one takes
 * three.
 */
const MAX_LINKS = 100

const atMost = (what: string, max = MAX_ITEMS) => ({ description: `At most ${max} ${what}.` })

/** The `data` of every event a line may send, and the list in it that is bounded. */
const EVENTS = {
  'acts.reported': {
    items: 'acts',
    data: z.object({ acts: z.array(act) }).openapi('ActsReported', atMost('acts')),
  },
  'acts.revoked': {
    items: 'acts',
    data: z.object({ acts: z.array(revocation) }).openapi('ActsRevoked', atMost('acts')),
  },
  'pledges.requested': {
    items: 'pledges',
    data: z.object({ pledges: z.array(pledgeRequest) }).openapi('PledgesRequested', atMost('pledges')),
  },
  'link_codes.requested': {
    items: 'codes',
    data: z.object({ codes: z.array(codeRequest) }).openapi('LinkCodesRequested', atMost('codes')),
  },
  'links.requested': {
    items: 'links',
    max: MAX_LINKS,
    data: z.object({ links: z.array(linkRequest) }).openapi('LinksRequested', atMost('links', MAX_LINKS)),
  },
  'links.removed': {
    items: 'links',
    max: MAX_LINKS,
    data: z.object({ links: z.array(unlinking) }).openapi('LinksRemoved', atMost('links', MAX_LINKS)),
  },
  'totals.reported': { items: 'acts', data: totalsReported },
} as const

/** The acts of a dry run: the `data` of `acts.reported`. */
export const examinedActs = EVENTS['acts.reported'].data

type EventType = keyof typeof EVENTS

const EVENT_TYPES = Object.keys(EVENTS) as [EventType, ...EventType[]]

/** The events a line may send, for the API's description. */
export const eventSchema = z.discriminatedUnion(
  'type',
  EVENT_TYPES.map((type) =>
    z.object({ type: z.literal(type), timestamp: z.iso.datetime(), data: EVENTS[type].data }),
  ) as unknown as [z.ZodObject<{ type: z.ZodLiteral<EventType> }>],
)

/** One event of a line, by its type. */
export type LineEvent = {
  [Type in EventType]: { readonly type: Type; readonly data: z.output<(typeof EVENTS)[Type]['data']> }
}[EventType]

/**
 * Reads a signed body as an event. Throws invalid_json, invalid_request, unknown_event_type (400) and
 * batch_too_large (413).
 */
export function readEvent(body: string): LineEvent {
  const { type, data } = parseJson(body, envelope)
  if (!isEventType(type))
    throw new Problem('unknown_event_type', { detail: `Known: ${EVENT_TYPES.join(', ')}.` })
  const known = EVENTS[type]
  // Before the items are looked at one by one, so that a flood of them costs nothing.
  const items = (data as Record<string, unknown> | null | undefined)?.[known.items]
  const max = 'max' in known ? known.max : MAX_ITEMS
  if (Array.isArray(items) && items.length > max)
    throw new Problem('batch_too_large', { detail: `The limit is ${max} items.` })
  return { type, data: checkAgainst(known.data as z.ZodType, data) } as LineEvent
}

/**
 * What trying a link code counts against its line's rate. At the usual rate a line tries 600 a minute: with 1,000 codes
 * open at a time, guessing one of 2^40 takes 3 years.
 */
const CODE_WEIGHT = 1_000

/** What an event counts against its line's rate: its items, one at the least. */
export function weightOf({ type, data }: LineEvent): number {
  const items = (data as unknown as Record<string, unknown>)[EVENTS[type].items]
  const count = Array.isArray(items) ? Math.max(1, items.length) : 1
  return type === 'links.requested' ? count * CODE_WEIGHT : count
}

function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENTS, type)
}

import { z } from '../http/zod.ts'

/** Everything that subscribers can be told, in one table: who may hear it, what it says, and an example of it. */

const at = z.iso.datetime()
const flowers = z.int().min(1)
const dreamData = z.object({ dream: z.string(), flowers: z.int(), at })

const AT = '2026-09-09T01:23:45.678Z'

interface EventDescription {
  readonly summary: string
  /** True for what only a line may hear: it speaks of the line's own users and acts. */
  readonly lineOnly?: true
  /** True for what every endpoint of the owner hears, whatever it subscribed to. */
  readonly always?: true
  /** What `data` holds. */
  readonly data: z.ZodType
  readonly example: Readonly<Record<string, unknown>>
}

const eventTypes = {
  'dream.reached': {
    summary: 'A dream reached its quota.',
    data: dreamData,
    example: { dream: 'first-flower', flowers: 1_000, at: AT },
  },
  'dream.closed': {
    summary: 'A dream collects no more.',
    data: dreamData,
    example: { dream: 'first-flower', flowers: 1_200, at: AT },
  },
  'dream.funded': {
    summary: 'A dream that reached its quota is to be carried out.',
    data: dreamData,
    example: { dream: 'first-flower', flowers: 1_200, at: AT },
  },
  'dream.expired': {
    summary: 'A dream did not reach its quota; its flowers go back to their givers.',
    data: dreamData,
    example: { dream: 'first-flower', flowers: 600, at: AT },
  },
  'report.published': {
    summary: 'The public was shown what became of a dream.',
    data: z.object({ dream: z.string(), report: z.string(), at }),
    example: { dream: 'first-flower', report: 'example-report', at: AT },
  },
  'flowers.credited': {
    summary: "Acts the line reported brought its users flowers; `id` and `user` are the line's own.",
    lineOnly: true,
    data: z.object({ credits: z.array(z.object({ id: z.string(), user: z.string(), flowers, at })) }),
    example: { credits: [{ id: 'example-act', user: 'example-user', flowers: 2, at: AT }] },
  },
  'pledge.accepted': {
    summary: "Pledges the line asked for were accepted; `id` is the line's own.",
    lineOnly: true,
    data: z.object({ pledges: z.array(z.object({ id: z.string(), dream: z.string(), flowers, at })) }),
    example: { pledges: [{ id: 'example-ask', dream: 'first-flower', flowers: 3, at: AT }] },
  },
  'endpoint.disabled': {
    summary: 'Another endpoint of the same owner gets no more events. Sent to all, subscribed or not.',
    always: true,
    data: z.object({ endpoint: z.string(), url: z.string(), reason: z.enum(['gone', 'failing']), at }),
    example: {
      endpoint: 'ep_00000000000000000000000000000000',
      url: 'https://example.com/flowers',
      reason: 'failing',
      at: AT,
    },
  },
} as const satisfies Record<string, EventDescription>

export type EventType = keyof typeof eventTypes

/** The names of all types. */
export const eventTypeNames = Object.keys(eventTypes) as [EventType, ...EventType[]]

/** What a type is, without the literal types of the table. */
export function describeType(type: EventType): EventDescription {
  return eventTypes[type]
}

/** True when `owner` (`line:<id>`, `partner:<id>`) may hear of `type`. */
export function mayHear(owner: string, type: EventType): boolean {
  return !describeType(type).lineOnly || owner.startsWith('line:')
}

/** The body of a callback, for the API's own description. */
export function bodySchemaOf(type: EventType): z.ZodType {
  const { data } = describeType(type)
  return z.object({ type: z.literal(type), timestamp: at.describe('When it happened.'), data })
}

import { bearer, json, problems } from '../http/api.ts'
import { rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { evidenceFields, evidenceSchema, MAX_EVIDENCE_BYTES } from './evidence.ts'
import { MAX_CENTS } from './params.ts'
import type { Progress } from './progress-store.ts'
import { MILESTONE_STATES } from './rules.ts'

/** What progress looks like in bodies and answers. */

const MAX_TEXT_LENGTH = 4_000

/** The text, 6 bytes a character that is escaped, the evidence, and the rest. */
export const MAX_PROGRESS_BYTES = 24_576 + MAX_EVIDENCE_BYTES

/** As large as a measure can be planned or counted; sums and shares of it stay exact. */
const MAX_ACTUAL = 1_000_000_000_000

const text = z.string().trim().max(MAX_TEXT_LENGTH).default('')
const told = { text: text.describe('Public.'), ...evidenceFields }

export const milestoneBody = z
  .strictObject({
    state: z
      .enum(MILESTONE_STATES)
      .describe('planned → under_way → done; planned and under_way → dropped. Done and dropped need a text.'),
    ...told,
  })
  .openapi('MilestoneMove')

export const readingBody = z
  .strictObject({
    actual: z.int().min(0).max(MAX_ACTUAL).describe('All so far, not what was added.'),
    ...told,
  })
  .openapi('MeasureReading')

export const spendingBody = z
  .strictObject({
    amountCents: z
      .int()
      .min(-MAX_CENTS)
      .max(MAX_CENTS)
      .refine((amount) => amount !== 0, 'nothing is spent')
      .describe('In hundredths of the grant’s currency; negative to take back what was noted wrongly.'),
    ...told,
    text: z.string().trim().min(1).max(MAX_TEXT_LENGTH).describe('For what. Public.'),
  })
  .openapi('Spending')

const progressSchema = z
  .object({
    id: z.string(),
    dream: z.string(),
    organisation: z.string().nullable().describe('Whose it is; null where an operator wrote it.'),
    item: z.string().describe('`milestone:<id>`, `measure:<id>` or `budget:<id>`.'),
    change: z.union([
      z.object({
        kind: z.literal('milestone'),
        from: z.enum(MILESTONE_STATES),
        to: z.enum(MILESTONE_STATES),
      }),
      z.object({ kind: z.literal('measure'), before: z.int(), actual: z.int(), planned: z.int() }),
      z.object({
        kind: z.literal('spending'),
        amountCents: z.int(),
        spentCents: z.int(),
        plannedCents: z.int(),
      }),
    ]),
    text: z.string(),
    ...evidenceSchema,
    at: z.iso.datetime(),
  })
  .openapi('Progress')

export type ProgressWire = z.infer<typeof progressSchema>

export const progressPageSchema = z
  .object({ items: z.array(progressSchema), nextCursor: z.string().nullable() })
  .openapi('ProgressPage')

/** A line of progress as it is shown. */
export function toProgress({ id, dream, organisation, item, change, text, figures, pictures, at }: Progress) {
  return { id, dream, organisation, item, change, text, figures, pictures, at: rfc3339(at) }
}

const keyHeader = (required: boolean) =>
  z.object({
    'Idempotency-Key': (required ? z.string() : z.string().optional()).describe(
      '1 to 255 visible ASCII characters, bare or quoted.',
    ),
  })

/** What the three routes that write progress have in common, for their descriptions. */
export const written = (schema: z.ZodType, what: string, required: boolean) => ({
  security: bearer,
  request: {
    headers: keyHeader(required),
    body: { required: true, content: { 'application/json': { schema } } },
  },
  responses: {
    201: json(progressSchema, what),
    ...problems(
      ...(required ? (['idempotency_key_missing'] as const) : (['reason_missing'] as const)),
      'idempotency_key_invalid',
      'invalid_json',
      'invalid_request',
      'token_missing',
      'token_invalid',
      'executor_only',
      'not_yours',
      'account_deleted',
      'dream_not_found',
      'plan_item_not_found',
      'picture_not_found',
      'state_conflict',
      'body_too_large',
      'unsupported_media_type',
      'idempotency_key_reused',
      'unavailable',
    ),
  },
})

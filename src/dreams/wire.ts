import { rfc3339, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { publicState } from './moves.ts'
import { decidePledge } from './rules.ts'
import type { CatalogueDream } from './store.ts'

/** How answers write a dream. */

const timestamp = z.iso.datetime()

/** Where a dream is, as the public is told. */
export const dreamState = z.enum([
  ...(['published', 'collecting', 'reached', 'closing', 'expired', 'settling'] as const),
  ...(['funded', 'executing', 'completed', 'stopped'] as const),
])

const dreamSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    titleEn: z.string(),
    summary: z.string(),
    sample: z.boolean().describe('True for an example that no one proposed.'),
    picture: z.string().nullable().describe('Id of the first picture of its story; `/pictures/{picture}`.'),
    state: dreamState.describe(
      '`published`: not open yet. `reached`: past its quota and still collecting. `closing`: its last pledges are being settled. `expired`: below its quota when it ended; its flowers go back. `settling`: past its quota, no longer collecting, not decided on yet. `funded`: decided on; it may still collect.',
    ),
    collecting: z.boolean().describe('Whether flowers can be given to it now.'),
    quota: z.int(),
    flowers: z.int(),
    pledges: z.int(),
    reachedAt: timestamp.nullable(),
    settlesAt: timestamp.nullable().describe('When the funding decision is due, while the quota is met.'),
    fundedAt: timestamp.nullable(),
    expiredAt: timestamp.nullable(),
    returned: z
      .object({
        flowers: z.int(),
        pledges: z.int(),
        doneAt: timestamp.nullable().describe('When everything had gone back.'),
      })
      .nullable()
      .describe('What went back to its givers so far, of a dream that expired.'),
    reportDueAt: timestamp.nullable().describe('When the next report is due.'),
    reportOverdue: z.boolean(),
    campaign: z.string().nullable(),
    opensAt: timestamp,
    closesAt: timestamp,
    asOf: timestamp.describe('When the counts were published; at most a few seconds ago while they change.'),
  })
  .openapi('Dream')

export const dreamDetailSchema = dreamSchema
  .extend({
    story: z
      .object({
        what: z.string(),
        forWhom: z.string(),
        place: z.string(),
        howMany: z.string(),
        why: z.string(),
        pictures: z.array(z.string()).describe('Ids; `/pictures/{picture}`.'),
      })
      .partial()
      .describe('What was proposed, as it was published.'),
    coCreators: z
      .array(z.object({ organisation: z.string(), name: z.string(), nameEn: z.string() }))
      .describe('Who took it on.'),
    amendments: z
      .int()
      .describe('How often its text was put right: `/v1/dreams/{dream}/amendments` says what it should be.'),
  })
  .openapi('DreamDetail')

export const dreamPageSchema = z
  .object({ items: z.array(dreamSchema), nextCursor: z.string().nullable() })
  .openapi('DreamPage')

export type DreamWire = z.infer<typeof dreamSchema>
export type DreamDetail = z.infer<typeof dreamDetailSchema>
export type DreamPage = z.infer<typeof dreamPageSchema>

/** A dream as lists show it. */
export function toWire(dream: CatalogueDream) {
  const { id, title, titleEn, summary, sample, quota, flowers, pledges } = dream
  const now = Date.now()
  return {
    id,
    title,
    titleEn,
    summary,
    sample,
    picture: dream.story.pictures?.[0] ?? null,
    state: publicState(dream, now),
    collecting: decidePledge(dream, now) === 'collect',
    quota,
    flowers,
    pledges,
    reachedAt: rfc3339OrNull(dream.reachedAt),
    settlesAt: rfc3339OrNull(dream.settlesAt),
    fundedAt: rfc3339OrNull(dream.fundedAt),
    expiredAt: rfc3339OrNull(dream.expiredAt),
    returned:
      dream.expiredAt === null
        ? null
        : {
            flowers: dream.returnedFlowers,
            pledges: dream.returnedPledges,
            doneAt: rfc3339OrNull(dream.returnedAt),
          },
    reportDueAt: rfc3339OrNull(dream.reportDueAt),
    reportOverdue: dream.reportState === 'overdue',
    campaign: dream.campaign,
    opensAt: rfc3339(dream.opensAt),
    closesAt: rfc3339(dream.closesAt),
    asOf: rfc3339(dream.asOf),
  }
}

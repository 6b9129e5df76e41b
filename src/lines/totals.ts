import { z } from '../http/zod.ts'
import { itemId } from './ids.ts'

/** A count of a day. */
const count = z.int().min(0)

/** What a line says its day was, in whole or, with `acts`, act by act in parts of up to 500. */
export const totalsReported = z
  .object({
    day: z.iso.date().describe("The day in the line's time zone; of the last 30."),
    totals: z
      .object({
        acts: count.describe('Acts that got a result other than `refused`.'),
        flowers: count.describe('Flowers credited for them, those taken back later included.'),
        capped: count.optional().describe('Acts that an allowance cut.'),
        reversed: count.optional().describe('Flowers taken back.'),
        users: count.optional().describe('Users who did the acts.'),
      })
      .optional()
      .describe('Replaces all figures that were posted for the day before.'),
    acts: z
      .array(z.object({ id: itemId, flowers: count }))
      .optional()
      .describe('Adds to the acts that were listed for the day before.'),
  })
  .refine(({ totals, acts }) => totals !== undefined || acts !== undefined, 'totals or acts must be there')
  .openapi('TotalsReported', { description: 'At most 500 acts.' })

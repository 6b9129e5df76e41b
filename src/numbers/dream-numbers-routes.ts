import { dreamParam, readDreamId } from '../dreams/params.ts'
import { Api, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { Problem } from '../http/problem.ts'
import { rfc3339, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { type DreamNumbers, findDreamNumbers, MAX_STEPS } from './dream-numbers-store.ts'
import { HOUR_MS } from './rules.ts'

const dreamNumbersSchema = z
  .object({
    dream: z.string(),
    asOf: z.iso
      .datetime()
      .nullable()
      .describe('What was written in the ledger before this time is counted; null before anything was.'),
    givers: z
      .int()
      .describe(
        'Accounts that gave flowers to it, each once; ids of lines that are not linked yet among them.',
      ),
    step: z
      .enum(['hour', 'day'])
      .describe(
        'How long a step of `byTime` is: hours while everything lies within 14 days, else days in Asia/Shanghai.',
      ),
    byTime: z
      .array(
        z.object({
          from: z.iso.datetime().describe('When the step began.'),
          given: z.int().describe('Flowers given in it, those that came back later included.'),
          refunded: z.int().describe('Flowers that came back to their givers in it.'),
          pledges: z.int(),
        }),
      )
      .describe(
        `Steps in which anything happened, oldest first; the last ${MAX_STEPS.toLocaleString('en')} of them.`,
      ),
    bySource: z
      .array(
        z.object({
          line: z.string(),
          name: z.string(),
          nameEn: z.string(),
          flowers: z.int(),
        }),
      )
      .describe(
        'In which lines the flowers were earned that it holds, most first. What an account earned first it gave first; they sum to `given` minus `refunded`.',
      ),
  })
  .openapi('DreamNumbers')

export type DreamNumbersWire = z.infer<typeof dreamNumbersSchema>

function toWire(dream: string, { asOf, givers, step, steps, sources }: DreamNumbers): DreamNumbersWire {
  return {
    ...{ dream, asOf: rfc3339OrNull(asOf), givers, step },
    byTime: steps.map(({ at, given, refunded, pledges }) => ({
      ...{ from: rfc3339(at * HOUR_MS), given, refunded, pledges },
    })),
    bySource: [...sources],
  }
}

export const dreamNumberRoutes = new Api()

dreamNumberRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}/numbers',
    summary: "A dream's flowers over time, and by the lines they were earned in",
    description:
      'Counted from the ledger every ten minutes, or as long as that takes with many millions of entries, and held to it. `/v1/dreams/{dream}` has the count of this second.',
    request: { params: dreamParam },
    responses: {
      200: json(dreamNumbersSchema, 'The numbers'),
      ...problems('dream_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const dream = readDreamId(c)
    const answer = await cachedJson(c.req.raw, `dream-numbers/${dream}`, c.executionCtx, async () => {
      const found = await readDatabase(() => findDreamNumbers(c.env.DB, dream))
      return found && toWire(dream, found)
    })
    if (!answer) throw new Problem('dream_not_found')
    return answer
  },
)

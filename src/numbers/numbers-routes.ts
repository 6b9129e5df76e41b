import { campaignId } from '../campaigns/ids.ts'
import { Api, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst } from '../http/body.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { Problem } from '../http/problem.ts'
import { rfc3339, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { type FoundNumbers, findNumbers, isCampaign } from './numbers-store.ts'
import { type CampaignNumbers, HOUR_MS, NO_NUMBERS, writeDay } from './rules.ts'

/** Days told: a quarter, at 130 bytes a day. All of them are in the open data. */
const TOLD_DAYS = 92

const earned = {
  earned: z.int().describe('Flowers that acts brought, those taken back later included.'),
  acts: z.int().describe('Acts that got a result other than `refused`.'),
  takenBack: z.int().describe('Flowers taken back of acts that were none, when they were.'),
}

const given = {
  given: z.int().describe('Flowers given, those that came back later included.'),
  pledges: z.int(),
  refunded: z
    .int()
    .describe(
      'Flowers that came back from dreams: of dreams that expired, and of acts that were taken back.',
    ),
}

const flow = { ...earned, ...given }

const numbersSchema = z
  .object({
    campaign: z.string().nullable().describe('Null for everything there ever was.'),
    asOf: z.iso
      .datetime()
      .nullable()
      .describe('What was written in the ledger before this time is counted; null before anything was.'),
    totals: z.object({
      ...flow,
      givers: z
        .int()
        .describe('Accounts that gave flowers, each once; ids of lines that are not linked yet among them.'),
      earners: z
        .int()
        .nullable()
        .describe(
          'Accounts that earned flowers and did not have all taken back, each once; an id of a line that is not linked to an account is one too. Null for a campaign.',
        ),
    }),
    byLine: z
      .array(
        z.object({
          line: z.string(),
          name: z.string(),
          nameEn: z.string(),
          ...earned,
          earners: z.int().nullable(),
        }),
      )
      .describe('Most flowers first, at most 1,000.'),
    byDream: z
      .array(
        z.object({ dream: z.string(), title: z.string(), titleEn: z.string(), ...given, givers: z.int() }),
      )
      .describe('Most flowers first, at most 1,000.'),
    byDay: z
      .array(z.object({ day: z.iso.date(), ...flow }))
      .describe('Days in Asia/Shanghai in which anything happened, oldest first; the last 92 of them.'),
    byHour: z
      .array(z.object({ hour: z.iso.datetime().describe('When it began.'), ...flow }))
      .describe('Of the last 48 hours those in which anything happened, oldest first.'),
    top: z.object({
      earned: z
        .array(z.int())
        .describe(
          'The most flowers that one account earned, ten of them, without names. None for a campaign.',
        ),
      given: z.array(z.int()).describe('The most flowers that one account gave and did not get back.'),
    }),
  })
  .openapi('Numbers')

export type NumbersWire = z.infer<typeof numbersSchema>

const numbersQuery = z.strictObject({
  campaign: campaignId
    .optional()
    .describe('What was given to its dreams, and what acts brought in the hours in which it was open.'),
})

type Told = Omit<FoundNumbers, 'numbers'> & {
  readonly numbers: Omit<CampaignNumbers, 'asOf'> & { readonly asOf: number | null }
}

const NOTHING: Told = { numbers: NO_NUMBERS, days: [], lines: new Map(), dreams: new Map() }

function toWire(campaign: string | undefined, { numbers, days, lines, dreams }: Told): NumbersWire {
  const { asOf, totals, byLine, byDream, byHour, topEarned, topGiven } = numbers
  return {
    campaign: campaign ?? null,
    asOf: rfc3339OrNull(asOf),
    totals,
    byLine: byLine.map(({ line, ...flow }) => {
      const { name = line, nameEn = line } = lines.get(line) ?? {}
      return { line, name, nameEn, ...flow }
    }),
    byDream: byDream.map(({ dream, ...flow }) => {
      const { name: title = dream, nameEn: titleEn = dream } = dreams.get(dream) ?? {}
      return { dream, title, titleEn, ...flow }
    }),
    byDay: days.map(({ at, ...day }) => ({ day: writeDay(at), ...day })),
    byHour: byHour.map(({ at, ...hour }) => ({ hour: rfc3339(at * HOUR_MS), ...hour })),
    top: { earned: [...topEarned], given: [...topGiven] },
  }
}

export const campaignNumberRoutes = new Api()

campaignNumberRoutes.describe(
  {
    method: 'get',
    path: '/v1/numbers',
    summary: 'Flowers, acts, pledges and people, by line, day, hour and dream',
    description:
      'Counted from the ledger every ten minutes, or as long as that takes with many millions of entries, and held to it. Days and hours are those in which the ledger wrote it, not those of the acts.',
    request: { query: numbersQuery },
    responses: {
      200: json(numbersSchema, 'The numbers'),
      ...problems('invalid_request', 'campaign_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const { campaign } = checkAgainst(numbersQuery, c.req.query())
    const key = campaign === undefined ? 'numbers' : `numbers/${campaign}`
    const answer = await cachedJson(c.req.raw, key, c.executionCtx, async () => {
      const found = await readDatabase(() => findNumbers(c.env.DB, campaign ?? '', TOLD_DAYS))
      if (found) return toWire(campaign, found)
      if (campaign !== undefined && !(await readDatabase(() => isCampaign(c.env.DB, campaign)))) return null
      return toWire(campaign, NOTHING)
    })
    if (!answer) throw new Problem('campaign_not_found')
    return answer
  },
)

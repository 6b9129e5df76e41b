import { dreamParam, readDreamId } from '../dreams/params.ts'
import { loadDream } from '../dreams/store.ts'
import { Api, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { requireSupporter, supporterParam } from './params.ts'
import { countSupporters, loadPage } from './public-store.ts'
import { SUPPORTER_KINDS } from './states.ts'

/** What everyone sees of supporters. */

const countsSchema = z
  .object({
    dream: z.string(),
    kinds: z.array(
      z.object({
        kind: z.enum(SUPPORTER_KINDS),
        offered: z.int().describe('How many wait for an answer.'),
        invited: z.int().describe('How many take part.'),
        confirmedMinutes: z.int().describe('Given to the dream, those who left included.'),
      }),
    ),
    confirmedMinutes: z.int(),
  })
  .openapi('SupporterCounts')

export type SupporterCounts = z.infer<typeof countsSchema>

const pageSchema = z
  .object({
    name: z.string().nullable().describe('What they call themselves.'),
    dreams: z
      .array(
        z.object({
          dream: z.string(),
          title: z.string(),
          kinds: z.array(z.enum(SUPPORTER_KINDS)),
          confirmedMinutes: z.int(),
        }),
      )
      .describe('Every dream they were invited to and show, the latest first, 100 at the most.'),
  })
  .openapi('PublicSupporter')

export const publicRoutes = new Api()

publicRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}/supporters/public',
    summary: 'The supporters of a dream in figures, without persons',
    request: { params: dreamParam },
    responses: { 200: json(countsSchema, 'The figures'), ...problems('dream_not_found', 'unavailable') },
  },
  async (c) => {
    const dream = readDreamId(c)
    const answer = await cachedJson(c.req.raw, `dream/${dream}/supporters`, c.executionCtx, async () => {
      if (!(await readDatabase(() => loadDream(c.env.DB, dream)))) return null
      const kinds = await readDatabase(() => countSupporters(c.env.DB, dream))
      const confirmedMinutes = kinds.reduce((sum, each) => sum + each.confirmedMinutes, 0)
      return { dream, kinds, confirmedMinutes }
    })
    if (!answer) throw new Problem('dream_not_found')
    return answer
  },
)

publicRoutes.describe(
  {
    method: 'get',
    path: '/v1/supporters/{supporter}',
    summary: 'What a supporter did, if they show it',
    description:
      'Everything the same person shows of dreams they were invited to. Never kept in a cache: it is gone when they hide it.',
    request: { params: supporterParam },
    responses: { 200: json(pageSchema, 'The page'), ...problems('supporter_not_found', 'unavailable') },
  },
  async (c) => {
    const supporter = await requireSupporter(c)
    const { user, invitedAt } = supporter
    if (supporter.public === 0 || invitedAt === null || user === null)
      throw new Problem('supporter_not_found')
    return c.json(await readDatabase(() => loadPage(c.env.DB, user)), 200, NO_STORE)
  },
)

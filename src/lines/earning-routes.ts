import { Api, bearer, json, personProblems, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { loadEarned } from '../ledger/earned.ts'
import { type LineProfile, listEarningLines } from '../registry/store.ts'
import { signInPerson } from '../users/sign-in.ts'
import { type EarnedToday, earnedToday, firstDay, rulesToCome } from './earning.ts'
import type { EarningRule } from './rules.ts'

/** What earns flowers, for everyone, and how much of it is left today, for one person. */

const kindFields = {
  kind: z.string(),
  per: z.int().describe('So much of it earns `flowers`.'),
  flowers: z.int(),
  minimum: z.int().describe('Less than this in one act earns nothing.'),
  capPerDay: z.int().nullable().describe('Most flowers a person earns by it a day.'),
  capPerCampaign: z.int().nullable(),
  validFrom: z.iso.datetime().nullable(),
  validTo: z.iso.datetime().nullable(),
}

const lineFields = {
  line: z.string(),
  name: z.string(),
  nameEn: z.string(),
  state: z.enum(['active', 'paused']),
  userIds: z
    .enum(['platform', 'own'])
    .describe('With `own`, what is done there comes to an account once its user linked the two.'),
}

const earningSchema = z
  .object({ items: z.array(z.object({ ...lineFields, kinds: z.array(z.object(kindFields)) })) })
  .openapi('Earning')

const myEarningSchema = z
  .object({
    items: z.array(
      z.object({
        ...lineFields,
        linked: z.boolean().describe('Whether what is done there comes to the account of the caller.'),
        kinds: z.array(
          z.object({
            ...kindFields,
            earnedToday: z.int().describe('On the day it is where the line is.'),
            leftToday: z.int().nullable().describe('What the tightest allowance leaves; null without one.'),
          }),
        ),
      }),
    ),
  })
  .openapi('MyEarning')

export type EarningWire = z.infer<typeof earningSchema>
export type MyEarningWire = z.infer<typeof myEarningSchema>

function lineToWire({ id, name, nameEn, state, userIds }: LineProfile & { name: string; nameEn: string }) {
  // A closed line earns nothing and is not among them.
  return {
    line: id,
    name,
    nameEn,
    state: state === 'paused' ? ('paused' as const) : ('active' as const),
    userIds,
  }
}

function kindToWire({
  kind,
  per,
  flowers,
  minimum,
  capPerDay,
  capPerCampaign,
  validFrom,
  validTo,
}: EarningRule) {
  const valid = { validFrom: rfc3339OrNull(validFrom), validTo: rfc3339OrNull(validTo) }
  return { kind, per, flowers, minimum, capPerDay, capPerCampaign, ...valid }
}

async function readLines(db: D1Database, now: number) {
  const lines = await readDatabase(() => listEarningLines(db))
  return lines
    .map((line) => ({ ...line, rules: rulesToCome(line, now) }))
    .filter(({ rules }) => rules.length > 0)
}

export const earningRoutes = new Api()

earningRoutes.describe(
  {
    method: 'get',
    path: '/v1/earning',
    summary: 'What earns flowers',
    description: 'The lines that are not closed, with the rules that are active and not over.',
    responses: { 200: json(earningSchema, 'All lines'), ...problems('unavailable') },
  },
  async (c) => {
    const answer = await cachedJson(c.req.raw, 'earning', c.executionCtx, async () => {
      const lines = await readLines(c.env.DB, Date.now())
      return { items: lines.map((line) => ({ ...lineToWire(line), kinds: line.rules.map(kindToWire) })) }
    })
    if (!answer) throw new Problem('unavailable')
    return answer
  },
)

earningRoutes.describe(
  {
    method: 'get',
    path: '/v1/me/earning',
    summary: 'What earns flowers, and how much of it is left for the caller today',
    security: bearer,
    responses: { 200: json(myEarningSchema, 'All lines'), ...problems(...personProblems) },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const now = Date.now()
    const lines = await readLines(c.env.DB, now)
    const budgeted = lines.filter(({ rules }) => rules.some(({ lineBudget }) => lineBudget !== null))
    const earned = await readDatabase(() =>
      loadEarned(
        c.env,
        user,
        firstDay(lines, now),
        budgeted.map(({ id }) => id),
      ),
    )
    const items = lines.map((line) => ({
      ...lineToWire(line),
      linked: line.userIds === 'platform' || earned.lineUsers.has(line.id),
      kinds: line.rules.map((rule) => {
        const mine: EarnedToday = earnedToday(user, line, rule, earned, now)
        return { ...kindToWire(rule), ...mine }
      }),
    }))
    return c.json({ items }, 200, NO_STORE)
  },
)

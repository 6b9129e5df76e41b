import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInOperator } from '../users/sign-in.ts'
import { findDonePass, type Pass } from './passes-store.ts'

const timestamp = z.iso.datetime()

const latestSchema = z
  .object({
    holds: z.boolean().describe('True when no flower is missing, double or unexplained.'),
    asOf: timestamp.describe('Entries before this time are in `entries` and in the counts of dreams.'),
    startedAt: timestamp,
    doneAt: timestamp,
    entries: z.int(),
    accounts: z
      .int()
      .describe('This and the sums below are of accounts as each was when the pass came to it.'),
    credited: z.int().describe('Flowers that acts brought and that were not taken back.'),
    reversed: z.int().describe('Flowers taken back from acts that were revoked.'),
    lost: z.int().describe('Flowers of revoked acts that could not be taken back: the loss of their lines.'),
    balances: z.int(),
    pledged: z.int(),
    dreams: z
      .array(z.object({ dream: z.string(), entries: z.int(), counted: z.int() }))
      .describe(
        'Flowers by the entries before `asOf` and as published at `doneAt`. One that collects differs by what came between; it is a difference when the pass before found the very same.',
      ),
    differences: z.array(z.string()).describe('What does not agree, at most 100 and some.'),
  })
  .openapi('LatestConservation')

export type LatestConservationWire = z.infer<typeof latestSchema>

function toWire(pass: Pass, doneAt: number) {
  const { horizon, startedAt, entries, accounts, credited, reversed, lost, balances, pledged } = pass
  return {
    ...{
      holds: pass.agrees === true,
      asOf: rfc3339(horizon),
      startedAt: rfc3339(startedAt),
      doneAt: rfc3339(doneAt),
    },
    ...{ entries, accounts, credited, reversed, lost, balances, pledged },
    dreams: pass.dreams.map(({ dream, flowers, publishedFlowers }) => ({
      ...{ dream, entries: flowers, counted: publishedFlowers },
    })),
    differences: pass.differences,
  }
}

export const latestConservationRoutes = new Api()

latestConservationRoutes.describe(
  {
    method: 'get',
    path: '/v1/audit/conservation/latest',
    summary: 'What the last pass over the ledger found (operators)',
    description:
      'The same check as `/v1/audit/conservation`, made range by range beside the pledges every ten minutes, or as long as that takes. Reads no entry. Answers 404 before the first pass is done.',
    security: bearer,
    responses: {
      200: json(latestSchema, 'What was found'),
      ...problems('token_missing', 'token_invalid', 'operator_only', 'not_found', 'unavailable'),
    },
  },
  async (c) => {
    await signInOperator(c)
    const pass = await readDatabase(() => findDonePass(c.env.DB))
    if (pass === null || pass.doneAt === null)
      throw new Problem('not_found', { detail: 'No pass is done yet.' })
    return c.json(toWire(pass, pass.doneAt), 200, NO_STORE)
  },
)

import { publicState } from '../dreams/moves.ts'
import { findDreams } from '../dreams/store.ts'
import { dreamState } from '../dreams/wire.ts'
import { Api, bearer, json, personProblems, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { listUserLines } from '../links/store.ts'
import { signInPerson } from '../users/sign-in.ts'
import { summarise } from './summary-store.ts'

const names = { name: z.string(), nameEn: z.string() }

const summarySchema = z
  .object({
    earned: z
      .array(
        z.object({
          line: z.string(),
          ...names,
          flowers: z.int().describe('Earned there and not taken back.'),
        }),
      )
      .describe(
        'Where the flowers of the caller come from, most first; they sum to `earned` of the account.',
      ),
    given: z
      .array(
        z.object({
          dream: z.string(),
          title: z.string(),
          titleEn: z.string(),
          state: dreamState,
          flowers: z.int().describe('Given, those that came back later included.'),
          refunded: z.int().describe('Of these, what came back.'),
          pledges: z.int(),
          since: z.iso.datetime().describe('When first.'),
        }),
      )
      .describe('The dreams the caller gave to, the last one first; at most 200.'),
  })
  .openapi('Summary')

export type Summary = z.infer<typeof summarySchema>

/** Where a user's flowers came from and where they went. */
export const summaryRoutes = new Api()

summaryRoutes.describe(
  {
    method: 'get',
    path: '/v1/me/summary',
    summary: 'Where the flowers of the caller came from, by line, and where they went, by dream',
    security: bearer,
    responses: { 200: json(summarySchema, 'Summed from the history'), ...problems(...personProblems) },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const { earned, given } = await readDatabase(() => summarise(c.env, user))
    const [lines, dreams] = await readDatabase(() =>
      Promise.all([
        listUserLines(c.env.DB, user),
        findDreams(
          c.env.DB,
          given.map(({ dream }) => dream),
        ),
      ]),
    )
    const lineNames = new Map(lines.map(({ line, name, nameEn }) => [line, { name, nameEn }]))
    const found = new Map(dreams.map((dream) => [dream.id, dream]))
    const now = Date.now()
    const summary: Summary = {
      earned: earned.map(({ line, flowers }) => ({
        line,
        ...(lineNames.get(line) ?? { name: line, nameEn: line }),
        flowers,
      })),
      given: given.flatMap(({ dream: id, flowers, refunded, pledges, since }) => {
        const dream = found.get(id)
        if (!dream) return []
        const { title, titleEn } = dream
        const state = publicState(dream, now)
        return [{ dream: id, title, titleEn, state, flowers, refunded, pledges, since: rfc3339(since) }]
      }),
    }
    return c.json(summary, 200, NO_STORE)
  },
)

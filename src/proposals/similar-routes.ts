import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst } from '../http/body.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signIn } from '../users/sign-in.ts'
import { lifeState, stateOf } from './params.ts'
import { findSimilar, type SimilarProposal } from './search.ts'

/** Of a long text this much is shown, in characters: two lines of a card. */
const EXCERPT_LENGTH = 120

/** More than a URL carries: whatever was typed so far may be sent as it is. */
const MAX_TEXT_LENGTH = 16_384

const similarQuerySchema = z.object({
  text: z
    .string()
    .max(MAX_TEXT_LENGTH)
    .describe('What is about to be proposed, such as its title; the first 64 words of it count.'),
})

const similarSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        state: lifeState,
        place: z.string(),
        what: z.string().describe('How it begins.'),
      }),
    ),
  })
  .openapi('SimilarProposals')

export type SimilarWire = z.infer<typeof similarSchema>

function toExcerpt(text: string): string {
  const characters = [...text]
  return characters.length <= EXCERPT_LENGTH ? text : `${characters.slice(0, EXCERPT_LENGTH - 1).join('')}…`
}

function toSimilar({ id, title, place, what, state, dream }: SimilarProposal, now: number) {
  return { id, title, state: stateOf({ state }, dream, now), place, what: toExcerpt(what) }
}

export const similarRoutes = new Api()

similarRoutes.describe(
  {
    method: 'get',
    path: '/v1/proposals/similar',
    summary: 'What was proposed before and is like a text',
    description:
      'Up to five, most similar first: proposals that were sent and not turned down, and the dreams they became. Ask before sending one.',
    security: bearer,
    request: { query: similarQuerySchema },
    responses: {
      200: json(similarSchema, 'Similar proposals'),
      ...problems('invalid_request', 'token_missing', 'token_invalid', 'unavailable'),
    },
  },
  async (c) => {
    await signIn(c)
    const { text } = checkAgainst(similarQuerySchema, c.req.query())
    const [found, now] = [await readDatabase(() => findSimilar(c.env.DB, text)), Date.now()]
    return c.json({ items: found.map((each) => toSimilar(each, now)) }, 200, NO_STORE)
  },
)

import { dreamParam, readDreamId, requireDream } from '../dreams/params.ts'
import { Api, bearer, bodyProblems, json, personProblems, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { newId } from '../http/ids.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInPerson } from '../users/sign-in.ts'
import {
  longText,
  MAX_BYTES,
  readOwn,
  requireMove,
  requireSupporter,
  supporterParam,
  supportingSchema,
  toSupporting,
} from './params.ts'
import { decideSupporter, SUPPORTER_KINDS } from './states.ts'
import {
  findSupporter,
  listOfUser,
  MAX_OFFERS_OF_A_KIND,
  MAX_STANDING,
  moveSupporter,
  offerSupport,
  setPublic,
} from './store.ts'

/** What a supporter does with their own offers. */

const offerBody = z
  .strictObject({
    kind: z.enum(SUPPORTER_KINDS),
    text: longText.describe('What they offer. Those who carry the dream out read it.'),
  })
  .openapi('SupporterRequest')

const patchBody = z.strictObject({ public: z.boolean() }).openapi('SupporterPatch')

const supportingPageSchema = z
  .object({ items: z.array(supportingSchema), nextCursor: z.string().nullable() })
  .openapi('SupportingPage')

export const offerRoutes = new Api()

offerRoutes.describe(
  {
    method: 'post',
    path: '/v1/dreams/{dream}/supporters',
    summary: 'Offer oneself to a dream',
    description: `One standing offer of a kind and dream, ${MAX_OFFERS_OF_A_KIND} ever, ${MAX_STANDING} standing in all, of dreams that go on. Those who carry the dream out see the name and contact of the caller’s profile while it stands and the dream goes on.`,
    security: bearer,
    request: {
      params: dreamParam,
      body: { required: true, content: { 'application/json': { schema: offerBody } } },
    },
    responses: {
      201: json(supportingSchema, 'The offer'),
      ...problems(
        ...personProblems,
        ...bodyProblems,
        'dream_not_found',
        'state_conflict',
        'too_late',
        'limit_reached',
      ),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const { kind, text } = parseJson(await readText(c.req.raw, MAX_BYTES), offerBody)
    const { id: dream } = await requireDream(c, readDreamId(c))
    const id = newId('sup')
    const now = Date.now()
    const outcome = await readDatabase(() => offerSupport(c.env.DB, { id, dream, user, kind, text }, now))
    if (outcome.kind === 'closed') throw new Problem('too_late')
    if (outcome.kind === 'too_many') throw new Problem('limit_reached')
    if (outcome.kind === 'standing')
      throw new Problem('state_conflict', { detail: `Your offer ${outcome.id} of this kind stands.` })
    const made = await readDatabase(() => findSupporter(c.env.DB, id))
    if (!made) throw new Problem('unavailable')
    return c.json(toSupporting(made), 201, NO_STORE)
  },
)

offerRoutes.describe(
  {
    method: 'get',
    path: '/v1/me/supporting',
    summary: "The caller's offers to dreams, newest first, with their states and minutes",
    security: bearer,
    request: { query: pageQuery },
    responses: {
      200: json(supportingPageSchema, 'A page of offers'),
      ...problems(...personProblems, 'invalid_request', 'invalid_cursor'),
    },
  },
  async (c) => {
    const { user } = await signInPerson(c)
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    const rows = await readDatabase(() => listOfUser(c.env.DB, user, before, pageSize + 1))
    const page = toPage(rows, pageSize, toSupporting, ({ number }) => number)
    return c.json(page, 200, NO_STORE)
  },
)

offerRoutes.describe(
  {
    method: 'patch',
    path: '/v1/supporters/{supporter}',
    summary: 'Show what the caller did for a dream to everyone, or no longer',
    description:
      'With the name of the caller’s profile, beside the other offers they show. Seen once they were invited.',
    security: bearer,
    request: {
      params: supporterParam,
      body: { required: true, content: { 'application/json': { schema: patchBody } } },
    },
    responses: {
      200: json(supportingSchema, 'The offer, as it is now'),
      ...problems(...personProblems, ...bodyProblems, 'not_yours', 'supporter_not_found'),
    },
  },
  async (c) => {
    const { supporter } = await readOwn(c)
    const { public: shown } = parseJson(await readText(c.req.raw, MAX_BYTES), patchBody)
    await readDatabase(() => setPublic(c.env.DB, supporter, shown, Date.now()))
    return c.json(toSupporting(await requireSupporter(c)), 200, NO_STORE)
  },
)

offerRoutes.describe(
  {
    method: 'delete',
    path: '/v1/supporters/{supporter}',
    summary: 'Withdraw an offer',
    description: 'Time that was confirmed stays counted.',
    security: bearer,
    request: { params: supporterParam },
    responses: {
      204: { description: 'Withdrawn' },
      ...problems(...personProblems, 'not_yours', 'supporter_not_found', 'state_conflict'),
    },
  },
  async (c) => {
    const { principal, supporter } = await readOwn(c)
    if (supporter.state !== 'withdrawn') {
      requireMove(decideSupporter(supporter.state, 'withdrawn', 'supporter'))
      const move = { to: 'withdrawn', actor: principal.user, answer: null } as const
      const outcome = await readDatabase(() => moveSupporter(c.env.DB, supporter, move, Date.now()))
      if (outcome !== 'moved')
        throw new Problem('state_conflict', { detail: 'It was changed at the same time; look again.' })
    }
    return c.body(null, 204, NO_STORE)
  },
)

import { dreamParam, readDreamId } from '../dreams/params.ts'
import { untilDone } from '../http/again.ts'
import { Api, bearer, bodyProblems, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { newId } from '../http/ids.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { loadLife } from '../life/store.ts'
import { isProposer } from '../proposals/store.ts'
import { signIn, signInOperator } from '../users/sign-in.ts'
import {
  OFFER_STATES,
  offerFields,
  offerParam,
  offerSchema,
  offerToWire,
  requireMember,
  requireOffer,
} from './offer-params.ts'
import {
  countStanding,
  createOffer,
  findOffer,
  listOffers,
  loadStory,
  type TitledOffer,
} from './offers-store.ts'
import { organisationId, organisationParam, readAsMember, requireOrganisation } from './params.ts'
import { MAX_STANDING_OFFERS, type OfferRefusal, refusalOfOffer } from './rules.ts'

/** An offer's body: a message of 1,000 characters of 4 bytes, and as much again. */
const MAX_OFFER_BYTES = 8_192

const MAX_MESSAGE_LENGTH = 1_000

const offerBody = z
  .strictObject({
    organisation: organisationId,
    message: z.string().trim().min(1).max(MAX_MESSAGE_LENGTH),
  })
  .openapi('NewOffer')

const offerPageSchema = z
  .object({ items: z.array(offerSchema), nextCursor: z.string().nullable() })
  .openapi('OfferPage')

const offerDetailSchema = z
  .object({
    ...offerFields,
    story: z.object({
      what: z.string().optional(),
      forWhom: z.string().optional(),
      place: z.string().optional(),
      howMany: z.string().optional(),
      why: z.string().optional(),
      pictures: z.array(z.string()).optional(),
    }),
  })
  .openapi('OfferWithStory')

const offerQuery = pageQuery.extend({ state: z.enum(OFFER_STATES).optional() })

function toOfferPage(rows: readonly TitledOffer[], pageSize: number, inside: boolean) {
  return toPage(
    rows,
    pageSize,
    (offer) => offerToWire(offer, inside),
    ({ offeredAt }) => offeredAt,
  )
}

function refuse(why: OfferRefusal): Problem {
  switch (why) {
    case 'stands':
      return new Problem('already_offered')
    case 'dream_state':
      return new Problem('state_conflict', {
        detail: 'A dream is offered when it is accepted, and until it is over.',
      })
    case 'organisation_closed':
      return new Problem('state_conflict', { detail: 'A closed organisation takes nothing on.' })
    case 'full':
      return new Problem('limit_reached', {
        detail: `A dream is offered to or taken on by at most ${MAX_STANDING_OFFERS} organisations at a time.`,
      })
  }
}

export const offerRoutes = new Api()

offerRoutes.describe(
  {
    method: 'post',
    path: '/v1/dreams/{dream}/offers',
    summary: 'Offer a dream to an organisation (operators)',
    description: `An accepted proposal, or a dream that is not over. Its members hear of it. At most ${MAX_STANDING_OFFERS} offers of a dream are open or taken at a time.`,
    security: bearer,
    request: {
      params: dreamParam,
      body: { required: true, content: { 'application/json': { schema: offerBody } } },
    },
    responses: {
      201: json(offerSchema, 'The offer'),
      ...problems(
        ...bodyProblems,
        'token_missing',
        'token_invalid',
        'operator_only',
        'dream_not_found',
        'organisation_not_found',
        'already_offered',
        'state_conflict',
        'limit_reached',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInOperator(c)
    const dream = readDreamId(c)
    const body = parseJson(await readText(c.req.raw, MAX_OFFER_BYTES), offerBody)
    const id = newId('offer')
    const offer = await untilDone(async () => {
      const now = Date.now()
      const life = await readDatabase(() => loadLife(c.env.DB, dream, now))
      if (!life) throw new Problem('dream_not_found')
      const organisation = await requireOrganisation(c, body.organisation)
      const standing = await readDatabase(() => countStanding(c.env.DB, dream, organisation.id))
      const refusal = refusalOfOffer({
        ...standing,
        dreamState: life.state,
        organisationState: organisation.state,
      })
      if (refusal) throw refuse(refusal)
      const doing = { published: life.dream !== null, actor: user, now }
      const made = await readDatabase(() => createOffer(c.env.DB, { id, dream, ...body }, doing))
      return made && readDatabase(() => findOffer(c.env.DB, id))
    })
    return c.json(offerToWire(offer), 201, NO_STORE)
  },
)

offerRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}/offers',
    summary: 'To whom a dream was offered, newest first (operators, its proposers)',
    security: bearer,
    request: { params: dreamParam, query: offerQuery },
    responses: {
      200: json(offerPageSchema, 'A page of offers'),
      ...problems(
        'invalid_request',
        'invalid_cursor',
        'token_missing',
        'token_invalid',
        'not_yours',
        'dream_not_found',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user, operator } = await signIn(c)
    const dream = readDreamId(c)
    if (!(operator || (await readDatabase(() => isProposer(c.env.DB, dream, user)))))
      throw new Problem('not_yours')
    const { cursor, pageSize, state } = checkAgainst(offerQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    if (!(await readDatabase(() => loadLife(c.env.DB, dream, Date.now()))))
      throw new Problem('dream_not_found')
    const rows = await readDatabase(() =>
      listOffers(c.env.DB, { dream }, { before, limit: pageSize + 1, state }),
    )
    return c.json(toOfferPage(rows, pageSize, operator), 200, NO_STORE)
  },
)

offerRoutes.describe(
  {
    method: 'get',
    path: '/v1/organisations/{organisation}/offers',
    summary: 'What an organisation was asked to take on, newest first (its members, operators)',
    security: bearer,
    request: { params: organisationParam, query: offerQuery },
    responses: {
      200: json(offerPageSchema, 'A page of offers'),
      ...problems(
        'invalid_request',
        'invalid_cursor',
        'token_missing',
        'token_invalid',
        'not_yours',
        'organisation_not_found',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { organisation } = await readAsMember(c)
    const { cursor, pageSize, state } = checkAgainst(offerQuery, c.req.query())
    const before = readCursor(cursor, Number.MAX_SAFE_INTEGER)
    const rows = await readDatabase(() =>
      listOffers(c.env.DB, { organisation: organisation.id }, { before, limit: pageSize + 1, state }),
    )
    return c.json(toOfferPage(rows, pageSize, true), 200, NO_STORE)
  },
)

offerRoutes.describe(
  {
    method: 'get',
    path: '/v1/offers/{offer}',
    summary: 'One offer, with what the dream is to be (members of its organisation, operators)',
    security: bearer,
    request: { params: offerParam },
    responses: {
      200: json(offerDetailSchema, 'The offer'),
      ...problems('token_missing', 'token_invalid', 'not_yours', 'offer_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const principal = await signIn(c)
    const offer = await requireOffer(c)
    if (!principal.operator) await requireMember(c, offer, principal)
    const { what, forWhom, place, howMany, why, pictures } = await readDatabase(() =>
      loadStory(c.env.DB, offer.dream),
    )
    const story = { what, forWhom, place, howMany, why, pictures }
    return c.json({ ...offerToWire(offer), story }, 200, NO_STORE)
  },
)

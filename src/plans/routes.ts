import { dreamParam, readDreamId } from '../dreams/params.ts'
import { loadDream } from '../dreams/store.ts'
import { untilDone } from '../http/again.ts'
import { Api, type AppContext, bearer, bodyProblems, json, personProblems, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { loadLife } from '../life/store.ts'
import { executorOf } from '../organisations/membership.ts'
import {
  offerFields,
  offerParam,
  offerToWire,
  refusalOfAnswer,
  requireMember,
  requireOffer,
} from '../organisations/offer-params.ts'
import type { TitledOffer } from '../organisations/offers-store.ts'
import { requireOrganisation } from '../organisations/params.ts'
import { decideTaking, PLANNABLE } from '../organisations/rules.ts'
import { isProposer } from '../proposals/store.ts'
import { signIn, signInPerson } from '../users/sign-in.ts'
import { itemsToWire, MAX_PLAN_BYTES, planBody, planItemsSchema, planSchema } from './params.ts'
import { isSamePlan } from './rules.ts'
import { loadPlan, loadPlanOf, revisePlan, takeOn } from './store.ts'

const MAX_REASON_LENGTH = 500

const takeBody = z.strictObject({ plan: planBody }).openapi('TakeRequest')

const reviseBody = z
  .strictObject({
    plan: planBody,
    reason: z
      .string()
      .trim()
      .min(1)
      .max(MAX_REASON_LENGTH)
      .optional()
      .describe('Why it changes; public with the change.'),
  })
  .openapi('PlanRevision')

const takenSchema = z.object({ ...offerFields, plan: planItemsSchema }).openapi('TakenOffer')

/** A dream's plan as it is answered. */
async function describePlan(db: D1Database, dream: string) {
  const plan = await readDatabase(() => loadPlan(db, dream))
  const { milestones, budget } = plan
  return {
    dream,
    coCreators: plan.coCreators,
    ...itemsToWire(plan),
    totals: {
      milestones: milestones.length,
      milestonesDone: milestones.filter(({ state }) => state === 'done').length,
      plannedCents: budget.reduce((sum, { plannedCents }) => sum + plannedCents, 0),
      spentCents: budget.reduce((sum, { spentCents }) => sum + spentCents, 0),
    },
  }
}

/** An offer that was taken, with the plan of its organisation. */
async function describeTaken(db: D1Database, offer: TitledOffer) {
  const plan = await readDatabase(() => loadPlanOf(db, offer.dream, offer.organisation))
  return { ...offerToWire(offer), plan: itemsToWire(plan) }
}

/** Whether someone may see the plan of a dream that is not published: operators, its proposers, its co-creators. */
async function maySeeUnpublished(c: AppContext, dream: string): Promise<boolean> {
  const { user, operator } = await signIn(c)
  return readDatabase(async () => {
    if (!(await loadLife(c.env.DB, dream, Date.now()))) return false
    if (operator || (await isProposer(c.env.DB, dream, user))) return true
    return (await executorOf(c.env.DB, dream, user)) !== null
  })
}

export const planRoutes = new Api()

planRoutes.describe(
  {
    method: 'get',
    path: '/v1/dreams/{dream}/plan',
    summary: 'Who carries a dream out, what they plan and what became of it',
    description: 'Before the dream is published for operators, its proposers and its co-creators only.',
    security: [{}, ...bearer],
    request: { params: dreamParam },
    responses: {
      200: json(planSchema, 'The plan, of every co-creator'),
      ...problems('token_missing', 'token_invalid', 'dream_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const dream = readDreamId(c)
    const answer = await cachedJson(c.req.raw, `plan/${dream}`, c.executionCtx, async () =>
      (await readDatabase(() => loadDream(c.env.DB, dream))) ? describePlan(c.env.DB, dream) : null,
    )
    if (answer) return answer
    // Nobody is told that there is a dream of this id before it is published.
    if (c.req.header('authorization') === undefined || !(await maySeeUnpublished(c, dream)))
      throw new Problem('dream_not_found')
    return c.json(await describePlan(c.env.DB, dream), 200, NO_STORE)
  },
)

planRoutes.describe(
  {
    method: 'post',
    path: '/v1/offers/{offer}/take',
    summary: 'Take a dream on, with a plan (members of the organisation)',
    description:
      'The organisation is a co-creator of the dream from then on. The same again gets the same answer.',
    security: bearer,
    request: {
      params: offerParam,
      body: { required: true, content: { 'application/json': { schema: takeBody } } },
    },
    responses: {
      200: json(takenSchema, 'The offer, taken, and the plan'),
      ...problems(...bodyProblems, ...personProblems, 'not_yours', 'offer_not_found', 'state_conflict'),
    },
  },
  async (c) => {
    const principal = await signInPerson(c)
    const { plan } = parseJson(await readText(c.req.raw, MAX_PLAN_BYTES), takeBody)
    const taken = await untilDone(async () => {
      const now = Date.now()
      const offer = await requireOffer(c)
      await requireMember(c, offer, principal)
      const organisation = await requireOrganisation(c, offer.organisation)
      const [life, current] = await readDatabase(() =>
        Promise.all([
          loadLife(c.env.DB, offer.dream, now),
          loadPlanOf(c.env.DB, offer.dream, offer.organisation),
        ]),
      )
      if (!life) throw new Problem('offer_not_found')
      const decision = decideTaking(offer, life.state, organisation.state, isSamePlan(plan, current))
      if (decision.kind === 'repeated') return offer
      if (decision.kind === 'refuse') throw refusalOfAnswer(decision, offer)
      const doing = { actor: principal.user, now, published: life.dream !== null }
      const done = await readDatabase(() => takeOn(c.env.DB, offer, plan, doing))
      return done && { ...offer, ...done }
    })
    return c.json(await describeTaken(c.env.DB, taken), 200, NO_STORE)
  },
)

planRoutes.describe(
  {
    method: 'put',
    path: '/v1/offers/{offer}/plan',
    summary: 'Write the plan anew (members of the organisation that took the dream on)',
    description:
      'The whole plan, until the dream is funded; every item gets a new id. Once the dream is published the change is public.',
    security: bearer,
    request: {
      params: offerParam,
      body: { required: true, content: { 'application/json': { schema: reviseBody } } },
    },
    responses: {
      200: json(takenSchema, 'The offer and the plan as it is now'),
      ...problems(...bodyProblems, ...personProblems, 'not_yours', 'offer_not_found', 'state_conflict'),
    },
  },
  async (c) => {
    const principal = await signInPerson(c)
    const { plan, reason } = parseJson(await readText(c.req.raw, MAX_PLAN_BYTES), reviseBody)
    const revised = await untilDone(async () => {
      const now = Date.now()
      const offer = await requireOffer(c)
      await requireMember(c, offer, principal)
      if (offer.state !== 'taken')
        throw new Problem('state_conflict', { detail: 'The organisation has not taken the dream on.' })
      const [life, before] = await readDatabase(() =>
        Promise.all([
          loadLife(c.env.DB, offer.dream, now),
          loadPlanOf(c.env.DB, offer.dream, offer.organisation),
        ]),
      )
      if (isSamePlan(plan, before)) return offer
      if (!life || !PLANNABLE.includes(life.state))
        throw new Problem('state_conflict', {
          detail: 'A plan is as it is once its dream is funded or over.',
        })
      const doing = { actor: principal.user, now, published: life.dream !== null }
      const change = { before, plan, reason: reason ?? null }
      return (await readDatabase(() => revisePlan(c.env.DB, offer, change, doing))) ? offer : null
    })
    return c.json(await describeTaken(c.env.DB, revised), 200, NO_STORE)
  },
)

import { untilDone } from '../http/again.ts'
import { Api, bearer, bodyProblems, json, personProblems, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInPerson } from '../users/sign-in.ts'
import {
  offerParam,
  offerSchema,
  offerToWire,
  refusalOfAnswer,
  requireMember,
  requireOffer,
} from './offer-params.ts'
import { refuseOffer } from './offers-store.ts'
import { decideRefusing } from './rules.ts'

/** A reason's body: 500 characters of 4 bytes, and as much again. */
const MAX_REASON_BYTES = 4_096

const MAX_REASON_LENGTH = 500

const reasonBody = z
  .strictObject({
    reason: z
      .string()
      .trim()
      .min(1)
      .max(MAX_REASON_LENGTH)
      .describe('Shown to operators and to the proposers of the dream.'),
  })
  .openapi('OfferRefusal')

export const refusingRoutes = new Api()

for (const [verb, to, whose] of [
  ['decline', 'declined', 'members of its organisation'],
  ['withdraw', 'withdrawn', 'operators'],
] as const)
  refusingRoutes.describe(
    {
      method: 'post',
      path: `/v1/offers/{offer}/${verb}`,
      summary: `${verb === 'decline' ? 'Decline' : 'Withdraw'} an open offer (${whose})`,
      description: 'The dream can be offered to the organisation again.',
      security: bearer,
      request: {
        params: offerParam,
        body: { required: true, content: { 'application/json': { schema: reasonBody } } },
      },
      responses: {
        200: json(offerSchema, 'The offer as it is now'),
        ...problems(
          ...bodyProblems,
          ...personProblems,
          verb === 'decline' ? 'not_yours' : 'operator_only',
          'offer_not_found',
          'state_conflict',
        ),
      },
    },
    async (c) => {
      const principal = await signInPerson(c)
      if (to === 'withdrawn' && !principal.operator) throw new Problem('operator_only')
      const { reason } = parseJson(await readText(c.req.raw, MAX_REASON_BYTES), reasonBody)
      const refused = await untilDone(async () => {
        const offer = await requireOffer(c)
        if (to === 'declined') await requireMember(c, offer, principal)
        const decision = decideRefusing(offer, to, reason)
        if (decision.kind === 'repeated') return offer
        if (decision.kind === 'refuse') throw refusalOfAnswer(decision, offer)
        const doing = { actor: principal.user, now: Date.now() }
        const done = await readDatabase(() => refuseOffer(c.env.DB, offer, to, reason, doing))
        return done && { ...offer, ...done }
      })
      return c.json(offerToWire(refused), 200, NO_STORE)
    },
  )

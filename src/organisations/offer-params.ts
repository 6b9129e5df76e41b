import type { AppContext } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { rfc3339, rfc3339OrNull } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import type { Principal } from '../users/tokens.ts'
import { roleIn } from './membership.ts'
import { findOffer, type Offer, type TitledOffer } from './offers-store.ts'
import { timestamp } from './params.ts'
import type { AnswerDecision } from './rules.ts'

/** What the routes of offers read from a request and write in an answer alike. */

const offerId = z.string().regex(/^offer_[0-9a-f]{32}$/)

export const offerParam = z.object({ offer: offerId })

export const OFFER_STATES = ['open', 'taken', 'declined', 'withdrawn'] as const

export const offerFields = {
  id: z.string(),
  dream: z.string(),
  dreamTitle: z.string(),
  organisation: z.string(),
  state: z.enum(OFFER_STATES),
  message: z
    .string()
    .nullable()
    .describe('Between operators and the organisation: null for the proposers of the dream.'),
  reason: z.string().nullable().describe('Why it was declined or withdrawn.'),
  offeredAt: timestamp,
  decidedAt: timestamp.nullable(),
}

export const offerSchema = z.object(offerFields).openapi('Offer')

export type OfferWire = z.infer<typeof offerSchema>

/** An offer as it is answered; `inside` is true for operators and the organisation. */
export function offerToWire(offer: TitledOffer, inside = true) {
  const { id, dream, dreamTitle, organisation, state, message, reason, offeredAt, decidedAt } = offer
  return {
    ...{ id, dream, dreamTitle, organisation, state },
    ...{ message: inside ? message : null, reason },
    ...{ offeredAt: rfc3339(offeredAt), decidedAt: rfc3339OrNull(decidedAt) },
  }
}

/** The offer a path names. Throws offer_not_found (404) and unavailable (503). */
export async function requireOffer(c: AppContext): Promise<TitledOffer> {
  const id = offerId.safeParse(c.req.param('offer'))
  const offer = id.success && (await readDatabase(() => findOffer(c.env.DB, id.data)))
  if (!offer) throw new Problem('offer_not_found')
  return offer
}

/** Throws not_yours (403) for all but those who act for the organisation an offer was made to. */
export async function requireMember(c: AppContext, offer: Offer, { user }: Principal): Promise<void> {
  const role = await readDatabase(() => roleIn(c.env.DB, offer.organisation, user))
  if (role === null) throw new Problem('not_yours')
}

/** The problem that tells why an offer cannot be answered like this. */
export function refusalOfAnswer(
  { why }: Extract<AnswerDecision, { kind: 'refuse' }>,
  { state }: Offer,
): Problem {
  switch (why) {
    case 'answered':
      return new Problem('state_conflict', {
        detail:
          state === 'taken'
            ? 'The dream was taken on. What is planned is changed by PUT of its plan.'
            : `The offer was ${state}.`,
      })
    case 'dream_state':
      return new Problem('state_conflict', { detail: 'The dream is over, or not accepted.' })
    case 'organisation_closed':
      return new Problem('state_conflict', { detail: 'A closed organisation takes nothing on.' })
  }
}

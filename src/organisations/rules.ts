import type { LifeState } from '../life/states.ts'

/** Who may do what in an organisation, and what becomes of an offer. Pure: no clock, no storage, no call. */

/** Most members of an organisation: two pages of its list, and more people than carry one dream out. */
export const MAX_MEMBERS = 200

/**
 * Most organisations that a dream is offered to or taken on by at a time. A dream's plan is answered whole: ten plans of
 * 120 items of 1 KB are 1.2 MB at the very most.
 */
export const MAX_STANDING_OFFERS = 10

export type Role = 'admin' | 'member'

/** What of an organisation can be changed. Its id is for good. */
export interface ChangeableOrganisation {
  readonly name: string
  readonly nameEn: string
  readonly kind: 'foundation' | 'charity' | 'lab' | 'company' | 'school' | 'other'
  readonly about: string
  readonly contact: string
  readonly state: 'active' | 'closed'
}

/** What is asked for; what is undefined stays. */
export type OrganisationPatch = {
  readonly [Field in keyof ChangeableOrganisation]?: ChangeableOrganisation[Field] | undefined
}

export type OrganisationChangeDecision =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'change'
      /** Only what differs. */
      readonly set: Partial<ChangeableOrganisation>
      readonly action: 'organisation.changed' | 'organisation.closed' | 'organisation.reopened'
      /** Names and state before and after; of its texts and its contact only that they changed. */
      readonly detail: Readonly<Record<string, unknown>>
    }

const SHORT_FIELDS: readonly (keyof ChangeableOrganisation)[] = ['name', 'nameEn', 'kind', 'state']

/** Decides what a patch changes of an organisation. */
export function decideOrganisationChange(
  organisation: ChangeableOrganisation,
  patch: OrganisationPatch,
): OrganisationChangeDecision {
  const fields = (Object.keys(patch) as (keyof ChangeableOrganisation)[]).filter(
    (field) => patch[field] !== undefined && patch[field] !== organisation[field],
  )
  if (fields.length === 0) return { kind: 'unchanged' }
  const set = Object.fromEntries(fields.map((field) => [field, patch[field]]))
  const short = fields.filter((field) => SHORT_FIELDS.includes(field))
  const before = Object.fromEntries(short.map((field) => [field, organisation[field]]))
  const after = Object.fromEntries(short.map((field) => [field, patch[field]]))
  const action =
    set.state === 'closed' ? 'closed' : set.state === 'active' ? ('reopened' as const) : ('changed' as const)
  return { kind: 'change', set, action: `organisation.${action}`, detail: { fields, before, after } }
}

/** What is known of an organisation's members when one of them is to be put, moved or removed. */
export interface Membership {
  readonly organisationState: 'active' | 'closed'
  readonly members: number
  readonly admins: number
  /** The part the user has now. */
  readonly role: Role | null
}

export type MemberDecision =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'change' }
  | { readonly kind: 'refuse'; readonly why: 'no_member' | 'last_admin' | 'full' }

/**
 * Decides on giving a user a part in an organisation, or on removing them (`to` is null). The last admin stays while the
 * organisation is active: somebody has to answer for what it took on.
 */
export function decideMember(
  { organisationState, members, admins, role }: Membership,
  to: Role | null,
): MemberDecision {
  if (role === null && to === null) return { kind: 'refuse', why: 'no_member' }
  if (role === to) return { kind: 'unchanged' }
  if (role === null && members >= MAX_MEMBERS) return { kind: 'refuse', why: 'full' }
  if (role === 'admin' && admins <= 1 && organisationState === 'active')
    return { kind: 'refuse', why: 'last_admin' }
  return { kind: 'change' }
}

/** States in which a dream can be offered to organisations and taken on: decided that it may be, and not over. */
export const OFFERABLE: readonly LifeState[] = [
  'accepted',
  'published',
  'collecting',
  'reached',
  'settling',
  'funded',
  'executing',
]

/** States in which the plan of a dream can be written anew: after that it is what was funded. */
export const PLANNABLE: readonly LifeState[] = ['accepted', 'published', 'collecting', 'reached', 'settling']

/** What is known when a dream is to be offered. */
export interface Offering {
  readonly dreamState: LifeState
  readonly organisationState: 'active' | 'closed'
  /** Whether it is offered to this organisation, or taken on by it. */
  readonly stands: boolean
  /** How many offers of the dream stand. */
  readonly standing: number
}

export type OfferRefusal = 'dream_state' | 'organisation_closed' | 'stands' | 'full'

/** Why a dream cannot be offered to an organisation, or null when it can. */
export function refusalOfOffer(offering: Offering): OfferRefusal | null {
  if (offering.stands) return 'stands'
  if (!OFFERABLE.includes(offering.dreamState)) return 'dream_state'
  if (offering.organisationState === 'closed') return 'organisation_closed'
  return offering.standing >= MAX_STANDING_OFFERS ? 'full' : null
}

export type OfferState = 'open' | 'taken' | 'declined' | 'withdrawn'

export type AnswerDecision =
  | { readonly kind: 'answer' }
  /** It was answered like this before. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'refuse'; readonly why: 'answered' | 'dream_state' | 'organisation_closed' }

/**
 * Decides on declining or withdrawing an offer. An offer is answered once; the same answer again is the same answer.
 */
export function decideRefusing(
  offer: { readonly state: OfferState; readonly reason: string | null },
  to: 'declined' | 'withdrawn',
  reason: string,
): AnswerDecision {
  if (offer.state === 'open') return { kind: 'answer' }
  return offer.state === to && offer.reason === reason
    ? { kind: 'repeated' }
    : { kind: 'refuse', why: 'answered' }
}

/** Decides on taking a dream on. `samePlan` tells whether what is asked is what was taken on with. */
export function decideTaking(
  offer: { readonly state: OfferState },
  dreamState: LifeState,
  organisationState: 'active' | 'closed',
  samePlan: boolean,
): AnswerDecision {
  if (offer.state === 'taken' && samePlan) return { kind: 'repeated' }
  if (offer.state !== 'open') return { kind: 'refuse', why: 'answered' }
  if (!OFFERABLE.includes(dreamState)) return { kind: 'refuse', why: 'dream_state' }
  return organisationState === 'closed' ? { kind: 'refuse', why: 'organisation_closed' } : { kind: 'answer' }
}

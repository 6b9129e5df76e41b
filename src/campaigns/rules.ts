import { decideMove, type LifeState } from '../life/states.ts'

/**
 * What may be done with a campaign, and when. Pure: no clock, no storage.
 *
 *   scheduled ──opensAt──► open ──closesAt──► over
 *
 * Its state follows from its dates alone. While it is scheduled and nothing was published in it, it can be changed; after
 * that only its end moves, ahead and in public.
 */

export type CampaignState = 'scheduled' | 'open' | 'over'

/** From when to when dreams collect, in ms since 1970. */
export interface Window {
  readonly opensAt: number
  readonly closesAt: number
}

/** Where a campaign is at `now`. */
export function campaignState({ opensAt, closesAt }: Window, now: number): CampaignState {
  if (now < opensAt) return 'scheduled'
  return now < closesAt ? 'open' : 'over'
}

const DAY_MS = 24 * 60 * 60 * 1_000

/** The longest a campaign is set to last: a year. More is a slip in a date. */
export const MAX_CAMPAIGN_MS = 366 * DAY_MS

/** What is wrong with a window that is set at `now`, or null. */
export function windowFlaw({ opensAt, closesAt }: Window, now: number): string | null {
  if (closesAt <= opensAt) return 'is not after opensAt'
  if (closesAt <= now) return 'is over already'
  return closesAt - opensAt > MAX_CAMPAIGN_MS ? 'is more than 366 days after opensAt' : null
}

/** What of a campaign can be changed before it opens. */
export interface ChangeableCampaign extends Window {
  readonly name: string
  readonly nameEn: string
  readonly rules: string
}

/** What is asked for; what is undefined stays. */
export type CampaignPatch = {
  readonly [Field in keyof ChangeableCampaign]?: ChangeableCampaign[Field] | undefined
}

export type CampaignChangeDecision =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'change'
      /** Only what differs. */
      readonly set: Partial<ChangeableCampaign>
      readonly before: Partial<ChangeableCampaign>
    }
  | { readonly kind: 'refuse'; readonly why: 'opened' | 'has_dreams' | 'extended' }
  | { readonly kind: 'refuse'; readonly why: 'window'; readonly flaw: string }

/** Decides what a patch changes of a campaign with `dreams` published in it and extended `extensions` times. */
export function decideCampaignChange(
  campaign: ChangeableCampaign,
  patch: CampaignPatch,
  { dreams, extensions }: { readonly dreams: number; readonly extensions: number },
  now: number,
): CampaignChangeDecision {
  const { name, nameEn, rules, opensAt, closesAt } = campaign
  const changeable: ChangeableCampaign = { name, nameEn, rules, opensAt, closesAt }
  const fields = (Object.keys(changeable) as (keyof ChangeableCampaign)[]).filter(
    (field) => patch[field] !== undefined && patch[field] !== changeable[field],
  )
  if (fields.length === 0) return { kind: 'unchanged' }
  if (campaignState(campaign, now) !== 'scheduled') return { kind: 'refuse', why: 'opened' }
  if (dreams > 0) return { kind: 'refuse', why: 'has_dreams' }
  if (extensions > 0) return { kind: 'refuse', why: 'extended' }
  const set = Object.fromEntries(fields.map((field) => [field, patch[field]])) as Partial<ChangeableCampaign>
  const before = Object.fromEntries(fields.map((field) => [field, changeable[field]]))
  const flaw = windowFlaw({ ...changeable, ...set }, now)
  return flaw === null ? { kind: 'change', set, before } : { kind: 'refuse', why: 'window', flaw }
}

/** One time a campaign was made longer. Times in ms. */
export interface Extension {
  readonly wasUntil: number
  readonly until: number
  readonly reason: string
  readonly at: number
}

/**
 * How long before its end a campaign may last be extended. In that time its dreams' objects hear of it: from the request
 * itself, or from the job, which runs each minute.
 */
export const EXTENSION_NOTICE_MS = 2 * 60_000

/** How often and by how much: ten times a month is most of a year, after which it is another campaign. */
export const MAX_EXTENSIONS = 10
export const MAX_EXTENSION_MS = 30 * DAY_MS

export type ExtensionDecision =
  | { readonly kind: 'extend' }
  /** Asked for again: this very extension was the last. */
  | { readonly kind: 'done' }
  | { readonly kind: 'refuse'; readonly why: 'too_late' | 'not_later' | 'too_long' | 'too_often' }

/** Whether a campaign may be extended to `closesAt` at `now`. */
export function decideExtension(
  campaign: Window,
  extensions: readonly Extension[],
  { closesAt, reason }: { readonly closesAt: number; readonly reason: string },
  now: number,
): ExtensionDecision {
  const last = extensions.at(-1)
  if (last && last.until === closesAt && last.reason === reason) return { kind: 'done' }
  if (now > campaign.closesAt - EXTENSION_NOTICE_MS) return { kind: 'refuse', why: 'too_late' }
  if (closesAt <= campaign.closesAt) return { kind: 'refuse', why: 'not_later' }
  if (closesAt - campaign.closesAt > MAX_EXTENSION_MS) return { kind: 'refuse', why: 'too_long' }
  return extensions.length < MAX_EXTENSIONS ? { kind: 'extend' } : { kind: 'refuse', why: 'too_often' }
}

/**
 * Most dreams of a campaign. 2022 published 16 of 8,000; an extension tells the object of each within its notice, and
 * writes a row of news a dream in one statement.
 */
export const MAX_CAMPAIGN_DREAMS = 200

/** How a proposal is to be published. Without a summary, what it is about is cut to be one. */
export interface Publication {
  readonly proposal: string
  readonly quota: number
  readonly titleEn: string
  readonly summary?: string | undefined
}

export type PublicationDecision =
  | { readonly kind: 'publish' }
  /** Asked for again: it is published just so. */
  | { readonly kind: 'done' }
  | { readonly kind: 'refuse'; readonly why: 'proposal_not_found' | 'published' | 'dream_exists' }
  | { readonly kind: 'refuse'; readonly why: 'move_not_allowed'; readonly from: LifeState }
  | { readonly kind: 'refuse'; readonly why: 'over' | 'too_many' }

/** Whether an operator may publish a proposal, of which this is known, in `campaign` at `now`. */
export function decidePublication(
  { quota, titleEn, summary }: Publication,
  campaign: Window & { readonly id: string; readonly dreams: number },
  proposal: { readonly state: LifeState } | null,
  dream: {
    readonly campaign: string | null
    readonly quota: number
    readonly titleEn: string
    readonly summary: string
  } | null,
  now: number,
): PublicationDecision {
  if (!proposal) return { kind: 'refuse', why: 'proposal_not_found' }
  if (dream && proposal.state === 'published') {
    const same =
      dream.campaign === campaign.id &&
      dream.quota === quota &&
      dream.titleEn === titleEn &&
      (summary === undefined || dream.summary === summary)
    return same ? { kind: 'done' } : { kind: 'refuse', why: 'published' }
  }
  if (decideMove(proposal.state, 'published', ['operator'], null).kind === 'refuse')
    return { kind: 'refuse', why: 'move_not_allowed', from: proposal.state }
  if (dream) return { kind: 'refuse', why: 'dream_exists' }
  if (campaignState(campaign, now) === 'over') return { kind: 'refuse', why: 'over' }
  return campaign.dreams < MAX_CAMPAIGN_DREAMS ? { kind: 'publish' } : { kind: 'refuse', why: 'too_many' }
}

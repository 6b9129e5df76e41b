import type { AppContext } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { campaignId } from './ids.ts'
import { campaignState } from './rules.ts'
import { type CountedCampaign, findCampaign, type WholeCampaign } from './store.ts'

/** What the routes of this room read from a request and write in an answer alike. */

export const campaignParam = z.object({ campaign: campaignId })

export const timestamp = z.iso.datetime()

/** A time as it is asked for. */
export const askedTime = z.iso.datetime({ offset: true }).describe('RFC 3339.')

/** Why something public was done, in public. */
export const publicReason = z.string().trim().min(1).max(500).describe('Public.')

/** The campaign a path names. Throws campaign_not_found (404). */
export function readCampaignId(c: AppContext): string {
  const id = campaignId.safeParse(c.req.param('campaign'))
  if (!id.success) throw new Problem('campaign_not_found')
  return id.data
}

/** A campaign. Throws campaign_not_found (404) and unavailable (503). */
export async function requireCampaign(c: AppContext, id: string): Promise<WholeCampaign> {
  const campaign = await readDatabase(() => findCampaign(c.env.DB, id))
  if (!campaign) throw new Problem('campaign_not_found')
  return campaign
}

const listed = {
  id: z.string(),
  name: z.string(),
  nameEn: z.string(),
  state: z.enum(['scheduled', 'open', 'over']).describe('By its dates.'),
  opensAt: timestamp,
  closesAt: timestamp.describe('Its end as it stands; it may be moved ahead until two minutes before it.'),
  dreams: z.int().describe('Published in it.'),
  flowers: z.int().describe('What its dreams collected together, as they published it.'),
  pledges: z.int(),
  createdAt: timestamp,
}

const extensionSchema = z
  .object({
    was: timestamp.describe('The end before it.'),
    until: timestamp,
    reason: z.string(),
    at: timestamp,
  })
  .openapi('CampaignExtension')

export const listedCampaignSchema = z.object(listed).openapi('ListedCampaign')

export const campaignSchema = z
  .object({
    ...listed,
    rules: z.string().describe('What holds in it. Frozen when the first dream is published in it.'),
    extensions: z.array(extensionSchema).describe('Each time it was made longer, oldest first.'),
  })
  .openapi('Campaign')

export type ListedCampaignWire = z.infer<typeof listedCampaignSchema>
export type CampaignWire = z.infer<typeof campaignSchema>

/** A campaign as a list shows it, at `now` (ms). */
export function toListed(campaign: CountedCampaign, now: number) {
  const { id, name, nameEn, opensAt, closesAt, dreams, flowers, pledges, createdAt } = campaign
  return {
    ...{ id, name, nameEn, state: campaignState(campaign, now) },
    ...{ opensAt: rfc3339(opensAt), closesAt: rfc3339(closesAt) },
    ...{ dreams, flowers, pledges, createdAt: rfc3339(createdAt) },
  }
}

/** A campaign with everything the public is told of it, at `now` (ms). */
export function toWire(campaign: WholeCampaign, now: number) {
  const extensions = campaign.extensions.map(({ wasUntil, until, reason, at }) => ({
    ...{ was: rfc3339(wasUntil), until: rfc3339(until), reason, at: rfc3339(at) },
  }))
  return { ...toListed(campaign, now), rules: campaign.rules, extensions }
}

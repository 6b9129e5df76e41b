import { untilDone } from '../http/again.ts'
import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { cachedJson } from '../http/cached-reads.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInOperator } from '../users/sign-in.ts'
import { campaignId } from './ids.ts'
import {
  askedTime,
  campaignParam,
  campaignSchema,
  listedCampaignSchema,
  readCampaignId,
  requireCampaign,
  toListed,
  toWire,
} from './params.ts'
import { type CampaignPatch, decideCampaignChange, windowFlaw } from './rules.ts'
import { changeCampaign, createCampaign, findCampaign, listCampaigns, type WholeCampaign } from './store.ts'

/** The rules of a campaign, in characters: some ten printed pages of Chinese. */
const MAX_RULES_LENGTH = 10_000
const MAX_NAME_LENGTH = 200

/** A campaign's body: its rules and two names of 4 bytes a character, and half as much again. */
const MAX_CAMPAIGN_BYTES = 65_536

const name = z.string().trim().min(1).max(MAX_NAME_LENGTH)

const fields = {
  name,
  nameEn: name,
  rules: z.string().trim().min(1).max(MAX_RULES_LENGTH).describe('What holds in it, in words; public.'),
  opensAt: askedTime,
  closesAt: askedTime,
}

const createBody = z.strictObject({ id: campaignId, ...fields }).openapi('NewCampaign')

const patchBody = z.strictObject(fields).partial().openapi('CampaignChange')

const campaignPageSchema = z
  .object({ items: z.array(listedCampaignSchema), nextCursor: z.string().nullable() })
  .openapi('CampaignPage')

const windowProblem = (flaw: string) =>
  new Problem('invalid_request', { errors: [{ path: 'closesAt', message: flaw }] })

export const campaignsRoutes = new Api()

campaignsRoutes.describe(
  {
    method: 'post',
    path: '/v1/campaigns',
    summary: 'Make a campaign (operators)',
    description: 'It can be changed until it opens or the first dream is published in it; at most 366 days.',
    security: bearer,
    request: { body: { required: true, content: { 'application/json': { schema: createBody } } } },
    responses: {
      201: json(campaignSchema, 'The campaign'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'operator_only',
        'campaign_exists',
        'body_too_large',
        'unsupported_media_type',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInOperator(c)
    const body = parseJson(await readText(c.req.raw, MAX_CAMPAIGN_BYTES), createBody)
    const now = Date.now()
    const window = { opensAt: Date.parse(body.opensAt), closesAt: Date.parse(body.closesAt) }
    const flaw = windowFlaw(window, now)
    if (flaw !== null) throw windowProblem(flaw)
    const campaign = { ...body, ...window, createdAt: now }
    if (!(await readDatabase(() => createCampaign(c.env.DB, campaign, user))))
      throw new Problem('campaign_exists')
    const whole = { ...campaign, dreams: 0, flowers: 0, pledges: 0, extensions: [] }
    return c.json(toWire(whole, now), 201, NO_STORE)
  },
)

campaignsRoutes.describe(
  {
    method: 'get',
    path: '/v1/campaigns',
    summary: 'The campaigns, in the order they were made',
    request: { query: pageQuery },
    responses: {
      200: json(campaignPageSchema, 'A page of campaigns'),
      ...problems('invalid_request', 'invalid_cursor', 'unavailable'),
    },
  },
  async (c) => {
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const offset = readCursor(cursor, 0)
    const page = await cachedJson(c.req.raw, `campaigns/${offset}/${pageSize}`, c.executionCtx, async () => {
      const rows = await readDatabase(() => listCampaigns(c.env.DB, offset, pageSize + 1))
      const now = Date.now()
      return toPage(
        [...rows.entries()],
        pageSize,
        ([, campaign]) => toListed(campaign, now),
        ([n]) => offset + n + 1,
      )
    })
    return page ?? c.notFound()
  },
)

campaignsRoutes.describe(
  {
    method: 'get',
    path: '/v1/campaigns/{campaign}',
    summary: 'One campaign, with its rules and its extensions',
    request: { params: campaignParam },
    responses: {
      200: json(campaignSchema, 'The campaign'),
      ...problems('campaign_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const id = readCampaignId(c)
    const answer = await cachedJson(c.req.raw, `campaign/${id}`, c.executionCtx, async () => {
      const campaign = await readDatabase(() => findCampaign(c.env.DB, id))
      return campaign && toWire(campaign, Date.now())
    })
    if (!answer) throw new Problem('campaign_not_found')
    return answer
  },
)

campaignsRoutes.describe(
  {
    method: 'patch',
    path: '/v1/campaigns/{campaign}',
    summary: 'Change a campaign before it begins (operators)',
    description:
      'Only while it is scheduled, no dream is published in it and it was not extended. What is not named stays.',
    security: bearer,
    request: {
      params: campaignParam,
      body: { required: true, content: { 'application/json': { schema: patchBody } } },
    },
    responses: {
      200: json(campaignSchema, 'The campaign as it is now'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'operator_only',
        'campaign_not_found',
        'state_conflict',
        'body_too_large',
        'unsupported_media_type',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInOperator(c)
    const id = readCampaignId(c)
    const body = parseJson(await readText(c.req.raw, MAX_CAMPAIGN_BYTES), patchBody)
    const { opensAt, closesAt, ...rest } = body
    const patch: CampaignPatch = {
      ...rest,
      ...(opensAt === undefined ? {} : { opensAt: Date.parse(opensAt) }),
      ...(closesAt === undefined ? {} : { closesAt: Date.parse(closesAt) }),
    }
    return untilDone(async () => {
      const campaign = await requireCampaign(c, id)
      const now = Date.now()
      const changed = await applyPatch(c.env.DB, campaign, patch, user, now)
      if (changed) return c.json(toWire(changed, now), 200, NO_STORE)
      return null
    })
  },
)

const FROZEN = {
  opened: 'It has opened: its rules and its name stay as they are.',
  has_dreams: 'A dream is published in it: its rules, its name and its opening stay as they are.',
  extended: 'It was extended in public: it stays as it is.',
}

/** Decides and changes; null when somebody else changed the campaign between the two. */
async function applyPatch(
  db: D1Database,
  campaign: WholeCampaign,
  patch: CampaignPatch,
  actor: string,
  now: number,
): Promise<WholeCampaign | null> {
  const counts = { dreams: campaign.dreams, extensions: campaign.extensions.length }
  const decision = decideCampaignChange(campaign, patch, counts, now)
  if (decision.kind === 'unchanged') return campaign
  if (decision.kind === 'refuse')
    throw decision.why === 'window'
      ? windowProblem(decision.flaw)
      : new Problem('state_conflict', { detail: FROZEN[decision.why] })
  const changed = await readDatabase(() => changeCampaign(db, campaign, decision, actor, now))
  return changed ? { ...campaign, ...decision.set } : null
}

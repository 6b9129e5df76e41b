import { untilDone } from '../http/again.ts'
import { Api, bearer, json, problems } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { parseJson, readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE, rfc3339 } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { signInOperator } from '../users/sign-in.ts'
import { tellExtended } from './extending.ts'
import { extendCampaign } from './extending-store.ts'
import {
  askedTime,
  campaignParam,
  campaignSchema,
  publicReason,
  readCampaignId,
  requireCampaign,
  toWire,
} from './params.ts'
import { decideExtension } from './rules.ts'

/** A time and a reason of 500 characters of 4 bytes, and as much again. */
const MAX_EXTENSION_BYTES = 4_096

const extensionBody = z
  .strictObject({ closesAt: askedTime, reason: publicReason })
  .openapi('NewCampaignExtension')

export const extensionRoutes = new Api()

extensionRoutes.describe(
  {
    method: 'post',
    path: '/v1/campaigns/{campaign}/extensions',
    summary: 'Make a campaign longer, in public (operators)',
    description:
      'Until two minutes before its end; ten times, by at most 30 days each. All its dreams that still collect go on with it. The same once more is answered 200 and does nothing.',
    security: bearer,
    request: {
      params: campaignParam,
      body: { required: true, content: { 'application/json': { schema: extensionBody } } },
    },
    responses: {
      200: json(campaignSchema, 'It was extended so before'),
      201: json(campaignSchema, 'The campaign as it is now'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'operator_only',
        'campaign_not_found',
        'state_conflict',
        'too_late',
        'body_too_large',
        'unsupported_media_type',
        'limit_reached',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const { user } = await signInOperator(c)
    const id = readCampaignId(c)
    const body = parseJson(await readText(c.req.raw, MAX_EXTENSION_BYTES), extensionBody)
    const ask = { closesAt: Date.parse(body.closesAt), reason: body.reason }
    return untilDone(async () => {
      const campaign = await requireCampaign(c, id)
      const now = Date.now()
      const decision = decideExtension(campaign, campaign.extensions, ask, now)
      if (decision.kind === 'done') return c.json(toWire(campaign, now), 200, NO_STORE)
      if (decision.kind === 'refuse') throw refusal(decision.why, campaign.closesAt)
      const extended = await readDatabase(() => extendCampaign(c.env.DB, campaign, ask, user, now))
      if (!extended) return null
      // It holds from now on; whoever is not told by this is told by the job, within the notice.
      c.executionCtx.waitUntil(tellExtended(c.env, extended))
      return c.json(toWire(await requireCampaign(c, id), now), 201, NO_STORE)
    })
  },
)

function refusal(why: 'too_late' | 'not_later' | 'too_long' | 'too_often', closesAt: number): Problem {
  switch (why) {
    case 'too_late':
      return new Problem('too_late', { detail: 'A campaign is extended until two minutes before its end.' })
    case 'not_later':
      return new Problem('state_conflict', {
        detail: `It closes at ${rfc3339(closesAt)}, which is not earlier.`,
      })
    case 'too_long':
      return new Problem('limit_reached', { detail: 'One extension is of at most 30 days.' })
    case 'too_often':
      return new Problem('limit_reached', { detail: 'A campaign is extended at most ten times.' })
  }
}

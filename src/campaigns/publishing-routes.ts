import { detailOf } from '../dreams/detail.ts'
import { dreamId } from '../dreams/ids.ts'
import { dreamKey } from '../dreams/params.ts'
import { loadDream } from '../dreams/store.ts'
import { dreamDetailSchema, dreamPageSchema, toWire } from '../dreams/wire.ts'
import type { Env } from '../env.ts'
import { untilDone } from '../http/again.ts'
import { Api, bearer, json, problems } from '../http/api.ts'
import { callObject, readDatabase } from '../http/backends.ts'
import { checkAgainst, parseJson, readText } from '../http/body.ts'
import { cachedJson, forgetAbsent } from '../http/cached-reads.ts'
import { pageQuery, readCursor, toPage } from '../http/paging.ts'
import { Problem } from '../http/problem.ts'
import { NO_STORE } from '../http/wire.ts'
import { z } from '../http/zod.ts'
import { MAX_FLOWERS } from '../ledger/flowers.ts'
import { signInOperator } from '../users/sign-in.ts'
import { campaignParam, readCampaignId, requireCampaign } from './params.ts'
import {
  listCampaignDreams,
  loadPublishing,
  MAX_SUMMARY_LENGTH,
  publishProposal,
} from './publishing-store.ts'
import { decidePublication, MAX_CAMPAIGN_DREAMS, type PublicationDecision } from './rules.ts'
import { findCampaign } from './store.ts'

/** A summary of 500 characters and a title of 200, of 4 bytes each, and as much again. */
const MAX_PUBLICATION_BYTES = 8_192

const MAX_TITLE_LENGTH = 200

const publishBody = z
  .strictObject({
    proposal: z.string().min(1).max(64).describe('An accepted one; the dream takes its id.'),
    quota: z.int().min(1).max(MAX_FLOWERS).describe('The flowers at which it is to be executed. Frozen.'),
    titleEn: z.string().trim().min(1).max(MAX_TITLE_LENGTH),
    summary: z
      .string()
      .trim()
      .min(1)
      .max(MAX_SUMMARY_LENGTH)
      .optional()
      .describe('The first 500 characters of what is proposed, unless told.'),
  })
  .openapi('Publication')

export const publishingRoutes = new Api()

publishingRoutes.describe(
  {
    method: 'get',
    path: '/v1/campaigns/{campaign}/dreams',
    summary: 'The dreams of a campaign, in the order they were published',
    request: { params: campaignParam, query: pageQuery },
    responses: {
      200: json(dreamPageSchema, 'A page of dreams'),
      ...problems('invalid_request', 'invalid_cursor', 'campaign_not_found', 'unavailable'),
    },
  },
  async (c) => {
    const id = readCampaignId(c)
    const { cursor, pageSize } = checkAgainst(pageQuery, c.req.query())
    const after = readCursor(cursor, -1)
    const key = `campaign-dreams/${id}/${after}/${pageSize}`
    const page = await cachedJson(c.req.raw, key, c.executionCtx, async () => {
      const [campaign, rows] = await readDatabase(() =>
        Promise.all([findCampaign(c.env.DB, id), listCampaignDreams(c.env.DB, id, after, pageSize + 1)]),
      )
      return campaign && toPage(rows, pageSize, toWire, ({ position }) => position)
    })
    if (!page) throw new Problem('campaign_not_found')
    return page
  },
)

publishingRoutes.describe(
  {
    method: 'post',
    path: '/v1/campaigns/{campaign}/dreams',
    summary: 'Publish an accepted proposal as a dream of the campaign (operators)',
    description:
      'Quota, dates and text freeze with it. It collects from the campaign’s opening to its end. The same once more is answered 200 and does nothing.',
    security: bearer,
    request: {
      params: campaignParam,
      body: { required: true, content: { 'application/json': { schema: publishBody } } },
    },
    responses: {
      200: json(dreamDetailSchema, 'It was published so before'),
      201: json(dreamDetailSchema, 'The dream'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'token_missing',
        'token_invalid',
        'operator_only',
        'campaign_not_found',
        'proposal_not_found',
        'move_not_allowed',
        'dream_exists',
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
    const ask = parseJson(await readText(c.req.raw, MAX_PUBLICATION_BYTES), publishBody)
    if (!dreamId.safeParse(ask.proposal).success) throw new Problem('proposal_not_found')
    return untilDone(async () => {
      const campaign = await requireCampaign(c, id)
      const { proposal, dream } = await readDatabase(() => loadPublishing(c.env.DB, ask.proposal))
      const now = Date.now()
      const decision = decidePublication(ask, campaign, proposal, dream, now)
      if (decision.kind === 'refuse') throw refusal(decision)
      if (decision.kind === 'done' && dream) return c.json(await detailOf(c.env.DB, dream), 200, NO_STORE)
      if (!(await readDatabase(() => publishProposal(c.env.DB, ask, id, user, now)))) return null
      // Whoever published it looks at it next.
      forgetAbsent(dreamKey(ask.proposal))
      await wakeObject(c.env, ask.proposal)
      const published = await readDatabase(() => loadDream(c.env.DB, ask.proposal))
      if (published) return c.json(await detailOf(c.env.DB, published), 201, NO_STORE)
      return null
    })
  },
)

/**
 * Wakes the object of a dream that was published, so that it rings when the dream opens. The dream is published whether
 * or not it answers: the job for overdue dreams wakes those that no one could.
 */
async function wakeObject(env: Env, dream: string): Promise<void> {
  try {
    await callObject(
      () => env.DREAM.getByName(dream),
      (stub) => stub.snapshot(),
    )
  } catch (error) {
    console.error({ event: 'dream.wake_failed', dream, error: String(error) })
  }
}

function refusal(decision: Extract<PublicationDecision, { kind: 'refuse' }>): Problem {
  switch (decision.why) {
    case 'proposal_not_found':
      return new Problem('proposal_not_found')
    case 'move_not_allowed':
      return new Problem('move_not_allowed', { detail: `It is ${decision.from}, not accepted.` })
    case 'published':
      return new Problem('dream_exists', {
        detail: 'The proposal is published, with other words or elsewhere.',
      })
    case 'dream_exists':
      return new Problem('dream_exists')
    case 'over':
      return new Problem('too_late', { detail: 'The campaign is over.' })
    case 'too_many':
      return new Problem('limit_reached', { detail: `A campaign has at most ${MAX_CAMPAIGN_DREAMS} dreams.` })
  }
}

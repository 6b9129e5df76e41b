import type { ProblemCode } from '../../src/http/problem.ts'
import { newCampaign, plantAccepted, plantCampaign, publish } from './campaign-calls.ts'
import { aGrant, plantCoCreator, plantExecuting, plantFunded } from './execution-calls.ts'
import { offer, PLAN, plantOrganisation } from './organisation-calls.ts'
import { deleteMe } from './people-calls.ts'
import { draft, PNG, propose } from './proposal-calls.ts'
import { freshId, plantDream, send, tokenFor } from './world.ts'

/** Requests that get the problems that a dream's life has, by code. */

type LifeCase = readonly [route: string, provoke: () => Promise<Response>]

async function as(roles: readonly string[], user: string, method: string, path: string, body?: unknown) {
  return send(path, {
    method,
    headers: {
      Authorization: `Bearer ${await tokenFor(user, roles)}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      'Idempotency-Key': freshId('key'),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

const user = (method: string, path: string, body?: unknown) => as([], freshId('user'), method, path, body)
const operator = (method: string, path: string, body?: unknown) => as(['operator'], 'op', method, path, body)

const slug = () => freshId('org')

const organisation = (id: string) => ({
  id,
  name: '实验室',
  nameEn: 'Lab',
  kind: 'lab',
  about: '',
  contact: 'lab@example.com',
})

/** Someone whose account was deleted. */
async function gone(): Promise<string> {
  const id = freshId('user')
  await deleteMe(id)
  return id
}

const QUESTION = { kind: 'question', text: 'How far are you?' }

export const lifeCases = {
  not_yours: [
    [
      'get /v1/proposals/{proposal}',
      async () => user('GET', `/v1/proposals/${await propose(freshId('user'))}`),
    ],
    [
      'post /v1/offers/{offer}/take',
      async () => {
        const lab = await plantOrganisation({ members: [freshId('user')] })
        return user('POST', `/v1/offers/${await offer(await plantDream(), lab)}/take`, { plan: PLAN })
      },
    ],
  ],
  executor_only: [
    [
      'post /v1/dreams/{dream}/reports',
      async () => {
        const { dream } = await plantExecuting()
        return user('POST', `/v1/dreams/${dream}/reports`, { title: 'A report', body: 'It goes well.' })
      },
    ],
    [
      'get /v1/dreams/{dream}/supporters',
      async () => user('GET', `/v1/dreams/${await plantDream()}/supporters`),
    ],
  ],
  account_deleted: [
    ['get /v1/me', async () => as([], await gone(), 'GET', '/v1/me')],
    ['get /v1/me/entries', async () => as([], await gone(), 'GET', '/v1/me/entries')],
    ['get /v1/me/news', async () => as([], await gone(), 'GET', '/v1/me/news')],
    ['get /v1/me/follows', async () => as([], await gone(), 'GET', '/v1/me/follows')],
    ['get /v1/me/proposals', async () => as([], await gone(), 'GET', '/v1/me/proposals')],
    ['get /v1/me/organisations', async () => as([], await gone(), 'GET', '/v1/me/organisations')],
    ['get /v1/me/lines', async () => as([], await gone(), 'GET', '/v1/me/lines')],
    ['post /v1/proposals', async () => as([], await gone(), 'POST', '/v1/proposals', { title: '梦想' })],
    [
      'post /v1/dreams/{dream}/pledges',
      async () => as([], await gone(), 'POST', `/v1/dreams/${await plantDream()}/pledges`, { flowers: 1 }),
    ],
    [
      'post /v1/dreams/{dream}/questions',
      async () => as([], await gone(), 'POST', `/v1/dreams/${await plantDream()}/questions`, QUESTION),
    ],
  ],
  proposal_not_found: [
    ['get /v1/proposals/{proposal}', async () => operator('GET', `/v1/proposals/${(await draft('u')).id}`)],
    ['get /v1/proposals/{proposal}', () => user('GET', '/v1/proposals/no-such-proposal')],
    ['get /v1/review/proposals/{proposal}', () => operator('GET', '/v1/review/proposals/no-such-proposal')],
  ],
  picture_not_found: [['get /pictures/{picture}', () => send('/pictures/no-such-picture')]],
  organisation_not_found: [
    ['get /v1/organisations/{organisation}', () => send('/v1/organisations/no-such-organisation')],
  ],
  member_not_found: [
    [
      'delete /v1/organisations/{organisation}/members/{user}',
      async () => {
        const lab = await plantOrganisation({ members: [freshId('user')] })
        return operator('DELETE', `/v1/organisations/${lab}/members/no-one`)
      },
    ],
  ],
  offer_not_found: [
    ['post /v1/offers/{offer}/take', () => user('POST', '/v1/offers/no-such-offer/take', { plan: PLAN })],
  ],
  campaign_not_found: [['get /v1/campaigns/{campaign}', () => send('/v1/campaigns/no-such-campaign')]],
  plan_item_not_found: [
    [
      'post /v1/dreams/{dream}/milestones/{milestone}/moves',
      async () => {
        const { dream } = await plantExecuting()
        const move = { state: 'under_way', text: 'Begun.' }
        return operator('POST', `/v1/dreams/${dream}/milestones/none/moves`, move)
      },
    ],
  ],
  report_not_found: [['get /v1/reports/{report}', () => send('/v1/reports/no-such-report')]],
  question_not_found: [
    [
      'post /v1/questions/{question}/hide',
      () => operator('POST', '/v1/questions/no-such-question/hide', { reason: 'Spam.' }),
    ],
  ],
  supporter_not_found: [['get /v1/supporters/{supporter}', () => send('/v1/supporters/no-such-supporter')]],
  move_not_allowed: [
    [
      'post /v1/proposals/{proposal}/moves',
      async () => {
        const me = freshId('user')
        return as([], me, 'POST', `/v1/proposals/${(await draft(me)).id}/moves`, { to: 'withdrawn' })
      },
    ],
    [
      'post /v1/dreams/{dream}/moves',
      async () => operator('POST', `/v1/dreams/${await plantDream()}/moves`, { to: 'funded' }),
    ],
  ],
  state_conflict: [
    [
      'post /v1/dreams/{dream}/moves',
      async () => operator('POST', `/v1/dreams/${(await plantFunded()).dream}/moves`, { to: 'executing' }),
    ],
    [
      'post /v1/dreams/{dream}/grant',
      async () => {
        const dream = await plantDream()
        const lab = freshId('org')
        await plantCoCreator(dream, lab)
        return operator('POST', `/v1/dreams/${dream}/grant`, aGrant(lab))
      },
    ],
  ],
  organisation_exists: [
    [
      'post /v1/organisations',
      async () => {
        const body = organisation(slug())
        await operator('POST', '/v1/organisations', body)
        return operator('POST', '/v1/organisations', { ...body, name: '另一个' })
      },
    ],
  ],
  campaign_exists: [
    [
      'post /v1/campaigns',
      async () => {
        const id = await plantCampaign()
        return operator('POST', '/v1/campaigns', newCampaign(id, { name: '另一个' }))
      },
    ],
  ],
  dream_exists: [
    [
      'post /v1/campaigns/{campaign}/dreams',
      async () => {
        const [proposal, campaign] = [await plantAccepted(), await plantCampaign()]
        await publish(proposal, campaign, { quota: 10 })
        return publish(proposal, campaign, { quota: 11 })
      },
    ],
  ],
  already_offered: [
    [
      'post /v1/dreams/{dream}/offers',
      async () => {
        const [dream, lab] = [await plantDream(), await plantOrganisation({ members: [freshId('user')] })]
        await offer(dream, lab)
        return operator('POST', `/v1/dreams/${dream}/offers`, { organisation: lab, message: 'Would you?' })
      },
    ],
  ],
  too_late: [
    [
      'post /v1/campaigns/{campaign}/extensions',
      async () => {
        const closesAt = Date.now() + 60_000
        const campaign = await plantCampaign({ closesAt })
        const later = new Date(closesAt + 3_600_000).toISOString()
        return operator('POST', `/v1/campaigns/${campaign}/extensions`, { closesAt: later, reason: 'Rain.' })
      },
    ],
  ],
  reason_missing: [
    [
      'post /v1/review/decisions',
      async () => {
        const proposals = [await propose(freshId('user'))]
        await operator('POST', '/v1/review/decisions', { proposals, to: 'in_review' })
        return operator('POST', '/v1/review/decisions', { proposals, to: 'declined' })
      },
    ],
    [
      'post /v1/dreams/{dream}/moves',
      async () => operator('POST', `/v1/dreams/${(await plantExecuting()).dream}/moves`, { to: 'stopped' }),
    ],
  ],
  picture_invalid: [
    [
      'post /v1/pictures',
      async () =>
        send('/v1/pictures', {
          method: 'POST',
          headers: {
            Authorization: `Bearer ${await tokenFor(freshId('user'))}`,
            'Content-Type': 'image/jpeg',
          },
          body: PNG,
        }),
    ],
  ],
} as const satisfies Partial<Record<ProblemCode, readonly LifeCase[]>>

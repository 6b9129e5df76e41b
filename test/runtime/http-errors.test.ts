import { beforeAll, describe, expect, it } from 'vitest'
import type { ProblemCode } from '../../src/http/problem.ts'
import { ask, subscribe } from './callback-calls.ts'
import { expectDocumented } from './documented.ts'
import { lifeCases } from './life-problems.ts'
import { actOf, plantLine, type TestLine } from './line-calls.ts'
import {
  expectProblem,
  freshId,
  giveFlowers,
  plantDream,
  plantSeed,
  pledge,
  send,
  sendEvent,
  sendWith,
  signed,
  tokenFor,
  world,
} from './world.ts'

const PLEDGE = 'post /v1/dreams/{dream}/pledges'
const CLOSE = 'post /v1/dreams/{dream}/close'
const WEBHOOK = 'post /v1/lines/{line}/webhook'

const bearer = async (user: string) => ({ Authorization: `Bearer ${await tokenFor(user)}` })

const json = { 'Content-Type': 'application/json' }

const event = (type: string, data: unknown): string =>
  JSON.stringify({ type, timestamp: new Date().toISOString(), data })

const dead = {
  prepare() {
    throw new Error('D1_ERROR: no such table: dreams, in SELECT * FROM dreams')
  },
  batch() {
    throw new Error('D1_ERROR: storage operation exceeded timeout')
  },
}

/** A dream whose ledger rows cannot be written: the first pledge's outcome is unknown, and stays it. */
async function stuckDream(): Promise<{ dream: string; key: string; user: string; first: Response }> {
  const [dream, user, key] = [await plantDream(), freshId('user'), freshId('key')]
  await world.DB.prepare(
    `CREATE TRIGGER stuck_${crypto.randomUUID().slice(0, 8)} BEFORE INSERT ON entries WHEN NEW.ref = '${dream}' BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END`,
  ).run()
  return { dream, key, user, first: await pledge(user, dream, 1, key) }
}

async function pledgeWith(body: string, headers: Record<string, string>, dream?: string): Promise<Response> {
  const auth = await bearer(freshId('user'))
  return send(`/v1/dreams/${dream ?? (await plantDream())}/pledges`, {
    method: 'POST',
    headers: { ...auth, ...json, 'Idempotency-Key': freshId('key'), ...headers },
    body,
  })
}

/** Asks something of an endpoint that is disabled. */
async function askDisabled(path: string, body?: unknown): Promise<Response> {
  const { id } = await subscribe()
  await ask('PATCH', `/v1/endpoints/${id}`, { state: 'disabled' })
  return ask('POST', `/v1/endpoints/${id}/${path}`, body)
}

/** Every route of an endpoint, asked of one that is not there. */
function endpointCases(id: string): Case[] {
  const path = `/v1/endpoints/${id}`
  return [
    ['get /v1/endpoints/{endpoint}', () => ask('GET', path)],
    ['patch /v1/endpoints/{endpoint}', () => ask('PATCH', path, { state: 'active' })],
    ['delete /v1/endpoints/{endpoint}', () => ask('DELETE', path)],
    ['post /v1/endpoints/{endpoint}/rotate', () => ask('POST', `${path}/rotate`, {})],
    ['get /v1/endpoints/{endpoint}/deliveries', () => ask('GET', `${path}/deliveries`)],
    ['get /v1/endpoints/{endpoint}/deliveries/{event}', () => ask('GET', `${path}/deliveries/evt_1`)],
    [
      'post /v1/endpoints/{endpoint}/deliveries/{event}/resend',
      () => ask('POST', `${path}/deliveries/evt_1/resend`),
    ],
    [
      'post /v1/endpoints/{endpoint}/replay',
      () => ask('POST', `${path}/replay`, { since: '2026-09-09T00:00:00Z' }),
    ],
    ['post /v1/endpoints/{endpoint}/example', () => ask('POST', `${path}/example`, { type: 'dream.closed' })],
  ]
}

/** Sends a request as an operator. */
async function asOperator(method: string, path: string, body?: unknown): Promise<Response> {
  const headers = { ...json, Authorization: `Bearer ${await tokenFor('op', ['operator'])}` }
  return send(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
}

async function postAs(user: string, path: string, body: unknown): Promise<Response> {
  const headers = { ...(await bearer(user)), ...json }
  return send(path, { method: 'POST', headers, body: JSON.stringify(body) })
}

const reportTo = (line: TestLine) => line.post('acts.reported', { acts: [actOf({})] })

/** A route, as the API's description names it, and a request to it that gets the problem. */
type Case = readonly [route: string, provoke: () => Promise<Response> | Response]

/** A worker whose token issuer does not answer, and a token that only its keys could tell to be wrong. */
const silent = {
  LOCAL_SIGNING_KEY: undefined,
  JWT_ISSUER: 'https://silent.test',
  JWT_AUDIENCE: 'flowers',
  JWT_JWKS_URL: 'http://127.0.0.1:1/jwks',
}
const unproven = {
  Authorization: `Bearer ${btoa('{"alg":"ES256"}')}.${btoa('{"iss":"https://silent.test"}')}.x`,
}

/**
 * How to get each problem there is. A code that is missing here does not compile; those without a case belong to no
 * route of the description.
 */
const cases: Record<ProblemCode, readonly Case[]> = {
  ...lifeCases,
  cross_site: [],
  invalid_json: [
    [PLEDGE, () => pledgeWith('{"flowers":', {})],
    [PLEDGE, () => pledgeWith('', {})],
    [WEBHOOK, async () => send('/v1/lines/gift/webhook', await signed('gift', '{'))],
  ],
  invalid_request: [
    [PLEDGE, () => pledgeWith('{"flowers":"3"}', {})],
    [WEBHOOK, () => sendEvent('gift', 'acts.reported', { acts: 'none' })],
    ['get /v1/dreams', () => send('/v1/dreams?pageSize=0')],
    ['get /v1/me/entries', async () => send('/v1/me/entries?pageSize=x', { headers: await bearer('u') })],
  ],
  invalid_cursor: [
    ['get /v1/dreams', () => send('/v1/dreams?cursor=nonsense')],
    ['get /v1/me/entries', async () => send('/v1/me/entries?cursor=%25', { headers: await bearer('u') })],
  ],
  idempotency_key_missing: [[PLEDGE, () => pledgeWith('{"flowers":1}', { 'Idempotency-Key': '' })]],
  idempotency_key_invalid: [[PLEDGE, () => pledgeWith('{"flowers":1}', { 'Idempotency-Key': 'a key' })]],
  unknown_event_type: [[WEBHOOK, () => sendEvent('gift', 'acts.invented', { acts: [] })]],
  webhook_headers_missing: [
    [WEBHOOK, () => send('/v1/lines/gift/webhook', { method: 'POST', headers: json, body: '{}' })],
  ],
  token_missing: [
    ['get /v1/me', () => send('/v1/me')],
    ['get /v1/me/entries', () => send('/v1/me/entries')],
    ['get /v1/audit/conservation', () => send('/v1/audit/conservation')],
    [PLEDGE, () => pledgeWith('{"flowers":1}', { Authorization: '' })],
    [CLOSE, () => send('/v1/dreams/first-flower/close', { method: 'POST' })],
  ],
  token_invalid: [
    ['get /v1/me', () => send('/v1/me', { headers: { Authorization: 'Bearer a.b.c' } })],
    ['get /v1/me', () => send('/v1/me', { headers: { Authorization: 'Basic YTpi' } })],
  ],
  signature_invalid: [
    [
      WEBHOOK,
      async () =>
        send('/v1/lines/gift/webhook', { ...(await signed('gift', '{}')), body: '{"tampered":true}' }),
    ],
  ],
  signature_expired: [
    [
      WEBHOOK,
      async () => {
        const at = new Date(Date.now() - 301_000)
        return send('/v1/lines/gift/webhook', await signed('gift', '{}', { at }))
      },
    ],
  ],
  insufficient_flowers: [[PLEDGE, async () => pledge(freshId('user'), await plantDream(), 1)]],
  operator_only: [
    [
      CLOSE,
      async () => send('/v1/dreams/first-flower/close', { method: 'POST', headers: await bearer('u') }),
    ],
    [
      'get /v1/audit/conservation',
      async () => send('/v1/audit/conservation', { headers: await bearer('u') }),
    ],
  ],
  line_may_not_pledge: [[WEBHOOK, () => sendEvent('quiz', 'pledges.requested', { pledges: [] })]],
  line_paused: [[WEBHOOK, async () => reportTo(await plantLine({ state: 'paused' }))]],
  line_closed: [[WEBHOOK, async () => reportTo(await plantLine({ state: 'closed' }))]],
  link_not_found: [
    [
      'delete /v1/me/links/{line}',
      async () => send('/v1/me/links/gift', { method: 'DELETE', headers: await bearer('u') }),
    ],
  ],
  code_invalid: [['post /v1/me/links', () => postAs('u', '/v1/me/links', { code: 'ABCD-1234' })]],
  already_linked: [['post /v1/me/link-codes', () => postAs('u', '/v1/me/link-codes', { line: 'gift' })]],
  rate_limited: [
    [
      WEBHOOK,
      async () => {
        const line = await plantLine({ ratePerMinute: 1 })
        await reportTo(line)
        return reportTo(line)
      },
    ],
    [
      WEBHOOK,
      async () => {
        const line = await plantLine({ ratePerMinute: 1 })
        await line.revoke('one')
        return line.post('acts.revoked', { acts: [{ id: 'two', reason: 'r' }] })
      },
    ],
    [
      'post /v1/me/links',
      async () => {
        const user = freshId('user')
        for (let n = 0; n < 10; n++) await postAs(user, '/v1/me/links', { code: 'ABCD-1234' })
        return postAs(user, '/v1/me/links', { code: 'ABCD-1234' })
      },
    ],
    [
      'get /v1/me',
      async () => {
        const headers = await bearer(freshId('user'))
        await Promise.all(Array.from({ length: 300 }, () => send('/v1/me', { headers })))
        return send('/v1/me', { headers })
      },
    ],
    [
      PLEDGE,
      async () => {
        const [user, dream] = [freshId('user'), await plantDream()]
        await Promise.all(Array.from({ length: 300 }, () => pledge(user, dream, 1)))
        return pledge(user, dream, 1)
      },
    ],
  ],
  not_found: [
    [
      'post /v1/auth/guest',
      () => sendWith({ LOCAL_SIGNING_KEY: undefined }, '/v1/auth/guest', { method: 'POST' }),
    ],
  ],
  dream_not_found: [
    ['get /v1/dreams/{dream}', () => send('/v1/dreams/no-such-dream')],
    ['get /v1/dreams/{dream}', () => send('/v1/dreams/No%20Id')],
    [PLEDGE, () => pledgeWith('{"flowers":1}', {}, 'no-such-dream')],
    [
      CLOSE,
      async () => {
        const token = await tokenFor('op', ['operator'])
        const headers = { Authorization: `Bearer ${token}` }
        return send('/v1/dreams/no-such-dream/close', { method: 'POST', headers })
      },
    ],
  ],
  line_not_found: [
    [
      WEBHOOK,
      async () =>
        send('/v1/lines/no-such-line/webhook', await signed('gift', event('acts.reported', { acts: [] }))),
    ],
  ],
  day_not_found: [
    [
      'get /v1/lines/{line}/days/{day}',
      async () => {
        const headers = { Authorization: `Bearer ${await tokenFor('keeper', ['line:gift'])}` }
        return send('/v1/lines/gift/days/2022-09-07', { headers })
      },
    ],
  ],
  endpoint_not_found: endpointCases(`ep_${'0'.repeat(32)}`),
  delivery_not_found: [
    [
      'get /v1/endpoints/{endpoint}/deliveries/{event}',
      async () => ask('GET', `/v1/endpoints/${(await subscribe()).id}/deliveries/evt_none`),
    ],
    [
      'post /v1/endpoints/{endpoint}/deliveries/{event}/resend',
      async () => ask('POST', `/v1/endpoints/${(await subscribe()).id}/deliveries/evt_none/resend`),
    ],
  ],
  method_not_allowed: [],
  dream_not_collecting: [[PLEDGE, () => pledge('u', 'past-dream', 1)]],
  endpoint_disabled: [
    [
      'post /v1/endpoints/{endpoint}/deliveries/{event}/resend',
      () => askDisabled('deliveries/evt_none/resend'),
    ],
    ['post /v1/endpoints/{endpoint}/replay', () => askDisabled('replay', { since: '2026-09-09T00:00:00Z' })],
    ['post /v1/endpoints/{endpoint}/example', () => askDisabled('example', { type: 'dream.reached' })],
  ],
  idempotency_key_in_flight: [
    [
      PLEDGE,
      async () => {
        const { user, dream, key } = await stuckDream()
        return pledge(user, dream, 1, key)
      },
    ],
  ],
  body_too_large: [
    [PLEDGE, () => pledgeWith(' '.repeat(1_025), {})],
    [WEBHOOK, async () => send('/v1/lines/gift/webhook', await signed('gift', ' '.repeat(256 * 1_024 + 1)))],
  ],
  batch_too_large: [[WEBHOOK, () => sendEvent('gift', 'acts.reported', { acts: Array(501).fill(0) })]],
  unsupported_media_type: [
    [PLEDGE, () => pledgeWith('{"flowers":1}', { 'Content-Type': 'text/plain' })],
    [WEBHOOK, () => send('/v1/lines/gift/webhook', { method: 'POST', body: '{}' })],
  ],
  address_refused: [
    [
      'post /v1/endpoints',
      () =>
        ask('POST', '/v1/endpoints', {
          owner: 'partner:p',
          url: 'https://10.0.0.1/',
          types: ['dream.closed'],
        }),
    ],
    [
      'patch /v1/endpoints/{endpoint}',
      async () => ask('PATCH', `/v1/endpoints/${(await subscribe()).id}`, { url: 'https://a.local/' }),
    ],
  ],
  limit_reached: [
    [
      'post /v1/endpoints',
      async () => {
        const owner = `partner:${freshId('p')}`
        for (let n = 0; n < 20; n++) await subscribe({ owner })
        return ask('POST', '/v1/endpoints', {
          owner,
          url: 'https://receiver.example/',
          types: ['dream.closed'],
        })
      },
    ],
    [
      'post /v1/endpoints/{endpoint}/rotate',
      async () => {
        const path = `/v1/endpoints/${(await subscribe()).id}/rotate`
        for (let n = 0; n < 4; n++) await ask('POST', path, {})
        return ask('POST', path, {})
      },
    ],
  ],
  idempotency_key_reused: [
    [
      PLEDGE,
      async () => {
        const [user, dream, key] = [freshId('user'), await plantDream(), freshId('key')]
        await giveFlowers(user, 5)
        await pledge(user, dream, 1, key)
        return pledge(user, dream, 2, key)
      },
    ],
  ],
  owner_only: [
    ['get /v1/lines/{line}/rules', async () => send('/v1/lines/gift/rules', { headers: await bearer('u') })],
  ],
  line_exists: [
    [
      'post /v1/lines',
      () =>
        asOperator('POST', '/v1/lines', { id: 'gift', name: 'g', nameEn: 'g', contact: 'c', kinds: ['g'] }),
    ],
  ],
  line_state_conflict: [
    [
      'patch /v1/lines/{line}',
      async () => {
        await asOperator('PATCH', '/v1/lines/music', { state: 'closed' })
        return asOperator('PATCH', '/v1/lines/music', { state: 'active' })
      },
    ],
  ],
  rule_not_found: [
    [
      'post /v1/lines/{line}/rules/{kind}/{version}/retire',
      () => asOperator('POST', '/v1/lines/gift/rules/gift/9/retire'),
    ],
  ],
  rule_state_conflict: [
    ['patch /v1/lines/{line}', () => asOperator('PATCH', '/v1/lines/reading', { kinds: ['other'] })],
  ],
  secret_not_found: [
    [
      'delete /v1/lines/{line}/secrets/{secret}',
      () => asOperator('DELETE', '/v1/lines/gift/secrets/no-such-secret'),
    ],
  ],
  last_secret: [
    ['delete /v1/lines/{line}/secrets/{secret}', () => asOperator('DELETE', '/v1/lines/gift/secrets/seed')],
  ],
  internal: [],
  format_not_supported: [
    ['get /oembed', () => send('/oembed?url=http://flowers.test/dreams/first-flower&format=xml')],
  ],
  outcome_unknown: [
    [
      PLEDGE,
      async () => {
        const { first } = await stuckDream()
        return first
      },
    ],
  ],
  overloaded: [
    [
      PLEDGE,
      async () => {
        const { dream } = await stuckDream()
        return pledge(freshId('user'), dream, 1)
      },
    ],
  ],
  unavailable: [
    ['get /healthz', () => sendWith({ DB: dead }, '/healthz')],
    ['get /v1/me', async () => sendWith({ DB: dead }, '/v1/me', { headers: await bearer('u') })],
    [
      'get /v1/me/entries',
      async () => sendWith({ DB: dead }, '/v1/me/entries', { headers: await bearer('u') }),
    ],
    [
      PLEDGE,
      () => sendWith(silent, '/v1/dreams/first-flower/pledges', { method: 'POST', headers: unproven }),
    ],
    [CLOSE, () => sendWith(silent, '/v1/dreams/first-flower/close', { method: 'POST', headers: unproven })],
    ['get /v1/dreams', () => sendWith({ DB: dead }, '/v1/dreams?pageSize=7')],
    ['get /v1/dreams/{dream}', () => sendWith({ DB: dead }, '/v1/dreams/unread-dream')],
    [
      WEBHOOK,
      async () => {
        const init = await signed('video', '{}')
        return sendWith({ SECRETS_KEY: undefined }, '/v1/lines/video/webhook', init)
      },
    ],
  ],
}

const rows = Object.entries(cases).flatMap(([code, list]) =>
  list.map(([route, provoke], n) => ({ code: code as ProblemCode, route, provoke, n })),
)

beforeAll(plantSeed)

describe('a problem', () => {
  it.each(rows)('$code of $route ($n) has its one status and form, and the API says so', async (row) => {
    const answer = await row.provoke()
    const copy = answer.clone()
    await expectProblem(answer, row.code)
    await expectDocumented(row.route, copy)
  })

  it('tells when to come back, when there were too many requests', async () => {
    const line = await plantLine({ ratePerMinute: 1 })
    const taken = await reportTo(line)
    expect(taken.headers.get('RateLimit-Policy')).toBe('"line";q=1;w=60')
    expect(taken.headers.get('RateLimit')).toMatch(/^"line";r=0;t=(59|60)$/)
    expect(taken.headers.get('Retry-After')).toBeNull()
    const limited = await reportTo(line)
    expect(limited.headers.get('RateLimit')).toMatch(/^"line";r=0;t=\d+$/)
    expect(limited.headers.get('Retry-After')).toMatch(/^([1-9]|[1-5]\d|60)$/)
    const me = await send('/v1/me', { headers: await bearer(freshId('user')) })
    expect(me.headers.get('RateLimit-Policy')).toBe('"user";q=300;w=60')
    expect(me.headers.get('RateLimit')).toBe('"user";r=299;t=60')
  })

  it('says where to look when a token is missing or wrong', async () => {
    const missing = await send('/v1/me')
    expect(missing.headers.get('WWW-Authenticate')).toBe('Bearer')
    const wrong = await send('/v1/me', { headers: { Authorization: 'Bearer a.b.c' } })
    expect(wrong.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"')
  })

  it('is 500 without a word of what happened when something is wrong on our side', async () => {
    const broken = { LOCAL_SIGNING_KEY: 'SELECT this is no key' }
    await expectProblem(await sendWith(broken, '/v1/auth/guest', { method: 'POST' }), 'internal')
    const unbound = { DREAM: undefined }
    const headers = { ...(await bearer('u')), ...json, 'Idempotency-Key': 'k' }
    const init = { method: 'POST', headers, body: '{"flowers":1}' }
    await expectProblem(await sendWith(unbound, '/v1/dreams/first-flower/pledges', init), 'outcome_unknown')
  })
})

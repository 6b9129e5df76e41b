import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { ledgerNow, plantSeed, send, signed, tokenFor } from './world.ts'

/**
 * Odd requests at every route: whatever comes, the answer is never 5xx, an error is always a problem, and no account
 * changes, since the fuzzing user has no flower to give.
 */

let token: string

beforeAll(async () => {
  await plantSeed()
  token = await tokenFor('fuzz', ['operator'])
})

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    ...['', ' ', '.', '..', '%', '%00', '%2e', '%2e%2e', '%2f', '%ff', '%E0%A4%A', '%u0041', '%0d%0aX: y'],
    ...[
      'null',
      'undefined',
      'NaN',
      'true',
      '__proto__',
      'constructor',
      "' OR 1=1 --",
      '*',
      ':dream',
      '{dream}',
    ],
    ...['first-flower', 'gift', 'steps', '🌺', '\u202e', '\ud800', 'a'.repeat(300), '9'.repeat(400)],
  ),
)

const segment = fc.oneof(
  oddText,
  oddText.map((text) => encodeURIComponent(text.toWellFormed())),
)

const path = fc
  .record({
    parts: fc.oneof(
      segment.map((id) => ['v1', 'dreams', id]),
      segment.map((id) => ['v1', 'dreams', id, 'pledges']),
      segment.map((id) => ['v1', 'lines', id]),
      segment.map((id) => ['v1', 'lines', id, 'webhook']),
      segment.map((id) => ['v1', 'lines', id, 'secrets']),
      segment.map((id) => ['v1', 'lines', 'gift', 'secrets', id]),
      segment.map((id) => ['v1', 'lines', id, 'rules']),
      fc.tuple(segment, segment).map(([kind, version]) => {
        return ['v1', 'lines', 'gift', 'rules', kind, version, 'activate']
      }),
      fc.constantFrom(
        ['v1', 'dreams'],
        ['v1', 'dreams', 'first-flower'],
        ['v1', 'dreams', 'first-flower', 'pledges'],
        ['v1', 'dreams', 'past-dream', 'close'],
        ['v1', 'lines'],
        ['v1', 'lines', 'gift', 'webhook'],
        ['v1', 'lines', 'gift', 'rules'],
        ['v1', 'audit', 'log'],
        ['v1', 'me'],
        ['v1', 'me', 'entries'],
        ['v1', 'auth', 'guest'],
        ['v1', 'audit', 'conservation'],
        ['v1', 'openapi.json'],
        ['healthz'],
        ...[[], ['earn'], ['me'], ['numbers'], ['ops'], ['sign-in'], ['reference', 'dreams'], ['oembed']],
        ...[
          ['dreams', 'first-flower'],
          ['dreams', 'first-flower', 'give'],
          ['sign-in', 'guest'],
        ],
        ...[
          ['badges', 'first-flower.svg'],
          ['badges', 'first-flower', 'card.svg'],
          ['embed', 'first-flower'],
        ],
      ),
      fc.array(segment, { maxLength: 6 }),
    ),
    query: fc.option(
      fc.array(fc.tuple(fc.constantFrom('cursor', 'pageSize', 'subject', 'x', '__proto__'), segment), {
        maxLength: 3,
      }),
    ),
  })
  .map(({ parts, query }) => {
    const search = query ? `?${query.map(([name, value]) => `${name}=${value}`).join('&')}` : ''
    return `/${parts.join('/')}${search}`
  })

// ASCII: the runtime warns of every other header, loudly.
const oddHeader = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
  fc.constantFrom(
    '',
    '%00',
    '*',
    '"',
    'key',
    '"key"',
    'application/json',
    '"etag", W/"x"',
    'Bearer x.y.z',
    'v1,',
    'v1',
    '-1',
    '9'.repeat(5_000),
  ),
)

const headers = fc.dictionary(
  fc.constantFrom(
    ...[
      'authorization',
      'content-type',
      'idempotency-key',
      'if-none-match',
      'accept',
      'accept-encoding',
      'origin',
    ],
    ...['webhook-id', 'webhook-timestamp', 'webhook-signature', 'cookie', 'range', 'x-forwarded-for', 'host'],
  ),
  oddHeader,
)

const deep = fc.integer({ min: 1, max: 5_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth))

const body = fc.oneof(
  fc.json(),
  oddText,
  deep,
  fc.anything().map((value) => {
    try {
      return JSON.stringify({ flowers: value }) ?? ''
    } catch {
      return ''
    }
  }),
  fc.constantFrom(
    '{"flowers":1e309}',
    '{"flowers":-0}',
    '{"flowers":1,"flowers":2}',
    '\ufeff{"flowers":0}',
    '{"flowers":0x1}',
  ),
)

/** False where the runtime itself does not let such a request be made. */
function isPossible(target: string, init: RequestInit): boolean {
  try {
    return new Request(`http://flowers.test${target}`, init) !== null
  } catch {
    return false
  }
}

async function expectOrderly(answer: Response, told: string): Promise<void> {
  const text = await answer.text()
  expect(answer.status, `${told} → ${text}`).toBeLessThan(500)
  if (answer.status < 400 || text === '') return
  const type = answer.headers.get('Content-Type') ?? ''
  expect(answer.headers.get('Cache-Control'), told).toBe('no-store')
  // Pages and pictures say what is wrong in their own way, and can do nothing but that.
  if (/^(text\/html|image\/svg\+xml)/.test(type) && !told.includes('/v1')) {
    expect(answer.headers.get('Content-Security-Policy'), told).toContain("default-src 'none'")
    expect(text, told).not.toMatch(/SELECT|SQLITE|D1_ERROR|node_modules|\.tsx?:\d|<script>/)
    return
  }
  expect(type, told).toBe('application/problem+json')
  expect(JSON.parse(text), told).toMatchObject({ status: answer.status, code: expect.any(String) })
}

describe('any request at all', () => {
  it('gets an orderly answer', async () => {
    const before = await ledgerNow()
    const other = fc.constantFrom('GET', 'POST', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND')
    const request = fc.record({
      target: path,
      // Mostly the method that the path takes.
      odd: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: other }),
      fields: headers,
      text: body,
      signedIn: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(request, async ({ target, odd, fields, text, signedIn }) => {
        const method = odd ?? (/\/(pledges|webhook|close|guest|activate)/.test(target) ? 'POST' : 'GET')
        const usual = { 'content-type': 'application/json', ...fields, authorization: `Bearer ${token}` }
        const init: RequestInit = { method, headers: signedIn ? usual : fields }
        if (method !== 'GET' && method !== 'HEAD') init.body = text
        if (!isPossible(target, init)) return
        await expectOrderly(await send(target, init), `${method} ${JSON.stringify(target)}`)
      }),
      { numRuns: 600 },
    )
    expect((await ledgerNow()).slice(1)).toEqual(before.slice(1))
  })

  it('gets one as a pledge with odd flowers', async () => {
    const before = await ledgerNow()
    const target = '/v1/dreams/first-flower/pledges'
    await fc.assert(
      fc.asyncProperty(body, fc.nat(), async (text, n) => {
        const fields = {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': `odd-${n}`,
        }
        await expectOrderly(await send(target, { method: 'POST', headers: fields, body: text }), text)
      }),
      { numRuns: 200 },
    )
    expect((await ledgerNow()).slice(1)).toEqual(before.slice(1))
  })

  it('gets one as a signed event of odd content', async () => {
    const mostly = (good: fc.Arbitrary<unknown>, odd: fc.Arbitrary<unknown>) =>
      fc.oneof({ weight: 12, arbitrary: good }, { weight: 1, arbitrary: odd })
    const id = fc
      .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 })
      .map((text) => text.replace(/ /g, '_'))
    const now = new Date().toISOString()
    const item = fc.record({
      id: mostly(id, oddText),
      user: mostly(fc.oneof(id, fc.constant('u')), fc.anything()),
      kind: mostly(fc.oneof(oddText, fc.constant('game')), fc.anything()),
      quantity: mostly(
        fc.oneof(fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true })),
        fc.anything(),
      ),
      at: mostly(fc.oneof(oddText, fc.date().map(String), fc.constant(now)), fc.anything()),
      dream: mostly(fc.oneof(oddText, fc.constant('first-flower')), fc.anything()),
      flowers: mostly(fc.oneof(fc.maxSafeInteger(), fc.constant(1)), fc.anything()),
    })
    const items = fc.array(item, { maxLength: 3 })
    const event = fc.record({
      type: mostly(fc.constantFrom('acts.reported', 'pledges.requested', 'acts.revoked'), oddText),
      timestamp: mostly(fc.constant(now), oddText),
      data: mostly(fc.record({ acts: items, pledges: items }), fc.anything()),
    })
    await fc.assert(
      fc.asyncProperty(event, async (content) => {
        let text = '{}'
        try {
          text = JSON.stringify(content)
        } catch {
          // A BigInt or a loop among the odd things has no JSON.
        }
        text = text.toWellFormed()
        await expectOrderly(await send('/v1/lines/game/webhook', await signed('game', text)), text)
      }),
      { numRuns: 300 },
    )
  })
})

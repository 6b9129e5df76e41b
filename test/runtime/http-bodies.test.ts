import { beforeAll, describe, expect, it } from 'vitest'
import {
  accountOf,
  expectProblem,
  freshId,
  giveFlowers,
  plantDream,
  plantSeed,
  send,
  sendWith,
  signed,
  tokenFor,
} from './world.ts'

let user: string
let dream: string
let authorization: string

beforeAll(async () => {
  await plantSeed()
  user = freshId('user')
  dream = await plantDream()
  authorization = `Bearer ${await tokenFor(user)}`
  await giveFlowers(user, 100)
})

function post(body: BodyInit, headers: Record<string, string> = {}): Promise<Response> {
  return send(`/v1/dreams/${dream}/pledges`, {
    method: 'POST',
    headers: {
      Authorization: authorization,
      'Content-Type': 'application/json',
      'Idempotency-Key': freshId('key'),
      ...headers,
    },
    body,
  })
}

function streamOf(...chunks: readonly string[]): ReadableStream<Uint8Array> {
  return new Blob([...chunks]).stream() as ReadableStream<Uint8Array>
}

describe('a body that is too large', () => {
  const limit = 1_024
  const padded = (bytes: number): string => '{"flowers":1}'.padEnd(bytes, ' ')

  it('is refused beyond the limit and taken at it', async () => {
    await expectProblem(await post(padded(limit + 1)), 'body_too_large')
    expect((await post(padded(limit))).status).toBe(201)
  })

  it('is refused by its Content-Length alone', async () => {
    const headers = {
      'Content-Type': 'application/json',
      'Content-Length': '1025',
      Authorization: authorization,
    }
    const init = { method: 'POST', headers: { ...headers, 'Idempotency-Key': 'k' }, body: '{"flowers":1}' }
    await expectProblem(await sendWith({}, `/v1/dreams/${dream}/pledges`, init), 'body_too_large')
  })

  it('is refused when it comes in chunks of unknown length, and taken at the limit', async () => {
    await expectProblem(await post(streamOf(padded(limit), ' ')), 'body_too_large')
    expect((await post(streamOf(padded(limit)))).status).toBe(201)
  })

  it('is refused even when it never ends', async () => {
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1
        controller.enqueue(new Uint8Array(512).fill(32))
      },
    })
    await expectProblem(await post(endless), 'body_too_large')
    expect(sent).toBeLessThan(100)
  })

  it('is counted in bytes, not in characters', async () => {
    const body = JSON.stringify({ flowers: 1, note: '花'.repeat(340) })
    expect(body.length).toBeLessThan(limit)
    await expectProblem(await post(body), 'body_too_large')
    await expectProblem(await post(streamOf(body)), 'body_too_large')
  })

  it('of a line is refused beyond 256 KiB, before the signature is looked at', async () => {
    const large = await signed('gift', ' '.repeat(256 * 1_024 + 1))
    await expectProblem(await send('/v1/lines/gift/webhook', large), 'body_too_large')
    const chunked = { ...large, body: streamOf(large.body) }
    await expectProblem(await send('/v1/lines/gift/webhook', chunked), 'body_too_large')
  })
})

describe('the content type', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/json ;x=y',
  ])('may be %s', async (type) => {
    expect((await post('{"flowers":1}', { 'Content-Type': type })).status).toBe(201)
  })

  it.each([
    'text/plain',
    'application/jsonp',
    'application/json-patch+json',
    'text/json',
    'application/x-www-form-urlencoded',
  ])('may not be %s', async (type) => {
    await expectProblem(await post('{"flowers":1}', { 'Content-Type': type }), 'unsupported_media_type')
  })
})

describe('a body that is not a pledge', () => {
  it.each([
    '',
    ' ',
    '{',
    'flowers=1',
    '{"flowers":1}{"flowers":1}',
    "{'flowers':1}",
    '{"flowers":NaN}',
    '\u0000',
  ])('is no JSON: %j', async (body) => {
    await expectProblem(await post(body), 'invalid_json')
  })

  it.each([
    ['{}', 'flowers'],
    ['{"flowers":null}', 'flowers'],
    ['{"flowers":"1"}', 'flowers'],
    ['{"flowers":[1]}', 'flowers'],
    ['{"flowers":true}', 'flowers'],
    ['{"flowers":0}', 'flowers'],
    ['{"flowers":-1}', 'flowers'],
    ['{"flowers":1.5}', 'flowers'],
    ['{"flowers":1000000001}', 'flowers'],
    ['{"flowers":1e400}', 'flowers'],
    ['{"flowers":9007199254740993}', 'flowers'],
    ['{"flowers":1,"user":"somebody-else"}', ''],
    ['{"flowers":1,"__proto__":{"flowers":2}}', ''],
    ['[{"flowers":1}]', ''],
    ['1', ''],
    ['null', ''],
  ])('has the wrong form: %s', async (body, path) => {
    const problem = await expectProblem(await post(body), 'invalid_request')
    expect(problem.errors).toEqual(
      expect.arrayContaining([{ path, message: expect.stringMatching(/^[^\n]+$/) }]),
    )
  })

  it('moves no flower', async () => {
    const before = await accountOf(user)
    await post('{"flowers":-5}')
    await post('{"flowers":5.5}')
    await post('{"flowers":5,"dream":"other"}')
    expect(await accountOf(user)).toEqual(before)
  })
})

describe('an Idempotency-Key', () => {
  const withKey = (key: string) => post('{"flowers":1}', { 'Idempotency-Key': key })

  it('is the same key bare and quoted', async () => {
    const key = freshId('key')
    const bare = await withKey(key)
    const quoted = await withKey(`"${key}"`)
    const spaced = await withKey(`  "${key}"  `)
    expect([bare.status, quoted.status, spaced.status]).toEqual([201, 201, 201])
    expect(quoted.headers.get('Idempotent-Replayed')).toBe('true')
    const body = await bare.json()
    expect([await quoted.json(), await spaced.json()]).toEqual([body, body])
  })

  it('may have 255 characters and no more', async () => {
    expect((await withKey('x'.repeat(255))).status).toBe(201)
    await expectProblem(await withKey('x'.repeat(256)), 'idempotency_key_invalid')
    await expectProblem(await withKey(`"${'x'.repeat(256)}"`), 'idempotency_key_invalid')
  })

  it.each(['', '  '])('is missing when it is %j', async (key) => {
    await expectProblem(await withKey(key), 'idempotency_key_missing')
  })

  it.each(['two words', 'one, two', '""', '"open', '"a"b"', '"a b"', 'é', '"k";v=1'])(
    'is refused when it is %s',
    async (key) => {
      await expectProblem(await withKey(key), 'idempotency_key_invalid')
    },
  )

  it('keeps case apart', async () => {
    const key = freshId('Key')
    expect((await withKey(key)).headers.get('Idempotent-Replayed')).toBeNull()
    expect((await withKey(key.toLowerCase())).headers.get('Idempotent-Replayed')).toBeNull()
  })

  it('gets the first refusal again, marked as a repeat', async () => {
    const key = freshId('key')
    const ask = () => post('{"flowers":5000}', { 'Idempotency-Key': key })
    const first = await ask()
    expect(first.headers.get('Idempotent-Replayed')).toBeNull()
    await expectProblem(first, 'insufficient_flowers')
    const again = await ask()
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    await expectProblem(again, 'insufficient_flowers')
  })
})

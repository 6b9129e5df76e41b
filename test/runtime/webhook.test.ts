import { Webhook } from 'standardwebhooks'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { ProblemCode } from '../../src/http/problem.ts'
import { verifySignature } from '../../src/lines/signature.ts'
import { createSecret, sealSecret, verifyingKey } from '../../src/registry/secrets.ts'
import { expectProblem, freshId, ledgerNow, plantSeed, send, signed, world } from './world.ts'

interface Signed {
  method: string
  body: string
  headers: Record<string, string>
}

const path = '/v1/lines/gift/webhook'

function report(): string {
  const act = {
    id: freshId('act'),
    user: freshId('user'),
    kind: 'gift',
    quantity: 1,
    at: new Date().toISOString(),
  }
  return JSON.stringify({ type: 'acts.reported', timestamp: new Date().toISOString(), data: { acts: [act] } })
}

const seconds = (offset: number): Date => new Date((Math.floor(Date.now() / 1_000) + offset) * 1_000)

/** The request with a header changed; undefined takes it away. */
function withHeader(request: Signed, name: string, value: string | undefined): Signed {
  const { [name]: _, ...rest } = request.headers
  return { ...request, headers: value === undefined ? rest : { ...rest, [name]: value } }
}

beforeAll(plantSeed)

describe('the signature check', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const at = 1_614_265_330
  const body = '{"test": 2432232314}'
  const headers = (signature: string, timestamp = String(at)) =>
    new Headers({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': timestamp,
      'webhook-signature': signature,
    })
  const v1 = { scheme: 'v1', expiresAt: null } as const
  const good = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='

  const check = async (
    text: string,
    fields: Headers,
    secrets: readonly string[],
    now: number,
  ): Promise<string> => {
    try {
      const keys = await Promise.all(secrets.map(async (text) => ({ ...v1, key: await verifyingKey(text) })))
      await verifySignature(text, fields, keys, now)
      return 'passes'
    } catch (error) {
      return (error as Error).message
    }
  }

  it('passes the vector of the Standard Webhooks specification at its time', async () => {
    expect(await check(body, headers(good), [secret], at * 1_000)).toBe('passes')
    expect(await check(body, headers(`v1,other ${good}`), [createSecret(), secret], at * 1_000)).toBe(
      'passes',
    )
  })

  it('finds the vector expired at any other time', async () => {
    for (const now of [(at + 301) * 1_000, (at - 301) * 1_000, Date.now()])
      expect(await check(body, headers(good), [secret], now)).toBe('signature_expired')
  })

  it('does not pass the vector for another body, secret or timestamp, or without a secret', async () => {
    const now = at * 1_000
    const invalid = 'signature_invalid'
    expect(await check('{"test":2432232314}', headers(good), [secret], now)).toBe(invalid)
    expect(await check(body, headers(good), [`${secret.slice(0, -1)}x`], now)).toBe(invalid)
    expect(await check(body, headers(good, String(at + 1)), [secret], now)).toBe(invalid)
    expect(await check(body, headers(good), [], now)).toBe(invalid)
  })

  it.each([
    'v1',
    'v1,',
    'v1,=',
    ',',
    'v2,abc',
    'v1,%%',
    good.slice(3),
    good.replace('v1,', 'v1a,'),
    good.slice(0, -4),
  ])('does not pass the signature %j', async (signature) => {
    const now = seconds(0).getTime()
    const fields = headers(signature, String(now / 1_000))
    expect(await check(body, fields, [secret], now)).toBe('signature_invalid')
    expect(await check(body, headers(signature), [secret], at * 1_000)).toBe('signature_invalid')
  })

  // Anybody may send such a header, and each look at it costs as much as a hash of the whole body.
  it('looks at a handful of signatures, however many a header holds', async () => {
    const verify = vi.spyOn(crypto.subtle, 'verify')
    const flood = `${good} `.replace('g', 'h').repeat(40).trimEnd()
    expect(await check(body, headers(flood), [secret], at * 1_000)).toBe('signature_invalid')
    expect(verify.mock.calls.length).toBeLessThanOrEqual(10)
    verify.mockRestore()
  })
})

describe('a signed event', () => {
  it('is taken when the standardwebhooks library signed it', async () => {
    expect((await send(path, await signed('gift', report()))).status).toBe(200)
  })

  it('is taken with a clock that is five minutes off, either way', async () => {
    for (const offset of [-298, 298])
      expect((await send(path, await signed('gift', report(), { at: seconds(offset) }))).status).toBe(200)
  })

  it('is taken when one of several signatures is good, wherever it stands', async () => {
    const request = await signed('gift', report())
    const good = request.headers['webhook-signature']
    const other = new Webhook(createSecret()).sign('x', new Date(), 'x')
    for (const all of [`${other} ${good}`, `${good} ${other}`, `v1a,abc v2,def ${good}`])
      expect((await send(path, withHeader(request, 'webhook-signature', all))).status).toBe(200)
  })

  it('is taken with any of a line’s secrets while one replaces another', async () => {
    const line = freshId('line')
    const secrets = [createSecret(), createSecret()] as const
    await world.DB.prepare('INSERT INTO lines (id, name, name_en) VALUES (?1, ?1, ?1)').bind(line).run()
    for (const secret of secrets)
      await world.DB.prepare('INSERT INTO line_secrets (line, id, sealed, created_at) VALUES (?, ?, ?, 0)')
        .bind(line, freshId('secret'), await sealSecret(world.SECRETS_KEY, line, secret))
        .run()
    for (const secret of secrets)
      expect((await send(`/v1/lines/${line}/webhook`, await signed(line, report(), { secret }))).status).toBe(
        200,
      )
    const stranger = await signed(line, report(), { secret: createSecret() })
    await expectProblem(await send(`/v1/lines/${line}/webhook`, stranger), 'signature_invalid')
  })

  it('is taken with a body outside ASCII', async () => {
    const body = JSON.stringify({ ...JSON.parse(report()), note: '小红花 🌺' })
    expect((await send(path, await signed('gift', body))).status).toBe(200)
  })
})

describe('an event that is not in order has no effect', () => {
  const changed = (name: string, value: string | undefined) => async () =>
    withHeader((await signed('gift', report())) as Signed, name, value)
  const event = (content: unknown) => () => signed('gift', JSON.stringify(content))
  const timestamp = new Date().toISOString()
  const act = { id: 'a', user: 'u', kind: 'gift', quantity: 1, at: timestamp }
  const acts = (...list: readonly unknown[]) =>
    event({ type: 'acts.reported', timestamp, data: { acts: list } })

  /** An event with lists in lists where its data, or the quantity of its act, should be. */
  const nested = (depth: number, place: 'data' | 'quantity' = 'data'): string => {
    const data = place === 'data' ? 'deep' : { acts: [{ ...act, quantity: 'deep' }] }
    const lists = '['.repeat(depth) + ']'.repeat(depth)
    return JSON.stringify({ type: 'acts.reported', timestamp, data }).replace('"deep"', lists)
  }

  it.each<[string, ProblemCode, () => Promise<Signed>, string?]>([
    ['too old', 'signature_expired', () => signed('gift', report(), { at: seconds(-302) })],
    ['too new', 'signature_expired', () => signed('gift', report(), { at: seconds(302) })],
    ['of another secret', 'signature_invalid', () => signed('gift', report(), { secret: createSecret() })],
    ['of another line', 'signature_invalid', () => signed('steps', report())],
    ['of no line', 'line_not_found', () => signed('gift', report()), '/v1/lines/no-line/webhook'],
    ['of no possible line', 'line_not_found', () => signed('gift', report()), '/v1/lines/GIFT/webhook'],
    [
      'tampered with',
      'signature_invalid',
      async () => ({ ...(await signed('gift', report())), body: report() }),
    ],
    [
      're-indented',
      'signature_invalid',
      async () => {
        const request = await signed('gift', report())
        return { ...request, body: JSON.stringify(JSON.parse(request.body), null, 1) }
      },
    ],
    ['of another id', 'signature_invalid', changed('webhook-id', 'msg_other')],
    [
      'of another time',
      'signature_invalid',
      changed('webhook-timestamp', String(seconds(9).getTime() / 1_000)),
    ],
    ['without an id', 'webhook_headers_missing', changed('webhook-id', undefined)],
    ['without a timestamp', 'webhook_headers_missing', changed('webhook-timestamp', undefined)],
    ['without a signature', 'webhook_headers_missing', changed('webhook-signature', undefined)],
    ['with a timestamp in words', 'webhook_headers_missing', changed('webhook-timestamp', timestamp)],
    ['with a timestamp and a half', 'webhook_headers_missing', changed('webhook-timestamp', '1614265330.5')],
    ['with a long id', 'webhook_headers_missing', changed('webhook-id', 'x'.repeat(256))],
    [
      'with a flood of signatures',
      'webhook_headers_missing',
      changed('webhook-signature', 'v1,a '.repeat(500)),
    ],
    ['of another media type', 'unsupported_media_type', changed('Content-Type', 'text/plain')],
    ['no JSON', 'invalid_json', () => signed('gift', 'acts')],
    ['empty', 'invalid_json', () => signed('gift', '')],
    ['of an unknown type', 'unknown_event_type', event({ type: 'acts.invented', timestamp, data: {} })],
    ['without a type', 'invalid_request', event({ timestamp, data: { acts: [act] } })],
    [
      'without a timestamp in the body',
      'invalid_request',
      event({ type: 'acts.reported', data: { acts: [act] } }),
    ],
    ['without data', 'invalid_request', event({ type: 'acts.reported', timestamp })],
    ['with null for data', 'invalid_request', event({ type: 'acts.reported', timestamp, data: null })],
    [
      'with one good act and one without a user',
      'invalid_request',
      acts(act, { ...act, id: 'b', user: undefined }),
    ],
    ['with an act of two words for an id', 'invalid_request', acts(act, { ...act, id: 'two words' })],
    ['with an act of a long id', 'invalid_request', acts(act, { ...act, id: 'x'.repeat(129) })],
    ['with an act of an empty id', 'invalid_request', acts(act, { ...act, id: '' })],
    ['with a user outside ASCII', 'invalid_request', acts(act, { ...act, user: '小红' })],
    ['with a quantity in words', 'invalid_request', acts(act, { ...act, quantity: '1' })],
    [
      'with 501 acts',
      'batch_too_large',
      acts(...Array.from({ length: 501 }, (_, n) => ({ ...act, id: `a${n}` }))),
    ],
    ['with data nested as deep as fits', 'invalid_request', () => signed('gift', nested(100_000))],
    ['with a quantity nested as deep', 'invalid_request', () => signed('gift', nested(100_000, 'quantity'))],
    ['with 501 things that are no acts', 'batch_too_large', acts(...Array(501).fill(null))],
    ['larger than 256 KiB', 'body_too_large', () => signed('gift', report().padEnd(256 * 1_024 + 1, ' '))],
  ])('when it is %s: %s', async (_, code, make, target = path) => {
    const before = await ledgerNow()
    const problem = await expectProblem(await send(target, await make()), code)
    if (code === 'invalid_request') expect(problem.errors).not.toHaveLength(0)
    expect(await ledgerNow()).toEqual(before)
  })

  it('and says where a wrong item stands', async () => {
    const answer = await send(path, await acts(act, { ...act, id: 'b', user: 7 })())
    expect(await answer.json()).toMatchObject({ errors: [{ path: 'acts.1.user' }] })
  })
})

import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { signingLine } from '../../src/lines/profiles.ts'
import { verifySignature } from '../../src/lines/signature.ts'
import { actionsOf, call, changesOf, OPERATOR, register, sql } from './registry-calls.ts'
import { expectProblem, freshId, send, sendWith, tokenFor, world } from './world.ts'

const HOUR_MS = 60 * 60 * 1_000

interface Secret {
  readonly id: string
  readonly scheme: string
  readonly secret?: string
  readonly createdAt: string
  readonly expiresAt: string | null
}

const add = (line: string, body: unknown = {}, as?: readonly string[]): Promise<Response> =>
  call('post', `/v1/lines/${line}/secrets`, { body, ...(as ? { as } : {}) })

const revoke = (line: string, secret: string, as?: readonly string[]): Promise<Response> =>
  call('delete', `/v1/lines/${line}/secrets/${secret}`, as ? { as } : {})

async function added(line: string, body: unknown = {}): Promise<Secret> {
  const answer = await add(line, body)
  expect(answer.status).toBe(201)
  return answer.json()
}

async function secretsOf(line: string): Promise<Secret[]> {
  const answer = await call('get', `/v1/lines/${line}/secrets`)
  return (await answer.json<{ items: Secret[] }>()).items
}

/** A line that may report, with its first secret. */
async function reporting(): Promise<{ line: string; first: { id: string; secret: string } }> {
  const { id, secret } = await register({ kinds: ['walk'] })
  await call('post', `/v1/lines/${id}/rules`, { body: { kind: 'walk', per: 1, flowers: 1 } })
  await call('post', `/v1/lines/${id}/rules/walk/1/activate`)
  return { line: id, first: secret }
}

/** Makes a webhook-signature of the bytes that are signed. */
type Sign = (id: string, at: Date, body: string) => string | Promise<string>

const shared =
  (secret: string | undefined): Sign =>
  (id, at, body) =>
    new Webhook(secret ?? '').sign(id, at, body)

/** Sends an act that `sign` signed. */
async function report(line: string, sign: Sign): Promise<Response> {
  const [id, at] = [freshId('msg'), new Date()]
  const act = { id: freshId('act'), user: freshId('user'), kind: 'walk', quantity: 1, at: at.toISOString() }
  const body = JSON.stringify({ type: 'acts.reported', timestamp: at.toISOString(), data: { acts: [act] } })
  return send(`/v1/lines/${line}/webhook`, {
    method: 'POST',
    body,
    headers: {
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': await sign(id, at, body),
    },
  })
}

const base64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)))

/** An Ed25519 pair: its public half as a line states it, and what signs with the other. */
async function newPair(): Promise<{ publicKey: string; sign: Sign }> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
  const raw = (await crypto.subtle.exportKey('raw', pair.publicKey)) as ArrayBuffer
  const sign: Sign = async (id, at, body) => {
    const signed = new TextEncoder().encode(`${id}.${Math.floor(at.getTime() / 1_000)}.${body}`)
    return `v1a,${base64(await crypto.subtle.sign('Ed25519', pair.privateKey, signed))}`
  }
  return { publicKey: `whpk_${base64(raw)}`, sign }
}

describe('a secret', () => {
  it('is listed without what it is, with until when it verifies', async () => {
    const { line, first } = await reporting()
    const list = await secretsOf(line)
    expect(list).toEqual([{ id: first.id, scheme: 'v1', createdAt: expect.any(String), expiresAt: null }])
    expect(JSON.stringify(list)).not.toContain('whsec')
  })

  it('is replaced by a new one; for a day both verify', async () => {
    const { line, first } = await reporting()
    const before = Date.now()
    const second = await added(line)
    expect(second).toMatchObject({ scheme: 'v1', secret: expect.stringMatching(/^whsec_/), expiresAt: null })
    const [old, young] = await secretsOf(line)
    expect(young).toMatchObject({ id: second.id, expiresAt: null })
    expect(old?.id).toBe(first.id)
    const expires = Date.parse(old?.expiresAt ?? '')
    expect(expires).toBeGreaterThanOrEqual(before + 24 * HOUR_MS)
    expect(expires).toBeLessThanOrEqual(Date.now() + 24 * HOUR_MS)
    for (const secret of [first.secret, second.secret])
      expect((await report(line, shared(secret))).status).toBe(200)
    expect((await changesOf(line)).at(-1)).toMatchObject({
      ...{ action: 'secret.added', actor: OPERATOR },
      detail: { secret: second.id, scheme: 'v1', overlapHours: 24, expiring: [first.id] },
    })
    expect(JSON.stringify(await changesOf(line))).not.toContain(second.secret?.slice(6, 30))
  })

  it('verifies no more once it expired', async () => {
    const { line, first } = await reporting()
    const second = await added(line)
    await sql(
      'UPDATE line_secrets SET expires_at = ? WHERE line = ? AND id = ?',
      Date.now() - 1,
      line,
      first.id,
    )
    await expectProblem(await report(line, shared(first.secret)), 'signature_invalid')
    expect((await report(line, shared(second.secret))).status).toBe(200)
    expect((await secretsOf(line)).map(({ id }) => id)).toEqual([second.id])
    await expectProblem(await revoke(line, first.id), 'secret_not_found')
  })

  it('verifies no more once it expired, while the line is still remembered', async () => {
    const { line, first } = await reporting()
    const now = Date.now()
    await sql('UPDATE line_secrets SET expires_at = ? WHERE line = ?', now + 5_000, line)
    const id = freshId('msg')
    const headers = new Headers({
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now / 1_000)),
      'webhook-signature': new Webhook(first.secret).sign(id, new Date(now), '{}'),
    })
    const check = async (at: number): Promise<string> => {
      const { keys } = await signingLine(world, line, at)
      // The same keys each time: nothing is read again within ten seconds.
      expect(keys).toHaveLength(1)
      return verifySignature('{}', headers, keys, at).then(
        () => 'passes',
        (error: Error) => error.message,
      )
    }
    expect(await check(now)).toBe('passes')
    expect(await check(now + 4_999)).toBe('passes')
    expect(await check(now + 5_000)).toBe('signature_invalid')
  })

  it('is replaced at once with no overlap', async () => {
    const { line, first } = await reporting()
    const second = await added(line, { overlapHours: 0 })
    expect((await secretsOf(line)).map(({ id }) => id)).toEqual([second.id])
    await expectProblem(await report(line, shared(first.secret)), 'signature_invalid')
    expect((await report(line, shared(second.secret))).status).toBe(200)
  })

  it('that expires sooner is not given longer', async () => {
    const { line, first } = await reporting()
    await added(line, { overlapHours: 1 })
    const [before] = await secretsOf(line)
    const third = await added(line, { overlapHours: 168 })
    const [old, second, young] = await secretsOf(line)
    expect(old).toEqual(before)
    expect(old?.id).toBe(first.id)
    expect(Date.parse(second?.expiresAt ?? '') - Date.parse(third.createdAt)).toBe(168 * HOUR_MS)
    expect(young?.expiresAt).toBeNull()
    expect((await changesOf(line)).at(-1)?.detail.expiring).toEqual([second?.id])
  })

  it('is one of five at the most, however many ask for another at a time', async () => {
    const { line } = await reporting()
    const answers = await Promise.all(Array.from({ length: 8 }, () => add(line)))
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(4).fill(201), ...Array(4).fill(422)])
    await expectProblem(await add(line), 'limit_reached')
    expect(await secretsOf(line)).toHaveLength(5)
    expect((await secretsOf(line)).filter(({ expiresAt }) => expiresAt === null)).toHaveLength(1)
    expect((await actionsOf(line)).filter((action) => action === 'secret.added')).toHaveLength(4)
    // What expires at once leaves room.
    const only = await added(line, { overlapHours: 0 })
    expect((await secretsOf(line)).map(({ id }) => id)).toEqual([only.id])
  })

  it('that expired is cleared away when the next is added', async () => {
    const { line, first } = await reporting()
    await added(line)
    await sql('UPDATE line_secrets SET expires_at = 1 WHERE line = ? AND id = ?', line, first.id)
    await added(line)
    const { results } = await sql('SELECT id FROM line_secrets WHERE line = ?', line)
    expect(results).toHaveLength(2)
  })

  it('is revoked at once, and its row says so', async () => {
    const { line, first } = await reporting()
    const second = await added(line)
    const answer = await revoke(line, first.id)
    expect(answer.status).toBe(204)
    expect(await answer.text()).toBe('')
    await expectProblem(await report(line, shared(first.secret)), 'signature_invalid')
    expect((await report(line, shared(second.secret))).status).toBe(200)
    expect((await changesOf(line)).at(-1)).toMatchObject({
      ...{ action: 'secret.revoked', actor: OPERATOR, detail: { secret: first.id } },
    })
    await expectProblem(await revoke(line, first.id), 'secret_not_found')
  })

  it('is not revoked when it is the last, nor are the last two at a time', async () => {
    const { line, first } = await reporting()
    await expectProblem(await revoke(line, first.id), 'last_secret')
    const second = await added(line)
    const answers = await Promise.all([revoke(line, first.id), revoke(line, second.id)])
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
    expect(await secretsOf(line)).toHaveLength(1)
    expect((await actionsOf(line)).filter((action) => action === 'secret.revoked')).toHaveLength(1)
  })

  it('is not revoked when the others have expired', async () => {
    const { line, first } = await reporting()
    const second = await added(line)
    await sql('UPDATE line_secrets SET expires_at = 1 WHERE line = ? AND id = ?', line, first.id)
    await expectProblem(await revoke(line, second.id), 'last_secret')
  })

  it('of one line is no secret of another', async () => {
    const [one, other] = [await reporting(), await reporting()]
    await added(one.line)
    await added(other.line)
    await expectProblem(await revoke(one.line, other.first.id), 'secret_not_found')
    await expectProblem(await revoke(one.line, 'x'.repeat(65)), 'secret_not_found')
    expect(await secretsOf(other.line)).toHaveLength(2)
    await expectProblem(await report(one.line, shared(other.first.secret)), 'signature_invalid')
  })

  it('is for the owner of the line and for operators', async () => {
    const { line, first } = await reporting()
    const as = [`line:${line}`]
    expect((await add(line, {}, as)).status).toBe(201)
    expect((await call('get', `/v1/lines/${line}/secrets`, { as })).status).toBe(200)
    expect((await revoke(line, first.id, as)).status).toBe(204)
    for (const stranger of [[], ['line:other']]) {
      await expectProblem(await add(line, {}, stranger), 'owner_only')
      await expectProblem(await call('get', `/v1/lines/${line}/secrets`, { as: stranger }), 'owner_only')
      await expectProblem(await revoke(line, first.id, stranger), 'owner_only')
    }
  })

  it.each<[string, unknown]>([
    ['an overlap of more than a week', { overlapHours: 169 }],
    ['an overlap below nothing', { overlapHours: -1 }],
    ['half an hour', { overlapHours: 0.5 }],
    ['a secret of its own', { secret: 'whsec_AAAA' }],
    ['a public key of 31 bytes', { publicKey: `whpk_${btoa('x'.repeat(31))}` }],
    ['a public key of 33 bytes', { publicKey: `whpk_${btoa('x'.repeat(33))}` }],
    ['a public key without its prefix', { publicKey: btoa('x'.repeat(32)) }],
    ['a shared secret for a public key', { publicKey: `whsec_${btoa('x'.repeat(32))}` }],
    ['a public key that is no base64', { publicKey: `whpk_${'*'.repeat(43)}=` }],
  ])('is not added with %s', async (_, body) => {
    const { line } = await reporting()
    await expectProblem(await add(line, body), 'invalid_request')
    expect(await secretsOf(line)).toHaveLength(1)
  })

  it('is not added by a body that is no JSON or too large, to no line or a closed one, or unsealed', async () => {
    const { line } = await reporting()
    await expectProblem(await add(line, '{'), 'invalid_json')
    await expectProblem(await add(line, ' '.repeat(1_025)), 'body_too_large')
    await expectProblem(await call('post', `/v1/lines/${line}/secrets`), 'unsupported_media_type')
    await expectProblem(await add('no-such-line'), 'line_not_found')
    await expectProblem(await call('get', '/v1/lines/no-such-line/secrets'), 'line_not_found')
    await expectProblem(await revoke('no-such-line', 'x'), 'line_not_found')
    const headers = {
      Authorization: `Bearer ${await tokenFor(OPERATOR, ['operator'])}`,
      'Content-Type': 'application/json',
    }
    const init = { method: 'POST', headers, body: '{}' }
    const unsealed = await sendWith({ SECRETS_KEY: undefined }, `/v1/lines/${line}/secrets`, init)
    await expectProblem(unsealed, 'unavailable')
    await call('patch', `/v1/lines/${line}`, { body: { state: 'closed' } })
    await expectProblem(await add(line), 'line_closed')
    expect(await secretsOf(line)).toHaveLength(1)
  })
})

describe('an Ed25519 key', () => {
  it('is added without a secret to share; then both verify, each in its scheme', async () => {
    const { line, first } = await reporting()
    const { publicKey, sign } = await newPair()
    const key = await added(line, { publicKey })
    expect(key).not.toHaveProperty('secret')
    expect(key.scheme).toBe('v1a')
    expect((await report(line, sign)).status).toBe(200)
    expect((await report(line, shared(first.secret))).status).toBe(200)
    const both: Sign = async (...signed) =>
      `${await shared(first.secret)(...signed)} ${await sign(...signed)}`
    expect((await report(line, both)).status).toBe(200)
    expect((await secretsOf(line)).map(({ scheme }) => scheme)).toEqual(['v1', 'v1a'])
    expect((await changesOf(line)).at(-1)?.detail).toMatchObject({ scheme: 'v1a', publicKey })
  })

  it('stands alone once the shared secret is revoked', async () => {
    const { line, first } = await reporting()
    const { publicKey, sign } = await newPair()
    await added(line, { publicKey })
    await revoke(line, first.id)
    expect((await report(line, sign)).status).toBe(200)
    await expectProblem(await report(line, shared(first.secret)), 'signature_invalid')
  })

  it('does not verify what another key signed, or what was tampered with', async () => {
    const { line } = await reporting()
    const [mine, other] = [await newPair(), await newPair()]
    await added(line, { publicKey: mine.publicKey })
    await expectProblem(await report(line, other.sign), 'signature_invalid')
    const tampered: Sign = (id, at, body) => mine.sign(id, at, `${body} `)
    await expectProblem(await report(line, tampered), 'signature_invalid')
    const cut: Sign = async (...signed) => (await mine.sign(...signed)).slice(0, -4)
    await expectProblem(await report(line, cut), 'signature_invalid')
    const posing: Sign = async (...signed) => (await mine.sign(...signed)).replace('v1a,', 'v1,')
    await expectProblem(await report(line, posing), 'signature_invalid')
  })

  it('is no shared secret: what anyone can sign with the public half does not verify', async () => {
    const { line } = await reporting()
    const { publicKey } = await newPair()
    await added(line, { publicKey, overlapHours: 0 })
    const confused = shared(publicKey.replace('whpk_', 'whsec_'))
    await expectProblem(await report(line, confused), 'signature_invalid')
    const posing: Sign = async (...signed) => (await confused(...signed)).replace('v1,', 'v1a,')
    await expectProblem(await report(line, posing), 'signature_invalid')
  })

  it('signs for no line that has shared secrets only, nor does a shared secret in its name', async () => {
    const { line, first } = await reporting()
    const { sign } = await newPair()
    await expectProblem(await report(line, sign), 'signature_invalid')
    const posing: Sign = async (...signed) => (await shared(first.secret)(...signed)).replace('v1,', 'v1a,')
    await expectProblem(await report(line, posing), 'signature_invalid')
    expect((await report(line, shared(first.secret))).status).toBe(200)
  })
})

import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { verifySignature } from '../../src/lines/signature.ts'
import {
  createSecret,
  PUBLIC_KEY,
  publicVerifyingKey,
  type VerifyingKey,
  verifyingKey,
} from '../../src/registry/secrets.ts'

const NOW = 1_790_000_000_000
const ID = 'msg_1'
const BODY = '{"小红花":1}'
const SIGNED = `${ID}.${NOW / 1_000}.${BODY}`

function newPair(): { publicKey: string; privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url')
  return { publicKey: `whpk_${raw.toString('base64')}`, privateKey }
}

const shared = async (secret: string, expiresAt: number | null = null): Promise<VerifyingKey> => ({
  scheme: 'v1',
  key: await verifyingKey(secret),
  expiresAt,
})

const asymmetric = async (publicKey: string, expiresAt: number | null = null): Promise<VerifyingKey> => ({
  scheme: 'v1a',
  key: await publicVerifyingKey(publicKey),
  expiresAt,
})

const v1 = (secret: string, content = SIGNED): string =>
  `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(content)
    .digest('base64')}`

const v1a = (privateKey: KeyObject, content = SIGNED): string =>
  `v1a,${sign(null, Buffer.from(content), privateKey).toString('base64')}`

function check(signature: string, keys: readonly VerifyingKey[], now = NOW): Promise<string> {
  const headers = new Headers({
    'webhook-id': ID,
    'webhook-timestamp': String(NOW / 1_000),
    'webhook-signature': signature,
  })
  return verifySignature(BODY, headers, keys, now).then(
    () => 'passes',
    (error: Error) => error.message,
  )
}

describe('a signature', () => {
  it('is checked with the keys of its scheme: v1 with shared secrets, v1a with public keys', async () => {
    const [secret, pair] = [createSecret(), newPair()]
    expect(pair.publicKey).toMatch(PUBLIC_KEY)
    const keys = [await shared(secret), await asymmetric(pair.publicKey)]
    expect(await check(v1(secret), keys)).toBe('passes')
    expect(await check(v1a(pair.privateKey), keys)).toBe('passes')
    expect(await check(v1(secret), keys.slice(1))).toBe('signature_invalid')
    expect(await check(v1a(pair.privateKey), keys.slice(0, 1))).toBe('signature_invalid')
  })

  it('does not pass under the name of the other scheme', async () => {
    const [secret, pair] = [createSecret(), newPair()]
    const keys = [await shared(secret), await asymmetric(pair.publicKey)]
    expect(await check(v1(secret).replace('v1,', 'v1a,'), keys)).toBe('signature_invalid')
    expect(await check(v1a(pair.privateKey).replace('v1a,', 'v1,'), keys)).toBe('signature_invalid')
    // A public key is known to all; signing with it as if it were a shared secret proves nothing.
    const confused = v1(pair.publicKey.replace('whpk_', 'whsec_'))
    expect(await check(confused, keys)).toBe('signature_invalid')
  })

  it('of Ed25519 passes for its key and its content only, with any of several keys', async () => {
    const [one, other] = [newPair(), newPair()]
    const keys = [await asymmetric(one.publicKey), await asymmetric(other.publicKey)]
    for (const { privateKey } of [one, other]) expect(await check(v1a(privateKey), keys)).toBe('passes')
    expect(await check(v1a(newPair().privateKey), keys)).toBe('signature_invalid')
    for (const content of [`${SIGNED} `, BODY, `x${SIGNED}`])
      expect(await check(v1a(one.privateKey, content), keys)).toBe('signature_invalid')
    const good = Buffer.from(v1a(one.privateKey).slice(4), 'base64')
    for (const place of [0, 31, 32, 63]) {
      const changed = Buffer.from(good)
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place)
      expect(await check(`v1a,${changed.toString('base64')}`, keys)).toBe('signature_invalid')
    }
  })

  it.each(['v1a', 'v1a,', 'v1a,=', 'v1a,%%', 'v1b,abc', 'v1aa,abc'])('%j is none', async (signature) => {
    expect(await check(signature, [await asymmetric(newPair().publicKey)])).toBe('signature_invalid')
  })

  it('passes with a key until the moment it expires', async () => {
    const [secret, pair] = [createSecret(), newPair()]
    const keys = [await shared(secret, NOW + 1_000), await asymmetric(pair.publicKey, NOW + 2_000)]
    const at = async (now: number) => [
      await check(v1(secret), keys, now),
      await check(v1a(pair.privateKey), keys, now),
    ]
    expect(await at(NOW + 999)).toEqual(['passes', 'passes'])
    expect(await at(NOW + 1_000)).toEqual(['signature_invalid', 'passes'])
    expect(await at(NOW + 2_000)).toEqual(['signature_invalid', 'signature_invalid'])
  })

  it('is one of five that are looked at, of both schemes together', async () => {
    const [secret, pair] = [createSecret(), newPair()]
    const keys = [await shared(secret), await asymmetric(pair.publicKey)]
    const wrong = [v1(createSecret()), v1a(newPair().privateKey)]
    const good = v1(secret)
    expect(await check([...wrong, ...wrong, good].join(' '), keys)).toBe('passes')
    const verify = vi.spyOn(crypto.subtle, 'verify')
    const late = [...wrong, ...wrong, wrong[0], good].join(' ')
    expect(await check(late, keys)).toBe('signature_invalid')
    expect(verify.mock.calls.length).toBe(5)
    verify.mockRestore()
  })
})

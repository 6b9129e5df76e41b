import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import {
  createSecret,
  openSecret,
  PUBLIC_KEY,
  publicVerifyingKey,
  sealSecret,
} from '../../src/registry/secrets.ts'

const newKey = (bytes = 32): string => randomBytes(bytes).toString('base64')

describe('a signing secret', () => {
  it('is whsec_ and the base64 of 32 bytes, new each time, and Standard Webhooks can sign with it', () => {
    const secrets = Array.from({ length: 20 }, createSecret)
    expect(new Set(secrets).size).toBe(20)
    for (const secret of secrets) {
      expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
      expect(new Webhook(secret).sign('id', new Date(), 'body')).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/)
    }
  })

  it('comes out as it was sealed, for its line and under its key', async () => {
    const [key, secret] = [newKey(), createSecret()]
    expect(await openSecret(key, 'steps', await sealSecret(key, 'steps', secret))).toBe(secret)
  })

  it('is sealed differently each time, and not legible', async () => {
    const [key, secret] = [newKey(), createSecret()]
    const sealed = await Promise.all(Array.from({ length: 10 }, () => sealSecret(key, 'steps', secret)))
    expect(new Set(sealed).size).toBe(10)
    const nonces = sealed.map((text) => Buffer.from(text, 'base64').subarray(0, 12).toString('hex'))
    expect(new Set(nonces).size).toBe(10)
    for (const text of sealed)
      expect(Buffer.from(text, 'base64').toString('latin1')).not.toContain(secret.slice(6, 20))
  })

  it('does not open under another key', async () => {
    const sealed = await sealSecret(newKey(), 'steps', createSecret())
    await expect(openSecret(newKey(), 'steps', sealed)).rejects.toThrow()
  })

  it('does not open for another line, whose row it was copied to', async () => {
    const key = newKey()
    const sealed = await sealSecret(key, 'steps', createSecret())
    for (const line of ['quiz', 'step', 'steps2', ''])
      await expect(openSecret(key, line, sealed)).rejects.toThrow()
  })

  it('does not open when a bit of it was changed, or a part is missing', async () => {
    const key = newKey()
    const sealed = Buffer.from(await sealSecret(key, 'steps', createSecret()), 'base64')
    for (const place of [0, 11, 12, sealed.length >> 1, sealed.length - 1]) {
      const changed = Buffer.from(sealed)
      changed.writeUInt8(changed.readUInt8(place) ^ 1, place)
      await expect(openSecret(key, 'steps', changed.toString('base64'))).rejects.toThrow()
    }
    for (const end of [0, 5, 12, 28, sealed.length - 1])
      await expect(openSecret(key, 'steps', sealed.subarray(0, end).toString('base64'))).rejects.toThrow()
  })

  it('is sealed only under a key of 32 bytes', async () => {
    for (const bytes of [0, 16, 24, 31, 33, 64])
      await expect(sealSecret(newKey(bytes), 'steps', createSecret())).rejects.toThrow('SECRETS_KEY')
    await expect(sealSecret('not base64!', 'steps', createSecret())).rejects.toThrow()
  })
})

describe('a public key', () => {
  const publicKey = `whpk_${randomBytes(32).toString('base64')}`

  it('is whpk_ and the base64 of 32 bytes', () => {
    expect(publicKey).toMatch(PUBLIC_KEY)
    for (const bytes of [0, 31, 33, 64])
      expect(`whpk_${randomBytes(bytes).toString('base64')}`).not.toMatch(PUBLIC_KEY)
    for (const text of [
      ` ${publicKey}`,
      `${publicKey}\n`,
      publicKey.slice(5),
      publicKey.replace('pk', 'sec'),
    ])
      expect(text).not.toMatch(PUBLIC_KEY)
  })

  it('is a key that verifies and does nothing else; other lengths are none', async () => {
    const key = await publicVerifyingKey(publicKey)
    expect([key.algorithm.name, key.type, key.usages]).toEqual(['Ed25519', 'public', ['verify']])
    for (const bytes of [0, 31, 33])
      await expect(publicVerifyingKey(`whpk_${randomBytes(bytes).toString('base64')}`)).rejects.toThrow()
  })

  it('comes out as it was sealed, for its line only', async () => {
    const key = newKey()
    const sealed = await sealSecret(key, 'steps', publicKey)
    expect(await openSecret(key, 'steps', sealed)).toBe(publicKey)
    await expect(openSecret(key, 'quiz', sealed)).rejects.toThrow()
  })
})

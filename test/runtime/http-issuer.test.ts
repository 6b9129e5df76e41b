import { base64url, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { expectProblem, freshId, send, sendWith } from './world.ts'

interface Signer {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
}

async function signer(alg = 'ES256', kid = freshId('kid')): Promise<Signer> {
  return { kid, alg, ...(await generateKeyPair(alg, { extractable: true })) }
}

const realFetch = globalThis.fetch

/** An issuer of tokens, with the key set it serves and how often that was asked for. */
interface Issuer {
  readonly env: Record<string, string | undefined>
  keys: unknown[]
  status: number
  asked: number
}

const issuers = new Map<string, Issuer>()

/** A new issuer at its own address, so that no key set of another test is remembered for it. */
async function plantIssuer(...signers: readonly Signer[]): Promise<Issuer> {
  const url = `https://issuer.test/${freshId('jwks')}`
  const issuer: Issuer = {
    env: {
      LOCAL_SIGNING_KEY: undefined,
      JWT_ISSUER: 'https://issuer.test',
      JWT_AUDIENCE: 'flowers',
      JWT_JWKS_URL: url,
    },
    keys: await publicKeys(...signers),
    status: 200,
    asked: 0,
  }
  issuers.set(url, issuer)
  return issuer
}

function publicKeys(...signers: readonly Signer[]): Promise<unknown[]> {
  return Promise.all(
    signers.map(async ({ kid, alg, publicKey }) => ({
      ...(await exportJWK(publicKey)),
      kid,
      alg,
      use: 'sig',
    })),
  )
}

/** The claims of a good token, with others put over them; undefined takes one away. */
function claimsWith(over: Record<string, unknown> = {}): JWTPayload {
  const now = Math.floor(Date.now() / 1_000)
  const good = { iss: 'https://issuer.test', aud: 'flowers', sub: freshId('user'), iat: now, exp: now + 300 }
  return { ...good, ...over } as JWTPayload
}

function tokenOf(by: Signer, over?: Record<string, unknown>, header: Record<string, unknown> = {}) {
  return new SignJWT(claimsWith(over))
    .setProtectedHeader({ alg: by.alg, kid: by.kid, ...header })
    .sign(by.privateKey)
}

function me(issuer: Issuer, token: string): Promise<Response> {
  return sendWith(issuer.env, '/v1/me', { headers: { Authorization: `Bearer ${token}` } })
}

beforeEach(() => {
  vi.stubGlobal('fetch', async (input: RequestInfo, init?: RequestInit) => {
    const issuer = issuers.get(String(input))
    if (!issuer) return realFetch(input, init)
    issuer.asked += 1
    return Response.json({ keys: issuer.keys }, { status: issuer.status })
  })
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** Moves the clock that the worker reads; nothing waits. */
const passTime = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })

describe('a token of the configured issuer', () => {
  it.each(['ES256', 'RS256', 'EdDSA'])('is good when it is signed with %s', async (alg) => {
    const by = await signer(alg)
    const answer = await me(
      await plantIssuer(await signer(), by),
      await tokenOf(by, { sub: 'someone@issuer' }),
    )
    expect(await answer.json()).toMatchObject({ user: 'someone@issuer', balance: 0 })
  })

  it('is good for one of several audiences, and names an operator by its roles', async () => {
    const by = await signer()
    const { env } = await plantIssuer(by)
    const token = await tokenOf(by, { aud: ['other', 'flowers'], roles: ['operator'] })
    const headers = { Authorization: `Bearer ${token}` }
    expect((await sendWith(env, '/v1/audit/conservation', { headers })).status).toBe(200)
  })

  it.each<[string, Record<string, unknown>]>([
    ['another audience', { aud: 'other' }],
    ['no audience', { aud: undefined }],
    ['another issuer', { iss: 'https://issuer.test/' }],
    ['no issuer', { iss: undefined }],
    ['a list of issuers', { iss: ['https://issuer.test'] }],
    ['an expiry in the past', { exp: Math.floor(Date.now() / 1_000) - 1 }],
    ['no expiry', { exp: undefined }],
    ['an expiry in words', { exp: 'tomorrow' }],
    ['a beginning in the future', { nbf: Math.floor(Date.now() / 1_000) + 3_600 }],
    ['no user', { sub: undefined }],
    ['an empty user', { sub: '' }],
    ['a user of 129 characters', { sub: 'x'.repeat(129) }],
    ['a user with a space', { sub: 'two words' }],
    ['a user with a line break', { sub: 'one\nk:two' }],
    ['a user outside ASCII', { sub: '小红' }],
    ['a number for a user', { sub: 7 }],
    ['a list for a user', { sub: ['u'] }],
  ])('is worth nothing with %s', async (_, claims) => {
    const by = await signer()
    await expectProblem(await me(await plantIssuer(by), await tokenOf(by, claims)), 'token_invalid')
  })

  it('is worth nothing when another key signed it, under a known or an unknown name', async () => {
    const [by, thief] = [await signer(), await signer()]
    const issuer = await plantIssuer(by)
    await expectProblem(await me(issuer, await tokenOf({ ...thief, kid: by.kid })), 'token_invalid')
    await expectProblem(await me(issuer, await tokenOf(thief)), 'token_invalid')
    const jwk = await exportJWK(thief.publicKey)
    await expectProblem(await me(issuer, await tokenOf(thief, {}, { jwk })), 'token_invalid')
    await expectProblem(
      await me(issuer, await tokenOf(thief, {}, { jku: 'https://thief.test/jwks' })),
      'token_invalid',
    )
  })

  it('is worth nothing without a signature, or when a claim was changed after signing', async () => {
    const by = await signer()
    const issuer = await plantIssuer(by)
    const payload = base64url.encode(JSON.stringify(claimsWith()))
    for (const alg of ['none', 'None', '']) {
      const header = base64url.encode(JSON.stringify({ alg, kid: by.kid }))
      await expectProblem(await me(issuer, `${header}.${payload}.`), 'token_invalid')
    }
    const [header, , signature] = (await tokenOf(by)).split('.')
    await expectProblem(await me(issuer, `${header}.${payload}.${signature}`), 'token_invalid')
    await expectProblem(await me(issuer, `${header}.${payload}`), 'token_invalid')
  })

  it('is worth nothing when it is signed with a shared secret: the public key, or one in the key set', async () => {
    const by = await signer('RS256')
    const issuer = await plantIssuer(by)
    const texts = [
      await exportSPKI(by.publicKey),
      JSON.stringify(issuer.keys[0]),
      'a secret of thirty-two bytes or so',
    ]
    const secrets = texts.map((text) => new TextEncoder().encode(text))
    for (const [n, secret] of secrets.entries())
      issuer.keys.push({ kty: 'oct', kid: `shared-${n}`, k: base64url.encode(secret), alg: 'HS256' })
    for (const [n, secret] of secrets.entries())
      for (const kid of [by.kid, `shared-${n}`]) {
        const forged = new SignJWT(claimsWith()).setProtectedHeader({ alg: 'HS256', kid })
        await expectProblem(await me(issuer, await forged.sign(secret)), 'token_invalid')
      }
  })

  it('is refused from the moment it expires, also when it was good just before', async () => {
    const by = await signer()
    const issuer = await plantIssuer(by)
    const token = await tokenOf(by, { exp: Math.floor(Date.now() / 1_000) + 30 })
    expect((await me(issuer, token)).status).toBe(200)
    passTime(31_000)
    await expectProblem(await me(issuer, token), 'token_invalid')
  })

  it('is good only for the issuer it is from: a worker without that issuer refuses it', async () => {
    const by = await signer()
    await plantIssuer(by)
    const answer = await send('/v1/me', { headers: { Authorization: `Bearer ${await tokenOf(by)}` } })
    await expectProblem(answer, 'token_invalid')
  })
})

describe('the issuer’s key set', () => {
  it('is asked for once, however many tokens come', async () => {
    const by = await signer()
    const issuer = await plantIssuer(by)
    for (let n = 0; n < 5; n++) expect((await me(issuer, await tokenOf(by))).status).toBe(200)
    expect(issuer.asked).toBe(1)
  })

  it('is read again for a new key, but not more than every half minute', async () => {
    const [old, next] = [await signer(), await signer()]
    const issuer = await plantIssuer(old)
    expect((await me(issuer, await tokenOf(old))).status).toBe(200)
    issuer.keys = await publicKeys(old, next)
    for (let n = 0; n < 5; n++) await expectProblem(await me(issuer, await tokenOf(next)), 'token_invalid')
    expect(issuer.asked).toBe(1)
    passTime(31_000)
    expect((await me(issuer, await tokenOf(next))).status).toBe(200)
    expect(issuer.asked).toBe(2)
    expect((await me(issuer, await tokenOf(old))).status).toBe(200)
  })

  it('loses a withdrawn key within ten minutes', async () => {
    const [old, next] = [await signer(), await signer()]
    const issuer = await plantIssuer(old)
    expect((await me(issuer, await tokenOf(old))).status).toBe(200)
    issuer.keys = await publicKeys(next)
    passTime(10 * 60_000 + 1)
    await expectProblem(await me(issuer, await tokenOf(old)), 'token_invalid')
    expect((await me(issuer, await tokenOf(next))).status).toBe(200)
  })

  it('is 503 while it was never read, and goes on serving when it was', async () => {
    const by = await signer()
    const issuer = await plantIssuer(by)
    issuer.status = 500
    await expectProblem(await me(issuer, await tokenOf(by)), 'unavailable')
    issuer.status = 200
    expect((await me(issuer, await tokenOf(by))).status).toBe(200)
    issuer.status = 500
    passTime(60 * 60_000)
    expect((await me(issuer, await tokenOf(by))).status).toBe(200)
  })

  it('is not asked for by every request while the issuer does not answer', async () => {
    const by = await signer()
    const issuer = await plantIssuer(by)
    expect((await me(issuer, await tokenOf(by))).status).toBe(200)
    issuer.status = 500
    passTime(10 * 60_000 + 1)
    for (let n = 0; n < 5; n++) expect((await me(issuer, await tokenOf(by))).status).toBe(200)
    expect(issuer.asked).toBe(2)
  })

  it('is 503 when what is served there is no key set', async () => {
    const by = await signer()
    const issuer = await plantIssuer(by)
    issuer.keys = 'none' as unknown as unknown[]
    await expectProblem(await me(issuer, await tokenOf(by)), 'unavailable')
  })
})

import { importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { LOCAL_AUDIENCE, LOCAL_ISSUER } from '../../src/users/local-issuer.ts'
import { expectProblem, freshId, plantDream, send, sendWith, tokenFor, world } from './world.ts'

const me = (authorization: string): Promise<Response> =>
  send('/v1/me', { headers: { Authorization: authorization } })

/** A token with the local key and any claims. */
async function localToken(claims: JWTPayload): Promise<string> {
  const key = await importJWK(JSON.parse(world.LOCAL_SIGNING_KEY) as JWK, 'ES256')
  const now = Math.floor(Date.now() / 1_000)
  const good = { iss: LOCAL_ISSUER, aud: LOCAL_AUDIENCE, sub: freshId('user'), iat: now, exp: now + 60 }
  return new SignJWT({ ...good, ...claims }).setProtectedHeader({ alg: 'ES256' }).sign(key)
}

describe('on a local run', () => {
  it('a token of the local issuer is good, however Bearer is written', async () => {
    const user = freshId('user')
    const token = await tokenFor(user)
    for (const header of [`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token}`])
      expect(await (await me(header)).json()).toMatchObject({ user })
  })

  it.each<[string, JWTPayload]>([
    ['another audience', { aud: 'other' }],
    ['another issuer', { iss: 'https://issuer.test' }],
    ['an expiry in the past', { exp: 1 }],
    ['no expiry', { exp: undefined } as unknown as JWTPayload],
    ['no user', { sub: undefined } as unknown as JWTPayload],
    ['a user with a space', { sub: 'two words' }],
  ])('a token with %s is not', async (_, claims) => {
    await expectProblem(await me(`Bearer ${await localToken(claims)}`), 'token_invalid')
  })

  it.each([
    'Bearer',
    'Bearer ',
    'Token abc',
    'Bearer a b',
    'abc',
    `Bearer ${'x'.repeat(8_193)}`,
    'Bearer ..',
  ])('the header %.20s is no token', async (header) => {
    await expectProblem(await me(header), 'token_invalid')
  })

  it('only the role operator makes an operator', async () => {
    const audit = async (roles: readonly string[]) =>
      send('/v1/audit/conservation', { headers: { Authorization: `Bearer ${await tokenFor('u', roles)}` } })
    expect((await audit(['editor', 'operator'])).status).toBe(200)
    for (const roles of [[], ['admin'], ['operators'], ['Operator']])
      await expectProblem(await audit(roles), 'operator_only')
    const text = await localToken({ roles: 'operator' })
    const answer = await send('/v1/audit/conservation', { headers: { Authorization: `Bearer ${text}` } })
    await expectProblem(answer, 'operator_only')
  })
})

describe('where no local signing key is set', () => {
  const deployed = { LOCAL_SIGNING_KEY: undefined }

  it('there is no guest sign-in', async () => {
    const answer = await sendWith(deployed, '/v1/auth/guest', { method: 'POST' })
    await expectProblem(answer, 'not_found')
    await expectProblem(
      await sendWith({ LOCAL_SIGNING_KEY: '' }, '/v1/auth/guest', { method: 'POST' }),
      'not_found',
    )
  })

  it('a token of the local issuer is worth nothing', async () => {
    const headers = { Authorization: `Bearer ${await tokenFor(freshId('user'), ['operator'])}` }
    await expectProblem(await sendWith(deployed, '/v1/me', { headers }), 'token_invalid')
    const answer = await sendWith(deployed, '/v1/audit/conservation', { headers })
    await expectProblem(answer, 'token_invalid')
  })

  it('what anyone may read is still there', async () => {
    const dream = await plantDream()
    for (const path of ['/healthz', '/v1/dreams', `/v1/dreams/${dream}`, '/v1/openapi.json'])
      expect((await sendWith(deployed, path)).status).toBe(200)
  })
})

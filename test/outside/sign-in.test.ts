import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openClaims, sealClaims } from '../../src/sessions/sealed.ts'
import { Browser } from './browsing.ts'
import { buildWorker } from './build.ts'
import {
  type Algorithm,
  AUDIENCE,
  CLIENT_ID,
  type IdentityProvider,
  type Person,
  startIdentityProvider,
} from './identity-provider.ts'
import type { ServeOptions } from './serve.ts'
import { prepareWorker, type RunningWorker, startWorker } from './worker-process.ts'

/** With what a secret may hold and a header must have encoded. */
const SECRET = 'a secret: with + and / and %'

let idp: IdentityProvider
let options: ServeOptions
let worker: RunningWorker
let at: string

function optionsWith(secret: string | null): ServeOptions {
  return {
    ...options,
    vars: {
      LOCAL_SIGNING_KEY: '',
      JWT_ISSUER: idp.issuer,
      JWT_AUDIENCE: AUDIENCE,
      JWT_JWKS_URL: `${idp.issuer}/jwks`,
      OIDC_CLIENT_ID: CLIENT_ID,
      ...(secret ? { OIDC_CLIENT_SECRET: secret } : {}),
    },
  }
}

async function start(secret: string | null): Promise<void> {
  worker = await startWorker(optionsWith(secret))
  at = worker.url
  idp.open({ redirectUri: `${at}/sign-in/callback`, secret })
}

beforeAll(async () => {
  idp = await startIdentityProvider()
  options = await prepareWorker(buildWorker())
  await start(SECRET)
})

afterEach(() =>
  Object.assign(idp, { forge: null, breakSignature: false, silentAt: null, algorithm: 'ES256' }),
)

afterAll(async () => {
  await worker?.stop()
  await idp?.close()
})

let people = 0
const someone = (more: Partial<Person> = {}): Person => ({
  sub: `person-${++people}`,
  name: `Person ${people}`,
  ...more,
})

/** Goes all the way through the provider. */
function signIn(browser: Browser, person: Person | null, to = '/sign-in') {
  idp.person = person
  return browser.go(`${at}/sign-in/provider?to=${encodeURIComponent(to)}`)
}

/** Goes to the provider and up to the address it sends the browser back to. */
async function comeBack(browser: Browser, person: Person | null, to = '/sign-in'): Promise<string> {
  idp.person = person
  const back = /\/sign-in\/callback\?/
  return (await browser.go(`${at}/sign-in/provider?to=${encodeURIComponent(to)}`, back)).url
}

/** Holds the browser to be signed out, with the page having said why. */
async function expectRefused(
  browser: Browser,
  page: { url: string; status: number; text: string },
  why: RegExp,
) {
  expect(page.text).toMatch(why)
  expect(page.text).toContain('role="alert"')
  expect(page.text).toContain('href="/sign-in/provider?to=')
  expect(browser.cookies(at).has('session')).toBe(false)
  expect((await browser.go(`${at}/sign-in`)).text).not.toContain('You are signed in')
}

async function meBy(token: string): Promise<unknown> {
  return (await fetch(`${at}/v1/me`, { headers: { Authorization: `Bearer ${token}` } })).json()
}

describe('signing in at a real provider', () => {
  it('leads there by a link, comes back to the page, and says who is signed in', async () => {
    const browser = new Browser()
    const page = await browser.go(`${at}/sign-in?to=/sign-in`)
    const link = /href="(\/sign-in\/provider[^"]*)"/.exec(page.text)?.[1]
    idp.person = someone({ name: '<b>Anna</b> \u202e花' })
    const done = await browser.go(at + link?.replaceAll('&amp;', '&'))
    expect(done).toMatchObject({ url: `${at}/sign-in`, status: 200 })
    expect(done.text).toContain('You are signed in')
    expect(done.text).toContain('&lt;b&gt;Anna&lt;/b&gt; 花')
    expect(browser.cookies(at).has('sign-in')).toBe(false)
  })

  it('asks for a code by PKCE, with state and nonce, in the language of the page, and for no contact', async () => {
    await signIn(new Browser('zh-CN'), someone())
    const asked = Object.fromEntries(idp.asked ?? [])
    expect(asked).toMatchObject({
      ...{ response_type: 'code', code_challenge_method: 'S256', scope: 'openid profile' },
      ...{ redirect_uri: `${at}/sign-in/callback`, ui_locales: 'zh-CN' },
    })
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name]?.length).toBeGreaterThan(40)
  })

  it.each<Algorithm>(['ES256', 'RS256', 'EdDSA'])(
    'knows the same person by an ID token and by an access token signed with %s',
    async (algorithm) => {
      idp.algorithm = algorithm
      const person = someone({ sub: `same|${algorithm}` })
      const browser = new Browser()
      expect((await signIn(browser, person)).text).toContain(person.name)
      const session = await openClaims(
        options.secretsKey,
        'session',
        browser.cookies(at).get('session') ?? '',
      )
      expect(session).toMatchObject({ user: person.sub, operator: false, owns: [] })
      expect(await meBy(idp.tokens?.access_token ?? '')).toMatchObject({ user: person.sub, balance: 0 })
    },
  )

  it('makes an operator of whoever has the role, for half a day, and of nobody else', async () => {
    const operator = new Browser()
    await signIn(operator, someone({ roles: ['operator', 'line:steps', 'nonsense'] }))
    const claims = await openClaims(options.secretsKey, 'session', operator.cookies(at).get('session') ?? '')
    expect(claims).toMatchObject({ operator: true, owns: ['line:steps'] })
    expect(Number(claims?.exp) - Number(claims?.iat)).toBe(12 * 60 * 60)
    expect(await operator.go(`${at}/ops`)).toMatchObject({ status: 200, url: `${at}/ops` })
    const guest = new Browser()
    await signIn(guest, someone())
    expect(await guest.go(`${at}/ops`)).toMatchObject({ status: 403 })
  })

  it('goes on to the page that asked for it, and to no other site', async () => {
    expect((await signIn(new Browser(), someone(), '/numbers?day=2026-09-09')).url).toBe(
      `${at}/numbers?day=2026-09-09`,
    )
    for (const to of [
      'https://elsewhere.test/',
      '//elsewhere.test',
      '/\\elsewhere.test',
      '/.//elsewhere.test',
    ])
      expect((await signIn(new Browser(), someone(), to)).url).toBe(`${at}/`)
  })

  it('starts a new session each time, and signing out ends it without a page that asks to sign in again', async () => {
    const browser = new Browser()
    browser.cookies(at).set('session', 'planted')
    const person = someone()
    await signIn(browser, person)
    const first = browser.cookies(at).get('session')
    await signIn(browser, person)
    expect(browser.cookies(at).get('session')).not.toBe(first)
    const out = await browser.send(`${at}/sign-out`)
    expect(out.status).toBe(303)
    expect(out.headers.get('location')).toBe('/')
    expect(browser.cookies(at).size).toBe(0)
  })

  it('lets a person whose account was deleted in, and the API still refuses what they do', async () => {
    const person = someone()
    await signIn(new Browser(), person)
    const headers = {
      Authorization: `Bearer ${idp.tokens?.access_token}`,
      'Content-Type': 'application/json',
    }
    const body = JSON.stringify({ confirm: 'delete my account' })
    expect((await fetch(`${at}/v1/me`, { method: 'DELETE', headers, body })).status).toBe(204)
    expect((await signIn(new Browser(), person)).text).toContain('You are signed in')
    const profile = await fetch(`${at}/v1/me/profile`, {
      method: 'PUT',
      headers,
      body: JSON.stringify({ name: 'Again' }),
    })
    expect(await profile.json()).toMatchObject({ code: 'account_deleted' })
  })
})

describe('a sign-in that fails', () => {
  it('says so when the person says no at the provider', async () => {
    const browser = new Browser()
    await expectRefused(browser, await signIn(browser, null), /cancelled/)
  })

  it('is refused when the answer has another state, and what this browser is in the midst of goes on', async () => {
    const browser = new Browser()
    const address = new URL(await comeBack(browser, someone()))
    const foreign = new URL(address)
    foreign.searchParams.set('state', 'x'.repeat(43))
    await expectRefused(browser, await browser.go(foreign.href), /did not begin in this browser/)
    expect((await browser.go(address.href)).text).toContain('You are signed in')
  })

  it('is refused in a browser that did not begin it', async () => {
    const address = await comeBack(new Browser(), someone())
    const other = new Browser()
    await expectRefused(other, await other.go(address), /did not begin in this browser/)
  })

  it('is refused by the provider when the verifier is not the one the challenge was made of', async () => {
    const browser = new Browser()
    const address = await comeBack(browser, someone())
    const cookie = browser.cookies(at).get('sign-in') ?? ''
    const flow = await openClaims(options.secretsKey, 'sign-in', cookie)
    expect(flow).toMatchObject({ verifier: expect.any(String) })
    const forged = await sealClaims(options.secretsKey, 'sign-in', { ...flow, verifier: 'v'.repeat(43) }, 600)
    browser.cookies(at).set('sign-in', forged)
    await expectRefused(browser, await browser.go(address), /start again/)
  })

  it('is refused when the code was used before', async () => {
    const browser = new Browser()
    const address = await comeBack(browser, someone())
    const flow = browser.cookies(at).get('sign-in') ?? ''
    expect((await browser.go(address)).text).toContain('You are signed in')
    const again = new Browser()
    await expectRefused(again, await again.go(address), /start again/)
    again.cookies(at).set('sign-in', flow)
    await expectRefused(again, await again.go(address), /start again/)
  })

  it.each<[string, Partial<Record<string, unknown>>]>([
    ['another nonce', { nonce: 'n'.repeat(43) }],
    ['no nonce', { nonce: undefined }],
    ['another issuer', { iss: 'https://elsewhere.test' }],
    ['another audience', { aud: 'another-client' }],
    ['a time that is over', { exp: 1_700_000_000 }],
  ])('is refused when the ID token has %s', async (_, changes) => {
    const browser = new Browser()
    idp.forge = (claims) => ({ ...claims, ...changes })
    await expectRefused(browser, await signIn(browser, someone()), /does not hold/)
  })

  it('is refused when the ID token is signed by nobody we know', async () => {
    const browser = new Browser()
    idp.breakSignature = true
    await expectRefused(browser, await signIn(browser, someone()), /does not hold/)
  })

  it.each([
    ['is no id we can hold an account for', { sub: '名字' }],
    [
      'looks after more than a cookie holds',
      { roles: Array.from({ length: 100 }, (_, i) => `line:${'x'.repeat(60)}${i}`) },
    ],
  ])('is refused when the person %s', async (_, more) => {
    const browser = new Browser()
    idp.forge = (claims) => ({ ...claims, ...more })
    await expectRefused(browser, await signIn(browser, someone()), /cannot be used here/)
  })

  it('says when the provider does not answer, and works as soon as it does', async () => {
    const browser = new Browser()
    const address = await comeBack(browser, someone())
    idp.silentAt = '/token'
    const page = await browser.go(address)
    expect(page.status).toBe(503)
    await expectRefused(browser, page, /does not answer right now/)
    idp.silentAt = null
    expect((await signIn(browser, someone())).text).toContain('You are signed in')
  })
})

describe('a public client', () => {
  it('signs people in by PKCE alone, and says when the provider cannot be found at all', async () => {
    await worker.stop()
    idp.silentAt = '/.well-known'
    await start(null)
    const browser = new Browser()
    const page = await signIn(browser, someone())
    expect(page.status).toBe(503)
    await expectRefused(browser, page, /does not answer right now/)
    idp.silentAt = null
    // One that never answered is left alone for two seconds.
    await expect
      .poll(async () => (await signIn(browser, someone())).text, { timeout: 10_000 })
      .toContain('You are signed in')
  })
})

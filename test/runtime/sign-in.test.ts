import { beforeAll, describe, expect, it } from 'vitest'
import { app } from '../../src/app.ts'
import { sealClaims } from '../../src/sessions/sealed.ts'
import { preferredLanguage } from '../../src/words/language.ts'
import { signInGuest, signInOperator, submit, visit } from './page-calls.ts'
import { expectProblem, freshId, plantSeed, send, sendWith, world } from './world.ts'

beforeAll(async () => {
  await plantSeed()
})

/** Every form of the pages, with something in the place of each parameter. */
const actions = [
  ...new Set(
    app.routes
      .filter(({ method, path }) => method === 'POST' && !path.startsWith('/v1/'))
      .map(({ path }) => path),
  ),
].map((path) => path.replaceAll(/:[a-z]+(\{[^}]*\})?/gi, 'first-flower'))

const HOSTS_OF_OTHERS = ['https://elsewhere.test', 'http://flowers.test.elsewhere.test', 'null']

async function rowsNow(): Promise<unknown> {
  const { results } = await world.DB.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'd1_%' ORDER BY name",
  ).all<{ name: string }>()
  const counts = await world.DB.batch<{ n: number }>(
    results.map(({ name }) => world.DB.prepare(`SELECT count(*) AS n FROM "${name}"`)),
  )
  return counts.map(({ results: [row] }, index) => [results[index]?.name, row?.n])
}

describe('a form that another site sends', () => {
  it('does nothing, whichever form of ours it copies and whoever is signed in', async () => {
    expect(actions.length).toBeGreaterThan(3)
    const cookie = await signInOperator()
    const before = await rowsNow()
    for (const path of actions)
      for (const origin of HOSTS_OF_OTHERS) {
        const answer = await submit(path, { to: '/', flowers: '1', confirm: 'yes' }, { cookie, origin })
        expect(answer.status, `${path} from ${origin}`).toBe(403)
        expect(answer.headers.getSetCookie(), path).toEqual([])
      }
    expect(await rowsNow()).toEqual(before)
  }, 120_000)

  it('is known by what the browser says of it, which no page can change', async () => {
    const cookie = await signInGuest()
    for (const site of ['cross-site', 'same-site', 'none'])
      expect((await submit('/sign-out', {}, { cookie, headers: { 'Sec-Fetch-Site': site } })).status).toBe(
        403,
      )
    const ours = await submit('/sign-out', {}, { cookie, headers: { 'Sec-Fetch-Site': 'same-origin' } })
    expect(ours.status).toBe(303)
  })

  it('is refused without a word on where it comes from', async () => {
    const answer = await send('/sign-out', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Cookie: await signInGuest() },
      body: '',
      redirect: 'manual',
    })
    expect(answer.status).toBe(403)
  })
})

describe('the session cookie', () => {
  it('is kept from scripts and from other sites, and over HTTPS from other hosts', async () => {
    const form = {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'to=/',
      redirect: 'manual',
    } as const
    const plain = await send('/sign-in/guest', {
      ...form,
      headers: { ...form.headers, Origin: 'http://flowers.test' },
    })
    expect(plain.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^session=[^;]+; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/),
    ])
    const secure = await sendWith({}, 'https://flowers.test/sign-in/operator', {
      ...form,
      headers: { ...form.headers, Origin: 'https://flowers.test' },
    })
    expect(secure.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ])
  })

  it('means nothing to the API', async () => {
    const cookie = await signInOperator()
    for (const path of ['/v1/me', '/v1/lines', '/v1/audit/log'])
      await expectProblem(await send(path, { headers: { Cookie: cookie } }), 'token_missing')
    const answer = await send('/v1/dreams/first-flower/close', {
      method: 'POST',
      headers: { Cookie: cookie },
    })
    await expectProblem(answer, 'token_missing')
    const bearer = { Authorization: `Bearer ${cookie.replace(/^[^=]*=/, '')}` }
    await expectProblem(await send('/v1/me', { headers: bearer }), 'token_invalid')
  })

  it('is none when it was sealed for something else, or for nobody an account can be held for', async () => {
    const shown = async (value: string) =>
      (await visit('/sign-in', { cookie: `session=${value}`, lang: 'en' })).text()
    const seal = (purpose: 'session' | 'sign-in', claims: Record<string, unknown>) =>
      sealClaims(world.SECRETS_KEY, purpose, claims, 60)
    const good = { user: freshId('user'), operator: false, owns: [], name: null }
    expect(await shown(await seal('session', good))).toContain('You are signed in')
    expect(await shown(await seal('sign-in', good))).not.toContain('You are signed in')
    expect(await shown(await seal('session', { ...good, user: 'a b' }))).not.toContain('You are signed in')
    expect(await shown('nonsense')).not.toContain('You are signed in')
  })
})

describe('signing in by one click', () => {
  it('exists on a local run and nowhere else', async () => {
    const form = {
      method: 'POST',
      headers: { Origin: 'http://flowers.test', 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'to=/',
    }
    for (const who of ['guest', 'operator']) {
      const answer = await sendWith(
        { LOCAL_SIGNING_KEY: undefined },
        `http://flowers.test/sign-in/${who}`,
        form,
      )
      expect(answer.status).toBe(404)
      expect(answer.headers.getSetCookie()).toEqual([])
    }
  })

  it('leads on to a page of ours only', async () => {
    const attempts = [
      ...[
        'https://elsewhere.test',
        '//elsewhere.test',
        '/\\elsewhere.test',
        '\\\\elsewhere.test',
        '///elsewhere.test',
      ],
      ...[
        '/\t/elsewhere.test',
        '/.//elsewhere.test',
        '/x/..//elsewhere.test',
        'javascript:alert(1)',
        '@elsewhere.test',
      ],
      ...['/\n/elsewhere.test', 'http:elsewhere.test', 'data:text/html,x', '/%5c..//elsewhere.test/..//x'],
    ]
    for (const to of attempts) {
      const answer = await submit('/sign-in/guest', { to })
      const location = answer.headers.get('location') ?? ''
      expect(new URL(location, 'http://flowers.test').origin, to).toBe('http://flowers.test')
      expect(location, to).toMatch(/^\/(?![/\\])/)
    }
    expect((await submit('/sign-in/guest', { to: '/me?x=1' })).headers.get('location')).toBe('/me?x=1')
  })
})

describe('the page to sign in at', () => {
  const page = async (parts: Parameters<typeof sendWith>[0], lang: string) => {
    const answer = await sendWith(parts, 'http://flowers.test/sign-in?to=/me', {
      headers: { Accept: 'text/html', 'Accept-Language': lang },
    })
    return answer.text()
  }

  it('shows the ways there are, and says when there is none', async () => {
    const none = { LOCAL_SIGNING_KEY: undefined, JWT_ISSUER: undefined }
    expect(await page(none, 'en')).toContain('not set up here yet')
    expect(await page(none, 'zh')).toContain('还没有开通登录')
    const provider = {
      ...{ LOCAL_SIGNING_KEY: undefined, JWT_ISSUER: 'https://id.example.org', OIDC_CLIENT_ID: 'flowers' },
    }
    const text = await page(provider, 'en')
    expect(text).toContain('href="/sign-in/provider?to=%2Fme"')
    expect(text).toContain('id.example.org')
    expect(text).not.toContain('/sign-in/guest')
  })

  it('leads to no provider where none is configured', async () => {
    for (const path of ['/sign-in/provider', '/sign-in/callback?code=x&state=y'])
      expect((await visit(path)).status).toBe(404)
  })

  it.each([
    ['plain HTTP to another host', 'http://id.example.org'],
    ['no address', 'not an address'],
  ])('does not speak to a provider by %s', async (_, issuer) => {
    const answer = await sendWith(
      { JWT_ISSUER: issuer, OIDC_CLIENT_ID: 'flowers' },
      'http://flowers.test/sign-in/provider',
      { headers: { Accept: 'text/html', 'Accept-Language': 'en' } },
    )
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toMatch(/^\d+$/)
    expect(answer.headers.getSetCookie()).toEqual([])
    expect(await answer.text()).toContain('does not answer right now')
  })

  it('says nothing that an address brings along', async () => {
    const text = await (await visit('/sign-in?problem=<script>alert(1)</script>&to=/"><b>')).text()
    expect(text).not.toMatch(/<script>alert|"><b>/)
    expect(text).not.toContain('role="alert"')
  })

  it('leaves whoever signs out where everyone may be', async () => {
    const cookie = await signInGuest()
    const from = async (path: string) => {
      const headers = { Referer: `http://flowers.test${path}` }
      return (await submit('/sign-out', {}, { cookie, headers })).headers.get('location')
    }
    expect(await from('/dreams/first-flower?lang=en')).toBe('/dreams/first-flower?lang=en')
    for (const path of ['/me', '/me/history', '/ops', '/sign-in', '/dreams/first-flower/give'])
      expect(await from(path)).toBe('/')
    const elsewhere = { Referer: 'https://elsewhere.test/numbers' }
    expect((await submit('/sign-out', {}, { cookie, headers: elsewhere })).headers.get('location')).toBe('/')
  })
})

describe('a language that is asked for', () => {
  it('is the better of the two, whatever else the field holds', () => {
    const fields = [
      ['', 'zh'],
      ['en', 'en'],
      ['en;q=0', 'zh'],
      ['zh;q=0.1, en;q=0.2', 'en'],
      ['EN-us', 'en'],
      ['enx, *', 'zh'],
      ['en;q=NaN', 'en'],
      ['en;q=..', 'zh'],
      ['<script>', 'zh'],
      [',;q=,;;;,en;q=1;q=0', 'en'],
      [`${'fr,'.repeat(5_000)}en`, 'zh'],
      [`${'x'.repeat(100_000)}`, 'zh'],
    ] as const
    for (const [field, lang] of fields) expect(preferredLanguage(field), field.slice(0, 30)).toBe(lang)
  })
})

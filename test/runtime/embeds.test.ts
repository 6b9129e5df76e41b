import { beforeAll, describe, expect, it } from 'vitest'
import { HOSTILE, plantTold } from './badge-calls.ts'
import { expectDocumented } from './documented.ts'
import { visit } from './page-calls.ts'
import { expectProblem, freshId, plantSeed, send } from './world.ts'

beforeAll(plantSeed)

const ORIGIN = 'http://flowers.test'

interface Oembed {
  readonly html: string
  readonly title: string
  readonly width: number
  readonly height: number
  readonly thumbnail_url?: string
}

const oembed = (query: Record<string, string>) => send(`/oembed?${new URLSearchParams(query)}`)

/** Elements of HTML that a text from outside could only have made by breaking out of its place. */
const BROKEN_OUT = /<script>alert|onload="alert|onload='alert|<!\[CDATA|[\u202a-\u202e\u2066-\u2069\u061c]/

describe('the embedded page', () => {
  it('is small, of the language asked for, framed by anyone, and knows no one', async () => {
    const id = await plantTold()
    const zh = await send(`/embed/${id}`, { headers: { Cookie: 'lang=en; session=x' } })
    expect(zh.status).toBe(200)
    expect(zh.headers.get('Content-Security-Policy')).toMatch(/default-src 'none';.*frame-ancestors \*/)
    expect(zh.headers.get('X-Frame-Options')).toBeNull()
    expect(zh.headers.get('Set-Cookie')).toBeNull()
    expect(zh.headers.get('Vary')).toBe('Accept-Language')
    expect(zh.headers.get('Cache-Control')).toMatch(
      /^public, max-age=30, s-maxage=30, stale-while-revalidate=300$/,
    )
    const text = await zh.text()
    expect(text).toContain('1,234 / 10,000 朵小红花')
    expect(text).toContain(`href="/dreams/${id}" target="_blank" rel="noopener"`)
    expect(text).not.toContain('<script')
    const style = /href="(\/assets\/embed\.css[^"]*)"/.exec(text)?.[1] ?? ''
    const css = await send(style)
    expect(css.headers.get('Cache-Control')).toContain('immutable')
    expect(new TextEncoder().encode(text + (await css.text())).length).toBeLessThan(15_000)
    const english = { headers: { 'Accept-Language': 'en' } }
    expect(await (await send(`/embed/${id}`, english)).text()).toContain('1,234 / 10,000 flowers')
    expect(await (await send(`/embed/${id}?lang=zh`, english)).text()).toContain('朵小红花')
    const again = await send(`/embed/${id}`, { headers: { 'If-None-Match': zh.headers.get('ETag') ?? '' } })
    expect(again.status).toBe(304)
  })

  it('says in the frame that a dream is not there', async () => {
    for (const id of [freshId('nobody'), 'UPPER', '%3Cscript%3E']) {
      const answer = await send(`/embed/${id}?lang=en`)
      expect(answer.status).toBe(404)
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
      expect(await answer.text()).toContain('not found')
    }
  })
})

describe('oEmbed', () => {
  it('turns a dream’s address into a frame', async () => {
    const id = await plantTold({ titleEn: 'Clean "water" <now>' })
    const answer = await oembed({ url: `${ORIGIN}/dreams/${id}?lang=en&utm=x#top`, format: 'json' })
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect(await expectDocumented('get /oembed', answer)).toMatchObject({
      version: '1.0',
      type: 'rich',
      title: 'Clean "water" <now>',
      html: `<iframe src="${ORIGIN}/embed/${id}?lang=en" title="Clean &quot;water&quot; &lt;now&gt;" width="480" height="225" loading="lazy" frameborder="0" style="max-width:100%"></iframe>`,
      thumbnail_url: `${ORIGIN}/badges/${id}/share.png`,
    })
  })

  it('stays within the size that is asked for, as far as that can be read', async () => {
    const id = await plantTold()
    const ask = async (maxwidth: string, maxheight: string) =>
      (await (await oembed({ url: `${ORIGIN}/dreams/${id}`, maxwidth, maxheight })).json()) as Oembed
    const small = await ask('300', '200')
    expect(small).toMatchObject({ width: 300, height: 200 })
    expect(small.thumbnail_url).toBeUndefined()
    expect(small.html).toContain('width="300" height="200"')
    expect(await ask('5000', '5000')).toMatchObject({ width: 480, height: 225 })
    for (const odd of ['-1', '1e3', '"><script>', '', '9'.repeat(30)])
      expect(await ask(odd, odd)).toMatchObject({ width: 480, height: 225 })
  })

  it('knows no other address, and no other format', async () => {
    const id = await plantTold()
    for (const url of [
      ...[
        '',
        'dream',
        `https://elsewhere.test/dreams/${id}`,
        `${ORIGIN}/`,
        `${ORIGIN}/dreams/`,
        `${ORIGIN}/v1/dreams/${id}`,
      ],
      ...[
        `javascript://flowers.test/dreams/${id}`,
        `${ORIGIN}/dreams/${id}/badge`,
        `${ORIGIN}@evil.test/dreams/${id}`,
      ],
    ])
      await expectProblem(await oembed({ url }), 'not_found')
    await expectProblem(await oembed({ url: `${ORIGIN}/dreams/${freshId('nobody')}` }), 'dream_not_found')
    await expectProblem(
      await oembed({ url: `${ORIGIN}/dreams/${id}`, format: 'xml' }),
      'format_not_supported',
    )
  })
})

describe('the head of a dream’s page', () => {
  it('tells those who share it what it is and how to embed it', async () => {
    const id = await plantTold()
    const text = await (await visit(`/dreams/${id}`, { lang: 'en' })).text()
    for (const part of [
      `<link rel="canonical" href="${ORIGIN}/dreams/${id}?lang=en"`,
      `<meta property="og:title" content="Clean water"`,
      `<meta property="og:image" content="${ORIGIN}/badges/${id}/share.png"`,
      `<meta name="twitter:card" content="summary_large_image"`,
      `type="application/atom+xml" href="/v1/dreams/${id}/feed.atom?lang=en"`,
    ])
      expect(text).toContain(part)
    const discovered =
      /application\/json\+oembed" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    const found = await send(discovered.slice(ORIGIN.length))
    expect(((await found.json()) as Oembed).title).toBe('Clean water')
  })
})

describe('the page for partners', () => {
  it('has a line to paste for each form, in both languages', async () => {
    const id = await plantTold()
    for (const lang of ['zh', 'en'] as const) {
      const answer = await visit(`/dreams/${id}/badge`, { lang })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('Content-Security-Policy')).toContain("frame-src 'self'")
      const text = await answer.text()
      const lines = [...text.matchAll(/<input[^>]* value="([^"]*)"/g)].map(([, value = '']) => value)
      expect(lines).toHaveLength(11)
      const labels = [...text.matchAll(/<label[^>]*>([^<]*)</g)].map(([, label]) => label)
      expect(new Set(labels).size).toBe(11)
      // Both are narrower than they are where a page of a phone has no room.
      expect(lines.filter((line) => line.includes('style=&quot;max-width:100%'))).toHaveLength(2)
      expect(lines[1]).toBe(
        lang === 'zh'
          ? `[![净水](${ORIGIN}/badges/${id}.svg)](${ORIGIN}/dreams/${id})`
          : `[![Clean water](${ORIGIN}/badges/${id}.svg?lang=en)](${ORIGIN}/dreams/${id}?lang=en)`,
      )
      for (const [path = ''] of text.matchAll(/\/badges\/[^"\s&)]+/g))
        expect((await send(path)).status, path).toBe(200)
    }
    const missing = await visit(`/dreams/${freshId('nobody')}/badge`)
    expect(missing.status).toBe(404)
  })
})

describe('the component’s script', () => {
  it('is small and may be loaded by any page', async () => {
    const answer = await send('/badges/dream-badge.js')
    expect(answer.headers.get('Content-Type')).toBe('text/javascript; charset=utf-8')
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect(answer.headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin')
    expect((await answer.text()).length).toBeLessThan(6_000)
  })
})

describe('a hostile title', () => {
  it.each(HOSTILE.map((title, n) => ({ title, n })))('($n) stays where it was put', async ({ title }) => {
    const id = await plantTold({ title, titleEn: title })
    const embed = await (await send(`/embed/${id}`)).text()
    expect(embed).not.toMatch(BROKEN_OUT)
    expect(new TextEncoder().encode(embed).length).toBeLessThan(6_000)
    const { html, title: told } = (await (await oembed({ url: `${ORIGIN}/dreams/${id}` })).json()) as Oembed
    expect(html).toMatch(/^<iframe( [a-z]+="[^"<>]*")+><\/iframe>$/)
    expect(told.length).toBeLessThan(3_000)
    for (const path of [`/dreams/${id}`, `/dreams/${id}/badge`]) {
      const page = await (await visit(path)).text()
      const head = page.slice(0, page.indexOf('</head>'))
      const own = path.endsWith('/badge') ? page : head.slice(head.indexOf('<link rel="canonical"'))
      expect(own, path).not.toMatch(BROKEN_OUT)
    }
  })
})

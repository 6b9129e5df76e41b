import { beforeAll, describe, expect, it } from 'vitest'
import { type Element, parseXml } from '../xml.ts'
import { HOSTILE, plantTold } from './badge-calls.ts'
import { expectDocumented } from './documented.ts'
import { expectProblem, freshId, plantDream, plantSeed, send, sendWith, world } from './world.ts'

beforeAll(plantSeed)

const BADGE_CACHE = 'public, max-age=30, s-maxage=30, stale-while-revalidate=300'

/** A picture as the XML it is. */
const readSvg = async (answer: Response): Promise<Element> =>
  parseXml(`<?xml version="1.0" encoding="UTF-8"?>\n${await answer.text()}`)

const all = (element: Element): Element[] => [element, ...element.children.flatMap(all)]

const textsIn = (svg: Element): string[] =>
  all(svg)
    .filter(({ name }) => name === 'text')
    .map(({ text }) => text)

/** Only what draws, and nothing that runs, loads or leads anywhere. */
function expectHarmless(svg: Element): void {
  for (const { name, attributes } of all(svg)) {
    expect(name).toMatch(
      /^(svg|title|g|rect|circle|text|path|filter|feGaussianBlur|linearGradient|stop|clipPath|style)$/,
    )
    for (const attribute of Object.keys(attributes)) expect(attribute).not.toMatch(/^on|href/i)
  }
  expect(svg.attributes.role).toBe('img')
  expect(svg.children[0]?.name).toBe('title')
  expect(svg.children[0]?.text).toBe(svg.attributes['aria-label'])
}

describe('a badge', () => {
  it('says how far a dream is, in both languages, and may be shown anywhere', async () => {
    const id = await plantTold()
    const zh = await send(`/badges/${id}.svg`)
    expect(zh.status).toBe(200)
    expect(zh.headers.get('Content-Type')).toBe('image/svg+xml; charset=utf-8')
    expect(zh.headers.get('Cache-Control')).toBe(BADGE_CACHE)
    expect(zh.headers.get('Content-Security-Policy')).toBe("default-src 'none'; style-src 'unsafe-inline'")
    expect(zh.headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(zh.headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect(zh.headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin')
    expect(zh.headers.get('Set-Cookie')).toBeNull()
    const svg = await readSvg(zh)
    expectHarmless(svg)
    expect(svg.children[0]?.text).toBe('小红花: 1,234 / 10,000 朵')
    const en = await readSvg(await send(`/badges/${id}.svg?lang=en`))
    expect(en.children[0]?.text).toBe('little red flowers: 1,234 / 10,000')
  })

  it('is 304 for who has it, whatever else stands in its query', async () => {
    const id = await plantTold()
    const etag = (await send(`/badges/${id}.svg`)).headers.get('ETag') ?? ''
    expect(etag).toMatch(/^"[0-9a-f]{24}"$/)
    const again = await send(`/badges/${id}.svg?utm_source=x`, { headers: { 'If-None-Match': etag } })
    expect(again.status).toBe(304)
    expect(again.headers.get('Cache-Control')).toBe(BADGE_CACHE)
    const other = await send(`/badges/${id}.svg?lang=en`, { headers: { 'If-None-Match': etag } })
    expect(other.status).toBe(200)
  })

  it('comes in five styles, and in the usual one where the query asks for none of them', async () => {
    const id = await plantTold()
    const flat = await (await send(`/badges/${id}.svg`)).text()
    const styles = ['flat', 'flat-square', 'plastic', 'for-the-badge', 'social']
    const texts = await Promise.all(
      styles.map(async (style) => (await send(`/badges/${id}.svg?style=${style}`)).text()),
    )
    expect(new Set(texts).size).toBe(5)
    for (const query of [
      'style=',
      'style=FLAT',
      'style=__proto__',
      'style=flat&lang=fr',
      'lang=',
      '%ff=%00',
      'a[]=1',
    ])
      expect(await (await send(`/badges/${id}.svg?${query}`)).text(), query).toBe(flat)
  })

  it('is drawn wide enough for its Chinese words, and no wider', async () => {
    const id = await plantTold()
    const width = async (label: string) =>
      Number(
        (await readSvg(await send(`/badges/${id}.svg?label=${encodeURIComponent(label)}`))).attributes.width,
      )
    // 11 px a character.
    expect((await width('小红花小红花')) - (await width('小红'))).toBeCloseTo(44, -0.5)
  })

  it('takes a label, or none', async () => {
    const id = await plantTold()
    const titleOf = async (query: string) =>
      (await readSvg(await send(`/badges/${id}.svg?${query}`))).children[0]?.text
    expect(await titleOf('label=给孩子的水')).toBe('给孩子的水: 1,234 / 10,000 朵')
    expect(await titleOf('label=')).toBe('1,234 / 10,000 朵')
    expect(await titleOf('label=%E2%80%AE%00')).toBe('1,234 / 10,000 朵')
  })

  it.each(HOSTILE.map((label, n) => ({ label, n })))(
    'shows hostile label $n harmlessly, in every style',
    async ({ label }) => {
      const id = await plantTold()
      for (const style of ['flat', 'for-the-badge', 'social', 'plastic']) {
        const answer = await send(`/badges/${id}.svg?style=${style}&label=${encodeURIComponent(label)}`)
        expect(answer.status).toBe(200)
        const svg = await readSvg(answer)
        expectHarmless(svg)
        expect(JSON.stringify(textsIn(svg))).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/)
        const [shown = ''] = (svg.attributes['aria-label'] ?? '').split(': 1,234')
        expect(Array.from(new Intl.Segmenter().segment(shown)).length).toBeLessThanOrEqual(40)
      }
    },
  )

  it.each([
    ['published', { opensAt: Date.now() + 60_000 }, {}, '即将开始'],
    ['collecting', {}, {}, '5 / 1,000 朵'],
    ['reached', {}, { flowers: 1_000 }, '1,000 / 1,000 朵 · 已达成'],
    ['funded', {}, { flowers: 1_000, reached_at: 1, funded_at: 1 }, '1,000 / 1,000 朵 · 已获资助'],
    [
      'completed',
      {},
      { flowers: 1_000, reached_at: 1, funded_at: 1, stage: 'completed' },
      '1,000 / 1,000 朵 · 已完成',
    ],
    [
      'stopped',
      {},
      { flowers: 1_000, reached_at: 1, funded_at: 1, stage: 'stopped' },
      '1,000 / 1,000 朵 · 已终止',
    ],
    ['expired', {}, { state: 'closed', expired_at: 1, returned_at: 1 }, '未达成，小红花已退回'],
  ])('says where a dream is that is %s', async (state, options, columns, message) => {
    const id = await plantDream(options)
    for (const [column, value] of Object.entries({ flowers: 5, ...columns }))
      await world.DB.prepare(`UPDATE dreams SET ${column} = ?2 WHERE id = ?1`).bind(id, value).run()
    expect(await (await send(`/v1/dreams/${id}`)).json()).toMatchObject({ state })
    expect(await (await send(`/badges/${id}.json`)).json()).toMatchObject({ message })
  })

  it('of a dream that is not there says so as a picture that no cache keeps', async () => {
    for (const name of [freshId('nobody'), 'UPPER', 'a.b', '%F0%9F%8C%BA', `${'a'.repeat(300)}`])
      for (const path of [`/badges/${name}.svg?lang=en`, `/badges/${name}/card.svg?lang=en`]) {
        const answer = await send(path)
        expect(answer.status, path).toBe(404)
        expect(answer.headers.get('Cache-Control')).toBe('no-store')
        expect(answer.headers.get('ETag')).toBeNull()
        const svg = await readSvg(answer)
        expectHarmless(svg)
        expect(svg.children[0]?.text).toContain('not found')
      }
    await expectProblem(await send(`/badges/${freshId('nobody')}.json`), 'dream_not_found')
    await expectProblem(await send(`/badges/${freshId('nobody')}/share.png`), 'dream_not_found')
  })

  it('says as a picture that it cannot be read now, and when to ask again', async () => {
    const dead = {
      prepare() {
        throw new Error('D1_ERROR')
      },
    }
    const answer = await sendWith({ DB: dead }, `/badges/${freshId('unread')}.svg?lang=en`)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(answer.headers.get('Retry-After')).toBe('1')
    expect((await readSvg(answer)).children[0]?.text).toContain('back in a moment')
  })

  it('is at no other path, and takes no other method', async () => {
    for (const path of ['/badges/first-flower.css', '/badges/first-flower', '/badges/first-flower/x.svg'])
      await expectProblem(await send(path), 'not_found')
    const answer = await send('/badges/first-flower.svg', { method: 'POST' })
    expect(answer.headers.get('Allow')).toBe('GET')
    await expectProblem(answer, 'method_not_allowed')
  })
})

describe('the document for shields.io', () => {
  it('has the form that shields.io reads', async () => {
    const id = await plantTold()
    const answer = await send(`/badges/${id}.json?style=social`)
    expect(await expectDocumented('get /badges/{dream}.json', answer)).toEqual({
      schemaVersion: 1,
      label: '小红花',
      message: '1,234 / 10,000 朵',
      color: '#c8102e',
      style: 'social',
      cacheSeconds: 300,
    })
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*')
    expect(answer.headers.get('Cache-Control')).toBe(BADGE_CACHE)
  })
})

describe('a card', () => {
  it('shows title, count, share and state', async () => {
    const id = await plantTold({
      title: '让每一所学校都有人会做心肺复苏，让每一个孩子平安长大',
      flowers: 9_999,
    })
    const answer = await send(`/badges/${id}/card.svg`)
    expect(answer.headers.get('Cache-Control')).toBe(BADGE_CACHE)
    const svg = await readSvg(answer)
    expectHarmless(svg)
    const texts = textsIn(svg)
    expect(texts.slice(0, 2).join('')).toBe('让每一所学校都有人会做心肺复苏，让每一个孩子平安长大')
    expect(texts).toEqual(expect.arrayContaining(['9,999 / 10,000 朵小红花', '99%', '收集中', '捐花 0 次']))
    const en = textsIn(await readSvg(await send(`/badges/${id}/card.svg?lang=en`)))
    expect(en).toEqual(expect.arrayContaining(['Clean water', '9,999 / 10,000 flowers', 'collecting']))
  })

  it.each(HOSTILE.map((title, n) => ({ title, n })))(
    'shows hostile title $n harmlessly',
    async ({ title }) => {
      const id = await plantTold({ title, titleEn: title })
      for (const lang of ['zh', 'en']) {
        const svg = await readSvg(await send(`/badges/${id}/card.svg?lang=${lang}`))
        expectHarmless(svg)
        expect(svg.attributes['aria-label']?.length).toBeLessThan(1_500)
        expect(textsIn(svg).length).toBeLessThanOrEqual(7)
        expect(svg.attributes['aria-label']).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200f\u061c]/)
      }
    },
  )
})

describe('a share picture', () => {
  it('is a PNG of 1200 x 630 that changes with the progress', async () => {
    const [id, other] = [await plantTold(), await plantTold({ flowers: 9_000 })]
    const answer = await send(`/badges/${id}/share.png`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Content-Type')).toBe('image/png')
    expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff')
    const bytes = new Uint8Array(await answer.arrayBuffer())
    const view = new DataView(bytes.buffer)
    expect(Array.from(bytes.subarray(0, 8))).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
    expect([view.getUint32(16), view.getUint32(20)]).toEqual([1_200, 630])
    expect(bytes.length).toBeLessThan(40_000)
    const again = await send(`/badges/${id}/share.png`, {
      headers: { 'If-None-Match': answer.headers.get('ETag') ?? '' },
    })
    expect(again.status).toBe(304)
    const unlike = new Uint8Array(await (await send(`/badges/${other}/share.png`)).arrayBuffer())
    expect(unlike).not.toEqual(bytes)
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { signInGuest, visit } from './page-calls.ts'
import { giveFlowers, plantSeed, pledge, send, sendWith, world } from './world.ts'

beforeAll(plantSeed)

/** What a first page may weigh over the wire without pictures, and its script before it is compressed. */
const MAX_PAGE_BYTES = 60_000
const MAX_SCRIPT_BYTES = 15_000

async function wall(lang: 'zh' | 'en', cookie?: string): Promise<string> {
  const answer = await visit('/', { lang, cookie })
  expect(answer.status).toBe(200)
  return answer.text()
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length

/** As the platform sends it. */
async function compressedBytesOf(text: string): Promise<number> {
  const packed = new Response(text).body?.pipeThrough(new CompressionStream('gzip'))
  return (await new Response(packed).arrayBuffer()).byteLength
}

describe('the wall', () => {
  // First of all: what was read before would be there still.
  it('stands where the campaigns and the numbers do not answer', async () => {
    const prepare = (sql: string) => {
      if (/campaigns|rollup/.test(sql)) throw new Error('silent')
      return world.DB.prepare(sql)
    }
    const DB = new Proxy(world.DB, {
      get: (db, name) => (name === 'prepare' ? prepare : Reflect.get(db, name, db).bind(db)),
    })
    const answer = await sendWith({ DB }, 'http://flowers.test/', { headers: { 'Accept-Language': 'en' } })
    const html = await answer.text()
    expect(answer.status).toBe(200)
    expect(html.match(/<article/g)).toHaveLength(16)
    expect(html).not.toContain('99 Giving Day')
  })

  it('shows the campaign, how to take part and every dream, in both languages', async () => {
    // What could not be read is not asked for again at once.
    await expect.poll(() => wall('zh'), { timeout: 5_000 }).toContain('99 公益日')
    const zh = await wall('zh')
    expect(zh).toMatch(/还有 36\d 天/)
    expect(zh).toContain('给 1000 名乡村学生上职业启蒙课')
    for (const href of ['/earn', '#dreams', '/me']) expect(zh).toContain(`href="${href}"`)
    expect(zh.match(/<article/g)).toHaveLength(16)
    const en = await wall('en')
    expect(en).toContain('99 Giving Day')
    expect(en).toContain('A first lesson about careers for 1,000 village students')
    expect(en.match(/<article/g)).toHaveLength(16)
    // No text of the page is left in Chinese but the switch.
    expect(en.replaceAll('中文', '')).not.toMatch(/\p{Script=Han}/u)
  })

  it('puts dreams that collect first and what is over last', async () => {
    const ids = [...(await wall('zh')).matchAll(/data-dream="([^"]+)"/g)].map(([, id]) => id)
    expect(ids.slice(0, 2)).toEqual(['hearing-screening', 'first-careers'])
    expect(ids.at(-1)).toBe('past-dream')
  })

  it('offers to give to a dream that collects and to no other', async () => {
    const html = await wall('en')
    expect(html).toMatch(/href="\/dreams\/first-flower"[^>]* data-call/)
    expect(html).not.toMatch(/href="\/dreams\/past-dream"[^>]* data-call/)
  })

  it('shows what dreams were given', async () => {
    await giveFlowers('wall-giver', 4)
    await pledge('wall-giver', 'night-lights', 4)
    const card = async () =>
      /data-dream="night-lights"[\s\S]*?<\/article>/.exec(await wall('en'))?.[0].replaceAll(/<[^>]+>/g, '')
    await expect.poll(card, { timeout: 10_000 }).toContain('4 of 20,000 flowers')
    expect(await card()).toContain('Gifts: 1')
    expect(await wall('en')).toMatch(/<dd class="count" data-total[^>]*>4<\/dd>/)
  })

  it('is light: page, style and script', async () => {
    const html = await wall('en', await signInGuest())
    const texts = await Promise.all(
      ['style.css', 'app.js', 'icon.svg'].map(async (name) => {
        const answer = await send(new RegExp(`/assets/${name}\\?v=\\w+`).exec(html)?.[0] ?? '')
        expect(answer.headers.get('Cache-Control')).toContain('immutable')
        return answer.text()
      }),
    )
    expect(bytesOf(texts[1] ?? '')).toBeLessThan(MAX_SCRIPT_BYTES)
    const sizes = await Promise.all([html, ...texts].map(compressedBytesOf))
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_PAGE_BYTES)
  })
})

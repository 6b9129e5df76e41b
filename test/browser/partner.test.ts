import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeSite } from './browser.ts'

const DREAM = 'clean-water'

describeSite("a partner's page on another origin", (site) => {
  let server: Server
  let origin: string

  beforeAll(async () => {
    server = createServer((request, response) => {
      const base = site().url
      response.setHeader('Content-Type', 'text/html; charset=utf-8')
      response.end(`<!DOCTYPE html><html lang="en"><title>Partner</title><body>
        <p id="plain"><a href="${base}/dreams/${DREAM}"><img alt="" src="${base}/badges/${DREAM}.svg"></a></p>
        <p id="card"><img alt="" src="${base}/badges/${DREAM}/card.svg"></p>
        <iframe id="embed" title="dream" src="${base}/embed/${DREAM}" width="400" height="220"></iframe>
        <script src="${base}/badges/dream-badge.js" type="module"></script>
        <dream-badge id="known" dream="${DREAM}"><a href="${base}/dreams/${DREAM}">Our dream</a></dream-badge>
        <dream-badge id="unknown" dream="no-such-dream"><a href="${base}/">Fallback</a></dream-badge>
        <dream-badge id="hostile" dream='"><img src=x onerror=hacked=1>'><a href="${base}/">Fallback</a></dream-badge>
        <p>${request.url}</p></body></html>`)
    }).listen(0, '127.0.0.1')
    await new Promise((done) => server.once('listening', done))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server?.close())

  it('shows badge, card, frame and component, and a link where there is no such dream', async () => {
    const { page } = await site().visitor({ lang: 'en' })
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(String(error)))
    await page.goto(origin)
    for (const place of ['#plain', '#card'])
      await expect
        .poll(() =>
          page
            .locator(`${place} img`)
            .evaluate((img) => (img as unknown as { naturalWidth: number }).naturalWidth),
        )
        .toBeGreaterThan(50)
    await page.frameLocator('#embed').getByText('Water filters for 30 schools').first().waitFor()
    const shown = page.locator('#known img')
    await shown.waitFor()
    await expect
      .poll(() => shown.evaluate((img) => (img as unknown as { naturalWidth: number }).naturalWidth))
      .toBeGreaterThan(50)
    for (const id of ['#unknown', '#hostile']) await page.locator(`${id} a`).getByText('Fallback').waitFor()
    expect(await page.evaluate('typeof hacked')).toBe('undefined')
    expect(errors).toEqual([])
  })

  it('cannot put a page of ours into a frame, only what is made for it', async () => {
    for (const path of ['/', '/me', `/dreams/${DREAM}`, '/ops'])
      expect((await fetch(site().url + path)).headers.get('Content-Security-Policy'), path).toContain(
        "frame-ancestors 'none'",
      )
  })

  it('is told how to embed it by the address alone', async () => {
    const address = `${site().url}/dreams/${DREAM}`
    const answer = await fetch(`${site().url}/oembed?format=json&url=${encodeURIComponent(address)}`)
    expect(answer.status).toBe(200)
    const { type, html, width, height } = (await answer.json()) as Record<string, string>
    expect(type).toBe('rich')
    expect(html).toContain(`/embed/${DREAM}`)
    expect(Number(width) * Number(height)).toBeGreaterThan(0)
    const page = await (await fetch(address)).text()
    expect(page).toMatch(/<link[^>]+application\/json\+oembed/)
    expect(page).toMatch(/<meta property="og:image" content="[^"]+\/badges\/clean-water\/[^"]+"/)
  })
})

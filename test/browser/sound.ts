import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { DESKTOP, expectSound, PHONE, type Site, signIn } from './browser.ts'
import { desk, mine, type NamedPage, publicPages, reportOf } from './every-page.ts'
import { guestWith } from './people.ts'

const KB = 1_000

/** What every page is held to. */
export function everyPage(site: () => Site): void {
  for (const [lang, size] of [
    ['zh', PHONE],
    ['en', DESKTOP],
  ] as const)
    for (const who of ['anyone', 'a guest', 'an operator'] as const)
      it(`is sound for ${who}: axe finds nothing, nothing leaves our host, nothing scrolls sideways (${lang}, ${size.width} wide)`, async () => {
        const options = { lang, size }
        const visitor =
          who === 'a guest' ? await guestWith(site(), 20, options) : await site().visitor(options)
        if (who === 'an operator') await signIn(visitor, 'operator')
        const pages: readonly NamedPage[] =
          who === 'anyone'
            ? publicPages(await reportOf(site().url))
            : who === 'a guest'
              ? [
                  ...mine,
                  { name: 'dream', path: '/dreams/school-libraries' },
                  { name: 'earn', path: '/earn' },
                ]
              : await desk(site().worker)
        for (const { path } of pages) {
          await visitor.page.goto(path)
          await expectSound(visitor)
        }
      })

  it('is light: the first page under 60 kB without pictures, its script under 15 kB', async () => {
    const { page } = await site().visitor()
    const bodies = new Map<string, Buffer>()
    page.on('response', async (response) => {
      const type = response.headers()['content-type'] ?? ''
      if (response.ok() && !type.startsWith('image/')) bodies.set(response.url(), await response.body())
    })
    await page.goto('/', { waitUntil: 'load' })
    await page.waitForTimeout(300)
    const first = [...bodies].filter(([url]) => !url.includes('/v1/'))
    const script = first
      .filter(([url]) => url.includes('.js'))
      .reduce((sum, [, body]) => sum + body.length, 0)
    // As every edge sends it; the runtime here does not compress.
    const sent = first.reduce((sum, [, body]) => sum + gzipSync(body).length, 0)
    expect(first.length).toBe(3)
    expect(script).toBeLessThan(15 * KB)
    expect(sent).toBeLessThan(60 * KB)
    const plain = first.reduce((sum, [, body]) => sum + body.length, 0)
    console.log(`The first page: ${plain} bytes, ${sent} compressed, script ${script}.`)
  })

  it('holds still for those who ask for it', async () => {
    const { page } = await site().visitor()
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.goto('/')
    const moving = await page.evaluate<number>(
      `[...document.querySelectorAll('*')].filter((el) => ['', '::before', '::after'].some((part) => {
        const { animationName, transitionDuration } = getComputedStyle(el, part || null)
        return animationName !== 'none' || parseFloat(transitionDuration) > 0
      })).length`,
    )
    expect(moving).toBe(0)
  })
}

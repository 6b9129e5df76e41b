import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { ROOT } from '../../src/local/paths.ts'
import { buildWorker } from '../outside/build.ts'
import { prepareWorker, startWorker } from '../outside/worker-process.ts'
import { tellStory } from '../story/tell.ts'
import { DESKTOP, launchBrowser, newVisitor, PHONE, signIn } from './browser.ts'
import { desk, mine, publicPages, reportOf } from './every-page.ts'
import { guestWith } from './people.ts'

/**
 * `npm run pictures`: pictures of every page, on a phone and on a desktop, in both languages, of a site on which a dream
 * lived its whole life. Writes them to a folder (`.wrangler/pictures` unless told another) and those of the README to
 * `test/browser/pictures`.
 */

const folder = resolve(process.argv[2] ?? `${ROOT}/.wrangler/pictures`)
const readme = resolve(import.meta.dirname, 'pictures')
mkdirSync(folder, { recursive: true })
mkdirSync(readme, { recursive: true })

/** Those of the README: a phone's first screen, and the desk. */
const BEST: Readonly<Record<string, string>> = {
  'wall-phone-zh': 'wall.png',
  'dream-phone-zh': 'dream.png',
  'earn-phone-zh': 'earn.png',
  'numbers-phone-en': 'numbers.png',
  'ops-desktop-en': 'desk.png',
}

const worker = await startWorker({ ...(await prepareWorker(buildWorker())), settlingHours: 2 / 3_600 })
const browser = await launchBrowser()
try {
  await tellStory(worker, () => {})
  for (let minute = 1; minute <= 30; minute += 10) await worker.ring(Date.now() + minute * 60_000)
  const site = {
    worker,
    url: worker.url,
    visitor: (options?: object) => newVisitor(browser, worker.url, options),
  }
  const lived = await reportOf(worker.url)
  const pages = [
    ...publicPages(lived).map((page) => ({ ...page, who: null })),
    ...mine.map((page) => ({ ...page, who: 'guest' as const })),
    ...(await desk(worker)).map((page) => ({ ...page, who: 'operator' as const })),
  ]
  for (const [size, viewport] of [
    ['phone', PHONE],
    ['desktop', DESKTOP],
  ] as const)
    for (const lang of ['zh', 'en'] as const) {
      const guest = await guestWith(site, 20, { lang, size: viewport })
      const operator = await site.visitor({ lang, size: viewport })
      await signIn(operator, 'operator')
      const stranger = await site.visitor({ lang, size: viewport })
      for (const { name, path, who } of pages) {
        const { page } =
          who === 'operator'
            ? operator
            : who === 'guest' || name === 'dream' || name === 'earn'
              ? guest
              : stranger
        await page.goto(path)
        const picture = `${name}-${size}-${lang}`
        await page.screenshot({ path: `${folder}/${picture}.png`, fullPage: true })
        const best = BEST[picture]
        if (best) await page.screenshot({ path: `${readme}/${best}` })
      }
      for (const { context } of [guest, operator, stranger]) await context.close()
    }
  console.log(`${pages.length * 4} pictures in ${folder}`)
} finally {
  await browser.close()
  await worker.stop()
}

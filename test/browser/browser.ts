import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { buildWorker } from '../outside/build.ts'
import type { ServeOptions } from '../outside/serve.ts'
import { prepareWorker, type RunningWorker, startWorker } from '../outside/worker-process.ts'

/** A real browser against the built worker. Nothing in between is played. */

/** Where Debian puts it; `CHROMIUM` says otherwise. */
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium'

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--no-first-run'],
]

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Most a phone shows at once. */
export const PHONE = { width: 390, height: 844 }
export const DESKTOP = { width: 1280, height: 900 }

export interface Site {
  readonly worker: RunningWorker
  readonly url: string
  /** A browser of someone's own: no cookies, no storage. */
  visitor(options?: VisitorOptions): Promise<Visitor>
}

export interface VisitorOptions {
  readonly lang?: 'zh' | 'en'
  readonly size?: typeof PHONE
  readonly script?: boolean
}

export interface Visitor {
  readonly context: BrowserContext
  readonly page: Page
  /** What went wrong in the page: errors of scripts and of the console, requests to other hosts. */
  readonly faults: string[]
}

/** Tests with a browser, and one worker for all of them. Without a browser they are skipped, and it is said why. */
export function describeSite(
  name: string,
  tests: (site: () => Site) => void,
  options: Pick<ServeOptions, 'settlingHours'> = {},
): void {
  if (!existsSync(CHROMIUM)) {
    console.warn(
      `\nNo browser at ${CHROMIUM}: "${name}" is SKIPPED. Debian: apt-get install chromium; or set CHROMIUM to one.\n`,
    )
    describe.skip(name, () => tests(() => site as Site))
    return
  }
  let site: Site | undefined
  let browser: Browser
  describe(name, () => {
    beforeAll(async () => {
      const worker = await startWorker({ ...(await prepareWorker(buildWorker())), ...options })
      browser = await launchBrowser()
      site = {
        worker,
        url: worker.url,
        visitor: (options) => newVisitor(browser, worker.url, options),
      }
    })
    afterAll(async () => {
      await browser?.close()
      await site?.worker.stop()
    })
    tests(() => {
      if (!site) throw new Error('the site is not up')
      return site
    })
  })
}

/** Starts the browser. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: FLAGS })

/** A browser of someone's own. */
export async function newVisitor(
  browser: Browser,
  url: string,
  { lang = 'zh', size = PHONE, script = true }: VisitorOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: size,
    locale: lang === 'zh' ? 'zh-CN' : 'en-GB',
    javaScriptEnabled: script,
    hasTouch: size === PHONE,
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  page.on('console', (message) => {
    // The browser writes each answer that is an error there by itself; tests look at those in their own way.
    if (message.type() === 'error' && !/^Failed to load resource/.test(message.text()))
      faults.push(message.text())
  })
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (origin !== url && protocol !== 'data:') faults.push(`a request to another host: ${request.url()}`)
  })
  return { context, page, faults }
}

/** Signs in with one click, as on a local run. */
export async function signIn({ page }: Visitor, who: 'guest' | 'operator', to = '/'): Promise<void> {
  await page.goto(`/sign-in?to=${encodeURIComponent(to)}`)
  await page.locator(`form[action="/sign-in/${who}"] button`).click()
  await page.waitForURL((url) => url.pathname !== '/sign-in')
}

/** What axe finds wrong with the page as it is now; each rule with the places. */
async function axeFindings(page: Page): Promise<string[]> {
  // By the protocol, not by a script element: the page's own policy stands.
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const runner = (globalThis as unknown as { axe: { run(): Promise<AxeResult> } }).axe
    const { violations } = await runner.run()
    return violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
    )
  })
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly help: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

/** Holds a page to be as every page is: nothing for axe, no sideways scroll, no faults. */
export async function expectSound({ page, faults }: Visitor): Promise<void> {
  expect(await axeFindings(page), page.url()).toEqual([])
  const sideways = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  expect(sideways, `${page.url()} scrolls sideways`).toBe(0)
  expect(faults, page.url()).toEqual([])
}

import { expect, it } from 'vitest'
import { describeSite, signIn, type Visitor } from './browser.ts'
import { balanceOf, guestWith } from './people.ts'

const DREAM = 'warm-meals'
const PAGE = `/dreams/${DREAM}`

/** One of the amounts, and the button. */
async function tap({ page }: Visitor, amount: number, taps: 'click' | 'dblclick' = 'click'): Promise<void> {
  await page.locator(`label.amount:has(input[value="${amount}"])`).first().click()
  await page.locator('form[data-give] button[type="submit"]')[taps]()
}

/** Goes through the history; a page that comes back from it loads itself anew. */
async function travel({ page }: Visitor, way: 'goBack' | 'goForward'): Promise<void> {
  await page[way]()
  await page.waitForTimeout(500)
  await page.waitForLoadState()
}

const said = ({ page }: Visitor, tone: string) => page.locator(`[data-said] .${tone}`)

describeSite('giving on a phone', (site) => {
  it('counts a double tap once', async () => {
    const visitor = await guestWith(site(), 10)
    await visitor.page.goto(PAGE)
    await tap(visitor, 5, 'dblclick')
    await said(visitor, 'good').waitFor()
    expect(await balanceOf(visitor)).toBe(5)
  })

  it('counts a double tap once without script', async () => {
    const visitor = await guestWith(site(), 10, { script: false })
    await visitor.page.goto(PAGE)
    await tap(visitor, 5, 'dblclick')
    await visitor.page.locator('main .notice').first().waitFor()
    expect(await balanceOf(visitor)).toBe(5)
  })

  it('asks again when the answer is lost on its way, and counts it once', async () => {
    const visitor = await guestWith(site(), 10)
    const { page } = visitor
    await page.goto(PAGE)
    await page.route(
      '**/give',
      async (route) => {
        // It arrives and is done; only nobody hears of it.
        await route.fetch()
        await route.abort('connectionreset')
      },
      { times: 1 },
    )
    await tap(visitor, 5)
    await said(visitor, 'good').waitFor()
    expect(await balanceOf(visitor)).toBe(5)
  })

  it('keeps a gift while there is no connection, says so, and sends it when there is one', async () => {
    const visitor = await guestWith(site(), 10)
    const { page, context } = visitor
    await page.goto(PAGE)
    await context.setOffline(true)
    await tap(visitor, 1)
    await said(visitor, 'wait').waitFor()
    expect(await said(visitor, 'good').count()).toBe(0)
    await context.setOffline(false)
    await said(visitor, 'good').waitFor()
    expect(await balanceOf(visitor)).toBe(9)
  })

  it('takes a gift up again after the page was left in the midst of it', async () => {
    const visitor = await guestWith(site(), 10)
    const { page } = visitor
    await page.goto(PAGE)
    await page.route('**/give', (route) => route.abort('connectionreset'))
    await tap(visitor, 1)
    await said(visitor, 'wait').waitFor()
    await page.goto('/me')
    await page.unroute('**/give')
    await page.goto(PAGE)
    await said(visitor, 'good').waitFor()
    expect(await balanceOf(visitor)).toBe(9)
  })

  it('gives nothing by going back, and a second gift by giving again', async () => {
    const visitor = await guestWith(site(), 10)
    const { page } = visitor
    await page.goto(PAGE)
    await tap(visitor, 1)
    await said(visitor, 'good').waitFor()
    await page.goto('/')
    await travel(visitor, 'goBack')
    await page.locator('form[data-give]').waitFor()
    await travel(visitor, 'goForward')
    expect(await balanceOf(visitor)).toBe(9)
    await travel(visitor, 'goBack')
    await travel(visitor, 'goBack')
    await tap(visitor, 1)
    await said(visitor, 'good').waitFor()
    expect(await balanceOf(visitor)).toBe(8)
  })

  it('never sends what one person left open from the account of the next', async () => {
    const first = await guestWith(site(), 10)
    const { page } = first
    await page.goto(PAGE)
    await page.route('**/give', (route) => route.abort('connectionreset'))
    await tap(first, 5)
    await said(first, 'wait').waitFor()
    await page.locator('form[action="/sign-out"] button').click()
    await page.unroute('**/give')
    await signIn(first, 'guest', PAGE)
    await page.waitForTimeout(1_500)
    expect(await said(first, 'good').count()).toBe(0)
    expect(await balanceOf(first)).toBe(0)
  })

  it('says why it takes nothing: more than there is, and a dream that is over', async () => {
    const visitor = await guestWith(site(), 3, { lang: 'en' })
    const { page } = visitor
    await page.goto(PAGE)
    await page.locator('label.amount:has(input[value="other"])').click()
    await page.locator('#give-amount').fill('50')
    await page.locator('form[data-give] button[type="submit"]').click()
    await page.locator('#give-amount[aria-invalid="true"]').waitFor()
    expect(await page.locator('#give-amount-error').textContent()).toMatch(/not enough flowers/i)
    expect(await balanceOf(visitor)).toBe(3)
    await page.goto('/dreams/past-dream')
    expect(await page.locator('form[data-give]').count()).toBe(0)
    expect(await page.locator('#give-title').textContent()).toBe('No flowers can be given now')
  })
})

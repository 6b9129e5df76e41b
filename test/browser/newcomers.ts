import { expect, it } from 'vitest'
import { expectSound, type Site, signIn, type Visitor } from './browser.ts'
import { answerRightly, balanceOf } from './people.ts'

const DREAM = 'school-libraries'

/** A dream's flowers, as its card says. */
async function flowersOf({ page }: Visitor): Promise<number> {
  return Number(await page.locator(`[data-dream="${DREAM}"] [data-flowers] .count`).textContent())
}

/** What a newcomer with a phone does, on a site on which a dream was carried out. */
export function newcomers(site: () => Site): void {
  for (const lang of ['zh', 'en'] as const)
    it(`earns by the quiz, gives, sees the wall move, follows, and reads a report (${lang})`, async () => {
      const onlooker = await site().visitor({ lang })
      await onlooker.page.goto('/')
      const before = await flowersOf(onlooker)

      const visitor = await site().visitor({ lang })
      const { page } = visitor
      await page.goto('/')
      await page.locator('main a.button[href="/earn"]').click()
      await page.locator('main a[href="/sign-in?to=/earn"]').click()
      await page.locator('form[action="/sign-in/guest"] button').click()
      await answerRightly(visitor)
      await page.locator('.notice.good').waitFor()
      await expectSound(visitor)
      expect(await balanceOf(visitor)).toBe(1)

      await page.goto('/')
      await page.locator(`[data-dream="${DREAM}"] a[data-call]`).click()
      await page.locator('form[data-give] button[type="submit"]').click()
      await page.locator('[data-said] .good').waitFor()
      await expectSound(visitor)
      expect(await balanceOf(visitor)).toBe(0)

      // The wall that is open elsewhere moves by itself.
      await expect.poll(() => flowersOf(onlooker), { timeout: 20_000 }).toBe(before + 1)
      expect(onlooker.faults).toEqual([])

      await page.goto(`/dreams/${DREAM}`)
      await page
        .locator(`form[action="/dreams/${DREAM}/unfollow"], form[action="/dreams/${DREAM}/follow"]`)
        .waitFor()
      await page.goto('/me/follows')
      await page.locator(`main a[href="/dreams/${DREAM}"]`).waitFor()

      await page.goto('/')
      await page.locator('[data-state="completed"] h3 a').first().click()
      await page.locator('form[action$="/follow"] button').click()
      await page.locator('form[action$="/unfollow"]').waitFor()
      await page.locator('section[aria-labelledby="reports-title"] a[href^="/reports/"]').first().click()
      await page.waitForURL(/\/reports\//)
      expect(await page.locator('h1').count()).toBe(1)
      await expectSound(visitor)
    })

  it('comes in without script, and can do all of it', async () => {
    const visitor = await site().visitor({ script: false })
    const { page, faults } = visitor
    await signIn(visitor, 'guest', '/earn')
    await answerRightly(visitor)
    await page.locator('.notice.good').waitFor()
    await page.goto(`/dreams/${DREAM}`)
    await page.locator('form[data-give] button[type="submit"]').click()
    await page.locator('.notice.good').waitFor()
    expect(await balanceOf(visitor)).toBe(0)
    expect(faults).toEqual([])
  })

  it('needs no pointer: from the wall to a gift by keyboard alone', async () => {
    const visitor = await site().visitor({ lang: 'en' })
    const { page } = visitor
    await signIn(visitor, 'guest', '/earn')
    await answerRightly(visitor)
    await page.goto(`/dreams/${DREAM}`)
    // The first stop of every page leads past the navigation.
    await page.keyboard.press('Tab')
    expect(await page.evaluate<string>('document.activeElement.className')).toBe('skip')
    await page.keyboard.press('Enter')
    const give = page.locator('form[data-give] button[type="submit"]')
    for (let stops = 0; stops < 30 && !(await give.evaluate((el) => el.matches(':focus'))); stops++)
      await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.locator('[data-said] .good').waitFor()
    expect(await balanceOf(visitor)).toBe(0)
  })
}

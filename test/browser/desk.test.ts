import { expect, it } from 'vitest'
import { DESKTOP, describeSite, expectSound, type Site, signIn, type Visitor } from './browser.ts'

const WISH = {
  title: '<img src=x onerror="document.title=1"> 给山里的孩子一间画室 \u202Eloof\u202C 🎨',
  what: '教孩子画画,'.repeat(120),
  forWhom: '山里的孩子',
  place: '贵州',
  howMany: '40 个孩子',
  why: '他们没有见过颜料。',
}

/** Proposes a wish by the forms, to its end; returns its id. */
async function propose({ page }: Visitor, wish: typeof WISH): Promise<string> {
  await page.goto('/propose')
  for (const [name, text] of Object.entries(wish))
    await page.locator(`form[action="/propose"] [name="${name}"]`).fill(text)
  await page.locator('form[action="/propose"] button[type="submit"]').click()
  await page.waitForURL(/\/proposals\/[\w-]+/)
  const id = /\/proposals\/([\w-]+)/.exec(page.url())?.[1] ?? ''
  const send = page.locator(`form[action="/proposals/${id}/send"]`)
  await send.locator('[name="confirm"]').check()
  await send.locator('button[type="submit"]').click()
  await send.waitFor({ state: 'detached' })
  return id
}

/** Ticks proposals of the queue and decides on them together. */
async function decide({ page }: Visitor, ids: readonly string[], to: string, reason = ''): Promise<void> {
  await page.goto('/ops?state=')
  for (const id of ids) await page.locator(`input[name="proposal"][value="${id}"]`).check()
  const form = page.locator('form').filter({ has: page.locator('input[name="to"]') })
  await form.locator(`input[name="to"][value="${to}"]`).check()
  if (reason) await form.locator('[name="reason"]').fill(reason)
  await form.locator('button[type="submit"]').click()
  await page.waitForLoadState()
}

async function stateOf({ url, worker }: Site, id: string): Promise<string> {
  const headers = { Authorization: `Bearer ${worker.seed.users.operator.token}` }
  return ((await (await fetch(`${url}/v1/review/proposals/${id}`, { headers })).json()) as { state: string })
    .state
}

describeSite('an operator', (site) => {
  it('reviews, merges and publishes what people wished, and it stands on the wall', async () => {
    const [ann, bea] = [await site().visitor(), await site().visitor({ lang: 'en' })]
    for (const person of [ann, bea]) await signIn(person, 'guest')
    const wish = await propose(ann, WISH)
    const similar = await propose(bea, {
      ...WISH,
      title: '山里孩子的画室',
      what: '给山里的孩子一间画室,教他们画画。',
    })
    await expectSound(bea)

    const operator = await site().visitor({ lang: 'en', size: DESKTOP })
    const { page } = operator
    await signIn(operator, 'operator', '/ops')
    await decide(operator, [wish, similar], 'in_review')
    await expectSound(operator)
    expect([await stateOf(site(), wish), await stateOf(site(), similar)]).toEqual(['in_review', 'in_review'])

    await page.goto(`/ops/compare?ids=${wish},${similar}`)
    await expectSound(operator)
    await page.locator(`input[name="into"][value="${wish}"]`).check()
    await page.locator(`input[name="from"][value="${similar}"]`).check()
    const merge = page.locator('form').filter({ has: page.locator('[name="into"]') })
    await merge.locator('[name="reason"]').fill('The same wish.')
    await merge.locator('[name="confirm"]').check()
    await merge.locator('button[type="submit"]').click()
    await page.waitForURL(new RegExp(`/ops/proposals/${wish}`))
    expect(await stateOf(site(), similar)).toBe('merged')

    await decide(operator, [wish], 'accepted')
    await page.goto(`/ops/proposals/${wish}`)
    await expectSound(operator)
    const publish = page.locator(`form[action="/ops/proposals/${wish}/publish"]`)
    await publish.locator('[name="quota"]').fill('300')
    await publish.locator('[name="titleEn"]').fill('A studio for mountain children')
    await publish.locator('[name="confirm"]').check()
    await publish.locator('button[type="submit"]').click()
    await publish.waitFor({ state: 'detached' })

    // Its title is markup, and stays text wherever it stands.
    await ann.page.goto(`/dreams/${wish}`)
    expect(await ann.page.locator('h1').textContent()).toContain('<img src=x')
    expect(await ann.page.locator('main img').count()).toBe(0)
    await expectSound(ann)
    await expect
      .poll(
        async () => {
          await ann.page.goto('/')
          return ann.page.locator(`[data-dream="${wish}"]`).count()
        },
        { timeout: 20_000 },
      )
      .toBe(1)
    await expectSound(ann)
    // Who wished the same hears of it.
    await bea.page.goto('/propose')
    expect(await bea.page.locator('main').textContent()).toContain('山里孩子的画室')
  })

  it('lets no one else in, and tells them so', async () => {
    const guest = await site().visitor({ lang: 'en' })
    await signIn(guest, 'guest')
    const answer = await guest.page.goto('/ops')
    expect(answer?.status()).toBe(403)
    expect(await guest.page.locator('h1').textContent()).toBe('For operators only')
    await expectSound(guest)
  })

  it('pauses a line in an emergency, and sees at a glance that it is', async () => {
    const operator = await site().visitor({ lang: 'en' })
    const { page } = operator
    await signIn(operator, 'operator', '/ops/lines/music')
    const pause = page.locator('form').filter({ has: page.locator('[name="to"][value="paused"]') })
    await page.locator('details:has([name="to"][value="paused"]) > summary').click()
    await pause.locator('button[type="submit"]').click()
    await page.locator('.notice').first().waitFor()
    await page.goto('/ops/lines')
    expect(await page.locator('main').textContent()).toContain('Music')
    await expectSound(operator)
    const headers = { Authorization: `Bearer ${site().worker.seed.users.operator.token}` }
    const line = await (await fetch(`${site().url}/v1/lines/music`, { headers })).json()
    expect(line).toMatchObject({ state: 'paused' })
  })
})

import { expect } from 'vitest'
import { sendEvent } from '../../src/local/send-event.ts'
import { questions } from '../../src/quiz/questions.ts'
import { type Site, signIn, type Visitor } from './browser.ts'

/** What people do on the pages, as several tests need it. */

/** The account's id, as its page says. */
async function userOf({ page }: Visitor): Promise<string> {
  await page.goto('/me/account')
  return (await page.locator('main code').first().textContent()) ?? ''
}

/** The flowers to give, as the page of one's own says. */
export async function balanceOf({ page }: Visitor): Promise<number> {
  await page.goto('/me')
  return Number(await page.locator('.balance-count').textContent())
}

/** A guest who was given flowers by an act of the gift line. */
export async function guestWith(
  site: Site,
  flowers: number,
  options?: Parameters<Site['visitor']>[0],
): Promise<Visitor> {
  const visitor = await site.visitor(options)
  await signIn(visitor, 'guest')
  const act = {
    ...{ id: crypto.randomUUID(), user: await userOf(visitor), kind: 'gift', quantity: flowers },
    at: new Date().toISOString(),
  }
  const event = { type: 'acts.reported', data: { acts: [act] } }
  const answer = await sendEvent(site.url, 'gift', site.worker.seed.lines.gift?.secret ?? '', event)
  expect(await answer.json()).toMatchObject({ results: [{ outcome: 'credited', flowers }] })
  return visitor
}

/** Answers the question that is shown, rightly: who asks for the answer looks it up where the pages never send it from. */
export async function answerRightly({ page }: Visitor): Promise<void> {
  const form = page.locator('form.quiz')
  const id = await form.locator('input[name="question"]').inputValue()
  const question = questions.find((each) => each.id === id)
  const [zh = '', en = ''] = question?.choices[question.right] ?? []
  const labels = form.locator('label.choice')
  for (const text of [zh, en]) {
    const label = labels
      .filter({ has: page.getByText(text, { exact: true }) })
      .or(labels.getByText(text, { exact: true }))
    if ((await label.count()) > 0) {
      await label.first().click()
      break
    }
  }
  await form.locator('button[type="submit"]').click()
}

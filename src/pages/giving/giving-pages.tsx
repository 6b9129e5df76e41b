import type { PledgeWire } from '../../dreams/routes.ts'
import { REPLAYED } from '../../http/idempotency.ts'
import { Problem } from '../../http/problem.ts'
import type { PageContext } from '../frame/context.ts'
import type { Form } from '../frame/forms.ts'
import { asProblem, callInside } from '../frame/inside.ts'
import { Pages, requireSession, wantsJson } from '../frame/pages.tsx'
import { readBalance } from './balance.ts'
import { type AskedGift, giftPage, otherUserPage } from './gift-page.tsx'
import { shortUser } from './gift-words.ts'

/** Giving flowers, by the form of a dream's page or by the script that sends it. */

export const givingPages = new Pages()

const pathOf = (c: PageContext): string => `/dreams/${encodeURIComponent(c.req.param('dream') ?? '')}`

// Where signing in or out comes back to from the answer to the form.
givingPages.view('/dreams/:dream/give', (c) => c.redirect(`${pathOf(c)}#give`, 303))

/**
 * Gives. What is shown is what the API answered to this very request: a repeat with the same key shows the standing
 * verdict, so the page may be sent and reloaded as often as one likes. Throws not_yours (403) for a form that was made
 * for somebody else.
 */
givingPages.action('/dreams/:dream/give', async (c, form) => {
  const { user } = requireSession(c)
  if (form.text('for') !== (await shortUser(user))) {
    if (wantsJson(c)) throw new Problem('not_yours')
    return otherUserPage(c)
  }
  const gift = readGift(form)
  // More digits than any account has flowers: the API would call it no number of flowers at all.
  if (gift.flowers >= TOO_MANY && !wantsJson(c))
    return giftPage(c, gift, {
      kind: 'problem',
      problem: new Problem('insufficient_flowers'),
      balance: await readBalance(c),
    })
  const answer = await callInside<PledgeWire>(c, `/v1${pathOf(c)}/pledges`, {
    method: 'POST',
    json: { flowers: gift.flowers },
    headers: { 'Idempotency-Key': gift.key },
  })
  if (!answer.ok) {
    const problem = asProblem(answer)
    if (wantsJson(c) || problem.code === 'dream_not_found') throw problem
    return giftPage(c, gift, { kind: 'problem', problem, balance: await readBalance(c) })
  }
  const balance = await readBalance(c)
  const replayed = answer.headers.has(REPLAYED_NAME)
  if (!wantsJson(c))
    return giftPage(c, gift, { kind: 'given', flowers: answer.data.flowers, replayed, balance })
  return c.json({ ...answer.data, balance }, 201, {
    'Cache-Control': 'no-store',
    ...(replayed ? REPLAYED : {}),
  })
})

const [REPLAYED_NAME] = Object.keys(REPLAYED) as [string]

/** What a form of ours calls a gift; anything else was not made by one. */
const KEY = /^[0-9a-z-]{16,64}$/

const TOO_MANY = 1e10

/** A whole number as it is typed, in full-width digits too; NaN where it is none. */
function readAmount(text: string): number {
  const plain = text.normalize('NFKC').trim()
  return /^\d+$/.test(plain) ? Number(plain) : Number.NaN
}

/** Throws idempotency_key_invalid (400). */
function readGift(form: Form): AskedGift {
  const key = form.text('key')
  if (!KEY.test(key)) throw new Problem('idempotency_key_invalid')
  const typed = form.text('flowers') === 'other' ? form.text('amount').slice(0, 20) : null
  return { key, typed, flowers: typed === null ? form.int('flowers') : readAmount(typed) }
}

import type { PageContext } from '../../pages/frame/context.ts'
import type { Form } from '../../pages/frame/forms.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { requireOperator } from '../frame.tsx'
import { type Ask, ask } from './asking.ts'
import { showDream } from './dream-page.tsx'
import { toCents } from './units.ts'

/** What operators do with one published dream. */
export const dreamPages = new Pages()

dreamPages.view('/ops/dreams/:dream', (c) => {
  requireOperator(c)
  return showDream(c, c.req.param('dream') ?? '')
})

const MAX_STAGE_LENGTH = 20

/** Adds what a form below a dream does: its call, below the dream in the API, and what is told of it after. */
function action(
  path: string,
  told: string,
  asking: (form: Form) => Omit<Ask, 'typed' | 'path'> & { readonly below: string },
): void {
  dreamPages.action(`/ops/dreams/:dream/${path}`, async (c: PageContext, form) => {
    requireOperator(c)
    const id = c.req.param('dream') ?? ''
    const { below, ...rest } = asking(form)
    const asked = await ask(c, {
      ...rest,
      typed: form,
      path: `/v1/dreams/${encodeURIComponent(id)}/${below}`,
    })
    return asked.done
      ? c.redirect(`/ops/dreams/${encodeURIComponent(id)}?done=${told}`, 303)
      : showDream(c, id, asked.refused)
  })
}

action('close', 'closed', () => ({ form: 'close', below: 'close', confirmed: true }))

action('grant', 'granted', (form) => ({
  ...{ form: 'grant', below: 'grant', confirmed: true, renamed: { amountCents: 'amount' } },
  json: {
    amountCents: toCents(form.text('amount')),
    currency: form.text('currency').toUpperCase(),
    organisation: form.text('organisation'),
    terms: form.text('terms'),
  },
}))

action('addenda', 'added', (form) => ({
  ...{ form: 'addendum', below: 'grant/addenda', about: { reason_missing: 'reason' } },
  json: { text: form.text('text'), reason: form.text('reason') },
}))

action('moves', 'moved', (form) => {
  const to = form.text('to').slice(0, MAX_STAGE_LENGTH)
  return {
    ...{ form: to, below: 'moves', confirmed: to !== 'executing', about: { reason_missing: 'reason' } },
    json: { to, reason: form.text('reason') },
  }
})

action('amendments', 'amended', (form) => ({
  ...{ form: 'amend', below: 'amendments' },
  json: { field: form.text('field'), text: form.text('text'), reason: form.text('reason') },
}))

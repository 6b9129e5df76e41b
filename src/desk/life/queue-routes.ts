import type { PageContext } from '../../pages/frame/context.ts'
import type { Form } from '../../pages/frame/forms.ts'
import { Pages, requireSession } from '../../pages/frame/pages.tsx'
import type { AssignmentResults } from '../../review/assignments-routes.ts'
import type { DecisionResults } from '../../review/moves-routes.ts'
import { requireOperator } from '../frame.tsx'
import { ask, given, refuseField } from './asking.ts'
import { BULK_ASSIGNMENTS } from './bulk-form.tsx'
import { readFilter, readQueue } from './queue.ts'
import { showQueue } from './queue-page.tsx'

/** The review queue, and decisions on many proposals at once. */
export const queuePages = new Pages()

queuePages.view('/ops', (c) => {
  requireOperator(c)
  return showQueue(c)
})

queuePages.view('/ops/decisions', (c) => {
  requireOperator(c)
  // Where a browser comes back to what was decided by its address alone.
  return c.redirect(`/ops${new URL(c.req.url).search}`, 303)
})

// Answered with what became of each. To reload it decides nothing anew: what is decided already is left as it is.
queuePages.action('/ops/decisions', async (c, form) => {
  requireOperator(c)
  const proposals = form.all('proposal')
  if (proposals.length === 0)
    return showQueue(c, { refused: refuseField('bulk', form, 'proposals', 'chosen') })
  const titles = await readTitles(c)
  const asked = await decide(c, form, proposals)
  return asked.done
    ? showQueue(c, { results: { results: asked.data.results, titles } })
    : showQueue(c, { refused: asked.refused })
})

function decide(c: PageContext, form: Form, proposals: readonly string[]) {
  const to = form.text('to')
  const typed = { form: 'bulk', typed: form }
  if ((BULK_ASSIGNMENTS as readonly string[]).includes(to)) {
    const assignee = to === 'mine' ? requireSession(c).user : null
    const json = { proposals, assignee }
    return ask<AssignmentResults>(c, { ...typed, path: '/v1/review/assignments', json })
  }
  return ask<DecisionResults>(c, {
    ...typed,
    path: '/v1/review/decisions',
    json: { proposals, to, ...given(form, 'reason') },
    about: { reason_missing: 'reason' },
  })
}

/** Titles of what stood on the page before the decision, which may not stand there after it. */
async function readTitles(c: PageContext): Promise<ReadonlyMap<string, string>> {
  const { items } = await readQueue(c, readFilter(c))
  return new Map(items.map(({ id, title }) => [id, title]))
}

import type { DreamDetail } from '../../dreams/wire.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { Pages, requireSession } from '../../pages/frame/pages.tsx'
import type { DecisionResults } from '../../review/moves-routes.ts'
import { requireOperator } from '../frame.tsx'
import { ask, given, type Refused } from './asking.ts'
import { showProposal } from './proposal-page.tsx'

/** One proposal on the desk: notes, who looks at it, decisions, publishing. */
export const proposalPages = new Pages()

const idOf = (c: PageContext): string => c.req.param('proposal') ?? ''

proposalPages.view('/ops/proposals/:proposal', (c) => {
  requireOperator(c)
  return showProposal(c, idOf(c))
})

const apiPath = (id: string): string => `/v1/review/proposals/${encodeURIComponent(id)}`

const done = (c: PageContext, code: string): Response =>
  c.redirect(`/ops/proposals/${encodeURIComponent(idOf(c))}?done=${code}`, 303)

proposalPages.action('/ops/proposals/:proposal/notes', async (c, form) => {
  requireOperator(c)
  const id = idOf(c)
  const json = { text: form.text('text') }
  const asked = await ask(c, { form: 'note', typed: form, path: `${apiPath(id)}/notes`, json })
  return asked.done ? done(c, 'noted') : showProposal(c, id, asked.refused)
})

proposalPages.action('/ops/proposals/:proposal/assignee', async (c, form) => {
  requireOperator(c)
  const id = idOf(c)
  const json = { assignee: form.text('assignee') === 'me' ? requireSession(c).user : null }
  const path = `${apiPath(id)}/assignee`
  const asked = await ask(c, { form: 'assign', typed: form, path, method: 'PUT', json })
  return asked.done ? done(c, 'assigned') : showProposal(c, id, asked.refused)
})

proposalPages.action('/ops/proposals/:proposal/moves', async (c, form) => {
  requireOperator(c)
  const id = idOf(c)
  const asked = await ask<DecisionResults>(c, {
    ...{ form: 'decide', typed: form, path: '/v1/review/decisions' },
    json: { proposals: [id], to: form.text('to'), ...given(form, 'reason') },
    about: { reason_missing: 'reason' },
  })
  if (!asked.done) return showProposal(c, id, asked.refused)
  const [result] = asked.data.results
  // Decided for many or for one, what is refused is told beside what is done.
  if (result?.outcome !== 'refused') return done(c, 'moved')
  const problem = { code: 'move_not_allowed', status: 409 } as const
  const refused: Refused = { form: 'decide', typed: form, problem, errors: {} }
  return showProposal(c, id, refused)
})

proposalPages.action('/ops/proposals/:proposal/publish', async (c, form) => {
  requireOperator(c)
  const id = idOf(c)
  const asked = await ask<DreamDetail>(c, {
    ...{ form: 'publish', typed: form, confirmed: true, about: { campaign_not_found: 'campaign' } },
    path: `/v1/campaigns/${encodeURIComponent(form.text('campaign'))}/dreams`,
    json: {
      ...{ proposal: id, quota: form.int('quota'), titleEn: form.text('titleEn') },
      ...given(form, 'summary'),
    },
  })
  return asked.done
    ? c.redirect(`/ops/dreams/${encodeURIComponent(asked.data.id)}?done=published`, 303)
    : showProposal(c, id, asked.refused)
})

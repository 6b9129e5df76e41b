import type { ProposalWire } from '../../proposals/params.ts'
import type { PageContext } from '../frame/context.ts'
import { asProblem, callInside, readInside } from '../frame/inside.ts'
import { Pages, requireSession } from '../frame/pages.tsx'
import { errorsOf, readTexts } from './fields.tsx'
import { type Done, isTrouble, type Trouble } from './notices.tsx'
import { addPicture, removePicture } from './pictures.tsx'
import { showProposal } from './proposal-page.tsx'
import { showPropose } from './propose-page.tsx'
import { showNotWithdrawn, showUnsaved } from './signed-out.tsx'

/** Making a wish, step by step. Each step is a form; what is refused comes back with what was typed. */

export const proposePages = new Pages()

const idOf = (c: PageContext): string => c.req.param('proposal') ?? ''

const pathOf = (id: string): string => `/proposals/${encodeURIComponent(id)}`

/** The way back to a wish, with what came of a step. */
function back(c: PageContext, id: string, told: Done | Trouble): Response {
  return c.redirect(`${pathOf(id)}?${isTrouble(told) ? 'problem' : 'done'}=${told}`, 303)
}

proposePages.view('/propose', (c) => showPropose(c))

proposePages.action('/propose', async (c, form) => {
  const texts = readTexts(form)
  if (!c.get('session')) return showUnsaved(c, '/propose', texts)
  const answer = await callInside<ProposalWire>(c, '/v1/proposals', { method: 'POST', json: texts })
  if (answer.ok) return c.redirect(`${pathOf(answer.data.id)}?done=drafted`, 303)
  const { problem } = answer
  const errors = errorsOf(c.get('lang'), problem, texts)
  switch (problem.code) {
    case 'invalid_request':
    case 'invalid_json': {
      const trouble = Object.keys(errors).length > 0 ? 'fields' : 'unclear'
      return showPropose(c, { status: 400, texts, errors, trouble })
    }
    case 'body_too_large':
      return showPropose(c, { status: 413, texts, errors, trouble: 'too_large' })
    case 'limit_reached':
      return showPropose(c, { status: 422, texts, errors, trouble: 'drafts_full' })
    default:
      throw asProblem(answer)
  }
})

proposePages.view('/proposals/:proposal', (c) => showProposal(c, idOf(c)))

proposePages.action('/proposals/:proposal', async (c, form) => {
  const id = idOf(c)
  const texts = readTexts(form)
  if (!c.get('session')) return showUnsaved(c, pathOf(id), texts)
  const answer = await callInside(c, `/v1${pathOf(id)}`, { method: 'PATCH', json: texts })
  if (answer.ok) return back(c, id, 'saved')
  const { problem } = answer
  const errors = errorsOf(c.get('lang'), problem, texts)
  switch (problem.code) {
    case 'invalid_request':
    case 'invalid_json': {
      const trouble = Object.keys(errors).length > 0 ? 'fields' : 'unclear'
      return showProposal(c, id, { status: 400, texts, errors, trouble })
    }
    case 'body_too_large':
      return showProposal(c, id, { status: 413, texts, errors, trouble: 'too_large' })
    case 'state_conflict':
      return showProposal(c, id, { status: 409, trouble: 'not_draft' })
    // Deleted in another window, or written under another account: the text is not lost with it.
    case 'proposal_not_found':
      return showPropose(c, { status: 404, texts, errors, trouble: 'elsewhere' })
    default:
      throw asProblem(answer)
  }
})

proposePages.action('/proposals/:proposal/send', async (c, form) => {
  requireSession(c)
  const id = idOf(c)
  if (!form.ticked('confirm')) return showProposal(c, id, { status: 400, trouble: 'unconfirmed' })
  const answer = await callInside(c, `/v1${pathOf(id)}/moves`, { method: 'POST', json: { to: 'proposed' } })
  if (answer.ok) return back(c, id, 'sent')
  const { problem } = answer
  switch (problem.code) {
    case 'invalid_request': {
      const texts = await readInside<ProposalWire>(c, `/v1${pathOf(id)}`)
      const errors = errorsOf(c.get('lang'), problem, texts)
      return showProposal(c, id, { status: 400, trouble: 'fields', errors })
    }
    case 'rate_limited':
      return showProposal(c, id, {
        ...{ status: 429, trouble: 'sent_often' },
        headers: { 'Retry-After': answer.headers.get('Retry-After') ?? '3600' },
      })
    case 'move_not_allowed':
      return showProposal(c, id, { status: 409, trouble: 'moved' })
    default:
      throw asProblem(answer)
  }
})

proposePages.action('/proposals/:proposal/withdraw', async (c, form) => {
  const id = idOf(c)
  const reason = form.text('reason')
  if (reason !== '' && !c.get('session')) return showNotWithdrawn(c, id, reason)
  requireSession(c)
  const json = { to: 'withdrawn', ...(reason === '' ? {} : { reason }) }
  const answer = await callInside(c, `/v1${pathOf(id)}/moves`, { method: 'POST', json })
  if (answer.ok) return back(c, id, 'withdrawn')
  switch (answer.problem.code) {
    case 'invalid_request':
    case 'invalid_json':
    case 'body_too_large':
      return showProposal(c, id, { status: 400, trouble: 'unclear', reason })
    case 'state_conflict':
      return showProposal(c, id, { status: 409, trouble: 'shared', reason })
    case 'move_not_allowed':
      return showProposal(c, id, { status: 409, trouble: 'moved' })
    case 'not_yours':
      return showProposal(c, id, { status: 403, trouble: 'not_yours' })
    default:
      throw asProblem(answer)
  }
})

proposePages.action('/proposals/:proposal/delete', async (c) => {
  requireSession(c)
  const id = idOf(c)
  const answer = await callInside(c, `/v1${pathOf(id)}`, { method: 'DELETE' })
  // Gone already is as good.
  if (answer.ok || answer.problem.code === 'proposal_not_found')
    return c.redirect('/propose?done=deleted', 303)
  if (answer.problem.code === 'state_conflict')
    return showProposal(c, id, { status: 409, trouble: 'not_draft' })
  throw asProblem(answer)
})

proposePages.upload('/proposals/:proposal/pictures', async (c, read) => {
  requireSession(c)
  return back(c, idOf(c), await addPicture(c, idOf(c), read))
})

proposePages.action('/proposals/:proposal/pictures/:picture/delete', async (c) => {
  requireSession(c)
  return back(c, idOf(c), await removePicture(c, c.req.param('picture') ?? ''))
})

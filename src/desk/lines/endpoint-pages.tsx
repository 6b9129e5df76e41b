import type { ReplayWire } from '../../callbacks/deliveries-routes.ts'
import type { EndpointWire, RotatedWire } from '../../callbacks/endpoints-routes.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import type { Form } from '../../pages/frame/forms.ts'
import { type Answer, asProblem, type Call, callInside, readInside } from '../../pages/frame/inside.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { readMoment } from '../../words/clock.ts'
import { requireOperator } from '../frame.tsx'
import { type EndpointTyped, seenOf } from './endpoint-forms.tsx'
import { endpointPage } from './endpoint-page.tsx'
import { FASTER, type Refused, refusedBy } from './fields.tsx'
import { apiPath, pathPart } from './paths.ts'
import { secretPage } from './secret-page.tsx'

/** What can be done with an endpoint. Each form ends on its page: by a redirect, or with why nothing was done. */

const words = {
  zh: { rotated: '新密钥' },
  en: { rotated: 'A new secret' },
}

const TYPED = ['url', 'since', 'until', 'type', 'overlapHours'] as const

export const endpointPages = new Pages()

endpointPages.view('/ops/callbacks/:endpoint', (c) => endpointPage(c))

endpointPages.action('/ops/callbacks/:endpoint/change', async (c, form) => {
  if (!(await isAsSeen(c, (endpoint) => seenOf(endpoint) === form.text('seen'))))
    return refuse(c, form, 'change', FASTER)
  const json = { url: form.text('url'), types: form.all('types') }
  const answer = await callEndpoint(c, [], { method: 'PATCH', json })
  return answer.ok ? done(c, 'changed') : refuse(c, form, 'change', refusedBy(answer))
})

endpointPages.action('/ops/callbacks/:endpoint/state', async (c, form) => {
  const from = form.text('from')
  if (!(await isAsSeen(c, ({ state }) => state === from))) return refuse(c, form, 'state', FASTER)
  const state = from === 'active' ? 'disabled' : 'active'
  const answer = await callEndpoint(c, [], { method: 'PATCH', json: { state } })
  const verb = state === 'active' ? 'enabled' : 'disabled'
  return answer.ok ? done(c, verb) : refuse(c, form, 'state', refusedBy(answer))
})

endpointPages.action('/ops/callbacks/:endpoint/rotate', async (c, form) => {
  requireOperator(c)
  const json = { overlapHours: form.int('overlapHours') }
  const answer = await callEndpoint<RotatedWire>(c, ['rotate'], { method: 'POST', json })
  if (!answer.ok) return refuse(c, form, 'rotate', refusedBy(answer))
  const [title, back] = [words[c.get('lang')].rotated, `/ops/callbacks/${pathPart(c, 'endpoint')}`]
  return secretPage(c, 'callbacks', { title, secret: answer.data.secret, back })
})

endpointPages.action('/ops/callbacks/:endpoint/delete', async (c) => {
  requireOperator(c)
  const answer = await callEndpoint(c, [], { method: 'DELETE' })
  if (!answer.ok) throw asProblem(answer)
  return c.redirect('/ops/callbacks?done=deleted', 303)
})

endpointPages.action('/ops/callbacks/:endpoint/replay', async (c, form) => {
  requireOperator(c)
  const until = readMoment(form.text('until'))
  const json = { since: readMoment(form.text('since')), ...(until === '' ? {} : { until }) }
  const answer = await callEndpoint<ReplayWire>(c, ['replay'], { method: 'POST', json })
  if (!answer.ok) return refuse(c, form, 'replay', refusedBy(answer))
  const { nextSince } = answer.data
  return done(c, nextSince === null ? 'replayed' : `replayed&since=${encodeURIComponent(nextSince)}`)
})

endpointPages.action('/ops/callbacks/:endpoint/example', async (c, form) => {
  requireOperator(c)
  const answer = await callEndpoint(c, ['example'], { method: 'POST', json: { type: form.text('type') } })
  return answer.ok ? done(c, 'example') : refuse(c, form, 'example', refusedBy(answer))
})

endpointPages.action('/ops/callbacks/:endpoint/deliveries/:event/resend', async (c, form) => {
  requireOperator(c)
  const answer = await callEndpoint(c, ['deliveries', pathPart(c, 'event'), 'resend'], { method: 'POST' })
  return answer.ok ? done(c, 'resent') : refuse(c, form, 'resend', refusedBy(answer))
})

function callEndpoint<T>(c: PageContext, parts: readonly string[], call: Call): Promise<Answer<T>> {
  return callInside<T>(c, apiPath(['endpoints', pathPart(c, 'endpoint'), ...parts]), call)
}

async function isAsSeen(c: PageContext, holds: (endpoint: EndpointWire) => boolean): Promise<boolean> {
  requireOperator(c)
  return holds(await readInside<EndpointWire>(c, apiPath(['endpoints', pathPart(c, 'endpoint')])))
}

const done = (c: PageContext, code: string) =>
  c.redirect(`/ops/callbacks/${encodeURIComponent(pathPart(c, 'endpoint'))}?done=${code}`, 303)

function refuse(
  c: PageContext,
  form: Form,
  name: EndpointTyped['form'],
  refused: Refused,
): Promise<Response> {
  const values = Object.fromEntries(TYPED.map((field) => [field, form.text(field)]))
  return endpointPage(c, { form: name, refused, values, types: form.all('types') })
}

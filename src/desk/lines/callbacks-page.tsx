import type { FC } from 'hono/jsx'
import type { EndpointWire, NewEndpointWire } from '../../callbacks/endpoints-routes.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { callInside, type Listed } from '../../pages/frame/inside.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { nextOf } from '../../pages/frame/paging.ts'
import { Moment, More, Notice, Pill, Said, Section } from '../../pages/frame/parts.tsx'
import type { Lang } from '../../words/language.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { EndpointInputs } from './endpoint-form.tsx'
import { endpointState } from './endpoint-words.ts'
import { errorAt, Input, type Refused, refusedBy, tellRefusal } from './fields.tsx'
import { apiPath } from './paths.ts'
import { secretPage } from './secret-page.tsx'

const words = {
  zh: {
    title: '回调',
    lead: '平台往这些地址送消息，用 Standard Webhooks 签名；送不到会一直重试一天多。',
    done: '删掉了。',
    filter: '只看一方的',
    owner: '归谁',
    ownerHint: 'line:编号 或 partner:编号；空着就是全部。',
    newOwnerHint: 'line:编号 或 partner:编号。',
    show: '查看',
    none: '还没有回调地址。',
    since: '从',
    failingSince: '开始失败于',
    more: '更多地址',
    create: '加一个地址',
    submit: '加上，并生成密钥',
    created: '地址加好了',
    noLine: '没有这条业务线。',
    twice: '它已经有这个地址了。',
    limit: '它的地址已经到最多的数量。',
    wrongFilter: '这样的写法认不出：要写成 line:编号 或 partner:编号。',
  },
  en: {
    title: 'Callbacks',
    lead: 'Where the platform sends events, signed by Standard Webhooks; what does not arrive is tried for more than a day.',
    done: 'Deleted.',
    filter: 'Of one owner only',
    owner: 'Owner',
    ownerHint: 'line:<id> or partner:<id>; empty for all.',
    newOwnerHint: 'line:<id> or partner:<id>.',
    show: 'Show',
    none: 'There is no endpoint yet.',
    since: 'Since',
    failingSince: 'Failing since',
    more: 'More endpoints',
    create: 'Add an endpoint',
    submit: 'Add it and make its secret',
    created: 'The endpoint is there',
    noLine: 'There is no such line.',
    twice: 'It has this address already.',
    limit: 'It has as many endpoints as it may.',
    wrongFilter: 'That names nobody: write line:<id> or partner:<id>.',
  },
}

const PAGE_SIZE = 100

/** What was typed of a new endpoint, and what was wrong with it. */
interface Typed {
  readonly owner: string
  readonly url: string
  readonly types: readonly string[]
  readonly refused: Refused
  readonly twice?: boolean
}

export const callbacksPages = new Pages()

callbacksPages.view('/ops/callbacks', (c) => callbacksPage(c, null))

callbacksPages.action('/ops/callbacks', async (c, form) => {
  requireOperator(c)
  const json = { owner: form.text('owner'), url: form.text('url'), types: form.all('types') }
  // A form that is sent twice makes one endpoint.
  const there = await callInside<Listed<EndpointWire>>(c, apiPath(['endpoints'], { owner: json.owner }))
  if (there.ok && there.data.items.some(({ owner, url }) => owner === json.owner && url === json.url))
    return callbacksPage(c, {
      ...json,
      refused: { status: 409, code: 'state_conflict', fields: new Map([['url', 'endpoint_exists']]) },
      twice: true,
    })
  const answer = await callInside<NewEndpointWire>(c, '/v1/endpoints', { method: 'POST', json })
  if (answer.ok) {
    const { id, secret } = answer.data
    return secretPage(c, 'callbacks', {
      title: words[c.get('lang')].created,
      ...{ secret, back: `/ops/callbacks/${id}` },
    })
  }
  const noLine = answer.problem.code === 'line_not_found'
  const refused = noLine
    ? ({ status: 422, code: 'line_not_found', fields: new Map([['owner', 'line_not_found']]) } as const)
    : refusedBy(answer)
  return callbacksPage(c, { ...json, refused })
})

async function callbacksPage(c: PageContext, typed: Typed | null): Promise<Response> {
  requireOperator(c)
  const lang = c.get('lang')
  const t = words[lang]
  const get = c.req.method === 'GET'
  const owner = (get && c.req.query('owner')?.trim()) || ''
  const listed = await callInside<Listed<EndpointWire>>(
    c,
    apiPath(['endpoints'], {
      ...{ owner, pageSize: String(PAGE_SIZE) },
      cursor: (get && c.req.query('cursor')) || undefined,
    }),
  )
  const wrong = listed.ok ? null : refusedBy(listed)
  const { items, nextCursor } = listed.ok ? listed.data : { items: [], nextCursor: null }
  const status = typed?.refused.status ?? wrong?.status ?? 200
  return sendDeskPage(
    c,
    'callbacks',
    { title: t.title, status },
    <>
      <h1>{t.title}</h1>
      <p class="lead">{t.lead}</p>
      {get && c.req.query('done') === 'deleted' && <Notice tone="good">{t.done}</Notice>}
      {typed && <CreateForm lang={lang} owner={typed.owner} typed={typed} />}
      <form method="get" action="/ops/callbacks" class="ops-filter">
        <Input
          {...{ id: 'of', name: 'owner', label: t.filter, hint: t.ownerHint, value: owner, maxLength: 80 }}
          error={wrong ? t.wrongFilter : undefined}
        />
        <button type="submit" class="plain">
          {t.show}
        </button>
      </form>
      {items.length === 0 && !wrong && <p>{t.none}</p>}
      {[...Map.groupBy(items, (endpoint) => endpoint.owner)].map(([of, endpoints], n) => (
        <Section id={`owner-${n}`} title={<code>{of}</code>}>
          <ul class="plain-list">
            {endpoints.map((endpoint) => (
              <EndpointItem lang={lang} endpoint={endpoint} />
            ))}
          </ul>
        </Section>
      ))}
      <More href={nextOf('/ops/callbacks', nextCursor, { owner })}>{t.more}</More>
      {!typed && <CreateForm lang={lang} owner={owner} typed={null} />}
    </>,
  )
}

const EndpointItem: FC<{ lang: Lang; endpoint: EndpointWire }> = ({ lang, endpoint }) => {
  const t = words[lang]
  const { tone, text } = endpointState(lang, endpoint)
  return (
    <li>
      <div class="row">
        <a href={`/ops/callbacks/${endpoint.id}`}>
          <Said>{endpoint.url}</Said>
        </a>
        <Pill tone={tone}>{text}</Pill>
      </div>
      <p class="small">
        {endpoint.types.join(', ')} · {t.since} <Moment lang={lang} time={endpoint.createdAt} />
        {endpoint.failingSince && (
          <>
            {' · '}
            {t.failingSince} <Moment lang={lang} time={endpoint.failingSince} />
          </>
        )}
      </p>
    </li>
  )
}

const CreateForm: FC<{ lang: Lang; owner: string; typed: Typed | null }> = ({ lang, owner, typed }) => {
  const t = words[lang]
  const refused = typed?.refused ?? null
  const special = tellSpecial(lang, typed)
  const noLine = refused?.code === 'line_not_found'
  return (
    <Section id="create" title={t.create}>
      {refused && <Notice tone="bad">{special ?? tellRefusal(lang, refused)}</Notice>}
      <details class="card folded" open={typed !== null}>
        <summary>{t.create}</summary>
        <form method="post" action="/ops/callbacks">
          <Input
            {...{
              id: 'owner',
              label: t.owner,
              hint: t.newOwnerHint,
              value: owner,
              maxLength: 80,
              required: true,
            }}
            error={noLine ? t.noLine : errorAt(lang, refused, 'owner')}
          />
          <EndpointInputs lang={lang} url={typed?.url ?? ''} types={typed?.types ?? []} refused={refused} />
          <button type="submit">{t.submit}</button>
        </form>
      </details>
    </Section>
  )
}

/** What is said of a refusal that this form has words for. */
function tellSpecial(lang: Lang, typed: Typed | null): string | undefined {
  const t = words[lang]
  if (typed?.twice) return t.twice
  return typed?.refused.code === 'limit_reached' ? t.limit : undefined
}

import type { FC } from 'hono/jsx'
import type { DeliveryWire } from '../../callbacks/deliveries-routes.ts'
import type { EndpointWire } from '../../callbacks/endpoints-routes.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { type Listed, readInside } from '../../pages/frame/inside.ts'
import { nextOf } from '../../pages/frame/paging.ts'
import { Moment, More, Notice, Pill, Said, Section } from '../../pages/frame/parts.tsx'
import { type Lang, writeTime } from '../../words/language.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { DeliveryItem } from './delivery-item.tsx'
import { EndpointForms, type EndpointTyped } from './endpoint-forms.tsx'
import { endpointState, eventWords } from './endpoint-words.ts'
import { tellRefusal } from './fields.tsx'
import { apiPath, pathPart } from './paths.ts'

const words = {
  zh: {
    title: '回调地址',
    done: {
      changed: '改好了。',
      enabled: '启用了。停用期间漏掉的，可以从某一时刻起重放。',
      disabled: '停用了。正在路上的消息不再送。',
      resent: '又送出去了，下面看结果。',
      example: '例子送出去了，下面看结果。',
    },
    replayed: '正在重放。',
    goOn: (time: string) => `这一批送出去了，还有没送完的：从 ${time} 接着重放。`,
    owner: '归谁',
    types: '告诉它什么',
    createdAt: '加于',
    failingSince: '开始失败于',
    deliveries: '送过什么',
    deliveriesText: '最近 30 天。对方的回答除了状态码都不留。',
    none: '还没有送过什么。',
    more: '更早的',
    endpointDisabled: '这个地址停用着，什么也没有送。请先启用。',
    limit: '同时签名的密钥已经最多。重叠填 0 可以一次全部换掉。',
  },
  en: {
    title: 'An endpoint',
    done: {
      changed: 'Changed.',
      enabled: 'Enabled. What it missed can be replayed since a time.',
      disabled: 'Disabled. What was under way is not sent.',
      resent: 'Sent again; see what comes of it below.',
      example: 'The example is on its way; see what comes of it below.',
    },
    replayed: 'They are on their way.',
    goOn: (time: string) => `The first of them are on their way; go on from ${time}.`,
    owner: 'Owner',
    types: 'It is told',
    createdAt: 'Since',
    failingSince: 'Failing since',
    deliveries: 'What it was sent',
    deliveriesText: 'Of the last 30 days. Nothing is kept of what it answers but the status.',
    none: 'It was sent nothing yet.',
    more: 'Earlier ones',
    endpointDisabled: 'The endpoint is disabled; nothing was sent. Enable it first.',
    limit: 'As many secrets sign as may. An overlap of 0 replaces them all.',
  },
}

const DONE = ['changed', 'enabled', 'disabled', 'resent', 'example'] as const

/** An endpoint, what can be done with it, and what it was sent; with what was typed in a form that was refused. */
export async function endpointPage(c: PageContext, typed: EndpointTyped | null = null): Promise<Response> {
  requireOperator(c)
  const lang = c.get('lang')
  const t = words[lang]
  const get = c.req.method === 'GET'
  const at = ['endpoints', pathPart(c, 'endpoint')]
  const cursor = (get && c.req.query('cursor')) || undefined
  const [endpoint, { items, nextCursor }] = await Promise.all([
    readInside<EndpointWire>(c, apiPath(at)),
    readInside<Listed<DeliveryWire>>(c, apiPath([...at, 'deliveries'], { cursor })),
  ])
  const { tone, text } = endpointState(lang, endpoint)
  const done = DONE.find((each) => get && each === c.req.query('done'))
  const here = `/ops/callbacks/${endpoint.id}`
  return sendDeskPage(
    c,
    'callbacks',
    { title: t.title, status: typed?.refused.status ?? 200 },
    <>
      <div class="row">
        <h1>{t.title}</h1>
        <Pill tone={tone}>{text}</Pill>
      </div>
      {done && <Notice tone="good">{t.done[done]}</Notice>}
      {get && <Replayed lang={lang} code={c.req.query('done')} since={c.req.query('since')} />}
      {typed && <Notice tone="bad">{tell(lang, typed)}</Notice>}
      <Facts lang={lang} endpoint={endpoint} />
      <Section id="deliveries" title={t.deliveries}>
        <p class="hint">{t.deliveriesText}</p>
        {items.length === 0 && <p>{t.none}</p>}
        <ul class="plain-list">
          {items.map((delivery) => (
            <DeliveryItem lang={lang} endpoint={endpoint} delivery={delivery} />
          ))}
        </ul>
        <More href={nextOf(here, nextCursor)}>{t.more}</More>
      </Section>
      <EndpointForms lang={lang} endpoint={endpoint} typed={typed} now={Date.now()} />
    </>,
  )
}

function tell(lang: Lang, { refused }: EndpointTyped): string {
  const t = words[lang]
  if (refused.code === 'endpoint_disabled') return t.endpointDisabled
  return refused.code === 'limit_reached' ? t.limit : tellRefusal(lang, refused)
}

/** What a replay did; `since` is where to go on. Only a time is shown, whatever the address holds. */
const Replayed: FC<{ lang: Lang; code: string | undefined; since: string | undefined }> = ({
  lang,
  code,
  since,
}) => {
  const t = words[lang]
  if (code !== 'replayed') return null
  const at = Date.parse(since ?? '')
  return Number.isNaN(at) ? (
    <Notice tone="good">{t.replayed}</Notice>
  ) : (
    <Notice tone="wait">{t.goOn(writeTime(lang, new Date(at).toISOString()))}</Notice>
  )
}

const Facts: FC<{ lang: Lang; endpoint: EndpointWire }> = ({ lang, endpoint }) => {
  const t = words[lang]
  return (
    <>
      <p class="lead">
        <Said>{endpoint.url}</Said>
      </p>
      <dl class="facts">
        <dt>{t.owner}</dt>
        <dd>
          <a href={`/ops/callbacks?owner=${endpoint.owner}`}>{endpoint.owner}</a>
        </dd>
        <dt>{t.types}</dt>
        <dd>{endpoint.types.map((type) => eventWords[lang][type]).join(lang === 'zh' ? '、' : ', ')}</dd>
        <dt>{t.createdAt}</dt>
        <dd>
          <Moment lang={lang} time={endpoint.createdAt} />
        </dd>
        {endpoint.failingSince && (
          <>
            <dt>{t.failingSince}</dt>
            <dd>
              <Moment lang={lang} time={endpoint.failingSince} />
            </dd>
          </>
        )}
      </dl>
    </>
  )
}

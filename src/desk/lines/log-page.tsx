import type { ChangeWire } from '../../audit/routes.ts'
import { callInside, type Listed } from '../../pages/frame/inside.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { nextOf } from '../../pages/frame/paging.ts'
import { More } from '../../pages/frame/parts.tsx'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { ChangeItem } from './change-item.tsx'
import { Input, refusedBy } from './fields.tsx'
import { apiPath } from './paths.ts'

const words = {
  zh: {
    title: '日志',
    lead: '谁在什么时候改了什么，新的在前。密钥从不写进日志。',
    subject: '只看这一样的改动',
    hint: '如 line:steps、dream:编号、endpoint:ep_…；空着就是全部。',
    wrong: '认不出这样的写法。',
    show: '查看',
    none: '没有这样的改动。',
    more: '更早的',
  },
  en: {
    title: 'Log',
    lead: 'Who changed what and when, newest first. No secret is ever in it.',
    subject: 'Only changes of this',
    hint: 'As line:steps, dream:<id>, endpoint:ep_…; empty for all.',
    wrong: 'That is nothing that could be changed.',
    show: 'Show',
    none: 'There is no such change.',
    more: 'Earlier ones',
  },
}

export const logPages = new Pages()

logPages.view('/ops/audit/log', async (c) => {
  requireOperator(c)
  const lang = c.get('lang')
  const t = words[lang]
  const subject = c.req.query('subject')?.trim() ?? ''
  const query = { subject, cursor: c.req.query('cursor') }
  const answer = await callInside<Listed<ChangeWire>>(c, apiPath(['audit', 'log'], query))
  const wrong = answer.ok ? null : refusedBy(answer)
  const { items, nextCursor } = answer.ok ? answer.data : { items: [], nextCursor: null }
  return sendDeskPage(
    c,
    'audit',
    { title: t.title, status: wrong?.status ?? 200 },
    <>
      <h1>{t.title}</h1>
      <p class="lead">{t.lead}</p>
      <form method="get" action="/ops/audit/log" class="ops-filter">
        <Input
          {...{ id: 'subject', label: t.subject, hint: t.hint, value: subject, maxLength: 200 }}
          error={wrong ? t.wrong : undefined}
        />
        <button type="submit" class="plain">
          {t.show}
        </button>
      </form>
      {items.length === 0 && !wrong && <p>{t.none}</p>}
      <ul class="plain-list">
        {items.map((change) => (
          <ChangeItem lang={lang} change={change} />
        ))}
      </ul>
      <More href={nextOf('/ops/audit/log', nextCursor, { subject })}>{t.more}</More>
    </>,
  )
})

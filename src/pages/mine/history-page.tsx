import type { Entry } from '../../ledger/routes.ts'
import { type Listed, readInside } from '../frame/inside.ts'
import { Pages, requireSession } from '../frame/pages.tsx'
import { listQuery, nextOf } from '../frame/paging.ts'
import { More } from '../frame/parts.tsx'
import { Entries, readNames } from './entries.tsx'
import { sendMine } from './frame.tsx'

const words = {
  zh: {
    title: '我的流水',
    lead: '每一朵花的来去，从新到旧。流水只会增加，不会更改。',
    none: '还没有流水。',
    more: '更早的流水',
  },
  en: {
    title: 'My history',
    lead: 'Where each flower came from and went, newest first. Lines are added, never changed.',
    none: 'No history yet.',
    more: 'Earlier',
  },
}

export const historyPages = new Pages()

historyPages.view('/me/history', async (c) => {
  requireSession(c)
  const lang = c.get('lang')
  const t = words[lang]
  const [{ items, nextCursor }, names] = await Promise.all([
    readInside<Listed<Entry>>(c, `/v1/me/entries${listQuery(c, { pageSize: 30 })}`),
    readNames(c),
  ])
  return sendMine(
    c,
    'history',
    { title: t.title },
    <>
      <h1>{t.title}</h1>
      <p class="lead">{t.lead}</p>
      {items.length === 0 ? <p>{t.none}</p> : <Entries lang={lang} entries={items} names={names} />}
      <More href={nextOf('/me/history', nextCursor)}>{t.more}</More>
    </>,
  )
})

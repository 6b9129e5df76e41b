import type { Child } from 'hono/jsx'
import type { GrantWire } from '../../execution/grants-routes.ts'
import type { ProgressWire } from '../../execution/progress-wire.ts'
import type { NewsWire } from '../../life/news-wire.ts'
import type { PlanWire } from '../../plans/params.ts'
import type { Words } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { type Listed, readInside } from '../frame/inside.ts'
import { Pages } from '../frame/pages.tsx'
import { listQuery, nextOf } from '../frame/paging.ts'
import { More, Said } from '../frame/parts.tsx'
import { dataOf, loadPart, paramOf, readDream } from './load.ts'
import { Timeline } from './news.tsx'
import { Evidence, tellChange } from './progress-line.tsx'
import { ListOrNone, sendUnder } from './under.tsx'

const words = {
  zh: { news: '消息', history: '历程', progress: '进展', earlier: '更早的', later: '后来的' },
  en: { news: 'News', history: 'Its way', progress: 'Progress', earlier: 'Earlier', later: 'Later' },
} satisfies Words<Record<string, string>>

/** The lists that a dream's page shows the first of. */
export const newsPages = new Pages()

const ITEMS_A_PAGE = 20

newsPages.view('/dreams/:dream/news', (c) => sendTimeline(c, 'news', 'earlier'))

newsPages.view('/dreams/:dream/history', (c) => sendTimeline(c, 'history', 'later'))

async function sendTimeline(
  c: PageContext,
  list: 'news' | 'history',
  on: 'earlier' | 'later',
): Promise<Response> {
  const lang = c.get('lang')
  const path = `/dreams/${paramOf(c, 'dream')}/${list}`
  const [dream, { items, nextCursor }] = await Promise.all([
    readDream(c),
    readInside<Listed<NewsWire>>(c, `/v1${path}${listQuery(c, { pageSize: ITEMS_A_PAGE })}`),
  ])
  const shown: Child = items.length === 0 ? <ListOrNone c={c} none /> : <Timeline lang={lang} items={items} />
  return sendUnder(
    c,
    dream,
    { title: words[lang][list] },
    <>
      {shown}
      <More href={nextOf(path, nextCursor)}>{words[lang][on]}</More>
    </>,
  )
}

newsPages.view('/dreams/:dream/progress', async (c) => {
  const lang = c.get('lang')
  const t = words[lang]
  const base = `/dreams/${paramOf(c, 'dream')}`
  const path = `${base}/progress`
  const [dream, { items, nextCursor }, plan, grant] = await Promise.all([
    readDream(c),
    readInside<Listed<ProgressWire>>(c, `/v1${path}${listQuery(c, { pageSize: ITEMS_A_PAGE })}`),
    loadPart<PlanWire>(c, `/v1${base}/plan`),
    loadPart<GrantWire>(c, `/v1${base}/grant`),
  ])
  const names = namesOf(dataOf(plan))
  const currency = dataOf(grant)?.currency ?? null
  return sendUnder(
    c,
    dream,
    { title: t.progress },
    <>
      <ListOrNone c={c} none={items.length === 0}>
        {items.map((line) => {
          const name = names.get(line.item)
          return (
            <li>
              <p class="row tight">
                <strong>{name && <Said>{name}</Said>}</strong>
                <span>{tellChange(lang, line, currency)}</span>
              </p>
              <Evidence lang={lang} line={line} title={name ?? t.progress} />
            </li>
          )
        })}
      </ListOrNone>
      <More href={nextOf(path, nextCursor)}>{t.earlier}</More>
    </>,
  )
})

/** What the items of a plan are called, by how progress names them. */
function namesOf(plan: PlanWire | null): ReadonlyMap<string, string> {
  if (!plan) return new Map()
  return new Map([
    ...plan.milestones.map(({ id, title }) => [`milestone:${id}`, title] as const),
    ...plan.measures.map(({ id, name }) => [`measure:${id}`, name] as const),
    ...plan.budget.map(({ id, name }) => [`budget:${id}`, name] as const),
  ])
}

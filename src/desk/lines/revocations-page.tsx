import type { FC } from 'hono/jsx'
import type { RevocationWire } from '../../lines/revocation-routes.ts'
import { type Listed, readInside } from '../../pages/frame/inside.ts'
import { nameOf } from '../../pages/frame/names.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { nextOf } from '../../pages/frame/paging.ts'
import { Flowers, Moment, More, Pill, Said } from '../../pages/frame/parts.tsx'
import type { LineWire } from '../../registry/lines-routes.ts'
import type { Lang } from '../../words/language.ts'
import { colon } from '../../words/language.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { LineHead } from './line-head.tsx'
import { apiPath, pathPart } from './paths.ts'

const words = {
  zh: {
    title: '撤回与损失',
    lead: '业务线撤回的善行。花已经给了定下来的梦想、收不回来的，算业务线的损失。',
    all: '全部',
    onlyLost: '只看有损失的',
    filter: '筛选',
    none: '没有撤回过善行。',
    noneLost: '没有损失。',
    done: '收回了',
    waiting: '正在收回',
    lossy: '有损失',
    noted: '先记下了',
    unknown: '没报过：再报来也不得花',
    earned: '当时得了',
    taken: '收回',
    lost: '损失',
    reason: '原因',
    more: '更早的',
  },
  en: {
    title: 'Taken back',
    lead: 'Acts the line took back. Flowers given to dreams that are decided on cannot be had again: the line’s loss.',
    all: 'All',
    onlyLost: 'With a loss only',
    filter: 'Filter',
    none: 'No act was taken back.',
    noneLost: 'There was no loss.',
    done: 'Taken back',
    waiting: 'Being taken back',
    lossy: 'With a loss',
    noted: 'Noted',
    unknown: 'Never reported: it earns nothing if it is',
    earned: 'It had earned',
    taken: 'taken back',
    lost: 'lost',
    reason: 'Reason',
    more: 'Earlier ones',
  },
}

export const revocationsPages = new Pages()

revocationsPages.view('/ops/lines/:line/revocations', async (c) => {
  requireOperator(c)
  const lang = c.get('lang')
  const t = words[lang]
  const at = ['lines', pathPart(c, 'line')]
  const lost = c.req.query('lost') === 'true' ? 'true' : undefined
  const [line, { items, nextCursor }] = await Promise.all([
    readInside<LineWire>(c, apiPath(at)),
    readInside<Listed<RevocationWire>>(
      c,
      apiPath([...at, 'revocations'], { lost, cursor: c.req.query('cursor') }),
    ),
  ])
  const here = `/ops/lines/${line.id}/revocations`
  return sendDeskPage(
    c,
    'lines',
    { title: `${nameOf(lang, line)} · ${t.title}` },
    <>
      <LineHead lang={lang} line={line} part="revocations" title={t.title} />
      <p class="lead">{t.lead}</p>
      <nav class="ops-parts" aria-label={t.filter}>
        <a href={here} aria-current={lost ? undefined : 'true'}>
          {t.all}
        </a>
        <a href={`${here}?lost=true`} aria-current={lost ? 'true' : undefined}>
          {t.onlyLost}
        </a>
      </nav>
      {items.length === 0 && <p>{lost ? t.noneLost : t.none}</p>}
      <ul class="plain-list">
        {items.map((each) => (
          <RevocationItem lang={lang} revocation={each} />
        ))}
      </ul>
      <More href={nextOf(here, nextCursor, { lost })}>{t.more}</More>
    </>,
  )
})

const RevocationItem: FC<{ lang: Lang; revocation: RevocationWire }> = ({ lang, revocation }) => {
  const t = words[lang]
  const { act, known, flowers, taken, lost, reason, at, doneAt } = revocation
  const state = lost > 0 ? 'bad' : doneAt ? 'plain' : 'wait'
  return (
    <li>
      <div class="row">
        <code>
          <Said>{act}</Said>
        </code>
        <Pill tone={state}>{lost > 0 ? t.lossy : known ? (doneAt ? t.done : t.waiting) : t.noted}</Pill>
      </div>
      <p>
        {known ? (
          <>
            {t.earned} <Flowers lang={lang} count={flowers} />
            {' · '}
            {t.taken} <Flowers lang={lang} count={taken} />
            {' · '}
            {t.lost} <Flowers lang={lang} count={lost} />
          </>
        ) : (
          t.unknown
        )}
      </p>
      <p class="small">
        <Moment lang={lang} time={at} /> · {t.reason}
        {colon[lang]}
        <Said>{reason}</Said>
      </p>
    </li>
  )
}

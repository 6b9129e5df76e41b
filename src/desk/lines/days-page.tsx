import type { FC } from 'hono/jsx'
import { type Listed, readInside } from '../../pages/frame/inside.ts'
import { nameOf } from '../../pages/frame/names.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { nextOf } from '../../pages/frame/paging.ts'
import { Moment, More, Pill } from '../../pages/frame/parts.tsx'
import type { LineWire } from '../../registry/lines-routes.ts'
import type { LineDayWire } from '../../totals/routes.ts'
import { type Lang, writeNumber } from '../../words/language.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { agreement } from './day-words.ts'
import { LineHead } from './line-head.tsx'
import { apiPath, pathPart } from './paths.ts'

const words = {
  zh: {
    title: '对账',
    lead: '每天的控制总数，和业务线自己报来的对。近几天每小时核对一次。',
    none: '还没有一天有善行。',
    table: '每天的控制总数',
    day: '日子',
    state: '对账',
    acts: '善行',
    flowers: '发放（朵）',
    capped: '被上限截断',
    reversed: '撤回（朵）',
    posted: '业务线报的发放',
    notPosted: '没报',
    checked: '核对于',
    more: '更早的日子',
  },
  en: {
    title: 'Days',
    lead: 'The control totals of each day, held to what the line posted. Recent days are checked every hour.',
    none: 'There were no acts on any day yet.',
    table: 'Control totals by day',
    day: 'Day',
    state: 'Accounts',
    acts: 'Acts',
    flowers: 'Flowers',
    capped: 'Cut by a cap',
    reversed: 'Taken back',
    posted: 'Flowers, says the line',
    notPosted: 'not posted',
    checked: 'Checked',
    more: 'Earlier days',
  },
}

export const daysPages = new Pages()

daysPages.view('/ops/lines/:line/days', async (c) => {
  requireOperator(c)
  const lang = c.get('lang')
  const t = words[lang]
  const at = ['lines', pathPart(c, 'line')]
  const [line, { items, nextCursor }] = await Promise.all([
    readInside<LineWire>(c, apiPath(at)),
    readInside<Listed<LineDayWire>>(c, apiPath([...at, 'days'], { cursor: c.req.query('cursor') })),
  ])
  return sendDeskPage(
    c,
    'lines',
    { title: `${nameOf(lang, line)} · ${t.title}` },
    <>
      <LineHead lang={lang} line={line} part="days" title={t.title} />
      <p class="lead">{t.lead}</p>
      {items.length === 0 ? <p>{t.none}</p> : <DaysTable lang={lang} line={line} days={items} />}
      <More href={nextOf(`/ops/lines/${line.id}/days`, nextCursor)}>{t.more}</More>
    </>,
  )
})

const DaysTable: FC<{ lang: Lang; line: LineWire; days: readonly LineDayWire[] }> = ({
  lang,
  line,
  days,
}) => {
  const t = words[lang]
  const heads = ['state', 'acts', 'flowers', 'posted', 'capped', 'reversed', 'checked'] as const
  return (
    <table class="ops-stacked">
      <caption class="unseen">{t.table}</caption>
      <thead>
        <tr>
          <th scope="col">{t.day}</th>
          {heads.map((head) => (
            <th scope="col" class={head === 'state' || head === 'checked' ? '' : 'number'}>
              {t[head]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {days.map((day) => {
          const { tone, text } = agreement(lang, day)
          return (
            <tr>
              <th scope="row">
                <a href={`/ops/lines/${line.id}/days/${day.day}`}>{day.day}</a>
              </th>
              <td data-label={t.state}>
                <Pill tone={tone}>{text}</Pill>
              </td>
              <td class="number" data-label={t.acts}>
                {writeNumber(lang, day.acts)}
              </td>
              <td class="number" data-label={t.flowers}>
                {writeNumber(lang, day.flowers)}
              </td>
              <td class="number" data-label={t.posted}>
                {day.posted?.flowers == null ? t.notPosted : writeNumber(lang, day.posted.flowers)}
              </td>
              <td class="number" data-label={t.capped}>
                {writeNumber(lang, day.capped)}
              </td>
              <td class="number" data-label={t.reversed}>
                {writeNumber(lang, day.reversed)}
              </td>
              <td data-label={t.checked}>
                {day.checkedAt ? <Moment lang={lang} time={day.checkedAt} /> : '—'}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

import type { FC } from 'hono/jsx'
import { asProblem, callInside, readInside } from '../../pages/frame/inside.ts'
import { nameOf } from '../../pages/frame/names.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { Moment, Notice, Said, Section } from '../../pages/frame/parts.tsx'
import type { LineWire } from '../../registry/lines-routes.ts'
import type { CheckedDayWire } from '../../totals/routes.ts'
import { type Lang, writeNumber } from '../../words/language.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { agreement } from './day-words.ts'
import { LineHead } from './line-head.tsx'
import { apiPath, pathPart } from './paths.ts'

const words = {
  zh: {
    rechecked: '重新核对过了，下面是刚才的结果。',
    recheck: '现在重新核对',
    recheckText: '从流水重新算一遍这一天，善行多的要几秒。',
    checkedAt: '上次核对',
    postedAt: '业务线上次报来',
    notPosted: '业务线没有报过这一天。',
    figures: '总数',
    figure: '项目',
    ours: '平台',
    theirs: '业务线',
    notGiven: '没报',
    notCounted: '没数',
    names: {
      acts: '善行',
      flowers: '发放（朵）',
      capped: '被上限截断',
      reversed: '撤回（朵）',
      users: '用户',
    },
    listed: '业务线列出的善行',
    differences: '哪里不一样',
    none: '没有不一样的地方。',
    counter: (figure: string, recomputed: string, counted: string) =>
      `平台自己的账不一致：${figure}按流水是 ${recomputed}，按计数是 ${counted}。这是平台的错，请查。`,
    total: (figure: string, recomputed: string, posted: string) =>
      `${figure}：平台 ${recomputed}，业务线报 ${posted}。`,
    kinds: {
      acts_missing_here: '业务线有、平台这一天没有的善行',
      acts_missing_there: '平台有、业务线没有列出的善行',
      acts_differ: '两边都有、花数不同的善行',
    },
    some: (shown: number, count: string) => `一共 ${count} 条，这里是前 ${shown} 条。`,
    id: '善行编号',
    otherDay: '平台记在',
    nowhere: '没有',
  },
  en: {
    rechecked: 'Checked again; this is what was found just now.',
    recheck: 'Check it again now',
    recheckText: 'Recomputes the day from its entries: seconds where there are many.',
    checkedAt: 'Checked last',
    postedAt: 'Posted by the line last',
    notPosted: 'The line posted nothing of this day.',
    figures: 'Totals',
    figure: 'Figure',
    ours: 'Platform',
    theirs: 'Line',
    notGiven: 'not given',
    notCounted: 'not counted',
    names: {
      acts: 'Acts',
      flowers: 'Flowers',
      capped: 'Cut by a cap',
      reversed: 'Taken back',
      users: 'Users',
    },
    listed: 'Acts the line listed',
    differences: 'What differs',
    none: 'Nothing differs.',
    counter: (figure: string, recomputed: string, counted: string) =>
      `The platform disagrees with itself: ${figure} is ${recomputed} by the entries and ${counted} by the counter. A fault of ours; look into it.`,
    total: (figure: string, recomputed: string, posted: string) =>
      `${figure}: ${recomputed} on the platform, ${posted} says the line.`,
    kinds: {
      acts_missing_here: 'Acts that the line has and the platform has not on this day',
      acts_missing_there: 'Acts that the platform has and the line did not list',
      acts_differ: 'Acts that both have, with other flowers',
    },
    some: (shown: number, count: string) => `${count} in all; the first ${shown} stand here.`,
    id: 'Act',
    otherDay: 'Here on',
    nowhere: 'none',
  },
}

type Difference = CheckedDayWire['differences'][number]
type ActsDifference = Extract<Difference, { acts: unknown }>

const FIGURES = ['acts', 'flowers', 'capped', 'reversed', 'users'] as const

export const dayPages = new Pages()

dayPages.view('/ops/lines/:line/days/:day', async (c) => {
  requireOperator(c)
  const lang = c.get('lang')
  const t = words[lang]
  const at = ['lines', pathPart(c, 'line')]
  const [line, day] = await Promise.all([
    readInside<LineWire>(c, apiPath(at)),
    readInside<CheckedDayWire>(c, apiPath([...at, 'days', pathPart(c, 'day')])),
  ])
  const { tone, text } = agreement(lang, day)
  return sendDeskPage(
    c,
    'lines',
    { title: `${nameOf(lang, line)} · ${day.day}` },
    <>
      <LineHead lang={lang} line={line} part="days" title={day.day} />
      {c.req.query('done') === 'checked' && <Notice tone="good">{t.rechecked}</Notice>}
      <Notice tone={tone}>
        <strong>{text}</strong>
        {day.checkedAt && (
          <>
            {' · '}
            {t.checkedAt} <Moment lang={lang} time={day.checkedAt} />
          </>
        )}
      </Notice>
      <Section id="differences" title={t.differences}>
        <Differences lang={lang} differences={day.differences} />
      </Section>
      <Section id="figures" title={t.figures}>
        <Figures lang={lang} day={day} />
      </Section>
      <form method="post" action={`/ops/lines/${line.id}/days/${day.day}/check`}>
        <p class="hint">{t.recheckText}</p>
        <button type="submit">{t.recheck}</button>
      </form>
    </>,
  )
})

dayPages.action('/ops/lines/:line/days/:day/check', async (c) => {
  requireOperator(c)
  const [line, day] = [pathPart(c, 'line'), pathPart(c, 'day')]
  const answer = await callInside(c, apiPath(['lines', line, 'days', day, 'check']), { method: 'POST' })
  if (!answer.ok) throw asProblem(answer)
  return c.redirect(`/ops/lines/${line}/days/${day}?done=checked`, 303)
})

const Figures: FC<{ lang: Lang; day: CheckedDayWire }> = ({ lang, day }) => {
  const t = words[lang]
  const { posted } = day
  const number = (value: number | null | undefined, none: string) =>
    value == null ? none : writeNumber(lang, value)
  return (
    <>
      <table>
        <caption class="unseen">{t.figures}</caption>
        <thead>
          <tr>
            <th scope="col">{t.figure}</th>
            <th scope="col" class="number">
              {t.ours}
            </th>
            <th scope="col" class="number">
              {t.theirs}
            </th>
          </tr>
        </thead>
        <tbody>
          {FIGURES.map((figure) => (
            <tr>
              <th scope="row">{t.names[figure]}</th>
              <td class="number">{number(day[figure], t.notCounted)}</td>
              <td class="number">{number(posted?.[figure], t.notGiven)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {posted === null ? (
        <p class="small">{t.notPosted}</p>
      ) : (
        <p class="small">
          {t.postedAt} <Moment lang={lang} time={posted.postedAt} />
          {posted.listed !== null && ` · ${t.listed} ${writeNumber(lang, posted.listed)}`}
        </p>
      )}
    </>
  )
}

const Differences: FC<{ lang: Lang; differences: readonly Difference[] }> = ({ lang, differences }) => {
  const t = words[lang]
  const number = (value: number) => writeNumber(lang, value)
  const acts = differences.filter((each) => 'acts' in each)
  if (differences.length === 0) return <p>{t.none}</p>
  return (
    <>
      <ul>
        {differences.map((each) => {
          if (each.kind === 'counter')
            return <li>{t.counter(t.names[each.figure], number(each.recomputed), number(each.counted))}</li>
          if (each.kind === 'total')
            return <li>{t.total(t.names[each.figure], number(each.recomputed), number(each.posted))}</li>
          return null
        })}
      </ul>
      {acts.map((each) => (
        <ActsTable lang={lang} difference={each} />
      ))}
    </>
  )
}

const ActsTable: FC<{ lang: Lang; difference: ActsDifference }> = ({ lang, difference }) => {
  const t = words[lang]
  const { kind, count, acts } = difference
  const number = (value: number | null) => (value === null ? t.nowhere : writeNumber(lang, value))
  return (
    <>
      <h3>{t.kinds[kind]}</h3>
      <p class="small">{t.some(acts.length, writeNumber(lang, count))}</p>
      <table class="ops-stacked">
        <caption class="unseen">{t.kinds[kind]}</caption>
        <thead>
          <tr>
            <th scope="col">{t.id}</th>
            <th scope="col" class="number">
              {t.ours}
            </th>
            <th scope="col" class="number">
              {t.theirs}
            </th>
            <th scope="col">{t.otherDay}</th>
          </tr>
        </thead>
        <tbody>
          {acts.map(({ id, recomputed, posted, otherDay }) => (
            <tr>
              <th scope="row">
                <code>
                  <Said>{id}</Said>
                </code>
              </th>
              <td class="number" data-label={t.ours}>
                {number(recomputed)}
              </td>
              <td class="number" data-label={t.theirs}>
                {number(posted)}
              </td>
              <td data-label={t.otherDay}>{otherDay ?? '—'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

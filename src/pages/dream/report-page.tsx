import type { FC } from 'hono/jsx'
import type { DreamDetail } from '../../dreams/wire.ts'
import type { ReportSummaryWire, ReportWire } from '../../reports/wire.ts'
import type { Lang, Words } from '../../words/language.ts'
import { type Listed, readInside, readOptional } from '../frame/inside.ts'
import { sendPage } from '../frame/layout.tsx'
import { titleOf } from '../frame/names.ts'
import { Pages } from '../frame/pages.tsx'
import { listQuery, nextOf } from '../frame/paging.ts'
import { Back, Day, Moment, More, Paragraphs, Said } from '../frame/parts.tsx'
import { organisationName, paramOf, readDream } from './load.ts'
import { Figures, Pictures } from './pieces.tsx'
import { ReportItem, ReportMarks } from './reports.tsx'
import { ListOrNone, sendUnder } from './under.tsx'

const words = {
  zh: {
    back: '回到',
    dream: '梦想',
    reports: '反馈',
    number: (n: number) => `第 ${n} 份反馈`,
    by: '发布方：',
    operator: '平台运营方',
    published: '发布于',
    due: '应发布于',
    corrections: '更正',
    corrected: '反馈发布后不再改动，写错的地方在这里更正：',
    more: '更早的反馈',
    description: (title: string) => `“${title}”的反馈`,
  },
  en: {
    back: 'Back to',
    dream: 'the dream',
    reports: 'Reports',
    number: (n: number) => `Report no. ${n}`,
    by: 'By ',
    operator: 'the operators of the platform',
    published: 'Published on',
    due: 'was due by',
    corrections: 'Corrections',
    corrected: 'A report stays as it was published. What was wrong in it is put right here:',
    more: 'Earlier reports',
    description: (title: string) => `A report of “${title}”`,
  },
} satisfies Words<object>

export const reportPages = new Pages()

reportPages.view('/reports/:report', async (c) => {
  const lang = c.get('lang')
  const report = await readInside<ReportWire>(c, `/v1/reports/${paramOf(c, 'report')}`)
  // The report is shown where its dream cannot be read right now.
  const dream = await readOptional<DreamDetail>(c, `/v1/dreams/${encodeURIComponent(report.dream)}`)
  const description = dream ? { description: words[lang].description(titleOf(lang, dream)) } : {}
  return sendPage(
    c,
    { title: report.title, ...description },
    <WholeReport lang={lang} report={report} dream={dream} />,
  )
})

const WholeReport: FC<{ lang: Lang; report: ReportWire; dream: DreamDetail | null }> = ({
  lang,
  report,
  dream,
}) => {
  const t = words[lang]
  const by = (organisation: string | null): string =>
    organisation === null ? t.operator : organisationName(lang, dream?.coCreators ?? [], organisation)
  const { number, title, body, figures, pictures, corrections, publishedAt } = report
  return (
    <article>
      <Back href={`/dreams/${encodeURIComponent(report.dream)}`}>
        <span class="unseen">{t.back} </span>
        {dream ? <Said>{titleOf(lang, dream)}</Said> : t.dream}
      </Back>
      <p class="small marks">
        <span>{t.number(number)}</span>
        <ReportMarks lang={lang} report={report} corrections={corrections.length} />
      </p>
      <h1>
        <Said>{title}</Said>
      </h1>
      <p class="small">
        {t.by}
        <Said>{by(report.organisation)}</Said> · {t.published} <Day lang={lang} time={publishedAt} />
        {report.late && (
          <>
            {' '}
            · {t.due} <Day lang={lang} time={report.dueAt} />
          </>
        )}
      </p>
      {corrections.length > 0 && (
        <section class="amended" aria-labelledby="corrections-title">
          <h2 id="corrections-title">{t.corrections}</h2>
          <p class="small">{t.corrected}</p>
          <ul class="plain-list">
            {corrections.map(({ organisation, text, at }) => (
              <li>
                <p class="small">
                  <Moment lang={lang} time={at} /> · <Said>{by(organisation)}</Said>
                </p>
                <Paragraphs text={text} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <Figures lang={lang} figures={figures} />
      <Paragraphs text={body} />
      <Pictures lang={lang} ids={pictures} title={title} />
    </article>
  )
}

const REPORTS_A_PAGE = 20

reportPages.view('/dreams/:dream/reports', async (c) => {
  const lang = c.get('lang')
  const t = words[lang]
  const path = `/dreams/${paramOf(c, 'dream')}/reports`
  const [dream, { items, nextCursor }] = await Promise.all([
    readDream(c),
    readInside<Listed<ReportSummaryWire>>(c, `/v1${path}${listQuery(c, { pageSize: REPORTS_A_PAGE })}`),
  ])
  return sendUnder(
    c,
    dream,
    { title: t.reports },
    <>
      <ListOrNone c={c} none={items.length === 0}>
        {items.map((report) => (
          <ReportItem lang={lang} report={report} />
        ))}
      </ListOrNone>
      <More href={nextOf(path, nextCursor)}>{t.more}</More>
    </>,
  )
})

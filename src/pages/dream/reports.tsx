import type { FC } from 'hono/jsx'
import type { DreamDetail } from '../../dreams/wire.ts'
import type { ReportSummaryWire } from '../../reports/wire.ts'
import type { Lang, Words } from '../../words/language.ts'
import type { Listed } from '../frame/inside.ts'
import { Day, More, Notice, Pill, Said, Section } from '../frame/parts.tsx'
import { goesOn } from './execution.tsx'
import { dataOf, type Part } from './load.ts'
import { Silent } from './pieces.tsx'
import { tellReportDue } from './standing.ts'

const words = {
  zh: {
    title: '反馈',
    number: (n: number) => `第 ${n} 份`,
    final: '结项',
    late: '迟到',
    corrected: (n: number) => `有 ${n} 处更正`,
    none: '还没有反馈。',
    all: '全部反馈',
  },
  en: {
    title: 'Reports',
    number: (n: number) => `No. ${n}`,
    final: 'Final',
    late: 'Late',
    corrected: (n: number) => (n === 1 ? '1 correction' : `${n} corrections`),
    none: 'There is no report yet.',
    all: 'All reports',
  },
} satisfies Words<object>

/** The marks of a report: that it is the last, that it came late, that it was corrected. */
export const ReportMarks: FC<{
  lang: Lang
  report: { readonly final: boolean; readonly late: boolean }
  corrections: number
}> = ({ lang, report, corrections }) => {
  const t = words[lang]
  return (
    <>
      {report.final && <Pill tone="good">{t.final}</Pill>}
      {report.late && <Pill tone="wait">{t.late}</Pill>}
      {corrections > 0 && <Pill tone="wait">{t.corrected(corrections)}</Pill>}
    </>
  )
}

/** A report in a list: its title leads to it. */
export const ReportItem: FC<{ lang: Lang; report: ReportSummaryWire }> = ({ lang, report }) => (
  <li>
    <p class="tight">
      <a class="big-link" href={`/reports/${encodeURIComponent(report.id)}`}>
        <Said>{report.title}</Said>
      </a>
    </p>
    <p class="small marks">
      <span>
        {words[lang].number(report.number)} · <Day lang={lang} time={report.publishedAt} />
      </span>
      <ReportMarks lang={lang} report={report} corrections={report.corrections} />
    </p>
  </li>
)

interface ReportsProps {
  readonly lang: Lang
  readonly dream: DreamDetail
  readonly reports: Part<Listed<ReportSummaryWire>>
}

/** What those who carry the dream out told the public, when they have to tell the next, and that they did not. */
export const Reports: FC<ReportsProps> = ({ lang, dream, reports }) => {
  const t = words[lang]
  const list = dataOf(reports)
  const due = goesOn(dream) ? tellReportDue(lang, dream) : null
  if (reports.kind === 'absent' && due === null) return null
  return (
    <Section id="reports" title={t.title}>
      {reports.kind === 'silent' && <Silent lang={lang} />}
      {due && (dream.reportOverdue ? <Notice tone="bad">{due}</Notice> : <p class="hint">{due}</p>)}
      {list && list.items.length === 0 && <p class="hint">{t.none}</p>}
      {list && list.items.length > 0 && (
        <ul class="plain-list">
          {list.items.map((report) => (
            <ReportItem lang={lang} report={report} />
          ))}
        </ul>
      )}
      <More href={list?.nextCursor ? `/dreams/${encodeURIComponent(dream.id)}/reports` : null}>{t.all}</More>
    </Section>
  )
}

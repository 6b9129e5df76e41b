import type { PageContext } from '../../pages/frame/context.ts'
import { type Listed, readInside } from '../../pages/frame/inside.ts'
import { titleOf } from '../../pages/frame/names.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { listQuery, nextOf } from '../../pages/frame/paging.ts'
import { Moment, More, Said } from '../../pages/frame/parts.tsx'
import type { DueReportWire } from '../../reports/due-routes.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { StatePill } from './states.tsx'

/** Reports that are due or overdue, soonest first. */

const words = {
  zh: {
    title: '反馈',
    lead: '十四天内到期的和已经逾期的，最急的在前。逾期的公众也看得到。',
    none: '没有快到期或逾期的反馈。',
    due: '到期',
    late: (days: number) => `逾期 ${days} 天`,
    left: (days: number) => `还有 ${days} 天`,
    by: '共创方',
    nobody: '没有承接机构',
    more: '更多',
  },
  en: {
    title: 'Reports',
    lead: 'Due within fourteen days, or overdue; the soonest first. The public sees what is overdue too.',
    none: 'No report is due or overdue.',
    due: 'Due',
    late: (days: number) => (days === 1 ? '1 day late' : `${days} days late`),
    left: (days: number) => (days === 1 ? '1 day left' : `${days} days left`),
    by: 'Carried out by',
    nobody: 'Carried out by nobody',
    more: 'More',
  },
}

const DAY_MS = 24 * 60 * 60 * 1_000

async function showReports(c: PageContext): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const page = await readInside<Listed<DueReportWire>>(c, `/v1/reports/due${listQuery(c, { pageSize: 50 })}`)
  const next = nextOf('/ops/reports', page.nextCursor)
  const now = Date.now()
  const away = (dueAt: string): string => {
    const days = (Date.parse(dueAt) - now) / DAY_MS
    return days < 0 ? t.late(Math.ceil(-days)) : t.left(Math.ceil(days))
  }
  return sendDeskPage(
    c,
    'reports',
    { title: t.title },
    <>
      <h1>{t.title}</h1>
      <p class="lead">{t.lead}</p>
      {page.items.length === 0 && <p>{t.none}</p>}
      <ul class="plain-list">
        {page.items.map(({ dream, title, titleEn, state, dueAt, organisations }) => (
          <li>
            <div class="row">
              <a class="queue-title" href={`/ops/dreams/${dream}`}>
                <Said>{titleOf(lang, { title, titleEn })}</Said>
              </a>
              <span>
                <StatePill lang={lang} state={state} /> <strong>{away(dueAt)}</strong>
              </span>
            </div>
            <p class="small">
              {t.due} <Moment lang={lang} time={dueAt} /> ·{' '}
              {organisations.length === 0 ? (
                t.nobody
              ) : (
                <>
                  {t.by}{' '}
                  {organisations.map((organisation, n) => (
                    <>
                      {n > 0 && ', '}
                      <a href={`/ops/organisations/${organisation}`}>{organisation}</a>
                    </>
                  ))}
                </>
              )}
            </p>
          </li>
        ))}
      </ul>
      <More href={next}>{t.more}</More>
    </>,
  )
}

export const reportsPages = new Pages()

reportsPages.view('/ops/reports', (c) => {
  requireOperator(c)
  return showReports(c)
})

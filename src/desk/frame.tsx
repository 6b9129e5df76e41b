import type { Child, FC } from 'hono/jsx'
import { Problem } from '../http/problem.ts'
import type { PageContext } from '../pages/frame/context.ts'
import { type PageHead, sendPage } from '../pages/frame/layout.tsx'
import { requireSession } from '../pages/frame/pages.tsx'
import type { Words } from '../words/language.ts'

/** What every page of the desk has: operators only, and the desk's own navigation. */

const words = {
  zh: {
    nav: '工作台',
    review: '审核',
    dreams: '梦想',
    reports: '反馈',
    questions: '问题',
    lines: '业务线',
    callbacks: '回调',
    audit: '对账与日志',
  },
  en: {
    nav: 'Desk',
    review: 'Review',
    dreams: 'Dreams',
    reports: 'Reports',
    questions: 'Concerns',
    lines: 'Lines',
    callbacks: 'Callbacks',
    audit: 'Audit',
  },
} satisfies Words<Record<string, string>>

const SECTIONS = ['review', 'dreams', 'reports', 'questions', 'lines', 'callbacks', 'audit'] as const

export type DeskSection = (typeof SECTIONS)[number]

/**
 * Throws token_missing (401) where nobody is signed in and operator_only (403) for anyone else. What a page of the desk
 * reads or does is held to that again by the API.
 */
export function requireOperator(c: PageContext): void {
  if (!requireSession(c).operator) throw new Problem('operator_only')
}

/** Sends a page of the desk to an operator. Throws as `requireOperator`. */
export function sendDeskPage(
  c: PageContext,
  section: DeskSection,
  head: PageHead,
  body: Child,
): Promise<Response> {
  requireOperator(c)
  return sendPage(
    c,
    { ...head, styles: 'desk.css', wide: true },
    <>
      <DeskNav c={c} section={section} />
      {body}
    </>,
  )
}

const DeskNav: FC<{ c: PageContext; section: DeskSection }> = ({ c, section }) => {
  const t = words[c.get('lang')]
  return (
    <nav class="sub-nav" aria-label={t.nav}>
      {SECTIONS.map((each) => (
        <a
          href={each === 'review' ? '/ops' : `/ops/${each}`}
          aria-current={each === section ? 'true' : undefined}
        >
          {t[each]}
        </a>
      ))}
    </nav>
  )
}

import type { Child, FC } from 'hono/jsx'
import type { Words } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { type PageHead, sendPage } from '../frame/layout.tsx'

/** What the pages of one's own have in common: the way from one to the other. */

const words = {
  zh: {
    nav: '我的',
    overview: '总览',
    history: '流水',
    news: '消息',
    follows: '关注',
    lines: '业务线',
    account: '账户',
  },
  en: {
    nav: 'My pages',
    overview: 'Overview',
    history: 'History',
    news: 'News',
    follows: 'Following',
    lines: 'Lines',
    account: 'Account',
  },
} satisfies Words<Record<string, string>>

const PARTS = ['overview', 'history', 'news', 'follows', 'lines', 'account'] as const

type Part = (typeof PARTS)[number]

/** Sends a page of whoever is signed in. */
export function sendMine(c: PageContext, part: Part, head: PageHead, body: Child): Promise<Response> {
  return sendPage(
    c,
    head,
    <>
      <MineNav c={c} part={part} />
      {body}
    </>,
  )
}

const MineNav: FC<{ c: PageContext; part: Part }> = ({ c, part }) => {
  const t = words[c.get('lang')]
  return (
    <nav class="sub-nav" aria-label={t.nav}>
      {PARTS.map((each) => (
        <a
          href={each === 'overview' ? '/me' : `/me/${each}`}
          aria-current={each === part ? 'page' : undefined}
        >
          {t[each]}
        </a>
      ))}
    </nav>
  )
}

import type { FC } from 'hono/jsx'
import type { NewsWire } from '../../life/news-wire.ts'
import type { Lang, Words } from '../../words/language.ts'
import type { Listed } from '../frame/inside.ts'
import { titleOf } from '../frame/names.ts'
import { Moment, More, Paragraphs, Said, Section } from '../frame/parts.tsx'
import { dataOf, type Part } from './load.ts'
import { Silent } from './pieces.tsx'

const words = {
  zh: {
    title: '历程',
    history: '它走过的每一步',
    news: '最近的消息',
    allSteps: '全部历程',
    allNews: '全部消息',
  },
  en: {
    title: 'What happened',
    history: 'Every step of its way',
    news: 'The latest news',
    allSteps: 'All of its way',
    allNews: 'All news',
  },
} satisfies Words<Record<string, string>>

/** Pieces of news, one under the other with their times. */
export const Timeline: FC<{ lang: Lang; items: readonly NewsWire[] }> = ({ lang, items }) => (
  <ol class="timeline">
    {items.map(({ at, title, titleEn, text, textEn }) => (
      <li>
        <p class="tight">
          <strong>
            <Said>{titleOf(lang, { title, titleEn })}</Said>
          </strong>
        </p>
        <p class="small tight">
          <Moment lang={lang} time={at} />
        </p>
        <Paragraphs text={lang === 'zh' ? text : textEn} />
      </li>
    ))}
  </ol>
)

interface HistoryProps {
  readonly lang: Lang
  readonly dream: string
  readonly history: Part<Listed<NewsWire>>
  readonly news: Part<Listed<NewsWire>>
}

/** What happened to the dream, folded up: its moves in their order, and the newest of everything. */
export const History: FC<HistoryProps> = ({ lang, dream, history, news }) => {
  const t = words[lang]
  const path = `/dreams/${encodeURIComponent(dream)}`
  const [moves, latest] = [dataOf(history), dataOf(news)]
  const silent = history.kind === 'silent' || news.kind === 'silent'
  const empty = (list: Listed<NewsWire> | null): boolean => list === null || list.items.length === 0
  if (!silent && empty(moves) && empty(latest)) return null
  return (
    <Section id="history" title={t.title}>
      {silent && <Silent lang={lang} />}
      {moves && !empty(moves) && (
        <details>
          <summary>{t.history}</summary>
          <Timeline lang={lang} items={moves.items} />
          <More href={moves.nextCursor && `${path}/history`}>{t.allSteps}</More>
        </details>
      )}
      {latest && !empty(latest) && (
        <details>
          <summary>{t.news}</summary>
          <Timeline lang={lang} items={latest.items} />
          <More href={latest.nextCursor && `${path}/news`}>{t.allNews}</More>
        </details>
      )}
    </Section>
  )
}

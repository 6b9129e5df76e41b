import type { FC } from 'hono/jsx'
import type { MyNews } from '../../supervision/follows-routes.ts'
import { type Lang, writeNumber } from '../../words/language.ts'
import { type Listed, readInside } from '../frame/inside.ts'
import { titleOf } from '../frame/names.ts'
import { Pages, requireSession } from '../frame/pages.tsx'
import { listQuery, nextOf } from '../frame/paging.ts'
import { Moment, More, Said } from '../frame/parts.tsx'
import { sendMine } from './frame.tsx'

const words = {
  zh: {
    title: '我的消息',
    lead: '你关注的、送过花的、提出的梦想有了什么进展。',
    none: '还没有消息。给梦想送花，或者关注它，这里就会有。',
    refunded: (count: string) => `退回给你 ${count} 朵，可以再送。`,
    more: '更早的消息',
  },
  en: {
    title: 'My news',
    lead: 'What became of the dreams you follow, gave to or proposed.',
    none: 'No news yet. Give to a dream or follow it, and it will be told here.',
    refunded: (count: string) => `${count} came back to you, to be given again.`,
    more: 'Earlier',
  },
}

export const newsPages = new Pages()

newsPages.view('/me/news', async (c) => {
  requireSession(c)
  const lang = c.get('lang')
  const t = words[lang]
  const { items, nextCursor } = await readInside<Listed<MyNews>>(
    c,
    `/v1/me/news${listQuery(c, { pageSize: 30 })}`,
  )
  return sendMine(
    c,
    'news',
    { title: t.title },
    <>
      <h1>{t.title}</h1>
      <p class="lead">{t.lead}</p>
      {items.length === 0 ? <p>{t.none}</p> : <NewsList lang={lang} news={items} />}
      <More href={nextOf('/me/news', nextCursor)}>{t.more}</More>
    </>,
  )
})

/** Pieces of news, as they came. */
export const NewsList: FC<{ lang: Lang; news: readonly MyNews[] }> = ({ lang, news }) => (
  <ul class="plain-list">
    {news.map((piece) => {
      const text = lang === 'zh' ? piece.text : piece.textEn
      const dream = (lang === 'en' && piece.dreamTitleEn) || piece.dreamTitle
      return (
        <li>
          <strong>{titleOf(lang, piece)}</strong>
          {piece.dream !== null && dream !== null && (
            <div>
              <a href={`/dreams/${piece.dream}`}>
                <Said>{dream}</Said>
              </a>
            </div>
          )}
          {text !== '' &&
            text.split('\n').map((line) => (
              <div>
                <Said>{line}</Said>
              </div>
            ))}
          {piece.refunded !== undefined && piece.refunded > 0 && (
            <div>{words[lang].refunded(writeNumber(lang, piece.refunded))}</div>
          )}
          <div class="small">
            <Moment lang={lang} time={piece.at} />
          </div>
        </li>
      )
    })}
  </ul>
)

import type { FC } from 'hono/jsx'
import type { Account, Entry } from '../../ledger/routes.ts'
import type { Summary } from '../../people/summary-routes.ts'
import type { MyNews } from '../../supervision/follows-routes.ts'
import { type Lang, writeNumber } from '../../words/language.ts'
import { StatePill } from '../frame/dream-words.tsx'
import { type Listed, readInside } from '../frame/inside.ts'
import { nameOf, titleOf } from '../frame/names.ts'
import { Pages, requireSession } from '../frame/pages.tsx'
import { Bar, Flowers, Said, Section } from '../frame/parts.tsx'
import { Entries, readNames } from './entries.tsx'
import { sendMine } from './frame.tsx'
import { NewsList } from './news-page.tsx'

const words = {
  zh: {
    title: '我的花',
    balance: '朵小红花，可以送给梦想',
    none: '还没有小红花。答一道题，就能得到第一朵。',
    earn: '去得花',
    give: '去送花',
    totals: (earned: string, pledged: string) => `一共得到 ${earned} 朵，送出 ${pledged} 朵`,
    given: '我送过花的梦想',
    givenNone: '你还没有给梦想送过花。',
    gave: (count: string) => `我送了 ${count} 朵`,
    refunded: (count: string) => `退回 ${count} 朵`,
    sources: '我的花从哪里来',
    share: (name: string) => `来自${name}的部分`,
    recent: '最近的流水',
    recentNone: '还没有流水。',
    all: '全部流水',
    news: '最新消息',
    allNews: '全部消息',
  },
  en: {
    title: 'My flowers',
    balance: 'flowers to give',
    none: 'No flowers yet. Answer one question and you have your first.',
    earn: 'Earn some',
    give: 'Give some',
    totals: (earned: string, pledged: string) => `Earned ${earned}, given ${pledged} in all`,
    given: 'Dreams I gave to',
    givenNone: 'You have not given to a dream yet.',
    gave: (count: string) => `I gave ${count}`,
    refunded: (count: string) => `${count} came back`,
    sources: 'Where my flowers came from',
    share: (name: string) => `Share of ${name}`,
    recent: 'Recent history',
    recentNone: 'No history yet.',
    all: 'All of it',
    news: 'Latest news',
    allNews: 'All news',
  },
}

/** Lines of history and pieces of news shown at first. */
const FIRST = 5

export const overviewPages = new Pages()

overviewPages.view('/me', async (c) => {
  requireSession(c)
  const lang = c.get('lang')
  const t = words[lang]
  const [account, summary, entries, news, names] = await Promise.all([
    readInside<Account>(c, '/v1/me'),
    readInside<Summary>(c, '/v1/me/summary'),
    readInside<Listed<Entry>>(c, `/v1/me/entries?pageSize=${FIRST}`),
    readInside<Listed<MyNews>>(c, `/v1/me/news?pageSize=${FIRST}`),
    readNames(c),
  ])
  return sendMine(
    c,
    'overview',
    { title: t.title },
    <>
      <h1>{t.title}</h1>
      <div class="card balance">
        <p class="balance-count">{writeNumber(lang, account.balance)}</p>
        <p>{account.earned === 0 ? t.none : t.balance}</p>
        <p class="actions">
          {account.balance > 0 && (
            <a class="button" href="/">
              {t.give}
            </a>
          )}
          <a class={account.balance > 0 ? 'button plain' : 'button'} href="/earn">
            {t.earn}
          </a>
        </p>
        {account.earned > 0 && (
          <p class="small">
            {t.totals(writeNumber(lang, account.earned), writeNumber(lang, account.pledged))}
          </p>
        )}
      </div>
      {news.items.length > 0 && (
        <Section id="news" title={t.news}>
          <NewsList lang={lang} news={news.items} />
          {news.nextCursor !== null && (
            <p>
              <a href="/me/news">{t.allNews}</a>
            </p>
          )}
        </Section>
      )}
      <Section id="given" title={t.given}>
        {summary.given.length === 0 ? <p>{t.givenNone}</p> : <Given lang={lang} given={summary.given} />}
      </Section>
      {summary.earned.length > 0 && (
        <Section id="sources" title={t.sources}>
          <Sources lang={lang} earned={summary.earned} />
        </Section>
      )}
      <Section id="recent" title={t.recent}>
        {entries.items.length === 0 ? (
          <p>{t.recentNone}</p>
        ) : (
          <Entries lang={lang} entries={entries.items} names={names} />
        )}
        {entries.nextCursor !== null && (
          <p>
            <a href="/me/history">{t.all}</a>
          </p>
        )}
      </Section>
    </>,
  )
})

const Given: FC<{ lang: Lang; given: Summary['given'] }> = ({ lang, given }) => {
  const t = words[lang]
  return (
    <ul class="plain-list">
      {given.map((dream) => (
        <li>
          <a href={`/dreams/${dream.dream}`}>
            <Said>{titleOf(lang, dream)}</Said>
          </a>
          <div class="row small">
            <span>
              {t.gave(writeNumber(lang, dream.flowers))}
              {dream.refunded > 0 && ` · ${t.refunded(writeNumber(lang, dream.refunded))}`}
            </span>
            <StatePill lang={lang} state={dream.state} />
          </div>
        </li>
      ))}
    </ul>
  )
}

const Sources: FC<{ lang: Lang; earned: Summary['earned'] }> = ({ lang, earned }) => {
  const t = words[lang]
  const all = earned.reduce((sum, { flowers }) => sum + flowers, 0)
  return (
    <ul class="plain-list">
      {earned.map((line) => (
        <li>
          <div class="row">
            <Said>{nameOf(lang, line)}</Said>
            <Flowers lang={lang} count={line.flowers} />
          </div>
          <Bar value={line.flowers} max={all} label={t.share(nameOf(lang, line))} />
        </li>
      ))}
    </ul>
  )
}

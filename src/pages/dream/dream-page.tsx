import type { FC } from 'hono/jsx'
import { ShareHead } from '../../badges/share-head.tsx'
import type { AmendmentWire } from '../../campaigns/amendments-routes.ts'
import type { DreamDetail } from '../../dreams/wire.ts'
import type { GrantWire } from '../../execution/grants-routes.ts'
import type { ProgressWire } from '../../execution/progress-wire.ts'
import type { NewsWire } from '../../life/news-wire.ts'
import type { PlanWire } from '../../plans/params.ts'
import type { ReportSummaryWire } from '../../reports/wire.ts'
import type { QuestionSummary } from '../../supervision/questions-routes.ts'
import type { QuestionWire } from '../../supervision/questions-wire.ts'
import type { SupporterCounts } from '../../supporters/public-routes.ts'
import type { Words } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { StatePill } from '../frame/dream-words.tsx'
import type { Listed } from '../frame/inside.ts'
import { sendPage } from '../frame/layout.tsx'
import { titleOf } from '../frame/names.ts'
import { Pages } from '../frame/pages.tsx'
import { Notice, Pill, Said, SaidParagraph } from '../frame/parts.tsx'
import { readBalance } from '../giving/balance.ts'
import { GivePanel } from '../giving/give-panel.tsx'
import { DreamPlots } from '../numbers/dream-plots.tsx'
import { Execution, isDecided } from './execution.tsx'
import { FollowButton, FollowNotice, followPages, loadFollowing } from './follow.tsx'
import { helpPages } from './help-page.tsx'
import { ABSENT, dataOf, loadPart, type Part, readDream } from './load.ts'
import { History } from './news.tsx'
import { newsPages } from './news-pages.tsx'
import { Partners } from './partners.tsx'
import { Progress } from './progress.tsx'
import { questionPages } from './question-pages.tsx'
import { Questions } from './questions.tsx'
import { Reports } from './reports.tsx'
import { tellNext, tellReportDue } from './standing.ts'
import { Amended, Story } from './story.tsx'

const words = {
  zh: {
    sample: '示例',
    sampleOf: '这是一个示例，不是真实的提案。',
    back: '截止时没有达到额度，收到的小红花会全部退回给送花的人。',
    feed: '订阅它的消息（Atom）',
    badge: '徽章与嵌入',
    more: '带走它',
  },
  en: {
    sample: 'Sample',
    sampleOf: 'This is an example; nobody proposed it.',
    back: 'If it falls short when it closes, every flower goes back to its giver.',
    feed: 'Its news as a feed (Atom)',
    badge: 'Badge and embeds',
    more: 'Take it along',
  },
} satisfies Words<Record<string, string>>

/** Items of each list on the dream's page; there is a page of its own for the rest. */
const SHOWN = { amendments: 100, progress: 20, reports: 5, questions: 5, history: 50, news: 10 } as const

export const dreamPages = new Pages()

for (const pages of [followPages, helpPages, questionPages, newsPages]) dreamPages.route('/', pages)

dreamPages.view('/dreams/:dream', async (c) => {
  const lang = c.get('lang')
  const dream = await readDream(c)
  const [parts, balance, following] = await Promise.all([
    loadParts(c, dream),
    readBalance(c),
    loadFollowing(c, dream.id),
  ])
  return sendPage(
    c,
    {
      title: titleOf(lang, dream),
      ...(dream.summary === '' ? {} : { description: dream.summary }),
      head: <ShareHead c={c} dream={dream} />,
    },
    <WholeDream c={c} dream={dream} parts={parts} balance={balance} following={following} />,
  )
})

interface Parts {
  readonly amendments: Part<Listed<AmendmentWire>>
  readonly plan: Part<PlanWire>
  readonly grant: Part<GrantWire>
  readonly progress: Part<Listed<ProgressWire>>
  readonly reports: Part<Listed<ReportSummaryWire>>
  readonly questions: Part<Listed<QuestionWire>>
  readonly summary: Part<QuestionSummary>
  readonly supporters: Part<SupporterCounts>
  readonly history: Part<Listed<NewsWire>>
  readonly news: Part<Listed<NewsWire>>
}

/** All that the page can be without, at once; what the dream's state cannot have is not asked for. */
async function loadParts(c: PageContext, dream: DreamDetail): Promise<Parts> {
  const load = <T,>(path: string, has = true): Promise<Part<T>> =>
    has ? loadPart<T>(c, `/v1/dreams/${encodeURIComponent(dream.id)}/${path}`) : Promise.resolve(ABSENT)
  const decided = isDecided(dream)
  const [amendments, plan, grant, progress, reports, questions, summary, supporters, history, news] =
    await Promise.all([
      load<Listed<AmendmentWire>>(`amendments?pageSize=${SHOWN.amendments}`, dream.amendments > 0),
      load<PlanWire>('plan', dream.coCreators.length > 0),
      load<GrantWire>('grant', decided),
      load<Listed<ProgressWire>>(`progress?pageSize=${SHOWN.progress}`, decided),
      load<Listed<ReportSummaryWire>>(`reports?pageSize=${SHOWN.reports}`, decided),
      load<Listed<QuestionWire>>(`questions?pageSize=${SHOWN.questions}`),
      load<QuestionSummary>('questions/summary'),
      load<SupporterCounts>('supporters/public'),
      load<Listed<NewsWire>>(`history?pageSize=${SHOWN.history}`),
      load<Listed<NewsWire>>(`news?pageSize=${SHOWN.news}`),
    ])
  return { amendments, plan, grant, progress, reports, questions, summary, supporters, history, news }
}

interface WholeDreamProps {
  readonly c: PageContext
  readonly dream: DreamDetail
  readonly parts: Parts
  readonly balance: number | null
  readonly following: boolean
}

const WholeDream: FC<WholeDreamProps> = ({ c, dream, parts, balance, following }) => {
  const lang = c.get('lang')
  const t = words[lang]
  const { amendments, plan, grant, progress, reports, questions, summary, supporters, history, news } = parts
  const path = `/dreams/${encodeURIComponent(dream.id)}`
  return (
    <article>
      <Head c={c} dream={dream} amendments={amendments} />
      <Progress lang={lang} dream={dream} />
      <FollowNotice c={c} />
      <GivePanel c={c} dream={dream} balance={balance} />
      {dream.state === 'collecting' && <p class="hint">{t.back}</p>}
      {dream.sample && <p class="hint">{t.sampleOf}</p>}
      <div class="actions">
        <FollowButton c={c} dream={dream.id} following={following} />
      </div>
      <Story lang={lang} dream={dream} amendments={amendments} />
      <DreamPlots c={c} dream={dream.id} />
      <Execution lang={lang} dream={dream} plan={plan} grant={grant} progress={progress} />
      <Reports lang={lang} dream={dream} reports={reports} />
      <Questions c={c} dream={dream} questions={questions} summary={summary} />
      <Partners c={c} dream={dream} supporters={supporters} />
      <History lang={lang} dream={dream.id} history={history} news={news} />
      <nav class="part take-along" aria-label={t.more}>
        <a href={`/v1${path}/feed.atom?lang=${lang}`} type="application/atom+xml">
          {t.feed}
        </a>
        <a href={`${path}/badge`}>{t.badge}</a>
      </nav>
    </article>
  )
}

/** What it is called, how it stands and what happens next. */
const Head: FC<{ c: PageContext; dream: DreamDetail; amendments: Parts['amendments'] }> = ({
  c,
  dream,
  amendments,
}) => {
  const lang = c.get('lang')
  const t = words[lang]
  const next = tellNext(lang, dream, Date.now())
  const corrections = dataOf(amendments)?.items ?? []
  return (
    <header class="dream-head">
      <p class="marks">
        <StatePill lang={lang} state={dream.state} />
        {dream.sample && <Pill>{t.sample}</Pill>}
      </p>
      <h1>
        <Said>{titleOf(lang, dream)}</Said>
      </h1>
      <Amended
        lang={lang}
        amendments={corrections}
        fields={[lang === 'en' && dream.titleEn ? 'titleEn' : 'title']}
      />
      {dream.summary !== '' && <SaidParagraph class="lead" text={dream.summary} />}
      <Amended lang={lang} amendments={corrections} fields={['summary']} />
      {dream.reportOverdue && <Notice tone="bad">{tellReportDue(lang, dream)}</Notice>}
      <p class="next">{next.join(lang === 'zh' ? '' : ' ')}</p>
    </header>
  )
}

import type { FC } from 'hono/jsx'
import type { ListedCampaignWire } from '../../campaigns/params.ts'
import { type DreamPage, type DreamWire, dreamState } from '../../dreams/wire.ts'
import type { NumbersWire } from '../../numbers/numbers-routes.ts'
import { type Lang, type Words, writeNumber, writeTime } from '../../words/language.ts'
import { stateWord } from '../frame/dream-words.tsx'
import { type Listed, readInside, readOptional } from '../frame/inside.ts'
import { sendPage } from '../frame/layout.tsx'
import { nameOf } from '../frame/names.ts'
import { Pages } from '../frame/pages.tsx'
import { listQuery, nextOf } from '../frame/paging.ts'
import { More, Said, Section } from '../frame/parts.tsx'
import { GiftStatus } from '../giving/gift-status.tsx'
import { shortUser } from '../giving/gift-words.ts'
import { DreamCard } from './dream-card.tsx'
import { tellTimeLeft } from './time-left.ts'
import { chooseCampaign, groupDreams } from './wall.ts'

const words = {
  zh: {
    title: '一花一梦想',
    description: '做一件好事，得一朵小红花；送给一个公益梦想，攒够了，它就会实现。',
    lead: '做一件好事，得一朵小红花。送给一个公益梦想，攒够了，它就会实现。',
    begins: (at: string) => `${at} 开始`,
    over: '已经结束',
    steps: '怎么参加',
    step: [
      { href: '/earn', name: '得花', text: '走路、答题、做好事' },
      { href: '#dreams', name: '送花', text: '选一个梦想，点两下' },
      { href: '/me', name: '看它实现', text: '每一朵都查得到' },
    ],
    earn: '答一题，得一朵小红花',
    total: '朵小红花送给了梦想',
    givers: '人送过花',
    dreams: '个梦想',
    collecting: '正在收花的梦想',
    opening: '就要开始的梦想',
    ended: '已经有结果的梦想',
    nothing: '现在还没有梦想。你有一个吗？',
    propose: '提一个梦想',
    more: '更多梦想',
    counted: (at: string) => `花数每几秒更新；人数从账本清点，截至 ${at}。`,
    uncounted: '花数每几秒更新；人数每十分钟从账本清点一次，还没有清点过。',
  },
  en: {
    title: 'One Flower, One Dream',
    description:
      'Do something good and earn a little red flower; give it to a public-interest dream; with enough of them it comes true.',
    lead: 'Do something good, earn a little red flower, give it to a dream. With enough flowers the dream comes true.',
    begins: (at: string) => `Begins on ${at}`,
    over: 'Over',
    steps: 'How to take part',
    step: [
      { href: '/earn', name: 'Earn', text: 'walk, answer, do good' },
      { href: '#dreams', name: 'Give', text: 'choose a dream, two taps' },
      { href: '/me', name: 'Follow', text: 'every flower can be traced' },
    ],
    earn: 'Answer a question, earn a flower',
    total: 'flowers given to dreams',
    givers: 'people gave',
    dreams: 'dreams',
    collecting: 'Dreams that collect now',
    opening: 'Dreams that open soon',
    ended: 'Dreams that are decided',
    nothing: 'There are no dreams yet. Do you have one?',
    propose: 'Propose a dream',
    more: 'More dreams',
    counted: (at: string) =>
      `Flowers are updated every few seconds; people are counted from the ledger, as of ${at}.`,
    uncounted:
      'Flowers are updated every few seconds; people are counted from the ledger every ten minutes, and were not yet.',
  },
} satisfies Words<object>

/** Most dreams of one page: what the API gives out at once. */
const PAGE_SIZE = 100

export const wallPages = new Pages()

wallPages.view('/', async (c) => {
  const lang = c.get('lang')
  const t = words[lang]
  const path = `/v1/dreams${listQuery(c, { pageSize: PAGE_SIZE })}`
  const [page, campaigns, numbers] = await Promise.all([
    readInside<DreamPage>(c, path),
    readOptional<Listed<ListedCampaignWire>>(c, `/v1/campaigns?pageSize=${PAGE_SIZE}`),
    readOptional<NumbersWire>(c, '/v1/numbers'),
  ])
  const now = Date.now()
  const campaign = chooseCampaign(campaigns?.items ?? [])
  const session = c.get('session')
  return sendPage(
    c,
    { title: t.title, description: t.description, wide: true },
    <>
      <Hero lang={lang} campaign={campaign} now={now} />
      {session && (
        <div data-gifts>
          <GiftStatus lang={lang} user={await shortUser(session.user)} path="/" />
        </div>
      )}
      <Totals lang={lang} page={page} numbers={numbers} first={!c.req.query('cursor')} />
      <Dreams lang={lang} page={page} path={path} numbers={numbers} now={now} />
      <More href={nextOf('/', page.nextCursor)}>{t.more}</More>
      <p class="hint">{numbers?.asOf ? t.counted(writeTime(lang, numbers.asOf)) : t.uncounted}</p>
    </>,
  )
})

/** What this is, and what to do first. */
const Hero: FC<{ lang: Lang; campaign: ListedCampaignWire | null; now: number }> = ({
  lang,
  campaign,
  now,
}) => {
  const t = words[lang]
  return (
    <div class="hero">
      <h1>{t.title}</h1>
      {campaign && (
        <p class="hero-campaign">
          <Said>{nameOf(lang, campaign)}</Said> ·{' '}
          {campaign.state === 'open'
            ? tellTimeLeft(lang, Date.parse(campaign.closesAt), now)
            : campaign.state === 'over'
              ? t.over
              : t.begins(writeTime(lang, campaign.opensAt))}
        </p>
      )}
      <p class="lead">{t.lead}</p>
      <ol class="steps" aria-label={t.steps}>
        {t.step.map(({ href, name, text }, index) => (
          <li>
            <a href={href}>
              <span class="step-number" aria-hidden="true">
                {index + 1}
              </span>
              <strong>{name}</strong>
              <span class="small">{text}</span>
            </a>
          </li>
        ))}
      </ol>
      <p class="actions">
        <a class="button" href="/earn">
          {t.earn}
        </a>
      </p>
    </div>
  )
}

interface TotalsProps {
  readonly lang: Lang
  readonly page: DreamPage
  readonly numbers: NumbersWire | null
  /** Whether this is the first page of dreams. */
  readonly first: boolean
}

/** What all dreams were given together, where one page holds them all; the script moves it with them. */
const Totals: FC<TotalsProps> = ({ lang, page, numbers, first }) => {
  const t = words[lang]
  if (!first || page.nextCursor !== null || page.items.length === 0) return null
  const flowers = page.items.reduce((sum, dream) => sum + dream.flowers + (dream.returned?.flowers ?? 0), 0)
  return (
    <>
      <dl class="totals">
        <div>
          <dt>{t.total}</dt>
          <dd class="count" data-total>
            {writeNumber(lang, flowers)}
          </dd>
        </div>
        {numbers?.asOf && (
          <div>
            <dt>{t.givers}</dt>
            <dd class="count">{writeNumber(lang, numbers.totals.givers)}</dd>
          </div>
        )}
        <div>
          <dt>{t.dreams}</dt>
          <dd class="count">{writeNumber(lang, page.items.length)}</dd>
        </div>
      </dl>
      <p class="unseen" role="status" data-tell />
    </>
  )
}

interface DreamsProps {
  readonly lang: Lang
  readonly page: DreamPage
  /** Where the script reads them again. */
  readonly path: string
  readonly numbers: NumbersWire | null
  readonly now: number
}

const Dreams: FC<DreamsProps> = ({ lang, page, path, numbers, now }) => {
  const t = words[lang]
  const givers = new Map(numbers?.byDream.map((each) => [each.dream, each.givers]))
  const groups = groupDreams(page.items)
  const states = Object.fromEntries(dreamState.options.map((state) => [state, stateWord(lang, state)]))
  if (page.items.length === 0)
    return (
      <p class="lead" id="dreams">
        {t.nothing} <a href="/propose">{t.propose}</a>
      </p>
    )
  return (
    <div id="dreams" data-wall={path} data-states={JSON.stringify(states)}>
      {(['collecting', 'opening', 'ended'] as const).map((name) => (
        <Group lang={lang} id={name} title={t[name]} dreams={groups[name]} givers={givers} now={now} />
      ))}
    </div>
  )
}

const Group: FC<{
  lang: Lang
  id: string
  title: string
  dreams: readonly DreamWire[]
  givers: ReadonlyMap<string, number>
  now: number
}> = ({ lang, id, title, dreams, givers, now }) =>
  dreams.length === 0 ? null : (
    <Section id={id} title={title}>
      <ul class="cards">
        {dreams.map((dream) => (
          <li>
            <DreamCard lang={lang} dream={dream} givers={givers.get(dream.id) ?? null} now={now} />
          </li>
        ))}
      </ul>
    </Section>
  )

import type { FC } from 'hono/jsx'
import type { ListedCampaignWire } from '../../campaigns/params.ts'
import type { NumbersWire } from '../../numbers/numbers-routes.ts'
import { BarPlot } from '../../plots/bar-plot.tsx'
import { ColumnPlot } from '../../plots/column-plot.tsx'
import { writeCompact } from '../../plots/labels.ts'
import { colon, type Lang, type Words, writeNumber } from '../../words/language.ts'
import { type Listed, readInside } from '../frame/inside.ts'
import { sendPage } from '../frame/layout.tsx'
import { nameOf, titleOf } from '../frame/names.ts'
import { Pages } from '../frame/pages.tsx'
import { Moment, Notice, Section } from '../frame/parts.tsx'

const words = {
  zh: {
    title: '数据',
    lead: '大家得到了多少小红花，又捐给了哪些梦想。',
    campaign: '看哪个活动',
    everything: '全部',
    show: '查看',
    soon: '数字还没有出来：每十分钟从流水里清点一次，第一次清点几分钟内就好，请稍后再来。',
    earned: '得到的小红花',
    given: '捐出的小红花',
    pledges: '捐花次数',
    givers: '捐花的人',
    acts: '善行',
    dreamsWith: '收到花的梦想',
    held: (earned: string, dreams: string, people: string) =>
      `得到的 ${earned} 朵花里，${dreams} 朵在梦想那里，${people} 朵还在大家手里。`,
    takenBack: (flowers: string) => `另有 ${flowers} 朵因为善行不成立而收回。`,
    refunded: (flowers: string) => `从梦想退回的有 ${flowers} 朵，可以再捐。`,
    counted: '每十分钟从流水里逐条清点，并与每个账户、每个梦想核对。数到',
    hours: '最近 48 小时',
    byHour: '每小时得到和捐出的小红花（朵）',
    days: '每天',
    byDay: '每天得到和捐出的小红花（朵）',
    lines: '花从哪里来',
    byLine: '各业务线带来的小红花（朵）',
    line: '业务线',
    dreams: '花到哪里去',
    byDream: '各个梦想现有的小红花（朵）',
    dream: '梦想',
    flowers: '小红花',
    open: '开放数据',
    openLead: '人人都可以下载核对，里面没有任何人的信息：',
    files: { dreams: '各个梦想', days: '每天' },
    api: '接口',
  },
  en: {
    title: 'Numbers',
    lead: 'How many flowers were earned, and which dreams they were given to.',
    campaign: 'Campaign',
    everything: 'Everything',
    show: 'Show',
    soon: 'There are no numbers yet: they are counted from the ledger every ten minutes, for the first time within minutes. Please come back soon.',
    earned: 'Flowers earned',
    given: 'Flowers given',
    pledges: 'Gifts',
    givers: 'Givers',
    acts: 'Good acts',
    dreamsWith: 'Dreams with flowers',
    held: (earned: string, dreams: string, people: string) =>
      `Of ${earned} flowers, ${dreams} are with dreams and ${people} are still with people.`,
    takenBack: (flowers: string) => `Another ${flowers} were taken back, of acts that were none.`,
    refunded: (flowers: string) => `${flowers} came back from dreams and can be given again.`,
    counted:
      'Counted every ten minutes from the ledger, entry by entry, and held to every account and every dream. Counted up to',
    hours: 'The last 48 hours',
    byHour: 'Flowers earned and given each hour',
    days: 'Day by day',
    byDay: 'Flowers earned and given each day',
    lines: 'Where flowers come from',
    byLine: 'Flowers earned by line',
    line: 'Line',
    dreams: 'Where flowers go',
    byDream: 'Flowers that each dream holds',
    dream: 'Dream',
    flowers: 'Flowers',
    open: 'Open data',
    openLead: 'For anyone to download and check; nothing in it is about a person:',
    files: { dreams: 'Dreams', days: 'Days' },
    api: 'API',
  },
} satisfies Words<Record<string, unknown>>

/** Campaigns to choose from: the newest. */
const MAX_CAMPAIGNS = 40

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const HOURS = 48

/** Figures from here on are written short: there is room for nine digits on a phone. */
const COMPACT_FROM = 1_000_000_000

export const numbersPages = new Pages()

numbersPages.view('/numbers', async (c) => {
  const lang = c.get('lang')
  const t = words[lang]
  // The choice of everything is sent as an empty one.
  const campaign = c.req.query('campaign') || undefined
  const query = campaign === undefined ? '' : `?campaign=${encodeURIComponent(campaign)}`
  const [numbers, campaigns] = await Promise.all([
    readInside<NumbersWire>(c, `/v1/numbers${query}`),
    readInside<Listed<ListedCampaignWire>>(c, `/v1/campaigns?pageSize=${MAX_CAMPAIGNS}`),
  ])
  return sendPage(
    c,
    { title: t.title, description: t.lead },
    <>
      <h1>{t.title}</h1>
      <p class="lead">{t.lead}</p>
      {campaigns.items.length > 0 && <Chooser lang={lang} campaigns={campaigns.items} chosen={campaign} />}
      {numbers.asOf === null ? (
        <Notice tone="wait">
          <p>{t.soon}</p>
        </Notice>
      ) : (
        <Shown lang={lang} numbers={numbers} asOf={numbers.asOf} />
      )}
      <OpenData lang={lang} api={`/v1/numbers${query}`} />
    </>,
  )
})

const Chooser: FC<{ lang: Lang; campaigns: readonly ListedCampaignWire[]; chosen: string | undefined }> = ({
  lang,
  campaigns,
  chosen,
}) => (
  <form class="numbers-of" method="get" action="/numbers">
    <label for="campaign">{words[lang].campaign}</label>
    <select id="campaign" name="campaign">
      <option value="">{words[lang].everything}</option>
      {campaigns.map((campaign) => (
        <option value={campaign.id} selected={campaign.id === chosen}>
          {nameOf(lang, campaign)}
        </option>
      ))}
    </select>
    <button type="submit" class="plain">
      {words[lang].show}
    </button>
  </form>
)

const Shown: FC<{ lang: Lang; numbers: NumbersWire; asOf: string }> = ({ lang, numbers, asOf }) => {
  const t = words[lang]
  const { totals, byHour, byDay, byLine, byDream } = numbers
  const number = (value: number) => writeNumber(lang, value)
  const earned = totals.earned - totals.takenBack
  const given = totals.given - totals.refunded
  const names = [t.earned, t.given] as const
  const column = ({ earned: wide, given: narrow }: { earned: number; given: number }, at: number) => ({
    ...{ at, wide, narrow },
  })
  const hours = byHour.map(({ hour, ...flow }) => column(flow, Date.parse(hour)))
  const days = byDay.map(({ day, ...flow }) => column(flow, Date.parse(`${day}T00:00:00+08:00`)))
  const lastHour = Math.floor(Date.parse(asOf) / HOUR_MS) * HOUR_MS
  const dreams = byDream
    .map((dream) => ({
      name: titleOf(lang, dream),
      value: dream.given - dream.refunded,
      href: `/dreams/${dream.dream}`,
    }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value)
  const figures = [
    [t.earned, totals.earned],
    [t.given, totals.given],
    [t.pledges, totals.pledges],
    [t.givers, totals.givers],
    [t.acts, totals.acts],
    [t.dreamsWith, dreams.length],
  ] as const
  return (
    <>
      <dl class="figures">
        {figures.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value < COMPACT_FROM ? number(value) : writeCompact(lang, value)}</dd>
          </div>
        ))}
      </dl>
      {numbers.campaign === null && (
        <p>
          {t.held(number(earned), number(given), number(earned - given))}
          {totals.takenBack > 0 && ` ${t.takenBack(number(totals.takenBack))}`}
          {totals.refunded > 0 && ` ${t.refunded(number(totals.refunded))}`}
        </p>
      )}
      <p class="small">
        {t.counted} <Moment lang={lang} time={asOf} />
        {lang === 'zh' ? '。' : '.'}
      </p>
      <div class="plots">
        <Section id="hours" title={t.hours}>
          <ColumnPlot
            {...{ id: 'plot-hours', lang, title: t.byHour, names, columns: hours }}
            {...{ from: lastHour - (HOURS - 1) * HOUR_MS, to: lastHour, stepMs: HOUR_MS }}
          />
        </Section>
        <Section id="days" title={t.days}>
          <ColumnPlot
            {...{ id: 'plot-days', lang, title: t.byDay, names, columns: days }}
            {...{ from: days[0]?.at ?? 0, to: days.at(-1)?.at ?? 0, stepMs: DAY_MS }}
          />
        </Section>
        <Section id="lines" title={t.lines}>
          <BarPlot
            {...{ id: 'plot-lines', lang, title: t.byLine, heads: [t.line, t.flowers] }}
            bars={byLine
              .filter((line) => line.earned > 0)
              .map((line) => ({
                name: nameOf(lang, line),
                value: line.earned,
              }))}
          />
        </Section>
        <Section id="dreams" title={t.dreams}>
          <BarPlot
            {...{ id: 'plot-dreams', lang, title: t.byDream, heads: [t.dream, t.flowers] }}
            bars={dreams}
          />
        </Section>
      </div>
    </>
  )
}

const OpenData: FC<{ lang: Lang; api: string }> = ({ lang, api }) => {
  const t = words[lang]
  return (
    <Section id="open-data" title={t.open}>
      <p>{t.openLead}</p>
      <ul>
        {(['dreams', 'days'] as const).map((file) => (
          <li>
            {t.files[file]}: <a href={`/v1/open-data/${file}.csv`}>CSV</a>{' '}
            <a href={`/v1/open-data/${file}.jsonl`}>JSON lines</a>
          </li>
        ))}
        <li>
          {t.api}
          {colon[lang]}
          <a href={api}>{api}</a> · <a href="/reference">OpenAPI</a>
        </li>
      </ul>
    </Section>
  )
}

import type { Child, FC } from 'hono/jsx'
import type { EndpointWire } from '../../callbacks/endpoints-routes.ts'
import type { LatestConservationWire } from '../../numbers/conservation-routes.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { findInside, type Listed, readInside } from '../../pages/frame/inside.ts'
import { nameOf } from '../../pages/frame/names.ts'
import { Pill, Said, type Tone } from '../../pages/frame/parts.tsx'
import type { LineWire } from '../../registry/lines-routes.ts'
import type { DifferingDayWire } from '../../totals/routes.ts'
import { type Lang, writeTime } from '../../words/language.ts'

/** What is wrong right now, at a glance: for whoever is woken at midnight. */

const words = {
  zh: {
    title: '现在怎么样',
    good: '正常',
    look: '留意',
    bad: '有问题',
    ledger: '账目守恒',
    agrees: (time: string) => `每一朵花都对得上，截至 ${time}。`,
    differs: (count: number, time: string) => `有 ${count} 处对不上，截至 ${time}。`,
    stale: (time: string) => `上次核对停在 ${time}：本应每十分钟一次。`,
    never: '还没有核对完一遍。',
    days: '业务线对账',
    noDays: '最近 35 天，核对过的都对得上。',
    someDays: (count: string) => `${count} 天对不上：`,
    lines: '业务线',
    running: '没有暂停的业务线。',
    paused: (count: string) => `${count} 条业务线暂停，它们的善行现在不收：`,
    callbacks: '回调',
    allHeard: '没有停用或失败的回调地址。',
    disabled: (count: string) => `${count} 个地址因失败被停用，什么也收不到：`,
    failing: (count: string) => `${count} 个地址正在失败，五天不成就停用：`,
    requested: (count: string) => `${count} 个地址是自己停用的。`,
  },
  en: {
    title: 'How things stand',
    good: 'Well',
    look: 'Look at this',
    bad: 'Wrong',
    ledger: 'Conservation of flowers',
    agrees: (time: string) => `Every flower is accounted for, as of ${time}.`,
    differs: (count: number, time: string) =>
      `${count} ${count === 1 ? 'difference' : 'differences'} as of ${time}.`,
    stale: (time: string) => `The last check stands at ${time}; there should be one every ten minutes.`,
    never: 'No pass over the ledger is done yet.',
    days: 'Days of the lines',
    noDays: 'In the last 35 days, all that were checked agree.',
    someDays: (count: string) => (count === '1' ? '1 day does not agree:' : `${count} days do not agree:`),
    lines: 'Lines',
    running: 'No line is paused.',
    paused: (count: string) => `${count} ${count === '1' ? 'line' : 'lines'} paused; acts are not taken now:`,
    callbacks: 'Callbacks',
    allHeard: 'No endpoint is disabled or failing.',
    disabled: (count: string) =>
      `${count} ${count === '1' ? 'endpoint' : 'endpoints'} disabled for failing, and told nothing:`,
    failing: (count: string) =>
      `${count} ${count === '1' ? 'endpoint' : 'endpoints'} failing; five days of it disable one:`,
    requested: (count: string) => `${count} disabled by those who look after them.`,
  },
}

/** What is looked at in one reading of a list; more than this is told as so many and more. */
const LOOKED_AT = 100

/** Named in a row of the glance; the rest stands on the page it leads to. */
const NAMED = 8

/** A pass takes ten minutes; after an hour without one something holds it up. */
const STALE_MS = 60 * 60 * 1_000

interface Attention {
  readonly latest: LatestConservationWire | null
  readonly days: Listed<DifferingDayWire>
  readonly lines: Listed<LineWire>
  readonly disabled: Listed<EndpointWire>
  readonly failing: Listed<EndpointWire>
}

/** Reads what may be wrong. */
export async function readAttention(c: PageContext): Promise<Attention> {
  const size = `pageSize=${LOOKED_AT}`
  const [latest, days, lines, disabled, failing] = await Promise.all([
    findInside<LatestConservationWire>(c, '/v1/audit/conservation/latest'),
    readInside<Listed<DifferingDayWire>>(c, `/v1/audit/days?${size}`),
    readInside<Listed<LineWire>>(c, `/v1/lines?state=paused&${size}`),
    readInside<Listed<EndpointWire>>(c, `/v1/endpoints?state=disabled&${size}`),
    readInside<Listed<EndpointWire>>(c, `/v1/endpoints?state=failing&${size}`),
  ])
  return { latest, days, lines, disabled, failing }
}

/** How many of a list there are, as far as it was read. */
const countOf = (list: { readonly length: number }, more: string | null): string =>
  `${list.length}${more === null ? '' : '+'}`

/** Everything that may be wrong, each with its state in a word. */
export const Glance: FC<{ lang: Lang; attention: Attention; now: number }> = ({ lang, attention, now }) => {
  const t = words[lang]
  const { latest, days, lines, disabled, failing } = attention
  const broken = disabled.items.filter(({ disabledReason }) => disabledReason !== 'requested')
  const requested = disabled.items.length - broken.length
  const rows: RowProps[] = [
    {
      title: <a href="/ops/audit">{t.ledger}</a>,
      tone: toneOf(latest, now),
      body: tellLatest(lang, latest, now),
    },
    {
      title: t.days,
      tone: days.items.length > 0 ? 'bad' : 'good',
      body: (
        <>
          {days.items.length === 0 ? t.noDays : t.someDays(countOf(days.items, days.nextCursor))}
          <Named
            links={days.items.map(({ line, day }) => [`/ops/lines/${line}/days/${day}`, `${line} ${day}`])}
          />
        </>
      ),
    },
    {
      title: <a href="/ops/lines">{t.lines}</a>,
      tone: lines.items.length > 0 ? 'wait' : 'good',
      body: (
        <>
          {lines.items.length === 0 ? t.running : t.paused(countOf(lines.items, lines.nextCursor))}
          <Named links={lines.items.map((line) => [`/ops/lines/${line.id}`, nameOf(lang, line)])} />
        </>
      ),
    },
    {
      title: <a href="/ops/callbacks">{t.callbacks}</a>,
      tone: broken.length > 0 ? 'bad' : failing.items.length + requested > 0 ? 'wait' : 'good',
      body: (
        <>
          {disabled.items.length + failing.items.length === 0 && t.allHeard}
          {broken.length > 0 && t.disabled(countOf(broken, disabled.nextCursor))}
          <Named links={broken.map(linkOf)} />
          {failing.items.length > 0 && t.failing(countOf(failing.items, failing.nextCursor))}
          <Named links={failing.items.map(linkOf)} />
          {requested > 0 && t.requested(countOf({ length: requested }, disabled.nextCursor))}
        </>
      ),
    },
  ]
  return (
    <section class="part" aria-labelledby="glance-title">
      <h2 id="glance-title">{t.title}</h2>
      <ul class="plain-list ops-glance">
        {rows
          .toSorted((a, b) => URGENCY.indexOf(a.tone) - URGENCY.indexOf(b.tone))
          .map((row) => (
            <Row lang={lang} row={row} />
          ))}
      </ul>
    </section>
  )
}

interface RowProps {
  readonly title: Child
  readonly tone: Tone
  readonly body: Child
}

/** What is wrong comes first. */
const URGENCY: readonly Tone[] = ['bad', 'wait', 'good']

function toneOf(latest: LatestConservationWire | null, now: number): Tone {
  if (latest === null || now - Date.parse(latest.asOf) > STALE_MS)
    return latest?.holds === false ? 'bad' : 'wait'
  return latest.holds ? 'good' : 'bad'
}

function tellLatest(lang: Lang, latest: LatestConservationWire | null, now: number): string {
  const t = words[lang]
  if (latest === null) return t.never
  const time = writeTime(lang, latest.asOf)
  const found = latest.holds ? t.agrees(time) : t.differs(latest.differences.length, time)
  return now - Date.parse(latest.asOf) > STALE_MS ? `${found} ${t.stale(time)}` : found
}

const linkOf = ({ id, owner, url }: EndpointWire): [string, string] => [
  `/ops/callbacks/${id}`,
  `${owner} ${new URL(url).host}`,
]

const Row: FC<{ lang: Lang; row: RowProps }> = ({ lang, row: { title, tone, body } }) => {
  const t = words[lang]
  return (
    <li>
      <div class="row">
        <h3>{title}</h3>
        <Pill tone={tone}>{tone === 'good' ? t.good : tone === 'bad' ? t.bad : t.look}</Pill>
      </div>
      <div>{body}</div>
    </li>
  )
}

const Named: FC<{ links: readonly (readonly [href: string, text: string])[] }> = ({ links }) =>
  links.length === 0 ? null : (
    <ul class="ops-named">
      {links.slice(0, NAMED).map(([href, text]) => (
        <li>
          <a href={href}>
            <Said>{text}</Said>
          </a>
        </li>
      ))}
      {links.length > NAMED && <li>…</li>}
    </ul>
  )

import type { FC } from 'hono/jsx'
import type { PageContext } from '../../pages/frame/context.ts'
import { requireSession } from '../../pages/frame/pages.tsx'
import { More, Section } from '../../pages/frame/parts.tsx'
import type { DeskCountsWire } from '../../review/desk-routes.ts'
import { sendDeskPage } from '../frame.tsx'
import type { Refused } from './asking.ts'
import { BulkForm } from './bulk-form.tsx'
import { type BulkResult, BulkResults } from './bulk-results.tsx'
import { ChoiceField, Filled, TextField } from './fields.tsx'
import { type QueueFilter, readCounts, readFilter, readQueue, SIZES, writeFilter } from './queue.ts'
import { sayState } from './states.tsx'
import { statusOfRefused, WhyRefused } from './told.tsx'

/** The review queue: what was proposed, and what is to be decided. */

const words = {
  zh: {
    title: '审核',
    counts: '各状态的提案数',
    all: '全部',
    filter: '筛选',
    state: '状态',
    assignee: '负责人',
    anyone: '不限',
    me: '我',
    nobody: '没有人',
    open: (n: number) => `还有 ${n} 件`,
    q: '关键词',
    place: '地点',
    order: '顺序',
    newest: '最新在前',
    oldest: '最早在前',
    size: '每页',
    show: '查看',
    clear: '清除筛选',
    proposals: '提案',
    none: '这里没有提案。',
    more: '更多提案',
  },
  en: {
    title: 'Review',
    counts: 'Proposals by state',
    all: 'All',
    filter: 'Filter',
    state: 'State',
    assignee: 'Who looks at it',
    anyone: 'Anyone',
    me: 'Me',
    nobody: 'Nobody',
    open: (n: number) => `${n} to decide`,
    q: 'Words',
    place: 'Place',
    order: 'Order',
    newest: 'Newest first',
    oldest: 'Oldest first',
    size: 'At a time',
    show: 'Show',
    clear: 'Clear the filter',
    proposals: 'Proposals',
    none: 'There are no proposals here.',
    more: 'More proposals',
  },
}

/** Shows the queue, with what became of a decision that was just made. */
export async function showQueue(
  c: PageContext,
  { refused = null, results }: { refused?: Refused | null; results?: BulkResult } = {},
): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const filter = readFilter(c)
  const [counts, page] = await Promise.all([readCounts(c), readQueue(c, filter)])
  const next = page.nextCursor && `/ops${writeFilter(filter, { cursor: page.nextCursor })}`
  return sendDeskPage(
    c,
    'review',
    { title: t.title, ...statusOfRefused(refused) },
    <>
      <h1>{t.title}</h1>
      <WhyRefused lang={lang} refused={refused} />
      {results && <BulkResults lang={lang} result={results} />}
      <StateTabs c={c} counts={counts} filter={filter} />
      <FilterForm c={c} counts={counts} filter={filter} />
      <Section id="proposals" title={t.proposals}>
        {page.items.length === 0 ? (
          <p>{t.none}</p>
        ) : (
          <BulkForm
            c={c}
            action={`/ops/decisions${writeFilter(filter)}`}
            items={page.items}
            refused={refused}
          />
        )}
        <More href={next}>{t.more}</More>
      </Section>
    </>,
  )
}

interface FilterProps {
  readonly c: PageContext
  readonly counts: DeskCountsWire
  readonly filter: QueueFilter
}

const StateTabs: FC<FilterProps> = ({ c, counts, filter }) => {
  const lang = c.get('lang')
  const t = words[lang]
  const states = Object.entries(counts.states)
  const all = states.reduce((sum, [, count]) => sum + count, 0)
  return (
    <nav class="state-tabs" aria-label={t.counts}>
      {[['', all] as const, ...states].map(([state, count]) => (
        <a
          href={`/ops${writeFilter(filter, { state, cursor: '' })}`}
          aria-current={filter.state === state ? 'true' : undefined}
        >
          {state === '' ? t.all : sayState(lang, state)} <span class="count">{count}</span>
        </a>
      ))}
    </nav>
  )
}

const FilterForm: FC<FilterProps> = ({ c, counts, filter }) => {
  const lang = c.get('lang')
  const t = words[lang]
  const { user } = requireSession(c)
  const f = new Filled(lang, 'filter', null)
  const others = counts.assignees.flatMap(({ assignee, proposed, inReview, accepted }) =>
    assignee === null || assignee === user ? [] : [[assignee, proposed + inReview + accepted] as const],
  )
  const narrowed = filter.q !== '' || filter.place !== '' || filter.assignee !== '' || filter.order !== ''
  return (
    <details class="card folded" open={narrowed}>
      <summary>{t.filter}</summary>
      <form method="get" action="/ops" class="queue-filter">
        {filter.state !== '' && <input type="hidden" name="state" value={filter.state} />}
        <ChoiceField
          f={f}
          name="assignee"
          label={t.assignee}
          value={filter.assignee}
          options={[
            ...[['', t.anyone] as const, ['me', t.me] as const, ['nobody', t.nobody] as const],
            ...others.map(([id, open]) => [id, `${id} · ${t.open(open)}`] as const),
          ]}
        />
        <TextField f={f} name="q" type="search" label={t.q} value={filter.q} max={200} />
        <TextField f={f} name="place" type="search" label={t.place} value={filter.place} max={200} />
        <ChoiceField
          f={f}
          name="order"
          label={t.order}
          value={filter.order}
          options={[
            ['newest', t.newest],
            ['oldest', t.oldest],
          ]}
        />
        <ChoiceField
          f={f}
          name="size"
          label={t.size}
          value={String(filter.size)}
          options={SIZES.map((size) => [String(size), String(size)] as const)}
        />
        <p class="actions">
          <button type="submit">{t.show}</button>
          {narrowed && (
            <a class="button plain" href="/ops">
              {t.clear}
            </a>
          )}
        </p>
      </form>
    </details>
  )
}

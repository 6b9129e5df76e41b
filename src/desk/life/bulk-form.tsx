import type { FC } from 'hono/jsx'
import type { PageContext } from '../../pages/frame/context.ts'
import { Day, Said } from '../../pages/frame/parts.tsx'
import type { DeskProposalWire } from '../../review/params.ts'
import type { Refused } from './asking.ts'
import { Filled, LongField } from './fields.tsx'
import { StatePill } from './states.tsx'

/** The list of the queue, and what is decided of those that are ticked. */

const words = {
  zh: {
    choose: (title: string) => `选择：${title}`,
    proposers: (n: number) => `${n} 人提出`,
    notes: (n: number) => `${n} 条备注`,
    assignee: '负责人',
    nobody: '无人负责',
    legend: '对选中的提案',
    in_review: '开始审核',
    accepted: '通过',
    declined: '不通过',
    mine: '由我负责',
    nobodys: '不再由谁负责',
    reason: '理由',
    reasonHint: '不通过时必填。会公开，也会告诉提出者。',
    submit: '执行',
  },
  en: {
    choose: (title: string) => `Choose: ${title}`,
    proposers: (n: number) => (n === 1 ? '1 proposer' : `${n} proposers`),
    notes: (n: number) => (n === 1 ? '1 note' : `${n} notes`),
    assignee: 'With',
    nobody: 'With nobody',
    legend: 'For those that are ticked',
    in_review: 'Take into review',
    accepted: 'Accept',
    declined: 'Decline',
    mine: 'I look at them',
    nobodys: 'Nobody looks at them',
    reason: 'Reason',
    reasonHint: 'Needed to decline. Public, and told to the proposers.',
    submit: 'Do it',
  },
}

/** What can be done with many proposals at once: decisions, and who looks at them. */
const BULK_MOVES = ['in_review', 'accepted', 'declined'] as const
export const BULK_ASSIGNMENTS = ['mine', 'nobodys'] as const

interface BulkProps {
  readonly c: PageContext
  readonly action: string
  readonly items: readonly DeskProposalWire[]
  readonly refused: Refused | null
}

export const BulkForm: FC<BulkProps> = ({ c, action, items, refused }) => {
  const lang = c.get('lang')
  const t = words[lang]
  const f = new Filled(lang, 'bulk', refused)
  const ticked = new Set(f.refused?.typed.all('proposal'))
  const to = f.value('to', 'in_review')
  const missing = f.error('proposals')
  return (
    <form method="post" action={action}>
      <ul class="plain-list">
        {items.map((item) => (
          <Row c={c} item={item} ticked={ticked.has(item.id)} />
        ))}
      </ul>
      <div class="card">
        <fieldset aria-describedby={missing ? 'bulk-missing' : undefined}>
          <legend>{t.legend}</legend>
          {missing && (
            <p class="error" id="bulk-missing">
              {missing}
            </p>
          )}
          <div class="choices">
            {[...BULK_MOVES, ...BULK_ASSIGNMENTS].map((each) => (
              <label class="choice" for={f.id(each)}>
                <input id={f.id(each)} type="radio" name="to" value={each} checked={each === to} />
                {t[each]}
              </label>
            ))}
          </div>
        </fieldset>
        <LongField f={f} name="reason" label={t.reason} hint={t.reasonHint} max={1_000} rows={2} />
        <button type="submit">{t.submit}</button>
      </div>
    </form>
  )
}

const Row: FC<{ c: PageContext; item: DeskProposalWire; ticked: boolean }> = ({ c, item, ticked }) => {
  const lang = c.get('lang')
  const t = words[lang]
  const { id, number, state, title, place, proposers, notes, assignee, proposedAt } = item
  return (
    <li class="queue-row">
      <label class="queue-pick" for={`pick-${id}`}>
        <input id={`pick-${id}`} type="checkbox" name="proposal" value={id} checked={ticked} />
        <span class="unseen">{t.choose(title)}</span>
      </label>
      <div>
        <a class="queue-title" href={`/ops/proposals/${encodeURIComponent(id)}`}>
          <Said>{title}</Said>
        </a>
        <p class="small">
          <StatePill lang={lang} state={state} /> №{number} · <Said>{place}</Said> · {t.proposers(proposers)}
          {notes > 0 && ` · ${t.notes(notes)}`}
          {proposedAt && (
            <>
              {' · '}
              <Day lang={lang} time={proposedAt} />
            </>
          )}
          {' · '}
          {assignee === null ? (
            t.nobody
          ) : (
            <>
              {t.assignee} <Said>{assignee}</Said>
            </>
          )}
        </p>
      </div>
    </li>
  )
}

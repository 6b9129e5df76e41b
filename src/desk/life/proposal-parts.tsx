import type { FC } from 'hono/jsx'
import type { PageContext } from '../../pages/frame/context.ts'
import { Day, Moment, Said, SaidParagraph, Section } from '../../pages/frame/parts.tsx'
import type { DeskProposalWire } from '../../review/params.ts'
import type { ReviewedWire } from '../../review/proposal-routes.ts'
import { colon } from '../../words/language.ts'
import type { Refused } from './asking.ts'
import { NewNote } from './proposal-forms.tsx'
import { StatePill } from './states.tsx'

/** What stands beside the text of a proposal: what is similar, what operators note, how it came here. */

const words = {
  zh: {
    proposers: (n: number) => `${n} 人提出`,
    first: '最早的提出者',
    via: '经由',
    similar: '相似的提案',
    none: '没有相似的。',
    compare: '并排比较选中的',
    pick: (title: string) => `选择：${title}`,
    notes: '备注（只有运营者能看）',
    noNotes: '还没有备注。',
    history: '经过',
    because: '理由',
    into: '并入',
    by: { operator: '运营者', proposer: '提出者', clock: '到时间', executor: '承接方' } as Record<
      string,
      string
    >,
  },
  en: {
    proposers: (n: number) => (n === 1 ? '1 proposer' : `${n} proposers`),
    first: 'Who came first',
    via: 'by',
    similar: 'Similar ones',
    none: 'There are none.',
    compare: 'Compare the ticked side by side',
    pick: (title: string) => `Choose: ${title}`,
    notes: 'Notes, for operators alone',
    noNotes: 'No notes yet.',
    history: 'History',
    because: 'Reason',
    into: 'Into',
    by: { operator: 'operator', proposer: 'proposer', clock: 'time', executor: 'co-creator' } as Record<
      string,
      string
    >,
  },
}

export const Similar: FC<{ c: PageContext; id: string; items: readonly DeskProposalWire[] }> = ({
  c,
  id,
  items,
}) => {
  const lang = c.get('lang')
  const t = words[lang]
  return (
    <Section id="similar" title={t.similar}>
      {items.length === 0 ? (
        <p>{t.none}</p>
      ) : (
        <form method="get" action="/ops/compare">
          <input type="hidden" name="ids" value={id} />
          <ul class="plain-list">
            {items.map((each, n) => (
              <li class="queue-row">
                <label class="queue-pick" for={`similar-${each.id}`}>
                  <input
                    id={`similar-${each.id}`}
                    type="checkbox"
                    name="ids"
                    value={each.id}
                    checked={n === 0}
                  />
                  <span class="unseen">{t.pick(each.title)}</span>
                </label>
                <div>
                  <a class="queue-title" href={`/ops/proposals/${each.id}`}>
                    <Said>{each.title}</Said>
                  </a>
                  <p class="small">
                    <StatePill lang={lang} state={each.state} /> <Said>{each.place}</Said> ·{' '}
                    {t.proposers(each.proposers)}
                  </p>
                </div>
              </li>
            ))}
          </ul>
          <button type="submit" class="plain">
            {t.compare}
          </button>
        </form>
      )}
    </Section>
  )
}

export const Notes: FC<{ c: PageContext; proposal: ReviewedWire; refused: Refused | null }> = (props) => {
  const { c, proposal, refused } = props
  const lang = c.get('lang')
  const t = words[lang]
  return (
    <Section id="notes" title={t.notes}>
      {proposal.notes.length === 0 && <p>{t.noNotes}</p>}
      <ul class="plain-list">
        {proposal.notes.map(({ author, text, at }) => (
          <li>
            <p class="small">
              <Said>{author}</Said> · <Moment lang={lang} time={at} />
            </p>
            <SaidParagraph class="as-typed" text={text} />
          </li>
        ))}
      </ul>
      <NewNote lang={lang} proposal={proposal} refused={refused} />
    </Section>
  )
}

export const History: FC<{ c: PageContext; proposal: ReviewedWire }> = ({ c, proposal }) => {
  const lang = c.get('lang')
  const t = words[lang]
  return (
    <Section id="history" title={t.history}>
      <ol class="plain-list">
        {proposal.moves.map(({ at, to, by, reason, into }) => (
          <li>
            <p>
              <StatePill lang={lang} state={to} />{' '}
              <span class="small">
                {t.by[by] ?? by} · <Moment lang={lang} time={at} />
              </span>
            </p>
            {reason && (
              <p class="small">
                {t.because}
                {colon[lang]}
                <Said>{reason}</Said>
              </p>
            )}
            {into && (
              <p class="small">
                {t.into} <a href={`/ops/proposals/${into}`}>{into}</a>
              </p>
            )}
          </li>
        ))}
      </ol>
      <details>
        <summary>
          {t.first} · {proposal.proposerCount}
        </summary>
        <ul class="plain-list">
          {proposal.proposers.map(({ user, via, at }) => (
            <li class="small">
              <Said>{user}</Said> · <Day lang={lang} time={at} />
              {via !== proposal.id && (
                <>
                  {' '}
                  · {t.via} <a href={`/ops/proposals/${via}`}>{via}</a>
                </>
              )}
            </li>
          ))}
        </ul>
      </details>
    </Section>
  )
}

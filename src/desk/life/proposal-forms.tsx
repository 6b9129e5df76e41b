import type { FC } from 'hono/jsx'
import { MOVES } from '../../life/states.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { requireSession } from '../../pages/frame/pages.tsx'
import { Said } from '../../pages/frame/parts.tsx'
import type { ReviewedWire } from '../../review/proposal-routes.ts'
import type { Lang } from '../../words/language.ts'
import type { Refused } from './asking.ts'
import { ChoiceField, DeskForm, Filled, LongField } from './fields.tsx'

/** What is done with one proposal by itself. */

const words = {
  zh: {
    nobody: '还没有人负责。',
    with: '负责人：',
    take: '由我负责',
    leave: '不再由谁负责',
    final: '它不再变动。',
    to: '决定',
    in_review: '开始审核',
    accepted: '通过',
    declined: '不通过',
    reason: '理由',
    reasonHint: '不通过时必填。会公开，也会告诉提出者。',
    decide: '决定',
    note: '加一条备注',
    add: '加上',
  },
  en: {
    nobody: 'Nobody looks at it yet.',
    with: 'Looked at by ',
    take: 'I look at it',
    leave: 'Nobody looks at it',
    final: 'It does not move any more.',
    to: 'Decision',
    in_review: 'Take into review',
    accepted: 'Accept',
    declined: 'Decline',
    reason: 'Reason',
    reasonHint: 'Needed to decline. Public, and told to the proposers.',
    decide: 'Decide',
    note: 'Add a note',
    add: 'Add it',
  },
}

/** Moves that are decisions; the others have pages of their own, or are not an operator's. */
const DECISIONS = ['in_review', 'accepted', 'declined'] as const

export const Assignment: FC<{ c: PageContext; proposal: ReviewedWire }> = ({
  c,
  proposal: { id, assignee },
}) => {
  const t = words[c.get('lang')]
  const { user } = requireSession(c)
  const button = (whom: 'me' | 'nobody', text: string) => (
    <form method="post" action={`/ops/proposals/${id}/assignee`}>
      <input type="hidden" name="assignee" value={whom} />
      <button type="submit" class="plain">
        {text}
      </button>
    </form>
  )
  return (
    <>
      <p>
        {assignee === null ? (
          t.nobody
        ) : (
          <>
            {t.with}
            <Said>{assignee}</Said>
          </>
        )}
      </p>
      <div class="actions gap-below">
        {assignee !== user && button('me', t.take)}
        {assignee !== null && button('nobody', t.leave)}
      </div>
    </>
  )
}

interface FormProps {
  readonly lang: Lang
  readonly proposal: ReviewedWire
  readonly refused: Refused | null
}

export const Moves: FC<FormProps> = ({ lang, proposal: { id, state }, refused }) => {
  const t = words[lang]
  const open = DECISIONS.filter((to) => MOVES.some((move) => move.from === state && move.to === to))
  if (open.length === 0) return state === 'published' ? null : <p>{t.final}</p>
  const f = new Filled(lang, 'decide', refused)
  return (
    <DeskForm action={`/ops/proposals/${id}/moves`} submit={t.decide}>
      <ChoiceField f={f} name="to" label={t.to} options={open.map((to) => [to, t[to]] as const)} />
      {open.includes('declined') && (
        <LongField f={f} name="reason" label={t.reason} hint={t.reasonHint} max={1_000} />
      )}
    </DeskForm>
  )
}

export const NewNote: FC<FormProps> = ({ lang, proposal: { id }, refused }) => {
  const t = words[lang]
  const f = new Filled(lang, 'note', refused)
  return (
    <DeskForm action={`/ops/proposals/${id}/notes`} submit={t.add} plain>
      <LongField f={f} name="text" label={t.note} max={4_000} required />
    </DeskForm>
  )
}

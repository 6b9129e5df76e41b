import type { FC } from 'hono/jsx'
import type { ProposalWire } from '../../proposals/params.ts'
import type { Lang, Words } from '../../words/language.ts'
import { StatePill } from '../frame/dream-words.tsx'
import { titleOf } from '../frame/names.ts'
import { Pill, Said, Section } from '../frame/parts.tsx'
import type { Similar } from './similar.ts'
import { isDream, stateWord, toneOf } from './words.ts'

/** The steps of a wish after it is written: what is like it, sending, deleting, withdrawing. */

const words = {
  zh: {
    similar: '类似的愿望',
    similarHint: '如果有人已经在做同样的事，给那个梦想送花，往往比再写一个走得更远。',
    noSimilar: '没有找到相近的。',
    send: '送出',
    sendHint: '送出以后不能再改。评审员会看到它，名字、地点和开头也会作为类似的愿望给别人看到。',
    confirm: '我看过类似的愿望，内容属实，没有写别人的私人信息。',
    unconfirmed: '请先勾选这一项。',
    sendNow: '送去评审',
    delete: '不要这份草稿了',
    deleteNow: '删除草稿，无法恢复',
    withdraw: '撤回这个愿望',
    withdrawHint: '撤回以后不再评审，也不能恢复；可以另写一个。',
    reason: '为什么撤回（可不填）',
    withdrawNow: '确认撤回',
  },
  en: {
    similar: 'Similar wishes',
    similarHint:
      'Where someone does the same already, a flower for that dream often goes further than another wish.',
    noSimilar: 'Nothing close was found.',
    send: 'Send it',
    sendHint:
      'Once sent it cannot be changed. Reviewers read it, and others who wish for the like see its name, place and how it begins.',
    confirm: 'I looked at similar wishes; what I wrote is true and holds nothing private of others.',
    unconfirmed: 'Please tick this first.',
    sendNow: 'Send it for review',
    delete: 'I do not want this draft',
    deleteNow: 'Delete the draft for good',
    withdraw: 'Withdraw this wish',
    withdrawHint: 'It is not reviewed any more and does not come back; you can write another.',
    reason: 'Why (may be left out)',
    withdrawNow: 'Withdraw it',
  },
} satisfies Words<Record<string, string>>

/** What was wished for before, and dreams like it. Only what became a dream has a page for everyone. */
export const SimilarPart: FC<{ lang: Lang; similar: Similar }> = ({ lang, similar }) => {
  const t = words[lang]
  const { proposals, dreams } = similar
  return (
    <Section id="similar" title={t.similar}>
      {proposals.length + dreams.length === 0 ? (
        <p>{t.noSimilar}</p>
      ) : (
        <>
          <p class="hint">{t.similarHint}</p>
          <ul class="plain-list">
            {proposals.map(({ id, title, state, place, what }) => (
              <li>
                <div class="row">
                  {isDream(state) ? (
                    <a href={`/dreams/${id}`}>
                      <Said>{title}</Said>
                    </a>
                  ) : (
                    <strong>
                      <Said>{title}</Said>
                    </strong>
                  )}
                  <Pill tone={toneOf(state)}>{stateWord(lang, state)}</Pill>
                </div>
                <p class="small">
                  <Said>{place}</Said> · <Said>{what}</Said>
                </p>
              </li>
            ))}
            {dreams.map((dream) => (
              <li>
                <div class="row">
                  <a href={`/dreams/${dream.id}`}>
                    <Said>{titleOf(lang, dream)}</Said>
                  </a>
                  <StatePill lang={lang} state={dream.state} />
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </Section>
  )
}

export const SendPart: FC<{ lang: Lang; proposal: ProposalWire; unconfirmed: boolean }> = ({
  lang,
  proposal: { id },
  unconfirmed,
}) => {
  const t = words[lang]
  return (
    <Section id="send" title={t.send}>
      <form method="post" action={`/proposals/${id}/send`} class="card">
        <p class="hint" id="send-hint">
          {t.sendHint}
        </p>
        {unconfirmed && (
          <p class="error" id="confirm-error">
            {t.unconfirmed}
          </p>
        )}
        <label class="choice">
          <input
            type="checkbox"
            name="confirm"
            value="yes"
            required
            aria-describedby={unconfirmed ? 'confirm-error send-hint' : 'send-hint'}
            aria-invalid={unconfirmed ? 'true' : undefined}
          />
          {t.confirm}
        </label>
        <button type="submit">{t.sendNow}</button>
      </form>
      <details>
        <summary>{t.delete}</summary>
        <form method="post" action={`/proposals/${id}/delete`}>
          <button type="submit" class="plain">
            {t.deleteNow}
          </button>
        </form>
      </details>
    </Section>
  )
}

/** What fits on a card that tells of it, as the API takes it. */
const MAX_REASON_LENGTH = 500

export const WithdrawPart: FC<{ lang: Lang; proposal: Pick<ProposalWire, 'id'>; reason: string }> = ({
  lang,
  proposal: { id },
  reason,
}) => {
  const t = words[lang]
  return (
    <details open={reason !== ''}>
      <summary>{t.withdraw}</summary>
      <form method="post" action={`/proposals/${id}/withdraw`} class="card">
        <p class="hint" id="withdraw-hint">
          {t.withdrawHint}
        </p>
        <div class="field">
          <label for="reason">{t.reason}</label>
          <input
            id="reason"
            name="reason"
            type="text"
            dir="auto"
            maxlength={MAX_REASON_LENGTH}
            value={reason}
            aria-describedby="withdraw-hint"
          />
        </div>
        <button type="submit" class="plain">
          {t.withdrawNow}
        </button>
      </form>
    </details>
  )
}

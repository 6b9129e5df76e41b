import type { FC } from 'hono/jsx'
import type { AmendmentWire } from '../../campaigns/amendments-routes.ts'
import type { DreamDetail } from '../../dreams/wire.ts'
import { Moment, Said } from '../../pages/frame/parts.tsx'
import type { Lang } from '../../words/language.ts'
import { colon } from '../../words/language.ts'
import type { Refused } from './asking.ts'
import { ChoiceField, DeskForm, Filled, Folded, LongField } from './fields.tsx'

/** What was put right in the text of a dream. */

const words = {
  zh: {
    none: '没有更正。公布的文字不改，更正写在旁边。',
    add: '加一条更正',
    field: '哪一处',
    text: '应该是',
    textHint: '这一处完整的正确文字。会公开。',
    reason: '理由',
    reasonHint: '会公开。',
    submit: '加上更正',
    fields: {
      title: '标题',
      titleEn: '英文标题',
      summary: '简介',
      what: '做什么',
      forWhom: '为了谁',
      place: '在哪里',
      howMany: '多少',
      why: '为什么',
    },
  },
  en: {
    none: 'None. What was published stays; amendments stand beside it.',
    add: 'Amend something',
    field: 'What',
    text: 'As it should read',
    textHint: 'The whole text of that place. Public.',
    reason: 'Reason',
    reasonHint: 'Public.',
    submit: 'Amend it',
    fields: {
      title: 'Title',
      titleEn: 'Title in English',
      summary: 'Summary',
      what: 'What',
      forWhom: 'For whom',
      place: 'Where',
      howMany: 'How many',
      why: 'Why',
    },
  },
}

interface AmendmentsProps {
  readonly lang: Lang
  readonly dream: DreamDetail
  readonly amendments: readonly AmendmentWire[]
  readonly refused: Refused | null
}

/** States in which nothing of a dream changes any more. */
const FINAL = ['expired', 'completed', 'stopped']

export const Amendments: FC<AmendmentsProps> = ({ lang, dream, amendments, refused }) => {
  const t = words[lang]
  const f = new Filled(lang, 'amend', refused)
  return (
    <>
      {amendments.length === 0 && <p>{t.none}</p>}
      <ul class="plain-list">
        {amendments.map(({ field, text, reason, at }) => (
          <li>
            <p>
              <strong>{t.fields[field]}</strong>: <Said>{text}</Said>
            </p>
            <p class="small">
              <Moment lang={lang} time={at} /> · {t.reason}
              {colon[lang]}
              <Said>{reason}</Said>
            </p>
          </li>
        ))}
      </ul>
      {!FINAL.includes(dream.state) && (
        <Folded f={f} summary={t.add}>
          <DeskForm action={`/ops/dreams/${dream.id}/amendments`} submit={t.submit}>
            <ChoiceField
              f={f}
              name="field"
              label={t.field}
              options={Object.entries(t.fields).map(([field, text]) => [field, text] as const)}
            />
            <LongField f={f} name="text" label={t.text} hint={t.textHint} max={2_000} rows={4} required />
            <LongField f={f} name="reason" label={t.reason} hint={t.reasonHint} max={500} rows={2} required />
          </DeskForm>
        </Folded>
      )}
    </>
  )
}

import type { FC } from 'hono/jsx'
import type { DreamDetail } from '../../dreams/wire.ts'
import type { GrantWire } from '../../execution/grants-routes.ts'
import { nameOf } from '../../pages/frame/names.ts'
import { Moment, Paragraphs, Said, SaidParagraph } from '../../pages/frame/parts.tsx'
import type { Lang } from '../../words/language.ts'
import { colon } from '../../words/language.ts'
import type { Refused } from './asking.ts'
import { ChoiceField, Confirm, DeskForm, Filled, Folded, LongField, TextField } from './fields.tsx'
import { writeCents } from './units.ts'

/** The grant of a dream: deciding it, and what is added to it later. */

const words = {
  zh: {
    early: '梦想获准资助之后，在这里决定资助。',
    nobody: '还没有机构承接这个梦想，先去提出请求。',
    amount: '金额',
    amountHint: '以元为单位，最多两位小数，例如 200000 或 1500.50。',
    currency: '货币',
    currencyHint: 'ISO 4217 代码，例如 CNY。',
    organisation: '负责的共创方',
    by: '负责机构',
    terms: '条款',
    termsHint: '会公开。',
    sure: '我知道资助只决定一次，定下后不能再改。',
    decide: '决定资助',
    decided: '决定于',
    addenda: '补充',
    addendum: '加补充',
    text: '补充内容',
    reason: '理由',
    add: '加上',
  },
  en: {
    early: 'The grant is decided here once the dream is funded.',
    nobody: 'Nobody took this dream on yet: offer it first.',
    amount: 'Amount',
    amountHint: 'In whole units with up to two decimals, as 200000 or 1500.50.',
    currency: 'Currency',
    currencyHint: 'Its ISO 4217 code, as CNY.',
    organisation: 'The co-creator that answers for it',
    by: 'With',
    terms: 'Terms',
    termsHint: 'Public.',
    sure: 'I know that a grant is decided once and stays as it is.',
    decide: 'Decide the grant',
    decided: 'Decided',
    addenda: 'Addenda',
    addendum: 'Add to the terms',
    text: 'What is added',
    reason: 'Reason',
    add: 'Add it',
  },
}

interface GrantProps {
  readonly lang: Lang
  readonly dream: DreamDetail
  readonly grant: GrantWire | null
  readonly refused: Refused | null
}

export const GrantSection: FC<GrantProps> = ({ lang, dream, grant, refused }) => {
  const t = words[lang]
  if (grant) return <Decided lang={lang} dream={dream} grant={grant} refused={refused} />
  if (dream.state !== 'funded') return <p>{t.early}</p>
  if (dream.coCreators.length === 0)
    return (
      <p>
        <a href={`/ops/dreams/${dream.id}/offers`}>{t.nobody}</a>
      </p>
    )
  const f = new Filled(lang, 'grant', refused)
  return (
    <DeskForm action={`/ops/dreams/${dream.id}/grant`} submit={t.decide}>
      <TextField f={f} name="amount" label={t.amount} hint={t.amountHint} inputmode="decimal" required />
      <TextField
        f={f}
        name="currency"
        label={t.currency}
        hint={t.currencyHint}
        value="CNY"
        max={3}
        required
      />
      <ChoiceField
        f={f}
        name="organisation"
        label={t.organisation}
        options={dream.coCreators.map((coCreator) => [coCreator.organisation, nameOf(lang, coCreator)])}
      />
      <LongField f={f} name="terms" label={t.terms} hint={t.termsHint} max={10_000} rows={5} required />
      <Confirm f={f} label={t.sure} />
    </DeskForm>
  )
}

const Decided: FC<GrantProps & { grant: GrantWire }> = ({ lang, dream, grant, refused }) => {
  const t = words[lang]
  const f = new Filled(lang, 'addendum', refused)
  return (
    <>
      <dl class="facts">
        <dt>{t.amount}</dt>
        <dd>
          <strong>{writeCents(lang, grant.amountCents, grant.currency)}</strong>
        </dd>
        <dt>{t.by}</dt>
        <dd>
          <a href={`/ops/organisations/${grant.organisation}`}>{grant.organisation}</a>
        </dd>
        <dt>{t.decided}</dt>
        <dd>
          <Moment lang={lang} time={grant.decidedAt} />
        </dd>
        <dt>{t.terms}</dt>
        <dd>
          <Paragraphs text={grant.terms} />
        </dd>
      </dl>
      {grant.addenda.length > 0 && (
        <>
          <h3>{t.addenda}</h3>
          <ul class="plain-list">
            {grant.addenda.map(({ text, reason, at }) => (
              <li>
                <SaidParagraph class="as-typed" text={text} />
                <p class="small">
                  <Moment lang={lang} time={at} /> · {t.reason}
                  {colon[lang]}
                  <Said>{reason}</Said>
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
      <Folded f={f} summary={t.addendum}>
        <DeskForm action={`/ops/dreams/${dream.id}/addenda`} submit={t.add}>
          <LongField f={f} name="text" label={t.text} max={2_000} hint={t.termsHint} required />
          <LongField f={f} name="reason" label={t.reason} max={1_000} hint={t.termsHint} rows={2} required />
        </DeskForm>
      </Folded>
    </>
  )
}

import type { FC } from 'hono/jsx'
import type { OfferWire } from '../../organisations/offer-params.ts'
import type { ListedOrganisationWire } from '../../organisations/organisation-routes.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { nameOf } from '../../pages/frame/names.ts'
import { Moment, Said, SaidParagraph } from '../../pages/frame/parts.tsx'
import { colon } from '../../words/language.ts'
import type { Refused } from './asking.ts'
import { ChoiceField, DeskForm, Filled, Folded, LongField } from './fields.tsx'
import { StatePill } from './states.tsx'

/** Offers of a dream to organisations: those that were made, and the form for another. */

const words = {
  zh: {
    offer: '请一家机构承接',
    organisation: '机构',
    message: '说明',
    messageHint: '只有运营者和这家机构能看到。',
    submit: '发出请求',
    noOrganisations: '还没有登记的机构。',
    register: '先登记一家',
    offered: '发出于',
    decided: '答复于',
    reason: '理由',
    withdraw: '收回',
    reasonHint: '这家机构和提出者会看到。',
  },
  en: {
    offer: 'Offer it to an organisation',
    organisation: 'Organisation',
    message: 'Message',
    messageHint: 'Between operators and the organisation.',
    submit: 'Offer it',
    noOrganisations: 'No organisation is registered yet.',
    register: 'Register one first',
    offered: 'Offered',
    decided: 'Answered',
    reason: 'Reason',
    withdraw: 'Withdraw',
    reasonHint: 'Shown to the organisation and to the proposers.',
  },
}

export const OfferRow: FC<{ c: PageContext; offer: OfferWire; name: string; refused: Refused | null }> = (
  props,
) => {
  const { c, offer, name, refused } = props
  const lang = c.get('lang')
  const t = words[lang]
  const { id, organisation, state, message, reason, offeredAt, decidedAt } = offer
  const f = new Filled(lang, `withdraw-${id}`, refused)
  return (
    <li>
      <p>
        <a href={`/ops/organisations/${organisation}`}>
          <Said>{name}</Said>
        </a>{' '}
        <StatePill lang={lang} state={state === 'open' ? 'offered' : state} />
      </p>
      {message !== null && <SaidParagraph class="as-typed" text={message} />}
      <p class="small">
        {t.offered} <Moment lang={lang} time={offeredAt} />
        {decidedAt && (
          <>
            {' · '}
            {t.decided} <Moment lang={lang} time={decidedAt} />
          </>
        )}
        {reason !== null && (
          <>
            {' · '}
            {t.reason}
            {colon[lang]}
            <Said>{reason}</Said>
          </>
        )}
      </p>
      {state === 'open' && (
        <Folded f={f} summary={t.withdraw}>
          <DeskForm action={`/ops/dreams/${offer.dream}/offers/withdraw`} submit={t.withdraw}>
            <input type="hidden" name="offer" value={id} />
            <LongField f={f} name="reason" label={t.reason} hint={t.reasonHint} max={500} rows={2} required />
          </DeskForm>
        </Folded>
      )}
    </li>
  )
}

interface NewOfferProps {
  readonly c: PageContext
  readonly id: string
  readonly organisations: readonly ListedOrganisationWire[]
  readonly refused: Refused | null
}

export const NewOffer: FC<NewOfferProps> = ({ c, id, organisations, refused }) => {
  const lang = c.get('lang')
  const t = words[lang]
  const active = organisations.filter(({ state }) => state === 'active')
  if (active.length === 0)
    return (
      <p>
        {t.noOrganisations} <a href="/ops/organisations">{t.register}</a>
      </p>
    )
  const f = new Filled(lang, 'offer', refused)
  return (
    <Folded f={f} summary={t.offer}>
      <DeskForm action={`/ops/dreams/${id}/offers`} submit={t.submit}>
        <ChoiceField
          f={f}
          name="organisation"
          label={t.organisation}
          options={active.map((each) => [each.id, nameOf(lang, each)])}
        />
        <LongField f={f} name="message" label={t.message} hint={t.messageHint} max={1_000} required />
      </DeskForm>
    </Folded>
  )
}

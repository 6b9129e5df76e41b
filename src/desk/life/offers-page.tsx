import type { DreamWire } from '../../dreams/wire.ts'
import type { OfferWire } from '../../organisations/offer-params.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { findInside, type Listed, readInside } from '../../pages/frame/inside.ts'
import { nameOf, titleOf } from '../../pages/frame/names.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { listQuery, nextOf } from '../../pages/frame/paging.ts'
import { Back, More, Said, Section } from '../../pages/frame/parts.tsx'
import type { PlanWire } from '../../plans/params.ts'
import type { ReviewedWire } from '../../review/proposal-routes.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { ask, type Refused } from './asking.ts'
import { readAllOrganisations } from './campaign-lists.ts'
import { NewOffer, OfferRow } from './offer-rows.tsx'
import { PlanView } from './plan-view.tsx'
import { StatePill } from './states.tsx'
import { Done, statusOfRefused, WhyRefused } from './told.tsx'

/** To whom a dream, or an accepted proposal, was offered; and what those who took it on plan. */

const words = {
  zh: {
    title: '承接机构与计划',
    back: '回到这个梦想',
    offers: '请求',
    none: '还没有向哪家机构提出请求。',
    more: '更早的请求',
    plan: '计划',
    noPlan: '有机构承接后，计划会在这里。',
    told: { offered: '请求发出了，这家机构的成员会知道。', withdrawn: '请求收回了。' },
    rules: {
      offer: {
        state_conflict: '只有已通过、还没走到终点的梦想可以请机构承接，机构也要在用。',
        limit_reached: '一个梦想最多同时有 10 个请求或承接。',
      },
    },
  },
  en: {
    title: 'Who carries it out, and the plan',
    back: 'Back to the dream',
    offers: 'Offers',
    none: 'It was offered to nobody yet.',
    more: 'Earlier offers',
    plan: 'Plan',
    noPlan: 'It stands here once someone takes the dream on.',
    told: {
      offered: 'It is offered; the members of the organisation hear of it.',
      withdrawn: 'The offer is withdrawn.',
    },
    rules: {
      offer: {
        state_conflict:
          'A dream is offered from when it is accepted until it is over, and to an organisation that is active.',
        limit_reached: 'At most ten offers of a dream are open or taken at a time.',
      },
    },
  },
}

/** States in which nobody takes a dream on any more. */
const OVER = ['expired', 'completed', 'stopped']

/** What the page is about: a published dream, or a proposal that is none yet. */
async function readSubject(
  c: PageContext,
  id: string,
): Promise<{ title: string; state: string; href: string }> {
  const dream = await findInside<DreamWire>(c, `/v1/dreams/${id}`)
  if (dream) return { title: titleOf(c.get('lang'), dream), state: dream.state, href: `/ops/dreams/${id}` }
  const proposal = await readInside<ReviewedWire>(c, `/v1/review/proposals/${id}`)
  return { title: proposal.title, state: proposal.state, href: `/ops/proposals/${id}` }
}

async function showOffers(c: PageContext, refused: Refused | null = null): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const id = encodeURIComponent(c.req.param('dream') ?? '')
  const subject = await readSubject(c, id)
  const [offers, organisations, plan] = await Promise.all([
    readInside<Listed<OfferWire>>(c, `/v1/dreams/${id}/offers${listQuery(c)}`),
    readAllOrganisations(c),
    findInside<PlanWire>(c, `/v1/dreams/${id}/plan`),
  ])
  const names = new Map(organisations.map((organisation) => [organisation.id, nameOf(lang, organisation)]))
  const next = nextOf(`/ops/dreams/${id}/offers`, offers.nextCursor)
  return sendDeskPage(
    c,
    'dreams',
    { title: t.title, ...statusOfRefused(refused) },
    <>
      <Back href={subject.href}>{t.back}</Back>
      <h1>{t.title}</h1>
      <p class="lead">
        <Said>{subject.title}</Said> <StatePill lang={lang} state={subject.state} />
      </p>
      <Done c={c} told={t.told} />
      <WhyRefused lang={lang} refused={refused} rules={t.rules} />
      <Section id="offers" title={t.offers}>
        {offers.items.length === 0 && <p>{t.none}</p>}
        <ul class="plain-list">
          {offers.items.map((offer) => (
            <OfferRow
              c={c}
              offer={offer}
              name={names.get(offer.organisation) ?? offer.organisation}
              refused={refused}
            />
          ))}
        </ul>
        <More href={next}>{t.more}</More>
        {!OVER.includes(subject.state) && (
          <NewOffer c={c} id={id} organisations={organisations} refused={refused} />
        )}
      </Section>
      <Section id="plan" title={t.plan}>
        {plan && plan.coCreators.length > 0 ? <PlanView lang={lang} plan={plan} /> : <p>{t.noPlan}</p>}
      </Section>
    </>,
  )
}

export const offersPages = new Pages()

offersPages.view('/ops/dreams/:dream/offers', (c) => {
  requireOperator(c)
  return showOffers(c)
})

const back = (c: PageContext, done: string): Response =>
  c.redirect(`/ops/dreams/${encodeURIComponent(c.req.param('dream') ?? '')}/offers?done=${done}`, 303)

offersPages.action('/ops/dreams/:dream/offers', async (c, form) => {
  requireOperator(c)
  const asked = await ask(c, {
    ...{ form: 'offer', typed: form },
    path: `/v1/dreams/${encodeURIComponent(c.req.param('dream') ?? '')}/offers`,
    json: { organisation: form.text('organisation'), message: form.text('message') },
    about: { already_offered: 'organisation', organisation_not_found: 'organisation' },
  })
  return asked.done ? back(c, 'offered') : showOffers(c, asked.refused)
})

offersPages.action('/ops/dreams/:dream/offers/withdraw', async (c, form) => {
  requireOperator(c)
  const offer = form.text('offer')
  // Several of these forms stand on the page: a refusal is shown at the one that was sent.
  const asking = { form: `withdraw-${offer}`, typed: form, json: { reason: form.text('reason') } }
  const asked = await ask(c, { ...asking, path: `/v1/offers/${encodeURIComponent(offer)}/withdraw` })
  return asked.done ? back(c, 'withdrawn') : showOffers(c, asked.refused)
})

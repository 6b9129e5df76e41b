import type { FC } from 'hono/jsx'
import type { CampaignWire } from '../../campaigns/params.ts'
import type { DreamPage } from '../../dreams/wire.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { type Listed, readInside } from '../../pages/frame/inside.ts'
import { nameOf } from '../../pages/frame/names.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { listQuery, nextOf } from '../../pages/frame/paging.ts'
import { Back, Flowers, Moment, More, Paragraphs, Said, Section } from '../../pages/frame/parts.tsx'
import type { DeskProposalWire } from '../../review/params.ts'
import { readMoment, writeMoment } from '../../words/clock.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { ask, type Refused } from './asking.ts'
import { DreamRows } from './dream-rows.tsx'
import { DeskForm, Filled, Folded, LongField, TextField } from './fields.tsx'
import { StatePill } from './states.tsx'
import { Done, statusOfRefused, WhyRefused } from './told.tsx'

/** One campaign: its dates, its dreams, and what may be published in it. */

const words = {
  zh: {
    back: '回到活动与梦想',
    from: '开始',
    until: '结束',
    collected: '已收集',
    id: '编号',
    rules: '规则',
    extensions: '延长记录',
    extended: (reason: string) => `理由：${reason}`,
    extend: '延长活动',
    closesAt: '新的结束时间',
    time: '北京时间（Asia/Shanghai）。每次最多延长 30 天，最多十次；最迟在结束前两分钟。',
    reason: '理由',
    reasonHint: '会公开。还在收集的梦想都会一起延长。',
    submit: '延长',
    dreams: '已公布的梦想',
    none: '还没有。',
    more: '更多梦想',
    accepted: '可以公布的提案',
    noAccepted: '没有已通过、还没公布的提案。',
    publish: '公布',
    told: { made: '活动建好了。', extended: '活动延长了，公众会知道。' },
    rulesOf: {
      extend: {
        too_late: '最迟在结束前两分钟可以延长。',
        state_conflict: '新的结束时间要晚于现在的。',
        limit_reached: '每次最多延长 30 天，最多十次。',
      },
    },
  },
  en: {
    back: 'Back to campaigns and dreams',
    from: 'Begins',
    until: 'Ends',
    collected: 'Collected',
    id: 'Id',
    rules: 'Rules',
    extensions: 'Made longer',
    extended: (reason: string) => `Reason: ${reason}`,
    extend: 'Make it longer',
    closesAt: 'New end',
    time: 'On the clock of Beijing (Asia/Shanghai). At most 30 days at a time and ten times, until two minutes before its end.',
    reason: 'Reason',
    reasonHint: 'Public. All dreams that still collect go on with it.',
    submit: 'Make it longer',
    dreams: 'Published in it',
    none: 'None yet.',
    more: 'More dreams',
    accepted: 'Proposals that can be published',
    noAccepted: 'No accepted proposal waits.',
    publish: 'Publish',
    told: { made: 'The campaign is made.', extended: 'The campaign is longer now, and the public is told.' },
    rulesOf: {
      extend: {
        too_late: 'A campaign is made longer until two minutes before its end.',
        state_conflict: 'The new end must be later than the one that stands.',
        limit_reached: 'At most 30 days at a time, and ten times.',
      },
    },
  },
}

async function showCampaign(c: PageContext, refused: Refused | null = null): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const id = c.req.param('campaign') ?? ''
  const path = `/v1/campaigns/${encodeURIComponent(id)}`
  const [campaign, dreams, accepted] = await Promise.all([
    readInside<CampaignWire>(c, path),
    readInside<DreamPage>(c, `${path}/dreams${listQuery(c, { pageSize: 50 })}`),
    readInside<Listed<DeskProposalWire>>(c, '/v1/review/proposals?state=accepted&pageSize=100&order=oldest'),
  ])
  const title = nameOf(lang, campaign)
  const next = nextOf(`/ops/campaigns/${id}`, dreams.nextCursor)
  return sendDeskPage(
    c,
    'dreams',
    { title, ...statusOfRefused(refused) },
    <>
      <Back href="/ops/dreams">{t.back}</Back>
      <h1>
        <Said>{title}</Said>
      </h1>
      <p>
        <StatePill lang={lang} state={campaign.state} />
      </p>
      <Done c={c} told={t.told} />
      <WhyRefused lang={lang} refused={refused} rules={t.rulesOf} />
      <dl class="facts">
        <dt>{t.id}</dt>
        <dd>
          <code>{campaign.id}</code>
        </dd>
        <dt>{t.from}</dt>
        <dd>
          <Moment lang={lang} time={campaign.opensAt} />
        </dd>
        <dt>{t.until}</dt>
        <dd>
          <Moment lang={lang} time={campaign.closesAt} />
        </dd>
        <dt>{t.collected}</dt>
        <dd>
          <Flowers lang={lang} count={campaign.flowers} />
        </dd>
      </dl>
      {campaign.state !== 'over' && <Extend c={c} campaign={campaign} refused={refused} />}
      <Extensions c={c} campaign={campaign} />
      <Folded summary={t.rules}>
        <Paragraphs text={campaign.rules} />
      </Folded>
      {campaign.state !== 'over' && <Accepted c={c} campaign={id} items={accepted.items} />}
      <Section id="dreams" title={t.dreams}>
        {dreams.items.length === 0 && <p>{t.none}</p>}
        <DreamRows lang={lang} dreams={dreams.items} />
        <More href={next}>{t.more}</More>
      </Section>
    </>,
  )
}

const Accepted: FC<{ c: PageContext; campaign: string; items: readonly DeskProposalWire[] }> = (props) => {
  const t = words[props.c.get('lang')]
  return (
    <Section id="accepted" title={t.accepted}>
      {props.items.length === 0 && <p>{t.noAccepted}</p>}
      <ul class="plain-list">
        {props.items.map(({ id, title }) => (
          <li class="row">
            <a href={`/ops/proposals/${id}`}>
              <Said>{title}</Said>
            </a>
            <a class="button plain" href={`/ops/proposals/${id}?campaign=${props.campaign}#publish-title`}>
              {t.publish}
              <span class="unseen">: {title}</span>
            </a>
          </li>
        ))}
      </ul>
    </Section>
  )
}

const Extend: FC<{ c: PageContext; campaign: CampaignWire; refused: Refused | null }> = (props) => {
  const { c, campaign, refused } = props
  const lang = c.get('lang')
  const t = words[lang]
  const f = new Filled(lang, 'extend', refused)
  return (
    <Folded f={f} summary={t.extend}>
      <DeskForm action={`/ops/campaigns/${campaign.id}/extensions`} submit={t.submit}>
        <TextField
          f={f}
          name="closesAt"
          type="datetime-local"
          label={t.closesAt}
          hint={t.time}
          value={writeMoment(campaign.closesAt)}
          required
        />
        <LongField f={f} name="reason" label={t.reason} hint={t.reasonHint} max={500} required />
      </DeskForm>
    </Folded>
  )
}

const Extensions: FC<{ c: PageContext; campaign: CampaignWire }> = ({ c, campaign: { extensions } }) => {
  const lang = c.get('lang')
  const t = words[lang]
  if (extensions.length === 0) return null
  return (
    <Section id="extensions" title={t.extensions}>
      <ul class="plain-list">
        {extensions.map(({ was, until, reason }) => (
          <li>
            <Moment lang={lang} time={was} /> → <Moment lang={lang} time={until} />
            <p class="small">
              <Said>{t.extended(reason)}</Said>
            </p>
          </li>
        ))}
      </ul>
    </Section>
  )
}

export const campaignPages = new Pages()

campaignPages.view('/ops/campaigns/:campaign', (c) => {
  requireOperator(c)
  return showCampaign(c)
})

campaignPages.action('/ops/campaigns/:campaign/extensions', async (c, form) => {
  requireOperator(c)
  const id = encodeURIComponent(c.req.param('campaign') ?? '')
  const json = { closesAt: readMoment(form.text('closesAt')), reason: form.text('reason') }
  const path = `/v1/campaigns/${id}/extensions`
  const asked = await ask(c, { form: 'extend', typed: form, path, json })
  return asked.done ? c.redirect(`/ops/campaigns/${id}?done=extended`, 303) : showCampaign(c, asked.refused)
})

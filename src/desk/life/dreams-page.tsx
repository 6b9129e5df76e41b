import type { FC } from 'hono/jsx'
import type { ListedCampaignWire } from '../../campaigns/params.ts'
import type { DreamPage } from '../../dreams/wire.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { readInside } from '../../pages/frame/inside.ts'
import { nameOf } from '../../pages/frame/names.ts'
import { Pages } from '../../pages/frame/pages.tsx'
import { listQuery, nextOf } from '../../pages/frame/paging.ts'
import { Moment, More, Said, Section } from '../../pages/frame/parts.tsx'
import { readMoment } from '../../words/clock.ts'
import { requireOperator, sendDeskPage } from '../frame.tsx'
import { ask, type Refused } from './asking.ts'
import { readAllCampaigns } from './campaign-lists.ts'
import { DreamRows } from './dream-rows.tsx'
import { DeskForm, Filled, Folded, LongField, TextField } from './fields.tsx'
import { StatePill } from './states.tsx'
import { Done, statusOfRefused, WhyRefused } from './told.tsx'

/** The campaigns and the dreams in them. */

const words = {
  zh: {
    title: '活动与梦想',
    organisations: '机构',
    campaigns: '活动',
    noCampaigns: '还没有活动。',
    dreams: '梦想',
    noDreams: '还没有公布的梦想。',
    more: '更多梦想',
    inside: (n: number) => `${n} 个梦想`,
    new: '新建活动',
    id: '编号',
    idHint: '在地址里用，建好后不能改：小写字母、数字和连字符。',
    name: '名称',
    nameEn: '英文名称',
    rules: '规则',
    rulesHint: '公开。公布第一个梦想后就不能再改。',
    opensAt: '开始',
    closesAt: '结束',
    time: '北京时间（Asia/Shanghai）。',
    timeEnd: '北京时间（Asia/Shanghai）。最长 366 天。',
    make: '建立活动',
    told: { made: '活动建好了。' },
  },
  en: {
    title: 'Campaigns and dreams',
    organisations: 'Organisations',
    campaigns: 'Campaigns',
    noCampaigns: 'There is no campaign yet.',
    dreams: 'Dreams',
    noDreams: 'No dream is published yet.',
    more: 'More dreams',
    inside: (n: number) => (n === 1 ? '1 dream' : `${n} dreams`),
    new: 'Make a campaign',
    id: 'Id',
    idHint: 'Stands in addresses, for good: small letters, digits and hyphens.',
    name: 'Name in Chinese',
    nameEn: 'Name in English',
    rules: 'Rules',
    rulesHint: 'Public. Frozen when the first dream is published in it.',
    opensAt: 'Begins',
    closesAt: 'Ends',
    time: 'On the clock of Beijing (Asia/Shanghai).',
    timeEnd: 'On the clock of Beijing (Asia/Shanghai). At most 366 days.',
    make: 'Make it',
    told: { made: 'The campaign is made.' },
  },
}

async function showDreams(c: PageContext, refused: Refused | null = null): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const [campaigns, dreams] = await Promise.all([
    readAllCampaigns(c),
    readInside<DreamPage>(c, `/v1/dreams${listQuery(c, { pageSize: 50 })}`),
  ])
  const next = nextOf('/ops/dreams', dreams.nextCursor)
  return sendDeskPage(
    c,
    'dreams',
    { title: t.title, ...statusOfRefused(refused) },
    <>
      <h1>{t.title}</h1>
      <p>
        <a class="button plain" href="/ops/organisations">
          {t.organisations}
        </a>
      </p>
      <Done c={c} told={t.told} />
      <WhyRefused lang={lang} refused={refused} />
      <Section id="campaigns" title={t.campaigns}>
        {campaigns.length === 0 && <p>{t.noCampaigns}</p>}
        <ul class="plain-list">
          {campaigns.map((campaign) => (
            <CampaignRow c={c} campaign={campaign} />
          ))}
        </ul>
        <div id="new-campaign">
          <NewCampaign c={c} refused={refused} open={campaigns.length === 0} />
        </div>
      </Section>
      <Section id="dreams" title={t.dreams}>
        {dreams.items.length === 0 && <p>{t.noDreams}</p>}
        <DreamRows lang={lang} dreams={dreams.items} />
        <More href={next && `${next}#dreams`}>{t.more}</More>
      </Section>
    </>,
  )
}

const CampaignRow: FC<{ c: PageContext; campaign: ListedCampaignWire }> = ({ c, campaign }) => {
  const lang = c.get('lang')
  const t = words[lang]
  const { id, state, opensAt, closesAt, dreams } = campaign
  return (
    <li>
      <a class="queue-title" href={`/ops/campaigns/${id}`}>
        <Said>{nameOf(lang, campaign)}</Said>
      </a>
      <p class="small">
        <StatePill lang={lang} state={state} /> <Moment lang={lang} time={opensAt} /> –{' '}
        <Moment lang={lang} time={closesAt} /> · {t.inside(dreams)}
      </p>
    </li>
  )
}

const NewCampaign: FC<{ c: PageContext; refused: Refused | null; open: boolean }> = ({
  c,
  refused,
  open,
}) => {
  const lang = c.get('lang')
  const t = words[lang]
  const f = new Filled(lang, 'campaign', refused)
  return (
    <Folded f={f} summary={t.new} open={open}>
      <DeskForm action="/ops/campaigns" submit={t.make}>
        <TextField f={f} name="id" label={t.id} hint={t.idHint} max={64} required />
        <TextField f={f} name="name" label={t.name} max={200} required />
        <TextField f={f} name="nameEn" label={t.nameEn} max={200} required />
        <LongField f={f} name="rules" label={t.rules} hint={t.rulesHint} max={10_000} rows={6} required />
        <TextField f={f} name="opensAt" type="datetime-local" label={t.opensAt} hint={t.time} required />
        <TextField f={f} name="closesAt" type="datetime-local" label={t.closesAt} hint={t.timeEnd} required />
      </DeskForm>
    </Folded>
  )
}

export const dreamsPages = new Pages()

dreamsPages.view('/ops/dreams', (c) => {
  requireOperator(c)
  return showDreams(c)
})

dreamsPages.action('/ops/campaigns', async (c, form) => {
  requireOperator(c)
  const asked = await ask<{ id: string }>(c, {
    ...{ form: 'campaign', typed: form, path: '/v1/campaigns', about: { campaign_exists: 'id' } },
    json: {
      ...Object.fromEntries(['id', 'name', 'nameEn', 'rules'].map((name) => [name, form.text(name)])),
      ...{ opensAt: readMoment(form.text('opensAt')), closesAt: readMoment(form.text('closesAt')) },
    },
  })
  return asked.done
    ? c.redirect(`/ops/campaigns/${encodeURIComponent(asked.data.id)}?done=made`, 303)
    : showDreams(c, asked.refused)
})

import type { FC } from 'hono/jsx'
import type { ListedCampaignWire } from '../../campaigns/params.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { nameOf } from '../../pages/frame/names.ts'
import type { ReviewedWire } from '../../review/proposal-routes.ts'
import { writeTime } from '../../words/language.ts'
import type { Refused } from './asking.ts'
import { ChoiceField, Confirm, DeskForm, Filled, LongField, TextField } from './fields.tsx'

/** How an accepted proposal becomes a dream of a campaign. */

const words = {
  zh: {
    none: '没有还在进行或将要开始的活动。',
    make: '先建一个活动',
    campaign: '活动',
    until: (time: string) => `到 ${time}`,
    quota: '最低执行额度',
    quotaHint: '达到多少朵小红花就执行。公布后不能再改。',
    titleEn: '英文标题',
    summary: '一句话简介',
    summaryHint: '最多 500 字。不填就用“做什么”的开头。',
    sure: '我知道额度、日期和文字公布后就定下了，只能加更正。',
    publish: '公布到活动',
  },
  en: {
    none: 'There is no campaign that is open or to come.',
    make: 'Make one first',
    campaign: 'Campaign',
    until: (time: string) => `until ${time}`,
    quota: 'Quota',
    quotaHint: 'The flowers at which it is carried out. It cannot be changed after this.',
    titleEn: 'Title in English',
    summary: 'Summary',
    summaryHint: 'At most 500 characters. Left empty, it is the beginning of “What”.',
    sure: 'I know that quota, dates and text are frozen by this; later there are only amendments.',
    publish: 'Publish in the campaign',
  },
}

interface PublishProps {
  readonly c: PageContext
  readonly proposal: ReviewedWire
  readonly campaigns: readonly ListedCampaignWire[]
  readonly refused: Refused | null
}

export const PublishForm: FC<PublishProps> = ({ c, proposal, campaigns, refused }) => {
  const lang = c.get('lang')
  const t = words[lang]
  const open = campaigns.filter(({ state }) => state !== 'over')
  if (open.length === 0)
    return (
      <p>
        {t.none} <a href="/ops/dreams#new-campaign">{t.make}</a>
      </p>
    )
  const f = new Filled(lang, 'publish', refused)
  return (
    <DeskForm action={`/ops/proposals/${proposal.id}/publish`} submit={t.publish}>
      <ChoiceField
        f={f}
        name="campaign"
        label={t.campaign}
        value={c.req.query('campaign') ?? ''}
        options={open.map((each) => [
          each.id,
          `${nameOf(lang, each)} · ${t.until(writeTime(lang, each.closesAt))}`,
        ])}
      />
      <TextField f={f} name="quota" label={t.quota} hint={t.quotaHint} inputmode="numeric" required />
      <TextField f={f} name="titleEn" label={t.titleEn} max={200} required />
      <LongField f={f} name="summary" label={t.summary} hint={t.summaryHint} max={500} />
      <Confirm f={f} label={t.sure} />
    </DeskForm>
  )
}

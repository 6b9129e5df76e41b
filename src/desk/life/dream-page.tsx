import type { FC } from 'hono/jsx'
import type { AmendmentWire } from '../../campaigns/amendments-routes.ts'
import type { CampaignWire } from '../../campaigns/params.ts'
import type { DreamDetail } from '../../dreams/wire.ts'
import type { GrantWire } from '../../execution/grants-routes.ts'
import type { PageContext } from '../../pages/frame/context.ts'
import { findInside, type Listed, readInside } from '../../pages/frame/inside.ts'
import { nameOf, titleOf } from '../../pages/frame/names.ts'
import { Back, Bar, Moment, Said, Section } from '../../pages/frame/parts.tsx'
import { writeNumber } from '../../words/language.ts'
import { sendDeskPage } from '../frame.tsx'
import { Amendments } from './amendments.tsx'
import type { Refused } from './asking.ts'
import { CloseForm, StageForms } from './dream-forms.tsx'
import { NextDue } from './dream-rows.tsx'
import { GrantSection } from './grant.tsx'
import { StatePill } from './states.tsx'
import { Done, statusOfRefused, WhyRefused } from './told.tsx'

/** One published dream: where it is, what is due next, and what operators decide of it. */

const words = {
  zh: {
    back: '回到活动与梦想',
    public: '看公众看到的页面',
    offers: '承接机构与计划',
    questions: '它的问题与质疑',
    next: '待办',
    flowers: '小红花',
    of: (flowers: string, quota: string) => `${flowers} / ${quota} 朵`,
    progress: '进度',
    opens: '开始收集',
    closes: '收集截止',
    funded: '获准资助',
    coCreators: '共创方',
    nobody: '还没有机构承接',
    campaign: '活动',
    grant: '创新资助',
    stage: '执行',
    collect: '收集',
    amendments: '更正',
    told: {
      published: '梦想公布了，已经在梦想墙上。',
      closed: '停止收集了。还在路上的小红花算完后，总数就定下。',
      granted: '资助定下了，公众会知道。',
      added: '补充写上了，公众会知道。',
      moved: '梦想进入了新的状态，公众会知道。',
      amended: '更正写上了，公众会知道。',
    },
    rules: {
      grant: {
        state_conflict: '资助只给“已获资助”的梦想，由承接它的机构负责；定下后不再改，只能加补充。',
      },
      addendum: { state_conflict: '这个梦想还没有资助。', limit_reached: '补充已经到上限了。' },
      executing: '开始执行要先有资助。',
      completed: '完成要先有最终反馈。',
      stopped: '它已经在另一个状态了，从那里不能终止。',
      amend: { state_conflict: '梦想已经走到终点，文字不再更正。', limit_reached: '更正已经到上限了。' },
    },
  },
  en: {
    back: 'Back to campaigns and dreams',
    public: 'As the public sees it',
    offers: 'Who carries it out, and the plan',
    questions: 'Its questions and concerns',
    next: 'To do',
    flowers: 'Flowers',
    of: (flowers: string, quota: string) => `${flowers} / ${quota}`,
    progress: 'Progress',
    opens: 'Opens',
    closes: 'Closes',
    funded: 'Funded',
    coCreators: 'Carried out by',
    nobody: 'Nobody took it on yet',
    campaign: 'Campaign',
    grant: 'Grant',
    stage: 'Carrying it out',
    collect: 'Collecting',
    amendments: 'Amendments',
    told: {
      published: 'The dream is published and stands on the wall.',
      closed: 'It takes no more flowers. Its total is final when those under way are counted.',
      granted: 'The grant is decided, and the public is told.',
      added: 'The addendum is there, and the public is told.',
      moved: 'The dream moved on, and the public is told.',
      amended: 'The amendment is there, and the public is told.',
    },
    rules: {
      grant: {
        state_conflict:
          'A grant is for a funded dream and an organisation that took it on. It stays as it is; add an addendum.',
      },
      addendum: {
        state_conflict: 'The dream has no grant.',
        limit_reached: 'There are as many addenda as there may be.',
      },
      executing: 'It is carried out once it has its grant.',
      completed: 'It is completed by its final report.',
      stopped: 'It is in a state from which it cannot be stopped.',
      amend: {
        state_conflict: 'The dream has come to its end; its text stays as it is.',
        limit_reached: 'There are as many amendments as there may be.',
      },
    },
  },
}

/** Shows a dream. Throws dream_not_found (404). */
export async function showDream(
  c: PageContext,
  id: string,
  refused: Refused | null = null,
): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const path = `/v1/dreams/${encodeURIComponent(id)}`
  const [dream, grant, amendments] = await Promise.all([
    readInside<DreamDetail>(c, path),
    findInside<GrantWire>(c, `${path}/grant`),
    findInside<Listed<AmendmentWire>>(c, `${path}/amendments?pageSize=100`),
  ])
  const campaign =
    dream.campaign === null ? null : await findInside<CampaignWire>(c, `/v1/campaigns/${dream.campaign}`)
  const title = titleOf(lang, dream)
  return sendDeskPage(
    c,
    'dreams',
    { title, ...statusOfRefused(refused) },
    <>
      <Back href="/ops/dreams">{t.back}</Back>
      <h1>
        <Said>{title}</Said>
      </h1>
      <Done c={c} told={t.told} />
      <WhyRefused lang={lang} refused={refused} rules={t.rules} />
      <div class="desk-columns">
        <div>
          <Facts c={c} dream={dream} campaign={campaign} />
          <div class="actions">
            <a class="button plain" href={`/dreams/${id}`}>
              {t.public}
            </a>
            <a class="button plain" href={`/ops/dreams/${id}/offers`}>
              {t.offers}
            </a>
            <a class="button plain" href={`/ops/questions?dream=${id}`}>
              {t.questions}
            </a>
          </div>
          <Section id="amendments" title={t.amendments}>
            <Amendments lang={lang} dream={dream} amendments={amendments?.items ?? []} refused={refused} />
          </Section>
        </div>
        <div>
          <Section id="grant" title={t.grant}>
            <GrantSection lang={lang} dream={dream} grant={grant} refused={refused} />
          </Section>
          <Section id="stage" title={t.stage}>
            <StageForms lang={lang} dream={dream} granted={grant !== null} refused={refused} />
          </Section>
          <Section id="collect" title={t.collect}>
            <CloseForm lang={lang} dream={dream} refused={refused} />
          </Section>
        </div>
      </div>
    </>,
  )
}

const Facts: FC<{ c: PageContext; dream: DreamDetail; campaign: CampaignWire | null }> = ({
  c,
  dream,
  campaign,
}) => {
  const lang = c.get('lang')
  const t = words[lang]
  return (
    <div class="card">
      <p>
        <StatePill lang={lang} state={dream.state} />
      </p>
      <div class="gap-below">
        <Bar value={dream.flowers} max={dream.quota} label={t.progress} />
      </div>
      <dl class="facts">
        <dt>{t.next}</dt>
        <dd>
          <strong>
            <NextDue lang={lang} dream={dream} />
          </strong>
        </dd>
        <dt>{t.flowers}</dt>
        <dd>{t.of(writeNumber(lang, dream.flowers), writeNumber(lang, dream.quota))}</dd>
        <dt>{t.opens}</dt>
        <dd>
          <Moment lang={lang} time={dream.opensAt} />
        </dd>
        <dt>{t.closes}</dt>
        <dd>
          <Moment lang={lang} time={dream.closesAt} />
        </dd>
        {dream.fundedAt && (
          <>
            <dt>{t.funded}</dt>
            <dd>
              <Moment lang={lang} time={dream.fundedAt} />
            </dd>
          </>
        )}
        <dt>{t.coCreators}</dt>
        <dd>
          {dream.coCreators.length === 0
            ? t.nobody
            : dream.coCreators.map((coCreator) => (
                <p>
                  <a href={`/ops/organisations/${coCreator.organisation}`}>
                    <Said>{nameOf(lang, coCreator)}</Said>
                  </a>
                </p>
              ))}
        </dd>
        {dream.campaign !== null && (
          <>
            <dt>{t.campaign}</dt>
            <dd>
              <a href={`/ops/campaigns/${dream.campaign}`}>
                <Said>{campaign ? nameOf(lang, campaign) : dream.campaign}</Said>
              </a>
            </dd>
          </>
        )}
      </dl>
    </div>
  )
}

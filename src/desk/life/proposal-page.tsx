import type { FC } from 'hono/jsx'
import type { PageContext } from '../../pages/frame/context.ts'
import { type Listed, readInside } from '../../pages/frame/inside.ts'
import { Back, Day, Said, Section } from '../../pages/frame/parts.tsx'
import type { DeskProposalWire } from '../../review/params.ts'
import type { ReviewedWire } from '../../review/proposal-routes.ts'
import { colon } from '../../words/language.ts'
import { sendDeskPage } from '../frame.tsx'
import type { Refused } from './asking.ts'
import { readAllCampaigns } from './campaign-lists.ts'
import { Assignment, Moves } from './proposal-forms.tsx'
import { History, Notes, Similar } from './proposal-parts.tsx'
import { ProposalText } from './proposal-text.tsx'
import { PublishForm } from './publish-form.tsx'
import { StatePill } from './states.tsx'
import { Done, statusOfRefused, WhyRefused } from './told.tsx'

/** One proposal with everything that operators know of it, and what they can do with it. */

const words = {
  zh: {
    back: '回到审核',
    proposers: (n: number) => `${n} 人提出`,
    proposedOn: '提出于',
    reason: '上次决定的理由',
    mergedInto: '已并入',
    merged: '并入它的提案',
    decide: '决定',
    publish: '公布',
    dream: '看这个梦想的工作台',
    offers: '承接机构与计划',
    told: {
      noted: '备注已加上。',
      assigned: '负责人已改。',
      moved: '决定已生效，提出者会知道。',
      merged: '合并完成：它们的提出者现在都是这里的提出者。',
    },
    rules: {
      decide: { move_not_allowed: '它已经在另一个状态了。' },
      publish: {
        move_not_allowed: '只有已通过的提案可以公布。',
        dream_exists: '它已经以别的文字或在别处公布了。',
        too_late: '这个活动已经结束。',
        limit_reached: '这个活动的梦想已经满了。',
      },
      note: { limit_reached: '一个提案最多 200 条备注。' },
    },
  },
  en: {
    back: 'Back to review',
    proposers: (n: number) => (n === 1 ? '1 proposer' : `${n} proposers`),
    proposedOn: 'Proposed on',
    reason: 'Reason of the last decision',
    mergedInto: 'Merged into',
    merged: 'Merged into it',
    decide: 'Decide',
    publish: 'Publish',
    dream: 'To this dream on the desk',
    offers: 'Who carries it out, and the plan',
    told: {
      noted: 'The note is there.',
      assigned: 'Who looks at it is changed.',
      moved: 'It is decided; its proposers hear of it.',
      merged: 'Merged: whoever proposed those proposes this one now.',
    },
    rules: {
      decide: { move_not_allowed: 'It is in another state already.' },
      publish: {
        move_not_allowed: 'Only an accepted proposal is published.',
        dream_exists: 'It is published already, with other words or elsewhere.',
        too_late: 'That campaign is over.',
        limit_reached: 'That campaign is full.',
      },
      note: { limit_reached: 'A proposal has at most 200 notes.' },
    },
  },
}

/** Shows a proposal. Throws proposal_not_found (404). */
export async function showProposal(
  c: PageContext,
  id: string,
  refused: Refused | null = null,
): Promise<Response> {
  const lang = c.get('lang')
  const t = words[lang]
  const path = `/v1/review/proposals/${encodeURIComponent(id)}`
  const [proposal, similar] = await Promise.all([
    readInside<ReviewedWire>(c, path),
    readInside<Pick<Listed<DeskProposalWire>, 'items'>>(c, `${path}/similar`),
  ])
  const { title, state } = proposal
  const campaigns = state === 'accepted' ? await readAllCampaigns(c) : []
  return sendDeskPage(
    c,
    'review',
    { title, ...statusOfRefused(refused) },
    <>
      <Back href="/ops">{t.back}</Back>
      <h1>
        <Said>{title}</Said>
      </h1>
      <p>
        <StatePill lang={lang} state={state} /> №{proposal.number} · {t.proposers(proposal.proposerCount)}
        {proposal.proposedAt && (
          <>
            {' '}
            · {t.proposedOn} <Day lang={lang} time={proposal.proposedAt} />
          </>
        )}
      </p>
      <Done c={c} told={t.told} />
      <WhyRefused lang={lang} refused={refused} rules={t.rules} />
      <div class="desk-columns">
        <div>
          <Standing c={c} proposal={proposal} />
          <div class="card">
            <ProposalText lang={lang} proposal={proposal} />
          </div>
        </div>
        <div class="desk-beside">
          {state === 'accepted' && (
            <Section id="publish" title={t.publish}>
              <PublishForm c={c} proposal={proposal} campaigns={campaigns} refused={refused} />
            </Section>
          )}
          <Section id="decide" title={t.decide}>
            <Assignment c={c} proposal={proposal} />
            <Moves lang={lang} proposal={proposal} refused={refused} />
            {state === 'published' && (
              <p>
                <a href={`/ops/dreams/${id}`}>{t.dream}</a>
              </p>
            )}
            {(state === 'accepted' || state === 'published') && (
              <p>
                <a href={`/ops/dreams/${id}/offers`}>{t.offers}</a>
              </p>
            )}
          </Section>
          <Notes c={c} proposal={proposal} refused={refused} />
          <History c={c} proposal={proposal} />
        </div>
        <Similar c={c} id={id} items={similar.items} />
      </div>
    </>,
  )
}

const Standing: FC<{ c: PageContext; proposal: ReviewedWire }> = ({ c, proposal }) => {
  const t = words[c.get('lang')]
  const { reason, mergedInto, merged } = proposal
  return (
    <>
      {mergedInto !== null && (
        <p>
          {t.mergedInto} <a href={`/ops/proposals/${mergedInto}`}>{mergedInto}</a>
        </p>
      )}
      {reason !== null && (
        <p>
          {t.reason}
          {colon[c.get('lang')]}
          <Said>{reason}</Said>
        </p>
      )}
      {merged.length > 0 && (
        <>
          <h2>{t.merged}</h2>
          <ul>
            {merged.map((each) => (
              <li>
                <a href={`/ops/proposals/${each.id}`}>
                  <Said>{each.title}</Said>
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

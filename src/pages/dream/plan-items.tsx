import type { FC } from 'hono/jsx'
import type { ProgressWire } from '../../execution/progress-wire.ts'
import type { PlanWire } from '../../plans/params.ts'
import { type Lang, type Words, writeNumber } from '../../words/language.ts'
import { writeMoney } from '../../words/money.ts'
import { Bar, Day, Pill, Said, type Tone } from '../frame/parts.tsx'
import { organisationName } from './load.ts'
import { Evidence } from './progress-line.tsx'

/** The items of a plan, with what became of each. */

type MilestoneState = PlanWire['milestones'][number]['state']

const words = {
  zh: {
    milestones: '里程碑',
    done: (n: string, of: string) => `完成了 ${n} / ${of}`,
    due: '计划于',
    moved: '更新于',
    evidence: '看看做了什么',
    measures: '成效',
    budget: '预算',
    line: '科目',
    spent: '已用',
    of: '计划',
    inAll: '合计',
    states: { planned: '计划中', under_way: '进行中', done: '已完成', dropped: '已取消' },
  },
  en: {
    milestones: 'Milestones',
    done: (n: string, of: string) => `${n} of ${of} done`,
    due: 'planned for',
    moved: 'updated on',
    evidence: 'See what was done',
    measures: 'Measures',
    budget: 'Budget',
    line: 'For',
    spent: 'Spent',
    of: 'Planned',
    inAll: 'In all',
    states: { planned: 'Planned', under_way: 'Under way', done: 'Done', dropped: 'Dropped' },
  },
} satisfies Words<object>

const TONES: Readonly<Record<MilestoneState, Tone>> = {
  planned: 'plain',
  under_way: 'wait',
  done: 'good',
  dropped: 'bad',
}

/** Whose an item is, where several organisations carry the dream out. */
const Whose: FC<{ lang: Lang; plan: PlanWire; organisation: string }> = ({ lang, plan, organisation }) =>
  plan.coCreators.length < 2 ? null : (
    <>
      {' '}
      · <Said>{organisationName(lang, plan.coCreators, organisation)}</Said>
    </>
  )

export const Milestones: FC<{ lang: Lang; plan: PlanWire; progress: readonly ProgressWire[] }> = ({
  lang,
  plan,
  progress,
}) => {
  const t = words[lang]
  const { milestones, milestonesDone } = plan.totals
  if (milestones === 0) return null
  return (
    <>
      <h3>{t.milestones}</h3>
      {milestonesDone > 0 && (
        <p class="small">{t.done(writeNumber(lang, milestonesDone), writeNumber(lang, milestones))}</p>
      )}
      <ol class="milestones">
        {plan.milestones.map(({ id, organisation, title, dueOn, state, movedAt }) => {
          const told = progress.filter(({ item, text }) => item === `milestone:${id}` && text !== '')
          return (
            <li class={`milestone ${state}`}>
              <p class="row">
                <strong>
                  <Said>{title}</Said>
                </strong>
                <Pill tone={TONES[state]}>{t.states[state]}</Pill>
              </p>
              <p class="small">
                {t.due} <Day lang={lang} time={dueOn} />
                {movedAt && (
                  <>
                    {' '}
                    · {t.moved} <Day lang={lang} time={movedAt} />
                  </>
                )}
                <Whose lang={lang} plan={plan} organisation={organisation} />
              </p>
              {told.length > 0 && (
                <details>
                  <summary>
                    {t.evidence}
                    <span class="unseen">
                      : <Said>{title}</Said>
                    </span>
                  </summary>
                  {told.map((line) => (
                    <Evidence lang={lang} line={line} title={title} />
                  ))}
                </details>
              )}
            </li>
          )
        })}
      </ol>
    </>
  )
}

/** What it is to bring about, and what it has. Before funding there is only the plan. */
export const Measures: FC<{ lang: Lang; plan: PlanWire; decided: boolean }> = ({ lang, plan, decided }) => {
  const t = words[lang]
  if (plan.measures.length === 0) return null
  return (
    <>
      <h3>{t.measures}</h3>
      <ul class="measures">
        {plan.measures.map(({ organisation, name, unit, planned, actual, readAt }) => (
          <li>
            <p class="row">
              <Said>{name}</Said>
              <span>
                {decided && (
                  <>
                    <strong class="count">{writeNumber(lang, actual)}</strong> /{' '}
                  </>
                )}
                <span class="count">{writeNumber(lang, planned)}</span> <Said>{unit}</Said>
              </span>
            </p>
            {decided && <Bar value={actual} max={planned} label={name} />}
            <p class="small">
              {readAt ? (
                <>
                  {t.moved} <Day lang={lang} time={readAt} />
                </>
              ) : (
                t.of
              )}
              <Whose lang={lang} plan={plan} organisation={organisation} />
            </p>
          </li>
        ))}
      </ul>
    </>
  )
}

interface BudgetProps {
  readonly lang: Lang
  readonly plan: PlanWire
  /** Of the grant; null where there is none yet. */
  readonly currency: string | null
  readonly decided: boolean
}

/** What it costs, and what was spent of it. */
export const Budget: FC<BudgetProps> = ({ lang, plan, currency, decided }) => {
  const t = words[lang]
  if (plan.budget.length === 0) return null
  const money = (cents: number): string => writeMoney(lang, cents, currency)
  const { plannedCents, spentCents } = plan.totals
  return (
    <>
      <h3>{t.budget}</h3>
      <section class="scroll" tabindex={0} aria-label={t.budget}>
        <table class="budget">
          <thead>
            <tr>
              <th scope="col">{t.line}</th>
              {decided && (
                <th scope="col" class="number">
                  {t.spent}
                </th>
              )}
              <th scope="col" class="number">
                {t.of}
              </th>
            </tr>
          </thead>
          <tbody>
            {plan.budget.map((line) => (
              <tr>
                <th scope="row">
                  <Said>{line.name}</Said>
                  <Whose lang={lang} plan={plan} organisation={line.organisation} />
                </th>
                {decided && <td class="number">{money(line.spentCents)}</td>}
                <td class="number">{money(line.plannedCents)}</td>
              </tr>
            ))}
          </tbody>
          {plan.budget.length > 1 && (
            <tfoot>
              <tr>
                <th scope="row">{t.inAll}</th>
                {decided && <td class="number">{money(spentCents)}</td>}
                <td class="number">{money(plannedCents)}</td>
              </tr>
            </tfoot>
          )}
        </table>
      </section>
    </>
  )
}

import type { FC } from 'hono/jsx'
import { Said } from '../../pages/frame/parts.tsx'
import type { PlanWire } from '../../plans/params.ts'
import { type Lang, writeDate, writeNumber } from '../../words/language.ts'

/** What those who took a dream on plan, and how far they are. */

const words = {
  zh: {
    milestones: '里程碑',
    due: '到期',
    state: '状态',
    measures: '目标',
    actual: '现在 / 计划',
    budget: '预算',
    spent: '已用 / 计划',
    states: { planned: '未开始', under_way: '进行中', done: '完成', dropped: '取消' },
    none: '无',
  },
  en: {
    milestones: 'Milestones',
    due: 'Due',
    state: 'State',
    measures: 'Measures',
    actual: 'Now / planned',
    budget: 'Budget',
    spent: 'Spent / planned',
    states: { planned: 'Planned', under_way: 'Under way', done: 'Done', dropped: 'Dropped' },
    none: 'None',
  },
}

export const PlanView: FC<{ lang: Lang; plan: PlanWire }> = ({ lang, plan }) => {
  const t = words[lang]
  const cents = (value: number): string => writeNumber(lang, value / 100)
  return (
    <>
      <Table
        head={[t.milestones, t.due, t.state]}
        rows={plan.milestones.map(({ title, dueOn, state }) => [
          title,
          writeDate(lang, dueOn),
          t.states[state],
        ])}
      />
      <Table
        head={[t.measures, t.actual]}
        rows={plan.measures.map(({ name, unit, planned, actual }) => [
          name,
          `${writeNumber(lang, actual)} / ${writeNumber(lang, planned)} ${unit}`,
        ])}
      />
      <Table
        head={[t.budget, t.spent]}
        rows={plan.budget.map(({ name, plannedCents, spentCents }) => [
          name,
          `${cents(spentCents)} / ${cents(plannedCents)}`,
        ])}
      />
    </>
  )
}

const Table: FC<{ head: readonly [string, ...string[]]; rows: readonly (readonly string[])[] }> = ({
  head,
  rows,
}) => (
  <section class="scroll plan" tabindex={0} aria-label={head[0]}>
    <table>
      <thead>
        <tr>
          {head.map((each) => (
            <th scope="col">{each}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([first, ...rest]) => (
          <tr>
            <th scope="row" class="plan-name">
              <Said>{first}</Said>
            </th>
            {rest.map((each) => (
              <td>
                <Said>{each}</Said>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)

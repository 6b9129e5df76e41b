import type { FC } from 'hono/jsx'
import type { DreamDetail } from '../../dreams/wire.ts'
import type { GrantWire } from '../../execution/grants-routes.ts'
import type { ProgressWire } from '../../execution/progress-wire.ts'
import type { PlanWire } from '../../plans/params.ts'
import type { Lang, Words } from '../../words/language.ts'
import type { Listed } from '../frame/inside.ts'
import { More, Section } from '../frame/parts.tsx'
import { Grant } from './grant.tsx'
import { dataOf, organisationName, type Part } from './load.ts'
import { Silent } from './pieces.tsx'
import { Budget, Measures, Milestones } from './plan-items.tsx'

const words = {
  zh: {
    next: '接下来',
    planned: '它的计划',
    doing: '执行与成效',
    later: '获得资助之后，里程碑的进展、成效和反馈都会在这里公开。',
    soon: '共创方开始执行之后，里程碑的进展、成效和花费都会在这里公开。',
    all: '全部进展',
  },
  en: {
    next: 'What comes next',
    planned: 'What is planned',
    doing: 'Carrying it out',
    later: 'After funding you will find its milestones, measures and reports here.',
    soon: 'Once its co-creators begin, progress, measures and spending will be here.',
    all: 'All progress',
  },
} satisfies Words<Record<string, string>>

/** States in which a dream has been decided on. */
const DECIDED: readonly DreamDetail['state'][] = ['funded', 'executing', 'completed', 'stopped']

/** States from which nothing more comes. */
const OVER: readonly DreamDetail['state'][] = ['expired', 'completed', 'stopped']

/** True once a dream was funded: it has a grant, progress and reports, or will have. */
export const isDecided = ({ state }: Pick<DreamDetail, 'state'>): boolean => DECIDED.includes(state)

/** True while something is still to come of a dream. */
export const goesOn = ({ state }: Pick<DreamDetail, 'state'>): boolean => !OVER.includes(state)

interface ExecutionProps {
  readonly lang: Lang
  readonly dream: DreamDetail
  readonly plan: Part<PlanWire>
  readonly grant: Part<GrantWire>
  readonly progress: Part<Listed<ProgressWire>>
}

/** What those who carry a dream out planned, what became of it, and with which money. */
export const Execution: FC<ExecutionProps> = ({ lang, dream, plan, grant, progress }) => {
  const t = words[lang]
  const decided = isDecided(dream)
  const planned = dataOf(plan)
  const granted = dataOf(grant)
  const done = dataOf(progress)
  const silent = [plan, grant, progress].some(({ kind }) => kind === 'silent')
  const hasItems =
    planned !== null && planned.milestones.length + planned.measures.length + planned.budget.length > 0
  const begun = dream.state === 'executing' || (done !== null && done.items.length > 0)
  const hint = !goesOn(dream) || begun ? null : decided ? t.soon : t.later
  if (!hasItems && granted === null && !silent && hint === null) return null
  return (
    <Section id="execution" title={decided ? t.doing : hasItems ? t.planned : t.next}>
      {silent && <Silent lang={lang} />}
      {granted && (
        <Grant
          lang={lang}
          grant={granted}
          organisation={organisationName(lang, dream.coCreators, granted.organisation)}
        />
      )}
      {hasItems && (
        <>
          <Milestones lang={lang} plan={planned} progress={done?.items ?? []} />
          <Measures lang={lang} plan={planned} decided={decided} />
          <Budget lang={lang} plan={planned} currency={granted?.currency ?? null} decided={decided} />
        </>
      )}
      {hint && <p class="hint">{hint}</p>}
      {done && done.items.length > 0 && <More href={`/dreams/${dream.id}/progress`}>{t.all}</More>}
    </Section>
  )
}

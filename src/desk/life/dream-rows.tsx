import type { FC } from 'hono/jsx'
import type { DreamWire } from '../../dreams/wire.ts'
import { titleOf } from '../../pages/frame/names.ts'
import { Bar, Moment, Said } from '../../pages/frame/parts.tsx'
import type { Lang } from '../../words/language.ts'
import { writeNumber } from '../../words/language.ts'
import { StatePill } from './states.tsx'

/** Published dreams in a list: where they are, how far, and what is due next. */

const words = {
  zh: {
    progress: (title: string) => `${title} 的进度`,
    of: (flowers: string, quota: string) => `${flowers} / ${quota} 朵`,
    opens: '开始收集',
    closes: '收集截止',
    settles: '资助决定',
    report: '下一份反馈',
    overdue: '反馈已逾期',
    grant: '等待资助决定',
    returning: '正在退回小红花',
    returned: '小红花已全部退回',
    nothing: '没有待办',
  },
  en: {
    progress: (title: string) => `Progress of ${title}`,
    of: (flowers: string, quota: string) => `${flowers} / ${quota} flowers`,
    opens: 'Opens',
    closes: 'Closes',
    settles: 'To be decided on',
    report: 'Next report',
    overdue: 'Report overdue since',
    grant: 'Waits for its grant',
    returning: 'Flowers are going back',
    returned: 'All flowers went back',
    nothing: 'Nothing is due',
  },
}

/** What is due next of a dream. */
export const NextDue: FC<{ lang: Lang; dream: DreamWire }> = ({ lang, dream }) => {
  const t = words[lang]
  const [text, time] = nextOf(dream)
  return (
    <>
      {t[text]}
      {time && (
        <>
          {' '}
          <Moment lang={lang} time={time} />
        </>
      )}
    </>
  )
}

type Due = Exclude<keyof (typeof words)['zh'], 'progress' | 'of'>

function nextOf(dream: DreamWire): readonly [Due, (string | null)?] {
  const { state, opensAt, closesAt, settlesAt, reportDueAt, reportOverdue, returned } = dream
  if (reportOverdue) return ['overdue', reportDueAt]
  if (state === 'published') return ['opens', opensAt]
  if (settlesAt !== null) return ['settles', settlesAt]
  if (state === 'collecting' || state === 'reached') return ['closes', closesAt]
  if (state === 'expired') return returned?.doneAt ? ['returned'] : ['returning']
  if (state === 'funded' || state === 'executing') return reportDueAt ? ['report', reportDueAt] : ['grant']
  return ['nothing']
}

export const DreamRows: FC<{ lang: Lang; dreams: readonly DreamWire[] }> = ({ lang, dreams }) => {
  const t = words[lang]
  return (
    <ul class="cards">
      {dreams.map((dream) => {
        const title = titleOf(lang, dream)
        const [flowers, quota] = [writeNumber(lang, dream.flowers), writeNumber(lang, dream.quota)]
        return (
          <li>
            <div class="card">
              <p>
                <a class="queue-title" href={`/ops/dreams/${dream.id}`}>
                  <Said>{title}</Said>
                </a>
              </p>
              <p class="small">
                <StatePill lang={lang} state={dream.state} /> {t.of(flowers, quota)}
              </p>
              <Bar value={dream.flowers} max={dream.quota} label={t.progress(title)} />
              <p class="small">
                <NextDue lang={lang} dream={dream} />
              </p>
            </div>
          </li>
        )
      })}
    </ul>
  )
}

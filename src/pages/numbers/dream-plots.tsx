import type { FC } from 'hono/jsx'
import type { DreamWire } from '../../dreams/wire.ts'
import type { DreamNumbersWire } from '../../numbers/dream-numbers-routes.ts'
import { BarPlot } from '../../plots/bar-plot.tsx'
import { TimePlot } from '../../plots/time-plot.tsx'
import type { Words } from '../../words/language.ts'
import type { PageContext } from '../frame/context.ts'
import { callInside } from '../frame/inside.ts'
import { nameOf } from '../frame/names.ts'
import { Moment, Section } from '../frame/parts.tsx'
import { levelOverTime } from './dream-level.ts'

const words = {
  zh: {
    title: '小红花的来路',
    none: '还没有可以画的：收到第一朵花之后，每十分钟清点一次，这里就会画出来。',
    failed: '图暂时画不出来，过一会儿再看。',
    level: '累计收到的小红花（朵）',
    levelHead: '小红花',
    quota: '最低执行额度',
    sources: '这些花是在哪里得到的（朵）',
    sourcesNone: '现在没有花在这个梦想里。',
    line: '业务线',
    flowers: '小红花',
    how: '同一个账户里，先得到的花算作先捐出。',
    asOf: '数到',
  },
  en: {
    title: 'Where its flowers came from',
    none: 'Nothing to draw yet: flowers are counted every ten minutes, and after the first it is drawn here.',
    failed: 'The plots cannot be drawn right now. Look again in a while.',
    level: 'Flowers it held, over time',
    levelHead: 'Flowers',
    quota: 'Quota',
    sources: 'Where they were earned (flowers)',
    sourcesNone: 'It holds no flowers now.',
    line: 'Line',
    flowers: 'Flowers',
    how: 'Of one account the flowers that were earned first count as given first.',
    asOf: 'Counted up to',
  },
} satisfies Words<Record<string, string>>

/** Lines drawn; the table has them all. */
const MAX_LINES = 6

/** A dream's flowers over time, and by the lines in which they were earned, as plots. A sentence where they cannot be had. */
export const DreamPlots: FC<{ c: PageContext; dream: string }> = async ({ c, dream }) => {
  const lang = c.get('lang')
  const t = words[lang]
  const [read, found] = await Promise.all([
    callInside<DreamNumbersWire>(c, `/v1/dreams/${dream}/numbers`),
    callInside<DreamWire>(c, `/v1/dreams/${dream}`),
  ])
  const numbers = read.ok ? read.data : null
  return (
    <Section id="flowers-from" title={t.title}>
      {numbers === null || !found.ok ? (
        <p class="hint">{t.failed}</p>
      ) : numbers.asOf === null || numbers.byTime.length === 0 ? (
        <p class="hint">{t.none}</p>
      ) : (
        <>
          <div class="plots">
            <TimePlot
              id="plot-level"
              lang={lang}
              title={t.level}
              level={t.levelHead}
              points={levelOverTime(numbers, found.data.closesAt)}
              rule={{ name: t.quota, value: found.data.quota }}
            />
            <BarPlot
              id="plot-sources"
              lang={lang}
              title={t.sources}
              none={t.sourcesNone}
              heads={[t.line, t.flowers]}
              most={MAX_LINES}
              bars={numbers.bySource.map((source) => ({
                name: nameOf(lang, source),
                value: source.flowers,
              }))}
            />
          </div>
          <p class="small">
            {t.how} {t.asOf} <Moment lang={lang} time={numbers.asOf} />
            {lang === 'zh' ? '。' : '.'}
          </p>
        </>
      )}
    </Section>
  )
}

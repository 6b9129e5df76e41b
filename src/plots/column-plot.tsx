import type { FC } from 'hono/jsx'
import { type Words, writeDate, writeNumber, writeTime } from '../words/language.ts'
import { CountAxis, PlotFigure, type PlotProps, TimeAxis, UNIT, WIDTH } from './figure.tsx'
import { type Box, type Column, countTicks, type Frame, placeColumns } from './geometry.ts'
import { widthOf, writeCompact } from './labels.ts'

const words = {
  zh: {
    desc: (name: string, sum: string, most: string, when: string) =>
      `${name}共 ${sum}，最多的是${when}，${most}。`,
    when: '时间',
  },
  en: {
    desc: (name: string, sum: string, most: string, when: string) =>
      `${name}: ${sum} in all, most at ${when}: ${most}. `,
    when: 'Time',
  },
} satisfies Words<Record<string, unknown>>

const HEIGHT = 210
const DAY_MS = 24 * 3_600_000

/**
 * What happened in each hour or day: two counts that are compared, the first as a wide pale column, the second as a narrow
 * dark one before it, so that they are told apart by more than their colour.
 */
export const ColumnPlot: FC<
  PlotProps & {
    /** In order of time; a step in which nothing happened may be left out. */
    readonly columns: readonly Column[]
    /** When the first and the last step began, and how long one is, in ms. */
    readonly from: number
    readonly to: number
    readonly stepMs: number
    /** What the wide and the narrow columns count. */
    readonly names: readonly [wide: string, narrow: string]
  }
> = ({ columns, from, to, stepMs, names, ...plot }) => {
  const { lang } = plot
  if (columns.length === 0) return <PlotFigure {...plot} height={HEIGHT} desc="" table={null} />
  const t = words[lang]
  const labels = countTicks(Math.max(...columns.flatMap(({ wide, narrow }) => [wide, narrow])))
  const labelWidth = Math.max(...labels.map((value) => widthOf(writeCompact(lang, value))))
  const frame: Frame = { left: 10 + labelWidth * UNIT, top: 10, right: WIDTH - 20, bottom: HEIGHT - 28 }
  const placed = placeColumns(columns, { from, to, stepMs }, frame)
  const when = (at: number) => {
    const time = new Date(at).toISOString()
    return <time datetime={time}>{writeStep(at)}</time>
  }
  const writeStep = (at: number) =>
    stepMs < DAY_MS
      ? writeTime(lang, new Date(at).toISOString())
      : writeDate(lang, new Date(at).toISOString())
  const number = (value: number) => writeNumber(lang, value)
  const tell = (name: string, which: 'wide' | 'narrow') => {
    const most = columns.reduce((a, b) => (b[which] > a[which] ? b : a))
    const sum = columns.reduce((total, column) => total + column[which], 0)
    return t.desc(name, number(sum), number(most[which]), writeStep(most.at))
  }
  const table = {
    heads: [t.when, ...names],
    rows: columns.map(({ at, wide, narrow }) => [when(at), number(wide), number(narrow)]),
  }
  return (
    <PlotFigure
      {...plot}
      height={HEIGHT}
      desc={tell(names[0], 'wide') + tell(names[1], 'narrow')}
      table={table}
      legend={<Legend names={names} />}
    >
      <CountAxis lang={lang} ticks={placed.countTicks} frame={frame} />
      <TimeAxis lang={lang} ticks={placed.timeTicks} spanMs={placed.spanMs} frame={frame} />
      <path class="plot-wide" d={boxesPath(placed.boxes.map(({ wide }) => wide))} />
      <path class="plot-narrow" d={boxesPath(placed.boxes.map(({ narrow }) => narrow))} />
    </PlotFigure>
  )
}

/** Rectangles as one path, which is a third as long as an element each. */
const boxesPath = (boxes: readonly Box[]): string =>
  boxes
    .filter(({ height }) => height > 0)
    .map(({ x, y, width, height }) => `M${x},${y}h${width}v${height}h${-width}z`)
    .join('')

const Legend: FC<{ names: readonly [string, string] }> = ({ names }) => (
  <p class="plot-legend">
    {names.map((name, n) => (
      <span>
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          {n === 0 ? (
            <rect class="plot-wide" x="2" y="1" width="12" height="14" />
          ) : (
            <rect class="plot-narrow" x="5" y="1" width="6" height="14" />
          )}
        </svg>{' '}
        {name}
      </span>
    ))}
  </p>
)

import type { FC } from 'hono/jsx'
import { Moment } from '../pages/frame/parts.tsx'
import { type Words, writeNumber, writeTime } from '../words/language.ts'
import { CountAxis, PlotFigure, type PlotProps, TimeAxis, UNIT, WIDTH } from './figure.tsx'
import { countTicks, type Frame, type Point, placeLevel, thin } from './geometry.ts'
import { widthOf, writeCompact } from './labels.ts'

const words = {
  zh: {
    desc: (from: string, to: string, first: string, last: string) => `${from}为 ${first}，${to}为 ${last}。`,
    rule: (name: string, value: string) => `${name}为 ${value}。`,
    when: '时间',
  },
  en: {
    desc: (from: string, to: string, first: string, last: string) => `${first} at ${from}, ${last} at ${to}.`,
    rule: (name: string, value: string) => ` ${name}: ${value}.`,
    when: 'Time',
  },
} satisfies Words<Record<string, unknown>>

const HEIGHT = 220

/** Rows of the table: what a level was in between can be read off the picture. */
const MAX_ROWS = 40

/** A level over time, such as what was collected so far; `rule` is a level to hold it against, drawn across. */
export const TimePlot: FC<
  PlotProps & {
    /** In order of time. */
    readonly points: readonly Point[]
    readonly rule?: { readonly name: string; readonly value: number }
    /** What the level is, as the head of its column. */
    readonly level: string
  }
> = ({ points, rule, level, ...plot }) => {
  const { lang } = plot
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return <PlotFigure {...plot} height={HEIGHT} desc="" table={null} />
  const t = words[lang]
  const max = Math.max(rule?.value ?? 0, ...points.map(({ value }) => value))
  const labelWidth = Math.max(...countTicks(max).map((value) => widthOf(writeCompact(lang, value))))
  const frame: Frame = { left: 10 + labelWidth * UNIT, top: 26, right: WIDTH - 20, bottom: HEIGHT - 28 }
  const placed = placeLevel(points, rule?.value ?? null, frame)
  const [endX, endY] = placed.places.at(-1) ?? [0, 0]
  const time = (at: number) => writeTime(lang, new Date(at).toISOString())
  const number = (value: number) => writeNumber(lang, value)
  const desc =
    t.desc(time(first.at), time(last.at), number(first.value), number(last.value)) +
    (rule ? t.rule(rule.name, number(rule.value)) : '')
  const rows = thin(points, MAX_ROWS).map(({ at, value }) => [
    <Moment lang={lang} time={new Date(at).toISOString()} />,
    number(value),
  ])
  return (
    <PlotFigure {...plot} height={HEIGHT} desc={desc} table={{ heads: [t.when, level], rows }}>
      <CountAxis lang={lang} ticks={placed.countTicks} frame={frame} />
      <TimeAxis lang={lang} ticks={placed.timeTicks} spanMs={placed.spanMs} frame={frame} />
      <path class="plot-area" d={placed.area} />
      <path class="plot-line" d={placed.line} />
      <circle class="plot-dot" cx={endX} cy={endY} r="4" />
      {rule && placed.rule !== null && (
        <g class="plot-rule">
          <line x1={frame.left} x2={frame.right} y1={placed.rule} y2={placed.rule} />
          <text x={frame.left + 4} y={placed.rule - 7}>
            {rule.name} {writeCompact(lang, rule.value)}
          </text>
        </g>
      )}
    </PlotFigure>
  )
}

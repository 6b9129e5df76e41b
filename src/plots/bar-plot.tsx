import type { FC } from 'hono/jsx'
import { Said } from '../pages/frame/parts.tsx'
import { type Words, writeNumber } from '../words/language.ts'
import { PlotFigure, type PlotProps, WIDTH } from './figure.tsx'
import { placeBars } from './geometry.ts'
import { shorten, widthOf, writeCompact } from './labels.ts'

const words = {
  zh: {
    desc: (count: string, name: string, most: string) => `共 ${count} 项，最多的是${name}，${most}。`,
    others: (count: string) => `其他 ${count} 项`,
  },
  en: {
    desc: (count: string, name: string, most: string) => `${count} in all, most: ${name}, ${most}.`,
    others: (count: string) => `${count} others`,
  },
} satisfies Words<Record<string, unknown>>

/** What is named and counted; `name` may be anyone's text. */
export interface Bar {
  readonly name: string
  readonly value: number
  /** Where the table leads. */
  readonly href?: string
}

/** Bars drawn unless told otherwise, and rows of the table; what is over them is put together. */
const MAX_BARS = 12
const MAX_ROWS = 100

const ROW = { rowHeight: 42, barHeight: 14 }
const TOP = 4

/** Names in a picture are one line beside their number; in a table they may be some lines long. */
const NAME_UNITS = 44
const TABLE_UNITS = 160

/** Shares of a whole, the most first: a bar each, its name above it. */
export const BarPlot: FC<
  PlotProps & {
    /** Most first. */
    readonly bars: readonly Bar[]
    /** What is named, and what is counted, as heads of their columns. */
    readonly heads: readonly [names: string, counts: string]
    /** Bars drawn at most, before those that are put together. */
    readonly most?: number
  }
> = ({ bars, heads, most = MAX_BARS, ...plot }) => {
  const { lang } = plot
  const [first] = bars
  if (!first) return <PlotFigure {...plot} height={0} desc="" table={null} />
  const t = words[lang]
  const number = (value: number) => writeNumber(lang, value)
  const withOthers = (shown: number): Bar[] => {
    const others = bars.slice(shown)
    if (others.length < 2) return [...bars]
    const value = others.reduce((sum, bar) => sum + bar.value, 0)
    return [...bars.slice(0, shown), { name: t.others(number(others.length)), value }]
  }
  const drawn = withOthers(most)
  const placed = placeBars(
    drawn.map(({ value }) => value),
    { left: 2, top: TOP, right: WIDTH - 24 },
    ROW,
  )
  const axis = placed.bottom + 6
  const rows = withOthers(MAX_ROWS).map(({ name, value, href }) => {
    const said = <Said>{shorten(name, TABLE_UNITS)}</Said>
    return [href === undefined ? said : <a href={href}>{said}</a>, number(value)]
  })
  return (
    <PlotFigure
      {...plot}
      height={axis + 24}
      desc={t.desc(number(bars.length), shorten(first.name, NAME_UNITS), number(first.value))}
      table={{ heads: [...heads], rows }}
    >
      <g class="plot-axis">
        {placed.countTicks.map(({ value, place }, n) => (
          <>
            <line x1={place} x2={place} y1={TOP} y2={axis} />
            <text x={place} y={axis + 16} text-anchor={n === 0 ? 'start' : 'middle'}>
              {writeCompact(lang, value)}
            </text>
          </>
        ))}
      </g>
      {placed.bars.map(({ x, y, width, height }, n) => {
        const { name, value } = drawn[n] as Bar
        const told = writeCompact(lang, value)
        return (
          <>
            <rect
              class={n < most || drawn.length === bars.length ? 'plot-bar' : 'plot-wide'}
              x={x}
              y={y}
              width={width}
              height={height}
              rx="2"
            />
            <text class="plot-name" x={x} y={y - 7}>
              {shorten(name, NAME_UNITS - widthOf(told))}
            </text>
            <text class="plot-value" x={WIDTH - 4} y={y - 7} text-anchor="end">
              {told}
            </text>
          </>
        )
      })}
    </PlotFigure>
  )
}

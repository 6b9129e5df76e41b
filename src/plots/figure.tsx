import type { Child, FC, PropsWithChildren } from 'hono/jsx'
import type { Lang, Words } from '../words/language.ts'
import type { Frame, Tick } from './geometry.ts'
import { writeCompact, writeTick } from './labels.ts'

/** What every plot is made of: its picture, what it shows in words, its axes, and its numbers as a table. */

const words = {
  zh: { asTable: '看表格', none: '还没有数据。' },
  en: { asTable: 'As a table', none: 'Nothing to show yet.' },
} satisfies Words<Record<string, string>>

/** Units of a picture: a phone's width, so that letters of 14 units are legible there. */
export const WIDTH = 360

/** Letters are 14 units high: half a character of CJK is 7, the widest Latin ones a little more. */
export const UNIT = 7.4

/** What names a plot, and what its numbers are. */
export interface PlotProps {
  /** The same on no other plot of the page. */
  readonly id: string
  readonly lang: Lang
  /** What it shows, in words, with the unit. */
  readonly title: string
  /** Said instead of a picture when there is nothing to show. */
  readonly none?: string
}

/** A table's heads and rows; the first cell of a row is what the row is about. */
export interface PlotTable {
  readonly heads: readonly string[]
  readonly rows: readonly (readonly Child[])[]
}

/**
 * A plot of `height` units. `desc` says in a sentence what is to be seen; who cannot see it has that and the table.
 * `table` is null where there is nothing to show.
 */
export const PlotFigure: FC<
  PropsWithChildren<
    PlotProps & {
      readonly height: number
      readonly desc: string
      readonly table: PlotTable | null
      readonly legend?: Child
    }
  >
> = ({ id, lang, title, none, height, desc, table, legend, children }) => (
  <figure class="plot" id={id}>
    <figcaption>{title}</figcaption>
    {table === null ? (
      <p class="hint">{none ?? words[lang].none}</p>
    ) : (
      <>
        {legend}
        <svg
          role="img"
          aria-labelledby={`${id}-name ${id}-desc`}
          viewBox={`0 0 ${WIDTH} ${height}`}
          width={WIDTH}
          height={height}
        >
          <title id={`${id}-name`}>{title}</title>
          <desc id={`${id}-desc`}>{desc}</desc>
          {children}
        </svg>
        <details>
          <summary>{words[lang].asTable}</summary>
          <section class="scroll" tabindex={0} aria-label={title}>
            <TableOf {...table} />
          </section>
        </details>
      </>
    )}
  </figure>
)

const TableOf: FC<PlotTable> = ({ heads, rows }) => (
  <table>
    <thead>
      <tr>
        {heads.map((head, n) => (
          <th scope="col" class={n === 0 ? '' : 'number'}>
            {head}
          </th>
        ))}
      </tr>
    </thead>
    <tbody>
      {rows.map(([about, ...cells]) => (
        <tr>
          <th scope="row">{about}</th>
          {cells.map((cell) => (
            <td class="number">{cell}</td>
          ))}
        </tr>
      ))}
    </tbody>
  </table>
)

/** The axis of counts, with a line across the frame at each tick. */
export const CountAxis: FC<{ lang: Lang; ticks: readonly Tick[]; frame: Frame }> = ({
  lang,
  ticks,
  frame,
}) => (
  <g class="plot-axis">
    {ticks.map(({ value, place }) => (
      <>
        <line x1={frame.left} x2={frame.right} y1={place} y2={place} />
        <text x={frame.left - 6} y={place + 5} text-anchor="end">
          {writeCompact(lang, value)}
        </text>
      </>
    ))}
  </g>
)

/** The axis of time below a frame. */
export const TimeAxis: FC<{ lang: Lang; ticks: readonly Tick[]; spanMs: number; frame: Frame }> = ({
  lang,
  ticks,
  spanMs,
  frame,
}) => (
  <g class="plot-axis">
    {ticks.map(({ value, place }) => (
      <>
        <line x1={place} x2={place} y1={frame.bottom} y2={frame.bottom + 5} />
        <text x={place} y={frame.bottom + 20} text-anchor="middle">
          {writeTick(lang, value, spanMs)}
        </text>
      </>
    ))}
  </g>
)

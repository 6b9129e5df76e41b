import { scaleLinear, scaleUtc } from 'd3-scale'
import { area, line } from 'd3-shape'
import { ZONE_MS } from '../words/clock.ts'

/**
 * Where the marks of a plot are, in units of its picture. A picture is as wide as a phone, so that what is written in it
 * is legible there. Pure: what is drawn and what is tested is this.
 */

/** The part of a picture in which values are drawn. */
export interface Frame {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** A value at a time, in ms. */
export interface Point {
  readonly at: number
  readonly value: number
}

/** A place on an axis. */
export interface Tick {
  readonly value: number
  readonly place: number
}

/** Points of a line: more than one every two units cannot be told apart. */
const MAX_POINTS = 240

const round = (place: number): number => Math.round(place * 10) / 10

/** A count that can be drawn: anything else is none. */
const drawable = (value: number): number => (Number.isFinite(value) && value > 0 ? value : 0)

/** At most `most` items at even distances, the first and the last among them. */
export function thin<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items
  const step = (items.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, n) => items[Math.round(n * step)] as T)
}

/** A scale of counts from 0 to at least `max`, with whole ticks, along `range`. */
function countScale(max: number, range: readonly [number, number], count: number) {
  const scale = scaleLinear([0, Math.max(1, drawable(max))], range)
    .nice(count)
    .clamp(true)
  const ticks = scale
    .ticks(count)
    .filter(Number.isInteger)
    .map((value) => ({ value, place: round(scale(value)) }))
  return { scale, ticks }
}

/** Ticks of a vertical axis of counts up to `max`; to know how wide their labels are before there is a frame. */
export const countTicks = (max: number): number[] =>
  countScale(max, [1, 0], 4).ticks.map(({ value }) => value)

/** Labels of time that stand beside each other on a phone. */
const MAX_TIME_TICKS = 5

const DAY_MS = 24 * 3_600_000

/** Ticks of time: whole hours or days in China, on days only where a step is a day. */
function timeTicks(
  [from, to]: readonly [number, number],
  place: (at: number) => number,
  stepMs: number,
): Tick[] {
  const daysOnly = to - from > 2 * DAY_MS || stepMs >= DAY_MS
  const ticks = scaleUtc([from + ZONE_MS, to + ZONE_MS], [0, 1])
    .ticks(4)
    .map((date) => date.getTime() - ZONE_MS)
    .filter((at) => !daysOnly || (at + ZONE_MS) % DAY_MS === 0)
  const every = Math.ceil(ticks.length / MAX_TIME_TICKS)
  return ticks.filter((_, n) => n % every === 0).map((at) => ({ value: at, place: round(place(at)) }))
}

/** A level over time in a frame; `rule` is a value to hold it against. Points in order of time, at least one. */
export function placeLevel(
  points: readonly Point[],
  rule: number | null,
  { left, top, right, bottom }: Frame,
) {
  const drawn = thin(points, MAX_POINTS)
  const from = drawn[0]?.at ?? 0
  const to = Math.max(drawn.at(-1)?.at ?? 0, from + 1)
  const max = Math.max(rule ?? 0, ...drawn.map(({ value }) => drawable(value)))
  const { scale: y, ticks } = countScale(max, [bottom, top], 4)
  const x = scaleLinear([from, to], [left, right]).clamp(true)
  const places = drawn.map(({ at, value }): [number, number] => [x(at), y(drawable(value))])
  return {
    places: places.map(([px, py]): [number, number] => [round(px), round(py)]),
    line: line().digits(1)(places) ?? '',
    area: area().y0(bottom).digits(1)(places) ?? '',
    rule: rule === null ? null : round(y(rule)),
    countTicks: ticks,
    timeTicks: timeTicks([from, to], x, 0),
    spanMs: to - from,
  }
}

/** A rectangle of a column or bar. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Columns of one step of time, wide ones and narrow ones before them; counts of both are on one scale. */
export interface Column {
  readonly at: number
  readonly wide: number
  readonly narrow: number
}

const MAX_COLUMN = 32

/** Columns in a frame, from the step that begins at `from` up to and including the one that begins at `to`. */
export function placeColumns(
  columns: readonly Column[],
  { from, to, stepMs }: { readonly from: number; readonly to: number; readonly stepMs: number },
  { left, top, right, bottom }: Frame,
) {
  const max = Math.max(0, ...columns.flatMap(({ wide, narrow }) => [drawable(wide), drawable(narrow)]))
  const { scale: y, ticks } = countScale(max, [bottom, top], 4)
  const end = Math.max(to, from) + stepMs
  const x = scaleLinear([from, end], [left, right]).clamp(true)
  const band = ((right - left) * stepMs) / (end - from)
  const box = (at: number, value: number, share: number): Box => {
    const width = Math.min(band * share, MAX_COLUMN * share)
    const place = round(y(drawable(value)))
    return {
      x: round(x(at) + (band - width) / 2),
      y: place,
      width: round(width),
      height: round(bottom - place),
    }
  }
  return {
    boxes: columns
      .filter(({ at }) => at >= from && at <= to)
      .map(({ at, wide, narrow }) => ({ at, wide: box(at, wide, 0.84), narrow: box(at, narrow, 0.4) })),
    countTicks: ticks,
    // A column's time is told in its middle.
    timeTicks: timeTicks([from, Math.max(to, from)], (at) => x(at + stepMs / 2), stepMs),
    spanMs: end - from,
  }
}

/** Bars below each other, each `rowHeight` high with room for its name above it. */
export function placeBars(
  values: readonly number[],
  { left, top, right }: Omit<Frame, 'bottom'>,
  { rowHeight, barHeight }: { readonly rowHeight: number; readonly barHeight: number },
) {
  const { scale: x, ticks } = countScale(Math.max(0, ...values.map(drawable)), [left, right], 3)
  return {
    bars: values.map((value, n) => ({
      x: left,
      y: top + n * rowHeight + rowHeight - barHeight,
      width: round(x(drawable(value)) - left),
      height: barHeight,
    })) satisfies Box[],
    countTicks: ticks,
    bottom: top + values.length * rowHeight,
  }
}

import type { DreamNumbersWire } from '../../numbers/dream-numbers-routes.ts'
import type { Point } from '../../plots/geometry.ts'

const HOUR_MS = 3_600_000
const STEP_MS = { hour: HOUR_MS, day: 24 * HOUR_MS } as const

/**
 * What a dream held at the end of each step, from nothing at the beginning of the first; up to the count, or to its end
 * where that was earlier. Steps in which nothing happened keep the level.
 */
export function levelOverTime(
  { asOf, step, byTime }: Pick<DreamNumbersWire, 'asOf' | 'step' | 'byTime'>,
  closesAt: string,
): Point[] {
  const [first] = byTime
  if (!first || asOf === null) return []
  const counted = Date.parse(asOf)
  const points: Point[] = [{ at: Date.parse(first.from), value: 0 }]
  let [at, value] = [Date.parse(first.from), 0]
  for (const { from, given, refunded } of byTime) {
    const began = Date.parse(from)
    if (began > at) points.push({ at: began, value })
    value += given - refunded
    at = Math.max(began, Math.min(began + STEP_MS[step], counted))
    points.push({ at, value })
  }
  const until = Math.min(counted, Date.parse(closesAt))
  if (until > at) points.push({ at: until, value })
  return points
}

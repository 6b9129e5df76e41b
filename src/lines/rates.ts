import type { AppContext } from '../http/api.ts'
import { callObject } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { type Rate, tellRate } from '../http/rates.ts'

/** Tells a line's rate in the answer. Throws rate_limited (429) when it is over. */
export function tellLineRate(c: AppContext, rate: Rate): void {
  tellRate(c, 'line', rate)
}

/** Counts items against the line's rate, which its object keeps. Throws line_not_found (404) and rate_limited (429). */
export async function admitLine(c: AppContext, line: string, items: number): Promise<void> {
  const rate = await callObject(
    () => c.env.LINE.getByName(line),
    (stub) => stub.admit(items),
  )
  if (!rate) throw new Problem('line_not_found')
  tellLineRate(c, rate)
}

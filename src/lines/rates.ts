import type { AppContext } from '../http/api.ts'
import { Problem } from '../http/problem.ts'
import { type Rate, rateHeaders } from '../http/rates.ts'

/** Tells a line's rate in the answer. Throws rate_limited (429) when it is over. */
export function tellRate(c: AppContext, rate: Rate): void {
  const headers = rateHeaders('line', rate)
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  if (!rate.allowed) throw new Problem('rate_limited', { headers })
}

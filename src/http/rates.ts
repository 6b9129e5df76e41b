import type { Context } from 'hono'
import { Problem } from './problem.ts'

/**
 * Rate limits, in windows of a minute, told as the IETF's RateLimit header fields tell them
 * (draft-ietf-httpapi-ratelimit-headers).
 */

export const WINDOW_SECONDS = 60

/** What one request found: `limit` a window, `remaining` of it, seconds until it is whole again. */
export interface Rate {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  readonly resetSeconds: number
}

/** Counts what one party takes in the current window. */
export class RateWindow {
  #began = Number.NEGATIVE_INFINITY
  #used = 0

  /**
   * Takes `items` of `limit` at `now` (ms), or none of them. A request for more than the limit passes when the window is
   * untouched and takes all of it: refused, it could never pass.
   */
  take(items: number, limit: number, now: number): Rate {
    if (now >= this.#began + WINDOW_SECONDS * 1_000 || now < this.#began) {
      this.#began = now
      this.#used = 0
    }
    const allowed = this.#used === 0 || this.#used + items <= limit
    if (allowed) this.#used = Math.min(limit, this.#used + items)
    const resetSeconds = Math.max(1, Math.ceil((this.#began + WINDOW_SECONDS * 1_000 - now) / 1_000))
    return { allowed, limit, remaining: Math.max(0, limit - this.#used), resetSeconds }
  }
}

/** The header fields that tell a rate under a policy's name; `Retry-After` with a refusal. */
export function rateHeaders(policy: string, rate: Rate): Record<string, string> {
  const { allowed, limit, remaining, resetSeconds } = rate
  return {
    'RateLimit-Policy': `"${policy}";q=${limit};w=${WINDOW_SECONDS}`,
    RateLimit: `"${policy}";r=${remaining};t=${resetSeconds}`,
    ...(allowed ? {} : { 'Retry-After': String(resetSeconds) }),
  }
}

/**
 * Tells a rate in the answer, whatever it becomes; returns the header fields. Throws rate_limited (429) when it is over.
 */
export function tellRate(c: Context, policy: string, rate: Rate): Record<string, string> {
  const headers = rateHeaders(policy, rate)
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  if (!rate.allowed) throw new Problem('rate_limited', { headers })
  return headers
}

/** Windows of many parties. When there are too many, those looked at longest ago are forgotten. */
export class RateWindows {
  readonly #windows = new Map<string, RateWindow>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  /** As `RateWindow.take`, for one party. */
  take(party: string, items: number, limit: number, now: number): Rate {
    const window = this.#windows.get(party) ?? new RateWindow()
    this.#windows.delete(party)
    if (this.#windows.size >= this.#max) this.#windows.delete(this.#windows.keys().next().value as string)
    this.#windows.set(party, window)
    return window.take(items, limit, now)
  }
}

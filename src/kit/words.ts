import type { Answer } from './client.ts'

/**
 * What an answer says, in the few words that checks expect and the table shows: `401 signature_expired`,
 * `200 credited, refused bad_quantity`. Nothing else of an answer is ever shown: it may hold secrets, or anything.
 */

/** Most results told one by one; no check needs more. */
const MAX_TOLD = 5

/** One item's result as the platform writes it. */
export interface Result {
  readonly id: string
  readonly outcome: string
  readonly flowers: number
  readonly reason?: string
  readonly code?: string
  readonly day?: string
  readonly left?: unknown
  readonly lost?: number
}

/** The status, and the problem's code or each item's outcome. With `ids`, the items that results must be for. */
export function tell({ status, body }: Answer, ids?: readonly string[]): string {
  const { code } = (body ?? {}) as { code?: unknown }
  const results = resultsOf({ body })
  if (status >= 300) return `${status} ${word(code) ?? 'without a code'}`
  if (results === null) return `${status}`
  if (ids && ids.length !== results.length) return `${status} ${results.length} results for ${ids.length}`
  if (ids?.some((id, place) => results[place]?.id !== id)) return `${status} results for other ids`
  const more = results.length > MAX_TOLD ? `, and ${results.length - MAX_TOLD} more` : ''
  return `${status} ${results.slice(0, MAX_TOLD).map(tellResult).join(', ') || 'no results'}${more}`
}

/** The results in an answer; null where there are none. */
export function resultsOf({ body }: Pick<Answer, 'body'>): readonly Result[] | null {
  const { results } = (body ?? {}) as { results?: unknown }
  return Array.isArray(results) ? results.map((result) => (result ?? {}) as Result) : null
}

/** Flowers of the only result of an answer; null where there is none. */
export function flowersOf(answer: Answer): number | null {
  const flowers = resultsOf(answer)?.[0]?.flowers
  return Number.isSafeInteger(flowers) ? (flowers as number) : null
}

/** A field of an answer's body, for whoever knows what it is. */
export function fieldOf<Value>({ body }: Pick<Answer, 'body'>, name: string): Value | undefined {
  return body === null || typeof body !== 'object'
    ? undefined
    : ((body as Record<string, unknown>)[name] as Value | undefined)
}

function tellResult({ outcome, reason, flowers }: Result): string {
  const said = word(outcome) ?? 'no outcome'
  const why = word(reason)
  const odd =
    (said === 'refused' && flowers !== 0) || (['credited', 'would_credit'].includes(said) && !(flowers > 0))
  return `${said}${why === null ? '' : ` ${why}`}${odd ? ' with the wrong flowers' : ''}`
}

/** A word of the platform's; null for anything that could be something else. */
function word(text: unknown): string | null {
  return typeof text === 'string' && /^[a-z_]{1,40}$/.test(text) ? text : null
}

/** Steps of one check, in order. */
export function chain(...steps: string[]): string {
  return steps.join(' → ')
}

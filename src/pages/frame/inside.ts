import { api } from '../../api.ts'
import { readAnew } from '../../http/cached-reads.ts'
import { Problem, type ProblemCode } from '../../http/problem.ts'
import { vouch } from '../../users/tokens.ts'
import type { PageContext } from './context.ts'

/**
 * How a page reads and does things: through the API, inside the same Worker, as whoever is signed in. So what a page may
 * do is what the API lets that person do, checked in the same place; no page reaches into a store.
 */

/** What a problem says, as the API writes it. */
export interface ProblemBody {
  readonly code: ProblemCode
  readonly status: number
  readonly detail?: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
}

export type Answer<T> =
  | { readonly ok: true; readonly status: number; readonly data: T; readonly headers: Headers }
  | { readonly ok: false; readonly status: number; readonly problem: ProblemBody; readonly headers: Headers }

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is, with its type in `headers`. */
  readonly body?: BodyInit
  readonly headers?: Readonly<Record<string, string>>
}

/** The API's own answer to a call of whoever is signed in. */
export async function fetchInside(c: PageContext, path: string, call: Call = {}): Promise<Response> {
  const headers = new Headers(call.headers)
  const session = c.get('session')
  // Routes that anyone may ask tell more to whoever sends a token; who that is, `vouch` says.
  if (session) headers.set('Authorization', 'Session')
  if (call.json !== undefined) headers.set('Content-Type', 'application/json')
  const request = new Request(new URL(path, c.req.url), {
    method: call.method ?? 'GET',
    headers,
    body: call.json === undefined ? (call.body ?? null) : JSON.stringify(call.json),
  })
  if (session) vouch(request, session)
  // Whoever decides looks at what is so now, and at what they just did.
  if (session?.operator) readAnew(request)
  return api.fetch(request, c.env, c.executionCtx)
}

/** Calls the API; a refusal is a value. `data` is null where the answer has no body. */
export async function callInside<T>(c: PageContext, path: string, call: Call = {}): Promise<Answer<T>> {
  const answer = await fetchInside(c, path, call)
  const { status, headers } = answer
  const text = await answer.text()
  if (answer.ok) return { ok: true, status, headers, data: (text ? JSON.parse(text) : null) as T }
  return { ok: false, status, headers, problem: JSON.parse(text) as ProblemBody }
}

/** Reads from the API what a page cannot be without. Throws what the API refused it with. */
export async function readInside<T>(c: PageContext, path: string): Promise<T> {
  const answer = await callInside<T>(c, path)
  if (answer.ok) return answer.data
  throw asProblem(answer)
}

/** Reads what a page can be without: null where it is not there (404). Throws anything else. */
export async function findInside<T>(c: PageContext, path: string): Promise<T | null> {
  const answer = await callInside<T>(c, path)
  if (answer.ok) return answer.data
  if (answer.status === 404) return null
  throw asProblem(answer)
}

/** Reads what a page shows all the same without: null where it was refused or does not answer. */
export async function readOptional<T>(c: PageContext, path: string): Promise<T | null> {
  const answer = await callInside<T>(c, path)
  return answer.ok ? answer.data : null
}

/** A refusal as the error that it was inside. */
export function asProblem({ problem, headers }: Extract<Answer<unknown>, { ok: false }>): Problem {
  const retryAfter = headers.get('Retry-After')
  return new Problem(problem.code, {
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    ...(retryAfter === null ? {} : { headers: { 'Retry-After': retryAfter } }),
  })
}

/** A page of a list, as the API writes it. */
export interface Listed<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

import { setTimeout as sleep } from 'node:timers/promises'

/** How often one request is sent until its answer is definite. */
export const MAX_TRIES = 12

/** How long an answer is waited for; longer than the 10 s after which the worker itself says "unknown". */
const REQUEST_TIMEOUT_MS = 15_000

/** The longest wait before a repeat, whatever `Retry-After` asks for. */
const MAX_WAIT_MS = 2_000

/** Wait after a connection that broke, times the number of the try. */
const BROKEN_WAIT_MS = 100

/** After so long without any answer the worker is taken for gone; one that is started again comes back sooner. */
const MAX_SILENCE_MS = 20_000

/** Stands for the code of an answer that is not the worker's: wrangler's proxy has errors of its own. */
const NO_CODE = 'no_code'

/** Why a campaign cannot be played, in words for the person who started it. */
export class CannotPlay extends Error {}

export type CallKind = 'pledge' | 'webhook' | 'other'

/** A request that may be sent again unchanged. */
export interface Call {
  readonly kind: CallKind
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** How long the client waits at its first tries before it hangs up and repeats, in ms. Later tries are patient. */
  readonly patienceMs?: readonly number[]
  /** How long a patient client waits, in ms; REQUEST_TIMEOUT_MS when left out. */
  readonly timeoutMs?: number
}

/** A whole answer. */
export interface Answer {
  readonly status: number
  /** The problem's code; null for a success. */
  readonly code: string | null
  readonly text: string
  readonly replayed: boolean
}

/** Sends requests to one worker and keeps count of what comes back. */
export class Client {
  readonly #url: string
  readonly #deadline: number
  #answeredAt = Date.now()
  /** ms from sending to the last byte, of every request that was answered. */
  readonly latenciesMs: Readonly<Record<CallKind, number[]>> = { pledge: [], webhook: [], other: [] }
  /** Problems by status and code, of all tries. */
  readonly problems = new Map<string, number>()
  /** Times an impatient client hung up. */
  hungUp = 0
  /** Connections that broke and requests that timed out. */
  broken = 0

  /** Sends nothing any more at the deadline, in ms since 1970. */
  constructor(url: string, deadline: number) {
    this.#url = url
    this.#deadline = deadline
  }

  /**
   * Sends until the answer says what was done; null when MAX_TRIES did not bring one. Throws CannotPlay when the time
   * is over or the worker is gone.
   */
  async ask(call: Call): Promise<Answer | null> {
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      if (Date.now() >= this.#deadline) throw new CannotPlay('The worker is too slow: the time is over.')
      const patienceMs = call.patienceMs?.[tries - 1]
      const answer = await this.#try(call, patienceMs ?? call.timeoutMs ?? REQUEST_TIMEOUT_MS)
      if (answer && !isUndecided(answer)) return answer
      if (answer) await sleep(Math.min(answer.retryAfterMs, MAX_WAIT_MS))
      else if (patienceMs !== undefined) this.hungUp++
      else {
        this.broken++
        if (Date.now() > this.#answeredAt + MAX_SILENCE_MS)
          throw new CannotPlay('The worker does not answer any more.')
        await sleep(BROKEN_WAIT_MS * tries)
      }
    }
    return null
  }

  /** Reads, with a user's token where one is needed. */
  get(path: string, token?: string, timeoutMs = REQUEST_TIMEOUT_MS): Promise<Answer | null> {
    const headers: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` }
    return this.ask({ kind: 'other', method: 'GET', path, headers, timeoutMs })
  }

  async #try(call: Call, timeoutMs: number): Promise<(Answer & { retryAfterMs: number }) | null> {
    const { kind, method, path, headers, body } = call
    const begun = performance.now()
    let response: Response
    let text: string
    try {
      response = await fetch(`${this.#url}${path}`, {
        method,
        headers,
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined ? {} : { body }),
      })
      text = await response.text()
    } catch {
      // Hung up, timed out or broken: whatever it was, nothing is known of the request.
      return null
    }
    this.#answeredAt = Date.now()
    this.latenciesMs[kind].push(performance.now() - begun)
    const { status } = response
    const code = response.ok ? null : codeOf(text)
    if (code !== null) count(this.problems, `${status} ${code}`)
    return {
      status,
      code,
      text,
      replayed: response.headers.get('idempotent-replayed') === 'true',
      retryAfterMs: Number(response.headers.get('retry-after') ?? 1) * 1_000,
    }
  }
}

/** An answer that was not expected, in a few words. */
export function describe(answer: Answer | null): string {
  return answer ? `${answer.status} ${answer.code ?? answer.text.slice(0, 100)}` : 'nothing definite'
}

/** Adds one to a count by name. */
export function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function isUndecided({ status, code }: Answer): boolean {
  return status === 503 || code === 'idempotency_key_in_flight' || (status >= 500 && code === NO_CODE)
}

function codeOf(text: string): string {
  try {
    const { code } = JSON.parse(text) as { code?: unknown }
    if (typeof code === 'string') return code
  } catch {
    // It is no problem document.
  }
  return NO_CODE
}

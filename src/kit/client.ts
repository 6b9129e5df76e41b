/** How the kit speaks to a platform: every request bounded in time, all of them in number. */

/** All checks take some 230; a credit that is slow to be told takes 30 more. */
const MAX_REQUESTS = 500

const TIMEOUT_MS = 15_000

/** What was answered. `body` is what the JSON said; null for anything else. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

export interface Ask {
  readonly token?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is. */
  readonly text?: string
  /** Sent as JSON. */
  readonly json?: unknown
}

/** Requests to one platform. */
export class Client {
  readonly #base: string
  #left = MAX_REQUESTS

  constructor(base: string) {
    this.#base = base
  }

  /** Throws when nothing answers, and when the run has asked enough. Follows no redirect: it would carry a token along. */
  async ask(method: string, path: string, { token, headers, text, json }: Ask = {}): Promise<Answer> {
    if (this.#left-- <= 0) throw new Error(`more than ${MAX_REQUESTS} requests`)
    const body = json === undefined ? text : JSON.stringify(json)
    const answer = await fetch(`${this.#base}${path}`, {
      method,
      headers: {
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body }),
    })
    return { status: answer.status, headers: answer.headers, body: parse(await answer.text()) }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

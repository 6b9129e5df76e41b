/** How the story speaks HTTP: one call, one expected answer, and a sentence for whoever reads along. */

/** Someone in the story, by their token; null for anyone. */
export type Person = { readonly user: string; readonly token: string } | null

/** What did not go as the story says. */
class Deviation extends Error {}

/** How long something that happens by itself is waited for, and how often it is looked at. */
const PATIENCE_MS = 30_000
const LOOK_EVERY_MS = 250

/** An answer's body; the story reads what it needs. */
// biome-ignore lint/suspicious/noExplicitAny: the body of any route
export type Body = any

export class Teller {
  readonly url: string
  readonly #say: (sentence: string) => void
  /** Answers that were held to what the story expects. */
  calls = 0

  constructor(url: string, say: (sentence: string) => void) {
    this.url = url
    this.#say = say
  }

  /** Begins a chapter or tells a sentence of it. */
  say(sentence: string): void {
    this.#say(sentence)
  }

  /** Sends a request and holds its status, or its problem code, to what is expected. Returns the answer's body. */
  async call(
    person: Person,
    method: string,
    path: string,
    expected: number | string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Body> {
    const raw = body instanceof Uint8Array
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        ...(person ? { Authorization: `Bearer ${person.token}` } : {}),
        ...(body === undefined || raw ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    })
    this.calls++
    const text = await answer.text()
    const json = /json/.test(answer.headers.get('content-type') ?? '') ? safeJson(text) : null
    const fits = typeof expected === 'number' ? answer.status === expected : json?.code === expected
    if (!fits)
      throw new Deviation(
        `${method} ${path} should answer ${expected}, it is ${answer.status} ${text.slice(0, 500)}`,
      )
    return json ?? text
  }

  get(person: Person, path: string, expected: number | string = 200): Promise<Body> {
    return this.call(person, 'GET', path, expected)
  }

  post(person: Person, path: string, expected: number | string, body?: unknown, key?: string): Promise<Body> {
    return this.call(person, 'POST', path, expected, body, key ? { 'Idempotency-Key': key } : {})
  }

  /** Holds something to be so. */
  hold(that: boolean, sentence: string, found?: unknown): void {
    if (!that) throw new Deviation(`${sentence}: it is not so; ${JSON.stringify(found)?.slice(0, 800)}`)
    this.#say(`  ✓ ${sentence}`)
  }

  /** Looks until what is found is as it should be: what the worker does by itself takes its time. */
  async until(look: () => Promise<Body>, holds: (found: Body) => boolean, sentence: string): Promise<Body> {
    for (const deadline = Date.now() + PATIENCE_MS; ; ) {
      const found = await look()
      if (holds(found) || Date.now() > deadline) {
        this.hold(holds(found), sentence, found)
        return found
      }
      await sleep(LOOK_EVERY_MS)
    }
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

function safeJson(text: string): Body {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

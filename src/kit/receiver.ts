import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A receiver of callbacks on this machine. */

/** 500 items of 256 bytes are 128 KB; the rest is room. */
const MAX_BODY_BYTES = 1_048_576

/** Most callbacks remembered in a run. */
const MAX_ARRIVALS = 500

/** A callback as it came. */
export interface Arrival {
  /** `webhook-id`. */
  readonly id: string
  /** `webhook-timestamp`, in seconds. */
  readonly timestamp: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** What the body says, if it is JSON. */
  readonly type: string | null
  readonly data: Readonly<Record<string, unknown>>
  /** When it came, in ms since 1970. */
  readonly at: number
  /** The status it was answered with. */
  readonly status: number
}

/** Takes callbacks until it is closed. `answer` decides the status; 204 unless it says otherwise. */
export class Receiver {
  readonly arrivals: Arrival[] = []
  readonly #server: Server
  readonly #path: string
  readonly #answer: (arrival: Omit<Arrival, 'status'>) => number | undefined
  #refused: { readonly type: string; readonly status: number } | null = null
  #wake: (() => void)[] = []

  private constructor(path: string, answer: (arrival: Omit<Arrival, 'status'>) => number | undefined) {
    this.#path = path
    this.#answer = answer
    this.#server = createServer((request, response) => {
      this.#take(request).then(
        (status) => response.writeHead(status).end(),
        () => response.writeHead(400).end(),
      )
    })
  }

  /** Listens on this machine only; on any free port with 0. Throws when the port is taken. */
  static async start(
    port = 0,
    path = `/callbacks/${randomUUID()}`,
    answer: (arrival: Omit<Arrival, 'status'>) => number | undefined = () => undefined,
  ): Promise<Receiver> {
    const receiver = new Receiver(path, answer)
    await new Promise<void>((listening, failed) => {
      receiver.#server.once('error', failed).listen(port, '127.0.0.1', listening)
    })
    return receiver
  }

  /** Where callbacks are to be sent. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${this.#path}`
  }

  /** Answers the next callback of a type with a status. */
  refuseNext(type: string, status: number): void {
    this.#refused = { type, status }
  }

  /** The first callback that fits, as soon as it is there; null when `timeoutMs` are over. */
  async find(fits: (arrival: Arrival) => boolean, timeoutMs: number): Promise<Arrival | null> {
    const deadline = Date.now() + timeoutMs
    for (;;) {
      const found = this.arrivals.find(fits)
      const left = deadline - Date.now()
      if (found || left <= 0) return found ?? null
      await new Promise<void>((wake) => {
        const timer = setTimeout(wake, left)
        this.#wake.push(() => {
          clearTimeout(timer)
          wake()
        })
      })
    }
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #take(request: IncomingMessage): Promise<number> {
    if (request.method !== 'POST' || (this.#path !== '' && request.url !== this.#path)) return 404
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > MAX_BODY_BYTES) return 413
      chunks.push(chunk)
    }
    const body = Buffer.concat(chunks).toString()
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    )
    const arrival = {
      id: headers['webhook-id'] ?? '',
      timestamp: Number(headers['webhook-timestamp'] ?? Number.NaN),
      headers,
      body,
      ...read(body),
      at: Date.now(),
    }
    let status = this.#answer(arrival) ?? 204
    if (this.#refused && this.#refused.type === arrival.type) {
      status = this.#refused.status
      this.#refused = null
    }
    this.arrivals.push({ ...arrival, status })
    if (this.arrivals.length > MAX_ARRIVALS) this.arrivals.shift()
    for (const wake of this.#wake.splice(0)) wake()
    return status
  }
}

function read(body: string): Pick<Arrival, 'type' | 'data'> {
  try {
    const { type, data } = JSON.parse(body) as { type?: unknown; data?: unknown }
    return {
      type: typeof type === 'string' ? type : null,
      data: data !== null && typeof data === 'object' ? (data as Record<string, unknown>) : {},
    }
  } catch {
    return { type: null, data: {} }
  }
}

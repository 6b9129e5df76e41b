import { Random } from '../random.ts'

/** Thrown when a history does not come to rest. */
class NotQuiet extends Error {}

interface Event {
  readonly at: number
  readonly order: number
  run(): void
}

/**
 * Virtual time. Everything that waits is an event; events run one at a time in the order of their time, and all that
 * follows from one (promise continuations) is done before the next.
 */
export class Clock {
  readonly random: Random
  #events: Event[] = []
  #order = 0
  now = Date.UTC(2022, 8, 7)

  constructor(seed: number) {
    this.random = new Random(seed)
  }

  /** Runs something `ms` from now; returns what cancels it. */
  after(ms: number, run: () => void): () => void {
    const event = { at: this.now + Math.max(0, ms), order: this.#order++, run }
    let low = 0
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#events[middle] as Event).at <= event.at) low = middle + 1
      else high = middle
    }
    this.#events.splice(low, 0, event)
    return () => {
      const index = this.#events.indexOf(event)
      if (index >= 0) this.#events.splice(index, 1)
    }
  }

  /** Resolves `ms` from now. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve)
    })
  }

  /** Lets time pass and runs the events that fall into it; `between` runs after each. */
  async run(ms: number, maxEvents: number, between: () => void = () => {}): Promise<void> {
    const end = this.now + ms
    await drained()
    for (let count = 0; ; count++) {
      const event = this.#events[0]
      if (!event || event.at > end) break
      if (count >= maxEvents) throw new NotQuiet(`more than ${maxEvents} events`)
      this.#events.shift()
      this.now = Math.max(this.now, event.at)
      event.run()
      await drained()
      between()
    }
    this.now = end
  }
}

/** Resolves when every promise continuation that can run has run. */
function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

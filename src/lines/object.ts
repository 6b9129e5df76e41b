import { DurableObject } from 'cloudflare:workers'
import { dispatchQuietly } from '../callbacks/dispatch.ts'
import { after } from '../commit/timer.ts'
import type { Env } from '../env.ts'
import type { Rate } from '../http/rates.ts'
import { commitCredits, findActs } from '../ledger/store.ts'
import { loadLine } from '../registry/store.ts'
import { Reporter } from './reporter.ts'
import type { ReportedAct } from './rules.ts'

/** How long subscribers wait for word of a credit, so that a busy line sends it once a second. */
const WORD_AFTER_MS = 1_000

/** One business line. The object is a shell around a `Reporter`; it keeps nothing durable. */
export class Line extends DurableObject<Env> {
  readonly #reporter: Reporter
  #sending = false

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const line = ctx.id.name
    if (!line) throw new Error('a line is addressed by its id as the name')
    this.#reporter = new Reporter({
      line,
      now: () => Date.now(),
      after,
      random: () => crypto.getRandomValues(new Uint32Array(1))[0] as number,
      commitCredits: (batch) => commitCredits(env, batch, () => this.#sendWord()),
      findActs: (keys) => findActs(env, keys),
      loadLine: () => loadLine(env.DB, line),
      log: (event) => console.log(JSON.stringify(event)),
    })
  }

  /** Credits acts, given as the JSON of `ReportedAct[]`. Returns the JSON of a `ReportOutcome`. */
  async report(acts: string): Promise<string> {
    return JSON.stringify(await this.#reporter.report(JSON.parse(acts) as ReportedAct[]))
  }

  /** Sends subscribers word of what is credited, once for all that comes within a moment. */
  #sendWord(): void {
    if (this.#sending) return
    this.#sending = true
    after(WORD_AFTER_MS, () => {
      this.#sending = false
      this.ctx.waitUntil(dispatchQuietly(this.env))
    })
  }

  /** Counts items that do not pass through here against the line's rate; null for a line that does not exist. */
  async admit(items: number): Promise<Rate | null> {
    return this.#reporter.admit(items)
  }
}

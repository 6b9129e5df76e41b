import { DurableObject } from 'cloudflare:workers'
import { after } from '../commit/timer.ts'
import type { Env } from '../env.ts'
import { commitCredits, findEntries } from '../ledger/store.ts'
import { loadLine } from '../registry/store.ts'
import { Reporter } from './reporter.ts'
import type { ReportedAct } from './rules.ts'

/** One business line. The object is a shell around a `Reporter`; it keeps nothing durable. */
export class Line extends DurableObject<Env> {
  readonly #reporter: Reporter

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const line = ctx.id.name
    if (!line) throw new Error('a line is addressed by its id as the name')
    this.#reporter = new Reporter({
      line,
      now: () => Date.now(),
      after,
      random: () => crypto.getRandomValues(new Uint32Array(1))[0] as number,
      commitCredits: (batch) => commitCredits(env, batch),
      findEntries: (keys) => findEntries(env, keys),
      loadLine: () => loadLine(env.DB, line),
      log: (event) => console.log(JSON.stringify(event)),
    })
  }

  /** Credits acts, given as the JSON of `ReportedAct[]`. Returns the JSON of a `ReportOutcome`. */
  async report(acts: string): Promise<string> {
    return JSON.stringify(await this.#reporter.report(JSON.parse(acts) as ReportedAct[]))
  }
}

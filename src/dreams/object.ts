import { DurableObject } from 'cloudflare:workers'
import { dispatchQuietly } from '../callbacks/dispatch.ts'
import { after } from '../commit/timer.ts'
import { type Env, readConfig } from '../env.ts'
import { returnPledges } from '../ledger/returns.ts'
import { commitPledges, commitTakeBacks, findEntries } from '../ledger/store.ts'
import { Collector } from './collector.ts'
import { SqliteDreamStorage } from './journal.ts'
import type { PledgeAsk, TakeBackAsk } from './outcomes.ts'
import type { DreamRecord } from './rules.ts'
import { countReturning, loadDefinition, publishProgress } from './store.ts'

/**
 * One dream. The object is a shell: it gives a `Collector` the object's storage, alarm and bindings.
 *
 * Pledges go in and out as JSON text: workerd serialises a returned object at half the rate of a string
 * (4,100 against 7,600 calls a second, measured with the same route).
 */
export class Dream extends DurableObject<Env> {
  readonly #collector: Collector
  /** Whether subscribers have something to hear since they were last sent word. */
  #tells = true
  #eventsTold = ''

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const dream = ctx.id.name
    if (!dream) throw new Error('a dream is addressed by its id as the name')
    this.#collector = new Collector({
      dream,
      storage: new SqliteDreamStorage(ctx.storage.sql),
      now: () => Date.now(),
      after,
      setAlarm: (at) => void ctx.storage.setAlarm(at),
      commitPledges: (batch) =>
        commitPledges(env, batch, () => {
          this.#tells = true
        }),
      commitTakeBacks: (batch) => commitTakeBacks(env, batch),
      settlingMs: readConfig(env).settlingMs,
      findEntries: (keys) => findEntries(env, keys),
      loadDefinition: () => loadDefinition(env.DB, dream),
      countReturning: () => countReturning(env.DB),
      returnRange: (upTo, now) => returnPledges(env, dream, upTo, now),
      publish: (record, now) => this.#publish(dream, record, now),
      log: (event) => console.log(JSON.stringify(event)),
    })
  }

  /** One pledge. Returns the JSON of its `PledgeOutcome`. */
  async pledge(user: string, key: string, flowers: number): Promise<string> {
    const [outcome] = await this.#collector.pledge([{ user, key, flowers }])
    return JSON.stringify(outcome)
  }

  /** Many pledges, as the JSON of `PledgeAsk[]`. Returns the JSON of a `PledgeOutcome` each, in order. */
  async pledgeMany(asks: string): Promise<string> {
    return JSON.stringify(await this.#collector.pledge(JSON.parse(asks) as PledgeAsk[]))
  }

  /** Pledges to be taken back, as the JSON of `TakeBackAsk[]`. Returns the JSON of a `TakeBackOutcome` each, in order. */
  async takeBack(asks: string): Promise<string> {
    return JSON.stringify(await this.#collector.takeBack(JSON.parse(asks) as TakeBackAsk[]))
  }

  /** Closes the dream to new pledges; null for a dream that does not exist. */
  async close(): Promise<DreamRecord | null> {
    return this.#collector.close()
  }

  /** Moves the end of collecting ahead to `closesAt` (ms), before it has come; null for a dream that does not exist. */
  async extend(closesAt: number): Promise<DreamRecord | null> {
    return this.#collector.extend(closesAt)
  }

  /** The dream as its object knows it; null for a dream that does not exist. */
  async snapshot(): Promise<DreamRecord | null> {
    return this.#collector.snapshot()
  }

  /** Publishes, and sends subscribers word of what the ledger or this publication told them. */
  async #publish(dream: string, record: DreamRecord, now: number): Promise<void> {
    await publishProgress(this.env.DB, dream, record, now)
    const { reachedAt, closedAt, fundedAt, expiredAt } = record
    const events = [reachedAt, closedAt, fundedAt, expiredAt].join()
    if (!this.#tells && events === this.#eventsTold) return
    this.#tells = false
    this.#eventsTold = events
    this.ctx.waitUntil(dispatchQuietly(this.env))
  }

  override async alarm(): Promise<void> {
    await this.#collector.wake()
  }
}

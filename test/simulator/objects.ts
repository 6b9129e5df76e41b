import { Collector } from '../../src/dreams/collector.ts'
import type { DreamStorage, JournaledBatch } from '../../src/dreams/journal.ts'
import type { PledgeAsk, PledgeOutcome, TakeBackAsk, TakeBackOutcome } from '../../src/dreams/outcomes.ts'
import type { DreamRecord } from '../../src/dreams/rules.ts'
import { countReturning, findDecided, loadDefinition, publishProgress } from '../../src/dreams/store.ts'
import { returnPledges } from '../../src/ledger/returns.ts'
import { findStandingPledges, revokeFromBalances } from '../../src/ledger/revocations.ts'
import {
  commitCredits,
  commitPledges,
  commitTakeBacks,
  findActs,
  findEntries,
} from '../../src/ledger/store.ts'
import type { PledgeVerdict } from '../../src/ledger/verdicts.ts'
import { Reporter, type ReportOutcome } from '../../src/lines/reporter.ts'
import { type RevokedAct, type RevokeResult, revokeActs } from '../../src/lines/revoking.ts'
import type { ReportedAct } from '../../src/lines/rules.ts'
import { loadLine } from '../../src/registry/store.ts'
import type { Bug } from './bugs.ts'
import type { Clock } from './clock.ts'
import type { SimDatabase } from './database.ts'

/** The caller's side of an object that ended in the midst of a call. */
class ObjectDied extends Error {}

interface Durable {
  readonly record: DreamRecord | null
  readonly batch: JournaledBatch | null
  readonly alarm: { readonly at: number } | null
}

/** From reaching the quota to the funding decision. */
const SETTLING_MS = 4_000

/** Entries given back in one range: a few ranges a history. */
const RETURN_ROWS = 25

/** How long a write may take to become durable. */
const SYNC_MS = 2

/**
 * The life of one object's instances: an instance ends at any moment and takes with it what was not durable; nothing
 * it says is heard before what it wrote is durable (workerd's output gate).
 */
abstract class SimObject {
  protected readonly clock: Clock
  protected readonly database: SimDatabase
  #instance = 0
  #calls = new Set<(error: Error) => void>()

  constructor(clock: Clock, database: SimDatabase) {
    this.clock = clock
    this.database = database
  }

  /** Ends the running instance. */
  crash(): void {
    this.#instance++
    this.lose()
    const calls = this.#calls
    this.#calls = new Set()
    for (const fail of calls) fail(new ObjectDied('the object ended'))
  }

  protected abstract lose(): void

  /** Runs `run` once what is written now is durable, if this instance still lives then. */
  protected abstract gate(run: () => void): void

  /** Wraps a callback so that it runs only while this instance lives. */
  protected alive<Args extends unknown[]>(run: (...args: Args) => void): (...args: Args) => void {
    const instance = this.#instance
    return (...args) => {
      if (instance === this.#instance) run(...args)
    }
  }

  protected after = (ms: number, run: () => void): (() => void) => this.clock.after(ms, this.alive(run))

  /** The database as this instance sees it: requests wait for the gate, replies find only a living instance. */
  protected connect(): { DB: D1Database } {
    return {
      DB: this.database.connect(
        (send) => this.gate(send),
        this.alive((reply: () => void) => reply()),
      ),
    }
  }

  /** A call from outside: it fails when the instance ends before its answer is out. */
  protected call<Result>(run: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        this.#calls.delete(fail)
        reject(error)
      }
      this.#calls.add(fail)
      const done = this.alive((result: Result) =>
        this.gate(() => {
          this.#calls.delete(fail)
          resolve(result)
        }),
      )
      run().then(done, this.alive(fail))
    })
  }
}

/** One dream's object over its durable storage. */
export class SimDream extends SimObject {
  readonly id: string
  readonly reachedLog: number[] = []
  durable: Durable = { record: null, batch: null, alarm: null }
  #volatile: Durable = this.durable
  #collector: Collector | null = null
  #cancelAlarm: (() => void) | null = null
  #ringing: Durable['alarm'] = null
  /** Marks of what was sent to be taken back, for a planted bug. */
  readonly #sent = new Set<number>()
  /** Ranges that were asked to be given back, for a planted bug. */
  readonly #walked = new Set<string | null>()
  readonly #bug: Bug | null
  readonly #alarmTwice: () => boolean

  constructor(clock: Clock, database: SimDatabase, id: string, bug: Bug | null, alarmTwice: () => boolean) {
    super(clock, database)
    this.id = id
    this.#bug = bug
    this.#alarmTwice = alarmTwice
  }

  pledge(asks: readonly PledgeAsk[]): Promise<readonly PledgeOutcome[]> {
    return this.call(() => this.#running().pledge(asks))
  }

  takeBack(asks: readonly TakeBackAsk[]): Promise<readonly TakeBackOutcome[]> {
    return this.call(() => this.#running().takeBack(asks))
  }

  close(): Promise<DreamRecord | null> {
    return this.call(() => this.#running().close())
  }

  extend(closesAt: number): Promise<DreamRecord | null> {
    return this.call(() => this.#running().extend(closesAt))
  }

  protected lose(): void {
    this.#collector = null
    this.#ringing = null
    this.#volatile = this.durable
    this.#scheduleAlarm()
  }

  protected gate(run: () => void): void {
    if (this.#volatile === this.durable) {
      run()
      return
    }
    const state = this.#volatile
    this.after(this.clock.random.between(0, SYNC_MS), () => {
      // A later state has all of an earlier one; syncing out of order must not bring an earlier one back.
      if (!this.#older(state)) this.durable = state
      this.#scheduleAlarm()
      run()
    })
  }

  #generation = new WeakMap<Durable, number>()
  #generations = 0

  #older(state: Durable): boolean {
    return (this.#generation.get(state) ?? 0) < (this.#generation.get(this.durable) ?? 0)
  }

  #write(change: Partial<Durable>): void {
    this.#volatile = { ...this.#volatile, ...change }
    this.#generation.set(this.#volatile, ++this.#generations)
    this.gate(() => {})
  }

  /** The platform keeps an alarm until its handler has returned, and rings again when the object ended in it. */
  #scheduleAlarm(): void {
    this.#cancelAlarm?.()
    this.#cancelAlarm = null
    const { alarm } = this.durable
    if (alarm === null || alarm === this.#ringing) return
    this.#cancelAlarm = this.clock.after(alarm.at - this.clock.now, () => this.#ring())
  }

  #ring(): void {
    this.#cancelAlarm = null
    const rung = this.durable.alarm
    this.#ringing = rung
    const collector = this.#running()
    const work = [collector.wake()]
    if (this.#alarmTwice()) work.push(collector.wake())
    void Promise.all(work).then(
      this.alive(() => {
        if (this.#volatile.alarm === rung) this.#write({ alarm: null })
        this.gate(() => {
          if (this.#ringing === rung) this.#ringing = null
          this.#scheduleAlarm()
        })
      }),
    )
  }

  #load(): { record: DreamRecord | null; batch: JournaledBatch | null } {
    const { record, batch } = this.#volatile
    if (record && this.#bug === 'sequence-restarts') return { record: { ...record, settledSeq: 0 }, batch }
    if (record && this.#bug === 'forgets-reached') return { record: { ...record, reachedAt: null }, batch }
    if (record && this.#bug === 'forgets-funding')
      return { record: { ...record, fundedAt: null, settlesAt: null }, batch }
    return { record, batch }
  }

  #running(): Collector {
    this.#collector ??= this.#start()
    return this.#collector
  }

  #start(): Collector {
    const env = this.connect()
    const commit = (batch: Parameters<typeof commitPledges>[1]) => commitPledges(env, batch)
    const storage: DreamStorage = {
      load: () => this.#load(),
      saveRecord: (record) => this.#write({ record }),
      saveBatch: (batch) => this.#write(this.#bug === 'no-journal' ? {} : { batch }),
    }
    return new Collector({
      dream: this.id,
      settlingMs: SETTLING_MS,
      storage,
      now: () => this.clock.now,
      after: this.after,
      setAlarm: (at) => this.#write({ alarm: { at } }),
      commitPledges: this.#bug === 'answers-before-commit' ? (batch) => answerFirst(batch, commit) : commit,
      commitTakeBacks: async (batch) => {
        const again = batch.rows.map(([, , mark]) => this.#sent.has(mark))
        for (const [, , mark] of batch.rows) this.#sent.add(mark)
        const verdicts = await commitTakeBacks(env, batch)
        return this.#bug === 'redriven-take-back-forgotten'
          ? verdicts.map((verdict, place) => ({ ...verdict, replayed: again[place] as boolean }))
          : verdicts
      },
      findEntries: (keys) => findEntries(env, keys),
      loadDefinition: () => loadDefinition(env.DB, this.id),
      countReturning: () => countReturning(env.DB),
      returnRange: async (upTo, now) => {
        const again = this.#walked.has(upTo)
        this.#walked.add(upTo)
        const range = await returnPledges(env, this.id, upTo, now, RETURN_ROWS)
        return again && this.#bug === 'redriven-return-forgotten'
          ? { ...range, flowers: 0, pledges: 0 }
          : range
      },
      publish: (record, now) => publishProgress(env.DB, this.id, record, now),
      log: this.alive((event) => {
        if (event.event === 'dream.reached') this.reachedLog.push(Number(event.flowers))
      }),
    })
  }
}

/** A planted bug: the callers are told before the ledger has answered. */
async function answerFirst(
  batch: Parameters<typeof commitPledges>[1],
  commit: (batch: Parameters<typeof commitPledges>[1]) => Promise<PledgeVerdict[]>,
): Promise<PledgeVerdict[]> {
  void commit(batch).catch(() => {})
  return batch.rows.map(([, , , mark]) => ({ kind: 'accepted', mark, at: batch.at, replayed: false }))
}

/** One line's object. It has no storage, so nothing gates it. */
export class SimLine extends SimObject {
  readonly id: string
  #reporter: Reporter | null = null

  constructor(clock: Clock, database: SimDatabase, id: string) {
    super(clock, database)
    this.id = id
  }

  report(acts: readonly ReportedAct[]): Promise<ReportOutcome> {
    return this.call(() => this.#running().report(acts))
  }

  protected lose(): void {
    this.#reporter = null
  }

  protected gate(run: () => void): void {
    run()
  }

  #running(): Reporter {
    if (!this.#reporter) {
      const env = this.connect()
      this.#reporter = new Reporter({
        line: this.id,
        now: () => this.clock.now,
        after: this.after,
        random: () => Math.floor(this.clock.random.next() * 2 ** 32),
        commitCredits: (batch) => commitCredits(env, batch),
        findActs: (keys) => findActs(env, keys),
        loadLine: () => loadLine(env.DB, this.id),
        log: () => {},
      })
    }
    return this.#reporter
  }
}

/** A request of the Worker, which no object stands behind: it ends when it ends. */
export class SimRequest {
  readonly #env: { readonly DB: D1Database }
  readonly #clock: Clock
  readonly #dreams: readonly SimDream[]

  constructor(clock: Clock, database: SimDatabase, dreams: readonly SimDream[]) {
    const pass = (run: () => void) => run()
    this.#env = { DB: database.connect(pass, pass) }
    this.#clock = clock
    this.#dreams = dreams
  }

  get env(): { readonly DB: D1Database } {
    return this.#env
  }

  /** Takes acts of a line back, as the route does. */
  revoke(line: string, acts: readonly RevokedAct[]): Promise<readonly RevokeResult[] | 'pending'> {
    const { random } = this.#clock
    return revokeActs(line, acts, {
      revokeFromBalances: (asks, mark, given) =>
        revokeFromBalances(this.#env, line, asks, mark, this.#clock.now, given),
      findStandingPledges: (users, without) => findStandingPledges(this.#env, users, without),
      findDecided: (ids) => findDecided(this.#env.DB, ids),
      takeBack: async (id, asks) => {
        const dream = this.#dreams.find((each) => each.id === id)
        if (!dream) throw new Error(`there is no dream ${id}`)
        return dream.takeBack(asks)
      },
      random: () => Math.floor(random.next() * 2 ** 53),
    })
  }
}

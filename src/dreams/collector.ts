import { bounded } from '../commit/bounded.ts'
import { GroupCommit } from '../commit/group-commit.ts'
import { MARK_SPAN } from '../commit/limits.ts'
import type { LedgerBatch } from '../ledger/store.ts'
import { type EntryRecord, type PledgeRow, type PledgeVerdict, readPledge } from '../ledger/verdicts.ts'
import type { DreamStorage, JournaledBatch } from './journal.ts'
import { type PledgeAsk, type PledgeOutcome, toOutcome } from './outcomes.ts'
import {
  applyClose,
  applyDrained,
  applySettled,
  type DreamDefinition,
  type DreamRecord,
  decidePledge,
  isOver,
  nextAlarm,
  openRecord,
  PUBLISH_EVERY_MS,
} from './rules.ts'

/** Everything a collector needs of the world. */
export interface CollectorDeps {
  readonly dream: string
  readonly storage: DreamStorage
  now(): number
  after(ms: number, run: () => void): () => void
  /** Sets the one alarm, in ms since 1970. Takes effect with the storage writes around it. */
  setAlarm(at: number): void
  commitPledges(batch: LedgerBatch<PledgeRow>): Promise<readonly PledgeVerdict[]>
  /** The rows stored under users' keys, null where there is none; an answer an ask, in order. */
  findEntries(
    keys: readonly (readonly [user: string, key: string])[],
  ): Promise<readonly (EntryRecord | null)[]>
  loadDefinition(): Promise<DreamDefinition | null>
  publish(record: DreamRecord, now: number): Promise<void>
  log(event: Record<string, unknown>): void
}

interface Batch extends JournaledBatch {
  readonly rows: readonly PledgeRow[]
}

/**
 * Collects the flowers of one dream: decides who may pledge, commits pledges in groups, keeps the total, notes the
 * quota crossing, publishes. Everything in memory comes back from storage: an instance may end at any await.
 */
export class Collector {
  readonly #deps: CollectorDeps
  readonly #commit: GroupCommit<PledgeAsk, Batch, PledgeVerdict>
  #record: DreamRecord | null
  #loading: Promise<DreamRecord | null> | null = null
  #armedAt: number | null = null
  #retryAt: number | null = null
  #unsaved = false
  /** Ends when the first try at a former instance's batch has. */
  #recovery: Promise<void> = Promise.resolve()
  #publishedVersion = -1
  #lastPublishedAt = 0

  constructor(deps: CollectorDeps) {
    this.#deps = deps
    this.#commit = new GroupCommit<PledgeAsk, Batch, PledgeVerdict>({
      begin: (asks) => this.#begin(asks),
      write: (batch) =>
        deps.commitPledges({ ref: deps.dream, at: batch.at, rows: batch.rows, body: batch.body }),
      settle: (batch, verdicts) => this.#settle(batch, verdicts),
      idOf: ({ user, key, flowers }) => `${user}\n${key}\n${flowers}`,
      stalled: (reason, retryInMs) => this.#stalled(reason, retryInMs),
      after: deps.after,
    })
    const { record, batch } = deps.storage.load()
    this.#record = record
    if (record && batch && batch.seq > record.settledSeq) this.#redriveJournaled(batch)
    if (record) this.#arm()
  }

  /** Pledges flowers; an outcome an ask, in order. Each is known to be durable, or says that it is not known. */
  async pledge(asks: readonly PledgeAsk[]): Promise<readonly PledgeOutcome[]> {
    let record: DreamRecord | null
    try {
      record = this.#record ?? (await this.#open())
    } catch (error) {
      this.#deps.log({ event: 'dream.open_failed', dream: this.#deps.dream, error: String(error) })
      return asks.map(() => ({ kind: 'shed' }))
    }
    if (!record) return asks.map(() => ({ kind: 'unknown_dream' }))
    const now = this.#deps.now()
    if (isOver(record, now)) this.#beginClose()
    const joinOnly = decidePledge(this.#record ?? record, now) === 'not_collecting'
    const answers = await this.#commit.submit(asks, joinOnly)
    const dropped = asks.filter((_, place) => answers[place]?.kind === 'dropped')
    const recalled = dropped.length > 0 ? await this.#recall(dropped) : []
    let next = 0
    return answers.map((reply) =>
      reply.kind === 'dropped' ? (recalled[next++] as PledgeOutcome) : toOutcome(this.#deps.dream, reply),
    )
  }

  /** Closes the dream to new pledges. Closed at once when nothing is away, else when the journal is drained. */
  async close(): Promise<DreamRecord | null> {
    if (!(this.#record ?? (await this.#open()))) return null
    this.#beginClose()
    this.#persist()
    return this.#record
  }

  /** The dream as its object knows it now, or null for a dream that does not exist. */
  async snapshot(): Promise<DreamRecord | null> {
    await this.#recovery
    this.#persist()
    return this.#record ?? (await this.#open())
  }

  /** What the alarm does: close on time, re-drive, publish. Harmless however often it runs. */
  async wake(): Promise<void> {
    this.#armedAt = null
    try {
      const now = this.#deps.now()
      if (this.#record && isOver(this.#record, now)) this.#beginClose()
      if (this.#retryAt !== null && now >= this.#retryAt) {
        this.#retryAt = null
        // Armed before the attempt: should this instance end in it, the next one is woken.
        this.#arm()
        await this.#commit.redrive()
      }
      this.#finishClose()
      await this.#publish()
    } catch (error) {
      this.#deps.log({ event: 'dream.wake_failed', error: String(error) })
    } finally {
      this.#arm()
    }
  }

  #open(): Promise<DreamRecord | null> {
    this.#loading ??= bounded(this.#deps.after, () => this.#deps.loadDefinition())
      .then((definition) => {
        if (definition && !this.#record) {
          this.#record = openRecord(definition)
          this.#publishedVersion = definition.version
          this.#deps.storage.saveRecord(this.#record)
          this.#arm()
        }
        return this.#record
      })
      .finally(() => {
        this.#loading = null
      })
    return this.#loading
  }

  #begin(asks: readonly PledgeAsk[]): Batch {
    const record = this.#known()
    const seq = record.settledSeq + 1
    const rows = asks.map(
      ({ user, key, flowers }, place) => [user, key, flowers, seq * MARK_SPAN + place] as const,
    )
    const batch = { seq, at: this.#deps.now(), rows, body: JSON.stringify(rows) }
    this.#persist()
    this.#deps.storage.saveBatch(batch)
    this.#arm(true)
    return batch
  }

  #settle(batch: Batch, verdicts: readonly PledgeVerdict[]): void {
    const before = this.#known()
    const flowersAsked = batch.rows.map(([, , flowers]) => flowers)
    const now = this.#deps.now()
    const after = applySettled(before, batch.seq, flowersAsked, verdicts, now)
    this.#record = after
    this.#unsaved = true
    this.#retryAt = null
    if (before.reachedAt === null && after.reachedAt !== null)
      this.#deps.log({
        event: 'dream.reached',
        dream: this.#deps.dream,
        flowers: after.flowers,
        quota: after.quota,
      })
    // The alarm that closes may have been busy with this very batch: what queued behind it came too late.
    if (isOver(after, now)) this.#beginClose()
    if (this.#known().state === 'closing') this.#save(applyDrained(this.#known(), now))
    this.#arm()
  }

  #redriveJournaled(journaled: JournaledBatch): void {
    const rows = JSON.parse(journaled.body) as PledgeRow[]
    const asks = rows.map(([user, key, flowers]) => ({ user, key, flowers }))
    this.#commit.restore({ ...journaled, rows }, asks)
    this.#recovery = this.#commit.redrive()
  }

  #stalled(reason: unknown, retryInMs: number): void {
    this.#retryAt = this.#deps.now() + retryInMs
    this.#deps.log({
      event: 'dream.commit_stalled',
      dream: this.#deps.dream,
      retryInMs,
      error: String(reason),
    })
    this.#arm()
  }

  #beginClose(): void {
    const record = this.#known()
    if (record.state !== 'collecting') return
    this.#save(applyClose(record))
    this.#commit.drop()
    this.#finishClose()
    this.#arm()
  }

  #finishClose(): void {
    if (this.#record?.state === 'closing' && !this.#commit.away)
      this.#save(applyDrained(this.#record, this.#deps.now()))
  }

  async #publish(): Promise<void> {
    const record = this.#record
    const now = this.#deps.now()
    if (!record || record.version === this.#publishedVersion) return
    if (now < this.#lastPublishedAt + PUBLISH_EVERY_MS) return
    this.#persist()
    // Counted as published when it began: a failing catalogue is asked once a second too.
    this.#lastPublishedAt = now
    await bounded(this.#deps.after, () => this.#deps.publish(record, now))
    this.#publishedVersion = record.version
  }

  /** Answers pledges that were not taken because the dream does not collect: an older one under the key stands. */
  async #recall(asks: readonly PledgeAsk[]): Promise<readonly PledgeOutcome[]> {
    let rows: readonly (EntryRecord | null)[]
    try {
      rows = await bounded(this.#deps.after, () =>
        this.#deps.findEntries(asks.map(({ user, key }) => [user, key])),
      )
    } catch (error) {
      this.#deps.log({ event: 'dream.recall_failed', dream: this.#deps.dream, error: String(error) })
      return asks.map(() => ({ kind: 'shed' }))
    }
    return asks.map(({ flowers }, place) => {
      const row = rows[place]
      if (!row) return { kind: 'not_collecting' }
      const verdict = readPledge(row, { ref: this.#deps.dream, flowers, mark: null })
      return toOutcome(this.#deps.dream, { kind: 'verdict', verdict, joined: true })
    })
  }

  #save(record: DreamRecord): void {
    this.#deps.storage.saveRecord(record)
    this.#record = record
    this.#unsaved = false
  }

  /**
   * Writes down what was settled. Answers do not wait for it: they stand on the ledger's word, and until it is written
   * the journal still holds the batch, whose re-drive settles it the same. It is written with the next batch, in one
   * transaction (a write of its own cost a fifth of the throughput), and before the total is told to anyone.
   */
  #persist(): void {
    if (this.#unsaved) this.#save(this.#known())
  }

  #known(): DreamRecord {
    if (!this.#record) throw new Error('the dream is not open')
    return this.#record
  }

  /** Sets the alarm if it must ring sooner than it is set to. Setting it is a row written, so it is not set to later. */
  #arm(away = this.#commit.away): void {
    if (!this.#record) return
    const now = this.#deps.now()
    const at = nextAlarm(
      this.#record,
      {
        away,
        retryAt: this.#retryAt,
        unpublished: this.#record.version !== this.#publishedVersion,
        lastPublishedAt: this.#lastPublishedAt,
      },
      now,
    )
    if (at === null || (this.#armedAt !== null && this.#armedAt <= at)) return
    this.#armedAt = at
    this.#deps.setAlarm(at)
  }
}

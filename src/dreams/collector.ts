import { bounded } from '../commit/bounded.ts'
import { GroupCommit } from '../commit/group-commit.ts'
import { MARK_SPAN } from '../commit/limits.ts'
import type { ReturnedPledges } from '../ledger/returns.ts'
import type { LedgerBatch } from '../ledger/store.ts'
import {
  type EntryRecord,
  type PledgeRow,
  type PledgeVerdict,
  readPledge,
  type TakeBackRow,
  type TakeBackVerdict,
  takeBackKey,
} from '../ledger/verdicts.ts'
import type { DreamStorage, JournaledBatch } from './journal.ts'
import { noteLife } from './moves.ts'
import {
  type PledgeAsk,
  type PledgeOutcome,
  type TakeBackAsk,
  type TakeBackOutcome,
  toOutcome,
} from './outcomes.ts'
import {
  applyClose,
  applyDrained,
  applyExpired,
  applyExtended,
  applyFunded,
  applyReturned,
  applySettled,
  applySettlingBegun,
  type DreamDefinition,
  type DreamRecord,
  decidePledge,
  isDecisionDue,
  isOver,
  isReturning,
  mayTakeBack,
  nextAlarm,
  openRecord,
  PUBLISH_EVERY_MS,
  RANGES_PER_WAKE,
  RETURN_RETRY_MS,
  returnPauseMs,
} from './rules.ts'

/** Everything a collector needs of the world. */
export interface CollectorDeps {
  readonly dream: string
  readonly storage: DreamStorage
  /** From reaching the quota to the funding decision, in ms. */
  readonly settlingMs: number
  now(): number
  after(ms: number, run: () => void): () => void
  /** Sets the one alarm, in ms since 1970. Takes effect with the storage writes around it. */
  setAlarm(at: number): void
  commitPledges(batch: LedgerBatch<PledgeRow>): Promise<readonly PledgeVerdict[]>
  commitTakeBacks(batch: LedgerBatch<TakeBackRow>): Promise<readonly TakeBackVerdict[]>
  /** The rows stored under users' keys, null where there is none; an answer an ask, in order. */
  findEntries(
    keys: readonly (readonly [user: string, key: string])[],
  ): Promise<readonly (EntryRecord | null)[]>
  loadDefinition(): Promise<DreamDefinition | null>
  /** Gives the pledges in the range of the ledger after `upTo` back to their givers. Harmless to repeat. */
  returnRange(upTo: string | null, now: number): Promise<ReturnedPledges>
  /** How many dreams give their flowers back now. */
  countReturning(): Promise<number>
  publish(record: DreamRecord, now: number): Promise<void>
  log(event: Record<string, unknown>): void
}

/** What waits for a batch: a pledge, or a pledge to be taken back. */
type Ask = PledgeAsk & { readonly takeBack?: TakeBackAsk; readonly extraBytes?: number }

type Row = PledgeRow | TakeBackRow

type Verdict = PledgeVerdict | TakeBackVerdict

/** What the group commit answered to a pledge: keys keep its verdict apart from those of what is taken back. */
function pledgeAnswer<Other>(
  reply: Other | { readonly kind: 'verdict'; readonly verdict: Verdict; readonly joined: boolean },
): Other | { readonly kind: 'verdict'; readonly verdict: PledgeVerdict; readonly joined: boolean } {
  return reply as
    | Other
    | { readonly kind: 'verdict'; readonly verdict: PledgeVerdict; readonly joined: boolean }
}

interface Batch extends JournaledBatch {
  readonly rows: readonly Row[]
}

/** In the journal both kinds of rows stand in one list; their lengths tell them apart. */
const isTakeBack = (row: Row): row is TakeBackRow => row.length === 5

/**
 * Collects the flowers of one dream: decides who may pledge, commits pledges in groups, keeps the total, notes the
 * quota crossing, publishes. Everything in memory comes back from storage: an instance may end at any await.
 */
export class Collector {
  readonly #deps: CollectorDeps
  readonly #commit: GroupCommit<Ask, Batch, Verdict>
  #record: DreamRecord | null
  #loading: Promise<DreamRecord | null> | null = null
  #armedAt: number | null = null
  #retryAt: number | null = null
  #unsaved = false
  /** Ends when the first try at a former instance's batch has. */
  #recovery: Promise<void> = Promise.resolve()
  #publishedVersion = -1
  #publishedMoves = 0
  #lastPublishedAt = 0
  #closing: Promise<void> | null = null
  #returning = false
  #returnAt = 0

  constructor(deps: CollectorDeps) {
    this.#deps = deps
    this.#commit = new GroupCommit<Ask, Batch, Verdict>({
      begin: (asks) => this.#begin(asks),
      write: (batch) => this.#write(batch),
      settle: (batch, verdicts) => this.#settle(batch, verdicts),
      idOf: ({ user, key, flowers }) => `${user}\n${key}\n${flowers}`,
      stalled: (reason, retryInMs) => this.#stalled(reason, retryInMs),
      after: deps.after,
    })
    const { record, batch } = deps.storage.load()
    this.#record = record
    if (record && batch && batch.seq > record.settledSeq) this.#redriveJournaled(batch)
    this.#bringUpToDate()
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
    if (isOver(record, this.#deps.now())) await this.#closeOnTime()
    const now = this.#deps.now()
    const joinOnly = decidePledge(this.#record ?? record, now) === 'not_collecting'
    const answers = await this.#commit.submit(asks, joinOnly)
    const dropped = asks.filter((_, place) => answers[place]?.kind === 'dropped')
    const recalled = dropped.length > 0 ? await this.#recall(dropped) : []
    let next = 0
    return answers.map((reply) =>
      reply.kind === 'dropped'
        ? (recalled[next++] as PledgeOutcome)
        : toOutcome(this.#deps.dream, pledgeAnswer(reply)),
    )
  }

  /**
   * Takes pledges back for acts that were revoked, while the dream collects or settles; an outcome an ask, in order.
   * Harmless to repeat.
   */
  async takeBack(asks: readonly TakeBackAsk[]): Promise<readonly TakeBackOutcome[]> {
    let record: DreamRecord | null
    try {
      record = this.#record ?? (await this.#open())
    } catch (error) {
      this.#deps.log({ event: 'dream.open_failed', dream: this.#deps.dream, error: String(error) })
      return asks.map(() => ({ kind: 'shed' }))
    }
    if (record && isOver(record, this.#deps.now())) await this.#closeOnTime()
    const now = this.#deps.now()
    if (!this.#commit.away) this.#decideFunding(now)
    const current = this.#record ?? record
    if (!current) return asks.map(() => ({ kind: 'too_late' }))
    const may = mayTakeBack(current, now)
    if (may === 'wait') return asks.map(() => ({ kind: 'shed' }))
    const answers = await this.#commit.submit(
      asks.map((takeBack) => {
        const { user, pledge, act } = takeBack
        const key = takeBackKey(act, pledge)
        return { user, key, flowers: 0, takeBack, extraBytes: act.length + pledge.length }
      }),
      may === 'no',
    )
    return answers.map((reply): TakeBackOutcome => {
      // Dropped with a decision: funded is for good, an expired dream's flowers are on their way back.
      if (reply.kind === 'dropped') return { kind: this.#known().fundedAt === null ? 'shed' : 'too_late' }
      if (reply.kind !== 'verdict') return { kind: reply.kind }
      if (reply.verdict.kind !== 'taken') throw new Error('a pledge to be taken back got another verdict')
      return { kind: 'taken', flowers: reply.verdict.flowers }
    })
  }

  /** Closes the dream to new pledges. Closed at once when nothing is away, else when the journal is drained. */
  async close(): Promise<DreamRecord | null> {
    if (!(this.#record ?? (await this.#open()))) return null
    this.#beginClose()
    this.#persist()
    return this.#record
  }

  /** Moves the end of collecting ahead, before it has come. Null for a dream that does not exist. */
  async extend(closesAt: number): Promise<DreamRecord | null> {
    if (!(this.#record ?? (await this.#open()))) return null
    if (isOver(this.#known(), this.#deps.now())) await this.#closeOnTime()
    if (isOver(this.#known(), this.#deps.now())) return this.#record
    const record = applyExtended(this.#known(), closesAt)
    if (record !== this.#record) this.#save(record)
    this.#arm()
    return this.#record
  }

  /** The dream as its object knows it now, or null for a dream that does not exist. */
  async snapshot(): Promise<DreamRecord | null> {
    await this.#recovery
    const record = this.#record ?? (await this.#open())
    if (record && isOver(record, this.#deps.now())) await this.#closeOnTime()
    this.#bringUpToDate()
    this.#persist()
    this.#arm()
    return this.#record
  }

  /** What the alarm does: close on time, re-drive, publish. Harmless however often it runs. */
  async wake(): Promise<void> {
    this.#armedAt = null
    try {
      if (this.#record && isOver(this.#record, this.#deps.now())) await this.#closeOnTime()
      const now = this.#deps.now()
      if (this.#retryAt !== null && now >= this.#retryAt) {
        this.#retryAt = null
        // Armed before the attempt: should this instance end in it, the next one is woken.
        this.#arm()
        await this.#commit.redrive()
      }
      this.#finishClose()
      if (!this.#commit.away) this.#decideFunding(now)
      this.#bringUpToDate()
      await this.#publish()
      await this.#giveBack()
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
          this.#bringUpToDate()
          this.#arm()
        }
        return this.#record
      })
      .finally(() => {
        this.#loading = null
      })
    return this.#loading
  }

  /** Notes what time alone has done, and what a record from before dreams settled or expired does not say yet. */
  #bringUpToDate(): void {
    if (!this.#record || this.#commit.away) return
    const now = this.#deps.now()
    const record = this.#noted(applySettlingBegun(this.#record, now, this.#deps.settlingMs), now)
    if (record !== this.#record) this.#save(record)
  }

  /** The record with what follows from it: that the dream expired, and where it is in its life. */
  #noted(record: DreamRecord, now: number): DreamRecord {
    return noteLife(applyExpired(record, now), now, this.#deps.settlingMs)
  }

  #begin(asks: readonly Ask[]): Batch {
    const record = this.#known()
    const seq = record.settledSeq + 1
    const rows = asks.map(({ user, key, flowers, takeBack }, place): Row => {
      const mark = seq * MARK_SPAN + place
      return takeBack ? [user, key, mark, takeBack.pledge, takeBack.act] : [user, key, flowers, mark]
    })
    const batch = { seq, at: this.#deps.now(), rows, body: JSON.stringify(rows) }
    this.#persist()
    this.#deps.storage.saveBatch(batch)
    this.#arm(true)
    return batch
  }

  /**
   * Writes a batch. Pledges and what is taken back are two transactions: the batch is settled when both are done, and
   * sent again as a whole when one is not.
   */
  async #write(batch: Batch): Promise<readonly Verdict[]> {
    const about = { ref: this.#deps.dream, at: batch.at }
    const takeBacks = batch.rows.filter(isTakeBack)
    const pledges = batch.rows.filter((row): row is PledgeRow => !isTakeBack(row))
    if (takeBacks.length === 0) return this.#deps.commitPledges({ ...about, rows: pledges, body: batch.body })
    const pledged = pledges.length > 0 ? await this.#deps.commitPledges({ ...about, rows: pledges }) : []
    const taken = await this.#deps.commitTakeBacks({ ...about, rows: takeBacks })
    let nextPledge = 0
    let nextTakeBack = 0
    return batch.rows.map(
      (row) => (isTakeBack(row) ? taken[nextTakeBack++] : pledged[nextPledge++]) as Verdict,
    )
  }

  #settle(batch: Batch, verdicts: readonly Verdict[]): void {
    const before = this.#known()
    const flowersAsked = batch.rows.map((row) => (isTakeBack(row) ? 0 : row[2]))
    const now = this.#deps.now()
    // Sent again because what follows failed the first time: it is counted already.
    const settled =
      batch.seq <= before.settledSeq
        ? before
        : applySettled(before, batch.seq, flowersAsked, verdicts, now, this.#deps.settlingMs)
    const after = this.#noted(settled, now)
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
    if (isOver(after, now)) this.#commit.drop(({ takeBack }) => takeBack === undefined)
    this.#endClose(now)
    this.#dropExpired()
    this.#decideFunding(now)
    this.#arm()
  }

  /** Decides once the settling window is over. Nothing is away then, so the total is what the ledger says. */
  #decideFunding(now: number): void {
    if (!this.#record || !isDecisionDue(this.#record, now)) return
    this.#save(applyFunded(this.#record, now))
    this.#commit.drop(({ takeBack }) => takeBack !== undefined)
    const { flowers, quota } = this.#record
    this.#deps.log({ event: 'dream.funded', dream: this.#deps.dream, flowers, quota })
  }

  #redriveJournaled(journaled: JournaledBatch): void {
    const rows = JSON.parse(journaled.body) as Row[]
    const asks = rows.map((row): Ask => {
      if (!isTakeBack(row)) return { user: row[0], key: row[1], flowers: row[2] }
      const [user, key, , pledge, act] = row
      return { user, key, flowers: 0, takeBack: { user, pledge, act } }
    })
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

  /** Closes a dream whose time is over, unless the catalogue says that its end was moved ahead and no one could say so. */
  #closeOnTime(): Promise<void> {
    this.#closing ??= bounded(this.#deps.after, () => this.#deps.loadDefinition())
      .catch(() => null)
      .then((definition) => {
        const record = this.#known()
        if (!isOver(record, this.#deps.now())) return
        if (definition && definition.closesAt > record.closesAt)
          this.#save(applyExtended(record, definition.closesAt))
        else this.#beginClose()
      })
      .finally(() => {
        this.#closing = null
      })
    return this.#closing
  }

  #beginClose(): void {
    const record = this.#known()
    if (record.state !== 'collecting') return
    this.#save(applyClose(record))
    // What is to be taken back waits: it goes on if the dream settles.
    this.#commit.drop(({ takeBack }) => takeBack === undefined)
    this.#finishClose()
    this.#arm()
  }

  #finishClose(): void {
    if (!this.#commit.away) this.#endClose(this.#deps.now())
  }

  /** The last batch is settled: the total is final, unless the dream settles and flowers are taken back. */
  #endClose(now: number): void {
    if (this.#record?.state !== 'closing') return
    this.#save(applyDrained(this.#record, now))
    this.#dropExpired()
  }

  /** What was to be taken back of an expired dream waits for its flowers to be back in their accounts. */
  #dropExpired(): void {
    if (this.#record?.expiredAt !== null && this.#record !== null)
      this.#commit.drop(({ takeBack }) => takeBack !== undefined)
  }

  /** Gives an expired dream's flowers back, a few ranges of the ledger at a time; each is written down before the next. */
  async #giveBack(): Promise<void> {
    if (!this.#record || !isReturning(this.#record) || this.#returning || this.#commit.away) return
    if (this.#deps.now() < this.#returnAt) return
    this.#returning = true
    // Armed before the attempt: should this instance end in it, the next one is woken.
    this.#returnAt = this.#deps.now() + RETURN_RETRY_MS
    this.#arm()
    const beganAt = this.#deps.now()
    try {
      for (let n = 0; n < RANGES_PER_WAKE && isReturning(this.#known()); n++) {
        const { returnedUpTo } = this.#known()
        const range = await bounded(this.#deps.after, () =>
          this.#deps.returnRange(returnedUpTo, this.#deps.now()),
        )
        this.#save(applyReturned(this.#known(), range, this.#deps.now()))
      }
      const tookMs = this.#deps.now() - beganAt
      const returning = await bounded(this.#deps.after, () => this.#deps.countReturning())
      this.#returnAt = this.#deps.now() + returnPauseMs(tookMs, returning)
      const { returnedAt, flowers, pledges, returnedFlowers } = this.#known()
      if (returnedAt !== null && flowers + pledges !== 0)
        this.#deps.log({
          event: 'dream.return_differs',
          dream: this.#deps.dream,
          flowers,
          pledges,
          returnedFlowers,
        })
    } catch (error) {
      this.#returnAt = this.#deps.now() + RETURN_RETRY_MS
      this.#deps.log({ event: 'dream.return_failed', dream: this.#deps.dream, error: String(error) })
    } finally {
      this.#returning = false
    }
  }

  async #publish(): Promise<void> {
    const now = this.#deps.now()
    if (!this.#record || this.#record.version === this.#publishedVersion) return
    if (now < this.#lastPublishedAt + PUBLISH_EVERY_MS) return
    this.#persist()
    const record = this.#record
    // Counted as published when it began: a failing catalogue is asked once a second too.
    this.#lastPublishedAt = now
    await bounded(this.#deps.after, () => this.#deps.publish(record, now))
    this.#publishedVersion = record.version
    this.#publishedMoves = record.movesMade
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

  #save(changed: DreamRecord): void {
    const noted = this.#noted(changed, this.#deps.now())
    const moves = noted.moves.filter(({ n }) => n > this.#publishedMoves)
    const record = moves.length === noted.moves.length ? noted : { ...noted, moves }
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
        // While a range is away nothing is due: it comes back or is given up in its time.
        returnAt: this.#returning ? now + RETURN_RETRY_MS : this.#returnAt,
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

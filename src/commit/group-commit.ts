import {
  ATTEMPT_TIMEOUT_MS,
  backoffMs,
  GATHER_MS,
  LINGER_MS,
  MAX_BATCH,
  MAX_BATCH_BYTES,
  MAX_JOINS,
  MAX_QUEUE,
} from './limits.ts'

/**
 * Group commit: asks gather while the batch before them is away, then leave as one batch, are written in one
 * database transaction and settled in one synchronous block; each caller gets their own verdict.
 * (DeWitt et al., "Implementation Techniques for Main Memory Database Systems", SIGMOD 1984.)
 *
 * What holds:
 * - One batch is away at a time. Between taking the queue and `begin` there is no await.
 * - An ask is in the queue, in the batch that is away, or answered. An ask whose batch has begun is never dropped
 *   by an owner that keeps batches: it stays away until `settle` returns.
 * - `pending` says "begun, outcome unknown, ask again"; `shed` says "nothing was done".
 */

export interface Ask {
  readonly user: string
  readonly key: string
  /** Bytes of a batch that it takes besides user, key and numbers. */
  readonly extraBytes?: number
}

export type Answer<Verdict> =
  /** `joined`: this ask repeated one that was still under way and shares its verdict. */
  | { readonly kind: 'verdict'; readonly verdict: Verdict; readonly joined: boolean }
  /** The batch has begun and its outcome is unknown. `joined` as above. */
  | { readonly kind: 'pending'; readonly joined: boolean }
  /** Not taken: the queue is full, or the database does not answer. Nothing was done. */
  | { readonly kind: 'shed' }
  /** Not taken, or taken back before its batch began, because the owner no longer takes asks. Nothing was done. */
  | { readonly kind: 'dropped' }

export interface CommitDeps<A extends Ask, Batch, Verdict> {
  /** Makes the asks a batch and, if the owner journals, writes it down. Synchronous. A throw means nothing was done. */
  begin(asks: readonly A[]): Batch
  /** Writes the batch: one transaction. Returns a verdict an ask, in order. Throws when the outcome is unknown. */
  write(batch: Batch): Promise<readonly Verdict[]>
  /** Takes the verdicts into the owner's state. Synchronous. Not called twice for a batch. */
  settle(batch: Batch, verdicts: readonly Verdict[]): void
  /**
   * What makes two asks the same: the later one joins the earlier. It holds the content as well as the key: only the
   * database knows which of two different asks under one key came first.
   */
  idOf(ask: A): string
  /**
   * The batch's outcome is unknown; `retryInMs` is when to call `redrive`. Undefined for an owner that does not keep
   * batches: then the batch is forgotten and its callers repeat.
   */
  stalled?: ((reason: unknown, retryInMs: number) => void) | undefined
  /** Calls `run` after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void
}

interface Waiter<Verdict> {
  readonly answers: (Answer<Verdict> | undefined)[]
  open: number
  resolve(answers: readonly Answer<Verdict>[]): void
}

interface Entry<A, Verdict> {
  readonly ask: A
  readonly id: string
  waiting: { readonly waiter: Waiter<Verdict>; readonly place: number; readonly joined: boolean }[]
}

interface Flight<A, Batch, Verdict> {
  readonly batch: Batch
  readonly entries: readonly Entry<A, Verdict>[]
  /** False while it waits for `redrive`. */
  trying: boolean
  attempt: number
}

/** Bytes an ask adds to a batch: ids are ASCII; numbers, punctuation and a usual tally take 64. */
const bytesOf = (ask: Ask): number => ask.user.length + ask.key.length + (ask.extraBytes ?? 0) + 64

const compareUser = (a: Entry<Ask, unknown>, b: Entry<Ask, unknown>): number =>
  a.ask.user < b.ask.user ? -1 : a.ask.user > b.ask.user ? 1 : 0

export class GroupCommit<A extends Ask, Batch, Verdict> {
  readonly #deps: CommitDeps<A, Batch, Verdict>
  #queue: Entry<A, Verdict>[] = []
  #underWay = new Map<string, Entry<A, Verdict>>()
  #flight: Flight<A, Batch, Verdict> | null = null
  #waiting = false

  constructor(deps: CommitDeps<A, Batch, Verdict>) {
    this.#deps = deps
  }

  /** True when nothing is queued and nothing is away. */
  get idle(): boolean {
    return this.#flight === null && this.#queue.length === 0
  }

  /** True while a batch is away, tried or waiting to be tried again. */
  get away(): boolean {
    return this.#flight !== null
  }

  /**
   * Submits asks; resolves with an answer each, in order, when the last is known. With `joinOnly`, an ask that is not
   * already under way is dropped.
   */
  submit(asks: readonly A[], joinOnly = false): Promise<readonly Answer<Verdict>[]> {
    return new Promise((resolve) => {
      const waiter: Waiter<Verdict> = { answers: new Array(asks.length), open: asks.length, resolve }
      for (let place = 0; place < asks.length; place++) this.#enter(asks[place] as A, waiter, place, joinOnly)
      if (asks.length === 0) resolve([])
      this.#wake()
    })
  }

  /** Takes back every ask whose batch has not begun and that `which` names. */
  drop(which: (ask: A) => boolean): void {
    const dropped = this.#queue.filter(({ ask }) => which(ask))
    this.#queue = this.#queue.filter(({ ask }) => !which(ask))
    this.#release(dropped, () => ({ kind: 'dropped' }))
  }

  /** Puts back the batch that a former instance began and did not settle. */
  restore(batch: Batch, asks: readonly A[]): void {
    if (this.#flight) throw new Error('a batch is already away')
    const entries = asks.map((ask) => ({ ask, id: this.#deps.idOf(ask), waiting: [] }))
    for (const entry of entries) this.#underWay.set(entry.id, entry)
    this.#flight = { batch, entries, trying: false, attempt: 0 }
  }

  /** Tries the stalled batch again, if there is one. Resolves when that attempt ended. */
  async redrive(): Promise<void> {
    if (this.#flight && !this.#flight.trying) await this.#attempt(this.#flight)
  }

  #enter(ask: A, waiter: Waiter<Verdict>, place: number, joinOnly: boolean): void {
    const id = this.#deps.idOf(ask)
    const known = this.#underWay.get(id)
    const stuck = this.#flight !== null && !this.#flight.trying
    if (known) {
      // The bound is on requests: one that holds an item many times is bounded by its own size.
      const crowded = known.waiting.length >= MAX_JOINS && known.waiting.at(-1)?.waiter !== waiter
      if (stuck || crowded) answer(waiter, place, { kind: 'pending', joined: true })
      else known.waiting.push({ waiter, place, joined: true })
    } else if (joinOnly) {
      answer(waiter, place, { kind: 'dropped' })
    } else if (stuck || this.#queue.length >= MAX_QUEUE) {
      answer(waiter, place, { kind: 'shed' })
    } else {
      const entry: Entry<A, Verdict> = { ask, id, waiting: [{ waiter, place, joined: false }] }
      this.#underWay.set(id, entry)
      this.#queue.push(entry)
    }
  }

  #wake(): void {
    if (this.#flight || this.#queue.length === 0) return
    if (this.#queue.length >= MAX_BATCH) this.#depart()
    else if (!this.#waiting) this.#wait(LINGER_MS)
  }

  /** After a batch: those it answered are about to come back, so what is queued waits a little for them. */
  #next(): void {
    if (this.#queue.length >= MAX_BATCH) this.#depart()
    else if (this.#queue.length > 0) this.#wait(GATHER_MS)
  }

  #wait(ms: number): void {
    this.#waiting = true
    this.#deps.after(ms, () => {
      this.#waiting = false
      this.#depart()
    })
  }

  #depart(): void {
    if (this.#flight || this.#queue.length === 0) return
    // Stable, so that one user's asks keep their order; sorted, so that the database walks its pages in order.
    const entries = this.#take().sort(compareUser)
    let batch: Batch
    try {
      batch = this.#deps.begin(entries.map((entry) => entry.ask))
    } catch (error) {
      this.#release(entries, () => ({ kind: 'shed' }))
      console.error({ event: 'commit.begin_failed', error: String(error) })
      this.#next()
      return
    }
    this.#flight = { batch, entries, trying: false, attempt: 0 }
    void this.#attempt(this.#flight)
  }

  #take(): Entry<A, Verdict>[] {
    let count = 0
    for (let bytes = 0; count < this.#queue.length && count < MAX_BATCH; count++) {
      bytes += bytesOf((this.#queue[count] as Entry<A, Verdict>).ask)
      if (bytes > MAX_BATCH_BYTES && count > 0) break
    }
    return this.#queue.splice(0, count)
  }

  #attempt(flight: Flight<A, Batch, Verdict>): Promise<void> {
    const attempt = ++flight.attempt
    flight.trying = true
    return new Promise((ended) => {
      const fail = (reason: unknown) => {
        if (this.#flight === flight && flight.trying && flight.attempt === attempt)
          this.#stall(flight, reason)
        ended()
      }
      const cancel = this.#deps.after(ATTEMPT_TIMEOUT_MS, () => fail(new Error('no answer in time')))
      // A late reply to an earlier attempt is as good as one to the last: the batch is the same.
      const succeed = (verdicts: readonly Verdict[]) => {
        cancel()
        if (this.#flight !== flight) return ended()
        try {
          if (verdicts.length !== flight.entries.length) throw new Error('a verdict is missing')
          this.#deps.settle(flight.batch, verdicts)
        } catch (error) {
          return fail(error)
        }
        this.#flight = null
        this.#release(flight.entries, (place, joined) => ({
          kind: 'verdict',
          verdict: verdicts[place] as Verdict,
          joined,
        }))
        ended()
        this.#next()
      }
      this.#deps.write(flight.batch).then(succeed, (error) => {
        cancel()
        fail(error)
      })
    })
  }

  #stall(flight: Flight<A, Batch, Verdict>, reason: unknown): void {
    flight.trying = false
    const { stalled } = this.#deps
    if (!stalled) {
      this.#flight = null
      this.#release(flight.entries, (_, joined) => ({ kind: 'pending', joined }))
      this.#next()
      return
    }
    for (const entry of flight.entries) settleEntry(entry, (joined) => ({ kind: 'pending', joined }))
    const waiting = this.#queue
    this.#queue = []
    this.#release(waiting, () => ({ kind: 'shed' }))
    stalled(reason, backoffMs(flight.attempt))
  }

  #release(
    entries: readonly Entry<A, Verdict>[],
    reply: (place: number, joined: boolean) => Answer<Verdict>,
  ): void {
    entries.forEach((entry, place) => {
      this.#underWay.delete(entry.id)
      settleEntry(entry, (joined) => reply(place, joined))
    })
  }
}

function settleEntry<Verdict>(
  entry: Entry<unknown, Verdict>,
  reply: (joined: boolean) => Answer<Verdict>,
): void {
  const { waiting } = entry
  entry.waiting = []
  for (const { waiter, place, joined } of waiting) answer(waiter, place, reply(joined))
}

function answer<Verdict>(waiter: Waiter<Verdict>, place: number, reply: Answer<Verdict>): void {
  waiter.answers[place] = reply
  if (--waiter.open === 0) waiter.resolve(waiter.answers as Answer<Verdict>[])
}

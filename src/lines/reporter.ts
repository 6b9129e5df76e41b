import { bounded } from '../commit/bounded.ts'
import { type Answer, GroupCommit } from '../commit/group-commit.ts'
import { MARK_SPAN } from '../commit/limits.ts'
import type { LedgerBatch } from '../ledger/store.ts'
import type { CreditRow, CreditVerdict, EntryRecord } from '../ledger/verdicts.ts'
import type { LineProfile } from '../registry/store.ts'
import { decideAct, type RefusalReason, type ReportedAct } from './rules.ts'

/**
 * What became of one act.
 * - credited: `flowers` went to the user.
 * - capped: the day's allowance cut it; `flowers` is what was left of it and was credited, `left` what is left now.
 * - duplicate: this act was decided before; `flowers` is what it earned then.
 * - refused: nothing was done, for `reason`; the same id may be reported again, corrected.
 */
export type ActResult =
  | { readonly id: string; readonly outcome: 'credited'; readonly flowers: number }
  | {
      readonly id: string
      readonly outcome: 'capped'
      readonly flowers: number
      readonly left: 0
      readonly reason: 'daily_cap'
    }
  | { readonly id: string; readonly outcome: 'duplicate'; readonly flowers: number }
  | { readonly id: string; readonly outcome: 'refused'; readonly flowers: 0; readonly reason: RefusalReason }

/** The results of a report, or why there are none: then nothing is certain and the sender repeats the whole. */
export type ReportOutcome =
  | { readonly kind: 'results'; readonly results: readonly ActResult[] }
  | { readonly kind: 'unknown_line' }
  | { readonly kind: 'unavailable' }

/** Everything a reporter needs of the world. */
export interface ReporterDeps {
  readonly line: string
  now(): number
  after(ms: number, run: () => void): () => void
  /** A whole number below 2^32, new for every batch. */
  random(): number
  commitCredits(batch: LedgerBatch<CreditRow>): Promise<readonly CreditVerdict[]>
  findEntries(
    keys: readonly (readonly [user: string, key: string])[],
  ): Promise<readonly (EntryRecord | null)[]>
  loadLine(): Promise<LineProfile | null>
  log(event: Record<string, unknown>): void
}

interface CreditAsk {
  readonly user: string
  readonly key: string
  readonly flowers: number
  readonly cap: number
  readonly tally: string
}

/** How long a line's rules are used before they are read again. A change of rules reaches every act within it. */
const PROFILE_TTL_MS = 10_000

/**
 * Credits the acts of one business line. Keeps nothing durable: a batch whose outcome is unknown is forgotten, its
 * sender repeats it, and the ledger drops what it knows.
 */
export class Reporter {
  readonly #deps: ReporterDeps
  readonly #commit: GroupCommit<CreditAsk, LedgerBatch<CreditRow>, CreditVerdict>
  #profile: { readonly line: LineProfile | null; readonly until: number } | null = null

  constructor(deps: ReporterDeps) {
    this.#deps = deps
    this.#commit = new GroupCommit<CreditAsk, LedgerBatch<CreditRow>, CreditVerdict>({
      begin: (asks) => {
        // The mark tells this batch's rows from those of an earlier delivery: 32 random bits need no storage.
        const base = deps.random() * MARK_SPAN
        const rows = asks.map(
          ({ user, key, flowers, cap, tally }, place) =>
            [user, key, flowers, base + place, cap, tally] as const,
        )
        return { ref: deps.line, at: deps.now(), rows }
      },
      write: (batch) => deps.commitCredits(batch),
      settle: () => {},
      // An act is known by its id alone.
      idOf: ({ user, key }) => `${user}\n${key}`,
      after: deps.after,
    })
  }

  /** Credits acts; a result an act, in order. */
  async report(acts: readonly ReportedAct[]): Promise<ReportOutcome> {
    let line: LineProfile | null
    try {
      line = await this.#line()
    } catch (error) {
      this.#deps.log({ event: 'line.load_failed', line: this.#deps.line, error: String(error) })
      return { kind: 'unavailable' }
    }
    if (!line) return { kind: 'unknown_line' }
    const now = this.#deps.now()
    const results: (ActResult | undefined)[] = new Array(acts.length)
    const asks: CreditAsk[] = []
    const places: number[] = []
    const refused: number[] = []
    acts.forEach((act, place) => {
      const decision = decideAct(act, line, now)
      if (decision.kind === 'credit') {
        asks.push({ user: act.user, key: this.#key(act), ...decision })
        places.push(place)
        return
      }
      results[place] = { id: act.id, outcome: 'refused', flowers: 0, reason: decision.reason }
      refused.push(place)
    })
    const answers = await this.#commit.submit(asks)
    for (const [index, place] of places.entries()) {
      const result = toResult(acts[place] as ReportedAct, answers[index] as Answer<CreditVerdict>)
      if (!result) return { kind: 'unavailable' }
      results[place] = result
    }
    if (!(await this.#recall(acts, refused, results))) return { kind: 'unavailable' }
    return { kind: 'results', results: results as ActResult[] }
  }

  /** An act that is refused now may have been credited before its time or its rule ran out: then it is a duplicate. */
  async #recall(
    acts: readonly ReportedAct[],
    refused: readonly number[],
    results: (ActResult | undefined)[],
  ): Promise<boolean> {
    if (refused.length === 0) return true
    try {
      const keys = refused.map((place) => {
        const act = acts[place] as ReportedAct
        return [act.user, this.#key(act)] as const
      })
      const rows = await bounded(this.#deps.after, () => this.#deps.findEntries(keys))
      refused.forEach((place, index) => {
        const row = rows[index]
        if (row)
          results[place] = { id: (acts[place] as ReportedAct).id, outcome: 'duplicate', flowers: row.flowers }
      })
      return true
    } catch (error) {
      this.#deps.log({ event: 'line.recall_failed', line: this.#deps.line, error: String(error) })
      return false
    }
  }

  #key(act: ReportedAct): string {
    return `act:${this.#deps.line}:${act.id}`
  }

  async #line(): Promise<LineProfile | null> {
    const now = this.#deps.now()
    if (!this.#profile || now >= this.#profile.until) {
      const line = await bounded(this.#deps.after, () => this.#deps.loadLine())
      this.#profile = { line, until: now + PROFILE_TTL_MS }
    }
    return this.#profile.line
  }
}

function toResult({ id }: ReportedAct, reply: Answer<CreditVerdict>): ActResult | null {
  if (reply.kind !== 'verdict') return null
  const { verdict, joined } = reply
  if (verdict.kind === 'reused') return { id, outcome: 'refused', flowers: 0, reason: 'id_reused' }
  const { flowers, asked, replayed } = verdict
  if (joined || replayed) return { id, outcome: 'duplicate', flowers }
  if (flowers < asked) return { id, outcome: 'capped', flowers, left: 0, reason: 'daily_cap' }
  return { id, outcome: 'credited', flowers }
}

import { bounded } from '../commit/bounded.ts'
import { type Answer, GroupCommit } from '../commit/group-commit.ts'
import { MARK_SPAN } from '../commit/limits.ts'
import { type Rate, RateWindow } from '../http/rates.ts'
import { actKey, holdingOf } from '../ledger/ids.ts'
import type { LedgerBatch } from '../ledger/store.ts'
import type { ActRecord, CreditRow, CreditVerdict, CutReason } from '../ledger/verdicts.ts'
import type { LineProfile } from '../registry/store.ts'
import { decideAct, type RefusalReason, type ReportedAct } from './rules.ts'

/**
 * What became of one act.
 * - credited: `flowers` went to the user.
 * - capped: an allowance cut it; `flowers` is what was left of it and was credited, `left` what is left now, `reason`
 *   which one.
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
      readonly reason: CutReason
    }
  | { readonly id: string; readonly outcome: 'duplicate'; readonly flowers: number }
  | { readonly id: string; readonly outcome: 'refused'; readonly flowers: 0; readonly reason: RefusalReason }

/**
 * The results of a report, or why there are none. `limited`: over the line's rate, nothing was done. `unavailable`:
 * nothing is certain and the sender repeats the whole.
 */
export type ReportOutcome =
  | { readonly kind: 'results'; readonly results: readonly ActResult[]; readonly rate: Rate }
  | { readonly kind: 'limited'; readonly rate: Rate }
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
  /** The entries of acts, null where there is none; one a key, in order. */
  findActs(keys: readonly string[]): Promise<readonly (ActRecord | null)[]>
  loadLine(): Promise<LineProfile | null>
  log(event: Record<string, unknown>): void
}

interface CreditAsk {
  readonly user: string
  readonly key: string
  readonly flowers: number
  readonly tally: string
  readonly rule: number
  readonly actedAt: number
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
  readonly #rate = new RateWindow()
  #profile: { readonly line: LineProfile | null; readonly until: number } | null = null

  constructor(deps: ReporterDeps) {
    this.#deps = deps
    this.#commit = new GroupCommit<CreditAsk, LedgerBatch<CreditRow>, CreditVerdict>({
      begin: (asks) => {
        // The mark tells this batch's rows from those of an earlier delivery: 32 random bits need no storage.
        const base = deps.random() * MARK_SPAN
        const rows = asks.map(
          ({ user, key, flowers, tally, rule, actedAt }, place) =>
            [user, key, flowers, base + place, tally, rule, actedAt] as const,
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
    const rate = this.#rate.take(Math.max(1, acts.length), line.ratePerMinute, now)
    if (!rate.allowed) return { kind: 'limited', rate }
    // A line that speaks of its own users credits the account that is linked to the id, which the ledger knows.
    const accounts = acts.map(({ user }) => (line.userIds === 'own' ? holdingOf(line.id, user) : user))
    const results: (ActResult | undefined)[] = new Array(acts.length)
    const asks: CreditAsk[] = []
    const places: number[] = []
    const refused: number[] = []
    acts.forEach((act, place) => {
      const decision = decideAct(act, line, now)
      if (decision.kind === 'credit') {
        asks.push({ user: accounts[place] as string, key: this.#key(act), ...decision })
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
    if (!(await this.#recall(acts, accounts, refused, results))) return { kind: 'unavailable' }
    return { kind: 'results', results: results as ActResult[], rate }
  }

  /** Counts items that do not pass through here against the line's rate. Null for a line that does not exist. */
  async admit(items: number): Promise<Rate | null> {
    const line = await this.#line()
    return line && this.#rate.take(items, line.ratePerMinute, this.#deps.now())
  }

  /** An act that is refused now may have been credited before its time or its rule ran out: then it is a duplicate. */
  async #recall(
    acts: readonly ReportedAct[],
    accounts: readonly string[],
    refused: readonly number[],
    results: (ActResult | undefined)[],
  ): Promise<boolean> {
    if (refused.length === 0) return true
    try {
      const keys = refused.map((place) => this.#key(acts[place] as ReportedAct))
      const rows = await bounded(this.#deps.after, () => this.#deps.findActs(keys))
      refused.forEach((place, index) => {
        const row = rows[index]
        if (row && row.claimant === accounts[place])
          results[place] = { id: (acts[place] as ReportedAct).id, outcome: 'duplicate', flowers: row.flowers }
      })
      return true
    } catch (error) {
      this.#deps.log({ event: 'line.recall_failed', line: this.#deps.line, error: String(error) })
      return false
    }
  }

  #key(act: ReportedAct): string {
    return actKey(this.#deps.line, act.id)
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
  if (verdict.kind === 'revoked') return { id, outcome: 'refused', flowers: 0, reason: 'revoked' }
  const { flowers, cut, replayed } = verdict
  if (joined || replayed) return { id, outcome: 'duplicate', flowers }
  if (cut !== null) return { id, outcome: 'capped', flowers, left: 0, reason: cut }
  return { id, outcome: 'credited', flowers }
}

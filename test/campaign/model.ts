/**
 * What must be true after a campaign, kept by the campaign itself from nothing but the answers it got. It shares no
 * code with the worker: a rule that is wrong there is not wrong here in the same way.
 */

/** Where answers contradict each other, or the ledger the answers. Counted without end, told up to a bound. */
class Differences {
  /** Most told; one is already too many. */
  static readonly MAX_TOLD = 20
  readonly told: string[] = []
  count = 0

  add(difference: string): void {
    this.count++
    if (this.told.length < Differences.MAX_TOLD) this.told.push(difference)
  }
}

/** What a worker said of one act. */
export interface ActReply {
  readonly outcome: string
  readonly flowers: number
  readonly reason?: string | undefined
}

/** What a worker said of one pledge. */
export interface PledgeReply {
  /** `accepted`, or the code of the refusal. */
  readonly outcome: string
  /** What has to be the same whenever the same is asked again. */
  readonly said: string
  /** True when the worker says that this request was the one that decided the key. */
  readonly fresh: boolean
}

/** An act as it was reported, and what was answered first; `capped` is null where only `duplicate` was seen. */
export interface CountedAct {
  readonly line: string
  readonly id: string
  /** When it was done, RFC 3339. */
  readonly at: string
  readonly flowers: number
  readonly capped: boolean | null
}

interface Account {
  earned: number
  pledged: number
}

interface KeyRecord {
  readonly user: string
  /** What was answered to each thing asked under the key. */
  readonly said: Map<string, string>
  /** The ask that got the key's one verdict. */
  decided: { readonly ask: string; readonly flowers: number; readonly accepted: boolean } | null
  fresh: number
}

/** Outcomes that the ledger keeps under the key for good. */
const VERDICTS = ['accepted', 'insufficient_flowers']

/** Outcomes that say the key belongs to another ask. */
const REUSED = ['idempotency_key_reused', 'id_reused']

/** The ledger as it must be: accounts, what dreams were given, and a verdict a key. Amounts in flowers. */
export class Model {
  readonly differences = new Differences()
  readonly pledgedTo = new Map<string, number>()
  credited = 0
  pledged = 0
  readonly #accounts = new Map<string, Account>()
  readonly #acts = new Map<string, { readonly said: string; credits: number; counted: CountedAct | null }>()
  readonly #keys = new Map<string, KeyRecord>()

  /** What an account must hold. */
  account(user: string): Readonly<Account> & { readonly balance: number } {
    const { earned, pledged } = this.#account(user)
    return { earned, pledged, balance: earned - pledged }
  }

  /**
   * Takes in what was answered of an act. An act counts once, by whichever answer came: of a repeated delivery the
   * first answer may be lost and only `duplicate` seen.
   */
  reported(
    line: string,
    { id: actId, user, at }: { readonly id: string; readonly user: string; readonly at: string },
    { outcome, flowers, reason }: ActReply,
  ): void {
    const id = `${line} ${actId}`
    const said = outcome === 'refused' ? `refused: ${reason}` : `${flowers} flowers`
    const former = this.#acts.get(id)
    if (former && former.said !== said)
      this.differences.add(`act ${id} of ${user} was answered "${former.said}", then "${said}"`)
    const counted = outcome === 'refused' ? null : { line, id: actId, at, flowers, capped: null }
    const act = former ?? { said, credits: 0, counted }
    if (outcome === 'credited' || outcome === 'capped') {
      act.credits++
      if (act.counted) act.counted = { ...act.counted, capped: outcome === 'capped' }
    }
    if (act.credits > 1) this.differences.add(`act ${id} of ${user} was credited ${act.credits} times`)
    if (former) return
    this.#acts.set(id, act)
    this.#account(user).earned += flowers
    this.credited += flowers
  }

  /** The acts that were not refused: what lines' totals are made of. */
  countedActs(): CountedAct[] {
    return [...this.#acts.values()].flatMap(({ counted }) => counted ?? [])
  }

  /** Takes in what was answered of a pledge: `flowers` to `dream` under a user's key. */
  answered(
    user: string,
    key: string,
    { dream, flowers, body }: { dream: string; flowers: number; body: string },
    { outcome, said, fresh }: PledgeReply,
  ): void {
    const ask = `${body} to ${dream}`
    const id = `${user} ${key}`
    const record = this.#keys.get(id) ?? { user, said: new Map(), decided: null, fresh: 0 }
    this.#keys.set(id, record)
    const tell = (what: string) => this.differences.add(`key ${key} of ${user}: ${what}`)
    const former = record.said.get(ask)
    if (former === undefined) record.said.set(ask, said)
    else if (former !== said) tell(`${ask} was answered "${former}", then "${said}"`)
    if (!VERDICTS.includes(outcome)) return
    if (fresh && ++record.fresh > 1) tell(`decided ${record.fresh} times, the last time by ${ask}`)
    if (record.decided) {
      if (record.decided.ask !== ask) tell(`decided for ${record.decided.ask}, and for ${ask}`)
      return
    }
    const accepted = outcome === 'accepted'
    record.decided = { ask, flowers, accepted }
    if (!accepted) return
    this.#account(user).pledged += flowers
    this.pledged += flowers
    this.pledgedTo.set(dream, (this.pledgedTo.get(dream) ?? 0) + flowers)
  }

  /**
   * Looks for refusals that cannot be right. To be called when nothing was credited since the first pledge: balances
   * only fell since, so who could pay at the end could have paid before.
   */
  checkRefusals(): void {
    for (const [id, { user, decided }] of this.#keys) {
      const { balance } = this.account(user)
      if (decided && !decided.accepted && decided.flowers <= balance)
        this.differences.add(`key ${id}: ${decided.ask} was refused, yet ${balance} flowers are left`)
    }
  }

  /** Looks for keys that were called another pledge's and are no pledge's. */
  checkReuse(): void {
    for (const [id, { said, decided }] of this.#keys)
      if (!decided && [...said.values()].some((text) => REUSED.includes(text)))
        this.differences.add(`key ${id} was refused as used before, but no pledge has used it`)
  }
  #account(user: string): Account {
    let account = this.#accounts.get(user)
    if (!account) {
      account = { earned: 0, pledged: 0 }
      this.#accounts.set(user, account)
    }
    return account
  }
}

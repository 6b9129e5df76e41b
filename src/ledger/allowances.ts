import { databaseOf, type LedgerDatabases } from './databases.ts'
import type { CutReason } from './verdicts.ts'

/** The allowances of an earning rule; null is none. Amounts in flowers. */
export interface Allowances {
  readonly capPerDay: number | null
  readonly capPerCampaign: number | null
  readonly campaignFrom: string
  readonly lineBudget: number | null
  readonly cooldownSeconds: number
}

/**
 * An act about to be credited: `asked` flowers to `user` for a kind of act (`<line>/<kind>`) done at `actedAt` (ms).
 * `claimant` is whom it was reported for: the holding account of an id that is linked to `user`, else `user`.
 */
export interface AllowanceAsk {
  readonly user: string
  readonly claimant: string
  readonly subject: string
  readonly day: string
  readonly asked: number
  readonly actedAt: number
}

/** What is left after an act; null where there is no such allowance. */
export interface AllowancesLeft {
  readonly day: number | null
  readonly campaign: number | null
  readonly line: number | null
}

/** What counts against the allowances of one line, as far as it was loaded. */
export interface AllowanceState {
  readonly tallies: readonly {
    readonly user: string
    readonly subject: string
    readonly day: string
    readonly flowers: number
  }[]
  readonly acted: readonly { readonly user: string; readonly subject: string; readonly actedAt: number }[]
  readonly lineTotal: number
}

/**
 * Says what acts would earn, one after the other, without crediting them: the same decision as the trigger
 * `crediting_insert` makes. A test holds the two together.
 */
export class AllowanceBook {
  readonly #tallies = new Map<string, Map<string, number>>()
  readonly #acted = new Map<string, number[]>()
  #lineTotal: number

  constructor({ tallies, acted, lineTotal }: AllowanceState) {
    for (const { user, subject, day, flowers } of tallies) this.#daysOf(user, subject).set(day, flowers)
    for (const { user, subject, actedAt } of acted) this.#actedOf(user, subject).push(actedAt)
    this.#lineTotal = lineTotal
  }

  /** Takes an act into account; what it earns, what cut it, and what is left after it. */
  take(
    { user, claimant, subject, day, asked, actedAt }: AllowanceAsk,
    rule: Allowances,
  ): { flowers: number; cut: CutReason | null; left: AllowancesLeft } {
    // Both are held to the allowances: unlinking an id, or linking another, gives neither anew.
    const both = [...new Set([user, claimant])]
    const days = both.map((each) => this.#daysOf(each, subject))
    const acted = both.map((each) => this.#actedOf(each, subject))
    const cooldownMs = rule.cooldownSeconds * 1_000
    const cooling = acted.some((times) => times.some((at) => Math.abs(at - actedAt) < cooldownMs))
    const before = this.#left(days, day, rule)
    const rooms = [before.day, before.campaign, before.line].map((left) => left ?? asked)
    const flowers = cooling ? 0 : Math.max(0, Math.min(asked, ...rooms))
    const cut = cutOf(asked, flowers, cooling, before)
    if (flowers > 0) {
      for (const each of days) each.set(day, (each.get(day) ?? 0) + flowers)
      if (cooldownMs > 0) for (const times of acted) times.push(actedAt)
      this.#lineTotal += flowers
    }
    return { flowers, cut, left: this.#left(days, day, rule) }
  }

  #left(both: readonly ReadonlyMap<string, number>[], day: string, rule: Allowances): AllowancesLeft {
    const campaignOf = (days: ReadonlyMap<string, number>) =>
      [...days].reduce((sum, [each, flowers]) => (each >= rule.campaignFrom ? sum + flowers : sum), 0)
    const left = (allowance: number | null, used: number) =>
      allowance === null ? null : Math.max(0, allowance - used)
    return {
      day: left(rule.capPerDay, Math.max(...both.map((days) => days.get(day) ?? 0))),
      campaign: left(rule.capPerCampaign, Math.max(...both.map(campaignOf))),
      line: left(rule.lineBudget, this.#lineTotal),
    }
  }

  #daysOf(user: string, subject: string): Map<string, number> {
    const name = `${user}\n${subject}`
    const days = this.#tallies.get(name) ?? new Map<string, number>()
    this.#tallies.set(name, days)
    return days
  }

  #actedOf(user: string, subject: string): number[] {
    const name = `${user}\n${subject}`
    const acted = this.#acted.get(name) ?? []
    this.#acted.set(name, acted)
    return acted
  }
}

/** Which allowance made an act earn less; of several that left the same, the first in this order. */
function cutOf(asked: number, flowers: number, cooling: boolean, left: AllowancesLeft): CutReason | null {
  if (flowers === asked) return null
  if (cooling) return 'cooldown'
  if ((left.day ?? asked) <= flowers) return 'daily_cap'
  return (left.campaign ?? asked) <= flowers ? 'campaign_cap' : 'line_budget'
}

const TALLIES_SQL = `SELECT t.user, t.subject, t.day, t.flowers FROM json_each(?1) i
JOIN tallies t ON t.user = i.value ->> 0 AND t.subject = i.value ->> 1`

const ACTED_SQL = `SELECT c.user, c.subject, c.acted_at AS actedAt FROM json_each(?1) i
JOIN cooldowns c ON c.user = i.value ->> 0 AND c.subject = i.value ->> 1`

const LINE_SQL = 'SELECT ifnull(sum(flowers - reversed), 0) AS lineTotal FROM line_days WHERE line = ?1'

/** What counts against the allowances of a line for users and kinds of acts. */
export async function loadAllowanceState(
  env: LedgerDatabases,
  line: string,
  who: readonly (readonly [user: string, subject: string])[],
): Promise<AllowanceState> {
  const distinct = [...new Map(who.map((each) => [each.join('\n'), each])).values()]
  const db = databaseOf(env, distinct[0]?.[0] ?? '')
  const body = JSON.stringify(distinct)
  const [tallies, acted, total] = await db.batch([
    db.prepare(TALLIES_SQL).bind(body),
    db.prepare(ACTED_SQL).bind(body),
    db.prepare(LINE_SQL).bind(line),
  ])
  return {
    tallies: (tallies?.results ?? []) as AllowanceState['tallies'],
    acted: (acted?.results ?? []) as AllowanceState['acted'],
    lineTotal: (total?.results as { lineTotal: number }[] | undefined)?.[0]?.lineTotal ?? 0,
  }
}

const ACCOUNTS_SQL = `SELECT ifnull(k.user, i.value) AS user FROM json_each(?1) i
LEFT JOIN links k ON k.holding = i.value ORDER BY i.key`

/** The accounts that credits to these would go to now: the linked one of a holding account, else the account itself. */
export async function resolveAccounts(env: LedgerDatabases, users: readonly string[]): Promise<string[]> {
  const { results } = await databaseOf(env, users[0] ?? '')
    .prepare(ACCOUNTS_SQL)
    .bind(JSON.stringify(users))
    .all<{ user: string }>()
  return results.map(({ user }) => user)
}

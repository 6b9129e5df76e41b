import type { Env } from '../env.ts'
import {
  AllowanceBook,
  type AllowancesLeft,
  loadAllowanceState,
  resolveAccounts,
} from '../ledger/allowances.ts'
import { actKey, holdingOf } from '../ledger/ids.ts'
import { findRevoked } from '../ledger/revocations.ts'
import { findActs } from '../ledger/store.ts'
import type { CutReason } from '../ledger/verdicts.ts'
import type { LineProfile } from '../registry/store.ts'
import {
  type ActDecision,
  decideAct,
  type EarningRule,
  type RefusalReason,
  type ReportedAct,
} from './rules.ts'

/**
 * What would become of an act. `duplicate`: it was decided before, `flowers` is what it earned then. With a rule: which,
 * the day it counts for, and what is left of the allowances after it.
 */
export interface Examination {
  readonly id: string
  readonly outcome: 'would_credit' | 'would_cap' | 'duplicate' | 'refused'
  readonly flowers: number
  readonly reason?: RefusalReason | CutReason
  readonly rule?: { readonly kind: string; readonly version: number }
  readonly day?: string
  readonly asked?: number
  readonly left?: AllowancesLeft
}

/** Decides acts as a report of them now would, and credits nothing; a result an act, in order. */
export async function examineActs(
  env: Env,
  line: LineProfile,
  acts: readonly ReportedAct[],
  now: number,
): Promise<Examination[]> {
  if (acts.length === 0) return []
  const claimants = acts.map(({ user }) => (line.userIds === 'own' ? holdingOf(line.id, user) : user))
  const keys = acts.map(({ id }) => actKey(line.id, id))
  const [accounts, known, revoked] = await Promise.all([
    resolveAccounts(env, claimants),
    findActs(env, keys),
    findRevoked(env, keys),
  ])
  const book = new AllowanceBook(
    await loadAllowanceState(
      env,
      line.id,
      acts.flatMap(({ kind }, place) =>
        [accounts[place] as string, claimants[place] as string].map(
          (user) => [user, `${line.id}/${kind}`] as const,
        ),
      ),
    ),
  )
  /** Acts of this body that would be credited: the same id again is a repeat. */
  const decided = new Map<string, { claimant: string; flowers: number }>()
  const decisions = acts.map((act) => decideAct(act, line, now))
  const examine = (place: number): Examination => {
    const act = acts[place] as ReportedAct
    const { id } = act
    const refuse = (reason: RefusalReason): Examination => ({ id, outcome: 'refused', flowers: 0, reason })
    const claimant = claimants[place] as string
    const decision = decisions[place] as ActDecision
    const before = known[place] ?? decided.get(id)
    if (before && before.claimant === claimant) return { id, outcome: 'duplicate', flowers: before.flowers }
    if (decision.kind === 'refuse') return refuse(decision.reason)
    if (before) return refuse('id_reused')
    if (revoked.has(keys[place] as string)) return refuse('revoked')
    const { flowers: asked, tally, rule: version, actedAt } = decision
    const day = tally.slice(0, 10)
    const rule = line.rules.find(({ kind }) => kind === act.kind) as EarningRule
    const { flowers, cut, left } = book.take(
      { user: accounts[place] as string, claimant, subject: `${line.id}/${act.kind}`, day, asked, actedAt },
      rule,
    )
    decided.set(id, { claimant, flowers })
    return {
      id,
      outcome: cut === null ? 'would_credit' : 'would_cap',
      flowers,
      ...(cut === null ? {} : { reason: cut }),
      rule: { kind: act.kind, version },
      day,
      asked,
      left,
    }
  }
  // As a report does: user by user, each user's acts in their order; then what earns nothing, which may be a repeat.
  const earns = (place: number) => Number(decisions[place]?.kind === 'credit')
  const order = [...acts.keys()].sort(
    (a, b) => earns(b) - earns(a) || compare(claimants[a] as string, claimants[b] as string),
  )
  const results: Examination[] = new Array(acts.length)
  for (const place of order) results[place] = examine(place)
  return results
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

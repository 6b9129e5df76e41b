/** What the ledger is asked to do, what it answers, and how a stored row is read as an answer. Pure. */

/** A pledge in a batch. `key` is unique per user, `mark` per dream: it tells this attempt's row from an older one. */
export type PledgeRow = readonly [user: string, key: string, flowers: number, mark: number]

/**
 * A credit in a batch. `user` is the account, or the holding account, it was reported for. `rule` is the version of the
 * earning rule; with the line and kind that `tally` (`<day>/<line>/<kind>`) names, the database finds the allowances by
 * itself. Both null: against no allowance. `actedAt` (ms) is when the act was done.
 */
export type CreditRow = readonly [
  user: string,
  key: string,
  flowers: number,
  mark: number,
  tally: string | null,
  rule: number | null,
  actedAt: number,
]

/**
 * A pledge to be taken back for an act that was revoked, as far as the act's flowers are still missing. `key` is
 * `takeBackKey(act, pledge)`.
 */
export type TakeBackRow = readonly [user: string, key: string, mark: number, pledge: string, act: string]

/**
 * The ledger key of taking flowers of a pledge back for an act. Once is enough: then one of the two is used up. The
 * length tells where the act's key ends: both may hold colons.
 */
export function takeBackKey(act: string, pledge: string): string {
  return `back:${act.length}:${act}:${pledge}`
}

/** The part of an entry that a verdict is read from. */
export interface EntryRecord {
  readonly kind: string
  readonly flowers: number
  readonly asked: number
  readonly ref: string
  readonly mark: number
  readonly at: number
}

/**
 * The one verdict a pledge's key gets, for good. `replayed` is true when an earlier request earned it.
 * - accepted: the flowers left the account; `mark` and `at` (ms) are those of the row that moved them.
 * - refused: the balance was too low when the key was first decided.
 * - reused: the key belongs to another dream or another number of flowers.
 */
export type PledgeVerdict =
  | { readonly kind: 'accepted'; readonly mark: number; readonly at: number; readonly replayed: boolean }
  | { readonly kind: 'refused'; readonly replayed: boolean }
  | { readonly kind: 'reused' }

/** An act's entry, and who it was reported for. */
export interface ActRecord extends EntryRecord {
  readonly cut: CutReason | null
  readonly claimant: string
}

/** Why a credit is less than asked. */
export type CutReason = 'daily_cap' | 'campaign_cap' | 'line_budget' | 'cooldown'

/**
 * The one verdict an act's key gets, for good. `flowers` is what was credited, `asked` what the rule gave before
 * allowances, `cut` which of them made it less. `reused`: the key belongs to another user. `revoked`: the act was taken
 * back before it came.
 */
export type CreditVerdict =
  | {
      readonly kind: 'recorded'
      readonly flowers: number
      readonly asked: number
      readonly cut: CutReason | null
      readonly replayed: boolean
    }
  | { readonly kind: 'reused' }
  | { readonly kind: 'revoked' }

/**
 * What was taken back of a pledge: `flowers`, of `standing` that were left of it. None when there was nothing to take.
 * `replayed`: by an earlier batch.
 */
export interface TakeBackVerdict {
  readonly kind: 'taken'
  readonly flowers: number
  readonly standing: number
  readonly replayed: boolean
}

/** Reads the row stored under a pledge's key as the verdict on asking for `flowers` to `ref`. */
export function readPledge(
  row: EntryRecord,
  ask: { ref: string; flowers: number; mark: number | null },
): PledgeVerdict {
  if (row.ref !== ask.ref || row.asked !== ask.flowers) return { kind: 'reused' }
  const replayed = row.mark !== ask.mark
  return row.kind === 'pledge'
    ? { kind: 'accepted', mark: row.mark, at: row.at, replayed }
    : { kind: 'refused', replayed }
}

/** Reads the row stored under an act's key as the verdict on crediting it to `user`; null: it was revoked before. */
export function readCredit(row: ActRecord | null, ask: { user: string; mark: number | null }): CreditVerdict {
  if (!row) return { kind: 'revoked' }
  if (row.claimant !== ask.user) return { kind: 'reused' }
  const { flowers, asked, cut, mark } = row
  return { kind: 'recorded', flowers, asked, cut, replayed: mark !== ask.mark }
}

/** What the ledger is asked to do, what it answers, and how a stored row is read as an answer. Pure. */

/** A pledge in a batch. `key` is unique per user, `mark` per dream: it tells this attempt's row from an older one. */
export type PledgeRow = readonly [user: string, key: string, flowers: number, mark: number]

/** A credit in a batch. It counts against `tally` up to `cap` flowers; a null tally is uncapped. */
export type CreditRow = readonly [
  user: string,
  key: string,
  flowers: number,
  mark: number,
  cap: number | null,
  tally: string | null,
]

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

/**
 * The one verdict an act's key gets, for good. `flowers` is what was credited, `asked` what the rule gave before
 * the cap. `reused`: the key belongs to another user.
 */
export type CreditVerdict =
  | {
      readonly kind: 'recorded'
      readonly flowers: number
      readonly asked: number
      readonly replayed: boolean
    }
  | { readonly kind: 'reused' }

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

/** Reads the row stored under an act's key and user. Null: the key was another user's, nothing was written. */
export function readCredit(row: EntryRecord | null, mark: number | null): CreditVerdict {
  if (!row) return { kind: 'reused' }
  return { kind: 'recorded', flowers: row.flowers, asked: row.asked, replayed: row.mark !== mark }
}

import type { Answer } from '../commit/group-commit.ts'
import { entryId } from '../ledger/ids.ts'
import type { PledgeVerdict } from '../ledger/verdicts.ts'

/** One pledge as a dream's object is asked for it. `key` is the ledger key. */
export interface PledgeAsk {
  readonly user: string
  readonly key: string
  readonly flowers: number
}

/** A pledge to be taken back for an act that was revoked. `act` and `pledge` are ledger keys. */
export interface TakeBackAsk {
  readonly user: string
  readonly pledge: string
  readonly act: string
}

/**
 * What became of taking a pledge back.
 * - taken: `flowers` of it, none when nothing was missing or nothing stood any more.
 * - too_late: the dream neither collects nor settles; nothing was done.
 * - pending, shed: as for pledges.
 */
export type TakeBackOutcome =
  | { readonly kind: 'taken'; readonly flowers: number }
  | { readonly kind: 'too_late' }
  | { readonly kind: 'pending' }
  | { readonly kind: 'shed' }

/**
 * What became of a pledge.
 * - accepted: `id` of the pledge and when (ms) it was made. `replayed`: by an earlier request with this key.
 * - insufficient: the balance was too low when the key was decided.
 * - reused: the key belongs to another pledge.
 * - pending: begun, outcome unknown; a repeat of the key finds it. `joined`: this was such a repeat.
 * - shed: nothing was done; come back later.
 */
export type PledgeOutcome =
  | { readonly kind: 'accepted'; readonly id: string; readonly at: number; readonly replayed: boolean }
  | { readonly kind: 'insufficient'; readonly replayed: boolean }
  | { readonly kind: 'reused' }
  | { readonly kind: 'not_collecting' }
  | { readonly kind: 'unknown_dream' }
  | { readonly kind: 'pending'; readonly joined: boolean }
  | { readonly kind: 'shed' }

/** What the group commit answered, as the outcome of a pledge to `dream`. */
export function toOutcome(
  dream: string,
  answer: Exclude<Answer<PledgeVerdict>, { kind: 'dropped' }>,
): PledgeOutcome {
  if (answer.kind !== 'verdict') return answer
  const { verdict, joined } = answer
  switch (verdict.kind) {
    case 'accepted':
      return {
        kind: 'accepted',
        id: entryId(dream, verdict.mark),
        at: verdict.at,
        replayed: joined || verdict.replayed,
      }
    case 'refused':
      return { kind: 'insufficient', replayed: joined || verdict.replayed }
    case 'reused':
      return { kind: 'reused' }
  }
}

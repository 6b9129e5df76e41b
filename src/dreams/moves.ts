import { type LifeState, pathOfClock } from '../life/states.ts'
import type { DreamRecord } from './rules.ts'

/** Where a published dream is in its life, and the moves by which its object brought it there. Pure. */

/** What the public sees: where the dream is in its life, or `closing` while its last pledges are being settled. */
export type PublicState = PublishedState | 'closing'

/** The states of a dream that is in the catalogue. */
export type PublishedState = Extract<
  LifeState,
  | 'published'
  | 'collecting'
  | 'reached'
  | 'expired'
  | 'settling'
  | 'funded'
  | 'executing'
  | 'completed'
  | 'stopped'
>

/** A move of a dream's life that its object made: the `n`th, from 1. `at` in ms. */
export interface ObjectMove {
  readonly n: number
  readonly from: LifeState
  readonly to: LifeState
  readonly at: number
  /** What it held then. */
  readonly flowers: number
}

/** Most moves kept until they are published. A dream moves a few times in its life; only one on the edge of its quota more often. */
const MAX_UNPUBLISHED_MOVES = 1_000

/**
 * Notes the moves that brought the dream to where its record says it is. `settlingMs` is the length of the window.
 * Where no way leads there, as before the opening on a clock that is a little behind the one that noted it, nothing is noted
 * yet.
 */
export function noteLife(record: DreamRecord, now: number, settlingMs: number): DreamRecord {
  const state = lifeOf(record, now)
  if (state === record.life) return record
  // One that was closed before it opened never collected.
  const opened = record.life === 'published' && record.opensAt <= (record.closedAt ?? now)
  const rest = pathOfClock(opened ? 'collecting' : record.life, state)
  const way = opened && rest ? (['collecting', ...rest] as const) : rest
  if (way === null) return record
  const { flowers } = record
  let { life: from, movesMade: n } = record
  const made = way.map((to): ObjectMove => {
    const move = { n: ++n, from, to, at: timeOf(record, from, to, now, settlingMs), flowers }
    from = to
    return move
  })
  const moves = [...record.moves, ...made].slice(-MAX_UNPUBLISHED_MOVES)
  return { ...record, life: state, movesMade: n, moves, version: record.version + 1 }
}

/** When a move happened: what the record knows better than the moment it is noted. */
function timeOf(
  { opensAt, reachedAt, settlesAt, closedAt, expiredAt, fundedAt }: DreamRecord,
  from: LifeState,
  to: LifeState,
  now: number,
  settlingMs: number,
): number {
  if (from === 'published' && to === 'collecting') return opensAt
  // A dream that meets its quota again began a new window then.
  if (to === 'reached') return (settlesAt === null ? reachedAt : settlesAt - settlingMs) ?? now
  if (to === 'settling') return closedAt ?? now
  if (to === 'expired') return expiredAt ?? now
  if (to === 'funded') return fundedAt ?? now
  return now
}

/** How a dream is called towards the public at `now`. */
export function publicState(
  dream: Parameters<typeof lifeOf>[0] & { readonly closesAt: number },
  now: number,
): PublicState {
  // Its object says `closed` when the total is final; one that no one ever asked does not know yet.
  const ends = dream.state === 'closing' || (dream.state === 'collecting' && now >= dream.closesAt)
  return ends && dream.fundedAt === null ? 'closing' : lifeOf(dream, now)
}

/** In which state of its life a published dream is at `now`: `stage` once it was moved on from being funded. */
export function lifeOf(
  dream: Pick<DreamRecord, 'state' | 'opensAt' | 'flowers' | 'quota' | 'settlesAt' | 'fundedAt'> & {
    readonly stage?: 'executing' | 'completed' | 'stopped' | null
  },
  now: number,
): PublishedState {
  if (dream.stage) return dream.stage
  if (dream.fundedAt !== null) return 'funded'
  if (dream.state === 'closed') return dream.settlesAt === null ? 'expired' : 'settling'
  if (now < dream.opensAt) return 'published'
  return dream.flowers < dream.quota ? 'collecting' : 'reached'
}

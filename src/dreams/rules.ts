import { addFlowers } from '../ledger/flowers.ts'
import type { PledgeVerdict, TakeBackVerdict } from '../ledger/verdicts.ts'
import type { LifeState } from '../life/states.ts'

/**
 * The life of a dream while it collects. Pure: no clock, no storage, no call.
 *
 *   collecting ──close──► closing ──journal drained──► closed
 *
 * Reaching the quota is not a state but a fact noted once (`reachedAt`): the quota is the least a dream needs, so a
 * dream goes on collecting after it, until it is closed or its time is over.
 *
 * From reaching the quota to the funding decision a dream settles, whether or not it still collects: flowers of acts that
 * turn out to be none can be taken back. When the window is over (`settlesAt`) and the quota still met, it is funded.
 * A dream that falls below its quota no longer settles; meeting it again begins a new window.
 *
 *   quota met ──► settlesAt set ──window over──► fundedAt set
 *                     └──below the quota──► settlesAt cleared
 */

/**
 * What the public sees: `reached` is a collecting dream past its quota, `scheduled` one that has not opened, `settling`
 * one that no longer collects and is not yet decided on.
 */
export type PublicState =
  | 'scheduled'
  | 'collecting'
  | 'reached'
  | 'closing'
  | 'settling'
  | 'closed'
  | 'funded'

/** What a dream's object keeps. Times in ms since 1970, amounts in flowers. */
export interface DreamRecord {
  readonly state: 'collecting' | 'closing' | 'closed'
  readonly quota: number
  readonly opensAt: number
  readonly closesAt: number
  /** Sum and count of accepted pledges of all settled batches. */
  readonly flowers: number
  readonly pledges: number
  readonly reachedAt: number | null
  /** When the funding decision is due, while the quota is met. */
  readonly settlesAt: number | null
  readonly fundedAt: number | null
  readonly closedAt: number | null
  /** The last batch whose verdicts are in `flowers`. Batches are numbered from 1 without gaps. */
  readonly settledSeq: number
  /** Grows with every change, so that a late publication of an older one is recognised. */
  readonly version: number
}

/** What the catalogue says of a dream before its object has one of its own. */
export interface DreamDefinition {
  readonly state: 'collecting' | 'closing' | 'closed'
  readonly quota: number
  readonly opensAt: number
  readonly closesAt: number
  readonly flowers: number
  readonly pledges: number
  readonly reachedAt: number | null
  readonly settlesAt: number | null
  readonly fundedAt: number | null
  readonly version: number
}

/** The record a new object begins with. */
export function openRecord(definition: DreamDefinition): DreamRecord {
  const { quota, opensAt, closesAt, flowers, pledges, reachedAt, settlesAt, fundedAt, version } = definition
  const collects = definition.state === 'collecting'
  return {
    state: collects ? 'collecting' : 'closed',
    quota,
    opensAt,
    closesAt,
    flowers,
    pledges,
    reachedAt,
    settlesAt,
    fundedAt,
    closedAt: collects ? null : closesAt,
    settledSeq: 0,
    version,
  }
}

/** Whether a pledge may join the queue now. */
export function decidePledge(
  record: Pick<DreamRecord, 'state' | 'opensAt' | 'closesAt'>,
  now: number,
): 'collect' | 'not_collecting' {
  return record.state === 'collecting' && now >= record.opensAt && now < record.closesAt
    ? 'collect'
    : 'not_collecting'
}

/**
 * Whether flowers that were pledged may still be taken back: while the dream collects or settles. `wait` while the batch
 * that is away decides: it may bring a closing dream to its quota, or one whose decision is due below it.
 */
export function mayTakeBack(record: DreamRecord, now: number): 'yes' | 'no' | 'wait' {
  if (record.fundedAt !== null) return 'no'
  if (record.settlesAt !== null) return now < record.settlesAt ? 'yes' : 'wait'
  if (record.state === 'closing') return 'wait'
  return record.state === 'collecting' ? 'yes' : 'no'
}

/**
 * A record as this version keeps it: a dream that met its quota before dreams settled begins to settle now, as one in
 * whose catalogue entry that is so.
 */
export function applySettlingBegun(record: DreamRecord, now: number, settlingMs: number): DreamRecord {
  const { reachedAt, settlesAt, fundedAt, flowers, quota } = record
  return reachedAt !== null && settlesAt === null && fundedAt === null && flowers >= quota
    ? { ...record, settlesAt: now + settlingMs, version: record.version + 1 }
    : record
}

/** Whether the dream's time is over and it must close. */
export function isOver(record: DreamRecord, now: number): boolean {
  return record.state === 'collecting' && now >= record.closesAt
}

/**
 * Takes the verdicts of batch `seq` into the totals. A replayed verdict was counted with the batch that earned it.
 * The first batch that brings the total to the quota sets `reachedAt`; nothing sets it again. `flowersAsked` is what each
 * pledge asked; a pledge of which nothing stands any more is no pledge. `settlingMs` is the length of the window.
 */
export function applySettled(
  record: DreamRecord,
  seq: number,
  flowersAsked: readonly number[],
  verdicts: readonly (PledgeVerdict | TakeBackVerdict)[],
  now: number,
  settlingMs: number,
): DreamRecord {
  let { flowers, pledges } = record
  verdicts.forEach((verdict, place) => {
    if (verdict.kind === 'accepted' && !verdict.replayed) {
      flowers = addFlowers(flowers, flowersAsked[place] as number)
      pledges += 1
    } else if (verdict.kind === 'taken' && !verdict.replayed && verdict.flowers > 0) {
      flowers -= verdict.flowers
      if (verdict.flowers === verdict.standing) pledges -= 1
    }
  })
  const met = flowers >= record.quota
  const reachedAt = record.reachedAt ?? (met ? now : null)
  const settlesAt = record.fundedAt !== null || !met ? null : (record.settlesAt ?? now + settlingMs)
  return { ...record, flowers, pledges, reachedAt, settlesAt, settledSeq: seq, version: record.version + 1 }
}

/** Whether the settling window is over and the funding decision is to be made. */
export function isDecisionDue(record: DreamRecord, now: number): boolean {
  return record.fundedAt === null && record.settlesAt !== null && now >= record.settlesAt
}

/** Decides to fund a dream whose window is over. Its quota is met: `settlesAt` is set only while it is. */
export function applyFunded(record: DreamRecord, now: number): DreamRecord {
  return isDecisionDue(record, now)
    ? { ...record, fundedAt: now, settlesAt: null, version: record.version + 1 }
    : record
}

/** Stops taking pledges. What is journaled still counts; `applyDrained` ends it. */
export function applyClose(record: DreamRecord): DreamRecord {
  return record.state === 'collecting' ? { ...record, state: 'closing', version: record.version + 1 } : record
}

/** Ends a closing dream whose journal is drained: its total is final. */
export function applyDrained(record: DreamRecord, now: number): DreamRecord {
  return record.state === 'closing'
    ? { ...record, state: 'closed', closedAt: now, version: record.version + 1 }
    : record
}

/** How a dream is called towards the public at `now`. */
export function publicState(
  dream: Pick<DreamRecord, 'state' | 'opensAt' | 'closesAt' | 'flowers' | 'quota' | 'settlesAt' | 'fundedAt'>,
  now: number,
): PublicState {
  if (dream.fundedAt !== null) return 'funded'
  if (dream.state === 'closed') return dream.settlesAt === null ? 'closed' : 'settling'
  if (dream.state === 'closing') return 'closing'
  if (now < dream.opensAt) return 'scheduled'
  // Its object says `closed` when the total is final; one that no one ever asked does not know yet.
  if (now >= dream.closesAt) return 'closing'
  return dream.flowers < dream.quota ? 'collecting' : 'reached'
}

/** In which state of its life a published dream is at `now`: `stage` once it was moved on from being funded. */
export function lifeOf(
  dream: Pick<DreamRecord, 'state' | 'opensAt' | 'flowers' | 'quota' | 'settlesAt' | 'fundedAt'> & {
    readonly stage?: 'executing' | 'completed' | 'stopped' | null
  },
  now: number,
): LifeState {
  if (dream.stage) return dream.stage
  if (dream.fundedAt !== null) return 'funded'
  if (dream.state === 'closed') return dream.settlesAt === null ? 'expired' : 'settling'
  if (now < dream.opensAt) return 'published'
  return dream.flowers < dream.quota ? 'collecting' : 'reached'
}

/** At most one publication a second while a dream changes. */
export const PUBLISH_EVERY_MS = 1_000

/** How soon after a crash the alarm finds the batch that was away. */
export const REDRIVE_CHECK_MS = 2_000

/** When the object must wake by itself, in ms since 1970, or null. */
export function nextAlarm(
  record: DreamRecord,
  work: { away: boolean; retryAt: number | null; unpublished: boolean; lastPublishedAt: number },
  now: number,
): number | null {
  const times: number[] = []
  if (record.state === 'collecting') times.push(record.closesAt)
  // A decision that is due while a batch is away is made when that has settled.
  if (record.settlesAt !== null && !(work.away && record.settlesAt <= now)) times.push(record.settlesAt)
  if (work.retryAt !== null) times.push(work.retryAt)
  else if (work.away || record.state === 'closing') times.push(now + REDRIVE_CHECK_MS)
  if (work.unpublished) times.push(work.lastPublishedAt + PUBLISH_EVERY_MS)
  return times.length === 0 ? null : Math.max(now, Math.min(...times))
}

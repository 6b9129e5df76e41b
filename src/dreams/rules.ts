import { addFlowers } from '../ledger/flowers.ts'
import type { PledgeVerdict } from '../ledger/verdicts.ts'

/**
 * The life of a dream while it collects. Pure: no clock, no storage, no call.
 *
 *   collecting ──close──► closing ──journal drained──► closed
 *
 * Reaching the quota is not a state but a fact noted once (`reachedAt`): the quota is the least a dream needs, so a
 * dream goes on collecting after it, until it is closed or its time is over.
 */

/** What the public sees: `reached` is a collecting dream past its quota, `scheduled` one that has not opened. */
export type PublicState = 'scheduled' | 'collecting' | 'reached' | 'closing' | 'closed'

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
  readonly version: number
}

/** The record a new object begins with. */
export function openRecord(definition: DreamDefinition): DreamRecord {
  const { quota, opensAt, closesAt, flowers, pledges, reachedAt, version } = definition
  const collects = definition.state === 'collecting'
  return {
    state: collects ? 'collecting' : 'closed',
    quota,
    opensAt,
    closesAt,
    flowers,
    pledges,
    reachedAt,
    closedAt: collects ? null : closesAt,
    settledSeq: 0,
    version,
  }
}

/** Whether a pledge may join the queue now. */
export function decidePledge(record: DreamRecord, now: number): 'collect' | 'not_collecting' {
  return record.state === 'collecting' && now >= record.opensAt && now < record.closesAt
    ? 'collect'
    : 'not_collecting'
}

/** Whether the dream's time is over and it must close. */
export function isOver(record: DreamRecord, now: number): boolean {
  return record.state === 'collecting' && now >= record.closesAt
}

/**
 * Takes the verdicts of batch `seq` into the totals. A replayed verdict was counted with the batch that earned it.
 * The first batch that brings the total to the quota sets `reachedAt`; nothing sets it again.
 */
export function applySettled(
  record: DreamRecord,
  seq: number,
  flowersAsked: readonly number[],
  verdicts: readonly PledgeVerdict[],
  now: number,
): DreamRecord {
  let { flowers, pledges } = record
  verdicts.forEach((verdict, place) => {
    if (verdict.kind !== 'accepted' || verdict.replayed) return
    flowers = addFlowers(flowers, flowersAsked[place] as number)
    pledges += 1
  })
  const reachedAt = record.reachedAt ?? (flowers >= record.quota ? now : null)
  return { ...record, flowers, pledges, reachedAt, settledSeq: seq, version: record.version + 1 }
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
  dream: Pick<DreamRecord, 'state' | 'opensAt' | 'closesAt' | 'reachedAt'>,
  now: number,
): PublicState {
  if (dream.state !== 'collecting') return dream.state
  if (now < dream.opensAt) return 'scheduled'
  // Its object says `closed` when the total is final; one that no one ever asked does not know yet.
  if (now >= dream.closesAt) return 'closing'
  return dream.reachedAt === null ? 'collecting' : 'reached'
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
  if (work.retryAt !== null) times.push(work.retryAt)
  else if (work.away || record.state === 'closing') times.push(now + REDRIVE_CHECK_MS)
  if (work.unpublished) times.push(work.lastPublishedAt + PUBLISH_EVERY_MS)
  return times.length === 0 ? null : Math.max(now, Math.min(...times))
}

import { describe, expect, it } from 'vitest'
import { returnPledges } from '../../src/ledger/returns.ts'
import { revokeFromBalances } from '../../src/ledger/revocations.ts'
import {
  commitCredits,
  commitPledges,
  commitTakeBacks,
  loadAccount,
  loadHistory,
} from '../../src/ledger/store.ts'
import { sumLedger } from '../../src/ledger/sums.ts'
import { takeBackKey } from '../../src/ledger/verdicts.ts'
import { freshId, ledgerNow, nextMark, world } from './world.ts'

const AT = Date.UTC(2026, 8, 9)
const BACK_AT = Date.UTC(2026, 8, 12)

interface Giver {
  readonly user: string
  readonly act: string
  readonly key: string
}

/** A user who earned ten flowers by one act and gave `flowers` of them to a dream. */
async function plantGiver(dream: string, flowers: number): Promise<Giver> {
  const [user, act, key] = [freshId('user'), `act:gift:${freshId('act')}`, freshId('k')]
  await commitCredits(world, { ref: 'gift', at: AT, rows: [[user, act, 10, nextMark(), null, null, AT]] })
  await commitPledges(world, { ref: dream, at: AT, rows: [[user, key, flowers, nextMark()]] })
  return { user, act, key }
}

/** Walks the whole ledger in small ranges; what each gave back. */
async function returnAll(dream: string, rows = 3) {
  const ranges = []
  for (let upTo: string | null = null; ; ) {
    const range = await returnPledges(world, dream, upTo, BACK_AT, rows)
    ranges.push(range)
    if (range.upTo === null) return ranges
    upTo = range.upTo
  }
}

const sumOf = (ranges: readonly { flowers: number; pledges: number }[]) => [
  ranges.reduce((sum, { flowers }) => sum + flowers, 0),
  ranges.reduce((sum, { pledges }) => sum + pledges, 0),
]

const pledgedTo = async (dream: string) => (await sumLedger(world)).pledgedByRef.get(dream)

describe('giving pledges back', () => {
  it('gives every giver their flowers, by a refund that names the pledge, and touches no other dream', async () => {
    const [dream, other] = [freshId('dream'), freshId('dream')]
    const givers = await Promise.all([4, 5, 6, 7].map((flowers) => plantGiver(dream, flowers)))
    const bystander = await plantGiver(other, 8)
    const twice = givers[0] as Giver
    await commitPledges(world, { ref: dream, at: AT, rows: [[twice.user, freshId('k'), 2, nextMark()]] })
    const ranges = await returnAll(dream)
    expect(ranges.length).toBeGreaterThan(1)
    expect(sumOf(ranges)).toEqual([24, 5])
    for (const { user } of givers)
      expect(await loadAccount(world, user)).toEqual({ balance: 10, earned: 10, pledged: 0 })
    expect(await loadAccount(world, bystander.user)).toMatchObject({ balance: 2, pledged: 8 })
    const [refund] = await loadHistory(world, (givers[1] as Giver).user, 1_000, 1)
    expect(refund).toMatchObject({
      kind: 'refund',
      key: `exp:${givers[1]?.key}`,
      origin: givers[1]?.key,
      flowers: 5,
      ref: dream,
      at: BACK_AT,
    })
    expect(await pledgedTo(dream)).toEqual({ flowers: 0, pledges: 0 })
    expect((await sumLedger(world)).differences).toEqual([])
  })

  it('changes nothing and says the same when a range is walked again, whatever its bounds', async () => {
    const dream = freshId('dream')
    for (const flowers of [1, 2, 3, 4, 5]) await plantGiver(dream, flowers)
    const first = await returnAll(dream)
    const before = await ledgerNow()
    expect(await returnAll(dream)).toEqual(first)
    expect(sumOf(await returnAll(dream, 1))).toEqual([15, 5])
    expect(sumOf(await returnAll(dream, 1_000))).toEqual([15, 5])
    expect(await ledgerNow()).toEqual(before)
  })

  it('counts what a lost attempt wrote beyond the range that was settled, once', async () => {
    const dream = freshId('dream')
    for (const flowers of [1, 2, 3, 4, 5, 6]) await plantGiver(dream, flowers)
    // The reply of this one was lost; since then others came between, and its range is smaller now.
    await returnPledges(world, dream, null, BACK_AT, 1_000)
    expect(sumOf(await returnAll(dream, 2))).toEqual([21, 6])
    expect((await sumLedger(world)).differences).toEqual([])
  })

  it('gives back only what stands: not what was taken back with an act before', async () => {
    const dream = freshId('dream')
    const [part, whole] = [await plantGiver(dream, 8), await plantGiver(dream, 10)]
    for (const { user, act, key } of [part, whole]) {
      await revokeFromBalances(world, 'gift', [{ act, reason: 'cheated' }], nextMark(), AT)
      await commitTakeBacks(world, {
        ref: dream,
        at: AT,
        rows: [[user, takeBackKey(act, key), nextMark(), key, act]],
      })
    }
    // Of ten flowers two were in the account, so all eight of the first pledge were missing too.
    expect(sumOf(await returnAll(dream))).toEqual([0, 0])
    const half = await plantGiver(dream, 8)
    const more = `act:gift:${freshId('act')}`
    await commitCredits(world, {
      ref: 'gift',
      at: AT,
      rows: [[half.user, more, 3, nextMark(), null, null, AT]],
    })
    await commitPledges(world, { ref: dream, at: AT, rows: [[half.user, freshId('k'), 5, nextMark()]] })
    await revokeFromBalances(world, 'gift', [{ act: more, reason: 'cheated' }], nextMark(), AT)
    await commitTakeBacks(world, {
      ref: dream,
      at: AT,
      rows: [[half.user, takeBackKey(more, half.key), nextMark(), half.key, more]],
    })
    expect(sumOf(await returnAll(dream))).toEqual([10, 2])
    expect(await loadAccount(world, half.user)).toEqual({ balance: 10, earned: 10, pledged: 0 })
    expect(await pledgedTo(dream)).toEqual({ flowers: 0, pledges: 0 })
    expect((await sumLedger(world)).differences).toEqual([])
  })

  it('gives a giver of thousands of pledges theirs back in one range', async () => {
    const [dream, user] = [freshId('dream'), freshId('user')]
    const act = `act:gift:${freshId('act')}`
    await commitCredits(world, {
      ref: 'gift',
      at: AT,
      rows: [[user, act, 4_000, nextMark(), null, null, AT]],
    })
    const rows = Array.from({ length: 4_000 }, (_, n) => [user, `k:many-${n}`, 1, nextMark()] as const)
    await commitPledges(world, { ref: dream, at: AT, rows })
    const range = await returnPledges(world, dream, null, BACK_AT, 1_000_000)
    expect(range).toEqual({ flowers: 4_000, pledges: 4_000, upTo: null })
    expect(await loadAccount(world, user)).toMatchObject({ balance: 4_000, pledged: 0 })
  })

  it('leaves the first answer to a pledge as it was, and the flowers free for another', async () => {
    const [dream, next] = [freshId('dream'), freshId('dream')]
    const { user, key } = await plantGiver(dream, 10)
    await returnAll(dream)
    const again = await commitPledges(world, { ref: dream, at: AT + 5, rows: [[user, key, 10, nextMark()]] })
    expect(again).toMatchObject([{ kind: 'accepted', replayed: true, at: AT }])
    const anew = await commitPledges(world, {
      ref: next,
      at: AT + 5,
      rows: [[user, freshId('k'), 10, nextMark()]],
    })
    expect(anew).toMatchObject([{ kind: 'accepted', replayed: false }])
    expect(await loadAccount(world, user)).toEqual({ balance: 0, earned: 10, pledged: 10 })
    expect(sumOf(await returnAll(dream))).toEqual([10, 1])
    expect(await loadAccount(world, user)).toMatchObject({ balance: 0 })
  })
})

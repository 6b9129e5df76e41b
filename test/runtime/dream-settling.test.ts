import {
  evictDurableObject,
  listDurableObjectIds,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { checkConservation } from '../../src/audit/conservation.ts'
import { MARK_SPAN } from '../../src/commit/limits.ts'
import { SqliteDreamStorage } from '../../src/dreams/journal.ts'
import type { TakeBackAsk, TakeBackOutcome } from '../../src/dreams/outcomes.ts'
import type { DreamRecord } from '../../src/dreams/rules.ts'
import { revokeFromBalances } from '../../src/ledger/revocations.ts'
import { commitCredits, commitTakeBacks, loadAccount, loadHistory } from '../../src/ledger/store.ts'
import { sumLedger } from '../../src/ledger/sums.ts'
import { type TakeBackRow, takeBackKey } from '../../src/ledger/verdicts.ts'
import { freshId, nextMark, plantDream, pledge, send, world } from './world.ts'

const LINE = 'walkers'

const stubOf = (dream: string) => world.DREAM.getByName(dream)

async function snapshotOf(dream: string): Promise<DreamRecord> {
  const record = await stubOf(dream).snapshot()
  if (!record) throw new Error('no such dream')
  return record
}

/** Ends the instance as a crash does: nothing in it runs on, callers get an error. */
async function crash(dream: string): Promise<void> {
  await runInDurableObject(stubOf(dream), (_, state) => state.abort('crash')).catch(() => {})
}

/** A user who earned flowers by one act and gave them all; `ask` is to take them back once the act is. */
async function plantGift(
  dream: string,
  flowers: number,
  settled = true,
): Promise<{ user: string; act: string; ask: TakeBackAsk }> {
  const [user, key] = [freshId('user'), freshId('key')]
  const act = `act:${LINE}:${freshId('act')}`
  const row = [user, act, flowers, nextMark(), `2026-09-09/${LINE}/steps`, null, 0] as const
  await commitCredits(world, { ref: LINE, at: Date.now(), rows: [row] })
  expect((await pledge(user, dream, flowers, key)).status).toBe(201)
  // Asked for its total, the object writes down what it has settled.
  if (settled) await snapshotOf(dream)
  return { user, act, ask: { user, pledge: `k:${key}`, act } }
}

const revoke = (...acts: readonly string[]) =>
  revokeFromBalances(
    world,
    LINE,
    acts.map((act) => ({ act, reason: 'cheated' })),
    nextMark(),
    Date.now(),
  )

const takeBack = async (dream: string, ...asks: readonly TakeBackAsk[]): Promise<TakeBackOutcome[]> =>
  JSON.parse(await stubOf(dream).takeBack(JSON.stringify(asks))) as TakeBackOutcome[]

/** Until the outcome is known, as a line repeats. */
const takeBackAtLast = async (dream: string, ask: TakeBackAsk): Promise<TakeBackOutcome | undefined> => {
  for (let n = 0; n < 20; n++) {
    const [outcome] = await takeBack(dream, ask).catch(() => [])
    if (outcome && outcome.kind !== 'pending' && outcome.kind !== 'shed') return outcome
  }
  throw new Error('never taken back')
}

const taken = (flowers: number) => ({ kind: 'taken', flowers })

/** Leaves the object as it is when it dies with a journaled batch of take-backs that it has not settled. */
async function dieWithBatch(dream: string, ...asks: readonly TakeBackAsk[]): Promise<TakeBackRow[]> {
  const rows = await runInDurableObject(stubOf(dream), (_, state) => {
    const storage = new SqliteDreamStorage(state.storage.sql)
    const seq = (storage.load().record?.settledSeq ?? 0) + 1
    const batch = asks.map(
      (each, place) =>
        [
          each.user,
          takeBackKey(each.act, each.pledge),
          seq * MARK_SPAN + place,
          each.pledge,
          each.act,
        ] as const,
    )
    storage.saveBatch({ seq, at: Date.now(), body: JSON.stringify(batch) })
    return batch
  })
  await crash(dream)
  return rows.map((row) => [...row] as const)
}

/** Rewrites what the object keeps, as if it had been so when its instance ended. */
async function rewrite(dream: string, change: (record: DreamRecord) => object): Promise<void> {
  await snapshotOf(dream)
  await runInDurableObject(stubOf(dream), (_, state) => {
    const storage = new SqliteDreamStorage(state.storage.sql)
    const { record } = storage.load()
    storage.saveRecord(change(record as DreamRecord) as DreamRecord)
  })
  await crash(dream)
}

const published = (dream: string) =>
  world.DB.prepare(
    'SELECT state, flowers, pledges, reached_at AS reachedAt, settles_at AS settlesAt, funded_at AS fundedAt FROM dreams WHERE id = ?',
  )
    .bind(dream)
    .first()

const entriesOfDream = async (dream: string) => (await sumLedger(world)).pledgedByRef.get(dream)

/** The dream counts what the ledger says, when all is published. */
async function expectCounted(dream: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const { differences } = await checkConservation(world)
        return differences.filter((text) => text.includes(dream))
      },
      { timeout: 5_000 },
    )
    .toEqual([])
  const { flowers, pledges } = await snapshotOf(dream)
  expect(await entriesOfDream(dream)).toEqual({ flowers, pledges })
}

describe('a pledge that is taken back through its dream’s object', () => {
  it('leaves the dream and the account by one refund and one reversal, and is seen by the public', async () => {
    const dream = await plantDream()
    const [gift, kept] = [await plantGift(dream, 5), await plantGift(dream, 2)]
    await revoke(gift.act)
    expect(await takeBack(dream, gift.ask)).toEqual([taken(5)])
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 2, pledges: 1 })
    expect(await loadAccount(world, gift.user)).toEqual({ balance: 0, earned: 0, pledged: 0 })
    expect(await loadAccount(world, kept.user)).toMatchObject({ pledged: 2 })
    const lines = await loadHistory(world, gift.user, 99, 10)
    expect(lines.map(({ kind, flowers, ref }) => [kind, flowers, ref])).toEqual([
      ['reversal', -5, LINE],
      ['refund', 5, dream],
      ['pledge', -5, dream],
      ['credit', 5, LINE],
    ])
    expect(await takeBack(dream, gift.ask, gift.ask)).toEqual([taken(5), taken(5)])
    await expect.poll(() => published(dream), { timeout: 5_000 }).toMatchObject({ flowers: 2, pledges: 1 })
    await expectCounted(dream)
  })

  it('is taken back in part and stays a pledge of the rest', async () => {
    const dream = await plantDream()
    const gift = await plantGift(dream, 5)
    const other = `act:${LINE}:${freshId('act')}`
    const row = [gift.user, other, 3, nextMark(), null, null, 0] as const
    await commitCredits(world, { ref: LINE, at: 0, rows: [row] })
    // Three of the act are still held, so two are taken of the pledge.
    await revoke(gift.act)
    expect(await takeBack(dream, gift.ask)).toEqual([taken(2)])
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 3, pledges: 1 })
    await expectCounted(dream)
  })

  it('counts once when the object dies between the ledger’s commit and its own settling', async () => {
    const dream = await plantDream()
    const gift = await plantGift(dream, 5)
    await revoke(gift.act)
    const rows = await dieWithBatch(dream, gift.ask)
    await commitTakeBacks(world, { ref: dream, at: Date.now(), rows })
    expect(await takeBackAtLast(dream, gift.ask)).toEqual(taken(5))
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 0, pledges: 0, settledSeq: 2 })
    await expectCounted(dream)
    // A write of the dead instance that lands now changes nothing.
    await commitTakeBacks(world, { ref: dream, at: Date.now(), rows })
    await evictDurableObject(stubOf(dream))
    expect(await takeBack(dream, gift.ask)).toEqual([taken(5)])
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 0, pledges: 0 })
    expect((await sumLedger(world)).differences).toEqual([])
  })

  it('is taken back by the alarm when the object died with the batch and no one asks again', async () => {
    const dream = await plantDream()
    const [gift, other] = [await plantGift(dream, 5), await plantGift(dream, 3)]
    await revoke(gift.act, other.act)
    await dieWithBatch(dream, gift.ask, other.ask)
    expect(await runDurableObjectAlarm(stubOf(dream))).toBe(true)
    await expect.poll(() => published(dream), { timeout: 5_000 }).toMatchObject({ flowers: 0, pledges: 0 })
    await expectCounted(dream)
  })

  it('counts once in the midst of crashes, pledges and repeats', async () => {
    const dream = await plantDream({ quota: 30 })
    const gifts = await Promise.all(Array.from({ length: 20 }, () => plantGift(dream, 3, false)))
    await snapshotOf(dream)
    await revoke(...gifts.map(({ act }) => act))
    const newcomers: Promise<unknown>[] = []
    const outcomes = gifts.map(({ ask }) => takeBackAtLast(dream, ask))
    for (let n = 0; n < 5; n++) {
      newcomers.push(plantGift(dream, 1, false).catch(() => null))
      await crash(dream)
    }
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toEqual(taken(3))
    await Promise.all(newcomers)
    for (const { user } of gifts)
      expect(await loadAccount(world, user)).toMatchObject({ balance: 0, pledged: 0 })
    await expectCounted(dream)
  })

  it('is too late for a dream that there is not, and leaves no storage there', async () => {
    const dream = freshId('nothing')
    const before = (await listDurableObjectIds(world.DREAM)).length
    const ask = { user: 'u', pledge: 'k:1', act: `act:${LINE}:1` }
    expect(await takeBack(dream, ask)).toEqual([{ kind: 'too_late' }])
    expect((await listDurableObjectIds(world.DREAM)).length).toBeLessThanOrEqual(before + 1)
  })
})

describe('a dream that settles', () => {
  it('settles for a day from reaching its quota, and says so', async () => {
    const dream = await plantDream({ quota: 5 })
    await plantGift(dream, 5)
    const { reachedAt, settlesAt, fundedAt } = await snapshotOf(dream)
    expect(settlesAt).toBe((reachedAt ?? 0) + 24 * 3_600_000)
    expect(fundedAt).toBeNull()
    await expect
      .poll(() => published(dream), { timeout: 5_000 })
      .toMatchObject({ reachedAt, settlesAt, fundedAt: null })
  })

  it('has its window and its decision back after an eviction', async () => {
    const dream = await plantDream({ quota: 5 })
    await plantGift(dream, 5)
    const settling = await snapshotOf(dream)
    await evictDurableObject(stubOf(dream))
    expect(await snapshotOf(dream)).toEqual(settling)
    await plantGift(dream, 1)
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 6, settlesAt: settling.settlesAt })
    await rewrite(dream, (record) => ({ ...record, settlesAt: Date.now() - 1 }))
    await runDurableObjectAlarm(stubOf(dream))
    const funded = await snapshotOf(dream)
    expect(funded).toMatchObject({ settlesAt: null, fundedAt: expect.any(Number) })
    await evictDurableObject(stubOf(dream))
    expect(await snapshotOf(dream)).toEqual(funded)
  })

  it('falls below its quota when a pledge is taken back, and begins anew when it is met again', async () => {
    const dream = await plantDream({ quota: 5 })
    const gift = await plantGift(dream, 5)
    const first = await snapshotOf(dream)
    await revoke(gift.act)
    await takeBack(dream, gift.ask)
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 0, settlesAt: null, reachedAt: first.reachedAt })
    await evictDurableObject(stubOf(dream))
    await plantGift(dream, 5)
    const again = await snapshotOf(dream)
    expect(again.reachedAt).toBe(first.reachedAt)
    expect(again.settlesAt).toBeGreaterThan(first.settlesAt ?? 0)
    const events = async () =>
      (await world.DB.prepare('SELECT kind, at FROM dream_events WHERE dream = ?').bind(dream).all()).results
    await expect.poll(events, { timeout: 5_000 }).toEqual([{ kind: 'reached', at: first.reachedAt }])
  })

  it('is funded by its own alarm when the window is over, told once, and gives nothing back any more', async () => {
    const dream = await plantDream({ quota: 5 })
    const gift = await plantGift(dream, 5)
    const windowEnds = Date.now() + 3_000
    await rewrite(dream, (record) => ({ ...record, settlesAt: windowEnds }))
    // The next instance sets its alarm as it starts.
    expect(await snapshotOf(dream)).toMatchObject({ settlesAt: windowEnds, fundedAt: null })
    await expect
      .poll(() => published(dream), { timeout: 15_000 })
      .toMatchObject({ fundedAt: expect.any(Number), settlesAt: null, flowers: 5 })
    const { fundedAt } = await snapshotOf(dream)
    expect(fundedAt).toBeGreaterThanOrEqual(windowEnds)
    await revoke(gift.act)
    expect(await takeBack(dream, gift.ask)).toEqual([{ kind: 'too_late' }])
    await crash(dream)
    expect(await takeBack(dream, gift.ask)).toEqual([{ kind: 'too_late' }])
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 5, pledges: 1, fundedAt })
    expect(await loadAccount(world, gift.user)).toMatchObject({ pledged: 5 })
    for (let n = 0; n < 3; n++) await runInDurableObject(stubOf(dream), (instance) => instance.alarm())
    const noted = await world.DB.prepare(
      "SELECT at, flowers FROM dream_events WHERE dream = ? AND kind = 'funded'",
    )
      .bind(dream)
      .all()
    expect(noted.results).toEqual([{ at: fundedAt, flowers: 5 }])
    const told = await world.DB.prepare(
      "SELECT data, owner FROM outbox WHERE type = 'dream.funded' AND data ->> 'dream' = ?",
    )
      .bind(dream)
      .all<{ data: string; owner: string | null }>()
    expect(told.results.map(({ data, owner }) => [JSON.parse(data), owner])).toEqual([
      [{ dream, flowers: 5, at: new Date(fundedAt ?? 0).toISOString() }, null],
    ])
    const shown = await send(`/v1/dreams/${dream}`)
    expect(await shown.json()).toMatchObject({ state: 'funded', flowers: 5 })
  })

  it('goes on taking pledges after it is funded, until it closes, and is funded still', async () => {
    const dream = await plantDream({ quota: 5 })
    await plantGift(dream, 5)
    await rewrite(dream, (record) => ({ ...record, settlesAt: Date.now() - 1 }))
    await runDurableObjectAlarm(stubOf(dream))
    const { fundedAt } = await snapshotOf(dream)
    await plantGift(dream, 4)
    await stubOf(dream).close()
    expect(await snapshotOf(dream)).toMatchObject({ state: 'closed', flowers: 9, fundedAt, settlesAt: null })
    await expectCounted(dream)
  })

  it('gives back after it closed, while it settles, and is then not funded', async () => {
    const dream = await plantDream({ quota: 5 })
    const [gift, other] = [await plantGift(dream, 5), await plantGift(dream, 3)]
    await stubOf(dream).close()
    await revoke(gift.act, other.act)
    expect(await takeBack(dream, gift.ask)).toEqual([taken(5)])
    expect(await snapshotOf(dream)).toMatchObject({
      state: 'closed',
      flowers: 3,
      settlesAt: null,
      fundedAt: null,
    })
    // Closed below its quota its flowers are on their way back: they will be found in their accounts.
    expect(await takeBack(dream, other.ask)).toEqual([{ kind: 'shed' }])
    await evictDurableObject(stubOf(dream))
    expect(await takeBack(dream, other.ask, gift.ask)).toMatchObject([{ kind: 'shed' }, { kind: 'shed' }])
    await expectCounted(dream)
  })

  it('begins with the window the catalogue tells of, when its object is new', async () => {
    const dream = await plantDream({ quota: 5 })
    const settlesAt = Date.now() + 3_600_000
    await world.DB.prepare(
      'UPDATE dreams SET flowers = 5, pledges = 1, reached_at = 1, settles_at = ? WHERE id = ?',
    )
      .bind(settlesAt, dream)
      .run()
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 5, reachedAt: 1, settlesAt, fundedAt: null })
  })

  it('is read as one that neither settles nor is funded when its record is from before dreams settled', async () => {
    const dream = await plantDream({ quota: 50 })
    await plantGift(dream, 5)
    await rewrite(dream, ({ settlesAt: _, fundedAt: __, ...former }) => former)
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 5, settlesAt: null, fundedAt: null })
    await plantGift(dream, 45)
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 50, settlesAt: expect.any(Number) })
  })
})

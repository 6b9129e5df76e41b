import {
  evictDurableObject,
  listDurableObjectIds,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { MARK_SPAN } from '../../src/commit/limits.ts'
import { SqliteDreamStorage } from '../../src/dreams/journal.ts'
import type { DreamRecord } from '../../src/dreams/rules.ts'
import { commitPledges } from '../../src/ledger/store.ts'
import type { PledgeRow } from '../../src/ledger/verdicts.ts'
import { accountOf, freshId, giveFlowers, plantDream, pledge, world } from './world.ts'

const stubOf = (dream: string) => world.DREAM.getByName(dream)

async function snapshotOf(dream: string): Promise<DreamRecord> {
  const record = await stubOf(dream).snapshot()
  if (!record) throw new Error('no such dream')
  return record
}

async function published(dream: string): Promise<{ flowers: number; pledges: number; state: string }> {
  const row = await world.DB.prepare('SELECT flowers, pledges, state FROM dreams WHERE id = ?')
    .bind(dream)
    .first<{ flowers: number; pledges: number; state: string }>()
  if (!row) throw new Error('no such dream')
  return row
}

/** Ends the instance as a crash does: nothing in it runs on, callers get an error. */
async function crash(dream: string): Promise<void> {
  await runInDurableObject(stubOf(dream), (_, state) => state.abort('crash')).catch(() => {})
}

/** Leaves the object as it is when it dies with a journaled batch that it has not settled. */
async function dieWithBatch(
  dream: string,
  asks: readonly (readonly [string, string, number])[],
): Promise<PledgeRow[]> {
  // Asked for its total, the object writes down what it has settled.
  await snapshotOf(dream)
  const rows = await runInDurableObject(stubOf(dream), (_, state) => {
    const storage = new SqliteDreamStorage(state.storage.sql)
    const seq = (storage.load().record?.settledSeq ?? 0) + 1
    const batch = asks.map(
      ([user, key, flowers], place) => [user, key, flowers, seq * MARK_SPAN + place] as const,
    )
    storage.saveBatch({ seq, at: Date.now(), body: JSON.stringify(batch) })
    return batch
  })
  await crash(dream)
  return rows.map((row) => [...row] as const)
}

describe("a dream's object", () => {
  it('has every field of its memory back after an eviction', async () => {
    const [user, dream, key] = [freshId('user'), await plantDream({ quota: 3 }), freshId('key')]
    await giveFlowers(user, 10)
    const first = await (await pledge(user, dream, 4, key)).json()
    const before = await snapshotOf(dream)
    await evictDurableObject(stubOf(dream))
    expect(await snapshotOf(dream)).toEqual(before)
    expect(before).toMatchObject({ flowers: 4, pledges: 1, settledSeq: 1 })
    expect(before.reachedAt).not.toBeNull()

    const again = await pledge(user, dream, 4, key)
    expect(await again.json()).toEqual(first)
    const next = await pledge(user, dream, 2)
    expect(next.status).toBe(201)
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 6, pledges: 2, reachedAt: before.reachedAt })
  })

  it('goes on after an eviction when every waiter of the next batch is new', async () => {
    const [user, dream] = [freshId('user'), await plantDream()]
    await giveFlowers(user, 30)
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => pledge(user, dream, 1)))
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
      await evictDurableObject(stubOf(dream))
    }
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 15, pledges: 15 })
  })

  it('re-drives a batch it journaled before it died, and counts it once', async () => {
    const [user, dream, key] = [freshId('user'), await plantDream(), freshId('key')]
    await giveFlowers(user, 10)
    await pledge(user, dream, 1)
    await dieWithBatch(dream, [[user, `k:${key}`, 3]])
    const answer = await pledge(user, dream, 3, key)
    expect(answer.status).toBe(201)
    expect(answer.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 4, pledges: 2 })
    expect(await accountOf(user)).toMatchObject({ balance: 6, pledged: 4 })
  })

  it('finds the verdicts of a batch that was committed but not settled, and counts it once', async () => {
    const [user, dream, key] = [freshId('user'), await plantDream(), freshId('key')]
    await giveFlowers(user, 10)
    await pledge(user, dream, 1)
    const rows = await dieWithBatch(dream, [[user, `k:${key}`, 3]])
    await commitPledges(world, { ref: dream, at: Date.now(), rows })
    expect((await pledge(user, dream, 3, key)).status).toBe(201)
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 4, pledges: 2 })
    expect(await accountOf(user)).toMatchObject({ balance: 6, pledged: 4 })
  })

  it('wakes by its alarm to settle what it died with, when no one asks', async () => {
    const [user, dream, key] = [freshId('user'), await plantDream(), freshId('key')]
    await giveFlowers(user, 10)
    await pledge(user, dream, 1)
    await dieWithBatch(dream, [[user, `k:${key}`, 3]])
    expect(await runDurableObjectAlarm(stubOf(dream))).toBe(true)
    await expect.poll(() => published(dream), { timeout: 5_000 }).toMatchObject({ flowers: 4, pledges: 2 })
  })

  it('is not changed by a write that lands after the re-drive', async () => {
    const [user, dream, key] = [freshId('user'), await plantDream(), freshId('key')]
    await giveFlowers(user, 10)
    await pledge(user, dream, 1)
    const rows = await dieWithBatch(dream, [[user, `k:${key}`, 3]])
    await pledge(user, dream, 3, key)
    await commitPledges(world, { ref: dream, at: Date.now(), rows })
    expect(await accountOf(user)).toMatchObject({ balance: 6, pledged: 4 })
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 4 })
  })

  it('survives a crash in the midst of many pledges: what was acknowledged is there, once', async () => {
    const [user, dream] = [freshId('user'), await plantDream()]
    await giveFlowers(user, 60)
    const keys = Array.from({ length: 60 }, () => freshId('key'))
    const answers = Promise.allSettled(keys.map((key) => pledge(user, dream, 1, key)))
    await crash(dream)
    await answers
    for (const key of keys) {
      await expect.poll(async () => (await pledge(user, dream, 1, key)).status).toBe(201)
    }
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 60, pledges: 60 })
    expect(await accountOf(user)).toMatchObject({ balance: 0, pledged: 60 })
  })

  it('publishes its progress when the alarm rings, and ringing twice changes nothing', async () => {
    const [user, dream] = [freshId('user'), await plantDream()]
    await giveFlowers(user, 10)
    await pledge(user, dream, 4)
    await expect
      .poll(() => published(dream), { timeout: 5_000 })
      .toMatchObject({ flowers: 4, pledges: 1, state: 'collecting' })
    await runInDurableObject(stubOf(dream), async (instance) => {
      await Promise.all([instance.alarm(), instance.alarm()])
    })
    expect(await published(dream)).toMatchObject({ flowers: 4, pledges: 1, state: 'collecting' })
  })

  it('says once that it reached its quota, however many pledges cross it together', async () => {
    const [user, dream] = [freshId('user'), await plantDream({ quota: 20 })]
    await giveFlowers(user, 100)
    await Promise.all(Array.from({ length: 50 }, () => pledge(user, dream, 1)))
    const { reachedAt } = await snapshotOf(dream)
    expect(reachedAt).not.toBeNull()
    await pledge(user, dream, 1)
    await evictDurableObject(stubOf(dream))
    await pledge(user, dream, 1)
    expect((await snapshotOf(dream)).reachedAt).toBe(reachedAt)
    const events = async () =>
      (await world.DB.prepare('SELECT kind, at FROM dream_events WHERE dream = ?').bind(dream).all()).results
    await expect.poll(events, { timeout: 5_000 }).toEqual([{ kind: 'reached', at: reachedAt }])
  })

  it('closes when its time is over, and publishes the final total', async () => {
    const user = freshId('user')
    await giveFlowers(user, 10)
    const dream = await plantDream({ closesAt: Date.now() + 3_000 })
    expect((await pledge(user, dream, 4)).status).toBe(201)
    await expect.poll(async () => (await pledge(user, dream, 1)).status, { timeout: 10_000 }).toBe(409)
    await expect.poll(() => published(dream), { timeout: 10_000 }).toMatchObject({ state: 'closed' })
    expect((await published(dream)).flowers).toBe((await snapshotOf(dream)).flowers)
  })

  it('leaves no storage behind for a dream that does not exist', async () => {
    const dream = freshId('nothing')
    const before = (await listDurableObjectIds(world.DREAM)).length
    expect((await pledge('someone', dream, 1)).status).toBe(404)
    const tables = await runInDurableObject(stubOf(dream), (_, state) =>
      state.storage.sql.exec('SELECT count(*) AS n FROM sqlite_master').one(),
    )
    expect(tables).toEqual({ n: 0 })
    expect((await listDurableObjectIds(world.DREAM)).length).toBeLessThanOrEqual(before + 1)
  })
})

describe('pledges at the same time', () => {
  it('spend no flower twice', async () => {
    const [user, dream] = [freshId('user'), await plantDream()]
    await giveFlowers(user, 40)
    const answers = await Promise.all(Array.from({ length: 100 }, () => pledge(user, dream, 1)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(40)
    expect(statuses.filter((status) => status === 402)).toHaveLength(60)
    expect(await accountOf(user)).toMatchObject({ balance: 0, pledged: 40 })
    expect(await snapshotOf(dream)).toMatchObject({ flowers: 40, pledges: 40 })
  })

  it('with one key to two dreams: one wins, the other is told that the key is used', async () => {
    const [user, one, two] = [freshId('user'), await plantDream(), await plantDream()]
    await giveFlowers(user, 10)
    for (let round = 0; round < 5; round++) {
      const key = freshId('key')
      const answers = await Promise.all([pledge(user, one, 1, key), pledge(user, two, 1, key)])
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 422])
    }
    expect(await accountOf(user)).toMatchObject({ balance: 5, pledged: 5 })
  })

  it('with one key and body share one verdict', async () => {
    const [user, dream, key] = [freshId('user'), await plantDream(), freshId('key')]
    await giveFlowers(user, 10)
    const answers = await Promise.all(Array.from({ length: 10 }, () => pledge(user, dream, 2, key)))
    const bodies = await Promise.all(answers.map((answer) => answer.json()))
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1)
    expect(answers.filter((answer) => answer.headers.get('Idempotent-Replayed') === null)).toHaveLength(1)
    expect(await accountOf(user)).toMatchObject({ balance: 8, pledged: 2 })
  })
})

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { SqliteDreamStorage } from '../../src/dreams/journal.ts'
import type { DreamRecord } from '../../src/dreams/rules.ts'
import { runScheduled } from '../../src/scheduled.ts'
import { expectDocumented } from './documented.ts'
import {
  accountOf,
  creditDirectly,
  expectProblem,
  freshId,
  plantDream,
  pledge,
  send,
  tokenFor,
  world,
} from './world.ts'

const stubOf = (dream: string) => world.DREAM.getByName(dream)

async function giver(dream: string, flowers: number): Promise<string> {
  const user = freshId('user')
  await creditDirectly(user, 10)
  expect((await pledge(user, dream, flowers)).status).toBe(201)
  return user
}

const dreamOf = async (dream: string) =>
  (await expectDocumented('get /v1/dreams/{dream}', await send(`/v1/dreams/${dream}`))) as Record<
    string,
    unknown
  >

const told = async (dream: string) =>
  (
    await world.DB.prepare('SELECT kind, data, at FROM news WHERE dream = ? ORDER BY id')
      .bind(dream)
      .all<{ kind: string; data: string; at: number }>()
  ).results.map(({ data, ...row }) => ({ ...row, ...(JSON.parse(data) as { from?: string; to?: string }) }))

const until = { timeout: 10_000 }

describe('a dream that does not reach its quota', () => {
  it('gives everything back by itself when its time is over, and tells the givers why', async () => {
    const dream = await plantDream({ closesAt: Date.now() + 1_500 })
    const [one, two] = [await giver(dream, 4), await giver(dream, 7)]
    expect(await accountOf(one)).toMatchObject({ balance: 6 })
    await expect.poll(() => accountOf(one), until).toMatchObject({ balance: 10, pledged: 0 })
    await expect.poll(() => accountOf(two), until).toMatchObject({ balance: 10, pledged: 0 })
    const history = await send('/v1/me/entries', {
      headers: { Authorization: `Bearer ${await tokenFor(one)}` },
    })
    const { items } = (await expectDocumented('get /v1/me/entries', history)) as {
      items: { id: string; kind: string; of?: string; because?: string; balance: number }[]
    }
    const [refund, given] = items
    expect(refund).toMatchObject({ kind: 'refund', because: 'dream_expired', balance: 10, dream, flowers: 4 })
    expect(refund?.of).toBe(given?.id)
    expect(refund?.id).not.toBe(given?.id)
    await expect
      .poll(() => dreamOf(dream), until)
      .toMatchObject({
        state: 'expired',
        flowers: 0,
        pledges: 0,
        returned: { flowers: 11, pledges: 2, doneAt: expect.any(String) },
      })
    await expectProblem(await pledge(one, dream, 1), 'dream_not_collecting')
    const other = await plantDream()
    expect((await pledge(one, other, 10)).status).toBe(201)
  })

  it('says each move once, in the news and in the audit log, and what went back', async () => {
    const dream = await plantDream({ closesAt: Date.now() + 1_200 })
    await giver(dream, 4)
    await expect.poll(async () => (await told(dream)).length, until).toBe(3)
    expect(await told(dream)).toMatchObject([
      { kind: 'moved', from: 'published', to: 'collecting', by: 'clock' },
      { kind: 'moved', from: 'collecting', to: 'expired' },
      { kind: 'returned', flowers: 4, pledges: 1 },
    ])
    const { results } = await world.DB.prepare(
      "SELECT actor, json_extract(detail, '$.to') AS \"to\" FROM audit_log WHERE subject = ? AND action = 'dream.moved'",
    )
      .bind(`dream:${dream}`)
      .all()
    expect(results).toEqual([
      { actor: 'system', to: 'collecting' },
      { actor: 'system', to: 'expired' },
    ])
    const outbox = await world.DB.prepare('SELECT data FROM outbox WHERE id = ?')
      .bind(`evt_dream_${dream}_expired`)
      .first<{ data: string }>()
    expect(JSON.parse(outbox?.data ?? '{}')).toMatchObject({ dream, flowers: 4 })
  })

  it('goes on where it was when its object ended in the midst', async () => {
    const dream = await plantDream()
    const users = [await giver(dream, 1), await giver(dream, 2), await giver(dream, 3)]
    await stubOf(dream).snapshot()
    // As an object is left that had walked to the end of the first database's first users and was cut off there.
    const sorted = [...users].sort()
    await runInDurableObject(stubOf(dream), (_, state) => {
      const storage = new SqliteDreamStorage(state.storage.sql)
      const record = storage.load().record as DreamRecord
      storage.saveRecord({
        ...record,
        state: 'closed',
        closedAt: Date.now(),
        expiredAt: Date.now(),
        returnedUpTo: `0:${sorted[0]}`,
        version: record.version + 1,
      })
    })
    await evictDurableObject(stubOf(dream))
    await stubOf(dream).snapshot()
    for (const user of sorted.slice(1))
      await expect.poll(() => accountOf(user), until).toMatchObject({ balance: 10 })
    expect(await accountOf(sorted[0] as string)).toMatchObject({ pledged: expect.any(Number) })
    expect((await accountOf(sorted[0] as string)).balance).toBeLessThan(10)
  })

  it('is found by the job when no one ever asked its object', async () => {
    const dream = await plantDream({ opensAt: Date.now() - 200_000, closesAt: Date.now() - 100_000 })
    const HALF_HOUR = 30 * 60_000
    const at = Math.ceil(Date.now() / HALF_HOUR) * HALF_HOUR
    await runScheduled({ scheduledTime: at }, world)
    await expect.poll(() => dreamOf(dream), until).toMatchObject({ state: 'expired', pledges: 0 })
    await expect
      .poll(async () => (await told(dream)).map(({ to }) => to), until)
      .toEqual(['collecting', 'expired'])
  })
})

describe('the times of a dream', () => {
  it('open it to the second, by its alarm alone', async () => {
    const opensAt = Date.now() + 1_500
    const dream = await plantDream({ opensAt, closesAt: opensAt + 3_600_000 })
    const user = freshId('user')
    await creditDirectly(user, 5)
    await stubOf(dream).snapshot()
    expect(await dreamOf(dream)).toMatchObject({ state: 'published', collecting: false })
    await expectProblem(await pledge(user, dream, 1), 'dream_not_collecting')
    await expect
      .poll(async () => (await told(dream)).map(({ to, at }) => [to, at]), until)
      .toEqual([['collecting', opensAt]])
    expect((await pledge(user, dream, 1)).status).toBe(201)
  })

  it('end it later when they were moved ahead, before they came', async () => {
    const closesAt = Date.now() + 1_500
    const dream = await plantDream({ closesAt })
    const user = await giver(dream, 1)
    expect(await stubOf(dream).extend(closesAt + 3_600_000)).toMatchObject({ closesAt: closesAt + 3_600_000 })
    await evictDurableObject(stubOf(dream))
    await new Promise((resolve) => setTimeout(resolve, closesAt + 100 - Date.now()))
    await runDurableObjectAlarm(stubOf(dream))
    expect((await pledge(user, dream, 1)).status).toBe(201)
    expect(
      await world.DB.prepare('SELECT object_closes_at AS at FROM dreams WHERE id = ?').bind(dream).first(),
    ).toEqual({ at: closesAt + 3_600_000 })
    expect(await stubOf(freshId('none')).extend(closesAt)).toBeNull()
  })
})

import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { app } from '../../src/app.ts'
import { tellUntold } from '../../src/campaigns/extending.ts'
import type { Env } from '../../src/env.ts'
import {
  call,
  changesOf,
  extend,
  newsOf,
  OPERATOR,
  plantAccepted,
  plantCampaign,
  postAmid,
  publishDream,
  rfc3339,
  sql,
} from './campaign-calls.ts'
import { expectProblem, plantDream, tokenFor, world } from './world.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** A campaign that ends in `ms`, with `count` dreams in it. */
async function plantWithDreams(
  ms: number,
  count: number,
): Promise<{ id: string; end: number; dreams: string[] }> {
  const end = Date.now() + ms
  const id = await plantCampaign({ closesAt: end })
  const dreams: string[] = []
  for (let n = 0; n < count; n++) dreams.push(await publishDream(await plantAccepted(), id, 5))
  return { id, end, dreams }
}

const endOf = async (dream: string): Promise<number | undefined> =>
  (await world.DREAM.getByName(dream).snapshot())?.closesAt

const catalogueEndOf = async (dream: string): Promise<unknown> =>
  ((await sql('SELECT closes_at FROM dreams WHERE id = ?', dream)).results[0] as { closes_at: number })
    .closes_at

/** Waits until `read` says `expected`. */
async function until<T>(read: () => Promise<T>, expected: T): Promise<void> {
  await expect.poll(read, { timeout: 5_000, interval: 50 }).toEqual(expected)
}

describe('an extension', () => {
  it('moves the end of a campaign and of its dreams, in the catalogue and their objects, in public', async () => {
    const { id, end, dreams } = await plantWithDreams(10 * MINUTE_MS, 2)
    const stranger = await plantDream({ closesAt: end })
    const later = end + DAY_MS
    const answer = await extend(id, later, '大家还想参加')
    expect(answer.status).toBe(201)
    const extension = {
      was: rfc3339(end),
      until: rfc3339(later),
      reason: '大家还想参加',
      at: expect.any(String),
    }
    expect(await answer.json()).toMatchObject({ closesAt: rfc3339(later), extensions: [extension] })
    for (const dream of dreams) {
      expect(await catalogueEndOf(dream)).toBe(later)
      await until(() => endOf(dream), later)
      const { at: _, ...data } = extension
      const told = (await newsOf('dream', dream)).filter(({ kind }) => kind === 'extended')
      expect(told).toMatchObject([{ audience: null, data }])
    }
    expect(await catalogueEndOf(stranger)).toBe(end)
    expect((await newsOf('campaign', id)).filter(({ kind }) => kind === 'extended')).toHaveLength(1)
    expect((await changesOf(`campaign:${id}`)).at(-1)).toMatchObject({
      ...{ actor: OPERATOR, action: 'campaign.extended', detail: { reason: '大家还想参加' } },
    })
  })

  it('leaves alone the dreams that no longer collect', async () => {
    const { id, end, dreams } = await plantWithDreams(10 * MINUTE_MS, 2)
    const [closed, collecting] = dreams as [string, string]
    await sql("UPDATE dreams SET state = 'closed', version = 1000 WHERE id = ?", closed)
    await extend(id, end + DAY_MS)
    expect(await catalogueEndOf(closed)).toBe(end)
    expect(await catalogueEndOf(collecting)).toBe(end + DAY_MS)
    expect((await newsOf('dream', closed)).filter(({ kind }) => kind === 'extended')).toEqual([])
  })

  it('is made until two minutes before the end and not after', async () => {
    const late = await plantCampaign({ closesAt: Date.now() + 2 * MINUTE_MS - 1 })
    await expectProblem(await extend(late, Date.now() + DAY_MS), 'too_late')
    const over = await plantCampaign({ closesAt: Date.now() - 1 })
    await expectProblem(await extend(over, Date.now() + DAY_MS), 'too_late')
    const inTime = await plantCampaign({ closesAt: Date.now() + 2 * MINUTE_MS + 2_000 })
    expect((await extend(inTime, Date.now() + DAY_MS)).status).toBe(201)
  })

  it('only leads later, by at most thirty days', async () => {
    const { id, end } = await plantWithDreams(DAY_MS, 0)
    await expectProblem(await extend(id, end), 'state_conflict')
    await expectProblem(await extend(id, end - MINUTE_MS), 'state_conflict')
    await expectProblem(await extend(id, end + 30 * DAY_MS + 1), 'limit_reached')
    const body = { closesAt: rfc3339(end + 1), reason: '  ' }
    const path = `/v1/campaigns/${id}/extensions`
    await expectProblem(await call('post', path, { body }), 'invalid_request')
    expect(await changesOf(`campaign:${id}`)).toHaveLength(1)
  })

  it('is made ten times and no more; the last one asked for again is answered', async () => {
    const { id, end } = await plantWithDreams(DAY_MS, 1)
    for (let n = 1; n <= 10; n++) expect((await extend(id, end + n)).status).toBe(201)
    await expectProblem(await extend(id, end + 11), 'limit_reached')
    const again = await extend(id, end + 10)
    expect(again.status).toBe(200)
    const { extensions } = await again.json<{ extensions: { until: string }[] }>()
    expect(extensions.map(({ until }) => Date.parse(until))).toEqual(
      Array.from({ length: 10 }, (_, n) => end + n + 1),
    )
    expect(await changesOf(`campaign:${id}`)).toHaveLength(11)
  })

  it('made by many at a time is made once', async () => {
    const { id, end, dreams } = await plantWithDreams(DAY_MS, 1)
    const answers = await Promise.all([1, 2, 3, 4].map(() => extend(id, end + DAY_MS)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201])
    const { results } = await sql('SELECT n FROM campaign_extensions WHERE campaign = ?', id)
    expect(results).toEqual([{ n: 1 }])
    expect(
      (await newsOf('dream', dreams[0] as string)).filter(({ kind }) => kind === 'extended'),
    ).toHaveLength(1)
  })

  it('that meets another between its decision and its writing is decided again', async () => {
    const { id, end, dreams } = await plantWithDreams(DAY_MS, 1)
    const path = `/v1/campaigns/${id}/extensions`
    const ask = (days: number) => ({ closesAt: rfc3339(end + days * DAY_MS), reason: `${days}` })
    const later = await postAmid(path, ask(2), 3, () => extend(id, end + DAY_MS, '1'))
    expect(later.status).toBe(201)
    const { extensions } = await later.json<{ extensions: { was: string; until: string }[] }>()
    expect(extensions.map(({ was, until }) => [Date.parse(was) - end, Date.parse(until) - end])).toEqual([
      ...[
        [0, DAY_MS],
        [DAY_MS, 2 * DAY_MS],
      ],
    ])
    // One that would end sooner than what came between is none any more.
    const sooner = await postAmid(path, ask(3), 3, () => extend(id, end + 4 * DAY_MS, '4'))
    await expectProblem(sooner, 'state_conflict')
    expect(await catalogueEndOf(dreams[0] as string)).toBe(end + 4 * DAY_MS)
    expect((await newsOf('campaign', id)).filter(({ kind }) => kind === 'extended')).toHaveLength(3)
  })

  it('is taken by a dream that is published at the same time', async () => {
    for (let n = 0; n < 3; n++) {
      const { id, end } = await plantWithDreams(DAY_MS, 0)
      const [dream] = await Promise.all([
        publishDream(await plantAccepted(), id, 5),
        extend(id, end + DAY_MS),
      ])
      expect(await catalogueEndOf(dream)).toBe(end + DAY_MS)
      await until(() => endOf(dream), end + DAY_MS)
    }
  })

  it('is told by the job to the objects that did not hear of it', async () => {
    const { id, end, dreams } = await plantWithDreams(10 * MINUTE_MS, 2)
    const deaf = dreams[0] as string
    const DREAM = {
      getByName(name: string) {
        if (name === deaf) throw new Error('the object is away')
        return world.DREAM.getByName(name)
      },
    }
    const ctx = createExecutionContext()
    const init = {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${await tokenFor(OPERATOR, ['operator'])}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ closesAt: rfc3339(end + DAY_MS), reason: 'x' }),
    }
    const env = { ...world, DREAM } as unknown as Env
    // Both objects said when they opened until when they collect.
    for (const dream of dreams)
      await until(async () => {
        const { results } = await sql('SELECT object_closes_at AS at FROM dreams WHERE id = ?', dream)
        return (results[0] as { at: number }).at
      }, end)
    expect((await app.request(`/v1/campaigns/${id}/extensions`, init, env, ctx)).status).toBe(201)
    await waitOnExecutionContext(ctx)
    expect(await Promise.all(dreams.map(endOf))).toEqual([end, end + DAY_MS])
    expect(await tellUntold(world)).toBeGreaterThanOrEqual(1)
    expect(await endOf(deaf)).toBe(end + DAY_MS)
    await until(() => tellUntold(world), 0)
  })
})

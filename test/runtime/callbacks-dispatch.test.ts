import { beforeAll, describe, expect, it } from 'vitest'
import { dispatchOutbox, pruneCallbacks } from '../../src/callbacks/dispatch.ts'
import type { Env } from '../../src/env.ts'
import { ask, consume, deliveryRow, keepingQueue, subscribe, tell } from './callback-calls.ts'
import { plantSeed, world } from './world.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

beforeAll(plantSeed)

function dispatching() {
  const { handed, queue } = keepingQueue()
  return { handed, env: { DB: world.DB, CALLBACKS: queue } as unknown as Env }
}

/** What the queue was handed of one event. */
const of = (handed: readonly { endpoint: string; event: string }[], event: string): string[] =>
  handed
    .filter((ref) => ref.event === event)
    .map(({ endpoint }) => endpoint)
    .sort()

const count = async (sql: string, ...values: unknown[]): Promise<number> =>
  (await world.DB.prepare(sql)
    .bind(...values)
    .first<number>('count(*)')) ?? -1

describe('an event in the outbox', () => {
  it('for everyone goes to every active endpoint that subscribed to its type, and to no other', async () => {
    const [a, b, other, off, gone] = await Promise.all([
      subscribe({ types: ['report.published', 'dream.closed'] }),
      subscribe(),
      subscribe({ types: ['dream.closed'] }),
      subscribe(),
      subscribe(),
    ])
    await ask('PATCH', `/v1/endpoints/${off.id}`, { state: 'disabled' })
    await ask('DELETE', `/v1/endpoints/${gone.id}`)
    const event = await tell()
    const { handed, env } = dispatching()
    await dispatchOutbox(env)
    const to = of(handed, event.id)
    expect(to).toEqual(expect.arrayContaining([a.id, b.id].sort()))
    for (const { id } of [other, off, gone]) expect(to).not.toContain(id)
  })

  it('for one owner goes to that owner’s endpoints only', async () => {
    const mine = await subscribe({ owner: 'line:steps', types: ['flowers.credited'] })
    await subscribe({ owner: 'line:quiz', types: ['flowers.credited'] })
    await subscribe({ owner: 'line:steps', types: ['pledge.accepted'] })
    const event = await tell({ type: 'flowers.credited', owner: 'line:steps', data: { credits: [] } })
    const { handed, env } = dispatching()
    await dispatchOutbox(env)
    expect(of(handed, event.id)).toEqual([mine.id])
  })

  it('that an endpoint was disabled goes to all the owner’s others, subscribed or not', async () => {
    const first = await subscribe()
    const second = await subscribe({ owner: first.owner, types: ['dream.closed'] })
    await subscribe({ types: ['dream.closed'] })
    const event = await tell({ type: 'endpoint.disabled', owner: first.owner, data: {} })
    const { handed, env } = dispatching()
    await dispatchOutbox(env)
    expect(of(handed, event.id)).toEqual([first.id, second.id].sort())
  })

  it('is dispatched once, run after run and in runs beside each other', async () => {
    const { id } = await subscribe()
    const event = await tell()
    const { handed, env } = dispatching()
    await Promise.all(Array.from({ length: 5 }, () => dispatchOutbox(env)))
    await tell({ id: event.id })
    await dispatchOutbox(env)
    expect(of(handed, event.id).filter((endpoint) => endpoint === id)).toEqual([id])
    expect(await count('SELECT count(*) FROM deliveries WHERE event = ?', event.id)).toBe(
      of(handed, event.id).length,
    )
  })

  it('that is there keeps what it said first', async () => {
    const event = await tell({ data: { first: true } })
    await tell({ id: event.id, data: { first: false } })
    const data = await world.DB.prepare('SELECT data FROM outbox WHERE id = ?').bind(event.id).first('data')
    expect(data).toBe('{"first":true}')
  })

  it('is dispatched with more than a chunk of others in one run, in messages of a hundred', async () => {
    await dispatchOutbox(dispatching().env)
    const owner = 'partner:many'
    await subscribe({ owner })
    await subscribe({ owner })
    for (let n = 0; n < 120; n++) await tell({ owner, id: `evt_many_${n}` })
    const calls: number[] = []
    const { env } = dispatching()
    const sendBatch = async (messages: Iterable<unknown>) => {
      calls.push([...messages].length)
    }
    const run = await dispatchOutbox({ ...env, CALLBACKS: { sendBatch } as unknown as Env['CALLBACKS'] })
    expect(run).toMatchObject({ events: 120, messages: 240 })
    expect(calls).toEqual([100, 100, 40])
    expect(await dispatchOutbox(env)).toEqual({ events: 0, messages: 0 })
  })
})

describe('the sweep', () => {
  it('finds what the queue did not take', async () => {
    const { id, owner } = await subscribe()
    const event = await tell({ owner })
    const refusing = {
      sendBatch: async () => {
        throw new Error('Too Many Requests')
      },
    }
    const { handed, env } = dispatching()
    await expect(
      dispatchOutbox({ ...env, CALLBACKS: refusing as unknown as Env['CALLBACKS'] }),
    ).rejects.toThrow('Too Many Requests')
    expect(await deliveryRow({ endpoint: id, event: event.id })).toMatchObject({ state: 'pending' })
    await dispatchOutbox(env)
    expect(of(handed, event.id)).toEqual([id])
  })

  it('finds a message that was lost, long after it was due and not before', async () => {
    const { id, owner } = await subscribe()
    const event = await tell({ owner })
    const now = Date.now()
    const { handed, env } = dispatching()
    await dispatchOutbox(env, now)
    await dispatchOutbox(env, now + 14 * 60_000)
    expect(of(handed, event.id)).toEqual([id])
    await dispatchOutbox(env, now + 15 * 60_000)
    expect(of(handed, event.id)).toEqual([id, id])
  })

  it('finds a retry that was lost, after the retry was due', async () => {
    const { id, owner } = await subscribe()
    const event = await tell({ owner })
    const ref = { endpoint: id, event: event.id }
    const now = Date.now()
    const { handed, env } = dispatching()
    await dispatchOutbox(env, now)
    await consume([ref], () => new Response(null, { status: 503, headers: { 'Retry-After': '7200' } }), {
      now,
    })
    await dispatchOutbox(env, now + 7_200_000 + 14 * 60_000)
    expect(of(handed, event.id)).toEqual([id])
    await dispatchOutbox(env, now + 7_200_000 + 15 * 60_000)
    expect(of(handed, event.id)).toEqual([id, id])
  })

  it('leaves alone what is done', async () => {
    const { id, owner } = await subscribe()
    const event = await tell({ owner })
    const { handed, env } = dispatching()
    await dispatchOutbox(env)
    await consume([{ endpoint: id, event: event.id }], () => new Response())
    await dispatchOutbox(env, Date.now() + 20 * DAY_MS)
    expect(of(handed, event.id)).toEqual([id])
  })
})

describe('what is kept', () => {
  it('is of thirty days: events, deliveries and attempts', async () => {
    const { id, owner } = await subscribe()
    const now = Date.now() + 400 * DAY_MS
    const [old, kept] = [now - 30 * DAY_MS - 1, now - 30 * DAY_MS + 1]
    for (const at of [old, kept]) {
      const event = await tell({ owner, at, id: `evt_kept_${at}` })
      await dispatchOutbox(dispatching().env, at)
      await consume([{ endpoint: id, event: event.id }], () => new Response(), { now: at })
    }
    const left = async () => ({
      events: await count('SELECT count(*) FROM outbox WHERE owner = ?', owner),
      deliveries: await count('SELECT count(*) FROM deliveries WHERE endpoint = ?', id),
      attempts: await count('SELECT count(*) FROM attempts WHERE endpoint = ?', id),
    })
    expect(await left()).toEqual({ events: 2, deliveries: 2, attempts: 2 })
    await pruneCallbacks(world, now)
    expect(await left()).toEqual({ events: 1, deliveries: 1, attempts: 1 })
    expect(await deliveryRow({ endpoint: id, event: `evt_kept_${kept}` })).not.toBeNull()
  })
})

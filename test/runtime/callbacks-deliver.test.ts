import { Webhook } from 'standardwebhooks'
import { beforeAll, describe, expect, it } from 'vitest'
import { dispatchOutbox } from '../../src/callbacks/dispatch.ts'
import type { Env } from '../../src/env.ts'
import {
  ask,
  attemptRows,
  auditOf,
  consume,
  deliveryRow,
  endpointRow,
  keepingQueue,
  subscribe,
  tell,
} from './callback-calls.ts'
import { plantSeed, world } from './world.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

beforeAll(plantSeed)

/** An event on its way to one endpoint. */
async function underWay(change: Parameters<typeof subscribe>[0] = {}) {
  const endpoint = await subscribe(change)
  const event = await tell({ owner: endpoint.owner })
  await dispatchOutbox({ ...world, CALLBACKS: keepingQueue().queue })
  return { endpoint, event, ref: { endpoint: endpoint.id, event: event.id } }
}

const ok = () => new Response(null, { status: 204 })
const broken = () => new Response('a stack trace with secrets', { status: 500 })

/** Fails a delivery once, a moment ago in its own time. */
const failAt = (ref: { endpoint: string; event: string }, now: number) => consume([ref], broken, { now })

describe('a callback', () => {
  it('is signed by Standard Webhooks and says what happened', async () => {
    const { endpoint, event, ref } = await underWay()
    const { sent, acked } = await consume([ref], ok)
    expect(sent).toHaveLength(1)
    const [{ url, headers, body, redirect }] = sent as [(typeof sent)[0]]
    expect(url).toBe(endpoint.url)
    expect(redirect).toBe('manual')
    expect(headers['User-Agent']).toContain('one-flower-one-dream')
    expect(headers['webhook-id']).toBe(event.id)
    expect(new Webhook(endpoint.secret).verify(body, headers)).toEqual({
      type: event.type,
      timestamp: new Date(event.at).toISOString(),
      data: event.data,
    })
    expect(acked).toEqual(['m0'])
    expect(await deliveryRow(ref)).toMatchObject({ state: 'delivered', attempts: 1, next_at: null })
    expect(await attemptRows(ref)).toEqual([{ attempt: 1, status: 204, error: null }])
  })

  it('that was delivered is not sent again when its message comes again', async () => {
    const { ref } = await underWay()
    await consume([ref], ok)
    const { sent, acked } = await consume([ref, ref], ok)
    expect(sent).toEqual([])
    expect(acked).toEqual(['m0', 'm1'])
  })

  it('is sent once when its message comes twice at the same time', async () => {
    const { ref } = await underWay()
    const twice = await Promise.all([consume([ref, ref], ok), consume([ref], ok)])
    expect(twice.flatMap(({ sent }) => sent)).toHaveLength(1)
    expect(await attemptRows(ref)).toHaveLength(1)
  })

  it('that fails comes back on the schedule, with the same id and a new time and signature', async () => {
    const { endpoint, ref } = await underWay()
    let now = Date.now()
    const seen: { id: string; time: string; signature: string }[] = []
    const delays: unknown[] = []
    for (let n = 0; n < 8; n++) {
      const { sent, back } = await failAt(ref, now)
      const [{ headers, body }] = sent as [(typeof sent)[0]]
      const {
        'webhook-id': id = '',
        'webhook-timestamp': time = '',
        'webhook-signature': signature = '',
      } = headers
      expect(signature).toBe(new Webhook(endpoint.secret).sign(ref.event, new Date(now), body))
      seen.push({ id, time, signature })
      const delay = back[0]?.[1]
      delays.push(delay)
      if (n < 7)
        expect(await deliveryRow(ref)).toMatchObject({
          state: 'pending',
          next_at: now + (delay ?? 0) * 1_000,
        })
      now += (delay ?? 0) * 1_000
    }
    expect(delays).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 36_000, undefined])
    expect(new Set(seen.map(({ id }) => id)).size).toBe(1)
    expect(new Set(seen.map(({ time }) => time)).size).toBe(8)
    expect(new Set(seen.map(({ signature }) => signature)).size).toBe(8)
    expect(await deliveryRow(ref)).toMatchObject({ state: 'failed', attempts: 8, next_at: null })
    expect(await attemptRows(ref)).toHaveLength(8)
    expect((await consume([ref], ok)).sent).toEqual([])
  })

  it('that is sent again by hand begins its schedule anew and its count of attempts not', async () => {
    const { endpoint, ref } = await underWay()
    const now = Date.now()
    await failAt(ref, now)
    await failAt(ref, now + 5_000)
    const again = await ask('POST', `/v1/endpoints/${endpoint.id}/deliveries/${ref.event}/resend`)
    expect(again.status).toBe(202)
    const { back } = await failAt(ref, now + 6_000)
    expect(back).toEqual([['m0', 5]])
    expect((await attemptRows(ref)).map(({ attempt }) => attempt)).toEqual([1, 2, 3])
  })

  it('that is sent again while its last attempt is under way is not given up by it', async () => {
    const { endpoint, ref } = await underWay()
    await world.DB.prepare('UPDATE deliveries SET attempts = 7, tries = 7 WHERE event = ?')
      .bind(ref.event)
      .run()
    await consume([ref], async () => {
      await ask('POST', `/v1/endpoints/${endpoint.id}/deliveries/${ref.event}/resend`)
      return broken()
    })
    expect(await deliveryRow(ref)).toMatchObject({ state: 'pending', tries: 0 })
    expect((await consume([ref], ok)).sent).toHaveLength(1)
    expect(await deliveryRow(ref)).toMatchObject({ state: 'delivered', attempts: 9 })
  })

  it('is not sent before its time by a second message', async () => {
    const { ref } = await underWay()
    const now = Date.now()
    await failAt(ref, now)
    const early = await consume([ref], ok, { now: now + 2_000 })
    expect(early.sent).toEqual([])
    expect(early.back).toEqual([['m0', 3]])
    await failAt(ref, now + 5_000)
    const dropped = await consume([ref], ok, { now: now + 20_000 })
    expect(dropped.sent).toEqual([])
    expect(dropped.acked).toEqual(['m0'])
    expect(await deliveryRow(ref)).toMatchObject({ state: 'pending', attempts: 2 })
  })

  it.each([301, 302, 303, 307, 308])('answered %i is not led elsewhere', async (status) => {
    const { ref } = await underWay()
    const { sent } = await consume(
      [ref],
      () => new Response(null, { status, headers: { Location: 'https://elsewhere.example/' } }),
    )
    expect(sent).toHaveLength(1)
    expect(await attemptRows(ref)).toEqual([{ attempt: 1, status, error: 'redirect' }])
  })

  it('obeys Retry-After of 429 and 503', async () => {
    for (const status of [429, 503]) {
      const { ref } = await underWay()
      const { back } = await consume(
        [ref],
        () => new Response(null, { status, headers: { 'Retry-After': '3600' } }),
      )
      expect(back).toEqual([['m0', 3_600]])
    }
  })

  it('tells no answer from a late one, and reads no body', async () => {
    const [lost, late, endless] = [await underWay(), await underWay(), await underWay()]
    let cancelled = false
    const body = new ReadableStream({
      cancel() {
        cancelled = true
      },
    })
    const respond = ({ headers }: { headers: Record<string, string> }) => {
      if (headers['webhook-id'] === lost.ref.event) throw new Error('connection refused')
      if (headers['webhook-id'] === late.ref.event) throw new DOMException('too late', 'TimeoutError')
      return new Response(body)
    }
    await consume([lost.ref, late.ref, endless.ref], respond)
    expect(await attemptRows(lost.ref)).toEqual([{ attempt: 1, status: null, error: 'connection' }])
    expect(await attemptRows(late.ref)).toEqual([{ attempt: 1, status: null, error: 'timeout' }])
    expect(await attemptRows(endless.ref)).toEqual([{ attempt: 1, status: 200, error: null }])
    expect(cancelled).toBe(true)
  })

  it('is not sent to an address that is refused now', async () => {
    const { endpoint, ref } = await underWay()
    await world.DB.prepare("UPDATE endpoints SET url = 'https://10.0.0.1/' WHERE id = ?")
      .bind(endpoint.id)
      .run()
    const { sent, back } = await consume([ref], ok)
    expect(sent).toEqual([])
    expect(back).toEqual([['m0', 5]])
    expect(await attemptRows(ref)).toEqual([{ attempt: 1, status: null, error: 'address_refused' }])
  })

  it('to this machine is sent on a local run only', async () => {
    const { ref } = await underWay({ url: 'http://127.0.0.1:9/' })
    const { LOCAL_SIGNING_KEY: _, ...deployed } = world
    expect((await consume([ref], ok, { env: deployed as Env })).sent).toEqual([])
    expect((await consume([ref], ok, { now: Date.now() + 5_000 })).sent).toHaveLength(1)
  })

  it('is signed with each secret that has not expired', async () => {
    const { endpoint, ref } = await underWay()
    const rotate = async (overlapHours: number): Promise<string> => {
      const answer = await ask('POST', `/v1/endpoints/${endpoint.id}/rotate`, { overlapHours })
      return ((await answer.json()) as { secret: string }).secret
    }
    const second = await rotate(24)
    const now = Date.now()
    const signersOf = async (at: number) => {
      const { sent } = await failAt(ref, at)
      const [{ headers, body }] = sent as [(typeof sent)[0]]
      const signatures = headers['webhook-signature']?.split(' ') ?? []
      const by = (secret: string) =>
        signatures.includes(new Webhook(secret).sign(ref.event, new Date(at), body))
      return { count: signatures.length, first: by(endpoint.secret), second: by(second) }
    }
    expect(await signersOf(now)).toEqual({ count: 2, first: true, second: true })
    expect(await signersOf(now + 25 * 60 * 60_000)).toEqual({ count: 1, first: false, second: true })
    const third = await rotate(0)
    expect(await signersOf(now + 50 * 60 * 60_000)).toEqual({ count: 1, first: false, second: false })
    expect(third).toMatch(/^whsec_/)
  })
})

describe('a batch', () => {
  it('is seen to five messages at a time: an invocation has six connections', async () => {
    const endpoint = await subscribe()
    for (let n = 0; n < 10; n++) await tell({ owner: endpoint.owner })
    const { handed, queue } = keepingQueue()
    await dispatchOutbox({ ...world, CALLBACKS: queue })
    const mine = handed.filter((ref) => ref.endpoint === endpoint.id)
    let [underWay, most] = [0, 0]
    const { acked } = await consume(mine, async () => {
      most = Math.max(most, ++underWay)
      await new Promise((done) => setTimeout(done, 50))
      underWay--
      return ok()
    })
    expect(acked).toHaveLength(10)
    expect(most).toBe(5)
  })
})

describe('a consumer that fails', () => {
  it('has the message come back when the database does not answer, before and after the sending', async () => {
    const { ref } = await underWay()
    let calls = 0
    const failing = (at: number): Env => ({
      ...world,
      DB: new Proxy(world.DB, {
        get(db, name) {
          const part = Reflect.get(db, name)
          if (name !== 'batch') return typeof part === 'function' ? part.bind(db) : part
          return (statements: D1PreparedStatement[]) => {
            if (++calls === at) throw new Error('D1_ERROR: storage operation exceeded timeout')
            return db.batch(statements)
          }
        },
      }),
    })
    const now = Date.now()
    const before = await consume([ref], ok, { env: failing(1), now })
    expect(before.sent).toEqual([])
    expect(before.back).toEqual([['m0', 65]])
    calls = 0
    const after = await consume([ref], ok, { env: failing(2), now })
    expect(after.sent).toHaveLength(1)
    expect(after.back).toEqual([['m0', 65]])
    expect(await deliveryRow(ref)).toMatchObject({ state: 'pending', attempts: 1 })
    // It was sent, and no one knows: once more, under the same id, is what an endpoint has to bear.
    const again = await consume([ref], ok, { now: now + 65_000 })
    expect(again.sent).toHaveLength(1)
    expect(await deliveryRow(ref)).toMatchObject({ state: 'delivered', attempts: 2 })
  })

  it('does not keep the other messages of its batch', async () => {
    const { ref } = await underWay()
    const { acked, back } = await consume([null as unknown as typeof ref, ref], ok)
    expect(acked).toEqual(['m1'])
    expect(back).toEqual([['m0', 65]])
  })

  it('sends nothing and counts nothing against the endpoint without SECRETS_KEY', async () => {
    const { endpoint, ref } = await underWay()
    const { SECRETS_KEY: _, ...keyless } = world
    const { sent, back } = await consume([ref], ok, { env: keyless as Env })
    expect(sent).toEqual([])
    expect(back).toHaveLength(1)
    expect(await deliveryRow(ref)).toMatchObject({ state: 'pending', attempts: 0 })
    expect(await endpointRow(endpoint.id)).toMatchObject({ failing_since: null })
  })

  it('leaves to the sweep what the queue gave up, while attempts are left', async () => {
    const { ref } = await underWay()
    const now = Date.now()
    const { acked } = await consume([ref], ok, { queue: 'callbacks-dead', now })
    expect(acked).toEqual(['m0'])
    expect(await deliveryRow(ref)).toMatchObject({ state: 'pending', sweep_at: now + 300_000 })
    await world.DB.prepare('UPDATE deliveries SET tries = 8 WHERE event = ?').bind(ref.event).run()
    await consume([ref], ok, { queue: 'callbacks-dead', now })
    expect(await deliveryRow(ref)).toMatchObject({ state: 'failed', done_at: now })
  })
})

describe('an endpoint', () => {
  it('that answers 410 is disabled, and its owner’s others are told at once', async () => {
    const { endpoint, event, ref } = await underWay()
    const other = await subscribe({ owner: endpoint.owner, types: ['dream.closed'] })
    const { handed } = await consume([ref], () => new Response(null, { status: 410 }))
    expect(await endpointRow(endpoint.id)).toMatchObject({ state: 'disabled', disabled_reason: 'gone' })
    expect(await deliveryRow(ref)).toMatchObject({ state: 'failed', attempts: 1 })
    expect((await auditOf(endpoint.id)).at(-1)).toEqual({
      actor: 'system',
      action: 'endpoint.disabled',
      detail: JSON.stringify({ reason: 'gone', event: event.id }),
    })
    const told = handed.filter((message) => message.endpoint === other.id)
    expect(told).toHaveLength(1)
    const { sent } = await consume(told, ok)
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({
      type: 'endpoint.disabled',
      data: { endpoint: endpoint.id, url: endpoint.url, reason: 'gone' },
    })
    expect(handed.some((message) => message.endpoint === endpoint.id)).toBe(false)
  })

  it('that is disabled by two deliveries at once is told of once', async () => {
    const { endpoint, ref } = await underWay()
    const event = await tell({ owner: endpoint.owner })
    await dispatchOutbox({ ...world, CALLBACKS: keepingQueue().queue })
    let meet = () => {}
    const both = new Promise<void>((done) => {
      meet = done
    })
    let under = 0
    await consume([ref, { ...ref, event: event.id }], async () => {
      if (++under === 2) meet()
      await both
      return new Response(null, { status: 410 })
    })
    const told = await world.DB.prepare(
      "SELECT count(*) AS n FROM outbox WHERE owner = ? AND type = 'endpoint.disabled'",
    )
      .bind(endpoint.owner)
      .first('n')
    expect(told).toBe(1)
    const noted = (await auditOf(endpoint.id)).filter(({ action }) => action === 'endpoint.disabled')
    expect(noted).toHaveLength(1)
  })

  it('that is disabled or deleted gets nothing that was under way', async () => {
    const [off, gone] = [await underWay(), await underWay()]
    await ask('PATCH', `/v1/endpoints/${off.endpoint.id}`, { state: 'disabled' })
    await ask('DELETE', `/v1/endpoints/${gone.endpoint.id}`)
    const { sent, acked } = await consume([off.ref, gone.ref], ok)
    expect(sent).toEqual([])
    expect(acked).toEqual(['m0', 'm1'])
    expect(await deliveryRow(off.ref)).toMatchObject({ state: 'failed' })
    expect(await deliveryRow(gone.ref)).toMatchObject({ state: 'failed' })
  })

  it('is failing from its first failure to its next success', async () => {
    const { endpoint, ref } = await underWay()
    const now = Date.now()
    await failAt(ref, now)
    await failAt(ref, now + 5_000)
    expect(await endpointRow(endpoint.id)).toMatchObject({ failing_since: now })
    await consume([ref], ok, { now: now + 305_000 })
    expect(await endpointRow(endpoint.id)).toMatchObject({ failing_since: null })
  })

  it('that failed for five days is disabled, and may be enabled again', async () => {
    const { endpoint, ref } = await underWay()
    const now = Date.now()
    // As if it had been made then.
    await world.DB.prepare('UPDATE deliveries SET next_at = 0 WHERE event = ?').bind(ref.event).run()
    await failAt(ref, now - 5 * DAY_MS + 10_000)
    await failAt(ref, now)
    expect(await endpointRow(endpoint.id)).toMatchObject({ state: 'active' })
    await failAt(ref, now + 300_000)
    expect(await endpointRow(endpoint.id)).toMatchObject({ state: 'disabled', disabled_reason: 'failing' })
    expect((await auditOf(endpoint.id)).at(-1)).toMatchObject({
      actor: 'system',
      action: 'endpoint.disabled',
    })
    await ask('PATCH', `/v1/endpoints/${endpoint.id}`, { state: 'active' })
    expect(await endpointRow(endpoint.id)).toMatchObject({
      state: 'active',
      disabled_reason: null,
      failing_since: null,
    })
  })
})

import { rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildWorker } from './build.ts'
import type { ServeOptions } from './serve.ts'
import { prepareWorker, type RunningWorker, startWorker } from './worker-process.ts'

/** The queue gathers messages for a second; with a first retry after 5 to 6 s that is the most a test waits for. */
const PATIENCE = { timeout: 20_000, interval: 50 }

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly at: number
}

interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** Answers to give, in turn; after them 204. */
  readonly answers: ({ readonly status: number; readonly headers?: Record<string, string> } | 'never')[]
}

interface Delivery {
  readonly event: string
  readonly state: string
  readonly attempts: number
  readonly log: { readonly status: number | null; readonly error: string | null }[]
}

let options: ServeOptions
let worker: RunningWorker

beforeAll(async () => {
  options = await prepareWorker(buildWorker())
  worker = await startWorker(options)
})

afterAll(async () => {
  await worker.stop()
  rmSync(options.state, { recursive: true, force: true })
})

/** A party that listens on this machine and remembers what it got. */
async function listen(): Promise<Receiver> {
  const received: Received[] = []
  const answers: Receiver['answers'] = []
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    received.push({ headers: incoming.headers, body: Buffer.concat(chunks).toString(), at: Date.now() })
    const answer = answers.shift() ?? { status: 204 }
    if (answer === 'never') return
    const { status, headers } = answer
    outgoing.writeHead(status, headers).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  afterAll(() => server.closeAllConnections())
  afterAll(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received, answers }
}

async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${worker.url}/v1/endpoints${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${worker.seed.users.operator.token}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? (undefined as Answer) : answer.json()
}

const subscribe = (url: string, owner = `partner:${crypto.randomUUID().slice(0, 8)}`) =>
  call<{ id: string; secret: string; owner: string }>('POST', '', { owner, url, types: ['dream.reached'] })

const example = async (endpoint: string): Promise<string> =>
  (await call<{ event: string }>('POST', `/${endpoint}/example`, { type: 'dream.reached' })).event

const deliveryOf = (endpoint: string, event: string) =>
  call<Delivery>('GET', `/${endpoint}/deliveries/${event}`)

/** The body, if it was signed with the secret within five minutes. Throws otherwise. */
const verify = ({ headers, body }: Received, secret: string): unknown =>
  new Webhook(secret).verify(body, headers as Record<string, string>)

const arrived = (receiver: Receiver, count: number) =>
  expect.poll(() => receiver.received.length, PATIENCE).toBe(count)

describe('a real receiver', () => {
  it('gets an example, signed, and the log says that it was delivered', async () => {
    const receiver = await listen()
    const { id, secret } = await subscribe(receiver.url)
    const event = await example(id)
    await arrived(receiver, 1)
    const [got] = receiver.received as [Received]
    expect(verify(got, secret)).toMatchObject({ type: 'dream.reached', data: { example: true } })
    expect(() => verify({ ...got, body: got.body.replace('true', 'false') }, secret)).toThrow()
    expect(got.headers).toMatchObject({ 'webhook-id': event, 'content-type': 'application/json' })
    expect(got.headers['user-agent']).toContain('one-flower-one-dream')
    await expect
      .poll(() => deliveryOf(id, event), PATIENCE)
      .toMatchObject({ state: 'delivered', attempts: 1, log: [{ status: 204, error: null }] })
  })

  it('that fails gets it again after five seconds: the same id, a new time, a new signature', async () => {
    const receiver = await listen()
    receiver.answers.push({ status: 500 })
    const { id, secret } = await subscribe(receiver.url)
    const event = await example(id)
    await arrived(receiver, 2)
    const [first, second] = receiver.received as [Received, Received]
    expect(second.at - first.at).toBeGreaterThanOrEqual(5_000)
    expect(verify(first, secret)).toEqual(verify(second, secret))
    expect([first.headers['webhook-id'], second.headers['webhook-id']]).toEqual([event, event])
    for (const name of ['webhook-timestamp', 'webhook-signature'])
      expect(second.headers[name]).not.toBe(first.headers[name])
    await expect
      .poll(() => deliveryOf(id, event), PATIENCE)
      .toMatchObject({
        state: 'delivered',
        attempts: 2,
        log: [{ status: 204 }, { status: 500, error: 'status' }],
      })
  })

  it('that takes longer than fifteen seconds or is not there has failed', async () => {
    const [slow, closed] = [await listen(), 'http://127.0.0.1:1/']
    slow.answers.push('never')
    const [hanging, refusing] = [await subscribe(slow.url), await subscribe(closed)]
    const [late, lost] = [await example(hanging.id), await example(refusing.id)]
    await expect
      .poll(() => deliveryOf(refusing.id, lost), PATIENCE)
      .toMatchObject({ log: [{ status: null, error: 'connection' }] })
    await expect
      .poll(() => deliveryOf(hanging.id, late), PATIENCE)
      .toMatchObject({ log: [{ status: null, error: 'timeout' }] })
  })

  it('is not led elsewhere by a redirect', async () => {
    const [receiver, elsewhere] = [await listen(), await listen()]
    receiver.answers.push({ status: 307, headers: { Location: elsewhere.url } })
    const { id } = await subscribe(receiver.url)
    const event = await example(id)
    await arrived(receiver, 2)
    expect(elsewhere.received).toEqual([])
    const { log } = await deliveryOf(id, event)
    expect(log.at(-1)).toMatchObject({ status: 307, error: 'redirect' })
  })

  it('that answers 410 gets no more, its owner’s other endpoint is told, and can have it replayed', async () => {
    const [gone, other] = [await listen(), await listen()]
    gone.answers.push({ status: 410 })
    const since = new Date().toISOString()
    const first = await subscribe(gone.url)
    const second = await subscribe(other.url, first.owner)
    const event = await example(first.id)
    await arrived(other, 1)
    const told = verify(other.received[0] as Received, second.secret)
    expect(told).toMatchObject({
      type: 'endpoint.disabled',
      data: { endpoint: first.id, url: gone.url, reason: 'gone' },
    })
    expect(await call('GET', `/${first.id}`)).toMatchObject({ state: 'disabled', disabledReason: 'gone' })
    expect(await deliveryOf(first.id, event)).toMatchObject({ state: 'failed', attempts: 1 })
    await expect(example(first.id)).rejects.toThrow('endpoint_disabled')
    await expect
      .poll(() => call<{ items: Delivery[] }>('GET', `/${second.id}/deliveries`), PATIENCE)
      .toMatchObject({ items: [{ state: 'delivered' }] })

    expect(await call('POST', `/${second.id}/replay`, { since })).toEqual({ events: 1, nextSince: null })
    await arrived(other, 2)
    const [before, after] = other.received as [Received, Received]
    expect(after.headers['webhook-id']).toBe(before.headers['webhook-id'])
    expect(verify(after, second.secret)).toEqual(told)
    expect(gone.received).toHaveLength(1)

    await call('PATCH', `/${first.id}`, { state: 'active' })
    await example(first.id)
    await arrived(gone, 2)
  })

  it('gets a delivery again when its owner asks', async () => {
    const receiver = await listen()
    const { id, secret } = await subscribe(receiver.url)
    const event = await example(id)
    await arrived(receiver, 1)
    await expect.poll(() => deliveryOf(id, event), PATIENCE).toMatchObject({ state: 'delivered' })
    await call('POST', `/${id}/deliveries/${event}/resend`)
    await arrived(receiver, 2)
    const [first, second] = receiver.received as [Received, Received]
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id'])
    expect(verify(second, secret)).toEqual(verify(first, secret))
  })

  it('gets two signatures while one secret replaces another, and then one', async () => {
    const receiver = await listen()
    const { id, secret } = await subscribe(receiver.url)
    const { secret: second } = await call<{ secret: string }>('POST', `/${id}/rotate`, {})
    await example(id)
    await arrived(receiver, 1)
    const [both] = receiver.received as [Received]
    expect(String(both.headers['webhook-signature']).split(' ')).toHaveLength(2)
    expect(verify(both, secret)).toEqual(verify(both, second))
    const { secret: third } = await call<{ secret: string }>('POST', `/${id}/rotate`, { overlapHours: 0 })
    await example(id)
    await arrived(receiver, 2)
    const alone = receiver.received[1] as Received
    expect(String(alone.headers['webhook-signature']).split(' ')).toHaveLength(1)
    expect(verify(alone, third)).toMatchObject({ type: 'dream.reached' })
    for (const old of [secret, second]) expect(() => verify(alone, old)).toThrow()
  })
})

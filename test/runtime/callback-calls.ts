import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test'
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { deliver } from '../../src/callbacks/consumer.ts'
import type { DeliveryRef } from '../../src/callbacks/deliveries-store.ts'
import { noteEventWhen, type OutboxEvent } from '../../src/callbacks/outbox.ts'
import type { Env } from '../../src/env.ts'
import { freshId, sendWith, tokenFor, world } from './world.ts'

/**
 * How the tests of callbacks stand in for what is outside: a queue that keeps what it is handed, so that a test decides
 * when a message comes, and an endpoint that answers what a test says.
 */

/** A queue that only keeps. */
export function keepingQueue(): { handed: DeliveryRef[]; queue: Env['CALLBACKS'] } {
  const handed: DeliveryRef[] = []
  const sendBatch = async (messages: Iterable<MessageSendRequest<DeliveryRef>>) => {
    handed.push(...[...messages].map(({ body }) => body))
  }
  return { handed, queue: { sendBatch } as unknown as Env['CALLBACKS'] }
}

/** A request of an operator, or of someone with other roles, to a worker whose queue only keeps. */
export async function ask(
  method: string,
  path: string,
  body?: unknown,
  { roles = ['operator'], env = {} }: { roles?: string[]; env?: Partial<Record<keyof Env, unknown>> } = {},
): Promise<Response> {
  return sendWith({ CALLBACKS: keepingQueue().queue, ...env }, path, {
    method,
    headers: {
      Authorization: `Bearer ${await tokenFor('ops', roles)}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** Subscribes an address. A partner needs no line. */
export async function subscribe(
  change: { owner?: string; url?: string; types?: string[] } = {},
): Promise<{ id: string; owner: string; secret: string; url: string }> {
  const owner = change.owner ?? `partner:${freshId('p')}`
  const body = { owner, url: 'https://receiver.example/hook', types: ['report.published'], ...change }
  const answer = await ask('POST', '/v1/endpoints', body)
  if (answer.status !== 201) throw new Error(`not subscribed: ${await answer.text()}`)
  return answer.json()
}

/** Puts an event in the outbox, as those who tell of facts do. */
export async function tell(change: Partial<OutboxEvent> = {}): Promise<OutboxEvent> {
  const event: OutboxEvent = {
    id: `evt_${freshId('test')}`,
    type: 'report.published',
    owner: null,
    data: { dream: 'first-flower', report: 'r', at: '2026-09-09T00:00:00.000Z' },
    at: Date.now(),
    ...change,
  }
  await noteEventWhen(drizzle(world.DB), event, sql`true`)
  return event
}

/** What an endpoint was sent. */
export interface Sent {
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: string
  readonly redirect: string | undefined
}

/** Has the consumer see to messages, at `now`, with endpoints that answer as `respond` says. */
export async function consume(
  refs: readonly DeliveryRef[],
  respond: (sent: Sent) => Response | Promise<Response>,
  {
    now = Date.now(),
    env = world,
    queue = 'callbacks',
  }: { now?: number | (() => number); env?: Env; queue?: string } = {},
): Promise<{
  sent: Sent[]
  /** Messages that are done with. */
  acked: string[]
  /** Messages that come back, and in how many seconds. */
  back: (readonly [id: string, delaySeconds: number | undefined])[]
  handed: DeliveryRef[]
}> {
  const sent: Sent[] = []
  const { handed, queue: keeping } = keepingQueue()
  const batch = createMessageBatch<DeliveryRef>(
    queue,
    refs.map((body, n) => ({ id: `m${n}`, timestamp: 0, attempts: 1, body })),
  )
  const ctx = createExecutionContext()
  // The result tells which messages come back, not when.
  const delays = new Map<string, number | undefined>()
  const messages = batch.messages.map((message) => ({
    id: message.id,
    body: message.body,
    timestamp: message.timestamp,
    attempts: message.attempts,
    ack: () => message.ack(),
    retry: (options?: QueueRetryOptions) => {
      delays.set(message.id, options?.delaySeconds)
      message.retry(options)
    },
  }))
  await deliver(
    { queue, messages } as unknown as MessageBatch<DeliveryRef>,
    { ...env, CALLBACKS: keeping },
    {
      now: typeof now === 'function' ? now : () => now,
      random: () => 0,
      fetch: async (input, init) => {
        const request = {
          url: String(input),
          headers: init?.headers as Record<string, string>,
          body: String(init?.body),
          redirect: init?.redirect,
        }
        sent.push(request)
        return respond(request)
      },
    },
  )
  const { explicitAcks: acked, retryMessages } = await getQueueResult(batch, ctx)
  return { sent, acked, back: retryMessages.map(({ msgId }) => [msgId, delays.get(msgId)] as const), handed }
}

/** A row of `deliveries`. */
export function deliveryRow(ref: DeliveryRef): Promise<Record<string, unknown> | null> {
  return world.DB.prepare('SELECT * FROM deliveries WHERE endpoint = ? AND event = ?')
    .bind(ref.endpoint, ref.event)
    .first()
}

/** The rows of `attempts`, in order. */
export async function attemptRows(ref: DeliveryRef): Promise<Record<string, unknown>[]> {
  const { results } = await world.DB.prepare(
    'SELECT attempt, status, error FROM attempts WHERE endpoint = ? AND event = ? ORDER BY attempt',
  )
    .bind(ref.endpoint, ref.event)
    .all()
  return results
}

/** A row of `endpoints`. */
export function endpointRow(id: string): Promise<Record<string, unknown> | null> {
  return world.DB.prepare('SELECT * FROM endpoints WHERE id = ?').bind(id).first()
}

/** What the audit log says of an endpoint, oldest first. */
export async function auditOf(id: string): Promise<{ actor: string; action: string; detail: string }[]> {
  const { results } = await world.DB.prepare(
    'SELECT actor, action, detail FROM audit_log WHERE subject = ? ORDER BY id',
  )
    .bind(`endpoint:${id}`)
    .all<{ actor: string; action: string; detail: string }>()
  return results
}

import { Webhook } from 'standardwebhooks'
import type { Answer, Call } from './client.ts'
import type { ActReply, PledgeReply } from './model.ts'
import type { Ask, Delivery, Guest, LineRequest } from './plan.ts'

/** A user's pledge as a request. */
export function pledgeCall(guest: Guest, key: string, ask: Ask, patienceMs: readonly number[]): Call {
  return {
    kind: 'pledge',
    method: 'POST',
    path: `/v1/dreams/${ask.dream}/pledges`,
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${guest.token}`,
      'Idempotency-Key': key,
    },
    body: ask.body,
    patienceMs,
  }
}

/** A delivery as a signed request. */
export function deliveryCall(delivery: Delivery, secret: string): Call {
  const data =
    delivery.type === 'acts.reported'
      ? { acts: delivery.acts }
      : { pledges: delivery.pledges.map(({ allowed: _, ...request }) => request) }
  return eventCall({ ...delivery, data }, secret)
}

/** An event as a signed request. Unlike `sendEvent` it can be sent again byte for byte, as a line's queue does. */
export function eventCall(
  { line, id, type, data }: { line: string; id: string; type: string; data: unknown },
  secret: string,
): Call {
  const now = new Date()
  const body = JSON.stringify({ type, timestamp: now.toISOString(), data })
  return {
    kind: 'webhook',
    method: 'POST',
    path: `/v1/lines/${line}/webhook`,
    headers: {
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    },
    body,
  }
}

/** What an answer says of a pledge. */
export function readPledge({ status, code, text, replayed }: Answer, ask: Ask): PledgeReply {
  const fresh = !replayed
  if (status !== 201) return { outcome: code ?? `${status}`, said: code ?? `${status} ${text}`, fresh }
  const { dream, flowers } = JSON.parse(text) as { dream?: unknown; flowers?: unknown }
  const asAsked = dream === ask.dream && flowers === ask.flowers
  return { outcome: asAsked ? 'accepted' : 'another_pledge', said: text, fresh }
}

/** The results of a webhook's items, in order. */
export function readResults({ text }: Answer): readonly ActReply[] {
  return (JSON.parse(text) as { results: readonly ActReply[] }).results
}

/** What a result says of a pledge a line asked for. Its refusals do not tell the first from a repeat. */
export function readRequested({ outcome, flowers, reason }: ActReply, asked: LineRequest): PledgeReply {
  if (outcome === 'refused') return { outcome: `${reason}`, said: `${reason}`, fresh: false }
  const asAsked = flowers === asked.flowers && (outcome === 'accepted' || outcome === 'duplicate')
  return {
    outcome: asAsked ? 'accepted' : 'another_pledge',
    said: `accepted ${flowers}`,
    fresh: outcome === 'accepted',
  }
}

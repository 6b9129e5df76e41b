import { readFileSync } from 'node:fs'
import autocannon from 'autocannon'
import { Webhook } from 'standardwebhooks'
import { COLD_DREAMS, VIEWS, type ViewKind } from './views.ts'

/**
 * One measurement, in a process of its own: sends one kind of request as fast as it is answered for a while, and
 * says how many were answered a second.
 */

export interface LoadOptions {
  readonly url: string
  readonly kind: 'empty' | 'ceiling' | 'naive' | 'pledge' | 'bulk' | ViewKind
  readonly connections: number
  readonly seconds: number
  /** A file with `{tokens, users, secret}`. */
  readonly material: string
  /** Makes keys unique among measurements. */
  readonly run: string
}

export interface LoadResult {
  readonly perSecond: number
  readonly answered: number
  readonly failed: number
  readonly p50: number
  readonly p99: number
}

/** Pledges in one bulk request. */
export const BULK_ITEMS = 200

const options = JSON.parse(process.argv[2] ?? '{}') as LoadOptions
const { tokens, users, secret } = JSON.parse(readFileSync(options.material, 'utf8')) as {
  tokens: string[]
  users: string[]
  secret: string
}
const signer = new Webhook(secret)
let count = 0

const body = JSON.stringify({ flowers: 1 })

function pledgeHeaders(): Record<string, string> {
  const n = count++
  return {
    authorization: `Bearer ${tokens[(n * 7919) % tokens.length]}`,
    'content-type': 'application/json',
    'idempotency-key': `${options.run}-${n}-${Math.random().toString(36).slice(2)}`,
  }
}

/** Signed ahead of the measurement: signing is the sender's work, not the engine's. */
function signedBodies(total: number): { body: string; headers: Record<string, string> }[] {
  return Array.from({ length: total }, (_, request) => {
    const pledges = Array.from({ length: BULK_ITEMS }, (_, item) => ({
      id: `${options.run}-${request}-${item}-${Math.random().toString(36).slice(2, 10)}`,
      user: users[Math.floor(Math.random() * users.length)],
      dream: 'hearing-screening',
      flowers: 1,
    }))
    const now = new Date()
    const id = `msg_${options.run}_${request}`
    const text = JSON.stringify({
      type: 'pledges.requested',
      timestamp: now.toISOString(),
      data: { pledges },
    })
    return {
      body: text,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
        'webhook-signature': signer.sign(id, now, text),
      },
    }
  })
}

/** What a client that has the answer says. */
async function knownBy(kind: LoadOptions['kind']): Promise<Record<string, string>> {
  if (kind !== 'read304' && kind !== 'badge304') return {}
  const answer = await fetch(options.url + VIEWS[kind].path)
  return { 'if-none-match': answer.headers.get('etag') ?? '' }
}

const known = await knownBy(options.kind)

function requestsOf(kind: LoadOptions['kind']): autocannon.Request[] {
  switch (kind) {
    case 'empty':
      return [{ method: 'GET', path: '/bench/empty' }]
    case 'read':
    case 'read304':
    case 'badge':
    case 'badge304':
    case 'card':
    case 'embed':
      return [{ method: 'GET', path: VIEWS[kind].path, headers: known }]
    case 'readCold':
    case 'badgeCold':
      return [
        {
          method: 'GET',
          setupRequest: (request) => ({
            ...request,
            path: VIEWS[kind].path.replace('*', String(count++ % COLD_DREAMS)),
          }),
        },
      ]
    case 'bulk': {
      const bodies = signedBodies(Math.ceil(500 * options.seconds))
      return [
        {
          method: 'POST',
          path: '/v1/lines/game/webhook',
          setupRequest: (request) => ({ ...request, ...bodies[count++ % bodies.length] }),
        },
      ]
    }
    default: {
      const path = kind === 'pledge' ? '/v1/dreams/hearing-screening/pledges' : `/bench/${kind}`
      return [
        { method: 'POST', path, body, setupRequest: (request) => ({ ...request, headers: pledgeHeaders() }) },
      ]
    }
  }
}

const result = await autocannon({
  url: options.url,
  connections: options.connections,
  duration: options.seconds,
  requests: requestsOf(options.kind),
})
console.log(
  JSON.stringify({
    perSecond: (result['2xx'] + result['3xx']) / result.duration,
    answered: result['2xx'] + result['3xx'],
    failed: result['4xx'] + result['5xx'] + result.errors,
    p50: result.latency.p50,
    p99: result.latency.p99,
  } satisfies LoadResult),
)

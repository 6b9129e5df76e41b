import { Webhook } from 'standardwebhooks'
import type { LoadedDelivery } from './deliveries-store.ts'
import type { Outcome } from './rules.ts'

/** How long an endpoint may take to answer. */
const TIMEOUT_MS = 15_000

const USER_AGENT = 'one-flower-one-dream-callbacks/1'

/**
 * Sends an event to an endpoint once, signed now with every secret (`whsec_...`) by Standard Webhooks. Redirects are not
 * followed, and what the endpoint answers is not read: it could be anything, from anywhere.
 */
export async function sendOnce(
  { event, url, type, data, at }: Pick<LoadedDelivery, 'event' | 'url' | 'type' | 'data' | 'at'>,
  secrets: readonly string[],
  now: number,
  fetcher: typeof fetch,
): Promise<Outcome> {
  // `data` is JSON already, and may be large.
  const body = `{"type":${JSON.stringify(type)},"timestamp":"${new Date(at).toISOString()}","data":${data}}`
  const time = new Date(now)
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': USER_AGENT,
    'webhook-id': event,
    'webhook-timestamp': String(Math.floor(now / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(event, time, body)).join(' '),
  }
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    const answer = await fetcher(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    // Not awaited: an endpoint that never ends its body must not hold us.
    answer.body?.cancel().catch(() => {})
    return { kind: 'answer', status: answer.status, retryAfter: answer.headers.get('retry-after') }
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    return { kind: 'none', error: timedOut ? 'timeout' : 'connection' }
  }
}

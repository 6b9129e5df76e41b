import type { Env } from '../env.ts'
import { giveBack, pruneDeliveries, takeUnqueued } from './deliveries-store.ts'
import { MAX_EVENTS_PER_CHUNK, pruneOutbox, spreadWaiting } from './outbox.ts'

/** Chunks of events a run spreads: 40 x 50 = 2,000; what is left waits for the next run, a minute at the most. */
const MAX_CHUNKS = 40

/** Messages the queue takes in one call; a message is two ids, 250 bytes of the 256 KB a call may have. */
const MAX_MESSAGES_PER_CALL = 100

/** Calls to the queue a run makes: 50 x 100 = 5,000 messages, what a queue takes in a second. */
const MAX_CALLS = 50

/** How long events, deliveries and attempts are kept. */
const KEEP_MS = 30 * 24 * 60 * 60 * 1_000

/** Rows forgotten in one statement, and statements a run: 500 x 100, hourly, is a million a day. */
const PRUNE_ROWS = 500
const MAX_PRUNES = 100

type Bound = Pick<Env, 'DB' | 'CALLBACKS'>

/**
 * Sends waiting events on their way: makes a delivery for every endpoint that an event fits, and hands the queue a
 * message for each delivery that has none, a lost one's included. May run at any time, anywhere, twice at once; with
 * nothing to do it costs two calls to D1 that write nothing. Throws when D1 or the queue do not answer: what was not
 * done is done by the next run.
 */
export async function dispatchOutbox(
  env: Bound,
  now: number = Date.now(),
): Promise<{ events: number; messages: number }> {
  let events = 0
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
    const spread = await spreadWaiting(env.DB, now)
    events += spread
    if (spread < MAX_EVENTS_PER_CHUNK) break
  }
  return { events, messages: await handOver(env, now) }
}

async function handOver(env: Bound, now: number): Promise<number> {
  let messages = 0
  for (let call = 0; call < MAX_CALLS; call++) {
    const taken = await takeUnqueued(env.DB, now, MAX_MESSAGES_PER_CALL)
    if (taken.length === 0) break
    try {
      await env.CALLBACKS.sendBatch(taken.map(({ endpoint, event }) => ({ body: { endpoint, event } })))
    } catch (error) {
      await giveBack(
        env.DB,
        taken.map(({ id }) => id),
        now,
      )
      throw error
    }
    messages += taken.length
    if (taken.length < MAX_MESSAGES_PER_CALL) break
  }
  return messages
}

/** The same for work that must not fail with it: what goes wrong is logged, and the next run does it. */
export async function dispatchQuietly(env: Bound): Promise<void> {
  try {
    await dispatchOutbox(env)
  } catch (error) {
    console.error({ event: 'callbacks.dispatch_failed', error: String(error) })
  }
}

/** Forgets events, deliveries and attempts older than 30 days, so many a run. Returns how many rows of the first two. */
export async function pruneCallbacks(
  env: Pick<Env, 'DB'>,
  now: number,
): Promise<{ events: number; deliveries: number }> {
  const pruned = { events: 0, deliveries: 0 }
  for (const [what, prune] of [
    ['deliveries', pruneDeliveries],
    ['events', pruneOutbox],
  ] as const)
    for (let n = 0; n < MAX_PRUNES; n++) {
      const rows = await prune(env.DB, now - KEEP_MS, PRUNE_ROWS)
      pruned[what] += rows
      if (rows < PRUNE_ROWS) break
    }
  return pruned
}

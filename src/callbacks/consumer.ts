import { type Env, readConfig } from '../env.ts'
import { openSecret, requireSecretsKey } from '../registry/secrets.ts'
import { checkAddress } from './addresses.ts'
import {
  beginAttempt,
  type DeliveryRef,
  endAttempt,
  failDelivery,
  type LoadedDelivery,
  loadDelivery,
  sweepLater,
} from './deliveries-store.ts'
import { dispatchQuietly } from './dispatch.ts'
import { decideDead, decideDelivery, decideMessage, LEASE_MS, type Outcome } from './rules.ts'
import { sendOnce } from './sending.ts'

/** The queue of messages that the queue gave up; wrangler.toml names it. */
const DEAD_QUEUE = 'callbacks-dead'

/**
 * Messages of a batch seen to at a time. An invocation may have six connections open, and a request that waits for one
 * would spend its 15 s waiting; D1 needs one of them.
 */
const LANES = 5

/** When a message comes back whose handling failed on our side: after the lease of an attempt that may have begun. */
const AFTER_CRASH_SECONDS = LEASE_MS / 1_000 + 5

/** When a delivery whose message was given up is handed to the queue again. */
const PUT_BACK_MS = 5 * 60_000

/** What tests put in the place of the world. */
interface World {
  readonly fetch: typeof fetch
  now(): number
  /** In [0, 1). */
  random(): number
}

const realWorld: World = {
  fetch: (input, init) => fetch(input, init),
  now: () => Date.now(),
  random: () => Math.random(),
}

/** Sees to a batch of a queue: deliveries, or messages that the queue of deliveries gave up. */
export async function deliver(
  batch: MessageBatch<DeliveryRef>,
  env: Env,
  world: World = realWorld,
): Promise<void> {
  const handle = batch.queue === DEAD_QUEUE ? bury : attempt
  const messages = [...batch.messages]
  const lane = async () => {
    for (let message = messages.shift(); message; message = messages.shift()) {
      try {
        await handle(message, env, world)
      } catch (error) {
        console.error({ event: 'callbacks.message_failed', delivery: message.body, error: String(error) })
        message.retry({ delaySeconds: AFTER_CRASH_SECONDS })
      }
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

async function attempt(message: Message<DeliveryRef>, env: Env, world: World): Promise<void> {
  const loaded = await loadDelivery(env.DB, message.body, world.now())
  const todo = decideMessage(loaded, world.now())
  if (!loaded || todo.kind === 'drop') return message.ack()
  if (todo.kind === 'wait') return message.retry({ delaySeconds: todo.delaySeconds })
  if (todo.kind === 'fail') {
    await failDelivery(env.DB, loaded.id, world.now())
    return message.ack()
  }
  const secrets = await openAll(env, loaded)
  const begunAt = world.now()
  // Another message for this delivery was faster, or it was sent again: look once more.
  if (!(await beginAttempt(env.DB, loaded, begunAt))) return message.retry({ delaySeconds: 1 })
  const outcome = await send(loaded, secrets, env, world, begunAt)
  const now = world.now()
  const state = { tries: loaded.tries + 1, failingSince: loaded.failingSince }
  const decision = decideDelivery(outcome, state, now, world.random())
  await endAttempt(
    env.DB,
    loaded,
    {
      at: begunAt,
      status: outcome.kind === 'answer' ? outcome.status : null,
      error: decision.kind === 'delivered' ? null : decision.error,
      durationMs: now - begunAt,
    },
    decision,
    now,
  )
  if (decision.kind === 'retry') return message.retry({ delaySeconds: decision.delaySeconds })
  message.ack()
  if (decision.kind !== 'failed') return
  console.warn({ event: 'callbacks.given_up', delivery: message.body, disabled: decision.disable })
  if (decision.disable !== null) await dispatchQuietly(env)
}

async function openAll(env: Env, { endpoint, secrets }: LoadedDelivery): Promise<string[]> {
  const key = requireSecretsKey(readConfig(env))
  return Promise.all(secrets.map(({ sealed }) => openSecret(key, endpoint, sealed)))
}

async function send(
  loaded: LoadedDelivery,
  secrets: readonly string[],
  env: Env,
  world: World,
  now: number,
): Promise<Outcome> {
  const local = readConfig(env).localSigningKey !== null
  if (checkAddress(loaded.url, { local }).kind === 'refused')
    return { kind: 'none', error: 'address_refused' }
  return sendOnce(loaded, secrets, now, world.fetch)
}

async function bury(message: Message<DeliveryRef>, env: Env, world: World): Promise<void> {
  const now = world.now()
  const loaded = await loadDelivery(env.DB, message.body, now)
  const decision = decideDead(loaded)
  console.error({ event: 'callbacks.dead_letter', delivery: message.body, becomes: decision.kind })
  if (loaded && decision.kind === 'fail') await failDelivery(env.DB, loaded.id, now)
  if (loaded && decision.kind === 'put_back')
    await sweepLater(env.DB, loaded.id, Math.max(loaded.nextAt ?? 0, now + PUT_BACK_MS))
  message.ack()
}

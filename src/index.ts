import { app } from './app.ts'
import { deliver } from './callbacks/consumer.ts'
import type { DeliveryRef } from './callbacks/deliveries-store.ts'
import type { Env } from './env.ts'
import { runScheduled } from './scheduled.ts'

export { Dream } from './dreams/object.ts'
export { Line } from './lines/object.ts'

export default {
  fetch: app.fetch,
  queue: (batch, env) => deliver(batch, env),
  scheduled: (controller, env) => runScheduled(controller, env),
} satisfies ExportedHandler<Env, DeliveryRef>

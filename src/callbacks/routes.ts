import { Api } from '../http/api.ts'
import { deliveryRoutes } from './deliveries-routes.ts'
import { endpointRoutes } from './endpoints-routes.ts'
import { bodySchemaOf, describeType, eventTypeNames } from './events.ts'

/** The routes of callbacks: endpoints, and what they are sent. */
export const callbackRoutes = new Api()

for (const routes of [endpointRoutes, deliveryRoutes]) callbackRoutes.route('/', routes)

/** Describes what subscribers are sent, as the webhooks of the API's description. */
export function describeEvents(registry: Api['openAPIRegistry']): void {
  for (const type of eventTypeNames) {
    const { summary, example } = describeType(type)
    const content = {
      'application/json': {
        schema: bodySchemaOf(type),
        example: { type, timestamp: example.at ?? '2026-09-09T01:23:45.678Z', data: example },
      },
    }
    registry.registerWebhook({
      method: 'post',
      path: type,
      summary,
      security: [{ webhookSignature: [] }],
      request: { body: { required: true, content } },
      responses: {
        '2XX': { description: 'Taken. Anything else, a redirect too, is tried again.' },
        410: { description: 'Never again: the endpoint is disabled.' },
        429: { description: 'Later: Retry-After is obeyed, here and with 503.' },
      },
    })
  }
}

import type { RouterRoute } from 'hono/types'
import { auditRoutes } from './audit/routes.ts'
import { oembedRoutes } from './badges/oembed-routes.ts'
import { badgeRoutes } from './badges/routes.ts'
import { callbackRoutes, describeEvents } from './callbacks/routes.ts'
import { campaignRoutes } from './campaigns/routes.ts'
import { dreamRoutes } from './dreams/routes.ts'
import { executionRoutes } from './execution/routes.ts'
import { exportRoutes } from './exports/routes.ts'
import { healthRoutes } from './health.ts'
import { Api } from './http/api.ts'
import { Problem, writeProblem } from './http/problem.ts'
import { ledgerRoutes } from './ledger/routes.ts'
import { lifeRoutes } from './life/routes.ts'
import { earningRoutes } from './lines/earning-routes.ts'
import { examineRoutes } from './lines/examine-routes.ts'
import { revocationRoutes } from './lines/revocation-routes.ts'
import { lineRoutes } from './lines/routes.ts'
import { linkRoutes } from './links/routes.ts'
import { numberRoutes } from './numbers/routes.ts'
import { organisationRoutes } from './organisations/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { summaryRoutes } from './people/summary-routes.ts'
import { planRoutes } from './plans/routes.ts'
import { proposalRoutes } from './proposals/routes.ts'
import { quizRoutes } from './quiz/routes.ts'
import { registryRoutes } from './registry/routes.ts'
import { reportRoutes } from './reports/routes.ts'
import { reviewRoutes } from './review/routes.ts'
import { supervisionRoutes } from './supervision/routes.ts'
import { supporterRoutes } from './supporters/routes.ts'
import { totalsRoutes } from './totals/routes.ts'
import { userRoutes } from './users/routes.ts'

/** The surface for programs: everything that answers JSON, files or feeds, and describes itself. */
export const api = new Api()

for (const routes of [
  dreamRoutes,
  lineRoutes,
  earningRoutes,
  examineRoutes,
  quizRoutes,
  revocationRoutes,
  registryRoutes,
  totalsRoutes,
  callbackRoutes,
  ledgerRoutes,
  linkRoutes,
  userRoutes,
  lifeRoutes,
  proposalRoutes,
  reviewRoutes,
  organisationRoutes,
  planRoutes,
  executionRoutes,
  reportRoutes,
  campaignRoutes,
  supervisionRoutes,
  supporterRoutes,
  peopleRoutes,
  summaryRoutes,
  exportRoutes,
  numberRoutes,
  auditRoutes,
  badgeRoutes,
  oembedRoutes,
  healthRoutes,
])
  api.route('/', routes)

api.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
})
api.openAPIRegistry.registerComponent('securitySchemes', 'webhookSignature', {
  type: 'apiKey',
  in: 'header',
  name: 'webhook-signature',
  description:
    'Standard Webhooks over `webhook-id.webhook-timestamp.body`: HMAC-SHA256 as `v1,<base64>`, or Ed25519 as `v1a,<base64>`.',
})

describeEvents(api.openAPIRegistry)

const HEAD = {
  openapi: '3.1.0',
  info: {
    title: 'One Flower, One Dream',
    version: '1',
    description:
      'Earn little red flowers by good acts, give them to public-interest dreams, follow what becomes of them.',
  },
}

// Made once an isolate: it takes 100 ms, and nothing changes it.
let described: string | null = null

api.get('/v1/openapi.json', (c) => {
  described ??= JSON.stringify(api.getOpenAPI31Document(HEAD))
  return c.body(described, 200, { 'Content-Type': 'application/json' })
})

/** What a path that no route answers is told: the methods that do, or that there is nothing. */
export function noRoute(path: string, routes: readonly RouterRoute[]): Problem {
  const allowed = methodsAt(path, routes)
  return allowed.length > 0
    ? new Problem('method_not_allowed', { headers: { Allow: allowed.join(', ') } })
    : new Problem('not_found')
}

/** The nearest page above a path that only forms are sent to; null where something may be read at the path itself. */
export function pageAbove(path: string, routes: readonly RouterRoute[]): string | null {
  const methods = methodsAt(path, routes)
  if (methods.length === 0 || methods.includes('GET')) return null
  const parts = path.split('/')
  while (parts.length > 2) {
    parts.pop()
    const above = parts.join('/')
    if (methodsAt(above, routes).includes('GET')) return above
  }
  return '/'
}

/** What an error becomes: a problem as it is, and anything else `internal`, with what is known of it in the log. */
export function problemOf(error: Error, path: string): Problem {
  if (error instanceof Problem) return error
  console.error({ event: 'request.failed', path, error: String(error), stack: error.stack })
  return new Problem('internal')
}

api.notFound((c) => writeProblem(c, noRoute(c.req.path, api.routes)))
api.onError((error, c) => writeProblem(c, problemOf(error, c.req.path)))

/** The methods that routes at a path take. */
function methodsAt(path: string, routes: readonly RouterRoute[]): string[] {
  const methods = routes
    .filter((route) => route.method !== 'ALL' && matches(route.path, path))
    .map(({ method }) => method)
  return [...new Set(methods)]
}

function matches(pattern: string, path: string): boolean {
  const expected = pattern.split('/')
  const actual = path.split('/')
  return (
    expected.length === actual.length &&
    expected.every((part, index) => matchesPart(part, actual[index] ?? ''))
  )
}

function matchesPart(expected: string, actual: string): boolean {
  if (!expected.startsWith(':')) return expected === actual
  const [, ending] = /\.(\w+)\}$/.exec(expected) ?? []
  return actual !== '' && (ending === undefined || actual.endsWith(`.${ending}`))
}

import type { PledgeOutcome } from '../dreams/outcomes.ts'
import { Api, type AppContext, json, problems } from '../http/api.ts'
import { callObject } from '../http/backends.ts'
import { readText } from '../http/body.ts'
import { Problem } from '../http/problem.ts'
import { z } from '../http/zod.ts'
import { eventSchema, type LineEvent, MAX_EVENT_BYTES, readEvent } from './events.ts'
import { lineId } from './ids.ts'
import { MAX_DREAMS_PER_EVENT, type PledgeResult, requestPledges } from './pledging.ts'
import { signingLine } from './profiles.ts'
import type { ActResult, ReportOutcome } from './reporter.ts'
import { verifySignature } from './signature.ts'

const resultsSchema = z
  .object({
    results: z.array(
      z.object({
        id: z.string(),
        outcome: z.enum(['credited', 'capped', 'accepted', 'duplicate', 'refused']),
        flowers: z.int(),
        left: z
          .int()
          .optional()
          .describe("With `capped`: what is left of the user's allowance for that day."),
        reason: z.string().optional(),
      }),
    ),
  })
  .openapi('EventResults')

export const lineRoutes = new Api()

lineRoutes.describe(
  {
    method: 'post',
    path: '/v1/lines/{line}/webhook',
    summary: 'What a business line reports and asks for',
    description:
      'Signed by Standard Webhooks. Answers 200 when everything in the body is durable; anything else may be repeated unchanged.',
    security: [{ webhookSignature: [] }],
    request: {
      params: z.object({ line: lineId }),
      headers: z.object({
        'webhook-id': z.string(),
        'webhook-timestamp': z.string().describe('Seconds since 1970.'),
        'webhook-signature': z.string().describe('`v1,<base64>`; several are separated by a space.'),
      }),
      body: { required: true, content: { 'application/json': { schema: eventSchema } } },
    },
    responses: {
      200: json(resultsSchema, 'One result an item, in order'),
      ...problems(
        'invalid_json',
        'invalid_request',
        'unknown_event_type',
        'webhook_headers_missing',
        'signature_invalid',
        'signature_expired',
        'line_may_not_pledge',
        'line_not_found',
        'body_too_large',
        'batch_too_large',
        'unsupported_media_type',
        'outcome_unknown',
        'overloaded',
        'unavailable',
      ),
    },
  },
  async (c) => {
    const id = lineId.safeParse(c.req.param('line'))
    if (!id.success) throw new Problem('line_not_found')
    const body = await readText(c.req.raw, MAX_EVENT_BYTES)
    const now = Date.now()
    const { profile, keys } = await signingLine(c.env, id.data, now)
    await verifySignature(body, c.req.raw.headers, keys, now)
    const event = readEvent(body)
    if (event.type === 'pledges.requested' && !profile.mayPledge) throw new Problem('line_may_not_pledge')
    return c.json({ results: await take(c, id.data, event) }, 200, { 'Cache-Control': 'no-store' })
  },
)

function take(c: AppContext, line: string, event: LineEvent): Promise<readonly (ActResult | PledgeResult)[]> {
  switch (event.type) {
    case 'acts.reported':
      return reportActs(c, line, event)
    case 'pledges.requested':
      return pledgeFor(c, line, event)
  }
}

async function reportActs(
  c: AppContext,
  line: string,
  { acts }: Extract<LineEvent, { type: 'acts.reported' }>,
): Promise<readonly ActResult[]> {
  const outcome = await callObject(
    () => c.env.LINE.getByName(line),
    async (stub) => JSON.parse(await stub.report(JSON.stringify(acts))) as ReportOutcome,
  )
  switch (outcome.kind) {
    case 'results':
      return outcome.results
    case 'unknown_line':
      throw new Problem('line_not_found')
    case 'unavailable':
      throw new Problem('outcome_unknown')
  }
}

async function pledgeFor(
  c: AppContext,
  line: string,
  { pledges }: Extract<LineEvent, { type: 'pledges.requested' }>,
): Promise<readonly PledgeResult[]> {
  const results = await requestPledges(line, pledges, (dream, asks) =>
    callObject(
      () => c.env.DREAM.getByName(dream),
      async (stub) => JSON.parse(await stub.pledgeMany(JSON.stringify(asks))) as PledgeOutcome[],
    ).catch((error): PledgeOutcome[] => {
      // One dream that is overloaded does not speak for the others in the body.
      if (error instanceof Problem && error.code === 'overloaded') return asks.map(() => ({ kind: 'shed' }))
      throw error
    }),
  )
  switch (results) {
    case 'pending':
      throw new Problem('outcome_unknown')
    case 'shed':
      throw new Problem('overloaded')
    case 'too_many_dreams':
      throw new Problem('batch_too_large', { detail: `The limit is ${MAX_DREAMS_PER_EVENT} dreams.` })
    default:
      return results
  }
}

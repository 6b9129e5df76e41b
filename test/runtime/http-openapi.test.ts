import { describe, expect, it } from 'vitest'
import { api } from '../../src/api.ts'
import { problemCodes } from '../../src/http/problem.ts'
import { type ApiDocument, apiDocument, resolveRef } from './documented.ts'
import { send } from './world.ts'

const OWN = 'get /v1/openapi.json'

function operationsOf(document: ApiDocument) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
  )
}

function refsIn(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([name, part]) =>
    name === '$ref' && typeof part === 'string' ? [part] : refsIn(part),
  )
}

describe('the API’s description of itself', () => {
  it('is OpenAPI 3.1, as JSON', async () => {
    const answer = await send('/v1/openapi.json')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/)
    expect((await apiDocument()).openapi).toMatch(/^3\.1\.\d$/)
  })

  it('names every route of the worker and no other', async () => {
    const described = operationsOf(await apiDocument()).map(({ name }) => name)
    const routes = api.routes.map(
      ({ method, path }) =>
        `${method.toLowerCase()} ${path.replace(/:(\w+)(?:\{.*\\(\.\w+)\})?/g, '{$1}$2')}`,
    )
    expect(described.sort()).toEqual([...new Set(routes)].filter((name) => name !== OWN).sort())
  })

  it('points nowhere that is not there', async () => {
    const document = await apiDocument()
    const refs = [...new Set(refsIn(document))]
    expect(refs.length).toBeGreaterThan(5)
    for (const ref of refs) expect(resolveRef(document, ref)).toBeTypeOf('object')
  })

  it('has no schema that nothing points at', async () => {
    const document = await apiDocument()
    const used = new Set(refsIn(document))
    const schemas = Object.keys(document.components.schemas)
    expect(schemas.filter((name) => !used.has(`#/components/schemas/${name}`))).toEqual([])
  })

  it('declares each parameter that stands in a path, and each way to sign that a route asks for', async () => {
    const document = await apiDocument()
    for (const { name, path, operation } of operationsOf(document)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter)
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
      expect(
        declared.map((parameter) => parameter.name),
        name,
      ).toEqual(inPath)
      expect(
        declared.every(({ required }) => required),
        name,
      ).toBe(true)
      for (const scheme of (operation.security ?? []).flatMap(Object.keys))
        expect(document.components.securitySchemes, name).toHaveProperty(scheme)
    }
  })

  it('knows these codes with these statuses, which clients rely on', () => {
    const byStatus: Record<number, string[]> = {}
    for (const [code, [status]] of problemCodes) byStatus[status] = [...(byStatus[status] ?? []), code]
    expect(byStatus).toEqual({
      400: [
        ...['invalid_json', 'invalid_request', 'invalid_cursor', 'idempotency_key_missing'],
        ...['idempotency_key_invalid', 'unknown_event_type', 'webhook_headers_missing'],
      ],
      401: ['token_missing', 'token_invalid', 'signature_invalid', 'signature_expired'],
      402: ['insufficient_flowers'],
      403: [
        ...['operator_only', 'owner_only', 'line_paused', 'line_closed', 'line_may_not_pledge'],
        ...['not_yours', 'executor_only', 'account_deleted', 'cross_site'],
      ],
      404: [
        ...['not_found', 'dream_not_found', 'line_not_found', 'rule_not_found', 'secret_not_found'],
        ...['endpoint_not_found', 'delivery_not_found', 'link_not_found', 'code_invalid', 'day_not_found'],
        ...['proposal_not_found', 'picture_not_found', 'organisation_not_found', 'member_not_found'],
        ...['offer_not_found', 'campaign_not_found', 'plan_item_not_found', 'report_not_found'],
        ...['question_not_found', 'supporter_not_found'],
      ],
      405: ['method_not_allowed'],
      409: [
        ...['dream_not_collecting', 'idempotency_key_in_flight', 'line_exists', 'line_state_conflict'],
        ...['rule_state_conflict', 'last_secret', 'endpoint_disabled', 'move_not_allowed', 'state_conflict'],
        ...['organisation_exists', 'campaign_exists', 'dream_exists', 'already_offered', 'too_late'],
        ...['already_linked'],
      ],
      413: ['body_too_large', 'batch_too_large'],
      415: ['unsupported_media_type'],
      422: [
        ...['idempotency_key_reused', 'reason_missing', 'picture_invalid', 'address_refused'],
        ...['limit_reached'],
      ],
      429: ['rate_limited'],
      500: ['internal'],
      501: ['format_not_supported'],
      503: ['outcome_unknown', 'overloaded', 'unavailable'],
    })
  })

  it('gives each code under the one status it has', async () => {
    const statusOf = new Map<string, number>(problemCodes.map(([code, [status]]) => [code, status]))
    for (const { name, operation } of operationsOf(await apiDocument()))
      for (const [status, { description, content }] of Object.entries(operation.responses)) {
        if (!content?.['application/problem+json']) continue
        for (const code of description.split(', '))
          expect(statusOf.get(code), `${name} ${code}`).toBe(Number(status))
      }
  })

  it('says of every route with a token that the token may be missing or wrong', async () => {
    for (const { name, operation } of operationsOf(await apiDocument())) {
      if (!operation.security?.some((schemes) => 'bearer' in schemes)) continue
      // A line may sign where an operator brings a token.
      const signed = operation.security.some((schemes) => 'webhookSignature' in schemes)
      expect(operation.responses['401']?.description.split(', '), name).toEqual([
        ...['token_missing', 'token_invalid'],
        ...(signed ? ['signature_invalid', 'signature_expired'] : []),
      ])
    }
  })
})

import { expect } from 'vitest'
import { z } from 'zod'
import { send } from './world.ts'

type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
type JsonObject = { [key: string]: Json }

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly security?: readonly Record<string, readonly string[]>[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema: JsonObject }> }
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, { readonly schema: JsonObject }> }
  >
}

/** The API's own description, as far as the tests read it. */
export interface ApiDocument {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly securitySchemes: JsonObject; readonly schemas: JsonObject }
}

let read: Promise<ApiDocument> | undefined

/** The document the worker serves. */
export function apiDocument(): Promise<ApiDocument> {
  read ??= send('/v1/openapi.json').then((answer) => answer.json())
  return read
}

/** What a `$ref` points at. Throws when it points nowhere. */
export function resolveRef(document: ApiDocument, ref: string): Json {
  let place = document as unknown as Json | undefined
  for (const part of ref.replace(/^#\//, '').split('/')) place = (place as JsonObject | undefined)?.[part]
  if (place === undefined) throw new Error(`${ref} points nowhere`)
  return place
}

/** A schema with its references put in place, and closed: a property that it does not name is an error. */
function closed(document: ApiDocument, schema: Json): Json {
  if (Array.isArray(schema)) return schema.map((part) => closed(document, part))
  if (schema === null || typeof schema !== 'object') return schema
  if (typeof schema.$ref === 'string') return closed(document, resolveRef(document, schema.$ref))
  const parts = Object.entries(schema).map(([name, part]) => [name, closed(document, part)] as const)
  return { ...(schema.properties ? { additionalProperties: false } : {}), ...Object.fromEntries(parts) }
}

/** Holds an answer to what the document says of a route, as 'get /v1/dreams'. Returns the answer's body. */
export async function expectDocumented(route: string, answer: Response): Promise<unknown> {
  const document = await apiDocument()
  const [method = '', path = ''] = route.split(' ')
  const response = document.paths[path]?.[method]?.responses[String(answer.status)]
  expect(response, `${route} may answer ${answer.status}`).toBeDefined()
  const type = answer.headers.get('Content-Type') ?? ''
  const schema = response?.content?.[type]?.schema
  expect(schema, `${route} may answer ${answer.status} as ${type}`).toBeDefined()
  const body = (await answer.clone().json()) as Json
  z.fromJSONSchema(closed(document, schema ?? {}) as Parameters<typeof z.fromJSONSchema>[0]).parse(body)
  if (type === 'application/problem+json')
    expect(response?.description.split(', '), `codes that ${route} may answer`).toContain(
      (body as JsonObject).code,
    )
  return body
}

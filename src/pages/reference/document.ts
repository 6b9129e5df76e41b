/** The OpenAPI document of this service, as far as the reference shows it. One generator writes it, so its forms are few. */

export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly [keyword: string]: unknown
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
  readonly schema?: Schema
}

type Content = Readonly<Record<string, { readonly schema?: Schema; readonly example?: unknown }>>

export interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string }
  readonly paths: Paths
  readonly webhooks?: Paths
  readonly components: { readonly schemas?: Readonly<Record<string, Schema>> }
}

/** An operation with where it stands: its `id` is one of a kind on its page. */
export interface Entry {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

/** Operations about one thing. */
export interface Group {
  readonly id: string
  readonly entries: readonly Entry[]
}

/** The group of what this service sends to others. */
export const EVENTS = 'events'

/** The operations in groups by the first part of their path after the version, in the order of the document. */
export function groupsOf(document: ApiDocument): Group[] {
  const groups = new Map<string, Entry[]>()
  const add = (group: string, entry: Entry) => groups.set(group, [...(groups.get(group) ?? []), entry])
  for (const entry of entriesOf(document.paths)) add(groupOf(entry.path), entry)
  for (const entry of entriesOf(document.webhooks ?? {})) add(EVENTS, entry)
  return [...groups].map(([id, entries]) => ({ id, entries }))
}

function entriesOf(paths: Paths): Entry[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...{ id: slugOf(`${method} ${path}`), method: method.toUpperCase(), path, operation },
    })),
  )
}

function groupOf(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== 'v1')
  return slugOf(parts[0] ?? '') || 'root'
}

const slugOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/** What a reference names, and the schema under that name; the schema itself where it is none. */
export function resolve(document: ApiDocument, schema: Schema): { name: string | null; schema: Schema } {
  const name = schema.$ref?.split('/').at(-1)
  if (name === undefined) return { name: null, schema }
  return { name, schema: document.components.schemas?.[name] ?? {} }
}

/** The type of a schema in a few signs: `string`, `Dream[]`, `integer | null`. */
export function typeOf(document: ApiDocument, schema: Schema): string {
  const { name } = resolve(document, schema)
  if (name !== null) return name
  if (schema.items) return `${typeOf(document, schema.items)}[]`
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return [...new Set(choices.map((choice) => typeOf(document, choice)))].join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (typeof schema.type === 'string') return schema.type
  return schema.type?.join(' | ') ?? (schema.allOf ? 'object' : 'any')
}

/** What values of a schema are held to, besides their type: `≤ 100`, `1 to 80 characters`, a format, a pattern. */
export function limitsOf(schema: Schema): string[] {
  const limits: string[] = []
  const { format, pattern, minimum, maximum, minLength, maxLength, minItems, maxItems } = schema
  if (typeof format === 'string') limits.push(format)
  limits.push(...rangeOf(minimum, maximum, ''))
  limits.push(...rangeOf(minLength, maxLength, ' characters'))
  limits.push(...rangeOf(minItems, maxItems, ' items'))
  if (schema.default !== undefined) limits.push(`default ${JSON.stringify(schema.default)}`)
  if (typeof pattern === 'string') limits.push(pattern)
  return limits
}

function rangeOf(low: unknown, high: unknown, unit: string): string[] {
  // The generator writes the largest safe integer where a whole number has no bound of its own.
  const top = high === Number.MAX_SAFE_INTEGER ? undefined : high
  const bottom = low === Number.MIN_SAFE_INTEGER ? undefined : low
  if (bottom !== undefined && top !== undefined) return [`${bottom} to ${top}${unit}`]
  if (top !== undefined) return [`at most ${top}${unit}`]
  return bottom === undefined ? [] : [`at least ${bottom}${unit}`]
}

/** The fields of an object, those of all its parts taken together; null where it is no object with named fields. */
export function fieldsOf(
  document: ApiDocument,
  schema: Schema,
): { name: string; schema: Schema; required: boolean }[] | null {
  const { schema: target } = resolve(document, schema)
  if (target.allOf) return target.allOf.flatMap((part) => fieldsOf(document, part) ?? [])
  if (!target.properties) return null
  const required = new Set(target.required)
  return Object.entries(target.properties).map(([name, field]) => ({
    ...{ name, schema: field, required: required.has(name) },
  }))
}

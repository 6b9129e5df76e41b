import type { z } from 'zod'
import { type FieldProblem, Problem } from './problem.ts'

/** Most places named in one answer; the first are enough to mend a body. */
const MAX_FIELD_PROBLEMS = 20

/**
 * The text of a request's body, at most `maxBytes` of it.
 * Throws unsupported_media_type (415) and body_too_large (413).
 */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  const type = request.headers.get('content-type')
  if (!type || !/^application\/json\s*(;|$)/i.test(type)) throw new Problem('unsupported_media_type')
  const length = contentLength(request, maxBytes)
  // The runtime reads and decodes a whole body by itself.
  return length === null ? new TextDecoder().decode(await readChunks(request, maxBytes)) : request.text()
}

/** The bytes of a body, at most `maxBytes` of them. Throws body_too_large (413). */
export async function readBytes(request: Request | Response, maxBytes: number): Promise<Uint8Array> {
  const length = contentLength(request, maxBytes)
  return length === null ? readChunks(request, maxBytes) : new Uint8Array(await request.arrayBuffer())
}

const tooLarge = (maxBytes: number): Problem =>
  new Problem('body_too_large', { detail: `The limit is ${maxBytes} bytes.` })

/**
 * What a request says of its length, null where it says nothing. The runtime holds a body to its content-length; only a
 * chunked body has to be counted while it comes in.
 */
function contentLength(request: Request | Response, maxBytes: number): string | null {
  const length = request.headers.get('content-length')
  if (length !== null && Number(length) > maxBytes) throw tooLarge(maxBytes)
  return length
}

async function readChunks(request: Request | Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw tooLarge(maxBytes)
    chunks.push(chunk)
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer())
}

/** Parses JSON and holds it to a schema. Throws invalid_json (400) and invalid_request (400) with the places. */
export function parseJson<T extends z.ZodType>(text: string, schema: T): z.output<T> {
  let value: unknown
  try {
    value = JSON.parse(text, HAS_ESCAPE.test(text) ? refuseBroken : undefined)
  } catch {
    throw new Problem('invalid_json')
  }
  return checkAgainst(schema, value)
}

/** Bytes are read as UTF-8, so only an escape can bring half a character or a NUL in. */
const HAS_ESCAPE = /\\u(?:[dD][89a-fA-F]|0000)/

/** Refuses strings that no database gives back as they were: with half of a surrogate pair, or a NUL. */
function refuseBroken(key: string, value: unknown): unknown {
  for (const text of [key, value])
    if (typeof text === 'string' && (!text.isWellFormed() || text.includes('\0')))
      throw new SyntaxError('a string holds half a character or a NUL')
  return value
}

/** Holds a value to a schema. Throws invalid_request (400) with the places. */
export function checkAgainst<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const errors: FieldProblem[] = result.error.issues
    .slice(0, MAX_FIELD_PROBLEMS)
    .map(({ path, message }) => ({ path: path.join('.'), message }))
  throw new Problem('invalid_request', { errors })
}

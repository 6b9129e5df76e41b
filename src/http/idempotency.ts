import { Problem } from './problem.ts'

/** Longest key; what Stripe takes. */
export const MAX_KEY_LENGTH = 255

/**
 * The key of an `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header), bare or as a quoted structured
 * field string. Throws idempotency_key_missing and idempotency_key_invalid (400).
 */
export function readIdempotencyKey(header: string | undefined): string {
  if (header === undefined || header.trim() === '') throw new Problem('idempotency_key_missing')
  const text = header.trim()
  const key = text.startsWith('"') ? unquote(text) : text
  if (key === null || key.length > MAX_KEY_LENGTH || !/^[\x21-\x7e]+$/.test(key))
    throw new Problem('idempotency_key_invalid')
  return key
}

/** The content of an RFC 8941 string, or null when it is not one. */
function unquote(text: string): string | null {
  if (!/^"(?:[^"\\]|\\["\\])*"$/.test(text)) return null
  return text.slice(1, -1).replace(/\\(["\\])/g, '$1')
}

/** Tells that an answer is the first one again. */
export const REPLAYED = { 'Idempotent-Replayed': 'true' }

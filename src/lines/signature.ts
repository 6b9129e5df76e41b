import { Problem } from '../http/problem.ts'
import { fromBase64 } from '../registry/secrets.ts'

/** Standard Webhooks: a timestamp may be off by five minutes. */
const MAX_SKEW_SECONDS = 5 * 60

/** Longest webhook-id and webhook-signature looked at. */
const MAX_ID_LENGTH = 255
const MAX_SIGNATURE_LENGTH = 2_048

/** Most signatures checked, each over the whole body: several stand side by side while a secret is replaced. */
const MAX_SIGNATURES = 5
const HMAC_SHA256_BYTES = 32

const encoder = new TextEncoder()

/**
 * Checks that a body was signed with one of a line's secrets: Standard Webhooks 1.0, symmetric `v1`, HMAC-SHA256 over
 * `id.timestamp.body`. `now` in ms. The comparison is the platform's own, in constant time.
 * Throws webhook_headers_missing (400), signature_expired and signature_invalid (401).
 */
export async function verifySignature(
  body: string,
  headers: Headers,
  keys: readonly CryptoKey[],
  now: number,
): Promise<void> {
  const id = headers.get('webhook-id') ?? ''
  const timestamp = headers.get('webhook-timestamp') ?? ''
  const signatures = headers.get('webhook-signature') ?? ''
  if (
    id === '' ||
    id.length > MAX_ID_LENGTH ||
    !/^\d{1,12}$/.test(timestamp) ||
    signatures === '' ||
    signatures.length > MAX_SIGNATURE_LENGTH
  )
    throw new Problem('webhook_headers_missing')
  if (Math.abs(Math.floor(now / 1_000) - Number(timestamp)) > MAX_SKEW_SECONDS)
    throw new Problem('signature_expired')
  const signed = encoder.encode(`${id}.${timestamp}.${body}`)
  const candidates = signatures
    .split(' ')
    .filter((text) => text.startsWith('v1,'))
    .slice(0, MAX_SIGNATURES)
    .map((text) => decode(text.slice('v1,'.length)))
  for (const signature of candidates)
    for (const key of keys)
      if (
        signature?.length === HMAC_SHA256_BYTES &&
        (await crypto.subtle.verify('HMAC', key, signature, signed))
      )
        return
  throw new Problem('signature_invalid')
}

function decode(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return fromBase64(base64)
  } catch {
    return null
  }
}

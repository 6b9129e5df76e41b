import { Problem } from '../http/problem.ts'
import { fromBase64, type Scheme, type VerifyingKey } from '../registry/secrets.ts'

/** Standard Webhooks: a timestamp may be off by five minutes. */
const MAX_SKEW_SECONDS = 5 * 60

/** Longest webhook-id and webhook-signature looked at. */
const MAX_ID_LENGTH = 255
const MAX_SIGNATURE_LENGTH = 2_048

/** Most signatures checked, each over the whole body: several stand side by side while a secret is replaced. */
const MAX_SIGNATURES = 5

/** How long a signature of a scheme is, and what the platform calls it. */
const SCHEMES = { v1: { bytes: 32, algorithm: 'HMAC' }, v1a: { bytes: 64, algorithm: 'Ed25519' } } as const

const encoder = new TextEncoder()

/**
 * Checks that a body was signed with one of a line's keys that has not expired: Standard Webhooks 1.0 over
 * `id.timestamp.body`, `v1` (HMAC-SHA256) with shared secrets and `v1a` (Ed25519) with public keys, never across: a
 * public key is no secret to sign with. `now` in ms. The comparison is the platform's own, in constant time.
 * Throws webhook_headers_missing (400), signature_expired and signature_invalid (401).
 */
export async function verifySignature(
  body: string,
  headers: Headers,
  keys: readonly VerifyingKey[],
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
  const living = keys.filter(({ expiresAt }) => expiresAt === null || now < expiresAt)
  const candidates = signatures
    .split(' ')
    .map(readSignature)
    .filter((signature) => signature !== null)
    .slice(0, MAX_SIGNATURES)
  for (const { scheme, bytes } of candidates)
    for (const { key } of living.filter((candidate) => candidate.scheme === scheme))
      if (await crypto.subtle.verify(SCHEMES[scheme].algorithm, key, bytes, signed)) return
  throw new Problem('signature_invalid')
}

/** One signature of the header, `v1,<base64>` or `v1a,<base64>`; null for anything else, as later schemes. */
function readSignature(text: string): { scheme: Scheme; bytes: Uint8Array<ArrayBuffer> } | null {
  const match = /^(v1a?),(.*)$/.exec(text)
  const scheme = match?.[1] as Scheme | undefined
  if (!scheme) return null
  try {
    const bytes = fromBase64(match?.[2] ?? '')
    return bytes.length === SCHEMES[scheme].bytes ? { scheme, bytes } : null
  } catch {
    return null
  }
}

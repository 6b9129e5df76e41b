import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import { Problem } from '../http/problem.ts'

/** Standard Webhooks: a timestamp may be off by five minutes. */
const MAX_SKEW_SECONDS = 5 * 60

/** Longest webhook-id and webhook-signature looked at; several signatures stand side by side during a rotation. */
const MAX_ID_LENGTH = 255
const MAX_SIGNATURE_LENGTH = 2_048

/**
 * Checks that a body was signed by one of a line's secrets (Standard Webhooks 1.0, symmetric `v1`).
 * `now` in ms. Throws webhook_headers_missing (400), signature_expired and signature_invalid (401).
 */
export function verifySignature(
  body: string,
  headers: Headers,
  secrets: readonly string[],
  now: number,
): void {
  const id = headers.get('webhook-id') ?? ''
  const timestamp = headers.get('webhook-timestamp') ?? ''
  const signature = headers.get('webhook-signature') ?? ''
  if (
    id === '' ||
    id.length > MAX_ID_LENGTH ||
    !/^\d{1,12}$/.test(timestamp) ||
    signature === '' ||
    signature.length > MAX_SIGNATURE_LENGTH
  )
    throw new Problem('webhook_headers_missing')
  if (Math.abs(Math.floor(now / 1_000) - Number(timestamp)) > MAX_SKEW_SECONDS)
    throw new Problem('signature_expired')
  const signed = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature }
  if (!secrets.some((secret) => verifies(secret, body, signed))) throw new Problem('signature_invalid')
}

function verifies(secret: string, body: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false })
    return true
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false
    throw error
  }
}

import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

/** What a shared secret looks like. */
export const SECRET = /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/

/**
 * The headers that sign a body by Standard Webhooks with a shared secret (`whsec_...`); `at` in ms since 1970. Throws
 * where the secret is none.
 */
export function signatureHeaders(
  secret: string,
  id: string,
  at: number,
  body: string,
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(at), body),
  }
}

/** Whether a body came signed with a secret, less than five minutes ago. */
export function isSigned(secret: string, headers: Readonly<Record<string, string>>, body: string): boolean {
  try {
    new Webhook(secret).verify(body, headers, { jsonParse: false })
    return true
  } catch {
    return false
  }
}

/** A well-formed secret that is nobody's. */
export function strangeSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

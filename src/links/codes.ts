import { fromBase64 } from '../registry/secrets.ts'

/**
 * Link codes: what a person types to say that an id of a line and an account are theirs. 8 characters of Crockford's
 * base 32 are 40 bits: with 1,000 codes open at a time and 10 tries a minute, a guess comes true after 200 years.
 */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 8

export const CODE_TTL_MS = 10 * 60 * 1_000

/** A new code, as `ABCD-EFGH`. */
export function createCode(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(LENGTH))
  const text = Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('')
  return `${text.slice(0, LENGTH / 2)}-${text.slice(LENGTH / 2)}`
}

/** A code as a person typed it, in the one form that is hashed; null when it cannot be one. */
export function normaliseCode(typed: string): string | null {
  const text = typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  return text.length === LENGTH && [...text].every((char) => ALPHABET.includes(char)) ? text : null
}

/** What is kept of a code: HMAC-SHA256 under the worker's key, so that a copy of the table gives no codes away. */
export async function hashCode(secretsKey: string, normalised: string): Promise<string> {
  const key = await crypto.subtle.importKey(
    'raw',
    fromBase64(secretsKey),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const bytes = new TextEncoder().encode(`link-code:${normalised}`)
  const hash = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

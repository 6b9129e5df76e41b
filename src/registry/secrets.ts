import type { Config } from '../env.ts'
import { Problem } from '../http/problem.ts'

/**
 * What verifies a line's signatures, as Standard Webhooks writes it: shared secrets (`v1`), `whsec_` and base64 of 24
 * bytes or more, and Ed25519 public keys (`v1a`), `whpk_` and base64 of 32 bytes. At rest they are sealed with
 * AES-256-GCM under the worker's key; the line's id is authenticated with them, so that a sealed secret copied to
 * another line does not open.
 */

export type Scheme = 'v1' | 'v1a'

/** A key that verifies until `expiresAt` (ms since 1970), or for good when that is null. */
export interface VerifyingKey {
  readonly scheme: Scheme
  readonly key: CryptoKey
  readonly expiresAt: number | null
}

const NONCE_BYTES = 12
const SECRET_BYTES = 32
const PREFIX = 'whsec_'
const PUBLIC_PREFIX = 'whpk_'

/** A public key as a line states it: 32 bytes, so 43 characters and one of padding. */
export const PUBLIC_KEY = /^whpk_[A-Za-z0-9+/]{43}=$/

const encoder = new TextEncoder()

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

/** The bytes of base64 text. Throws on anything else. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}

/** The key of the worker under which secrets are sealed. Throws unavailable (503) where none is set. */
export function requireSecretsKey({ secretsKey }: Config): string {
  if (secretsKey) return secretsKey
  console.error({ event: 'config.missing', name: 'SECRETS_KEY' })
  throw new Problem('unavailable')
}

async function sealingKey(secretsKey: string): Promise<CryptoKey> {
  const bytes = fromBase64(secretsKey)
  if (bytes.length !== 32) throw new Error('SECRETS_KEY must be 32 bytes in base64')
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

/** A new signing secret. */
export function createSecret(): string {
  return PREFIX + toBase64(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)))
}

/** The key that verifies what was signed with a `whsec_` secret. */
export function verifyingKey(secret: string): Promise<CryptoKey> {
  const bytes = fromBase64(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret)
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

/** The key that verifies what was signed with the private half of a `whpk_` key. Throws on anything else. */
export function publicVerifyingKey(publicKey: string): Promise<CryptoKey> {
  const bytes = fromBase64(publicKey.slice(PUBLIC_PREFIX.length))
  return crypto.subtle.importKey('raw', bytes, { name: 'Ed25519' }, false, ['verify'])
}

/** Seals a secret for storage: base64 of nonce and ciphertext. */
export async function sealSecret(secretsKey: string, line: string, secret: string): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonce, additionalData: encoder.encode(line) },
    await sealingKey(secretsKey),
    encoder.encode(secret),
  )
  const bytes = new Uint8Array(NONCE_BYTES + sealed.byteLength)
  bytes.set(nonce)
  bytes.set(new Uint8Array(sealed), NONCE_BYTES)
  return toBase64(bytes)
}

/** Opens a sealed secret. Throws when the key, the line or the bytes are not those it was sealed with. */
export async function openSecret(secretsKey: string, line: string, sealed: string): Promise<string> {
  const bytes = fromBase64(sealed)
  const opened = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: bytes.slice(0, NONCE_BYTES), additionalData: encoder.encode(line) },
    await sealingKey(secretsKey),
    bytes.slice(NONCE_BYTES),
  )
  return new TextDecoder().decode(opened)
}

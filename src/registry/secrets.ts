/**
 * Signing secrets of lines: `whsec_` and base64 of 24 bytes or more, as Standard Webhooks writes them. At rest they
 * are sealed with AES-256-GCM under the worker's key; the line's id is authenticated with them, so that a sealed
 * secret copied to another line does not open.
 */

const NONCE_BYTES = 12
const SECRET_BYTES = 32
const PREFIX = 'whsec_'

const encoder = new TextEncoder()

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
}

/** The bytes of base64 text. Throws on anything else. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
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

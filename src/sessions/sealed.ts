import { EncryptJWT, jwtDecrypt } from 'jose'
import { fromBase64 } from '../registry/secrets.ts'

/**
 * What the Worker gives a browser to keep and nobody else can read or make: JSON Web Encryption (RFC 7516), `dir` with
 * AES-256-GCM, under a key derived from SECRETS_KEY for each purpose, so that one kind of cookie never passes for another.
 */

export type Purpose = 'session' | 'sign-in'

const ENCRYPTION = 'A256GCM'

/** Seals claims for `lifetimeSeconds`. */
export async function sealClaims(
  secretsKey: string,
  purpose: Purpose,
  claims: Record<string, unknown>,
  lifetimeSeconds: number,
): Promise<string> {
  const now = Math.floor(Date.now() / 1_000)
  return new EncryptJWT(claims)
    .setProtectedHeader({ alg: 'dir', enc: ENCRYPTION })
    .setIssuedAt(now)
    .setExpirationTime(now + lifetimeSeconds)
    .encrypt(await keyFor(secretsKey, purpose))
}

/** The claims of what `sealClaims` made for the same purpose; null for anything else, and when its time is over. */
export async function openClaims(
  secretsKey: string,
  purpose: Purpose,
  sealed: string,
): Promise<Record<string, unknown> | null> {
  try {
    const { payload } = await jwtDecrypt(sealed, await keyFor(secretsKey, purpose), {
      keyManagementAlgorithms: ['dir'],
      contentEncryptionAlgorithms: [ENCRYPTION],
      requiredClaims: ['exp'],
    })
    return payload
  } catch {
    return null
  }
}

async function keyFor(secretsKey: string, purpose: Purpose): Promise<Uint8Array> {
  const material = await crypto.subtle.importKey('raw', fromBase64(secretsKey), 'HKDF', false, ['deriveBits'])
  const info = new TextEncoder().encode(`one-flower-one-dream ${purpose} cookie`)
  return new Uint8Array(
    await crypto.subtle.deriveBits(
      { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info },
      material,
      256,
    ),
  )
}

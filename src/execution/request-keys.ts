/** How a repeated request is known: its key tells which it is, its fingerprint whether it asks the same. */

/** A request under an idempotency key, as it is stored: hashes, so that no user id stands beside what is public. */
export interface KeyedRequest {
  readonly key: string
  readonly fingerprint: string
}

/** A request of `user` under their `key`. `asked` is all that makes it what it is: the path's ids and the body. */
export async function keyedRequest(user: string, key: string, asked: unknown): Promise<KeyedRequest> {
  // Neither a user id nor a key holds a line break, so no two pairs are written alike.
  const [keyHash, fingerprint] = await Promise.all([hash(`${user}\n${key}`), hash(JSON.stringify(asked))])
  return { key: keyHash, fingerprint }
}

async function hash(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

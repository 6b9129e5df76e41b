import type { PageContext } from '../frame/context.ts'
import { readOptional } from '../frame/inside.ts'

/** What the account of whoever is signed in holds; null for anyone else, and where that cannot be read now. */
export async function readBalance(c: PageContext): Promise<number | null> {
  if (!c.get('session')) return null
  return (await readOptional<{ readonly balance: number }>(c, '/v1/me'))?.balance ?? null
}

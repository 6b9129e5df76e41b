import type { AppContext } from '../http/api.ts'
import { readDatabase } from '../http/backends.ts'
import { Problem } from '../http/problem.ts'
import { z } from '../http/zod.ts'
import { dreamId } from './ids.ts'
import { type CatalogueDream, loadDream } from './store.ts'

/** What routes below a dream read from a request alike. */

export const dreamParam = z.object({ dream: dreamId })

/** The dream a path names. Throws dream_not_found (404). */
export function readDreamId(c: AppContext): string {
  const id = dreamId.safeParse(c.req.param('dream'))
  if (!id.success) throw new Problem('dream_not_found')
  return id.data
}

/** Under what a dream by itself is cached. */
export const dreamKey = (id: string): string => `dream/${id}`

/** A published dream. Throws dream_not_found (404) and unavailable (503). */
export async function requireDream(c: AppContext, id: string): Promise<CatalogueDream> {
  const dream = await readDatabase(() => loadDream(c.env.DB, id))
  if (!dream) throw new Problem('dream_not_found')
  return dream
}

import { dreamId } from '../dreams/ids.ts'
import { loadDream } from '../dreams/store.ts'
import { type DreamWire, toWire } from '../dreams/wire.ts'
import type { Env } from '../env.ts'
import { readDatabase } from '../http/backends.ts'
import { cachedValue } from '../http/cached-reads.ts'

/** What badges, cards and embeds show of a dream. */
export type Progress = Pick<
  DreamWire,
  'id' | 'title' | 'titleEn' | 'state' | 'quota' | 'flowers' | 'pledges' | 'returned'
>

/** What a request brings that a read needs. */
interface Reader {
  readonly req: { readonly raw: Request }
  readonly env: Env
  readonly executionCtx: { waitUntil(work: Promise<unknown>): void }
}

/** False for what is no dream's id and needs no look. */
export const isDreamId = (id: string): boolean => dreamId.safeParse(id).success

/**
 * How far a dream is, by one cached read for all that is shown of it, whatever its form, language and query; null for an
 * id that is no dream's. Throws unavailable and overloaded (503).
 */
export async function readProgress(c: Reader, id: string): Promise<Progress | null> {
  if (!isDreamId(id)) return null
  return cachedValue<Progress>(c.req.raw, `progress/${id}`, c.executionCtx, async () => {
    const dream = await readDatabase(() => loadDream(c.env.DB, id))
    if (!dream) return null
    const { title, titleEn, state, quota, flowers, pledges, returned } = toWire(dream)
    return { id, title, titleEn, state, quota, flowers, pledges, returned }
  })
}

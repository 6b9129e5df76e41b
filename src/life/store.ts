import { lifeOf } from '../dreams/moves.ts'
import { type CatalogueDream, loadDream } from '../dreams/store.ts'
import type { LifeState } from './states.ts'

/** Where a dream is in its life: `dream` once it is published. */
export interface Life {
  readonly state: LifeState
  readonly dream: CatalogueDream | null
}

/** The state of a proposal or dream at `now` (ms), or null for an id that is neither. */
export async function loadLife(db: D1Database, id: string, now: number): Promise<Life | null> {
  const dream = await loadDream(db, id)
  if (dream) return { state: lifeOf(dream, now), dream }
  const proposal = await db
    .prepare('SELECT state FROM proposals WHERE id = ?')
    .bind(id)
    .first<{ state: LifeState }>()
  return proposal && { state: proposal.state, dream: null }
}

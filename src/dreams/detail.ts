import { countAmendments } from '../campaigns/amendments-store.ts'
import { readDatabase } from '../http/backends.ts'
import { listCoCreators } from '../organisations/offers-store.ts'
import type { CatalogueDream } from './store.ts'
import { toWire } from './wire.ts'

/** A dream as it is shown by itself: with its story, those who took it on, and how often its text was put right. */
export async function detailOf(db: D1Database, dream: CatalogueDream) {
  const [coCreators, amendments] = await readDatabase(() =>
    Promise.all([listCoCreators(db, [dream.id]), countAmendments(db, dream.id)]),
  )
  return { ...toWire(dream), story: dream.story, coCreators: coCreators.get(dream.id) ?? [], amendments }
}

import type { DreamPage, DreamWire } from '../../dreams/wire.ts'
import type { SimilarWire } from '../../proposals/similar-routes.ts'
import { wordsOf } from '../../proposals/words.ts'
import type { PageContext } from '../frame/context.ts'
import { readOptional } from '../frame/inside.ts'

/** What is like a wish: others that were sent, and dreams on the wall, of which some were nobody's wish. */

export interface Similar {
  readonly proposals: SimilarWire['items']
  readonly dreams: readonly DreamWire[]
}

/** Dreams of the wall that are looked through, and how many of them are shown. */
const MAX_DREAMS = 100
const MAX_SIMILAR_DREAMS = 3

/**
 * What is like a text; null for one without words, which is like nothing. What cannot be found out now is left out: a draft
 * is none the worse for it.
 */
export async function findSimilar(c: PageContext, text: string): Promise<Similar | null> {
  const words = wordsOf(text)
  if (words.length === 0) return null
  const [sent, wall] = await Promise.all([
    readOptional<SimilarWire>(c, `/v1/proposals/similar?${new URLSearchParams({ text })}`),
    readOptional<DreamPage>(c, `/v1/dreams?pageSize=${MAX_DREAMS}`),
  ])
  const proposals = sent?.items ?? []
  const known = new Set(proposals.map(({ id }) => id))
  return { proposals, dreams: likest(words, wall?.items.filter(({ id }) => !known.has(id)) ?? []) }
}

/** The dreams whose titles share the most of these words. */
function likest(words: readonly string[], dreams: readonly DreamWire[]): readonly DreamWire[] {
  const asked = new Set(words)
  return dreams
    .map((dream) => {
      const shared = wordsOf(`${dream.title} ${dream.titleEn}`).filter((word) => asked.has(word))
      return { dream, shared: shared.length }
    })
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared)
    .slice(0, MAX_SIMILAR_DREAMS)
    .map(({ dream }) => dream)
}

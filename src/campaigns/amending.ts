import { isFinal, type LifeState } from '../life/states.ts'

/** The texts of a published dream that can be wrong. Pure, as `rules.ts`. */
export const AMENDED_FIELDS = [
  'title',
  'titleEn',
  'summary',
  'what',
  'forWhom',
  'place',
  'howMany',
  'why',
] as const

export type AmendedField = (typeof AMENDED_FIELDS)[number]

export type AmendmentDecision = 'amend' | 'done' | 'final' | 'too_many'

/**
 * Whether a dream in `state` may be amended, of which `count` amendments were made and whose text was last put right as
 * `last`. `done`: it was asked for again.
 */
export function decideAmendment(
  state: LifeState,
  { count, last }: { count: number; last: { text: string; reason: string } | null },
  correction: { text: string; reason: string },
  maxAmendments: number,
): AmendmentDecision {
  if (last && last.text === correction.text && last.reason === correction.reason) return 'done'
  if (isFinal(state)) return 'final'
  return count < maxAmendments ? 'amend' : 'too_many'
}

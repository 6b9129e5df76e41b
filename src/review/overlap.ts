import { toSearchText } from '../proposals/words.ts'

/** How much of their words texts share. Pure. */

/** Words that two texts share and that are named, the longest first: enough to see what they have in common. */
const MAX_NAMED_WORDS = 20

/** What two texts share. */
export interface Overlap {
  readonly a: string
  readonly b: string
  /** Different words that stand in both; in Chinese, pairs of characters. */
  readonly shared: number
  /** The same as a part of the shorter one's words, 0 to 1. */
  readonly share: number
  readonly words: readonly string[]
}

/** Compares each text with each after it. */
export function overlap(texts: readonly { readonly id: string; readonly text: string }[]): Overlap[] {
  const sets = texts.map(({ id, text }) => ({ id, words: wordsOf(text) }))
  return sets.flatMap((a, n) =>
    sets.slice(n + 1).map((b) => {
      const shared = [...a.words].filter((word) => b.words.has(word))
      const smaller = Math.min(a.words.size, b.words.size)
      return {
        ...{ a: a.id, b: b.id, shared: shared.length },
        share: smaller === 0 ? 0 : Math.round((100 * shared.length) / smaller) / 100,
        words: shared.sort((one, other) => other.length - one.length).slice(0, MAX_NAMED_WORDS),
      }
    }),
  )
}

/** A single character says too little: the search has it only as the end of a run. */
const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(
    toSearchText(text)
      .split(' ')
      .filter((word) => [...word].length > 1),
  )

/**
 * How text is cut into the words that full-text search knows, and how what people type becomes a query for it. Pure.
 *
 * Chinese has no spaces, and FTS5's own tokenizers find no word of two characters in it: `unicode61` takes a whole run of
 * characters for one word, `trigram` needs three. So a run is cut into overlapping pairs before it is stored, and its last
 * character stands there alone too: then every character begins a word, and one character is found as a prefix.
 *
 *   急救包 ► 急救 救包 包        a query 救包 is the word 救包, 急救包 the phrase "急救 救包", 包 the prefix 包*
 */

/** What of a search is read, in UTF-16 units: longer than what anyone types, and 200 words at most for FTS5 to look up. */
const MAX_SEARCH_LENGTH = 200

/** What is read of a text for which similar ones are looked for, and how many of its words are: a title and more. */
const MAX_SIMILAR_LENGTH = 1_000
const MAX_SIMILAR_TERMS = 64

/** Scripts that are written without spaces, as far as they are letters or numbers (`unicode61` drops the rest). */
const UNSPACED = String.raw`(?=[\p{L}\p{N}])[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}]`

/** Runs of unspaced script, and words of any other. */
const RUNS = new RegExp(String.raw`(?:${UNSPACED})+|(?:(?!${UNSPACED})[\p{L}\p{N}\p{M}])+`, 'gu')

const IS_UNSPACED = new RegExp(`^${UNSPACED}`, 'u')

/** What says nothing about a text by itself, so that it makes no two texts similar. */
const EMPTY_CHARACTERS = new Set('的了和与及或在是为让给们把被有就都也还')
const EMPTY_WORDS = new Set(
  'a an and are as at be by for from in is it of on or our that the their this to we with'.split(' '),
)

/** A run of characters, or a word of a script with spaces. */
interface Run {
  readonly characters: readonly string[]
  readonly unspaced: boolean
}

function runsOf(text: string, maxLength = Number.POSITIVE_INFINITY): Run[] {
  // What is not seen parts no word: soft hyphens, joiners, variation selectors.
  const plain = text
    .slice(0, maxLength)
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase()
    // One character may have become eighteen.
    .slice(0, maxLength)
  return (plain.match(RUNS) ?? []).map((run) => ({ characters: [...run], unspaced: IS_UNSPACED.test(run) }))
}

const pairsOf = (characters: readonly string[]): string[] =>
  characters.slice(1).map((character, n) => `${characters[n]}${character}`)

/** A text as it is stored for search: its words, with spaces between. */
export function toSearchText(text: string): string {
  return runsOf(text)
    .flatMap(({ characters, unspaced }) =>
      unspaced ? [...pairsOf(characters), characters.at(-1)] : [characters.join('')],
    )
    .join(' ')
}

/** Words contain no quote, so that in quotes nothing in them is an operator of FTS5. */
const quoted = (words: readonly string[]): string => `"${words.join(' ')}"`

/** A query that nothing matches. */
const NOTHING = '""'

/**
 * The FTS5 query for texts that hold everything that was typed: each Chinese run as it stands, each other word or one that
 * begins with it. Any text makes a good query; one without words matches nothing.
 */
export function searchQuery(text: string): string {
  const terms = runsOf(text, MAX_SEARCH_LENGTH).map(({ characters, unspaced }) =>
    unspaced && characters.length > 1 ? quoted(pairsOf(characters)) : `${quoted([characters.join('')])}*`,
  )
  return [...new Set(terms)].join(' AND ') || NOTHING
}

/** The words by which a text is like others, each once: what says nothing by itself left out, at most 64. */
export function wordsOf(text: string): readonly string[] {
  const words = runsOf(text, MAX_SIMILAR_LENGTH).flatMap(({ characters, unspaced }) => {
    if (!unspaced) return [characters.join('')].filter((word) => !EMPTY_WORDS.has(word))
    return pairsOf(characters).filter((pair) => ![...pair].some((each) => EMPTY_CHARACTERS.has(each)))
  })
  return [...new Set(words)].slice(0, MAX_SIMILAR_TERMS)
}

/** The FTS5 query for texts that hold any word of this one, to be ranked by bm25. A text without words matches nothing. */
export function similarQuery(text: string): string {
  const terms = wordsOf(text).map((word) => quoted([word]))
  return terms.join(' OR ') || NOTHING
}

import { dayIn } from '../lines/rules.ts'

/** Which questions a person gets on which day, and in which order their choices stand. Pure: chance is passed in. */

/** The line that right answers are reported to, and the kind of act that they are. */
export const QUIZ_LINE = 'quiz'
export const QUIZ_KIND = 'quiz'

export const QUESTIONS_A_DAY = 5

/**
 * Whoever has no right answer after those goes on, one question at a time, until the first right one: of three choices or
 * four, 12 questions leave some two guessers in 100 without a flower.
 */
export const MAX_QUESTIONS_A_DAY = 12

/** A day of the quiz begins at midnight there. */
const TIME_ZONE = 'Asia/Shanghai'
const TIME_ZONE_OFFSET = '+08:00'

const DAY_MS = 24 * 60 * 60 * 1_000

/** The quiz day of an instant (ms), as YYYY-MM-DD. */
export const quizDay = (now: number): string => dayIn(TIME_ZONE, now)

/** When a quiz day ends, in ms. China keeps one offset all year. */
export const endOfDay = (day: string): number => Date.parse(`${day}T00:00:00${TIME_ZONE_OFFSET}`) + DAY_MS

/**
 * Where a day stands among those in which a person goes through all `count` questions: `slot` of the round `round`. So no
 * question comes twice before all others came.
 */
export function placeOf(day: string, count: number): { readonly round: number; readonly slot: number } {
  const slots = Math.max(1, Math.floor(count / QUESTIONS_A_DAY))
  const number = Math.floor(Date.parse(day) / DAY_MS)
  return { round: Math.floor(number / slots), slot: number % slots }
}

/**
 * The items of a slot, out of all of them in the order that `bytes` makes, and after them those for whoever goes on: the
 * same bytes, the same items. Those who go on meet what their next days bring last.
 */
export function drawSlot<Item>(items: readonly Item[], slot: number, bytes: Uint8Array): readonly Item[] {
  const shuffled = shuffle(items, bytes)
  const [from, to] = [slot * QUESTIONS_A_DAY, (slot + 1) * QUESTIONS_A_DAY]
  const further = [...shuffled.slice(to), ...shuffled.slice(0, from)].reverse()
  return [...shuffled.slice(from, to), ...further].slice(0, MAX_QUESTIONS_A_DAY)
}

/** Fisher and Yates by a generator that `bytes` (4 or more) seed: it spreads, it keeps no secret. */
function shuffle<Item>(items: readonly Item[], bytes: Uint8Array): Item[] {
  const random = mulberry32(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0))
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const item = shuffled[last] as Item
    shuffled[last] = shuffled[other] as Item
    shuffled[other] = item
  }
  return shuffled
}

/** Numbers from 0 to 1 (Tommy Ettinger's mulberry32, public domain). */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * The questions of a day for someone who answered `answered` of them, `right` of those rightly: what was drawn, in its
 * order. A new list of questions takes nothing away that was begun: what was answered and is not drawn now comes first, in
 * the place of what was not.
 */
export function questionsOfDay<Question extends { readonly id: string }>(
  answered: readonly Question[],
  drawn: readonly Question[],
  right: number,
): readonly Question[] {
  const [known, ids] = [new Set(answered.map(({ id }) => id)), new Set(drawn.map(({ id }) => id))]
  const goesOn = right === 0 && answered.length >= QUESTIONS_A_DAY && answered.length < MAX_QUESTIONS_A_DAY
  let room = goesOn ? 1 : QUESTIONS_A_DAY - answered.length
  return [
    ...answered.filter(({ id }) => !ids.has(id)),
    ...drawn.filter(({ id }) => known.has(id) || room-- > 0),
  ]
}

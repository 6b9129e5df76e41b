import type { Random } from '../random.ts'
import { type Act, chunks, type Delivery, type Guest } from './plan.ts'

/** Most acts in one body; the API takes 500. */
const MAX_ACTS = 100

/**
 * What a user's act in a line reports. All lines together earn about 53 flowers a user: the default fifteen pledges
 * of three flowers each leave most users some and let some run dry.
 */
const EARNING: readonly (readonly [line: string, least: number, most: number])[] = [
  ['steps', 4_000, 38_000],
  ['quiz', 1, 3],
  ['gift', 5, 25],
  ['meeting', 1, 3],
  ['game', 1, 9],
  ['low-carbon', 50, 600],
  ['learning', 10, 90],
  ['h5', 1, 5],
  ['payment', 1, 4],
  ['reading', 10, 90],
  ['music', 2, 15],
  ['video', 2, 15],
  ['volunteering', 1, 3],
  ['checkin', 1, 1],
]

/** The line whose users go on reporting past their daily cap, and how many of them do. */
const KEEN_LINE = 'steps'
const KEEN_SHARE = 0.15

/** What everyone earns once more in the evening, when refused pledges are repeated. */
const EVENING: (typeof EARNING)[number] = ['volunteering', 1, 1]

const WRONG_SHARE = 0.02
const TWIN_SHARE = 0.02
const REDELIVERED_SHARE = 0.2

/** Lines that a campaign needs the secrets of. */
export const LINES = EARNING.map(([line]) => line)

/** The acts of the day, line by line, with everything that lines get wrong. `now` in ms. */
export function planActs(random: Random, run: string, guests: readonly Guest[], now: number): Delivery[] {
  return EARNING.flatMap(([line, least, most]) => {
    const acts: Act[] = []
    for (const { user } of guests)
      for (let times = line === KEEN_LINE && random.chance(KEEN_SHARE) ? 4 : 1; times > 0; times--) {
        const good = { id: `${run}-${acts.length}`, user, kind: line, quantity: random.between(least, most) }
        const act = { ...good, ...(random.chance(WRONG_SHARE) ? wrong(random) : {}), at: timeOf(now) }
        acts.push(act)
        if (random.chance(TWIN_SHARE)) acts.push(act)
      }
    return deliveries(random, `${run}-day`, line, acts)
  })
}

/** The acts of the evening: everyone earns a little more. */
export function planEvening(random: Random, run: string, guests: readonly Guest[], now: number): Delivery[] {
  const [line, quantity] = EVENING
  const acts = guests.map(({ user }, place) => ({
    id: `${run}-evening-${place}`,
    user,
    kind: line,
    quantity,
    at: timeOf(now),
  }))
  return deliveries(random, `${run}-evening`, line, acts)
}

/** A gift to everyone in the name of one line, to be signed by another: no one must believe it. */
export function planForgery(
  run: string,
  guests: readonly Guest[],
  now: number,
): { forgery: Delivery; signer: string } {
  const acts = guests.slice(0, MAX_ACTS).map(({ user }, place) => ({
    id: `${run}-forged-${place}`,
    user,
    kind: 'gift',
    quantity: 1,
    at: timeOf(now),
  }))
  const forgery = { id: `msg_${run}-forged`, line: 'gift', copies: 1, atOnce: false, acts }
  return { forgery: { ...forgery, type: 'acts.reported' }, signer: 'quiz' }
}

function deliveries(random: Random, run: string, line: string, acts: readonly Act[]): Delivery[] {
  return chunks(acts, MAX_ACTS).map((part, place) => ({
    id: `msg_${run}-${line}-${place}`,
    line,
    copies: random.chance(REDELIVERED_SHARE) ? 2 : 1,
    atOnce: random.chance(0.5),
    type: 'acts.reported',
    acts: part,
  }))
}

function wrong(random: Random): Partial<Act> {
  return random.chance(0.5)
    ? { kind: 'wishful-thinking' }
    : { quantity: random.pick([0, -3, 1.5, 10_000_000_000]) }
}

const timeOf = (now: number): string => new Date(now).toISOString()

import type { Random } from '../random.ts'
import {
  type Ask,
  chunks,
  type Delivery,
  type Guest,
  type LineRequest,
  type PlannedPledge,
  type Stage,
} from './plan.ts'

/** Most pledges a line asks for in one body; the API takes 500. */
const MAX_REQUESTS = 50

/** The line that pledges for its users, and its share of all pledges. */
const PLEDGING_LINE = 'game'
const LINE_SHARE = 0.1

/** The dream most people give to, and how many of them. */
export const HOT_DREAM = 'hearing-screening'
const HOT_SHARE = 0.7

/** More flowers than any account earns in a day. */
const TOO_MANY_FLOWERS = 1_000_000

/** How users pledge, in percent. */
const MANNERS = {
  plainly: 70,
  impatiently: 10,
  twiceAtOnce: 5,
  again: 4,
  withOtherFlowers: 2,
  withOtherFlowersAtOnce: 1,
  toTwoDreamsAtOnce: 2,
  tooMany: 2,
  toClosedDream: 2,
  malformed: 2,
}

const MALFORMED: readonly (readonly [body: string, code: string])[] = [
  ['{"flowers":0}', 'invalid_request'],
  ['{"flowers":-1}', 'invalid_request'],
  ['{"flowers":1.5}', 'invalid_request'],
  ['{"flowers":"3"}', 'invalid_request'],
  ['{}', 'invalid_request'],
  ['{"flowers":1,"dream":"another"}', 'invalid_request'],
  ['flowers=3', 'invalid_json'],
]

const DECIDED = ['accepted', 'insufficient_flowers']

/** The pledges of users and of the line that pledges for them, `keys` of both together, in the order of the day. */
export function planPledges(
  random: Random,
  run: string,
  guests: readonly Guest[],
  stage: Stage,
  keys: number,
): (PlannedPledge | Delivery)[] {
  const byLine = Math.floor(keys * LINE_SHARE)
  const pledges = Array.from({ length: keys - byLine }, (_, place) =>
    planPledge(random, `${run}-${place}`, random.pick(guests), stage),
  )
  const requests = Array.from({ length: byLine }, (_, place) =>
    planRequest(random, `${run}-${place}`, random.pick(guests).user, stage),
  )
  const bodies = chunks(requests, MAX_REQUESTS).map(
    (part, place): Delivery => ({
      id: `msg_${run}-asks-${place}`,
      line: PLEDGING_LINE,
      // At least one is repeated, in the smallest campaign too.
      copies: place % 3 === 0 ? 2 : 1,
      atOnce: random.chance(0.5),
      type: 'pledges.requested',
      pledges: part,
    }),
  )
  return random.shuffled([...pledges, ...bodies])
}

function planPledge(random: Random, key: string, guest: Guest, stage: Stage): PlannedPledge {
  const dream = pickDream(random, stage)
  const flowers = random.between(1, 5)
  const first = ask(dream, flowers)
  const plan = { guest, key, asks: [first], atOnce: false, patienceMs: [], allowed: DECIDED }
  const reusable = [...DECIDED, 'idempotency_key_reused']
  const manner = random.weighted(MANNERS)
  switch (manner) {
    case 'plainly':
      return plan
    case 'impatiently': {
      const patience = random.between(1, 12)
      return { ...plan, patienceMs: [patience, 2 * patience, 4 * patience] }
    }
    case 'twiceAtOnce':
      return { ...plan, asks: [first, first], atOnce: true }
    case 'again':
      return { ...plan, asks: [first, first] }
    case 'withOtherFlowers':
    case 'withOtherFlowersAtOnce':
      return {
        ...plan,
        asks: [first, ask(dream, flowers + 1)],
        atOnce: manner === 'withOtherFlowersAtOnce',
        allowed: reusable,
      }
    case 'toTwoDreamsAtOnce': {
      const other = random.pick([stage.hot, ...stage.others].filter((id) => id !== dream))
      return { ...plan, asks: [first, ask(other, flowers)], atOnce: true, allowed: reusable }
    }
    case 'tooMany':
      return { ...plan, asks: [ask(dream, TOO_MANY_FLOWERS)], allowed: ['insufficient_flowers'] }
    case 'toClosedDream':
      return stage.closed === null
        ? plan
        : { ...plan, asks: [ask(stage.closed, flowers)], allowed: ['dream_not_collecting'] }
    case 'malformed': {
      const [body, code] = random.pick(MALFORMED)
      return { ...plan, asks: [{ dream, flowers: 0, body }], allowed: [code] }
    }
  }
}

function planRequest(random: Random, id: string, user: string, stage: Stage): LineRequest {
  const plan = { id, user, dream: pickDream(random, stage), flowers: random.between(1, 5), allowed: DECIDED }
  switch (random.weighted({ plainly: 92, tooMany: 2, toClosedDream: 2, toNoDream: 2, malformed: 2 })) {
    case 'plainly':
      return plan
    case 'tooMany':
      return { ...plan, flowers: TOO_MANY_FLOWERS, allowed: ['insufficient_flowers'] }
    case 'toClosedDream':
      return stage.closed === null
        ? plan
        : { ...plan, dream: stage.closed, allowed: ['dream_not_collecting'] }
    case 'toNoDream':
      return { ...plan, dream: 'no-such-dream', allowed: ['dream_not_found'] }
    case 'malformed':
      return { ...plan, flowers: random.pick([0, -1, 1.5]), allowed: ['bad_flowers'] }
  }
}

function pickDream(random: Random, { hot, others }: Stage): string {
  return random.chance(HOT_SHARE) ? hot : random.pick(others)
}

function ask(dream: string, flowers: number): Ask {
  return { dream, flowers, body: JSON.stringify({ flowers }) }
}

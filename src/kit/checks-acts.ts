import type { Check } from './checks.ts'
import type { Act, Door } from './door.ts'
import { Skipped } from './kit.ts'
import { chain, flowersOf, resultsOf, tell } from './words.ts'

const HOUR_MS = 60 * 60 * 1_000
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString()

const refusedAct = (name: string, over: Partial<Act>, reason: string): Check => ({
  name,
  expected: `200 refused ${reason}`,
  run: (door) => door.tellReport([door.act(over)]),
})

/** Acts that are told twice, wrongly, out of order, or too often. */
export const actChecks: readonly Check[] = [
  {
    name: 'the same message again',
    expected: chain('200 credited', '200 duplicate', 'the same flowers'),
    run: async (door) => {
      const [act, messageId, signedAt] = [door.act(), door.kit.newId('msg'), Date.now()]
      const first = await door.report([act], { messageId, signedAt })
      const again = await door.report([act], { messageId, signedAt })
      return chain(tell(first, [act.id]), tell(again, [act.id]), sameFlowers(first, again))
    },
  },
  {
    name: 'the same message again moves no flower',
    needs: ['account'],
    expected: chain('200 duplicate', 'the same balance'),
    run: async (door) => {
      const account = await door.kit.account()
      const act = door.act({ user: await door.userOf(account) })
      const messageId = door.kit.newId('msg')
      await door.report([act], { messageId })
      const before = await door.kit.balance(account)
      const again = await door.report([act], { messageId })
      const after = await door.kit.balance(account)
      return chain(tell(again, [act.id]), before === after ? 'the same balance' : `${before}, then ${after}`)
    },
  },
  {
    name: 'the same act in another message',
    expected: chain('200 credited', '200 duplicate'),
    run: async (door) => {
      const act = door.act()
      return chain(await door.tellReport([act]), await door.tellReport([act]))
    },
  },
  {
    name: 'the same act twice in one body',
    expected: '200 credited, duplicate',
    run: async (door) => {
      const act = door.act()
      return door.tellReport([act, act])
    },
  },
  {
    name: "another user's act under the same id",
    expected: chain('200 credited', '200 refused id_reused'),
    run: async (door) => {
      const act = door.act()
      return chain(await door.tellReport([act]), await door.tellReport([{ ...act, user: door.user() }]))
    },
  },
  {
    name: 'good and bad acts in one body',
    expected: '200 credited, refused bad_quantity, credited',
    run: (door) => door.tellReport([door.act(), door.act({ quantity: 0 }), door.act()]),
  },
  {
    name: 'a body without acts',
    expected: '200 no results',
    run: (door) => door.tellReport([]),
  },
  refusedAct('a quantity that overflows', { quantity: Number.MAX_SAFE_INTEGER + 1 }, 'bad_quantity'),
  refusedAct('a quantity of a billion and one', { quantity: 1_000_000_001 }, 'bad_quantity'),
  refusedAct('a quantity of zero', { quantity: 0 }, 'bad_quantity'),
  refusedAct('a quantity below zero', { quantity: -1 }, 'bad_quantity'),
  refusedAct('a part of a quantity', { quantity: 1.5 }, 'bad_quantity'),
  refusedAct('a kind the line does not have', { kind: 'no-such-kind' }, 'unknown_kind'),
  refusedAct('a time that is none', { at: 'yesterday' }, 'bad_time'),
  refusedAct('a day that is none', { at: '2026-02-30T12:00:00Z' }, 'bad_time'),
  refusedAct('a time in the far past', { at: '1990-01-01T00:00:00Z' }, 'too_old'),
  refusedAct('eight days ago', { at: ago(8 * 24 * HOUR_MS) }, 'too_old'),
  refusedAct('a time in the far future', { at: '2190-01-01T00:00:00Z' }, 'too_new'),
  refusedAct('in an hour', { at: ago(-HOUR_MS) }, 'too_new'),
  {
    name: 'an act that is corrected',
    expected: chain('200 refused bad_quantity', '200 credited'),
    run: async (door) => {
      const act = door.act({ quantity: 0 })
      return chain(await door.tellReport([act]), await door.tellReport([{ ...act, quantity: door.quantity }]))
    },
  },
  {
    name: 'an older act after a newer one',
    expected: chain('200 credited', '200 credited'),
    run: async (door) => {
      const newer = door.act()
      // A day apart, so that the two share no allowance of a day.
      const older = door.act({ user: newer.user, at: ago(25 * HOUR_MS) })
      const told = chain(await door.tellReport([newer]), await door.tellReport([older]))
      if (told.endsWith('rule_not_valid_yet')) throw new Skipped('the rule is less than a day old')
      return told
    },
  },
  {
    name: 'more than the day allows',
    expected: chain('200 capped daily_cap', 'what was left and no more', '0 left'),
    run: async (door) => {
      const user = door.user()
      const { perDay, worth } = await allowances(door, user)
      const quantity = door.quantity * (Math.floor(perDay / worth) + 1)
      const act = door.act({ user, quantity })
      const answer = await door.report([act])
      const left = resultsOf(answer)?.[0]?.left
      const flowers = flowersOf(answer)
      return chain(
        tell(answer, [act.id]),
        flowers === perDay ? 'what was left and no more' : `${flowers} of ${perDay} flowers`,
        `${typeof left === 'number' ? left : 'not said how much'} left`,
      )
    },
  },
]

export function sameFlowers(...answers: Parameters<typeof flowersOf>[0][]): string {
  const [first, ...others] = answers.map(flowersOf)
  return others.every((flowers) => flowers === first) ? 'the same flowers' : 'other flowers'
}

/** What a day allows a new user and what one act earns. Throws Skipped where the day allows anything, or something else less. */
async function allowances(door: Door, user: string): Promise<{ perDay: number; worth: number }> {
  const answer = await door.examine([door.act({ user })])
  const result = resultsOf(answer)?.[0]
  const left = result?.left as
    | { day: number | null; campaign: number | null; line: number | null }
    | undefined
  if (!result || !left) throw new Error(`examine said: ${tell(answer)}`)
  const { flowers: worth } = result
  if (left.day === null) throw new Skipped('the rule has no cap a day')
  for (const other of [left.campaign, left.line])
    if (other !== null && other <= left.day) throw new Skipped('another allowance ends before that of a day')
  return { perDay: left.day + worth, worth }
}

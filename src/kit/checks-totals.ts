import type { Check } from './checks.ts'
import type { Answer } from './client.ts'
import type { Door } from './door.ts'
import { Skipped } from './kit.ts'
import { chain, fieldOf, resultsOf, tell } from './words.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

/**
 * The day that totals are tried with: acts of it can still be reported, and few but the kit do. What it posts in the
 * end is what the platform has, so that it stands against nothing.
 */
const QUIET_DAYS_AGO = 6

interface Figures {
  readonly acts: number
  readonly flowers: number
  readonly capped: number
  readonly reversed: number
}

/** Reports an act of the quiet day. Returns that day in the line's time zone. */
async function quietDay(door: Door): Promise<string> {
  const act = door.act({ at: new Date(Date.now() - QUIET_DAYS_AGO * DAY_MS).toISOString() })
  const examined = await door.examine([act])
  const [result] = resultsOf(examined) ?? []
  if (result?.reason === 'rule_not_valid_yet')
    throw new Skipped(`the rule is less than ${QUIET_DAYS_AGO} days old`)
  const told = await door.tellReport([act])
  if (!result?.day || told !== '200 credited') throw new Error(`no day: ${tell(examined)}, ${told}`)
  return result.day
}

function look(door: Door, day: string, check = false): Promise<Answer> {
  const path = `/v1/lines/${door.id}/days/${day}`
  const token = door.kit.ownerToken ?? undefined
  return check
    ? door.kit.client.ask('POST', `${path}/check`, { token })
    : door.kit.client.ask('GET', path, { token })
}

function figuresOf(answer: Answer): Figures {
  const read = (name: keyof Figures) => fieldOf<number>(answer, name) ?? 0
  return {
    acts: read('acts'),
    flowers: read('flowers'),
    capped: read('capped'),
    reversed: read('reversed'),
  }
}

async function post(door: Door, day: string, totals: Figures): Promise<string> {
  return tell(await door.send('totals.reported', { day, totals }), [day])
}

function agreement(answer: Answer): string {
  const differences = fieldOf<{ kind?: string; figure?: string; recomputed?: number; posted?: number }[]>(
    answer,
    'differences',
  )
  if (fieldOf<boolean>(answer, 'agrees') === true && differences?.length === 0) return 'agrees'
  const [first] = Array.isArray(differences) ? differences : []
  const off =
    first?.kind === 'total' && first.figure === 'acts' && first.posted === (first.recomputed ?? 0) + 1
  return off && differences?.length === 1 ? 'one act too many' : `${tell(answer)} without a word on it`
}

/** What a line says its day was. */
export const totalsChecks: readonly Check[] = [
  {
    name: 'a day that is too long ago',
    expected: '200 refused day_out_of_range',
    run: (door) => post(door, '2020-02-29', { acts: 1, flowers: 1, capped: 0, reversed: 0 }),
  },
  {
    name: 'neither totals nor acts',
    expected: '400 invalid_request',
    run: async (door) => tell(await door.send('totals.reported', { day: '2020-02-29' })),
  },
  {
    name: 'what is posted for a day stands there',
    needs: ['owner'],
    expected: chain('200 taken', 'as posted'),
    run: async (door) => {
      const day = await quietDay(door)
      const figures = figuresOf(await look(door, day))
      const told = await post(door, day, figures)
      const posted = fieldOf<Figures>(await look(door, day), 'posted')
      const same = posted?.acts === figures.acts && posted.flowers === figures.flowers
      return chain(told, same && figures.acts > 0 ? 'as posted' : 'something else')
    },
  },
  {
    name: 'a difference is found, and no other',
    needs: ['owner'],
    expected: chain('agrees', 'one act too many', 'agrees'),
    run: async (door) => {
      const day = await quietDay(door)
      const figures = figuresOf(await look(door, day))
      const check = async (totals: Figures) => {
        const told = await post(door, day, totals)
        return told === '200 taken' ? agreement(await look(door, day, true)) : told
      }
      const right = await check(figures)
      const wrong = await check({ ...figures, acts: figures.acts + 1 })
      return chain(right, wrong, await check(figures))
    },
  },
]

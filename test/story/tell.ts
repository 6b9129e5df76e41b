import type { Seed } from '../../src/local/seed.ts'
import { sendEvent } from '../../src/local/send-event.ts'
import { carryOut } from './carrying-out.ts'
import { check } from './checking.ts'
import { collect } from './collecting.ts'
import { leave } from './leaving.ts'
import { propose } from './proposing.ts'
import { review } from './reviewing.ts'
import { takeOn } from './taking-on.ts'
import { type Person, Teller } from './teller.ts'

/** A worker the story is told to; `ring` runs the scheduled jobs of the minute of a time (ms). */
export interface Listener {
  readonly url: string
  readonly seed: Seed
  ring(at: number): Promise<void>
}

/** Everyone and everything in the story. Filled as it goes. */
export interface Cast {
  readonly operator: NonNullable<Person>
  readonly ann: NonNullable<Person>
  readonly bea: NonNullable<Person>
  readonly cai: NonNullable<Person>
  readonly dan: NonNullable<Person>
  /** Of the organisation that takes the dream on. */
  readonly eva: NonNullable<Person>
  readonly givers: readonly NonNullable<Person>[]
  /** What ids of this telling end with, so that it can be told again to the same worker. */
  readonly mark: string
  /** Ann's dream, which comes true; Bea's, which is merged into it; Cai's, which expires; Dan's, which is declined. */
  wish: string
  similar: string
  expiring: string
  declined: string
  organisation: string
  campaign: string
}

/** Flowers each giver earns. */
export const EARNED = 10

/**
 * The whole life of a dream over HTTP, from a wish to a completed report: with a merge, an expiry and its refunds, an overdue
 * report and a deletion. Throws `Deviation` where the worker does not do as it should. Returns how many calls that took.
 */
export async function tellStory(listener: Listener, say: (sentence: string) => void): Promise<number> {
  const teller = new Teller(listener.url, say)
  const guest = async (): Promise<NonNullable<Person>> => teller.post(null, '/v1/auth/guest', 201)
  const { operator } = listener.seed.users
  const givers = await Promise.all(Array.from({ length: 6 }, guest))
  const cast: Cast = {
    operator: { user: operator.id, token: operator.token },
    ...{ ann: await guest(), bea: await guest(), cai: await guest(), dan: await guest(), eva: await guest() },
    givers,
    mark: Date.now().toString(36),
    ...{ wish: '', similar: '', expiring: '', declined: '', organisation: '', campaign: '' },
  }
  for (const { user } of givers) {
    const act = {
      id: `story-${cast.mark}-${user}`,
      user,
      kind: 'gift',
      quantity: EARNED,
      at: new Date().toISOString(),
    }
    const event = { type: 'acts.reported', data: { acts: [act] } }
    const answer = await sendEvent(listener.url, 'gift', listener.seed.lines.gift?.secret ?? '', event)
    teller.hold(answer.status === 200, 'someone does good, and earns flowers', await answer.text())
  }
  await propose(teller, cast)
  await review(teller, cast)
  await takeOn(teller, cast)
  await collect(teller, cast)
  await carryOut(teller, cast, listener)
  await leave(teller, cast)
  await check(teller, cast, listener)
  return teller.calls
}

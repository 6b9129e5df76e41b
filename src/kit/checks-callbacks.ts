import { type EventType, eventTypeNames } from '../callbacks/events.ts'
import type { Check } from './checks.ts'
import type { Answer } from './client.ts'
import type { Door } from './door.ts'
import type { Arrival, Receiver } from './receiver.ts'
import { isSigned, SECRET } from './sign.ts'
import { chain, fieldOf, tell } from './words.ts'

/** How long a callback may take that is due now: the queue gathers for a second, and a busy machine for some more. */
const ARRIVAL_MS = 15_000

/** The first retry comes after 5 s and a fifth of that at the most. */
const FIRST_RETRY_MS = 5_000

/** A line's credits are told from ten seconds after its first endpoint at the latest. */
const CREDITS_TOLD_MS = 12_000
const CREDIT_EVERY_MS = 2_000

/** Clocks of the two machines may differ by as much. */
const MAX_SKEW_SECONDS = 60

interface Subscription {
  readonly id: string
  readonly secret: string
}

/** The endpoint of a run, from the check that makes it to the one that deletes it. */
const subscriptions = new WeakMap<Receiver, Subscription>()

function receiverOf(door: Door): Receiver {
  if (!door.kit.receiver) throw new Error('no receiver')
  return door.kit.receiver
}

function subscriptionOf(door: Door): Subscription {
  const subscription = subscriptions.get(receiverOf(door))
  if (!subscription) throw new Error('no endpoint')
  return subscription
}

function call(door: Door, method: string, path: string, json?: unknown): Promise<Answer> {
  const token = door.kit.ownerToken ?? undefined
  return door.kit.client.ask(method, `/v1/endpoints${path}`, { token, ...(json ? { json } : {}) })
}

/** Asks for an example. Returns its `webhook-id`. */
async function example(door: Door, type: EventType): Promise<string> {
  const answer = await call(door, 'POST', `/${subscriptionOf(door).id}/example`, { type })
  const event = fieldOf<unknown>(answer, 'event')
  if (answer.status !== 202 || typeof event !== 'string') throw new Error(`no example: ${tell(answer)}`)
  return event
}

/** What is to be said of a callback that is all right, or what is not. */
function judge(door: Door, arrival: Arrival | null): string {
  if (!arrival) return 'did not arrive'
  if (!isSigned(subscriptionOf(door).secret, arrival.headers, arrival.body)) return 'badly signed'
  if (Math.abs(arrival.timestamp - arrival.at / 1_000) > MAX_SKEW_SECONDS) return 'with a wrong timestamp'
  return 'signed'
}

/** All examples can be under way at once. */
const exampleCheck = (type: EventType): Check => ({
  name: `an example of ${type}`,
  needs: ['receiver', 'owner'],
  expected: 'signed, marked as an example',
  run: async (door) => {
    const id = await example(door, type)
    const arrival = await receiverOf(door).find((each) => each.id === id, ARRIVAL_MS)
    const marked = arrival?.type === type && arrival.data.example === true
    return `${judge(door, arrival)}, ${marked ? 'marked as an example' : 'not what was asked for'}`
  },
})

/** Callbacks, from subscribing an endpoint to deleting it: in this order. */
export const callbackChecks: readonly Check[] = [
  {
    name: 'an endpoint is subscribed',
    needs: ['receiver', 'owner'],
    expected: chain('201', 'active, with a secret'),
    run: async (door) => {
      const receiver = receiverOf(door)
      const answer = await call(door, 'POST', '', {
        owner: `line:${door.id}`,
        url: receiver.url,
        types: eventTypeNames,
      })
      const [id, secret] = [fieldOf<unknown>(answer, 'id'), fieldOf<unknown>(answer, 'secret')]
      if (answer.status !== 201 || typeof id !== 'string' || typeof secret !== 'string') return tell(answer)
      subscriptions.set(receiver, { id, secret })
      door.kit.atEnd(() => call(door, 'DELETE', `/${id}`))
      const usable = SECRET.test(secret) && fieldOf(answer, 'state') === 'active'
      return chain(tell(answer), usable ? 'active, with a secret' : 'not usable')
    },
  },
  ...eventTypeNames.map(exampleCheck),
  {
    name: 'flowers.credited, of an act',
    needs: ['receiver', 'owner'],
    expected: 'signed, the act and its flowers',
    run: async (door) => {
      const credit = await causeCredit(door)
      return `${judge(door, credit)}, ${credit ? 'the act and its flowers' : 'nothing'}`
    },
  },
  {
    name: 'answered 500, it comes again',
    needs: ['receiver', 'owner'],
    expected: 'signed → signed → the same id, a later timestamp, after 5 s',
    run: async (door) => {
      const receiver = receiverOf(door)
      receiver.refuseNext('report.published', 500)
      const id = await example(door, 'report.published')
      const refused = await receiver.find((each) => each.id === id && each.status === 500, ARRIVAL_MS)
      const again = await receiver.find(
        (each) => each.id === id && each.status === 204,
        ARRIVAL_MS + FIRST_RETRY_MS,
      )
      const fine =
        refused &&
        again &&
        again.timestamp > refused.timestamp &&
        again.at - refused.at > FIRST_RETRY_MS - 1_000 &&
        again.headers['webhook-signature'] !== refused.headers['webhook-signature']
      const how = fine ? 'the same id, a later timestamp, after 5 s' : 'not as it should'
      return chain(judge(door, refused), judge(door, again), how)
    },
  },
  {
    name: 'the log of deliveries has both attempts',
    needs: ['receiver', 'owner'],
    expected: '200 → delivered, 500 and 204',
    run: async (door) => {
      const { id } = subscriptionOf(door)
      const refused = receiverOf(door).arrivals.find(({ status }) => status === 500)
      if (!refused) return 'nothing was refused'
      const answer = await call(door, 'GET', `/${id}/deliveries/${refused.id}`)
      const log = fieldOf<{ status?: number }[]>(answer, 'log') ?? []
      const seen = log.map(({ status }) => Number(status)).reverse()
      const state = fieldOf(answer, 'state') === 'delivered' ? 'delivered' : 'not delivered'
      return chain(tell(answer), `${state}, ${seen.join(' and ')}`)
    },
  },
  {
    name: 'sent again when asked',
    needs: ['receiver', 'owner'],
    expected: '202 → signed, the same id',
    run: async (door) => {
      const receiver = receiverOf(door)
      const sent = receiver.arrivals.findLast(({ status }) => status === 204)
      if (!sent) return 'nothing was sent'
      const answer = await call(door, 'POST', `/${subscriptionOf(door).id}/deliveries/${sent.id}/resend`)
      const again = await receiver.find((each) => each.id === sent.id && each.at > sent.at, ARRIVAL_MS)
      return chain(tell(answer), `${judge(door, again)}, the same id`)
    },
  },
  {
    name: 'replayed since a time',
    needs: ['receiver', 'owner'],
    expected: '202 → signed, the same id',
    run: async (door) => {
      const receiver = receiverOf(door)
      const credit = receiver.arrivals.find(({ type, data }) => type === 'flowers.credited' && !data.example)
      if (!credit) return 'nothing to replay'
      const since = new Date(credit.at - 60_000).toISOString()
      const asked = Date.now()
      const answer = await call(door, 'POST', `/${subscriptionOf(door).id}/replay`, { since })
      const again = await receiver.find((each) => each.id === credit.id && each.at >= asked, ARRIVAL_MS)
      return chain(tell(answer), `${judge(door, again)}, the same id`)
    },
  },
  {
    name: 'the endpoint is deleted',
    needs: ['receiver', 'owner'],
    expected: chain('204', '404 endpoint_not_found'),
    run: async (door) => {
      const { id } = subscriptionOf(door)
      return chain(tell(await call(door, 'DELETE', `/${id}`)), tell(await call(door, 'GET', `/${id}`)))
    },
  },
]

/** Reports acts until the receiver is told of one of them. An example that is asked for takes along what waits. */
async function causeCredit(door: Door): Promise<Arrival | null> {
  const receiver = receiverOf(door)
  const acts = new Map<string, { user: string; flowers: number }>()
  const isOurs = ({ type, data }: Arrival) =>
    type === 'flowers.credited' &&
    ((data.credits ?? []) as { id?: string; user?: string; flowers?: number }[]).some(
      ({ id = '', user, flowers }) =>
        acts.has(id) && acts.get(id)?.user === user && acts.get(id)?.flowers === flowers,
    )
  const rounds = Math.ceil((CREDITS_TOLD_MS + ARRIVAL_MS) / CREDIT_EVERY_MS)
  for (let round = 0; round < rounds; round++) {
    const act = door.act()
    const answer = await door.report([act])
    const flowers = fieldOf<{ flowers?: number }[]>(answer, 'results')?.[0]?.flowers
    acts.set(act.id, { user: act.user, flowers: flowers ?? Number.NaN })
    await example(door, 'dream.closed')
    const found = await receiver.find(isOurs, CREDIT_EVERY_MS)
    if (found) return found
  }
  return null
}

import type { Seed } from '../../src/local/seed.ts'
import { type Answer, CannotPlay, type Client, count, describe, MAX_TRIES } from './client.ts'
import { LINES } from './earning.ts'
import { HOT_DREAM } from './giving.ts'
import type { ActReply, Model, PledgeReply } from './model.ts'
import type { Ask, Delivery, Guest, PlannedPledge, Stage } from './plan.ts'
import { deliveryCall, pledgeCall, readPledge, readRequested, readResults } from './wire.ts'

/** Most dreams besides the hot one that are given to; a line's body may name 32. */
const MAX_OTHER_DREAMS = 20

/** The users and lines of a campaign: what each does, and what the model hears of it. */
export class Players {
  /** Refused and capped items of webhooks, by event type and reason. */
  readonly refusedItems = new Map<string, number>()
  readonly #client: Client
  readonly #model: Model
  readonly #seed: Seed

  constructor(client: Client, model: Model, seed: Seed) {
    this.#client = client
    this.#model = model
    this.#seed = seed
    const missing = LINES.filter((line) => !seed.lines[line])
    if (missing.length > 0) throw new CannotPlay(`The seed has no line ${missing.join(', ')}.`)
  }

  /** Looks what there is to give to. */
  async lookAround(): Promise<Stage> {
    const answer = await this.#client.get('/v1/dreams?pageSize=100')
    if (answer?.status !== 200) throw new CannotPlay(`GET /v1/dreams answered ${describe(answer)}.`)
    const { items } = JSON.parse(answer.text) as { items: { id: string; state: string }[] }
    const collecting = items.filter(({ state }) => state === 'collecting' || state === 'reached')
    const others = collecting.map(({ id }) => id).filter((id) => id !== HOT_DREAM)
    if (others.length === 0 || others.length === collecting.length)
      throw new CannotPlay(`A campaign needs ${HOT_DREAM} and another dream that collect.`)
    return {
      hot: HOT_DREAM,
      others: others.slice(0, MAX_OTHER_DREAMS),
      closed: items.find(({ state }) => state === 'expired')?.id ?? null,
    }
  }

  /** A new user comes. */
  async signIn(): Promise<Guest> {
    const answer = await this.#client.ask({
      kind: 'other',
      method: 'POST',
      path: '/v1/auth/guest',
      headers: {},
    })
    if (answer?.status !== 201)
      throw new CannotPlay(
        `POST /v1/auth/guest answered ${describe(answer)}; only a local run signs guests in.`,
      )
    return JSON.parse(answer.text) as Guest
  }

  /** A user does what is planned under one key. */
  async pledge({ guest, key, asks, atOnce, patienceMs, allowed }: PlannedPledge): Promise<void> {
    await repeat(asks, atOnce, async (ask) => {
      const answer = await this.#client.ask(pledgeCall(guest, key, ask, patienceMs))
      this.#hearPledge(guest.user, key, ask, answer && readPledge(answer, ask), allowed)
    })
  }

  /** A line sends a body as often as planned. */
  async deliver(delivery: Delivery): Promise<void> {
    const call = deliveryCall(delivery, this.#secretOf(delivery.line))
    const copies = Array.from({ length: delivery.copies }, () => call)
    await repeat(copies, delivery.atOnce, async () =>
      this.#hearDelivery(delivery, await this.#client.ask(call)),
    )
  }

  /** Someone sends a delivery in the name of a line, signed with the secret of another. No one must believe it. */
  async forge(delivery: Delivery, signer: string): Promise<void> {
    const answer = await this.#client.ask(deliveryCall(delivery, this.#secretOf(signer)))
    if (answer?.code !== 'signature_invalid')
      this.#model.differences.add(`a forged delivery was answered ${describe(answer)}`)
  }

  #hearDelivery(delivery: Delivery, answer: Answer | null): void {
    const { id, line, type } = delivery
    const { length } = type === 'acts.reported' ? delivery.acts : delivery.pledges
    const results = answer?.status === 200 ? readResults(answer) : []
    if (results.length !== length) {
      this.#model.differences.add(`delivery ${id} of ${length} items was answered ${describe(answer)}`)
      return
    }
    for (const { outcome, reason } of results)
      if (outcome === 'refused' || outcome === 'capped') count(this.refusedItems, `${type} ${reason}`)
    if (type === 'acts.reported')
      for (const [place, act] of delivery.acts.entries())
        this.#model.reported(line, act, results[place] as ActReply)
    else
      for (const [place, request] of delivery.pledges.entries()) {
        const ask = { ...request, body: `${request.flowers}` }
        const reply = readRequested(results[place] as ActReply, request)
        this.#hearPledge(request.user, `${line} ${request.id}`, ask, reply, request.allowed)
      }
  }

  #hearPledge(
    user: string,
    key: string,
    ask: Ask,
    reply: PledgeReply | null,
    allowed: readonly string[],
  ): void {
    const { differences } = this.#model
    if (!reply) {
      differences.add(`key ${key} of ${user} has no verdict after ${MAX_TRIES} tries`)
      return
    }
    if (!allowed.includes(reply.outcome))
      differences.add(`key ${key} of ${user}: ${ask.body} to ${ask.dream} was answered "${reply.said}"`)
    this.#model.answered(user, key, ask, reply)
  }

  #secretOf(line: string): string {
    return this.#seed.lines[line]?.secret ?? ''
  }
}

async function repeat<T>(
  items: readonly T[],
  atOnce: boolean,
  work: (item: T) => Promise<void>,
): Promise<void> {
  if (atOnce) await Promise.all(items.map(work))
  else for (const item of items) await work(item)
}

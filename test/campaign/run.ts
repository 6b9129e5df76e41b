import type { Seed } from '../../src/local/seed.ts'
import { Random } from '../random.ts'
import { audit, checkAccount, checkDreams, settledAudit } from './check.ts'
import { CannotPlay, Client } from './client.ts'
import { LINES, planActs, planEvening, planForgery } from './earning.ts'
import { planPledges } from './giving.ts'
import { Model } from './model.ts'
import type { Guest } from './plan.ts'
import { Players } from './players.ts'
import { type CampaignReport, latency } from './report.ts'
import { Bookkeeper, type LineDayReport } from './totals.ts'

export interface CampaignOptions {
  /** Where the worker listens: `http://127.0.0.1:8787`. */
  readonly url: string
  readonly seed: Seed
  readonly users: number
  /** Idempotency keys to pledge under, nine in ten over HTTP and the rest by a line. */
  readonly pledges: number
  /** Requests under way at once. */
  readonly concurrency: number
  /** Begins the random generator: the same number plans the same day. */
  readonly seedNumber: number
  onProgress?(phase: string, done: number, total: number): void
}

/** The slowest worker worth waiting for: a minute, and what it takes at 100 keys or users a second. */
const timeLimitMs = (items: number): number => 60_000 + items * 10

/** One key in so many is asked again at the end of the day. */
const REPEATED_EVERY = 15

/**
 * Plays one campaign day against a worker, over HTTP only, with users of its own, and checks every flower.
 * Throws CannotPlay when there is no worker to play against or it is too slow to come to an end.
 */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const { url, seed, users, pledges } = options
  await reach(url)
  const begun = performance.now()
  const client = new Client(url, Date.now() + timeLimitMs(users + pledges))
  const model = new Model()
  const players = new Players(client, model, seed)
  const random = new Random(options.seedNumber)
  const run = `campaign-${crypto.randomUUID().slice(0, 8)}`
  const before = await audit(client, seed.users.operator.token)
  const stage = await players.lookAround()
  const books = new Bookkeeper(client, model, seed, run)
  await play(options, 'opening books', LINES, (line) => books.open(line))

  const guests: Guest[] = []
  await play(options, 'signing in', Array.from({ length: users }), async () => {
    guests.push(await players.signIn())
  })

  const acts = planActs(random, run, guests, Date.now())
  const earningMs = await play(options, 'earning', acts, (delivery) => players.deliver(delivery))
  const webhook = latency(client.latenciesMs.webhook, earningMs)
  const { forgery, signer } = planForgery(run, guests, Date.now())
  await players.forge(forgery, signer)

  const day = planPledges(random, run, guests, stage, pledges)
  const givingMs = await play(options, 'giving', day, (step) =>
    'key' in step ? players.pledge(step) : players.deliver(step),
  )
  const pledge = latency(client.latenciesMs.pledge, givingMs)
  model.checkRefusals()

  // A refusal stays one when the flowers come later, so there are more of them before keys are asked again.
  const evening = planEvening(random, run, guests, Date.now())
  await play(options, 'earning more', evening, (delivery) => players.deliver(delivery))
  const again = day.filter((step) => 'key' in step).filter((_, place) => place % REPEATED_EVERY === 0)
  await play(options, 'asking again', again, (step) => players.pledge({ ...step, patienceMs: [] }))
  model.checkReuse()

  const after = await settledAudit(client, seed.users.operator.token)
  let left = 0
  await play(options, 'checking', guests, async (guest) => {
    const balance = await checkAccount(client, model, guest)
    left += balance
  })
  const dreams = checkDreams(model, before, after)
  const days = books.days()
  const lineDays: LineDayReport[] = []
  await play(options, 'closing books', days, async (day) => {
    lineDays.push(await books.close(day))
  })
  const planted = days[0] ? await books.plant(days[0]) : null
  const { credited, pledged, differences } = model
  if (credited !== pledged + left)
    differences.add(`${credited} flowers were credited, ${pledged} pledged, yet ${left} are left`)
  if (credited === 0 || pledged === 0)
    differences.add(`${credited} flowers were credited and ${pledged} pledged: nothing was tried`)
  return {
    ...{ credited, pledged, left, dreams, lineDays, planted, ledger: after, pledge, webhook },
    seconds: (performance.now() - begun) / 1_000,
    hungUp: client.hungUp,
    broken: client.broken,
    refusals: new Map([...client.problems, ...players.refusedItems]),
    differences: differences.told,
    differenceCount: differences.count,
  }
}

async function reach(url: string): Promise<void> {
  const answer = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null)
  await answer?.body?.cancel()
  if (!answer?.ok) throw new CannotPlay(`No worker answers at ${url}. Start it with "npm start".`)
}

/** Works through a phase of the day, `concurrency` items at once. Returns how long it took, in ms. */
async function play<T>(
  { concurrency, onProgress }: CampaignOptions,
  phase: string,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<number> {
  const begun = performance.now()
  const todo = items.values()
  let done = 0
  const worker = async () => {
    for (const item of todo) {
      await work(item)
      onProgress?.(phase, ++done, items.length)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return performance.now() - begun
}

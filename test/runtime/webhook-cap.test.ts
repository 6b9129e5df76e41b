import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { sumLedger } from '../../src/ledger/sums.ts'
import { accountOf, freshId, plantSeed, sendEvent, world } from './world.ts'

/** The quiz line gives a user at most five flowers a day. */
const CAP = 5
const NOW = new Date().toISOString()

interface Act {
  readonly id: string
  readonly user: string
  readonly kind: 'quiz'
  readonly quantity: number
  readonly at: string
}

interface Result {
  readonly id: string
  readonly outcome: string
  readonly flowers: number
}

const actOf = (user: string, quantity = 1): Act => ({
  id: freshId('act'),
  user,
  kind: 'quiz',
  quantity,
  at: NOW,
})

/** Delivers acts as their line does: the same body again until it is taken. Counts the deliveries that were not. */
async function deliver(acts: readonly Act[]): Promise<{ results: Result[]; failures: number }> {
  for (let failures = 0; failures < 20; failures++) {
    const answer = await sendEvent('quiz', 'acts.reported', { acts })
    if (answer.status === 200)
      return { results: ((await answer.json()) as { results: Result[] }).results, failures }
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).not.toBeNull()
    await answer.body?.cancel()
  }
  throw new Error('never taken')
}

const stub = () => world.LINE.getByName('quiz')

/** Ends the line's object as a crash does: at once, with whatever it was doing. */
async function crash(): Promise<void> {
  await runInDurableObject(stub(), (_, state) => state.abort('crashed by the test')).catch(() => null)
}

async function expectCap(user: string): Promise<void> {
  expect(await accountOf(user)).toEqual({ user, balance: CAP, earned: CAP, pledged: 0 })
  expect((await sumLedger(world)).differences).toEqual([])
}

const flowersOf = (deliveries: readonly { results: Result[] }[]): number =>
  deliveries
    .flatMap(({ results }) => results)
    .filter(({ outcome }) => outcome !== 'duplicate')
    .reduce((sum, { flowers }) => sum + flowers, 0)

beforeAll(plantSeed)

describe('the daily cap of a user', () => {
  it('holds when twenty deliveries come at once', async () => {
    const user = freshId('user')
    const deliveries = await Promise.all(Array.from({ length: 20 }, () => deliver([actOf(user)])))
    expect(flowersOf(deliveries)).toBe(CAP)
    const outcomes = deliveries.map(({ results }) => results[0]?.outcome)
    expect(outcomes.filter((outcome) => outcome === 'credited')).toHaveLength(CAP)
    expect(outcomes.filter((outcome) => outcome === 'capped')).toHaveLength(20 - CAP)
    await expectCap(user)
  })

  it('holds when each of them asks for more than is left', async () => {
    const user = freshId('user')
    const deliveries = await Promise.all(
      Array.from({ length: 20 }, () => deliver([actOf(user, 3), actOf(user, 4)])),
    )
    expect(flowersOf(deliveries)).toBe(CAP)
    await expectCap(user)
  })

  it('holds when one act is delivered twenty times at once: one credit, nineteen duplicates', async () => {
    const act = actOf(freshId('user'), 2)
    const deliveries = await Promise.all(Array.from({ length: 20 }, () => deliver([act])))
    const results = deliveries.map((delivery) => delivery.results[0])
    expect(results.filter((result) => result?.outcome === 'credited')).toHaveLength(1)
    expect(results.filter((result) => result?.outcome === 'duplicate' && result.flowers === 2)).toHaveLength(
      19,
    )
    expect(await accountOf(act.user)).toMatchObject({ balance: 2 })
  })

  it('holds over an eviction of the line’s object', async () => {
    const user = freshId('user')
    const first = await deliver([actOf(user, 3)])
    await evictDurableObject(stub())
    const second = await deliver([actOf(user, 1)])
    await evictDurableObject(stub())
    const third = await deliver([actOf(user, 4)])
    expect([first, second, third].map(({ results }) => results[0])).toMatchObject([
      { outcome: 'credited', flowers: 3 },
      { outcome: 'credited', flowers: 1 },
      { outcome: 'capped', flowers: 1 },
    ])
    await expectCap(user)
  })

  it('holds, and no act is lost or told wrong, when the object crashes with deliveries under way', async () => {
    const user = freshId('user')
    const acts = Array.from({ length: 20 }, () => actOf(user))
    let open = acts.length
    const underWay = acts.map((act) =>
      deliver([act]).finally(() => {
        open -= 1
      }),
    )
    for (let n = 0; n < 10 && open > 0; n++) await crash()
    const failures = (await Promise.all(underWay)).reduce((sum, delivery) => sum + delivery.failures, 0)
    expect(failures).toBeGreaterThan(0)
    await expectCap(user)
    const { results } = await deliver(acts)
    expect(results.every(({ outcome }) => outcome === 'duplicate')).toBe(true)
    expect(results.reduce((sum, { flowers }) => sum + flowers, 0)).toBe(CAP)
    await expectCap(user)
  })
})

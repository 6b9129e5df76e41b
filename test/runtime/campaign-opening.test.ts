import { describe, expect, it } from 'vitest'
import { newsOf, plantAccepted, plantCampaign, publishDream, sql } from './campaign-calls.ts'
import { creditDirectly, expectProblem, freshId, pledge, world } from './world.ts'

/** What happens on time, in real time: each test lives through a campaign of a second or two. */

/** Sleeps until `at` (ms) has come. */
const sleepUntil = (at: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())))

/** A dream in a campaign that opens and closes so many ms from now, and a giver with 100 flowers. */
async function plantSoon({
  opensIn,
  closesIn,
  quota = 5,
}: {
  opensIn: number
  closesIn: number
  quota?: number
}) {
  const now = Date.now()
  const [opensAt, closesAt, giver] = [now + opensIn, now + closesIn, freshId('giver')]
  await creditDirectly(giver, 100)
  const proposal = await plantAccepted()
  const dream = await publishDream(proposal, await plantCampaign({ opensAt, closesAt }), quota)
  return { dream, opensAt, closesAt, giver }
}

/** The moves of a dream's life that everyone can read, with when they were. */
async function movesOf(dream: string): Promise<[from: string, to: string, at: number][]> {
  const moved = (await newsOf('dream', dream)).filter(({ kind }) => kind === 'moved')
  return moved.map((each) => {
    const { from, to } = each.data as { from: string; to: string }
    return [from, to, (each as unknown as { at: number }).at]
  })
}

const lastMoveOf = async (dream: string) => (await movesOf(dream)).at(-1)

describe('a campaign that opens', () => {
  it('lets its dreams collect from its opening on, and not before; the move is noted for that time', async () => {
    const { dream, opensAt, giver } = await plantSoon({ opensIn: 1_500, closesIn: 3_600_000 })
    await expectProblem(await pledge(giver, dream, 1), 'dream_not_collecting')
    await sleepUntil(opensAt)
    expect((await pledge(giver, dream, 2)).status).toBe(201)
    await expect
      .poll(() => lastMoveOf(dream), { timeout: 5_000 })
      .toEqual([...['published', 'collecting', opensAt]])
    expect(await movesOf(dream)).toMatchObject([
      ['accepted', 'published', expect.any(Number)],
      ['published', 'collecting', opensAt],
    ])
  })

  it('in the past lets a dream collect from when it was published, so that its history goes one way', async () => {
    const { dream, giver } = await plantSoon({ opensIn: -3_600_000, closesIn: 3_600_000 })
    expect((await pledge(giver, dream, 2)).status).toBe(201)
    await expect.poll(async () => (await lastMoveOf(dream))?.[1], { timeout: 5_000 }).toBe('collecting')
    const [published, collecting] = await movesOf(dream)
    expect(published?.[1]).toBe('published')
    expect(collecting?.[2]).toBe(published?.[2])
  })

  it('opens its dreams by their alarm, though nobody asks for them', async () => {
    const { dream, opensAt } = await plantSoon({ opensIn: 1_000, closesIn: 3_600_000 })
    await sleepUntil(opensAt)
    await expect
      .poll(() => lastMoveOf(dream), { timeout: 5_000 })
      .toEqual([...['published', 'collecting', opensAt]])
    const { results } = await sql('SELECT life FROM dreams WHERE id = ?', dream)
    expect(results).toEqual([{ life: 'collecting' }])
  })
})

describe('a campaign that ends', () => {
  it('closes its dreams by their alarm, though nobody asks for them', async () => {
    const { dream, closesAt, giver } = await plantSoon({ opensIn: -1_000, closesIn: 2_000, quota: 5 })
    expect((await pledge(giver, dream, 4)).status).toBe(201)
    await sleepUntil(closesAt)
    await expectProblem(await pledge(giver, dream, 1), 'dream_not_collecting')
    await expect.poll(async () => (await lastMoveOf(dream))?.[1], { timeout: 5_000 }).toBe('expired')
    const [, , at] = (await lastMoveOf(dream)) ?? []
    expect((at ?? 0) - closesAt).toBeGreaterThanOrEqual(0)
    expect((at ?? 0) - closesAt).toBeLessThan(1_000)
  })

  it('lets a dream that was extended collect past its former end', async () => {
    const { dream, closesAt, giver } = await plantSoon({ opensIn: -1_000, closesIn: 1_500 })
    const later = closesAt + 3_600_000
    await world.DREAM.getByName(dream).extend(later)
    await sleepUntil(closesAt + 100)
    expect((await pledge(giver, dream, 1)).status).toBe(201)
    expect(await world.DREAM.getByName(dream).snapshot()).toMatchObject({
      state: 'collecting',
      closesAt: later,
    })
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import {
  accountOf,
  creditDirectly,
  expectProblem,
  freshId,
  ledgerNow,
  plantDream,
  plantSeed,
  pledge,
  sendEvent,
  world,
} from './world.ts'

interface Request {
  readonly id: string
  readonly user: string
  readonly dream: string
  readonly flowers: number
}

const ask = (user: string, dream: string, flowers: number, id = freshId('ask')): Request => ({
  id,
  user,
  dream,
  flowers,
})

const request = (...pledges: readonly Request[]): Promise<Response> =>
  sendEvent('game', 'pledges.requested', { pledges })

async function results(...pledges: readonly Request[]): Promise<unknown> {
  const answer = await request(...pledges)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { results: unknown }).results
}

async function userWith(flowers: number): Promise<string> {
  const user = freshId('user')
  await creditDirectly(user, flowers)
  return user
}

const accepted = ({ id, flowers }: Request) => ({ id, outcome: 'accepted', flowers })
const duplicate = ({ id, flowers }: Request) => ({ id, outcome: 'duplicate', flowers })
const refused = ({ id }: Request, reason: string) => ({ id, outcome: 'refused', flowers: 0, reason })

const countOf = async (dream: string): Promise<{ flowers: number; pledges: number } | null> => {
  const record = await world.DREAM.getByName(dream).snapshot()
  return record && { flowers: record.flowers, pledges: record.pledges }
}

beforeAll(plantSeed)

describe('a pledge that a line asks for', () => {
  it('is made once, and its repeat is a duplicate', async () => {
    const [user, dream] = [await userWith(10), await plantDream()]
    const one = ask(user, dream, 4)
    expect(await results(one)).toEqual([accepted(one)])
    expect(await results(one)).toEqual([duplicate(one)])
    expect(await results(one, one)).toEqual([duplicate(one), duplicate(one)])
    expect(await accountOf(user)).toMatchObject({ balance: 6, pledged: 4 })
    expect(await countOf(dream)).toEqual({ flowers: 4, pledges: 1 })
  })

  it('is made once when it stands twice in one body or comes many times at once', async () => {
    const [user, dream] = [await userWith(10), await plantDream()]
    const [twice, often] = [ask(user, dream, 1), ask(user, dream, 2)]
    expect(await results(twice, twice)).toEqual([accepted(twice), duplicate(twice)])
    const answers = (await Promise.all(Array.from({ length: 10 }, () => results(often)))).flat()
    expect(answers.filter((result) => (result as { outcome: string }).outcome === 'accepted')).toHaveLength(1)
    expect(await countOf(dream)).toEqual({ flowers: 3, pledges: 2 })
  })

  it('may go to several dreams in one body, answered in order', async () => {
    const [rich, poor] = [await userWith(10), await userWith(1)]
    const dreams = [await plantDream(), await plantDream(), await plantDream()] as const
    const asks = [
      ask(rich, dreams[0], 1),
      ask(poor, dreams[1], 2),
      ask(rich, dreams[2], 3),
      ask(rich, 'past-dream', 1),
      ask(rich, dreams[0], 4),
    ] as const
    expect(await results(...asks)).toEqual([
      accepted(asks[0]),
      refused(asks[1], 'insufficient_flowers'),
      accepted(asks[2]),
      refused(asks[3], 'dream_not_collecting'),
      accepted(asks[4]),
    ])
    expect(await Promise.all(dreams.map(countOf))).toEqual([
      { flowers: 5, pledges: 2 },
      { flowers: 0, pledges: 0 },
      { flowers: 3, pledges: 1 },
    ])
    expect(await accountOf(rich)).toMatchObject({ balance: 2, pledged: 8 })
  })

  it('goes on being refused for lack of flowers after the user has earned some', async () => {
    const [user, dream] = [freshId('user'), await plantDream()]
    const early = ask(user, dream, 1)
    expect(await results(early)).toEqual([refused(early, 'insufficient_flowers')])
    await creditDirectly(user, 5)
    expect(await results(early)).toEqual([refused(early, 'insufficient_flowers')])
    const late = ask(user, dream, 1)
    expect(await results(late)).toEqual([accepted(late)])
  })

  it('is refused for a dream that does not collect, is not there, or cannot be', async () => {
    const user = await userWith(5)
    const before = await ledgerNow()
    const asks = [
      ask(user, 'past-dream', 1),
      ask(user, 'no-such-dream', 1),
      ask(user, 'NOT A DREAM', 1),
      ask(user, '', 1),
    ] as const
    expect(await results(...asks)).toEqual([
      refused(asks[0], 'dream_not_collecting'),
      refused(asks[1], 'dream_not_found'),
      refused(asks[2], 'dream_not_found'),
      refused(asks[3], 'dream_not_found'),
    ])
    expect(await ledgerNow()).toEqual(before)
  })

  it.each([0, -1, 1.5, 1_000_000_001, 1e300])('is refused for %d flowers', async (flowers) => {
    const [user, dream] = [await userWith(5), await plantDream()]
    const before = await ledgerNow()
    const odd = ask(user, dream, flowers)
    expect(await results(odd)).toEqual([refused(odd, 'bad_flowers')])
    expect(await ledgerNow()).toEqual(before)
    const mended = ask(user, dream, 1, odd.id)
    expect(await results(mended)).toEqual([accepted(mended)])
  })

  it('is refused when its id asked for other flowers or another dream before', async () => {
    const [user, dream, other] = [await userWith(10), await plantDream(), await plantDream()]
    const first = ask(user, dream, 2)
    await results(first)
    const [more, elsewhere] = [ask(user, dream, 3, first.id), ask(user, other, 2, first.id)]
    expect(await results(more, elsewhere)).toEqual([
      refused(more, 'id_reused'),
      refused(elsewhere, 'id_reused'),
    ])
    expect(await accountOf(user)).toMatchObject({ balance: 8 })
  })

  it('goes to one of two dreams when one body asks for both under one id', async () => {
    const [user, dream, other] = [await userWith(10), await plantDream(), await plantDream()]
    const one = ask(user, dream, 2)
    const outcomes = (await results(one, ask(user, other, 2, one.id))) as { outcome: string }[]
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['accepted', 'refused'])
    expect(await accountOf(user)).toMatchObject({ balance: 8 })
  })

  it('never meets a pledge that the user made with a key of the same name', async () => {
    const [user, dream] = [await userWith(10), await plantDream()]
    const one = ask(user, dream, 1)
    expect(await results(one)).toEqual([accepted(one)])
    for (const key of [one.id, `ask:game:${one.id}`]) {
      const own = await pledge(user, dream, 1, key)
      expect(own.status).toBe(201)
      expect(own.headers.get('Idempotent-Replayed')).toBeNull()
    }
    expect(await accountOf(user)).toMatchObject({ pledged: 3 })
  })
})

describe('a body of pledges', () => {
  it('may carry 500, in any mix of users and dreams', async () => {
    const users = await Promise.all(Array.from({ length: 10 }, () => userWith(40)))
    const dreams = await Promise.all(Array.from({ length: 5 }, () => plantDream()))
    const asks = Array.from({ length: 500 }, (_, n) => ask(users[n % 10] ?? '', dreams[n % 5] ?? '', 1))
    const answers = (await results(...asks)) as { id: string; outcome: string }[]
    expect(answers.map(({ id }) => id)).toEqual(asks.map(({ id }) => id))
    expect(answers.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(400)
    for (const user of users) expect(await accountOf(user)).toMatchObject({ balance: 0, pledged: 40 })
  })

  it('is refused whole with 501 of them, or with more than 32 dreams', async () => {
    const user = await userWith(1_000)
    const before = await ledgerNow()
    const dream = await plantDream()
    const many = await request(...Array.from({ length: 501 }, () => ask(user, dream, 1)))
    await expectProblem(many, 'batch_too_large')
    const wide = await request(...Array.from({ length: 33 }, (_, n) => ask(user, `dream-${n}`, 1)))
    await expectProblem(wide, 'batch_too_large')
    expect(await ledgerNow()).toEqual(before)
  })

  it('is refused whole from a line that may not pledge', async () => {
    const [user, dream] = [await userWith(5), await plantDream()]
    const before = await ledgerNow()
    const answer = await sendEvent('quiz', 'pledges.requested', { pledges: [ask(user, dream, 1)] })
    await expectProblem(answer, 'line_may_not_pledge')
    expect(await ledgerNow()).toEqual(before)
  })
})

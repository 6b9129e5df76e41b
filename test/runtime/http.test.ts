import { runDurableObjectAlarm } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import { expectDocumented } from './documented.ts'
import {
  freshId,
  giveFlowers,
  plantDream,
  plantSeed,
  pledge,
  send,
  sendEvent,
  tokenFor,
  world,
} from './world.ts'

const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

async function as(user: string, roles?: readonly string[]): Promise<RequestInit> {
  return { headers: { Authorization: `Bearer ${await tokenFor(user, roles)}` } }
}

/** An answer's body, after it was held to the API's own description of the route. */
async function read(route: string, answer: Response, status = 200): Promise<Record<string, unknown>> {
  expect(answer.status).toBe(status)
  return (await expectDocumented(route, answer)) as Record<string, unknown>
}

beforeAll(plantSeed)

describe('what anyone may read', () => {
  it('the health of the service', async () => {
    const answer = await send('/healthz')
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(await read('get /healthz', answer)).toEqual({ status: 'ok' })
  })

  it('the dreams of the campaign, in their order', async () => {
    const { items, nextCursor } = await read('get /v1/dreams', await send('/v1/dreams?pageSize=100'))
    const ids = (items as { id: string }[]).map(({ id }) => id)
    expect(ids.slice(0, 2)).toEqual(['hearing-screening', 'first-careers'])
    expect(ids).toContain('past-dream')
    expect(nextCursor).toBeNull()
  })

  it('one dream, in the two languages it has a title in', async () => {
    expect(await read('get /v1/dreams/{dream}', await send('/v1/dreams/first-flower'))).toMatchObject({
      id: 'first-flower',
      title: '十朵小红花就能实现的梦想',
      titleEn: 'A dream that ten flowers make true',
      sample: true,
      state: 'collecting',
      quota: 10,
      flowers: 0,
      pledges: 0,
      reachedAt: null,
      asOf: expect.stringMatching(RFC3339),
    })
  })

  it('a dream that is over and one that has not begun', async () => {
    const past = await read('get /v1/dreams/{dream}', await send('/v1/dreams/past-dream'))
    expect(past).toMatchObject({ state: 'expired' })
    const dream = await plantDream({ opensAt: Date.now() + 3_600_000, closesAt: Date.now() + 7_200_000 })
    const next = await read('get /v1/dreams/{dream}', await send(`/v1/dreams/${dream}`))
    expect(next).toMatchObject({ state: 'published' })
  })

  it('how far a dream has come, once its object has published it', async () => {
    const [user, dream] = [freshId('user'), await plantDream({ quota: 5 })]
    await giveFlowers(user, 9)
    await pledge(user, dream, 4)
    await pledge(user, dream, 2)
    await expect
      .poll(
        async () => {
          await runDurableObjectAlarm(world.DREAM.getByName(dream))
          return world.DB.prepare('SELECT flowers FROM dreams WHERE id = ?').bind(dream).first('flowers')
        },
        { timeout: 10_000 },
      )
      .toBe(6)
    expect(await read('get /v1/dreams/{dream}', await send(`/v1/dreams/${dream}`))).toMatchObject({
      state: 'reached',
      flowers: 6,
      pledges: 2,
      reachedAt: expect.stringMatching(RFC3339),
    })
  })
})

describe('what a user may do', () => {
  it('give flowers and see it in account and history', async () => {
    const [user, dream] = [freshId('user'), await plantDream()]
    await giveFlowers(user, 10)
    const answer = await pledge(user, dream, 3)
    expect(answer.headers.get('Idempotent-Replayed')).toBeNull()
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const made = await read('post /v1/dreams/{dream}/pledges', answer, 201)
    expect(made).toMatchObject({ dream, flowers: 3, at: expect.stringMatching(RFC3339) })

    const account = await send('/v1/me', await as(user))
    expect(account.headers.get('Cache-Control')).toBe('no-store')
    expect(await read('get /v1/me', account)).toEqual({ user, balance: 7, earned: 10, pledged: 3 })

    const history = await send('/v1/me/entries', await as(user))
    expect(history.headers.get('Cache-Control')).toBe('no-store')
    expect(await read('get /v1/me/entries', history)).toEqual({
      items: [
        { id: made.id, kind: 'pledge', flowers: -3, balance: 7, dream, at: made.at },
        {
          id: expect.stringMatching(/^gift\./),
          kind: 'credit',
          flowers: 10,
          balance: 10,
          line: 'gift',
          rule: { kind: 'gift', version: 1 },
          at: expect.stringMatching(RFC3339),
        },
      ],
      nextCursor: null,
    })
  })

  it('make pledges that each have their own id', async () => {
    const [user, dream] = [freshId('user'), await plantDream()]
    await giveFlowers(user, 10)
    const answers = await Promise.all(Array.from({ length: 10 }, () => pledge(user, dream, 1)))
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as { id: string }).id))
    expect(new Set(ids).size).toBe(10)
  })

  it('hold an empty account before the first flower', async () => {
    const user = freshId('user')
    const account = await read('get /v1/me', await send('/v1/me', await as(user)))
    expect(account).toEqual({ user, balance: 0, earned: 0, pledged: 0 })
    const history = await read('get /v1/me/entries', await send('/v1/me/entries', await as(user)))
    expect(history).toEqual({ items: [], nextCursor: null })
  })

  it('sign in as a guest on a local run, as somebody new each time', async () => {
    const route = 'post /v1/auth/guest'
    const answers = [
      await send('/v1/auth/guest', { method: 'POST' }),
      await send('/v1/auth/guest', { method: 'POST' }),
    ]
    for (const answer of answers) expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const [one, other] = await Promise.all(answers.map((answer) => read(route, answer, 201)))
    expect(one?.user).not.toBe(other?.user)
    const account = await send('/v1/me', { headers: { Authorization: `Bearer ${one?.token}` } })
    expect(await account.json()).toMatchObject({ user: one?.user, balance: 0 })
  })
})

describe('what a line and an operator may do', () => {
  it('a line reports acts', async () => {
    const act = {
      id: freshId('act'),
      user: freshId('user'),
      kind: 'quiz',
      quantity: 2,
      at: new Date().toISOString(),
    }
    const answer = await sendEvent('quiz', 'acts.reported', { acts: [act] })
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(await read('post /v1/lines/{line}/webhook', answer)).toEqual({
      results: [{ id: act.id, outcome: 'credited', flowers: 2 }],
    })
  })

  it('an operator checks that no flower is missing', async () => {
    const answer = await send('/v1/audit/conservation', await as('op', ['operator']))
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const found = await read('get /v1/audit/conservation', answer)
    expect(found.credited).toBe((found.balances as number) + (found.pledged as number))
    expect((found.differences as string[]).filter((text) => !text.startsWith('dream '))).toEqual([])
  })

  it('an operator closes a dream', async () => {
    const dream = await plantDream()
    const answer = await send(`/v1/dreams/${dream}/close`, {
      method: 'POST',
      ...(await as('op', ['operator'])),
    })
    expect(await read('post /v1/dreams/{dream}/close', answer)).toEqual({
      id: dream,
      state: 'closed',
      flowers: 0,
      pledges: 0,
    })
  })
})

import { runDurableObjectAlarm } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import {
  accountOf,
  creditDirectly,
  expectProblem,
  freshId,
  plantDream,
  pledge,
  send,
  tokenFor,
  world,
} from './world.ts'

async function close(dream: string, roles?: readonly string[]): Promise<Response> {
  const headers = { Authorization: `Bearer ${await tokenFor('closer', roles)}` }
  return send(`/v1/dreams/${dream}/close`, { method: 'POST', headers })
}

const closeAsOperator = (dream: string): Promise<Response> => close(dream, ['operator'])

async function userWith(flowers: number): Promise<string> {
  const user = freshId('user')
  await creditDirectly(user, flowers)
  return user
}

describe('closing a dream', () => {
  it('is not for users: the dream goes on collecting', async () => {
    const [dream, user] = [await plantDream(), await userWith(5)]
    await expectProblem(await close(dream), 'operator_only')
    await expectProblem(await send(`/v1/dreams/${dream}/close`, { method: 'POST' }), 'token_missing')
    expect((await pledge(user, dream, 1)).status).toBe(201)
  })

  it('by an operator ends it with what it has collected, once and for all', async () => {
    const [dream, user] = [await plantDream(), await userWith(10)]
    await pledge(user, dream, 3)
    await pledge(user, dream, 4)
    const closed = { id: dream, state: 'closed', flowers: 7, pledges: 2 }
    for (let n = 0; n < 2; n++) {
      const answer = await closeAsOperator(dream)
      expect(answer.status).toBe(200)
      expect(await answer.json()).toEqual(closed)
    }
    await expectProblem(await pledge(user, dream, 1), 'dream_not_collecting')
    expect(await accountOf(user)).toMatchObject({ balance: 3, pledged: 7 })
  })

  it('leaves every pledge its first answer', async () => {
    const [dream, other, user] = [await plantDream(), await plantDream(), await userWith(5)]
    const [yes, no, fresh] = [freshId('key'), freshId('key'), freshId('key')]
    const first = await pledge(user, dream, 3, yes)
    expect(first.status).toBe(201)
    await expectProblem(await pledge(user, dream, 9, no), 'insufficient_flowers')
    await closeAsOperator(dream)

    const again = await pledge(user, dream, 3, yes)
    expect(again.status).toBe(201)
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await again.json()).toEqual(await first.json())
    const refused = await pledge(user, dream, 9, no)
    expect(refused.headers.get('Idempotent-Replayed')).toBe('true')
    await expectProblem(refused, 'insufficient_flowers')

    await expectProblem(await pledge(user, dream, 2, yes), 'idempotency_key_reused')
    await expectProblem(await pledge(user, other, 3, yes), 'idempotency_key_reused')
    await expectProblem(await pledge(user, dream, 1, fresh), 'dream_not_collecting')
    expect((await pledge(user, other, 1, fresh)).status).toBe(201)
  })

  it('counts what was under way and refuses what came after: every pledge is one or the other', async () => {
    const [dream, user] = [await plantDream(), await userWith(100)]
    const key = (n: number) => `race-${dream}-${n}`
    const early = Array.from({ length: 10 }, (_, n) => pledge(user, dream, 1, key(n)))
    const closing = closeAsOperator(dream)
    const late = Array.from({ length: 10 }, (_, n) => pledge(user, dream, 1, key(10 + n)))
    await closing
    const statuses = (await Promise.all([...early, ...late])).map(({ status }) => status)
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true)
    const made = statuses.filter((status) => status === 201).length
    expect(await (await closeAsOperator(dream)).json()).toMatchObject({
      state: 'closed',
      flowers: made,
      pledges: made,
    })
    expect(await accountOf(user)).toMatchObject({ pledged: made })
    const repeats = await Promise.all(statuses.map((_, n) => pledge(user, dream, 1, key(n))))
    expect(repeats.map(({ status }) => status)).toEqual(statuses)
  })

  it('reaches the catalogue', async () => {
    const [dream, user] = [await plantDream(), await userWith(5)]
    await pledge(user, dream, 5)
    await closeAsOperator(dream)
    const published = () =>
      world.DB.prepare('SELECT state, flowers, pledges FROM dreams WHERE id = ?').bind(dream).first()
    await expect
      .poll(
        async () => {
          await runDurableObjectAlarm(world.DREAM.getByName(dream))
          return published()
        },
        { timeout: 10_000 },
      )
      .toEqual({ state: 'closed', flowers: 5, pledges: 1 })
    expect(await (await send(`/v1/dreams/${dream}`)).json()).toMatchObject({ state: 'closed', flowers: 5 })
  })

  it('does not make a dream of an id that is none', async () => {
    await expectProblem(await closeAsOperator(freshId('dream')), 'dream_not_found')
    await expectProblem(await closeAsOperator('NOT-AN-ID'), 'dream_not_found')
  })
})

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
    // It is below its quota: what it collected goes back.
    await expect.poll(() => accountOf(user), { timeout: 5_000 }).toMatchObject({ balance: 10, pledged: 0 })
    expect(await (await closeAsOperator(dream)).json()).toEqual(closed)
  })

  it('at its quota keeps what it has collected', async () => {
    const [dream, user] = [await plantDream({ quota: 7 }), await userWith(10)]
    await pledge(user, dream, 7)
    expect(await (await closeAsOperator(dream)).json()).toMatchObject({ state: 'closed', flowers: 7 })
    await runDurableObjectAlarm(world.DREAM.getByName(dream))
    expect(await accountOf(user)).toMatchObject({ balance: 3, pledged: 7 })
  })

  it('says in the audit log who closed it', async () => {
    const dream = await plantDream()
    await closeAsOperator(dream)
    const { results } = await world.DB.prepare('SELECT actor, action FROM audit_log WHERE subject = ?')
      .bind(`dream:${dream}`)
      .all()
    expect(results[0]).toMatchObject({ action: 'dream.close_asked', actor: 'closer' })
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
    await expect.poll(() => accountOf(user), { timeout: 5_000 }).toMatchObject({ balance: 100, pledged: 0 })
    const repeats = await Promise.all(statuses.map((_, n) => pledge(user, dream, 1, key(n))))
    expect(repeats.map(({ status }) => status)).toEqual(statuses)
  })

  it('reaches the catalogue', async () => {
    const [dream, user] = [await plantDream(), await userWith(5)]
    await pledge(user, dream, 5)
    await closeAsOperator(dream)
    const published = () =>
      world.DB.prepare(
        'SELECT state, flowers, pledges, returned_flowers, returned_pledges FROM dreams WHERE id = ?',
      )
        .bind(dream)
        .first()
    await expect
      .poll(
        async () => {
          await runDurableObjectAlarm(world.DREAM.getByName(dream))
          return published()
        },
        { timeout: 10_000 },
      )
      .toEqual({ state: 'closed', flowers: 0, pledges: 0, returned_flowers: 5, returned_pledges: 1 })
    expect(await (await send(`/v1/dreams/${dream}`)).json()).toMatchObject({
      state: 'expired',
      flowers: 0,
      returned: { flowers: 5, pledges: 1, doneAt: expect.any(String) },
    })
  })

  it('does not make a dream of an id that is none', async () => {
    await expectProblem(await closeAsOperator(freshId('dream')), 'dream_not_found')
    await expectProblem(await closeAsOperator('NOT-AN-ID'), 'dream_not_found')
  })
})

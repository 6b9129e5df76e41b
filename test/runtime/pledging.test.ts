import { describe, expect, it } from 'vitest'
import { accountOf, freshId, giveFlowers, plantDream, pledge } from './world.ts'

describe('a pledge', () => {
  it('moves flowers from the account to the dream, once', async () => {
    const user = freshId('user')
    const dream = await plantDream()
    await giveFlowers(user, 5)
    const key = freshId('key')
    const first = await pledge(user, dream, 3, key)
    expect(first.status).toBe(201)
    const body = await first.json()
    const again = await pledge(user, dream, 3, key)
    expect(again.status).toBe(201)
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await again.json()).toEqual(body)
    expect(await accountOf(user)).toMatchObject({ balance: 2, earned: 5, pledged: 3 })
  })
})

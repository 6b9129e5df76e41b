import { runDurableObjectAlarm } from 'cloudflare:test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountOf, freshId, giveFlowers, plantDream, pledge, sendEvent, world } from './world.ts'

/** The trigger's own text, so that the outage ends with exactly what was there. */
let pledging: string
let crediting: string

const schemaOf = async (name: string): Promise<string> => {
  const row = await world.DB.prepare('SELECT sql FROM sqlite_master WHERE name = ?')
    .bind(name)
    .first<{ sql: string }>()
  if (!row) throw new Error(`no ${name}`)
  return row.sql
}

/** A database whose writes fail while its reads still answer. */
async function breakLedger(): Promise<void> {
  await world.DB.batch([
    world.DB.prepare('DROP TRIGGER pledging_insert'),
    world.DB.prepare('DROP TRIGGER crediting_insert'),
  ])
}

async function mendLedger(): Promise<void> {
  await world.DB.batch([world.DB.prepare(pledging), world.DB.prepare(crediting)])
}

describe('while the ledger takes no writes', () => {
  const user = freshId('user')
  const key = freshId('key')
  let dream: string

  beforeAll(async () => {
    pledging = await schemaOf('pledging_insert')
    crediting = await schemaOf('crediting_insert')
    dream = await plantDream()
    await giveFlowers(user, 10)
    await breakLedger()
  })
  afterAll(async () => {
    if (!(await world.DB.prepare("SELECT 1 FROM sqlite_master WHERE name = 'pledging_insert'").first()))
      await mendLedger()
  })

  it('a pledge is never said to have failed: 503 and Retry-After', async () => {
    const answer = await pledge(user, dream, 3, key)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toBe('1')
    expect(await answer.json()).toMatchObject({ code: 'outcome_unknown' })
  })

  it('its repeat is told that the first is still under way', async () => {
    const answer = await pledge(user, dream, 3, key)
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({ code: 'idempotency_key_in_flight' })
  })

  it('another pledge is turned away untouched', async () => {
    const answer = await pledge(user, dream, 1)
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ code: 'overloaded' })
  })

  it('a line gets no 2xx for its acts', async () => {
    const act = { id: freshId('act'), user, kind: 'gift', quantity: 1, at: new Date().toISOString() }
    const answer = await sendEvent('gift', 'acts.reported', { acts: [act] })
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ code: 'outcome_unknown' })
  })

  it('the kept pledge is made, once, when the ledger writes again', async () => {
    await mendLedger()
    await expect
      .poll(
        async () => {
          await runDurableObjectAlarm(world.DREAM.getByName(dream))
          return (await pledge(user, dream, 3, key)).status
        },
        { timeout: 10_000 },
      )
      .toBe(201)
    const again = await pledge(user, dream, 3, key)
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await accountOf(user)).toMatchObject({ balance: 7, earned: 10, pledged: 3 })
    expect(await world.DREAM.getByName(dream).snapshot()).toMatchObject({ flowers: 3, pledges: 1 })
  })
})

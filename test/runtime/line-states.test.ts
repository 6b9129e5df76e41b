import { describe, expect, it } from 'vitest'
import { createSecret } from '../../src/registry/secrets.ts'
import { expectDocumented } from './documented.ts'
import { actOf, everythingNow, plantLine, WEBHOOK } from './line-calls.ts'
import { creditDirectly, expectProblem, freshId, plantDream, send, signed, world } from './world.ts'

/** An event of each type; `user` is a user of the line who may pledge, `act` one that was credited. */
const events = {
  'acts.reported': ({ user }) => ({ acts: [actOf({ user })] }),
  'acts.revoked': ({ act }) => ({ acts: [{ id: act, reason: 'x' }] }),
  'pledges.requested': ({ user, dream }) => ({
    pledges: [{ id: freshId('ask'), user, dream, flowers: 1 }],
  }),
  'link_codes.requested': ({ user }) => ({ codes: [{ id: freshId('code'), user }] }),
  'links.requested': ({ user }) => ({ links: [{ id: freshId('link'), user, code: 'ABCD-EFGH' }] }),
  'links.removed': ({ user }) => ({ links: [{ id: freshId('link'), user }] }),
  'totals.reported': ({ act }) => ({
    day: new Date().toISOString().slice(0, 10),
    acts: [{ id: act, flowers: 1 }],
  }),
} satisfies Record<string, (about: { user: string; act: string; dream: string }) => unknown>

type EventType = keyof typeof events

const types = Object.keys(events) as EventType[]

/** A line that did all it may before its state changed, by another way than HTTP, which would remember it. */
async function lineInState(state: 'active' | 'paused' | 'closed') {
  const [line, user, act] = [await plantLine({ state }), freshId('user'), freshId('act')]
  const dream = await plantDream()
  await creditDirectly(user, 5)
  const tally = `${new Date().toISOString().slice(0, 10)}/${line.id}/act`
  await world.DB.prepare(
    `INSERT INTO crediting (user, key, asked, ref, mark, tally, rule, acted_at, at) VALUES (?1, ?2, 3, ?3, 1, ?4, 1, ?5, ?5)`,
  )
    .bind(user, `act:${line.id}:${act}`, line.id, tally, Date.now())
    .run()
  return { line, about: { user, act, dream } }
}

describe.each(['paused', 'closed'] as const)('a %s line', (state) => {
  it.each(types)(`is told so when it sends %s, and nothing is done`, async (type) => {
    const { line, about } = await lineInState(state)
    const before = await everythingNow()
    await expectProblem(await line.post(type, events[type](about)), `line_${state}`)
    expect(await everythingNow()).toEqual(before)
    expect((await world.DREAM.getByName(about.dream).snapshot())?.flowers).toBe(0)
  })

  it('is told so whatever is in the body, and only when it signed it', async () => {
    const { line } = await lineInState(state)
    for (const type of ['acts.invented', 'acts.reported'])
      await expectProblem(await line.post(type, {}), `line_${state}`)
    const body = JSON.stringify({ type: 'acts.reported', timestamp: new Date().toISOString(), data: {} })
    const stranger = await signed(line.id, body, { secret: createSecret() })
    const answer = await send(`/v1/lines/${line.id}/webhook`, stranger)
    await expectDocumented(WEBHOOK, answer)
    await expectProblem(answer, 'signature_invalid')
  })
})

describe('an active line', () => {
  it.each(types)('has %s taken: what the others are refused has an effect', async (type) => {
    const { line, about } = await lineInState('active')
    const before = await everythingNow()
    const answer = await line.post(type, events[type](about))
    expect(answer.status).toBe(200)
    // Of a line that speaks of the platform's ids nothing is linked.
    if (type.startsWith('link')) expect(await everythingNow()).toEqual(before)
    else expect(await everythingNow()).not.toEqual(before)
  })

  it('that was paused takes again what it was refused', async () => {
    const { line, about } = await lineInState('paused')
    // Taken by the object alone: the Worker remembers for ten seconds that the line is paused.
    const acts = [actOf({ user: about.user, quantity: 2 })]
    await expectProblem(await line.post('acts.reported', { acts }), 'line_paused')
    await world.DB.prepare("UPDATE lines SET state = 'active' WHERE id = ?").bind(line.id).run()
    const outcome = JSON.parse(await world.LINE.getByName(line.id).report(JSON.stringify(acts))) as object
    expect(outcome).toMatchObject({ kind: 'results', results: [{ outcome: 'credited', flowers: 2 }] })
  })
})

describe('a line that is not there', () => {
  it.each(types)('is told so when it sends %s', async (type) => {
    const about = { user: freshId('user'), act: freshId('act'), dream: await plantDream() }
    const before = await everythingNow()
    for (const id of ['no-such-line', 'No-Line', `x${'y'.repeat(64)}`]) {
      const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data: events[type](about) })
      const answer = await send(`/v1/lines/${id}/webhook`, await signed(id, body, { secret: createSecret() }))
      await expectDocumented(WEBHOOK, answer)
      await expectProblem(answer, 'line_not_found')
    }
    expect(await everythingNow()).toEqual(before)
  })
})

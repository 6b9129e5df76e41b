import { describe, expect, it } from 'vitest'
import {
  actionsOf,
  call,
  invited,
  newsOf,
  OPERATOR,
  offer,
  plantCarriedDream,
  record,
  run,
  type TestSupporter,
  today,
} from './supporter-calls.ts'
import { expectProblem, freshId } from './world.ts'

const hours = (minutes: number, fields: object = {}) => ({ day: today(), minutes, what: '教包扎', ...fields })

describe('time given to a dream', () => {
  it('is recorded by the supporter, confirmed by those who carry it out, and told', async () => {
    const { dream, member } = await plantCarriedDream()
    const user = freshId('user')
    const id = await invited(user, dream, member)
    const answer = await call(user, 'post', `/v1/supporters/${id}/hours`, hours(90))
    expect(answer.status).toBe(201)
    const made = await answer.json<{ id: string }>()
    expect(made).toMatchObject({ supporter: id, day: today(), minutes: 90, state: 'recorded', reason: null })
    const other = await record(user, id, 30)
    const confirm = (hour: string) => call(member, 'post', `/v1/supporters/${id}/hours/${hour}/confirm`)
    expect(await (await confirm(made.id)).json()).toMatchObject({ id: made.id, state: 'confirmed' })
    await expectProblem(await confirm(made.id), 'state_conflict')
    const refuse = (body: unknown) => call(member, 'post', `/v1/supporters/${id}/hours/${other}/refuse`, body)
    await expectProblem(await refuse({}), 'reason_missing')
    expect(await (await refuse({ reason: '那天没人' })).json()).toMatchObject({
      state: 'refused',
      reason: '那天没人',
    })
    await expectProblem(await confirm(other), 'state_conflict')
    const mine = await (await call(user, 'get', '/v1/me/supporting')).json<{ items: TestSupporter[] }>()
    expect(mine.items[0]?.minutes).toEqual({ recorded: 0, confirmed: 90, refused: 30 })
    for (const who of [user, member, OPERATOR]) {
      const list = await call(who, 'get', `/v1/supporters/${id}/hours`)
      expect(await list.json()).toMatchObject({ items: [{ id: other }, { id: made.id }], nextCursor: null })
    }
    expect((await newsOf(`user:${user}`)).slice(1).map(({ data }) => data)).toEqual([
      { supporter: id, hours: 'confirmed', day: today(), minutes: 90 },
      { supporter: id, hours: 'refused', day: today(), minutes: 30, reason: '那天没人' },
    ])
    expect((await actionsOf(`supporter:${id}`)).slice(2)).toEqual([
      `${user} hours.recorded`,
      `${user} hours.recorded`,
      `${member} hours.confirmed`,
      `${member} hours.refused`,
    ])
  })

  it('is no more than a day has, whatever comes at once; what was refused leaves room', async () => {
    const { dream, member } = await plantCarriedDream()
    const user = freshId('user')
    const id = await invited(user, dream, member)
    const ask = (minutes: number) => call(user, 'post', `/v1/supporters/${id}/hours`, hours(minutes))
    const answers = await Promise.all([ask(700), ask(700), ask(700), ask(700)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 422, 422])
    const full = await expectProblem(await ask(41), 'limit_reached')
    expect(full.detail).toContain('40')
    expect((await ask(40)).status).toBe(201)
    await expectProblem(await ask(1), 'limit_reached')
    const [row] = await run<{ id: string }>(
      'SELECT id FROM supporter_hours WHERE supporter = ? AND minutes = 700',
      id,
    )
    await call(member, 'post', `/v1/supporters/${id}/hours/${row?.id}/refuse`, { reason: 'x' })
    expect((await ask(700)).status).toBe(201)
    expect(
      (await actionsOf(`supporter:${id}`)).filter((each) => each.endsWith('hours.recorded')),
    ).toHaveLength(4)
  })

  it('is no more than a day has for all that someone supports, whatever comes at once', async () => {
    const user = freshId('user')
    const { dream, member } = await plantCarriedDream()
    const other = await plantCarriedDream()
    const ids = [
      await invited(user, dream, member),
      await invited(user, dream, member, 'skill'),
      await invited(user, other.dream, other.member),
    ]
    const ask = (id: string, minutes: number) =>
      call(user, 'post', `/v1/supporters/${id}/hours`, hours(minutes))
    const answers = await Promise.all(ids.map((id) => ask(id, 700)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 422])
    const full = await expectProblem(await ask(ids[2] as string, 41), 'limit_reached')
    expect(full.detail).toContain('40')
    expect((await ask(ids[1] as string, 40)).status).toBe(201)
    const helper = freshId('user')
    await record(helper, await invited(helper, dream, member), 1_440)
  })

  it('is recorded while the dream goes on; what was recorded is decided on after it', async () => {
    for (const set of [
      "state = 'closed'",
      "state = 'closed', funded_at = 1, stage = 'completed'",
      "state = 'closed', funded_at = 1, stage = 'stopped'",
    ]) {
      const { dream, member } = await plantCarriedDream()
      const user = freshId('user')
      const id = await invited(user, dream, member)
      const hour = await record(user, id, 10)
      await run(`UPDATE dreams SET ${set} WHERE id = ?`, dream)
      await expectProblem(await call(user, 'post', `/v1/supporters/${id}/hours`, hours(10)), 'too_late')
      expect(await run('SELECT id FROM supporter_hours WHERE supporter = ?', id)).toHaveLength(1)
      const confirm = await call(member, 'post', `/v1/supporters/${id}/hours/${hour}/confirm`)
      expect(confirm.status).toBe(200)
    }
  })

  it('is recorded by someone who is invited, for themselves', async () => {
    const { dream, member } = await plantCarriedDream()
    const user = freshId('user')
    const { id } = await offer(user, dream)
    const ask = (who: string) => call(who, 'post', `/v1/supporters/${id}/hours`, hours(10))
    await expectProblem(await ask(user), 'state_conflict')
    await call(member, 'post', `/v1/supporters/${id}/invite`, { text: 'x' })
    await expectProblem(await ask(member), 'not_yours')
    await expectProblem(await call(freshId('user'), 'get', `/v1/supporters/${id}/hours`), 'executor_only')
    expect((await ask(user)).status).toBe(201)
    await call(user, 'delete', `/v1/supporters/${id}`)
    await expectProblem(await ask(user), 'state_conflict')
  })

  it('is not confirmed by the one who gave it, nor by anyone who does not carry the dream out', async () => {
    const { dream, member } = await plantCarriedDream()
    const id = await invited(member, dream, OPERATOR)
    const hour = await record(member, id, 10)
    const decide = (who: string, to: string) =>
      call(who, 'post', `/v1/supporters/${id}/hours/${hour}/${to}`, { reason: 'x' })
    await expectProblem(await decide(member, 'confirm'), 'not_yours')
    await expectProblem(await decide(freshId('user'), 'confirm'), 'executor_only')
    await expectProblem(await decide(freshId('user'), 'refuse'), 'executor_only')
    const none = await call(OPERATOR, 'post', `/v1/supporters/${id}/hours/none/confirm`)
    await expectProblem(none, 'supporter_not_found')
    const foreign = await invited(freshId('user'), dream, member)
    const elsewhere = await call(OPERATOR, 'post', `/v1/supporters/${foreign}/hours/${hour}/confirm`)
    await expectProblem(elsewhere, 'supporter_not_found')
    expect((await decide(OPERATOR, 'confirm')).status).toBe(200)
  })

  it('is decided once: of two at a time one is', async () => {
    const { dream, member } = await plantCarriedDream()
    const user = freshId('user')
    const id = await invited(user, dream, member)
    for (let n = 0; n < 4; n++) {
      const path = `/v1/supporters/${id}/hours/${await record(user, id, 10)}`
      const answers = await Promise.all([
        call(member, 'post', `${path}/confirm`),
        call(OPERATOR, 'post', `${path}/refuse`, { reason: 'x' }),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    }
    expect(await newsOf(`user:${user}`)).toHaveLength(5)
  })

  it('has a bound on how often it is recorded', async () => {
    const { dream, member } = await plantCarriedDream()
    const user = freshId('user')
    const id = await invited(user, dream, member)
    await run(
      `WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 1099)
       INSERT INTO supporter_hours (id, supporter, day, minutes, what, state, recorded_at)
       SELECT ?1 || value, ?1, '2020-01-01', 1, '', 'recorded', 0 FROM n`,
      id,
    )
    await record(user, id, 1)
    const over = await call(user, 'post', `/v1/supporters/${id}/hours`, hours(1))
    await expectProblem(over, 'limit_reached')
  })

  it.each([
    ['a day that is none', { day: '2027-02-30' }],
    ['a day to come', { day: '2999-01-01' }],
    ['a day before the invitation', { day: '2020-01-01' }],
    ['no minutes', { minutes: 0 }],
    ['more than a day', { minutes: 1_441 }],
    ['half a minute', { minutes: 0.5 }],
    ['nothing done', { what: '' }],
  ])('is not recorded with %s', async (_, fields) => {
    const { dream, member } = await plantCarriedDream()
    const user = freshId('user')
    const id = await invited(user, dream, member)
    const answer = await call(user, 'post', `/v1/supporters/${id}/hours`, hours(1, fields))
    await expectProblem(answer, 'invalid_request')
  })
})

import { describe, expect, it } from 'vitest'
import {
  aGrant,
  call,
  changesOf,
  newsOf,
  OPERATOR,
  operator,
  plantCoCreator,
  plantFunded,
  plantGranted,
  sql,
} from './execution-calls.ts'
import { expectProblem, freshId, plantDream } from './world.ts'

const grant = (dream: string, body: unknown, as = operator) =>
  call('post', `/v1/dreams/${dream}/grant`, { body, as })

describe('a grant', () => {
  it('is given to a co-creator of a funded dream, and shown to everyone', async () => {
    const { dream, organisation } = await plantFunded()
    await expectProblem(await call('get', `/v1/dreams/${dream}/grant`, { as: null }), 'not_found')
    const answer = await grant(dream, aGrant(organisation))
    expect(answer.status).toBe(201)
    const given = { dream, ...aGrant(organisation), decidedAt: expect.any(String), addenda: [] }
    expect(await answer.json()).toEqual(given)
    // That there was none is known for a second.
    const show = async () => (await call('get', `/v1/dreams/${dream}/grant`, { as: null })).json()
    await expect.poll(show, { timeout: 5_000 }).toEqual(given)
    const data = { organisation, amountCents: 1_000_000, currency: 'CNY' }
    expect(await newsOf(dream)).toEqual([{ kind: 'granted', audience: null, data }])
    expect(await changesOf(dream)).toEqual([{ actor: OPERATOR, action: 'dream.granted', detail: data }])
  })

  it('is given once: the same again gets the one that stands, another is refused', async () => {
    const { dream, organisation } = await plantFunded()
    const other = await plantFunded()
    await plantCoCreator(dream, other.organisation)
    const answers = await Promise.all([1, 2, 3].map(() => grant(dream, aGrant(organisation))))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201])
    const changed = [
      { amountCents: 1 },
      { currency: 'EUR' },
      { terms: 'x' },
      { organisation: other.organisation },
    ]
    for (const fields of changed)
      await expectProblem(await grant(dream, aGrant(organisation, fields)), 'state_conflict')
    expect(await newsOf(dream)).toHaveLength(1)
    expect(await changesOf(dream)).toHaveLength(1)
  })

  it('is still answered when the dream has moved on', async () => {
    const { dream, organisation } = await plantGranted()
    await sql("UPDATE dreams SET stage = 'executing' WHERE id = ?", dream)
    expect((await grant(dream, aGrant(organisation))).status).toBe(200)
  })

  it.each([
    ['not funded', 'UPDATE dreams SET funded_at = NULL WHERE id = ?'],
    ['being carried out', "UPDATE dreams SET stage = 'executing' WHERE id = ?"],
    ['stopped', "UPDATE dreams SET stage = 'stopped' WHERE id = ?"],
  ])('is not given to a dream that is %s', async (_, change) => {
    const { dream, organisation } = await plantFunded()
    await sql(change, dream)
    await expectProblem(await grant(dream, aGrant(organisation)), 'state_conflict')
    expect(await newsOf(dream)).toEqual([])
  })

  it.each(['open', 'declined', 'withdrawn'])('is not given to one whose offer is %s', async (state) => {
    const { dream, organisation } = await plantFunded()
    await sql('UPDATE offers SET state = ?2 WHERE dream = ?1', dream, state)
    await expectProblem(await grant(dream, aGrant(organisation)), 'state_conflict')
  })

  it('is not given to one that was never asked, nor of a dream that is none', async () => {
    const { dream, organisation } = await plantFunded()
    await expectProblem(await grant(dream, aGrant(freshId('org'))), 'state_conflict')
    await expectProblem(await grant(freshId('dream'), aGrant(organisation)), 'dream_not_found')
    await expectProblem(await call('get', `/v1/dreams/${freshId('dream')}/grant`), 'dream_not_found')
  })

  it('is given by operators only', async () => {
    const { dream, organisation, executor } = await plantFunded()
    await expectProblem(await grant(dream, aGrant(organisation), executor), 'operator_only')
    await expectProblem(
      await call('post', `/v1/dreams/${dream}/grant`, { as: null, body: aGrant(organisation) }),
      'token_missing',
    )
  })

  it.each([
    ['nothing', { amountCents: 0 }],
    ['half a cent', { amountCents: 0.5 }],
    ['more than there is', { amountCents: 1_000_000_000_001 }],
    ['a currency that is none', { currency: 'ZZZ' }],
    ['a currency in small letters', { currency: 'cny' }],
    ['no terms', { terms: ' ' }],
    ['long terms', { terms: 'x'.repeat(10_001) }],
    ['no organisation', { organisation: undefined }],
    ['something else', { to: 'me' }],
  ])('is not given of %s', async (_, fields) => {
    const { dream, organisation } = await plantFunded()
    await expectProblem(await grant(dream, aGrant(organisation, fields)), 'invalid_request')
  })

  it('takes the longest terms however they are written', async () => {
    const { dream, organisation } = await plantFunded()
    const body = JSON.stringify(aGrant(organisation, { terms: '' })).replace(
      '"terms":""',
      `"terms":"${'\\u82b1'.repeat(10_000)}"`,
    )
    expect((await grant(dream, body)).status).toBe(201)
  })

  it.each([
    ['changed', 'UPDATE grants SET amount_cents = 2 WHERE dream = ?'],
    ['deleted', 'DELETE FROM grants WHERE dream = ?'],
  ])('is not %s even in the database', async (_, change) => {
    const { dream } = await plantGranted()
    await expect(sql(change, dream)).rejects.toThrow(/a grant/)
  })

  it('is not replaced even in the database', async () => {
    const { dream, organisation } = await plantGranted()
    await sql("INSERT OR REPLACE INTO grants VALUES (?, ?, 1, 'EUR', 'x', 0)", dream, organisation)
    const shown = await call('get', `/v1/dreams/${dream}/grant`)
    expect(await shown.json()).toMatchObject({ amountCents: 1_000_000, currency: 'CNY' })
  })
})

describe('an addendum', () => {
  const add = (dream: string, body: unknown, as = operator) =>
    call('post', `/v1/dreams/${dream}/grant/addenda`, { body, as })
  const addendum = { text: '期限延长一个月。', reason: '暴雨' }

  it('adds to the terms in public, dated, and the grant stays as it is', async () => {
    const { dream, organisation } = await plantGranted()
    const answer = await add(dream, addendum)
    expect(answer.status).toBe(201)
    expect(await answer.json()).toEqual({ ...addendum, at: expect.any(String) })
    await add(dream, { text: '第二条', reason: '又' })
    const shown = await (await call('get', `/v1/dreams/${dream}/grant`, { as: null })).json()
    expect(shown).toMatchObject({ ...aGrant(organisation), addenda: [addendum, { text: '第二条' }] })
    expect((await newsOf(dream))[1]).toEqual({
      ...{ kind: 'amended', audience: null },
      data: { field: 'grant', ...addendum },
    })
    expect((await changesOf(dream)).map(({ action }) => action)).toEqual([
      ...['dream.granted', 'grant.amended', 'grant.amended'],
    ])
  })

  it('is added once: the same again gets the one that stands', async () => {
    const { dream } = await plantGranted()
    const answers = await Promise.all([1, 2, 3].map(() => add(dream, addendum)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201])
    expect(await newsOf(dream)).toHaveLength(2)
  })

  it('needs a grant, a reason, a text, an operator', async () => {
    const { dream, executor } = await plantGranted()
    await expectProblem(await add((await plantFunded()).dream, addendum), 'state_conflict')
    await expectProblem(await add(await plantDream(), addendum), 'state_conflict')
    await expectProblem(await add(freshId('dream'), addendum), 'dream_not_found')
    await expectProblem(await add(dream, { ...addendum, reason: ' ' }), 'reason_missing')
    await expectProblem(await add(dream, { text: 'x' }), 'reason_missing')
    await expectProblem(await add(dream, { ...addendum, text: ' ' }), 'invalid_request')
    await expectProblem(await add(dream, addendum, executor), 'operator_only')
  })

  it('is one of fifty at the most', async () => {
    const { dream } = await plantGranted()
    const texts = JSON.stringify(Array.from({ length: 50 }, (_, n) => `text ${n}`))
    await sql("INSERT INTO grant_addenda SELECT NULL, ?1, value, 'x', 0 FROM json_each(?2)", dream, texts)
    await expectProblem(await add(dream, addendum), 'limit_reached')
    expect((await add(dream, { text: 'text 7', reason: 'x' })).status).toBe(200)
  })

  it('is not changed, deleted or replaced even in the database', async () => {
    const { dream } = await plantGranted()
    await add(dream, addendum)
    await expect(sql("UPDATE grant_addenda SET text = '' WHERE dream = ?", dream)).rejects.toThrow(/addendum/)
    await expect(sql('DELETE FROM grant_addenda WHERE dream = ?', dream)).rejects.toThrow(/addendum/)
    await expect(
      sql(
        "INSERT OR REPLACE INTO grant_addenda SELECT id, dream, '', reason, at FROM grant_addenda WHERE dream = ?",
        dream,
      ),
    ).rejects.toThrow(/addendum/)
  })
})

import { describe, expect, it } from 'vitest'
import {
  call,
  changesOf,
  newsOf,
  OPERATOR,
  plantAccepted,
  plantCampaign,
  postAmid,
  publishDream,
  sql,
} from './campaign-calls.ts'
import { plantCoCreator } from './execution-calls.ts'
import { expectProblem, freshId, plantDream, send } from './world.ts'

/** Asks for an amendment, as an operator unless told otherwise. */
const amend = (dream: string, fields: object = {}, as: { user?: string; as?: readonly string[] } = {}) =>
  call('post', `/v1/dreams/${dream}/amendments`, {
    body: { field: 'place', text: '云南怒江', reason: '写错了县名', ...fields },
    ...as,
  })

const published = async () => publishDream(await plantAccepted(), await plantCampaign(), 5)

/** Someone who carries a dream out. */
const plantExecutor = async (dream: string) => (await plantCoCreator(dream)).user

const idsOf = async (answer: Response): Promise<string[]> =>
  (await answer.json<{ items: { id: string }[] }>()).items.map(({ id }) => id)

describe('an amendment', () => {
  it('stands beside the text as it was published, dated and with its reason', async () => {
    const dream = await published()
    const answer = await amend(dream)
    expect(answer.status).toBe(201)
    const amendment = await answer.json()
    expect(amendment).toMatchObject({ dream, field: 'place', text: '云南怒江', reason: '写错了县名' })
    expect(await (await send(`/v1/dreams/${dream}/amendments`)).json()).toEqual({
      ...{ items: [amendment], nextCursor: null },
    })
    expect(await (await send(`/v1/dreams/${dream}`)).json()).toMatchObject({ story: { place: '云南' } })
    const told = { field: 'place', reason: '写错了县名', by: 'operator' }
    expect((await newsOf('dream', dream)).filter(({ kind }) => kind === 'amended')).toMatchObject([
      { audience: null, campaign: expect.any(String), data: { ...told, text: '云南怒江' } },
    ])
    expect(await changesOf(`dream:${dream}`)).toContainEqual(
      expect.objectContaining({ action: 'dream.amended', actor: OPERATOR, detail: told }),
    )
  })

  it('is made by those who carry the dream out too, and by nobody else', async () => {
    const [dream, other] = [await published(), await published()]
    const user = await plantExecutor(dream)
    expect((await amend(dream, {}, { user, as: [] })).status).toBe(201)
    expect((await newsOf('dream', dream)).find(({ kind }) => kind === 'amended')).toMatchObject({
      data: { by: 'executor' },
    })
    await expectProblem(await amend(other, {}, { user, as: [] }), 'executor_only')
    await expectProblem(await amend(dream, {}, { user: freshId('user'), as: [] }), 'executor_only')
    await sql('INSERT INTO closed_accounts (user, at) VALUES (?, 0)', user)
    await expectProblem(await amend(dream, { text: 'x' }, { user, as: [] }), 'account_deleted')
  })

  it('asked for again is made once, by however many at a time', async () => {
    const dream = await published()
    const answers = await Promise.all([1, 2, 3].map(() => amend(dream)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201])
    expect((await amend(dream, { text: '云南大理' })).status).toBe(201)
    expect((await amend(dream)).status).toBe(201)
    expect((await newsOf('dream', dream)).filter(({ kind }) => kind === 'amended')).toHaveLength(3)
  })

  it('that meets the same, or the end of the dream, between its decision and its writing is decided again', async () => {
    const dream = await published()
    const path = `/v1/dreams/${dream}/amendments`
    const body = { field: 'place', text: '云南怒江', reason: '写错了县名' }
    expect((await postAmid(path, body, 3, () => amend(dream))).status).toBe(200)
    expect((await newsOf('dream', dream)).filter(({ kind }) => kind === 'amended')).toHaveLength(1)
    const stopped = await postAmid(path, { ...body, text: 'x' }, 3, () =>
      sql("UPDATE dreams SET funded_at = 1, stage = 'stopped' WHERE id = ?", dream),
    )
    await expectProblem(stopped, 'state_conflict')
    expect((await newsOf('dream', dream)).filter(({ kind }) => kind === 'amended')).toHaveLength(1)
  })

  it('is refused of a dream that came to its end, and of none', async () => {
    const expired = await plantDream({ opensAt: 1, closesAt: 2 })
    await sql("UPDATE dreams SET state = 'closed' WHERE id = ?", expired)
    await expectProblem(await amend(expired), 'state_conflict')
    for (const stage of ['completed', 'stopped']) {
      const dream = await published()
      await sql('UPDATE dreams SET funded_at = 1, stage = ? WHERE id = ?', stage, dream)
      await expectProblem(await amend(dream), 'state_conflict')
      await sql("UPDATE dreams SET stage = 'executing' WHERE id = ?", dream)
      expect((await amend(dream)).status).toBe(201)
    }
    for (const none of [freshId('dream'), 'No%20Dream', await plantAccepted()]) {
      await expectProblem(await amend(none), 'dream_not_found')
      await expectProblem(await call('get', `/v1/dreams/${none}/amendments`), 'dream_not_found')
    }
  })

  it.each<[string, object]>([
    ['the quota', { field: 'quota', text: '1' }],
    ['nothing', { text: ' ' }],
    ['a text beyond two thousand characters', { text: 'x'.repeat(2_001) }],
    ['no reason', { reason: undefined }],
    ['somebody’s name beside it', { author: 'x' }],
  ])('is refused with %s', async (_, fields) => {
    const dream = await published()
    await expectProblem(await amend(dream, fields), 'invalid_request')
    expect((await newsOf('dream', dream)).filter(({ kind }) => kind === 'amended')).toEqual([])
  })

  it('is one of at most a hundred, read in pages in the order they were made', async () => {
    const dream = await published()
    await sql(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99)
       INSERT INTO amendments (dream, field, text, reason, at) SELECT ?, 'why', 'x' || i, 'y', i FROM n`,
      dream,
    )
    const both = await Promise.all([amend(dream), amend(dream, { field: 'title' })])
    expect(both.map(({ status }) => status).sort()).toEqual([201, 422])
    await expectProblem(await amend(dream, { text: 'other' }), 'limit_reached')
    const ids = await idsOf(await call('get', `/v1/dreams/${dream}/amendments?pageSize=100`))
    expect(ids.map(Number)).toEqual(ids.map(Number).sort((a, b) => a - b))
    expect(ids).toHaveLength(100)
    const first = await call('get', `/v1/dreams/${dream}/amendments?pageSize=60`)
    const { nextCursor } = await first.clone().json<{ nextCursor: string }>()
    const rest = await call('get', `/v1/dreams/${dream}/amendments?pageSize=60&cursor=${nextCursor}`)
    expect([...(await idsOf(first)), ...(await idsOf(rest))]).toEqual(ids)
  })
})

import { describe, expect, it } from 'vitest'
import {
  call,
  changesOf,
  newsOf,
  OPERATOR,
  plantAccepted,
  plantCampaign,
  postAmid,
  publish,
  publishDream,
  rfc3339,
  sql,
} from './campaign-calls.ts'
import { expectProblem, freshId, plantDream, send, sendWith, tokenFor, world } from './world.ts'

const HOUR_MS = 3_600_000

const stateOf = async (proposal: string): Promise<unknown> =>
  (await sql('SELECT state FROM proposals WHERE id = ?', proposal)).results[0]

/** Asks to publish, with parts of the environment different. */
async function publishWith(parts: object, proposal: string, campaign: string): Promise<Response> {
  return sendWith(parts, `/v1/campaigns/${campaign}/dreams`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${await tokenFor(OPERATOR, ['operator'])}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({ proposal, quota: 5, titleEn: 'T' }),
  })
}

const movesTo = async (state: string, dream: string) =>
  (await newsOf('dream', dream)).filter(({ data }) => (data as { to?: string }).to === state)

const publishAmid = (proposal: string, campaign: string, meanwhile: () => Promise<unknown>) =>
  postAmid(`/v1/campaigns/${campaign}/dreams`, { proposal, quota: 5, titleEn: 'T' }, 3, meanwhile)

describe('publishing', () => {
  it('makes an accepted proposal a dream with its id, its text, the quota and the campaign’s dates', async () => {
    const [opensAt, closesAt] = [Date.now() + HOUR_MS, Date.now() + 2 * HOUR_MS]
    const campaign = await plantCampaign({ opensAt, closesAt })
    const proposal = await plantAccepted({ title: '急救员', what: '教会孩子急救' })
    const answer = await publish(proposal, campaign, { quota: 77, titleEn: 'First-aiders', summary: '短' })
    expect(answer.status).toBe(201)
    const dream = {
      ...{ id: proposal, title: '急救员', titleEn: 'First-aiders', summary: '短', quota: 77, campaign },
      ...{ sample: false, state: 'published', collecting: false, flowers: 0, pledges: 0 },
      ...{ opensAt: rfc3339(opensAt), closesAt: rfc3339(closesAt) },
      story: {
        ...{
          what: '教会孩子急救',
          forWhom: '乡村孩子',
          place: '云南',
          howMany: '1000 人',
          why: '黄金四分钟',
        },
        pictures: ['pic_1'],
      },
    }
    expect(await answer.json()).toMatchObject(dream)
    expect(await (await send(`/v1/dreams/${proposal}`)).json()).toMatchObject(dream)
    expect(await stateOf(proposal)).toEqual({ state: 'published' })
    const told = { from: 'accepted', to: 'published', by: 'operator' }
    expect(await changesOf(`dream:${proposal}`)).toMatchObject([
      { actor: OPERATOR, action: 'dream.moved', detail: told },
    ])
    expect(await newsOf('dream', proposal)).toMatchObject([
      { kind: 'moved', campaign, audience: null, data: told },
    ])
  })

  it('cuts what is proposed to be the summary, by characters', async () => {
    const campaign = await plantCampaign()
    const what = '花'.repeat(499) + '😀'.repeat(9)
    const answer = await publish(await plantAccepted({ what }), campaign)
    expect(await answer.json()).toMatchObject({ summary: `${'花'.repeat(499)}😀`, story: { what } })
  })

  it('is done once, however often and by how many it is asked for', async () => {
    const campaign = await plantCampaign()
    const proposal = await plantAccepted()
    const answers = await Promise.all([1, 2, 3, 4].map(() => publish(proposal, campaign)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201])
    expect((await changesOf(`dream:${proposal}`)).filter(({ actor }) => actor === OPERATOR)).toHaveLength(1)
    expect(await movesTo('published', proposal)).toHaveLength(1)
    await expectProblem(await publish(proposal, campaign, { quota: 101 }), 'dream_exists')
    await expectProblem(await publish(proposal, await plantCampaign()), 'dream_exists')
  })

  it('that meets the same between its decision and its writing is answered as done, and told once', async () => {
    const [proposal, campaign] = [await plantAccepted(), await plantCampaign()]
    const same = { quota: 5, titleEn: 'T' }
    const answer = await publishAmid(proposal, campaign, () => publish(proposal, campaign, same))
    expect(answer.status).toBe(200)
    expect(await movesTo('published', proposal)).toHaveLength(1)
    expect((await changesOf(`dream:${proposal}`)).filter(({ actor }) => actor === OPERATOR)).toHaveLength(1)
  })

  it('that meets another decision on the proposal is refused', async () => {
    const [proposal, campaign] = [await plantAccepted(), await plantCampaign()]
    const answer = await publishAmid(proposal, campaign, () =>
      sql("UPDATE proposals SET state = 'withdrawn' WHERE id = ?", proposal),
    )
    await expectProblem(answer, 'move_not_allowed')
    expect((await send(`/v1/dreams/${proposal}`)).status).toBe(404)
    expect(await newsOf('dream', proposal)).toEqual([])
  })

  it('of many at a time gives each its own place', async () => {
    const campaign = await plantCampaign()
    const proposals = await Promise.all(Array.from({ length: 6 }, () => plantAccepted()))
    const answers = await Promise.all(proposals.map((proposal) => publish(proposal, campaign)))
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(201))
    const { results } = await sql('SELECT DISTINCT position FROM dreams WHERE campaign = ?', campaign)
    expect(results).toHaveLength(6)
  })

  it('is refused for a proposal that is not accepted', async () => {
    const campaign = await plantCampaign()
    for (const state of ['draft', 'proposed', 'in_review', 'declined', 'merged', 'withdrawn']) {
      const proposal = await plantAccepted({ state })
      await expectProblem(await publish(proposal, campaign), 'move_not_allowed')
      expect(await stateOf(proposal)).toEqual({ state })
      expect((await send(`/v1/dreams/${proposal}`)).status).toBe(404)
      expect(await newsOf('dream', proposal)).toEqual([])
    }
    for (const proposal of [freshId('none'), 'No Such'])
      await expectProblem(await publish(proposal, campaign), 'proposal_not_found')
  })

  it('is refused in a campaign that is over, and where a dream has the id', async () => {
    const over = await plantCampaign({ closesAt: Date.now() - 1 })
    await expectProblem(await publish(await plantAccepted(), over), 'too_late')
    const id = await plantDream()
    await expectProblem(await publish(await plantAccepted({ id }), await plantCampaign()), 'dream_exists')
    expect(await stateOf(id)).toEqual({ state: 'accepted' })
  })

  it('ends at two hundred dreams a campaign', async () => {
    const campaign = await plantCampaign()
    await sql(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 199)
       INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of, campaign)
       SELECT 'many-' || i, 1000 + i, 't', 't', 's', 1, 1, 2, 'closed', 0, ?1 FROM n`,
      campaign,
    )
    const [one, other] = [await plantAccepted(), await plantAccepted()]
    const refused = await publishAmid(one, campaign, () => publishDream(other, campaign, 5))
    await expectProblem(refused, 'limit_reached')
    expect([await stateOf(one), await stateOf(other)]).toEqual([
      { state: 'accepted' },
      { state: 'published' },
    ])
    expect(await newsOf('dream', one)).toEqual([])
  })

  it.each<[string, object]>([
    ['no quota', { quota: undefined }],
    ['a quota of nothing', { quota: 0 }],
    ['half a flower', { quota: 0.5 }],
    ['no English title', { titleEn: ' ' }],
    ['a long summary', { summary: 'x'.repeat(501) }],
    ['a title', { title: 'x' }],
  ])('is refused with %s', async (_, fields) => {
    const proposal = await plantAccepted()
    await expectProblem(await publish(proposal, await plantCampaign(), fields), 'invalid_request')
    expect(await stateOf(proposal)).toEqual({ state: 'accepted' })
  })

  it('is done although the dream’s object does not answer', async () => {
    const DREAM = {
      getByName() {
        throw new Error('the object is away')
      },
    }
    const proposal = await plantAccepted()
    const answer = await publishWith({ DREAM }, proposal, await plantCampaign())
    expect(answer.status).toBe(201)
    expect(await stateOf(proposal)).toEqual({ state: 'published' })
  })

  it('does nothing by halves: without the last of its writes none is there', async () => {
    const proposal = await plantAccepted()
    const campaign = await plantCampaign()
    const DB = {
      prepare: (text: string) => world.DB.prepare(text),
      batch: (statements: D1PreparedStatement[]) =>
        world.DB.batch(
          statements.length > 3
            ? [...statements.slice(0, -1), world.DB.prepare('SELECT json(?)').bind('{')]
            : statements,
        ),
    }
    await expectProblem(await publishWith({ DB }, proposal, campaign), 'unavailable')
    expect(await stateOf(proposal)).toEqual({ state: 'accepted' })
    expect((await send(`/v1/dreams/${proposal}`)).status).toBe(404)
    expect(await changesOf(`dream:${proposal}`)).toEqual([])
  })
})

describe('the dreams of a campaign', () => {
  it('are read in pages, in the order they were published, and no others', async () => {
    const campaign = await plantCampaign()
    const ids: string[] = []
    for (let n = 0; n < 5; n++) {
      ids.push(await publishDream(await plantAccepted(), campaign, 5))
      await plantDream()
    }
    const read: string[] = []
    let cursor: string | null = null
    do {
      const path = `/v1/campaigns/${campaign}/dreams?pageSize=2${cursor ? `&cursor=${cursor}` : ''}`
      const page: { items: { id: string }[]; nextCursor: string | null } = await (
        await call('get', path)
      ).json()
      read.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(read).toEqual(ids)
  })
})

import { describe, expect, it } from 'vitest'
import {
  call,
  changesOf,
  newCampaign,
  newsOf,
  OPERATOR,
  plantAccepted,
  plantCampaign,
  publishDream,
  rfc3339,
  sql,
} from './campaign-calls.ts'
import { expectProblem, freshId, send, sendWith, tokenFor, world } from './world.ts'

const HOUR_MS = 3_600_000

const fromNow = (ms: number) => rfc3339(Date.now() + ms)

const soon = () => ({ opensAt: Date.now() + HOUR_MS, closesAt: Date.now() + 2 * HOUR_MS })

describe('a campaign', () => {
  it('is made by an operator, with an audit row, and read by everyone', async () => {
    const id = freshId('campaign')
    const body = newCampaign(id, soon())
    const answer = await call('post', '/v1/campaigns', { body })
    expect(answer.status).toBe(201)
    const expected = {
      ...body,
      ...{
        state: 'scheduled',
        dreams: 0,
        flowers: 0,
        pledges: 0,
        extensions: [],
        createdAt: expect.any(String),
      },
    }
    expect(await answer.json()).toEqual(expected)
    const read = await send(`/v1/campaigns/${id}`)
    expect(read.headers.get('Cache-Control')).toMatch(/^public/)
    expect(await read.json()).toEqual(expected)
    expect(await changesOf(`campaign:${id}`)).toMatchObject([{ actor: OPERATOR, action: 'campaign.created' }])
  })

  it('is made once: of three at a time with one id, one is', async () => {
    const id = freshId('campaign')
    const make = () => call('post', '/v1/campaigns', { body: newCampaign(id) })
    const answers = await Promise.all([make(), make(), make()])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    await expectProblem(await make(), 'campaign_exists')
    expect(await changesOf(`campaign:${id}`)).toHaveLength(1)
  })

  it.each<[string, object]>([
    ['no id', { id: undefined }],
    ['an id in capitals', { id: 'Days' }],
    ['no name', { name: ' ' }],
    ['no rules', { rules: undefined }],
    ['rules beyond ten thousand characters', { rules: '规'.repeat(10_001) }],
    ['a date for a time', { opensAt: '2030-09-09' }],
    ['an end before its beginning', { opensAt: fromNow(HOUR_MS), closesAt: fromNow(HOUR_MS - 1_000) }],
    ['an end that is over', { opensAt: fromNow(-9), closesAt: fromNow(-1) }],
    ['more than a year', { opensAt: fromNow(0), closesAt: fromNow(367 * 24 * HOUR_MS) }],
    ['a state', { state: 'open' }],
  ])('is not made with %s', async (_, fields) => {
    const id = freshId('campaign')
    const answer = await call('post', '/v1/campaigns', { body: { ...newCampaign(id), ...fields } })
    await expectProblem(answer, 'invalid_request')
    expect((await send(`/v1/campaigns/${id}`)).status).toBe(404)
  })

  it('takes times with an offset, and as many rules as there may be', async () => {
    const rules = '规'.repeat(10_000)
    const body = newCampaign(freshId('campaign'), { rules })
    const answer = await call('post', '/v1/campaigns', {
      body: { ...body, opensAt: '2039-09-09T08:00:00+08:00', closesAt: '2039-09-10T00:00:00Z' },
    })
    expect(await answer.json()).toMatchObject({ opensAt: '2039-09-09T00:00:00.000Z', rules })
  })

  it('is made and changed by operators only', async () => {
    const id = await plantCampaign(soon())
    const as: string[] = []
    await expectProblem(
      await call('post', '/v1/campaigns', { as, body: newCampaign(freshId('campaign')) }),
      'operator_only',
    )
    for (const [method, path, body] of [
      ['patch', `/v1/campaigns/${id}`, { name: 'x' }],
      ['post', `/v1/campaigns/${id}/dreams`, { proposal: 'p', quota: 1, titleEn: 'x' }],
      ['post', `/v1/campaigns/${id}/extensions`, { closesAt: rfc3339(Date.now()), reason: 'x' }],
    ] as const)
      await expectProblem(await call(method, path, { as, body }), 'operator_only')
  })

  it('that is not there is not found', async () => {
    for (const id of ['none-such', 'No%20Such']) {
      const path = `/v1/campaigns/${id}`
      await expectProblem(await call('get', path), 'campaign_not_found')
      await expectProblem(await call('get', `${path}/dreams`), 'campaign_not_found')
      await expectProblem(await call('patch', path, { body: { name: 'x' } }), 'campaign_not_found')
      const extension = { closesAt: rfc3339(Date.now()), reason: 'x' }
      await expectProblem(await call('post', `${path}/extensions`, { body: extension }), 'campaign_not_found')
      const publication = { proposal: 'p', quota: 1, titleEn: 'x' }
      await expectProblem(await call('post', `${path}/dreams`, { body: publication }), 'campaign_not_found')
    }
  })

  it('is scheduled, open or over by its dates alone', async () => {
    const now = Date.now()
    const stateOf = async (opensAt: number, closesAt: number) =>
      (
        await (
          await send(`/v1/campaigns/${await plantCampaign({ opensAt, closesAt })}`)
        ).json<{ state: string }>()
      ).state
    expect(await stateOf(now + HOUR_MS, now + 2 * HOUR_MS)).toBe('scheduled')
    expect(await stateOf(now - HOUR_MS, now + HOUR_MS)).toBe('open')
    expect(await stateOf(now - HOUR_MS, now - 1)).toBe('over')
  })

  it('counts what its dreams published, and no others', async () => {
    const [id, other] = [await plantCampaign(soon()), await plantCampaign(soon())]
    for (const [campaign, flowers] of [
      ...([
        [id, 5],
        [id, 7],
        [other, 100],
      ] as const),
    ]) {
      const dream = await publishDream(await plantAccepted(), campaign, 10)
      await sql('UPDATE dreams SET flowers = ?, pledges = 2 WHERE id = ?', flowers, dream)
    }
    const counts = { dreams: 2, flowers: 12, pledges: 4 }
    expect(await (await send(`/v1/campaigns/${id}`)).json()).toMatchObject(counts)
    const list = await (await send('/v1/campaigns?pageSize=99')).json<{ items: { id: string }[] }>()
    expect(list.items.find((each) => each.id === id)).toMatchObject(counts)
  })

  it('stands in the list, which pages through every campaign once', async () => {
    for (let n = 0; n < 3; n++) await plantCampaign()
    const ids: string[] = []
    let cursor: string | null = null
    do {
      const answer = await call('get', `/v1/campaigns?pageSize=4${cursor ? `&cursor=${cursor}` : ''}`)
      const page: { items: { id: string }[]; nextCursor: string | null } = await answer.json()
      ids.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    const { results } = await sql('SELECT id FROM campaigns')
    expect([...ids].sort()).toEqual(results.map((row) => (row as { id: string }).id).sort())
    await expectProblem(await call('get', '/v1/campaigns?pageSize=101'), 'invalid_request')
    await expectProblem(await call('get', '/v1/campaigns?cursor=x'), 'invalid_cursor')
  })
})

describe('a change of a campaign', () => {
  it('changes what it names before the campaign opens, and says what that was and became', async () => {
    const id = await plantCampaign(soon())
    const opensAt = rfc3339(Date.now() + HOUR_MS / 2)
    const answer = await call('patch', `/v1/campaigns/${id}`, {
      body: { name: '新', rules: '新规则', opensAt },
    })
    expect(await answer.json()).toMatchObject({ name: '新', nameEn: 'Giving days', rules: '新规则', opensAt })
    expect((await changesOf(`campaign:${id}`)).at(-1)).toMatchObject({
      ...{ action: 'campaign.changed', actor: OPERATOR },
      detail: { before: { name: '99公益日' }, after: { name: '新', opensAt: Date.parse(opensAt) } },
    })
    expect((await call('patch', `/v1/campaigns/${id}`, { body: { name: '新' } })).status).toBe(200)
    expect(await changesOf(`campaign:${id}`)).toHaveLength(2)
  })

  it('is refused once it opened, has a dream, or was extended', async () => {
    const change = (id: string) => call('patch', `/v1/campaigns/${id}`, { body: { rules: '别的' } })
    await expectProblem(await change(await plantCampaign()), 'state_conflict')
    const withDream = await plantCampaign(soon())
    await publishDream(await plantAccepted(), withDream, 5)
    expect((await expectProblem(await change(withDream), 'state_conflict')).detail).toContain('dream')
    const extended = await plantCampaign(soon())
    const body = { closesAt: rfc3339(Date.now() + 3 * HOUR_MS), reason: 'x' }
    expect((await call('post', `/v1/campaigns/${extended}/extensions`, { body })).status).toBe(201)
    await expectProblem(await change(extended), 'state_conflict')
    for (const id of [withDream, extended])
      expect(await changesOf(`campaign:${id}`)).not.toContainEqual(
        expect.objectContaining({ action: 'campaign.changed' }),
      )
  })

  it('to a window that is none is refused', async () => {
    const id = await plantCampaign(soon())
    const opensAt = rfc3339(Date.now() + 3 * HOUR_MS)
    const answer = await call('patch', `/v1/campaigns/${id}`, { body: { opensAt } })
    expect(await expectProblem(answer, 'invalid_request')).toMatchObject({ errors: [{ path: 'closesAt' }] })
  })

  it('that meets a publication between its decision and its writing is refused', async () => {
    const id = await plantCampaign(soon())
    const proposal = await plantAccepted()
    let reads = 0
    const DB = {
      prepare: (text: string) => world.DB.prepare(text),
      async batch(statements: D1PreparedStatement[]) {
        const results = await world.DB.batch(statements)
        if (reads++ === 0) await publishDream(proposal, id, 5)
        return results
      },
    }
    const answer = await sendWith({ DB }, `/v1/campaigns/${id}`, {
      method: 'PATCH',
      headers: {
        Authorization: `Bearer ${await tokenFor(OPERATOR, ['operator'])}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ rules: '别的' }),
    })
    await expectProblem(answer, 'state_conflict')
    expect(await changesOf(`campaign:${id}`)).toHaveLength(1)
    expect(await newsOf('campaign', id)).toHaveLength(1)
  })
})

describe('the database', () => {
  it('keeps campaigns, dreams, extensions and amendments from whoever has a console', async () => {
    const campaign = await plantCampaign(soon())
    const dream = await publishDream(await plantAccepted(), campaign, 5)
    const body = { closesAt: rfc3339(Date.now() + 3 * HOUR_MS), reason: 'x' }
    await call('post', `/v1/campaigns/${campaign}/extensions`, { body })
    await call('post', `/v1/dreams/${dream}/amendments`, { body: { field: 'why', text: 'x', reason: 'y' } })
    const read = async () => {
      const tables = ['dreams', 'campaigns', 'campaign_extensions', 'amendments']
      return Promise.all(tables.map(async (table) => (await sql(`SELECT * FROM ${table}`)).results))
    }
    const before = await read()
    const frozen = [
      'title',
      'title_en',
      'summary',
      'campaign',
      'story',
      'quota',
      'opens_at',
      'position',
      'sample',
    ]
    for (const text of [
      ...frozen.map((column) => `UPDATE dreams SET ${column} = 1 - ifnull(sample, 0) WHERE id = '${dream}'`),
      `UPDATE OR REPLACE dreams SET id = 'other' WHERE id = '${dream}'`,
      `UPDATE OR IGNORE dreams SET quota = 1 WHERE id = '${dream}'`,
      `UPDATE dreams SET campaign = NULL WHERE id = '${dream}'`,
      `UPDATE dreams SET closes_at = closes_at - 1 WHERE id = '${dream}'`,
      `DELETE FROM dreams WHERE id = '${dream}'`,
      'DELETE FROM dreams',
      `UPDATE campaigns SET rules = 'x' WHERE id = '${campaign}'`,
      `UPDATE OR REPLACE campaigns SET name = 'x' WHERE id = '${campaign}'`,
      `UPDATE campaigns SET opens_at = 1 WHERE id = '${campaign}'`,
      `UPDATE campaigns SET closes_at = closes_at - 1 WHERE id = '${campaign}'`,
      `UPDATE campaigns SET id = 'other' WHERE id = '${campaign}'`,
      `DELETE FROM campaigns WHERE id = '${campaign}'`,
      "UPDATE campaign_extensions SET reason = 'x'",
      'DELETE FROM campaign_extensions',
      `INSERT OR REPLACE INTO campaign_extensions VALUES ('${campaign}', 1, 1, 2, 'x', 3)`,
      "UPDATE amendments SET text = 'z'",
      'DELETE FROM amendments',
      "INSERT OR REPLACE INTO amendments SELECT id, dream, field, 'z', reason, at FROM amendments",
    ])
      await expect(sql(text), text).rejects.toThrow(/stays as it|never changes|never deleted/)
    await sql(
      `INSERT OR REPLACE INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of)
       VALUES ('${dream}', 9999, 't', 't', 's', 1, 1, 2, 'collecting', 0)`,
    )
    await sql(
      `INSERT OR REPLACE INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of)
       SELECT 'thief', position, 't', 't', 's', 1, 1, 2, 'collecting', 0 FROM dreams WHERE id = '${dream}'`,
    )
    await sql(`INSERT OR REPLACE INTO campaigns VALUES ('${campaign}', 'x', 'x', 'x', 1, 2, 3)`)
    expect(await read()).toEqual(before)
  })

  it('lets a dream’s object publish, and its time grow', async () => {
    const dream = await publishDream(await plantAccepted(), await plantCampaign(), 5)
    await sql(
      "UPDATE dreams SET flowers = 1, state = 'closing', version = 9, closes_at = closes_at + 1 WHERE id = ?",
      dream,
    )
    const { results } = await sql('SELECT flowers, state FROM dreams WHERE id = ?', dream)
    expect(results).toEqual([{ flowers: 1, state: 'closing' }])
  })
})

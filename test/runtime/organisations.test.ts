import { describe, expect, it } from 'vitest'
import {
  ask,
  askAmid,
  changesOf,
  OPERATOR,
  plantOrganisation,
  plantProposal,
  sql,
  takeOn,
} from './organisation-calls.ts'
import { expectProblem, freshId, plantDream, send } from './world.ts'

const newOrganisation = (id: string, fields: object = {}) => ({
  ...{ id, name: '急救学社', nameEn: 'First Aid Society', kind: 'charity', contact: 'desk@aid.test' },
  ...fields,
})

describe('an organisation', () => {
  it('is registered by an operator, with its contact in no audit row', async () => {
    const id = freshId('org')
    const body = newOrganisation(id, { about: 'We teach.' })
    const answer = await ask('post', '/v1/organisations', { body })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(await answer.json()).toEqual({
      ...body,
      ...{ state: 'active', createdAt: expect.any(String), dreams: [] },
    })
    const changes = await changesOf(`organisation:${id}`)
    expect(changes).toMatchObject([{ actor: OPERATOR, action: 'organisation.created' }])
    expect(JSON.stringify(changes)).not.toContain('desk@aid.test')
    await expectProblem(
      await ask('post', '/v1/organisations', { as: 'somebody', body: newOrganisation(freshId('org')) }),
      'operator_only',
    )
  })

  it('is registered once: of three at a time with one id, one is', async () => {
    const id = freshId('org')
    const register = () => ask('post', '/v1/organisations', { body: newOrganisation(id) })
    const answers = await Promise.all([register(), register(), register()])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    await expectProblem(await register(), 'organisation_exists')
    expect(await changesOf(`organisation:${id}`)).toHaveLength(1)
  })

  it.each<[string, object]>([
    ['an id in capitals', { id: 'AID' }],
    ['an id that ends in a hyphen', { id: 'aid-' }],
    ['no name', { name: ' ' }],
    ['a long name', { name: 'x'.repeat(201) }],
    ['a kind of its own', { kind: 'club' }],
    ['no contact', { contact: undefined }],
    ['a book about it', { about: 'x'.repeat(2_001) }],
    ['a state', { state: 'closed' }],
  ])('is not registered with %s', async (_, fields) => {
    const body = newOrganisation(freshId('org'), fields)
    await expectProblem(await ask('post', '/v1/organisations', { body }), 'invalid_request')
  })

  it('is registered with the longest texts there may be', async () => {
    const [long, about] = ['花'.repeat(200), '花'.repeat(2_000)]
    const fields = { name: long, nameEn: long, contact: long, about }
    const body = newOrganisation('o'.repeat(64), fields)
    expect((await ask('post', '/v1/organisations', { body })).status).toBe(201)
    await expectProblem(
      await ask('post', '/v1/organisations', { body: ' '.repeat(24_577) }),
      'body_too_large',
    )
  })

  it('shows everyone the published dreams it took on, and its contact only to members and operators', async () => {
    const member = freshId('user')
    const organisation = await plantOrganisation({ members: [member] })
    const [dream, wish] = [await plantDream(), await plantProposal()]
    await takeOn(wish, organisation, member)
    await takeOn(dream, organisation, member)
    const path = `/v1/organisations/${organisation}`
    const told = { id: dream, title: dream, titleEn: dream, state: 'collecting' }
    for (const answer of [await send(path), await ask('get', path, { as: 'stranger' })]) {
      const body = await answer.json<object>()
      expect(body).toMatchObject({ id: organisation, dreams: [told] })
      expect(body).not.toHaveProperty('contact')
    }
    const all = [told, { id: wish, title: wish, titleEn: null, state: 'accepted' }]
    for (const as of [member, OPERATOR]) {
      const answer = await ask('get', path, { as })
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
      const body = await answer.json<{ contact: string; dreams: { id: string }[] }>()
      expect(body.contact).toBe(`desk@${organisation}.test`)
      // Both may have been taken on in the same millisecond.
      expect(body.dreams).toEqual(expect.arrayContaining(all))
      expect(body.dreams).toHaveLength(2)
    }
  })

  it('that is not there is not found', async () => {
    for (const id of ['no-such-organisation', 'No%20Organisation']) {
      const path = `/v1/organisations/${id}`
      await expectProblem(await send(path), 'organisation_not_found')
      for (const [method, at, body] of [
        ['get', path],
        ['get', `${path}/members`],
        ['get', `${path}/offers`],
        ['patch', path, { name: 'x' }],
        ['put', `${path}/members/u`, { role: 'member' }],
        ['delete', `${path}/members/u`],
      ] as const)
        await expectProblem(await ask(method, at, { body }), 'organisation_not_found')
    }
  })

  it('stands in the list, which pages through every one once and shows no contact', async () => {
    for (let n = 0; n < 5; n++) await plantOrganisation()
    const ids: string[] = []
    let cursor: string | null = null
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`
      const answer = await send(`/v1/organisations?pageSize=2${query}`)
      const text = await answer.text()
      expect(text).not.toContain('desk@')
      const page = JSON.parse(text) as { items: { id: string }[]; nextCursor: string | null }
      ids.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    const rows = await sql<{ id: string }>('SELECT id FROM organisations')
    expect([...ids].sort()).toEqual(rows.map(({ id }) => id).sort())
  })
})

describe('a change of an organisation', () => {
  it('is made by its admins and operators, and noted without contact and texts', async () => {
    const [admin, member] = [freshId('admin'), freshId('member')]
    const organisation = await plantOrganisation({ members: [admin, member] })
    const path = `/v1/organisations/${organisation}`
    const patch = { name: '新名', about: 'A long story.', contact: 'new@aid.test' }
    const answer = await ask('patch', path, { as: admin, body: patch })
    expect(await answer.json()).toMatchObject({ ...patch, nameEn: `Organisation ${organisation}` })
    expect((await ask('patch', path, { body: { kind: 'lab' } })).status).toBe(200)
    expect((await ask('patch', path, { body: { kind: 'lab' } })).status).toBe(200)
    const changes = await changesOf(`organisation:${organisation}`)
    expect(changes.map(({ actor, action }) => [actor, action])).toEqual([
      [admin, 'organisation.changed'],
      [OPERATOR, 'organisation.changed'],
    ])
    expect(JSON.parse(changes[0]?.detail ?? '')).toEqual({
      fields: ['name', 'about', 'contact'],
      before: { name: `机构 ${organisation}` },
      after: { name: '新名' },
    })
    for (const as of [member, 'stranger'])
      await expectProblem(await ask('patch', path, { as, body: { name: 'x' } }), 'not_yours')
  })

  it('that closes or reopens it is for operators', async () => {
    const admin = freshId('admin')
    const organisation = await plantOrganisation({ members: [admin] })
    const path = `/v1/organisations/${organisation}`
    await expectProblem(await ask('patch', path, { as: admin, body: { state: 'closed' } }), 'operator_only')
    for (const state of ['closed', 'active'])
      expect(await (await ask('patch', path, { body: { state } })).json()).toMatchObject({ state })
    const changes = await changesOf(`organisation:${organisation}`)
    expect(changes.map(({ action }) => action)).toEqual(['organisation.closed', 'organisation.reopened'])
  })

  it('that meets another is decided again: neither is lost', async () => {
    const organisation = await plantOrganisation()
    const path = `/v1/organisations/${organisation}`
    const meanwhile = () => ask('patch', path, { body: { name: 'theirs' } })
    const answer = await askAmid(meanwhile, 'patch', path, { body: { nameEn: 'ours' } })
    expect(await answer.json()).toMatchObject({ name: 'theirs', nameEn: 'ours' })
    expect(await changesOf(`organisation:${organisation}`)).toHaveLength(2)
  })

  it('that meets another of the same field is noted with what it replaced', async () => {
    const organisation = await plantOrganisation()
    const path = `/v1/organisations/${organisation}`
    const meanwhile = () => ask('patch', path, { body: { name: 'theirs' } })
    await askAmid(meanwhile, 'patch', path, { body: { name: 'ours' } })
    const [, change] = await changesOf(`organisation:${organisation}`)
    expect(JSON.parse(change?.detail ?? '')).toMatchObject({
      before: { name: 'theirs' },
      after: { name: 'ours' },
    })
  })

  it('by an admin who is removed at that moment is not made', async () => {
    const admin = freshId('admin')
    const organisation = await plantOrganisation({ members: [freshId('first'), admin] })
    await sql("UPDATE organisation_members SET role = 'admin' WHERE user = ?", admin)
    const path = `/v1/organisations/${organisation}`
    const meanwhile = () => ask('delete', `${path}/members/${admin}`)
    const answer = await askAmid(meanwhile, 'patch', path, { as: admin, body: { name: 'mine' } })
    await expectProblem(answer, 'not_yours')
    const changes = await changesOf(`organisation:${organisation}`)
    expect(changes.map(({ action }) => action)).toEqual(['organisation.member_removed'])
  })
})

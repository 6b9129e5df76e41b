import { describe, expect, it } from 'vitest'
import { ask, askAmid, changesOf, OPERATOR, plantOrganisation, sql } from './organisation-calls.ts'
import { expectProblem, freshId } from './world.ts'

const at = (organisation: string, user: string) => `/v1/organisations/${organisation}/members/${user}`

/** Everyone in an organisation with their part, in the order they joined. */
async function membersOf(organisation: string): Promise<[string, string][]> {
  const rows = await sql<{ user: string; role: string }>(
    'SELECT user, role FROM organisation_members WHERE organisation = ? ORDER BY at, user',
    organisation,
  )
  return rows.map(({ user, role }) => [user, role])
}

/** Puts a member, or moves one to another part. */
const put = (organisation: string, user: string, role: string, as?: string) =>
  ask('put', at(organisation, user), { body: { role }, ...(as === undefined ? {} : { as }) })

describe('a member', () => {
  it('is put by an operator or an admin, keeps their place, and each change is noted once', async () => {
    const organisation = await plantOrganisation()
    const [admin, member] = [freshId('admin'), freshId('member')]
    const answer = await put(organisation, admin, 'admin')
    expect(await answer.json()).toEqual({ user: admin, role: 'admin', since: expect.any(String) })
    const first = await (await put(organisation, member, 'member', admin)).json<{ since: string }>()
    for (let n = 0; n < 2; n++)
      expect(await (await put(organisation, member, 'admin', admin)).json()).toEqual({
        ...{ user: member, role: 'admin', since: first.since },
      })
    const changes = await changesOf(`organisation:${organisation}`)
    expect(changes.map(({ actor, action }) => [actor, action])).toEqual([
      [OPERATOR, 'organisation.member_added'],
      [admin, 'organisation.member_added'],
      [admin, 'organisation.member_changed'],
    ])
  })

  it('is not put or removed by another member or a stranger', async () => {
    const [admin, member] = [freshId('admin'), freshId('member')]
    const organisation = await plantOrganisation({ members: [admin, member] })
    for (const as of [member, 'stranger']) {
      await expectProblem(await put(organisation, freshId('user'), 'member', as), 'not_yours')
      await expectProblem(await ask('delete', at(organisation, admin), { as }), 'not_yours')
    }
    await expectProblem(await put(organisation, member, 'admin', member), 'not_yours')
    expect(await membersOf(organisation)).toEqual([
      [admin, 'admin'],
      [member, 'member'],
    ])
  })

  it('is named by a user id and a part there is', async () => {
    const organisation = await plantOrganisation()
    for (const user of ['%20', '%E8%8A%B1', 'x'.repeat(129)])
      await expectProblem(await put(organisation, user, 'member'), 'member_not_found')
    await expectProblem(await put(organisation, 'u', 'owner'), 'invalid_request')
    expect((await put(organisation, 'auth0%7Cy%2F1', 'admin')).status).toBe(200)
    expect(await membersOf(organisation)).toEqual([['auth0|y/1', 'admin']])
  })

  it('removes themselves, and is removed by an admin; who is not there is not found', async () => {
    const [admin, one, two] = [freshId('admin'), freshId('one'), freshId('two')]
    const organisation = await plantOrganisation({ members: [admin, one, two] })
    expect((await ask('delete', at(organisation, one), { as: one })).status).toBe(204)
    expect((await ask('delete', at(organisation, two), { as: admin })).status).toBe(204)
    expect(await membersOf(organisation)).toEqual([[admin, 'admin']])
    for (const as of [admin, two])
      await expectProblem(await ask('delete', at(organisation, two), { as }), 'member_not_found')
    expect(await changesOf(`organisation:${organisation}`)).toHaveLength(2)
  })

  it('who is the last admin stays one while the organisation is active', async () => {
    const [admin, member] = [freshId('admin'), freshId('member')]
    const organisation = await plantOrganisation({ members: [admin, member] })
    for (const as of [admin, OPERATOR]) {
      await expectProblem(await ask('delete', at(organisation, admin), { as }), 'state_conflict')
      await expectProblem(await put(organisation, admin, 'member', as), 'state_conflict')
    }
    await ask('patch', `/v1/organisations/${organisation}`, { body: { state: 'closed' } })
    expect((await ask('delete', at(organisation, admin), { as: admin })).status).toBe(204)
    expect(await membersOf(organisation)).toEqual([[member, 'member']])
  })

  it('who is an admin may go when there is another: of two who go at once, one stays', async () => {
    for (let n = 0; n < 5; n++) {
      const [one, two] = [freshId('one'), freshId('two')]
      const organisation = await plantOrganisation({ members: [one, two] })
      await put(organisation, two, 'admin')
      const answers = await Promise.all(
        [one, two].map((user) => ask('delete', at(organisation, user), { as: user })),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
      expect(await membersOf(organisation)).toEqual([[expect.any(String), 'admin']])
    }
  })

  it('who is an admin is not removed when the other one goes at that moment', async () => {
    const [one, two] = [freshId('one'), freshId('two')]
    const organisation = await plantOrganisation({ members: [one, two] })
    await put(organisation, two, 'admin')
    const meanwhile = () => ask('delete', at(organisation, one))
    const answer = await askAmid(meanwhile, 'delete', at(organisation, two), { as: two })
    await expectProblem(answer, 'state_conflict')
    expect(await membersOf(organisation)).toEqual([[two, 'admin']])
  })

  it('is not put by an admin who is moved down at that moment', async () => {
    const [one, two, user] = [freshId('one'), freshId('two'), freshId('user')]
    const organisation = await plantOrganisation({ members: [one, two] })
    await put(organisation, two, 'admin')
    const meanwhile = () => put(organisation, two, 'member')
    const body = { role: 'admin' }
    const answer = await askAmid(meanwhile, 'put', at(organisation, user), { as: two, body })
    await expectProblem(answer, 'not_yours')
    expect(await membersOf(organisation)).toHaveLength(2)
  })

  it('who is an admin is not moved down when the other one goes at that moment', async () => {
    const [one, two] = [freshId('one'), freshId('two')]
    const organisation = await plantOrganisation({ members: [one, two] })
    await put(organisation, two, 'admin')
    const meanwhile = () => ask('delete', at(organisation, one))
    const answer = await askAmid(meanwhile, 'put', at(organisation, two), { body: { role: 'member' } })
    await expectProblem(answer, 'state_conflict')
    expect(await membersOf(organisation)).toEqual([[two, 'admin']])
  })

  it('is not put in the last place when another takes it at that moment', async () => {
    const organisation = await plantOrganisation({
      members: Array.from({ length: 199 }, (_, n) => `crowd-${n}`),
    })
    const meanwhile = () => put(organisation, 'a', 'member')
    const body = { role: 'member' }
    const answer = await askAmid(meanwhile, 'put', at(organisation, 'b'), { body })
    await expectProblem(answer, 'limit_reached')
    expect(await membersOf(organisation)).toHaveLength(200)
  })

  it('is one of 200 at the most, also when three come at once for the last place', async () => {
    const organisation = await plantOrganisation({
      members: Array.from({ length: 199 }, (_, n) => `crowd-${n}`),
    })
    const answers = await Promise.all(['a', 'b', 'c'].map((user) => put(organisation, user, 'member')))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422])
    await expectProblem(await put(organisation, 'd', 'member'), 'limit_reached')
    expect(await membersOf(organisation)).toHaveLength(200)
    // Those who are there can still be moved.
    expect((await put(organisation, 'crowd-7', 'admin')).status).toBe(200)
  })

  it('is nobody whose account was deleted, also when it is deleted at that moment', async () => {
    const organisation = await plantOrganisation()
    const [gone, going] = [freshId('gone'), freshId('going')]
    const close = (user: string) => sql('INSERT INTO closed_accounts (user, at) VALUES (?, 0)', user)
    await close(gone)
    await expectProblem(await put(organisation, gone, 'member'), 'state_conflict')
    const body = { role: 'member' }
    const answer = await askAmid(() => close(going), 'put', at(organisation, going), { body })
    await expectProblem(answer, 'state_conflict')
    expect(await membersOf(organisation)).toEqual([])
    expect(await changesOf(`organisation:${organisation}`)).toEqual([])
  })
})

describe('the lists of members and memberships', () => {
  it('are read by members and operators, in pages', async () => {
    const members = Array.from({ length: 5 }, (_, n) => freshId(`m${n}`))
    const organisation = await plantOrganisation({ members })
    const path = `/v1/organisations/${organisation}/members`
    type Page = { items: { user: string; role: string }[]; nextCursor: string | null }
    const first = await (await ask('get', `${path}?pageSize=3`, { as: members[4] ?? '' })).json<Page>()
    const rest = await (await ask('get', `${path}?cursor=${first.nextCursor}`)).json<Page>()
    expect([...first.items, ...rest.items].map(({ user }) => user)).toEqual(members)
    expect(first.items.map(({ role }) => role)).toEqual(['admin', 'member', 'member'])
    expect(rest.nextCursor).toBeNull()
    await expectProblem(await ask('get', path, { as: 'stranger' }), 'not_yours')
    await expectProblem(await ask('get', `${path}?cursor=x`), 'invalid_cursor')
    await expectProblem(await ask('get', `${path}?pageSize=101`), 'invalid_request')
  })

  it('tell a user which organisations they act for and in which part', async () => {
    const user = freshId('user')
    const one = await plantOrganisation({ members: [user] })
    const two = await plantOrganisation({ members: [freshId('other'), user] })
    const answer = await ask('get', '/v1/me/organisations', { as: user })
    expect(await answer.json()).toMatchObject({
      items: [
        { id: one, role: 'admin', contact: `desk@${one}.test`, state: 'active' },
        { id: two, role: 'member' },
      ],
      nextCursor: null,
    })
    const nobody = await ask('get', '/v1/me/organisations', { as: freshId('nobody') })
    expect(await nobody.json()).toEqual({ items: [], nextCursor: null })
  })
})

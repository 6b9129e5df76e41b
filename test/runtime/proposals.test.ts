import { describe, expect, it } from 'vitest'
import { expectDocumented } from './documented.ts'
import { ask, askAmid, draft, PROPOSAL, propose, type TestProposal, uploadPicture } from './proposal-calls.ts'
import { sql } from './registry-calls.ts'
import { expectProblem, freshId, sendWith, tokenFor } from './world.ts'

/** What the audit log says of a proposal, oldest first. */
async function auditOf(id: string): Promise<{ action: string; actor: string; detail: unknown }[]> {
  const { results } = await sql(
    'SELECT action, actor, detail FROM audit_log WHERE subject = ? ORDER BY id',
    `dream:${id}`,
  )
  return (results as { action: string; actor: string; detail: string }[]).map((row) => ({
    ...row,
    detail: JSON.parse(row.detail),
  }))
}

/** A proposal's row in the index, and how many rows there are of numbers that no proposal has. */
async function indexOf(id: string): Promise<{ title: string; body: string } | undefined> {
  const { results } = await sql(
    'SELECT s.title, s.body FROM proposal_search s JOIN proposals p ON p.number = s.rowid WHERE p.id = ?',
    id,
  )
  return results[0] as never
}

const listOf = async (user: string, query = '') => {
  const answer = await ask(user, 'GET', `/v1/me/proposals${query}`)
  return (await expectDocumented('get /v1/me/proposals', answer)) as {
    items: TestProposal[]
    nextCursor: string | null
  }
}

describe('a draft', () => {
  it('may be empty, and is kept with what was said, for its proposer', async () => {
    const user = freshId('user')
    const answer = await ask(user, 'POST', '/v1/proposals', {})
    expect(answer.status).toBe(201)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const empty = (await expectDocumented('post /v1/proposals', answer)) as TestProposal
    expect(empty).toEqual({
      ...{ id: expect.stringMatching(/^dream-[0-9a-f]{32}$/), state: 'draft' },
      ...{ title: '', what: '', forWhom: '', place: '', howMany: '', why: '', pictures: [] },
      ...{ reason: null, mergedInto: null, proposedAt: null },
      ...{ createdAt: expect.any(String), updatedAt: expect.any(String) },
    })
    const told = await draft(user, { title: `  ${PROPOSAL.title} ` })
    expect(told).toMatchObject(PROPOSAL)
    const read = await ask(user, 'GET', `/v1/proposals/${told.id}`)
    expect(await expectDocumented('get /v1/proposals/{proposal}', read)).toEqual(told)
    expect(await auditOf(told.id)).toEqual([{ action: 'proposal.drafted', actor: user, detail: {} }])
    expect(await indexOf(told.id)).toMatchObject({ title: '山村 村急 急救 救课 课' })
    const { results } = await sql('SELECT user, via FROM proposers WHERE dream = ?', told.id)
    expect(results).toEqual([{ user, via: told.id }])
  })

  it.each<[string, object]>([
    ['a long title', { title: 'x'.repeat(81) }],
    ['a long text', { why: 'x'.repeat(2_001) }],
    ['a state', { state: 'accepted' }],
    ['no text where there is one', { what: null }],
    [
      'ten pictures',
      { pictures: Array.from({ length: 10 }, (_, n) => `picture_${`${n}`.padStart(32, '0')}`) },
    ],
    ['a picture of no one', { pictures: [`picture_${'0'.repeat(32)}`] }],
    ['a picture that is no id', { pictures: ['../secret'] }],
  ])('is not made with %s', async (_, fields) => {
    const user = freshId('user')
    const answer = await ask(user, 'POST', '/v1/proposals', { ...PROPOSAL, ...fields })
    await expectDocumented('post /v1/proposals', answer)
    await expectProblem(answer, 'invalid_request')
    expect((await listOf(user)).items).toEqual([])
  })

  it('takes the longest texts there may be, however they are escaped', async () => {
    const fields = {
      ...{ title: '花'.repeat(80), what: '花'.repeat(2_000), forWhom: '花'.repeat(200) },
      ...{ place: '花'.repeat(100), howMany: '花'.repeat(100), why: '花'.repeat(2_000) },
    }
    const escaped = JSON.stringify(fields).replaceAll('花', '\\u82b1')
    const answer = await ask(freshId('user'), 'POST', '/v1/proposals', escaped)
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject(fields)
  })

  it('holds pictures of its proposer and of no one else', async () => {
    const [user, other] = [freshId('user'), freshId('other')]
    const [mine, theirs] = [await uploadPicture(user), await uploadPicture(other)]
    const { id, pictures } = await draft(user, { pictures: [mine] })
    expect(pictures).toEqual([mine])
    for (const wrong of [[theirs], [mine, theirs], [mine, mine]]) {
      const answer = await ask(user, 'PATCH', `/v1/proposals/${id}`, { pictures: wrong })
      const { errors } = (await expectProblem(answer, 'invalid_request')) as { errors: { path: string }[] }
      expect(errors[0]?.path).toBe('pictures')
    }
    const gone = await ask(user, 'PATCH', `/v1/proposals/${id}`, { pictures: [] })
    expect(await gone.json()).toMatchObject({ pictures: [] })
  })

  it('is one of twenty at most, however many are begun at a time', async () => {
    const user = freshId('user')
    const begin = () => ask(user, 'POST', '/v1/proposals', {})
    const answers = await Promise.all(Array.from({ length: 23 }, begin))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20)
    const refused = answers.find(({ status }) => status !== 201) as Response
    await expectDocumented('post /v1/proposals', refused)
    await expectProblem(refused, 'limit_reached')
    const { items } = await listOf(user, '?pageSize=100')
    expect(items).toHaveLength(20)
    await ask(user, 'DELETE', `/v1/proposals/${items[0]?.id}`)
    expect((await begin()).status).toBe(201)
  })

  it('is changed in what is named, and the index with it', async () => {
    const user = freshId('user')
    const { id } = await draft(user)
    const answer = await ask(user, 'PATCH', `/v1/proposals/${id}`, { title: '流动图书馆', why: PROPOSAL.why })
    expect(await expectDocumented('patch /v1/proposals/{proposal}', answer)).toMatchObject({
      ...PROPOSAL,
      title: '流动图书馆',
    })
    expect((await auditOf(id)).at(-1)).toEqual({
      ...{ action: 'proposal.changed', actor: user },
      detail: { fields: ['title'] },
    })
    expect(await indexOf(id)).toMatchObject({
      title: '流动 动图 图书 书馆 馆',
      body: expect.stringContaining('怒江'),
    })
    await ask(user, 'PATCH', `/v1/proposals/${id}`, { title: '流动图书馆' })
    expect(await auditOf(id)).toHaveLength(2)
  })

  it('changed in two fields at a time holds both, in its index too', async () => {
    const user = freshId('user')
    const { id } = await draft(user)
    const others = [{ what: '两架钢琴' }]
    const answer = await askAmid(user, 'PATCH', `/v1/proposals/${id}`, { title: '一间图书馆' }, async () => {
      const other = others.pop()
      if (other) await ask(user, 'PATCH', `/v1/proposals/${id}`, other)
    })
    expect(await answer.json()).toMatchObject({ title: '一间图书馆', what: '两架钢琴' })
    expect(await indexOf(id)).toMatchObject({
      title: expect.stringContaining('图书'),
      body: expect.stringContaining('钢琴'),
    })
    expect((await auditOf(id)).slice(1).map(({ detail }) => detail)).toEqual([
      { fields: ['what'] },
      { fields: ['title'] },
    ])
  })

  it('changed by others each time is left as they made it', async () => {
    const user = freshId('user')
    const { id } = await draft(user)
    let n = 0
    const answer = await askAmid(user, 'PATCH', `/v1/proposals/${id}`, { title: '从来没有' }, () =>
      ask(user, 'PATCH', `/v1/proposals/${id}`, { why: `${n++}` }),
    )
    await expectProblem(answer, 'unavailable')
    expect(n).toBe(3)
    expect(await indexOf(id)).toMatchObject({ title: expect.stringContaining('山村') })
  })

  it('is deleted with everything of it, and is not found after that', async () => {
    const user = freshId('user')
    const { id } = await draft(user)
    const answer = await ask(user, 'DELETE', `/v1/proposals/${id}`)
    expect(answer.status).toBe(204)
    const again = await ask(user, 'DELETE', `/v1/proposals/${id}`)
    await expectDocumented('delete /v1/proposals/{proposal}', again)
    await expectProblem(again, 'proposal_not_found')
    await expectProblem(await ask(user, 'GET', `/v1/proposals/${id}`), 'proposal_not_found')
    expect((await auditOf(id)).map(({ action }) => action)).toEqual(['proposal.drafted', 'proposal.deleted'])
    const { results } = await sql('SELECT 1 FROM proposers WHERE dream = ?', id)
    expect(results).toEqual([])
    const left = await sql(
      'SELECT rowid FROM proposal_search WHERE rowid NOT IN (SELECT number FROM proposals)',
    )
    expect(left.results).toEqual([])
  })

  it('that was sent is neither changed nor deleted', async () => {
    const user = freshId('user')
    const id = await propose(user)
    const changed = await ask(user, 'PATCH', `/v1/proposals/${id}`, { title: 'Another' })
    await expectDocumented('patch /v1/proposals/{proposal}', changed)
    await expectProblem(changed, 'state_conflict')
    const deleted = await ask(user, 'DELETE', `/v1/proposals/${id}`)
    await expectDocumented('delete /v1/proposals/{proposal}', deleted)
    await expectProblem(deleted, 'state_conflict')
    const read = await ask(user, 'GET', `/v1/proposals/${id}`)
    expect(await read.json()).toMatchObject({ ...PROPOSAL, state: 'proposed' })
  })

  it('that is sent while it is changed or deleted stays as it was sent', async () => {
    const user = freshId('user')
    const { id } = await draft(user)
    const send = () => ask(user, 'POST', `/v1/proposals/${id}/moves`, { to: 'proposed' })
    const path = `/v1/proposals/${id}`
    await expectProblem(await askAmid(user, 'PATCH', path, { why: '' }, send), 'state_conflict')
    const other = await draft(user)
    const deleted = await askAmid(user, 'DELETE', `/v1/proposals/${other.id}`, undefined, () =>
      ask(user, 'POST', `/v1/proposals/${other.id}/moves`, { to: 'proposed' }),
    )
    await expectProblem(deleted, 'state_conflict')
    for (const each of [id, other.id]) {
      const read = await ask(user, 'GET', `/v1/proposals/${each}`)
      expect(await read.json()).toMatchObject({ ...PROPOSAL, state: 'proposed' })
      expect((await auditOf(each)).map(({ action }) => action)).toEqual(['proposal.drafted', 'dream.moved'])
      expect(await indexOf(each)).toMatchObject({ body: expect.stringContaining('医院') })
    }
  })
})

describe('a proposal', () => {
  it('that is a draft is there for its proposer and for no one else, operators too', async () => {
    const [user, other] = [freshId('user'), freshId('other')]
    const { id } = await draft(user)
    const path = `/v1/proposals/${id}`
    for (const roles of [[], ['operator']]) {
      const read = await ask(other, 'GET', path, undefined, roles)
      await expectDocumented('get /v1/proposals/{proposal}', read)
      for (const refused of [
        read,
        await ask(other, 'PATCH', path, { title: 'Mine now' }, roles),
        await ask(other, 'DELETE', path, undefined, roles),
        await ask(other, 'POST', `${path}/moves`, { to: 'proposed' }, roles),
        await ask(other, 'POST', `${path}/moves`, { to: 'accepted' }, roles),
      ])
        await expectProblem(refused, 'proposal_not_found')
    }
    expect((await ask(user, 'GET', path)).status).toBe(200)
  })

  it('that was sent is read by its proposers and operators, and touched by its proposer alone', async () => {
    const [user, other] = [freshId('user'), freshId('other')]
    const id = await propose(user)
    const path = `/v1/proposals/${id}`
    expect((await ask(freshId('op'), 'GET', path, undefined, ['operator'])).status).toBe(200)
    for (const refused of [
      await ask(other, 'GET', path),
      await ask(other, 'PATCH', path, { title: 'Mine now' }),
      await ask(other, 'DELETE', path),
      await ask(other, 'POST', `${path}/moves`, { to: 'proposed' }),
      await ask(other, 'PATCH', path, { title: 'Mine now' }, ['operator']),
      await ask(other, 'DELETE', path, undefined, ['operator']),
    ])
      await expectProblem(refused, 'not_yours')
    await sql('INSERT INTO proposers (dream, user, via, at) VALUES (?, ?, ?, 0)', id, other, 'their-own')
    const read = await ask(other, 'GET', path)
    expect(await read.text()).not.toMatch(new RegExp(`${user}|${other}`))
    expect(read.status).toBe(200)
    await expectProblem(await ask(other, 'POST', `${path}/moves`, { to: 'proposed' }), 'not_yours')
    await expectProblem(await ask(other, 'DELETE', path), 'not_yours')
  })

  it('that is not there is not found, whatever its id looks like', async () => {
    for (const id of ['no-such-dream', 'No%20Such', `dream-${'0'.repeat(32)}`])
      for (const answer of [
        await ask('u', 'GET', `/v1/proposals/${id}`),
        await ask('u', 'PATCH', `/v1/proposals/${id}`, {}),
        await ask('u', 'DELETE', `/v1/proposals/${id}`),
        await ask('u', 'POST', `/v1/proposals/${id}/moves`, { to: 'proposed' }),
      ])
        await expectProblem(answer, 'proposal_not_found')
  })

  it('is nothing for those who do not sign in, nor for accounts that were deleted', async () => {
    const user = freshId('user')
    const { id } = await draft(user)
    await sql('INSERT INTO closed_accounts (user, at) VALUES (?, 0)', user)
    for (const answer of [
      await ask(user, 'POST', '/v1/proposals', {}),
      await ask(user, 'PATCH', `/v1/proposals/${id}`, {}),
      await ask(user, 'POST', `/v1/proposals/${id}/moves`, { to: 'proposed' }),
    ])
      await expectProblem(answer, 'account_deleted')
    for (const path of ['/v1/me/proposals', '/v1/proposals/similar?text=a', `/v1/proposals/${id}`])
      await expectProblem(await sendWith({}, path), 'token_missing')
  })

  it('stands in the list of each of its proposers, newest first, in pages, with what became of it', async () => {
    const [user, other] = [freshId('user'), freshId('other')]
    const ids = [await propose(user), (await draft(user)).id, await propose(user), await propose(user)]
    const [merged, , declined, published] = ids as [string, string, string, string]
    const into = await propose(other)
    await sql("UPDATE proposals SET state = 'merged', merged_into = ? WHERE id = ?", into, merged)
    await sql('INSERT INTO proposers (dream, user, via, at) VALUES (?, ?, ?, 0)', into, user, merged)
    await sql("UPDATE proposals SET state = 'declined', reason = 'Why not' WHERE id = ?", declined)
    await sql("UPDATE proposals SET state = 'published' WHERE id = ?", published)
    const now = Date.now()
    await sql(
      `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of)
       VALUES (?, 1, '', '', '', 10, ?, ?, 'collecting', ?)`,
      ...[published, now - 1_000, now + 1_000_000, now],
    )
    const first = await listOf(user, '?pageSize=3')
    const rest = await listOf(user, `?pageSize=3&cursor=${first.nextCursor}`)
    expect([...first.items, ...rest.items]).toMatchObject([
      { id: into, state: 'proposed' },
      { id: published, state: 'collecting' },
      { id: declined, state: 'declined', reason: 'Why not' },
      { id: ids[1], state: 'draft' },
      { id: merged, state: 'merged', mergedInto: into },
    ])
    expect(rest.nextCursor).toBeNull()
    expect((await listOf(other)).items.map(({ id }) => id)).toEqual([into])
    await expectProblem(await ask(user, 'GET', '/v1/me/proposals?cursor=x'), 'invalid_cursor')
  })

  it('waits while D1 does not answer', async () => {
    const headers = { Authorization: `Bearer ${await tokenFor('u')}` }
    const DB = {
      prepare() {
        throw new Error('D1_ERROR')
      },
    }
    for (const path of ['/v1/me/proposals', '/v1/proposals/similar?text=a', '/v1/proposals/some-dream'])
      await expectProblem(await sendWith({ DB }, path, { headers }), 'unavailable')
  })
})

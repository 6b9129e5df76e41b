import { sql as query } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { describe, expect, it } from 'vitest'
import { loadLife } from '../../src/life/store.ts'
import { isOfferable, isPlannable } from '../../src/organisations/offers-store.ts'
import { OFFERABLE, PLANNABLE } from '../../src/organisations/rules.ts'
import {
  ask,
  askAmid,
  changesOf,
  newsOf,
  OPERATOR,
  offer,
  PLAN,
  plantOrganisation,
  plantProposal,
  sql,
  takeOn,
} from './organisation-calls.ts'
import { expectProblem, freshId, plantDream, world } from './world.ts'

/** Ways to a dream or proposal in each state it can be in. */
const WAYS: Record<string, () => Promise<string>> = {
  draft: () => plantProposal({ state: 'draft' }),
  proposed: () => plantProposal({ state: 'proposed' }),
  in_review: () => plantProposal({ state: 'in_review' }),
  accepted: () => plantProposal(),
  declined: () => plantProposal({ state: 'declined' }),
  merged: () => plantProposal({ state: 'merged' }),
  withdrawn: () => plantProposal({ state: 'withdrawn' }),
  published: () => plantDream({ opensAt: Date.now() + 60_000 }),
  collecting: () => plantDream(),
  reached: () => dreamIn('flowers = quota, reached_at = 1, settles_at = as_of + 60000'),
  expired: () => dreamIn("state = 'closed'"),
  settling: () => dreamIn("state = 'closed', flowers = quota, settles_at = as_of + 60000"),
  funded: () => dreamIn("state = 'closed', flowers = quota, funded_at = as_of"),
  executing: () => dreamIn("state = 'closed', flowers = quota, funded_at = 1, stage = 'executing'"),
  completed: () => dreamIn("state = 'closed', flowers = quota, funded_at = 1, stage = 'completed'"),
  stopped: () => dreamIn("state = 'closed', flowers = quota, funded_at = 1, stage = 'stopped'"),
}

async function dreamIn(changes: string): Promise<string> {
  const id = await plantProposal({ state: 'published' })
  await plantDream({ id })
  await sql(`UPDATE dreams SET ${changes} WHERE id = ?`, id)
  return id
}

/** Offers a dream as an operator does. */
const offerTo = (dream: string, organisation: string, as?: string) =>
  ask('post', `/v1/dreams/${dream}/offers`, {
    body: { organisation, message: 'Will you?' },
    ...(as === undefined ? {} : { as }),
  })

/** Declines or withdraws an offer. */
const refuse = (verb: 'decline' | 'withdraw', id: string, as: string, reason = 'no hands free') =>
  ask('post', `/v1/offers/${id}/${verb}`, { as, body: { reason } })

describe('an offer', () => {
  it('is made by an operator, and told to the organisation alone', async () => {
    const organisation = await plantOrganisation()
    const dream = await plantDream()
    const answer = await offerTo(dream, organisation)
    expect(answer.status).toBe(201)
    const made = await answer.json<{ id: string }>()
    expect(made).toEqual({
      ...{ id: expect.stringMatching(/^offer_/), dream, dreamTitle: dream, organisation },
      ...{ state: 'open', message: 'Will you?', reason: null },
      ...{ offeredAt: expect.any(String), decidedAt: null },
    })
    expect(await newsOf(dream)).toEqual([
      {
        ...{ kind: 'offered', audience: `org:${organisation}` },
        data: { offer: made.id, organisation, state: 'open' },
      },
    ])
    expect(await changesOf(`dream:${dream}`)).toMatchObject([{ actor: OPERATOR, action: 'dream.offered' }])
    await expectProblem(await offerTo(dream, organisation, 'somebody'), 'operator_only')
  })

  it.each(Object.keys(WAYS))('of a dream that is %s is made as the table says, in SQL too', async (state) => {
    const [dream, organisation] = [(await WAYS[state]?.()) ?? '', await plantOrganisation()]
    const life = await loadLife(world.DB, dream, Date.now())
    expect(life?.state).toBe(state)
    const published = life?.dream !== null
    const row = await drizzle(world.DB).get<{ offerable: number; plannable: number }>(
      query`SELECT ${isOfferable(dream, published)} AS offerable, ${isPlannable(dream, published)} AS plannable`,
    )
    const listed = [OFFERABLE, PLANNABLE].map((list) => Number((list as string[]).includes(state)))
    expect([row?.offerable, row?.plannable]).toEqual(listed)
    const answer = await offerTo(dream, organisation)
    if (listed[0]) expect(answer.status).toBe(201)
    else await expectProblem(answer, 'state_conflict')
  })

  it('of what is not there, or to whom is not there, is not made', async () => {
    const organisation = await plantOrganisation()
    await expectProblem(await offerTo('no-such-dream', organisation), 'dream_not_found')
    await expectProblem(await offerTo('No%20Dream', organisation), 'dream_not_found')
    await expectProblem(await offerTo(await plantDream(), 'no-such-one'), 'organisation_not_found')
  })

  it('is made once: of three at a time, one is; when it is declined, it can be made again', async () => {
    const member = freshId('user')
    const organisation = await plantOrganisation({ members: [member] })
    const dream = await plantDream()
    const make = () => offerTo(dream, organisation)
    const answers = await Promise.all([make(), make(), make()])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    await expectProblem(await make(), 'already_offered')
    expect(await newsOf(dream)).toHaveLength(1)
    const [row] = await sql<{ id: string }>('SELECT id FROM offers WHERE dream = ?', dream)
    expect((await refuse('decline', row?.id ?? '', member)).status).toBe(200)
    expect((await make()).status).toBe(201)
    expect(await sql('SELECT 1 FROM offers WHERE dream = ?', dream)).toHaveLength(2)
  })

  it('is one of ten of its dream at the most', async () => {
    const dream = await plantDream()
    const organisations = await Promise.all(Array.from({ length: 11 }, () => plantOrganisation()))
    const answers = await Promise.all(organisations.map((each) => offerTo(dream, each)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10)
    const last = answers.find(({ status }) => status !== 201)
    await expectProblem(last as Response, 'limit_reached')
  })

  it('is not made to an organisation that closes, or of a dream that ends, at that moment', async () => {
    const [closing, organisation] = [await plantOrganisation(), await plantOrganisation()]
    const dream = await plantDream()
    const make = (meanwhile: () => Promise<unknown>, to: string) =>
      askAmid(meanwhile, 'post', `/v1/dreams/${dream}/offers`, {
        body: { organisation: to, message: 'Will you?' },
      })
    const close = () => ask('patch', `/v1/organisations/${closing}`, { body: { state: 'closed' } })
    await expectProblem(await make(close, closing), 'state_conflict')
    await expectProblem(await offerTo(dream, closing), 'state_conflict')
    const end = () => sql("UPDATE dreams SET state = 'closed' WHERE id = ?", dream)
    await expectProblem(await make(end, organisation), 'state_conflict')
    expect(await newsOf(dream)).toEqual([])
    expect(await changesOf(`dream:${dream}`)).toEqual([])
  })

  it('that is open is declined by a member, with a reason that the proposers hear', async () => {
    const [admin, member, proposer] = [freshId('admin'), freshId('member'), freshId('proposer')]
    const organisation = await plantOrganisation({ members: [admin, member] })
    const dream = await plantProposal({ proposers: [proposer] })
    const id = await offer(dream, organisation)
    for (const as of ['stranger', OPERATOR, proposer])
      await expectProblem(await refuse('decline', id, as), 'not_yours')
    await expectProblem(
      await ask('post', `/v1/offers/${id}/decline`, { as: member, body: { reason: ' ' } }),
      'invalid_request',
    )
    const declined = await (await refuse('decline', id, member)).json()
    expect(declined).toMatchObject({ state: 'declined', reason: 'no hands free' })
    expect(await (await refuse('decline', id, admin)).json()).toEqual(declined)
    await expectProblem(await refuse('decline', id, admin, 'another reason'), 'state_conflict')
    await expectProblem(await refuse('withdraw', id, OPERATOR), 'state_conflict')
    await expectProblem(
      await ask('post', `/v1/offers/${id}/take`, { as: member, body: { plan: PLAN } }),
      'state_conflict',
    )
    expect((await newsOf(dream)).slice(1)).toEqual([
      {
        ...{ kind: 'offered', audience: `proposers:${dream}` },
        data: { offer: id, organisation, state: 'declined', reason: 'no hands free' },
      },
    ])
    const [, change] = await changesOf(`dream:${dream}`)
    expect(change).toMatchObject({ actor: member, action: 'offer.declined' })
  })

  it('that is open is withdrawn by an operator, and the organisation hears why', async () => {
    const member = freshId('member')
    const organisation = await plantOrganisation({ members: [member] })
    const dream = await plantDream()
    const id = await offer(dream, organisation)
    await expectProblem(await refuse('withdraw', id, member), 'operator_only')
    expect(await (await refuse('withdraw', id, OPERATOR)).json()).toMatchObject({ state: 'withdrawn' })
    await expectProblem(await refuse('decline', id, member), 'state_conflict')
    expect((await newsOf(dream))[1]).toMatchObject({
      audience: `org:${organisation}`,
      data: { state: 'withdrawn', reason: 'no hands free' },
    })
    const other = await plantDream()
    const { id: taken } = await takeOn(other, organisation, member)
    await expectProblem(await refuse('withdraw', taken, OPERATOR), 'state_conflict')
  })

  it('that is declined, withdrawn and taken at once is one of these', async () => {
    for (let n = 0; n < 4; n++) {
      const member = freshId('member')
      const organisation = await plantOrganisation({ members: [member] })
      const dream = await plantDream()
      const id = await offer(dream, organisation)
      const answers = await Promise.all([
        refuse('decline', id, member),
        refuse('withdraw', id, OPERATOR),
        ask('post', `/v1/offers/${id}/take`, { as: member, body: { plan: PLAN } }),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
      expect(await changesOf(`dream:${dream}`)).toHaveLength(2)
      expect(await newsOf(dream)).toHaveLength(2)
    }
  })

  it('is not declined by a member who is removed at that moment', async () => {
    const member = freshId('member')
    const organisation = await plantOrganisation({ members: [freshId('admin'), member] })
    const id = await offer(await plantDream(), organisation)
    const remove = () => ask('delete', `/v1/organisations/${organisation}/members/${member}`)
    const body = { reason: 'mine' }
    const answer = await askAmid(remove, 'post', `/v1/offers/${id}/decline`, { as: member, body })
    await expectProblem(answer, 'not_yours')
    expect(await sql('SELECT state, reason FROM offers WHERE id = ?', id)).toEqual([
      { state: 'open', reason: null },
    ])
  })

  it('is read with what the dream is to be, by the organisation and operators', async () => {
    const member = freshId('member')
    const organisation = await plantOrganisation({ members: [member] })
    const wish = await plantProposal()
    const dream = freshId('dream')
    await sql(
      `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of, story)
       SELECT ?1, ifnull(max(position), 0) + 1, ?1, ?1, '', 9, 0, ?2, 'collecting', 0, ?3 FROM dreams`,
      ...[dream, Date.now() + 60_000, '{"what":"Frozen","pictures":["p1"]}'],
    )
    const ids = [await offer(wish, organisation), await offer(dream, organisation)]
    const story = { what: 'First aid taught', forWhom: 'everyone', place: 'Chengdu', pictures: [] }
    for (const as of [member, OPERATOR]) {
      const read = async (id?: string) =>
        (await ask('get', `/v1/offers/${id}`, { as })).json<{ story: object }>()
      expect(await read(ids[0])).toMatchObject({ dreamTitle: wish, message: 'Will you?', story })
      expect((await read(ids[1])).story).toEqual({ what: 'Frozen', pictures: ['p1'] })
    }
    await expectProblem(await ask('get', `/v1/offers/${ids[0]}`, { as: 'stranger' }), 'not_yours')
    for (const id of ['offer_', `offer_${'0'.repeat(32)}`])
      await expectProblem(await ask('get', `/v1/offers/${id}`), 'offer_not_found')
  })

  it('is left nothing by a person whose account was deleted', async () => {
    const member = freshId('member')
    const organisation = await plantOrganisation({ members: [member] })
    const id = await offer(await plantDream(), organisation)
    await sql('INSERT INTO closed_accounts (user, at) VALUES (?, 0)', member)
    await expectProblem(await refuse('decline', id, member), 'account_deleted')
    await expectProblem(
      await ask('post', `/v1/offers/${id}/take`, { as: member, body: { plan: PLAN } }),
      'account_deleted',
    )
  })
})

describe('the lists of offers', () => {
  type Page = {
    items: { id: string; state: string; message: string | null; reason: string | null }[]
    nextCursor: string | null
  }

  async function idsIn(path: string, as: string): Promise<string[]> {
    const ids: string[] = []
    let cursor: string | null = null
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`
      const page: Page = await (await ask('get', `${path}?pageSize=2${query}`, { as })).json()
      ids.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    return ids
  }

  it('page through every offer once, also those made at one moment', async () => {
    const member = freshId('member')
    const organisation = await plantOrganisation({ members: [member] })
    const dreams = await Promise.all(Array.from({ length: 7 }, () => plantDream()))
    const made = await Promise.all(dreams.map((dream) => offer(dream, organisation)))
    const ids = await idsIn(`/v1/organisations/${organisation}/offers`, member)
    expect([...ids].sort()).toEqual([...made].sort())
    const dream = await plantDream()
    const organisations = await Promise.all(Array.from({ length: 5 }, () => plantOrganisation()))
    const offered = await Promise.all(organisations.map((each) => offer(dream, each)))
    expect((await idsIn(`/v1/dreams/${dream}/offers`, OPERATOR)).sort()).toEqual(offered.sort())
  })

  it('are of one state where asked', async () => {
    const member = freshId('member')
    const organisation = await plantOrganisation({ members: [member] })
    const [dream, other] = [await plantDream(), await plantDream()]
    const { id } = await takeOn(dream, organisation, member)
    const open = await offer(other, organisation)
    const path = `/v1/organisations/${organisation}/offers`
    const list = async (state: string) =>
      (await (await ask('get', `${path}?state=${state}`, { as: member })).json<Page>()).items
    expect(await list('taken')).toMatchObject([{ id }])
    expect(await list('open')).toMatchObject([{ id: open }])
    expect(await list('declined')).toEqual([])
    await expectProblem(await ask('get', `${path}?state=lost`, { as: member }), 'invalid_request')
  })

  it('of an organisation are for its members and operators; of a dream for operators and its proposers', async () => {
    const [member, proposer] = [freshId('member'), freshId('proposer')]
    const organisation = await plantOrganisation({ members: [member] })
    const dream = await plantProposal({ proposers: [proposer] })
    await refuse('decline', await offer(dream, organisation), member)
    for (const as of ['stranger', proposer])
      await expectProblem(await ask('get', `/v1/organisations/${organisation}/offers`, { as }), 'not_yours')
    const path = `/v1/dreams/${dream}/offers`
    for (const as of ['stranger', member]) await expectProblem(await ask('get', path, { as }), 'not_yours')
    const [told] = (await (await ask('get', path)).json<Page>()).items
    expect(told).toMatchObject({ message: 'Will you?', reason: 'no hands free' })
    const [heard] = (await (await ask('get', path, { as: proposer })).json<Page>()).items
    expect(heard).toMatchObject({ message: null, reason: 'no hands free' })
    await expectProblem(await ask('get', '/v1/dreams/no-such-dream/offers'), 'dream_not_found')
  })
})

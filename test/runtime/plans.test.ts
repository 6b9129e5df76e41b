import { describe, expect, it } from 'vitest'
import { listCoCreators } from '../../src/organisations/offers-store.ts'
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
  type TakenOffer,
  type TestPlan,
  takeOn,
} from './organisation-calls.ts'
import { expectProblem, freshId, plantDream, send, sendWith, tokenFor, world } from './world.ts'

const OTHER: TestPlan = {
  milestones: [{ title: 'one course', dueOn: '2027-01-01' }],
  measures: [{ name: 'courses', unit: 'courses', planned: 1 }],
  budget: [{ name: 'all', plannedCents: 1 }],
}

const take = (id: string, as: string, plan: unknown = PLAN) =>
  ask('post', `/v1/offers/${id}/take`, { as, body: { plan } })

const revise = (id: string, as: string, plan: unknown, reason?: string) =>
  ask('put', `/v1/offers/${id}/plan`, { as, body: { plan, ...(reason ? { reason } : {}) } })

/** An organisation with an admin and a member. */
async function plantPair(): Promise<{ admin: string; member: string; organisation: string }> {
  const [admin, member] = [freshId('admin'), freshId('member')]
  return { admin, member, organisation: await plantOrganisation({ members: [admin, member] }) }
}

/** How many items of each part a dream's plans have. */
async function countItems(dream: string): Promise<number[]> {
  const counts = ['milestones', 'measures', 'budget_lines'].map((table) =>
    sql<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE dream = ?`, dream),
  )
  return (await Promise.all(counts)).map(([row]) => row?.n ?? 0)
}

describe('taking a dream on', () => {
  it('makes the organisation its co-creator, with its plan, in public once the dream is published', async () => {
    const { member, organisation } = await plantPair()
    const dream = await plantDream()
    const taken = await takeOn(dream, organisation, member)
    expect(taken).toMatchObject({ dream, organisation, state: 'taken', plan: PLAN })
    const answer = await send(`/v1/dreams/${dream}/plan`)
    expect(answer.headers.get('ETag')).toMatch(/^"/)
    const [name, nameEn] = [`机构 ${organisation}`, `Organisation ${organisation}`]
    expect(await answer.json()).toEqual({
      ...{ dream, coCreators: [{ organisation, name, nameEn }], ...taken.plan },
      totals: { milestones: 2, milestonesDone: 0, plannedCents: 500_000, spentCents: 0 },
    })
    const plan = { milestones: 2, lastDueOn: '2027-03-01', measures: 1, plannedCents: 500_000 }
    expect((await newsOf(dream))[1]).toEqual({
      ...{ kind: 'taken_on', audience: null, data: { offer: taken.id, organisation, plan } },
    })
    const [, change] = await changesOf(`dream:${dream}`)
    expect(change).toMatchObject({ actor: member, action: 'dream.taken_on' })
  })

  it('of a proposal is told to its proposers', async () => {
    const { admin, organisation } = await plantPair()
    const dream = await plantProposal()
    await takeOn(dream, organisation, admin)
    expect((await newsOf(dream))[1]).toMatchObject({ kind: 'taken_on', audience: `proposers:${dream}` })
  })

  it('again with the same plan gets the same answer and does nothing; with another it is refused', async () => {
    const { admin, member, organisation } = await plantPair()
    const dream = await plantDream()
    const id = await offer(dream, organisation)
    const answers = await Promise.all([take(id, member), take(id, admin), take(id, member)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    const bodies = await Promise.all([...answers, await take(id, admin)].map((each) => each.json()))
    for (const body of bodies) expect(body).toEqual(bodies[0])
    expect(await countItems(dream)).toEqual([2, 1, 2])
    expect(await newsOf(dream)).toHaveLength(2)
    expect(await changesOf(`dream:${dream}`)).toHaveLength(2)
    await expectProblem(await take(id, member, OTHER), 'state_conflict')
  })

  it('with two plans at once takes one of them on whole', async () => {
    for (let n = 0; n < 4; n++) {
      const { admin, member, organisation } = await plantPair()
      const dream = await plantDream()
      const id = await offer(dream, organisation)
      const answers = await Promise.all([take(id, member), take(id, admin, OTHER)])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
      expect(await countItems(dream)).toEqual(answers[0]?.status === 200 ? [2, 1, 2] : [1, 1, 1])
    }
  })

  it('that meets another member doing so at that moment is the same, or is refused with another plan', async () => {
    for (const [plan, status] of [
      [PLAN, 200],
      [OTHER, 409],
    ] as const) {
      const { admin, member, organisation } = await plantPair()
      const dream = await plantDream()
      const id = await offer(dream, organisation)
      const body = { plan }
      const meanwhile = () => take(id, admin)
      const answer = await askAmid(meanwhile, 'post', `/v1/offers/${id}/take`, { as: member, body })
      expect(answer.status).toBe(status)
      expect(await countItems(dream)).toEqual([2, 1, 2])
      expect(await newsOf(dream)).toHaveLength(2)
    }
  })

  it('that fails halfway leaves neither plan nor offer nor news behind', async () => {
    const { member, organisation } = await plantPair()
    const dream = await plantDream()
    const id = await offer(dream, organisation)
    const DB = {
      prepare: (text: string) => world.DB.prepare(text),
      batch: (statements: D1PreparedStatement[]) =>
        world.DB.batch([...statements, world.DB.prepare('INSERT INTO milestones (id) VALUES (NULL)')]),
    }
    const answer = await sendWith({ DB }, `/v1/offers/${id}/take`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${await tokenFor(member)}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ plan: PLAN }),
    })
    await expectProblem(answer, 'unavailable')
    expect(await countItems(dream)).toEqual([0, 0, 0])
    expect(await sql('SELECT state FROM offers WHERE id = ?', id)).toEqual([{ state: 'open' }])
    expect(await newsOf(dream)).toHaveLength(1)
    expect(await changesOf(`dream:${dream}`)).toHaveLength(1)
    expect((await take(id, member)).status).toBe(200)
  })

  it('is for members of the organisation, not for operators and others', async () => {
    const { organisation } = await plantPair()
    const id = await offer(await plantDream(), organisation)
    for (const as of [OPERATOR, 'stranger']) await expectProblem(await take(id, as), 'not_yours')
    await expectProblem(await take(`offer_${'0'.repeat(32)}`, 'stranger'), 'offer_not_found')
  })

  it('is not for an organisation that is closed, a dream that is over, or a member who is gone', async () => {
    const { admin, member, organisation } = await plantPair()
    const ends = async () => {
      const dream = await plantDream()
      return { dream, id: await offer(dream, organisation) }
    }
    const [over, gone, closed] = [await ends(), await ends(), await ends()]
    const body = { plan: PLAN }
    const end = () => sql("UPDATE dreams SET state = 'closed' WHERE id = ?", over.dream)
    await expectProblem(
      await askAmid(end, 'post', `/v1/offers/${over.id}/take`, { as: member, body }),
      'state_conflict',
    )
    await expectProblem(await take(over.id, member), 'state_conflict')
    const leave = () => ask('delete', `/v1/organisations/${organisation}/members/${member}`)
    await expectProblem(
      await askAmid(leave, 'post', `/v1/offers/${gone.id}/take`, { as: member, body }),
      'not_yours',
    )
    const close = () => ask('patch', `/v1/organisations/${organisation}`, { body: { state: 'closed' } })
    await expectProblem(
      await askAmid(close, 'post', `/v1/offers/${closed.id}/take`, { as: admin, body }),
      'state_conflict',
    )
    await expectProblem(await take(closed.id, admin), 'state_conflict')
    for (const { dream } of [over, gone, closed]) {
      expect(await countItems(dream)).toEqual([0, 0, 0])
      expect(await newsOf(dream)).toHaveLength(1)
    }
  })

  it('at the moment the dream is published is told to everyone', async () => {
    const { member, organisation } = await plantPair()
    const dream = await plantProposal()
    const id = await offer(dream, organisation)
    const publish = async () => {
      await plantDream({ id: dream })
      await sql("UPDATE proposals SET state = 'published' WHERE id = ?", dream)
    }
    const body = { plan: PLAN }
    const answer = await askAmid(publish, 'post', `/v1/offers/${id}/take`, { as: member, body })
    expect(answer.status).toBe(200)
    expect((await newsOf(dream)).slice(1)).toMatchObject([{ kind: 'taken_on', audience: null }])
  })

  it.each<[string, object]>([
    ['no milestones', { milestones: [] }],
    ['51 milestones', { milestones: Array(51).fill(PLAN.milestones[0]) }],
    ['a day that is none', { milestones: [{ title: 'x', dueOn: '2027-02-30' }] }],
    ['a time for a day', { milestones: [{ title: 'x', dueOn: '2027-02-01T00:00:00Z' }] }],
    ['a milestone without a title', { milestones: [{ title: ' ', dueOn: '2027-02-01' }] }],
    ['a state of its own', { milestones: [{ ...PLAN.milestones[0], state: 'done' }] }],
    ['no measures', { measures: [] }],
    ['21 measures', { measures: Array(21).fill(PLAN.measures[0]) }],
    ['half a person', { measures: [{ ...PLAN.measures[0], planned: 0.5 }] }],
    ['nothing to bring about', { measures: [{ ...PLAN.measures[0], planned: 0 }] }],
    ['a long unit', { measures: [{ ...PLAN.measures[0], unit: 'x'.repeat(41) }] }],
    ['no budget', { budget: [] }],
    ['51 budget lines', { budget: Array(51).fill(PLAN.budget[0]) }],
    ['money back', { budget: [{ name: 'x', plannedCents: -1 }] }],
    ['more money than there is', { budget: [{ name: 'x', plannedCents: 1_000_000_000_001 }] }],
  ])('is not done with %s', async (_, fields) => {
    const { member, organisation } = await plantPair()
    const id = await offer(await plantDream(), organisation)
    await expectProblem(await take(id, member, { ...PLAN, ...fields }), 'invalid_request')
  })

  it('is done with the largest plan there may be, its items in the order they were sent', async () => {
    const { member, organisation } = await plantPair()
    const dream = await plantDream()
    const long = (n: number) => `${n}`.padStart(200, '花')
    const fill = <Item>(length: number, item: (n: number) => Item) =>
      Array.from({ length }, (_, n) => item(n))
    const plan: TestPlan = {
      milestones: fill(50, (n) => ({ title: long(n), dueOn: '2027-01-01' })),
      measures: fill(20, (n) => ({ name: long(n), unit: '人'.repeat(40), planned: 1_000_000_000_000 })),
      budget: fill(50, (n) => ({ name: long(n), plannedCents: 1_000_000_000_000 })),
    }
    expect(await takeOn(dream, organisation, member, plan)).toMatchObject({ plan })
    const answer = await (await send(`/v1/dreams/${dream}/plan`)).json<{ totals: object }>()
    expect(answer).toMatchObject({ ...plan, totals: { plannedCents: 50_000_000_000_000 } })
    await expectProblem(
      await ask('post', '/v1/offers/x/take', { as: member, body: ' '.repeat(262_145) }),
      'body_too_large',
    )
  })
})

describe('the plan of a dream', () => {
  it('is for operators, proposers and co-creators until the dream is published', async () => {
    const { member, organisation } = await plantPair()
    const proposer = freshId('proposer')
    const dream = await plantProposal({ proposers: [proposer] })
    const path = `/v1/dreams/${dream}/plan`
    await takeOn(dream, organisation, member)
    for (const as of [OPERATOR, proposer, member]) {
      const answer = await ask('get', path, { as })
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
      expect(await answer.json()).toMatchObject({ dream, ...PLAN })
    }
    await expectProblem(await send(path), 'dream_not_found')
    await expectProblem(await ask('get', path, { as: 'stranger' }), 'dream_not_found')
    await expectProblem(await ask('get', '/v1/dreams/no-such-dream/plan'), 'dream_not_found')
    await plantDream({ id: dream })
    // That there was none may be remembered for a second.
    const shown = async () => (await send(path)).json()
    await expect.poll(shown, { timeout: 5_000, interval: 100 }).toMatchObject({ dream, ...PLAN })
  })

  it('is empty where nobody took the dream on', async () => {
    const dream = await plantDream()
    expect(await (await send(`/v1/dreams/${dream}/plan`)).json()).toEqual({
      ...{ dream, coCreators: [], milestones: [], measures: [], budget: [] },
      totals: { milestones: 0, milestonesDone: 0, plannedCents: 0, spentCents: 0 },
    })
  })

  it('is of all its co-creators, in the order they took it on, with what became of it', async () => {
    const [one, two] = [await plantPair(), await plantPair()]
    const dream = await plantDream()
    const first = await takeOn(dream, one.organisation, one.member)
    await sql('UPDATE offers SET decided_at = decided_at - 1 WHERE id = ?', first.id)
    await takeOn(dream, two.organisation, two.member, OTHER)
    const [milestone, measure, line] = [
      first.plan.milestones[1]?.id,
      first.plan.measures[0]?.id,
      first.plan.budget[0]?.id,
    ]
    await sql("UPDATE milestones SET state = 'done', moved_at = 5 WHERE id = ?", milestone)
    await sql('UPDATE measures SET actual = 7, read_at = 5 WHERE id = ?', measure)
    await sql('UPDATE budget_lines SET spent_cents = 9, spent_at = 5 WHERE id = ?', line)
    const at = '1970-01-01T00:00:00.005Z'
    const plan = await (await send(`/v1/dreams/${dream}/plan`)).json<{
      coCreators: { organisation: string }[]
      milestones: object[]
    }>()
    const order = [one.organisation, two.organisation]
    expect(plan.coCreators.map(({ organisation }) => organisation)).toEqual(order)
    expect(plan).toMatchObject({
      milestones: [
        { organisation: order[0], state: 'planned', movedAt: null },
        { organisation: order[0], state: 'done', movedAt: at },
        { organisation: order[1], state: 'planned' },
      ],
      measures: [{ planned: 1_000, actual: 7, readAt: at }, { actual: 0 }],
      budget: [{ spentCents: 9, spentAt: at }, { spentCents: 0 }, { spentCents: 0 }],
      totals: { milestones: 3, milestonesDone: 1, plannedCents: 500_001, spentCents: 9 },
    })
  })

  it('names the co-creators of many dreams in one read', async () => {
    const { member, organisation } = await plantPair()
    const dreams = [await plantDream(), await plantDream(), await plantDream()]
    await takeOn(dreams[0] ?? '', organisation, member)
    await takeOn(dreams[2] ?? '', organisation, member)
    await offer(dreams[1] ?? '', organisation)
    const many = [...dreams, ...Array.from({ length: 200 }, (_, n) => `no-dream-${n}`)]
    const byDream = await listCoCreators(world.DB, many)
    expect([...byDream.keys()].sort()).toEqual([dreams[0], dreams[2]].sort())
    expect(byDream.get(dreams[0] ?? '')).toMatchObject([{ organisation, name: `机构 ${organisation}` }])
  })
})

describe('a revision of a plan', () => {
  it('writes it anew, in public with its reason once the dream is published', async () => {
    const { admin, member, organisation } = await plantPair()
    const dream = await plantDream()
    const { id, plan: old } = await takeOn(dream, organisation, member)
    const revised = await (await revise(id, admin, OTHER, 'prices rose')).json<TakenOffer>()
    expect(revised).toMatchObject({ id, state: 'taken', plan: OTHER })
    expect(revised.plan.milestones[0]?.id).not.toBe(old.milestones[0]?.id)
    expect(await countItems(dream)).toEqual([1, 1, 1])
    const news = (await newsOf(dream)).slice(2)
    expect(news).toEqual([
      {
        ...{ kind: 'amended', audience: null },
        data: {
          ...{ field: 'plan', organisation, reason: 'prices rose' },
          before: { milestones: 2, lastDueOn: '2027-03-01', measures: 1, plannedCents: 500_000 },
          after: { milestones: 1, lastDueOn: '2027-01-01', measures: 1, plannedCents: 1 },
        },
      },
    ])
    const change = (await changesOf(`dream:${dream}`))[2]
    expect(change).toMatchObject({ actor: admin, action: 'dream.plan_revised' })
    // The same again changes nothing and is no news.
    expect(await (await revise(id, member, OTHER)).json()).toEqual(revised)
    expect(await newsOf(dream)).toHaveLength(3)
    await expectProblem(await revise(id, member, { ...OTHER, budget: [] }), 'invalid_request')
  })

  it('before the dream is published is told to its proposers', async () => {
    const { member, organisation } = await plantPair()
    const dream = await plantProposal()
    const { id } = await takeOn(dream, organisation, member)
    expect((await revise(id, member, OTHER)).status).toBe(200)
    expect((await newsOf(dream))[2]).toMatchObject({ kind: 'amended', audience: `proposers:${dream}` })
  })

  it('touches the plan of no other co-creator and of no other dream', async () => {
    const [one, two] = [await plantPair(), await plantPair()]
    const [dream, other] = [await plantDream(), await plantDream()]
    const { id } = await takeOn(dream, one.organisation, one.member)
    await takeOn(dream, two.organisation, two.member)
    await takeOn(other, one.organisation, one.member)
    await revise(id, one.member, OTHER)
    expect(await countItems(dream)).toEqual([3, 2, 3])
    expect(await countItems(other)).toEqual([2, 1, 2])
  })

  it('is for members of an organisation that took the dream on', async () => {
    const { member, organisation } = await plantPair()
    const dream = await plantDream()
    const id = await offer(dream, organisation)
    await expectProblem(await revise(id, member, OTHER), 'state_conflict')
    await take(id, member)
    for (const as of [OPERATOR, 'stranger']) await expectProblem(await revise(id, as, OTHER), 'not_yours')
    const leave = () => ask('delete', `/v1/organisations/${organisation}/members/${member}`)
    const body = { plan: OTHER }
    const answer = await askAmid(leave, 'put', `/v1/offers/${id}/plan`, { as: member, body })
    await expectProblem(answer, 'not_yours')
    expect(await countItems(dream)).toEqual([2, 1, 2])
    await expectProblem(await revise(`offer_${'0'.repeat(32)}`, member, OTHER), 'offer_not_found')
  })

  it('is over when the dream is funded, also at that moment, or when it expired', async () => {
    const { member, organisation } = await plantPair()
    const [dream, expired] = [await plantDream(), await plantDream()]
    const { id } = await takeOn(dream, organisation, member)
    const { id: late } = await takeOn(expired, organisation, member)
    const fund = () => sql('UPDATE dreams SET funded_at = 1 WHERE id = ?', dream)
    const path = `/v1/offers/${id}/plan`
    const answer = await askAmid(fund, 'put', path, { as: member, body: { plan: OTHER } })
    await expectProblem(answer, 'state_conflict')
    await expectProblem(await revise(id, member, OTHER), 'state_conflict')
    await sql("UPDATE dreams SET state = 'closed' WHERE id = ?", expired)
    await expectProblem(await revise(late, member, OTHER), 'state_conflict')
    expect(await countItems(dream)).toEqual([2, 1, 2])
    expect(await newsOf(dream)).toHaveLength(2)
    expect(await changesOf(`dream:${dream}`)).toHaveLength(2)
  })

  it('that meets another leaves one of the plans whole, and tells of both in their order', async () => {
    const { admin, member, organisation } = await plantPair()
    const dream = await plantDream()
    const { id } = await takeOn(dream, organisation, member)
    const third = { ...PLAN, budget: [{ name: 'all', plannedCents: 3 }] }
    const meanwhile = () => revise(id, admin, OTHER)
    const body = { plan: third }
    const answer = await askAmid(meanwhile, 'put', `/v1/offers/${id}/plan`, { as: member, body })
    expect(await answer.json()).toMatchObject({ plan: third })
    expect(await countItems(dream)).toEqual([2, 1, 1])
    const cents = (await newsOf(dream))
      .slice(2)
      .map(({ data }) =>
        [data.before, data.after].map((part) => (part as { plannedCents: number }).plannedCents),
      )
    expect(cents).toEqual([
      [500_000, 1],
      [1, 3],
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { LIFE_STATES } from '../../src/life/states.ts'
import { ask, propose } from './proposal-calls.ts'
import {
  decide,
  merge,
  plantProposal,
  plantProposals,
  postAmid,
  proposersOf,
  review,
  reviewed,
  rowOf,
  tracesOf,
} from './review-calls.ts'
import { expectProblem, freshId, world } from './world.ts'

const STATES = LIFE_STATES.slice(0, LIFE_STATES.indexOf('published') + 1)

/** Adds proposals in review, each with a proposer of its own. */
async function plantInReview(count: number): Promise<{ ids: string[]; users: string[] }> {
  const users = Array.from({ length: count }, () => freshId('user'))
  const ids = await plantProposals(users.map((proposer) => ({ proposer, state: 'in_review' })))
  return { ids, users }
}

/** Holds every merged proposal's proposers to be proposers of what it went into. */
async function expectNobodyLost(): Promise<void> {
  const { results } = await world.DB.prepare(
    `SELECT m.id, p.user FROM proposals m JOIN proposers p ON p.dream = m.id WHERE m.merged_into IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM proposers WHERE dream = m.merged_into AND user = p.user)`,
  ).all()
  expect(results).toEqual([])
}

describe('a merge', () => {
  it('keeps every proposer, by what they wrote; they hear of it', async () => {
    const {
      ids: [a = '', b = '', c = ''],
      users: [ua = '', ub = '', uc = ''],
    } = await plantInReview(3)
    const answer = await merge(c, [a, b], '同一件事')
    expect(await answer.json()).toEqual({
      into: c,
      results: [a, b].map((proposal) => ({ proposal, outcome: 'moved' })),
    })
    expect(await proposersOf(c)).toEqual({ [ua]: a, [ub]: b, [uc]: c })
    expect(await proposersOf(a)).toEqual({ [ua]: a })
    expect(await rowOf(a)).toMatchObject({ state: 'merged', merged_into: c, reason: '同一件事' })
    expect(await rowOf(c)).toMatchObject({ state: 'in_review', merged_into: null, reason: null })
    const told = { from: 'in_review', to: 'merged', by: 'operator', reason: '同一件事', into: c }
    const { audit, news } = await tracesOf(a)
    expect(audit).toMatchObject([{ action: 'dream.moved', actor: 'reviewer' }])
    expect(news).toMatchObject([{ kind: 'moved', audience: `proposers:${a}` }])
    expect([audit[0]?.detail, news[0]?.data].map((json) => JSON.parse(json as string))).toEqual([told, told])
    const joined = await tracesOf(c)
    expect(joined).toMatchObject({ audit: [{ action: 'dream.joined', actor: 'reviewer' }], news: [] })
    expect(JSON.parse(joined.audit[0]?.detail as string)).toEqual({ from: [a, b], proposers: 2 })
    const shown = await reviewed<{ merged: { id: string }[]; proposers: object[] }>('get', `/proposals/${c}`)
    expect(shown.merged.map(({ id }) => id)).toEqual([b, a])
    expect(shown.proposers).toHaveLength(3)
  })

  it('keeps them through chains, whoever came first', async () => {
    const { ids, users } = await plantInReview(4)
    const [a = '', b = '', c = '', d = ''] = ids
    for (const [into, from] of [
      [b, a],
      [c, b],
      [d, c],
    ] as const)
      expect((await merge(into, [from])).status).toBe(200)
    expect(Object.keys(await proposersOf(d)).sort()).toEqual([...users].sort())
    expect(await proposersOf(d)).toMatchObject({ [users[0] ?? '']: a })
    await expectNobodyLost()
  })

  it('keeps somebody who proposed both by their own', async () => {
    const user = freshId('user')
    const [a = '', b = '', c = ''] = await plantProposals(
      Array.from({ length: 3 }, () => ({ proposer: user, state: 'in_review' })),
    )
    await merge(c, [a, b])
    expect(await proposersOf(c)).toEqual({ [user]: c })
    expect(JSON.parse((await tracesOf(c)).audit[0]?.detail as string)).toMatchObject({ proposers: 0 })
  })

  it('sent again changes nothing, and takes what is new', async () => {
    const { ids } = await plantInReview(3)
    const [a = '', b = '', c = ''] = ids
    await merge(c, [a])
    const before = await Promise.all([tracesOf(a), tracesOf(c)])
    const again = await (await merge(c, [a])).json()
    expect(again).toEqual({ into: c, results: [{ proposal: a, outcome: 'unchanged' }] })
    expect(await Promise.all([tracesOf(a), tracesOf(c)])).toEqual(before)
    const more = await (await merge(c, [a, b])).json<{ results: { outcome: string }[] }>()
    expect(more.results.map(({ outcome }) => outcome)).toEqual(['unchanged', 'moved'])
    expect((await tracesOf(a)).audit).toHaveLength(1)
  })

  it('takes 20 at once, and no more', async () => {
    const { ids, users } = await plantInReview(21)
    const [into = '', ...from] = ids
    expect((await merge(into, from)).status).toBe(200)
    expect(Object.keys(await proposersOf(into)).sort()).toEqual([...users].sort())
    expect(JSON.parse((await tracesOf(into)).audit[0]?.detail as string)).toMatchObject({ proposers: 20 })
    await expectProblem(await merge(into, [...from, 'w-21']), 'invalid_request')
    for (const id of from) expect(await rowOf(id)).toMatchObject({ state: 'merged', merged_into: into })
  })

  it.each(STATES.flatMap((from) => STATES.map((into) => [from, into] as const)))(
    'of one %s into one %s is made if both are in a state for it',
    async (from, into) => {
      const [a = '', b = ''] = await plantProposals([{ state: from }, { state: into }])
      const good = from === 'in_review' && ['in_review', 'accepted'].includes(into)
      const answer = await merge(b, [a])
      if (good) expect(answer.status).toBe(200)
      else {
        const draft = from === 'draft' || into === 'draft'
        await expectProblem(answer, draft ? 'proposal_not_found' : 'move_not_allowed')
        expect([await tracesOf(a), await tracesOf(b)]).toEqual(Array(2).fill({ audit: [], news: [] }))
      }
      expect([(await rowOf(a)).state, (await rowOf(b)).state]).toEqual([good ? 'merged' : from, into])
      expect(Object.keys(await proposersOf(b))).toHaveLength(good ? 2 : 1)
    },
  )

  it('is made of all of them or of none', async () => {
    const { ids } = await plantInReview(3)
    const [a = '', b = '', into = ''] = ids
    await decide([b], 'declined', 'no')
    const problem = await expectProblem(await merge(into, [a, b]), 'move_not_allowed')
    expect(problem.detail).toBe(`${b}.`)
    await expectProblem(await merge(into, [a, 'nowhere']), 'proposal_not_found')
    await expectProblem(await merge('nowhere', [a]), 'proposal_not_found')
    expect(await rowOf(a)).toMatchObject({ state: 'in_review' })
    expect(await tracesOf(a)).toEqual({ audit: [], news: [] })
    expect(Object.keys(await proposersOf(into))).toHaveLength(1)
  })

  it('makes no circle and is not of a proposal into itself', async () => {
    const { ids } = await plantInReview(3)
    const [a = '', b = '', c = ''] = ids
    await expectProblem(await merge(a, [a]), 'invalid_request')
    await expectProblem(await merge(a, [b, a]), 'invalid_request')
    await merge(b, [a])
    await merge(c, [b])
    for (const [into, from] of [
      [a, b],
      [a, c],
      [b, c],
      [b, a],
    ] as const) {
      const answer = await merge(into, [from])
      // Sent again, the last is what it was.
      if (from === a) expect(answer.status).toBe(200)
      else await expectProblem(answer, 'move_not_allowed')
    }
    expect(await rowOf(c)).toMatchObject({ state: 'in_review' })
  })

  it.each<[string, object]>([
    ['nothing', { into: 'a', from: [] }],
    ['one twice', { into: 'a', from: ['b', 'b'] }],
    ['no target', { from: ['b'] }],
    ['a long reason', { into: 'a', from: ['b'], reason: 'x'.repeat(1_001) }],
    ['something else', { into: 'a', from: ['b'], state: 'accepted' }],
  ])('is not made of %s', async (_, body) => {
    await expectProblem(await review('post', '/merges', { body }), 'invalid_request')
  })
})

describe('two merges at once', () => {
  it('of one proposal into two others: one is made', async () => {
    const { ids } = await plantInReview(3)
    const [a = '', b = '', c = ''] = ids
    const answers = await Promise.all([merge(b, [a]), merge(c, [a])])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const { merged_into } = await rowOf(a)
    const other = merged_into === b ? c : b
    expect(Object.keys(await proposersOf(other))).toHaveLength(1)
    const { audit, news } = await tracesOf(a)
    expect([audit.length, news.length]).toEqual([1, 1])
    expect((await tracesOf(other)).audit).toEqual([])
  })

  it('into each other: one is made', async () => {
    const { ids } = await plantInReview(2)
    const [a = '', b = ''] = ids
    const answers = await Promise.all([merge(b, [a]), merge(a, [b])])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    await expectNobodyLost()
  })

  it.each([
    ['merged into another', (b: string, c: string) => merge(c, [b])],
    ['declined', (b: string) => decide([b], 'declined', 'no')],
  ])(
    'into one that is %s between reading and writing: nothing is done, nobody lost',
    async (_, meanwhile) => {
      const { ids, users } = await plantInReview(3)
      const [a = '', b = '', c = ''] = ids
      const answer = await postAmid('/merges', { into: b, from: [a] }, () => meanwhile(b, c))
      await expectProblem(answer, 'move_not_allowed')
      expect(await rowOf(a)).toMatchObject({ state: 'in_review', merged_into: null })
      expect(await tracesOf(a)).toEqual({ audit: [], news: [] })
      expect(Object.keys(await proposersOf(b))).toEqual([users[1]])
      await expectNobodyLost()
    },
  )

  it('with one whose author withdraws it meanwhile: nobody is joined to what is gone', async () => {
    const { ids } = await plantInReview(1)
    const author = freshId('user')
    const into = await propose(author)
    await decide([into], 'in_review')
    const answer = await postAmid('/merges', { into, from: ids }, async () => {
      await ask(author, 'POST', `/v1/proposals/${into}/moves`, { to: 'withdrawn' })
    })
    await expectProblem(answer, 'move_not_allowed')
    expect(await rowOf(into)).toMatchObject({ state: 'withdrawn' })
    expect(await rowOf(ids[0] ?? '')).toMatchObject({ state: 'in_review' })
    expect(Object.keys(await proposersOf(into))).toEqual([author])
  })

  it('of which one takes what the other brings: its proposers come along', async () => {
    const { ids, users } = await plantInReview(3)
    const [a = '', b = '', c = ''] = ids
    const answer = await postAmid('/merges', { into: c, from: [b] }, () => merge(b, [a]))
    expect(answer.status).toBe(200)
    expect(Object.keys(await proposersOf(c)).sort()).toEqual([...users].sort())
  })

  it('with one decided against meanwhile: none of them is merged', async () => {
    const { ids } = await plantInReview(3)
    const [a = '', b = '', c = ''] = ids
    const answer = await postAmid('/merges', { into: c, from: [a, b] }, () => decide([b], 'accepted'))
    await expectProblem(answer, 'move_not_allowed')
    expect(await rowOf(a)).toMatchObject({ state: 'in_review' })
    expect((await tracesOf(c)).audit).toEqual([])
  })

  it('and many more among a few proposals lose nobody', async () => {
    for (let round = 0; round < 4; round++) {
      const { ids, users } = await plantInReview(8)
      const pick = (n: number): string => ids[(n * 5 + round) % 8] ?? ''
      await Promise.all(
        Array.from({ length: 16 }, (_, n) => {
          const from = [pick(n), pick(n + 3)]
          return merge(pick(n + 1 + (n % 2)), n % 3 === 0 ? from : from.slice(0, 1))
        }),
      )
      await expectNobodyLost()
      const { results } = await world.DB.prepare(
        `SELECT DISTINCT p.user FROM proposals d JOIN proposers p ON p.dream = d.id
         WHERE d.merged_into IS NULL AND d.id IN (SELECT value FROM json_each(?))`,
      )
        .bind(JSON.stringify(ids))
        .all<{ user: string }>()
      expect(results.map(({ user }) => user).sort()).toEqual([...users].sort())
      for (const id of ids) {
        const { audit, news } = await tracesOf(id)
        const moves = audit.filter(({ action }) => action === 'dream.moved')
        const moved = (await rowOf(id)).state === 'merged' ? 1 : 0
        expect([moves.length, news.length]).toEqual([moved, moved])
      }
    }
  })
})

describe('a proposal that others were merged into', () => {
  it('is listed with all who propose it', async () => {
    const into = await plantProposal({ state: 'accepted', place: freshId('place') })
    const { ids } = await plantInReview(2)
    await merge(into, ids)
    const place = (await rowOf(into)).place
    const page = await reviewed<{ items: object[] }>('get', `/proposals?place=${place}`)
    expect(page.items).toMatchObject([{ id: into, proposers: 3 }])
  })
})

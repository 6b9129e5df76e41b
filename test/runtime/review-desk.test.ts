import { drizzle } from 'drizzle-orm/d1'
import { describe, expect, it } from 'vitest'
import { type DeskFilter, pageOfDesk } from '../../src/review/desk-store.ts'
import { draft, propose } from './proposal-calls.ts'
import { plantProposal, plantProposals, review, reviewed, rowOf, tracesOf } from './review-calls.ts'
import { expectProblem, freshId, world } from './world.ts'

interface Item {
  readonly id: string
  readonly number: number
  readonly [field: string]: unknown
}

interface Page {
  readonly items: Item[]
  readonly nextCursor: string | null
}

/** Every id of a list, page by page; `meanwhile` happens between pages. */
async function idsOf(query: string, pageSize = 100, meanwhile = async () => {}): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null = null
  do {
    const from: string = cursor === null ? '' : `&cursor=${cursor}`
    const page: Page = await reviewed('get', `/proposals?pageSize=${pageSize}&${query}${from}`)
    expect(page.items.length).toBeLessThanOrEqual(pageSize)
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
    await meanwhile()
  } while (cursor !== null)
  return ids
}

const OPERATED_GETS = ['/proposals', '/counts', '/proposals/x', '/proposals/x/similar', '/compare?ids=a,b']

describe('the desk', () => {
  it('pages through 500 proposals once each, in both orders, while others are added and decided', async () => {
    const place = freshId('place')
    const ids = await plantProposals(Array.from({ length: 500 }, () => ({ place, state: 'in_review' })))
    const query = `state=in_review&place=${place}`
    expect(await idsOf(`${query}&order=oldest`)).toEqual(ids)
    expect(await idsOf(query, 7)).toEqual([...ids].reverse())
    const added: string[] = []
    const seen = await idsOf(query, 90, async () => {
      added.push(await plantProposal({ place, state: 'in_review' }))
    })
    expect(seen).toEqual([...ids].reverse())
    const later = await idsOf(`${query}&order=oldest`, 90, async () => {
      await world.DB.prepare("UPDATE proposals SET state = 'accepted' WHERE id = ?").bind(ids[0]).run()
    })
    expect(later).toEqual([...ids, ...added])
  })

  it('holds what was sent, found by its words, and no drafts', async () => {
    const [user, word] = [freshId('user'), freshId('word')]
    const id = await propose(user, { title: `助听 ${word}`, why: '轮椅过不去' })
    await draft(user, { title: `助听 ${word}` })
    for (const q of ['助听', '轮椅', '山村', '怒江'])
      expect(await idsOf(`q=${encodeURIComponent(`${q} ${word}`)}`)).toEqual([id])
    const shown = await reviewed<object>('get', `/proposals/${id}`)
    expect(shown).toMatchObject({
      proposers: [{ user, via: id }],
      moves: [{ from: 'draft', to: 'proposed' }],
    })
  })

  it('says of each what it is, and how many people and notes there are', async () => {
    const id = await plantProposal({ title: '盲人的图书馆', place: '青海玉树', assignee: 'op-a' })
    await reviewed('post', `/proposals/${id}/notes`, { body: { text: '好' } })
    await world.DB.prepare("INSERT INTO proposers VALUES (?, 'second', 'other', 1)").bind(id).run()
    const page = await reviewed<Page>('get', '/proposals?pageSize=1')
    expect(page.items).toEqual([
      {
        ...{ id, number: page.items[0]?.number, state: 'proposed', title: '盲人的图书馆', place: '青海玉树' },
        ...{ proposers: 2, notes: 1, assignee: 'op-a' },
        ...{ proposedAt: expect.any(String), updatedAt: expect.any(String) },
      },
    ])
  })

  it('is narrowed by state, assignee, place and words, alone and together', async () => {
    const place = freshId('Place')
    const [a, b, c, d] = await plantProposals([
      { place, state: 'proposed', title: '学校急救箱', assignee: 'op-1' },
      { place, state: 'in_review', title: '乡村图书', what: '每个村一个急救员' },
      { place, state: 'in_review', title: '森林', assignee: 'op-2' },
      { place, state: 'declined', title: 'First aid for 急诊' },
      { place, state: 'draft', title: '急救草稿' },
    ])
    const at = `place=${place.toLowerCase().slice(0, -1)}`
    const narrowed = (query: string) => idsOf(`${at}&order=oldest&${query}`)
    expect(await narrowed('')).toEqual([a, b, c, d])
    expect(await narrowed('state=in_review')).toEqual([b, c])
    expect(await narrowed('assignee=none')).toEqual([b, d])
    expect(await narrowed('assignee=op-2')).toEqual([c])
    expect(await narrowed('assignee=none&state=in_review')).toEqual([b])
    expect(await narrowed(`q=${encodeURIComponent('急救')}`)).toEqual([a, b])
    expect(await narrowed(`q=${encodeURIComponent('急救')}&state=in_review`)).toEqual([b])
    expect(await narrowed(`q=${encodeURIComponent('急救')}&assignee=op-1`)).toEqual([a])
    expect(await narrowed('q=first')).toEqual([d])
    expect(await narrowed(`q=${encodeURIComponent('!! " OR *')}`)).toEqual([])
    expect(await narrowed('assignee=nobody-there')).toEqual([])
    expect(await idsOf('place=%25')).toEqual([])
  })

  it.each(['state=draft', 'state=collecting', 'order=best', 'pageSize=101', 'assignee=', 'q=', 'place='])(
    'is not asked for with %s',
    async (query) => {
      await expectProblem(await review('get', `/proposals?${query}`), 'invalid_request')
    },
  )

  it('is for operators', async () => {
    await expectProblem(await review('get', '/proposals?cursor=x'), 'invalid_cursor')
    for (const path of OPERATED_GETS)
      await expectProblem(await review('get', path, { as: ['line:steps'] }), 'operator_only')
    const body = {}
    for (const path of ['/assignments', '/decisions', '/merges', '/proposals/x/notes'])
      await expectProblem(await review('post', path, { as: [], body }), 'operator_only')
    await expectProblem(await review('put', '/proposals/x/assignee', { as: [], body }), 'operator_only')
  })

  it('counts by state and by assignee', async () => {
    interface Counts {
      states: Record<string, number>
      assignees: { assignee: string | null }[]
    }
    const before = await reviewed<Counts>('get', '/counts')
    await plantProposals([
      ...[{ assignee: 'counted' }, { assignee: 'counted', state: 'in_review' }, { state: 'draft' }],
      ...[{ assignee: 'counted', state: 'declined' }, { assignee: 'counted', state: 'accepted' }, {}],
    ])
    const after = await reviewed<Counts>('get', '/counts')
    const more = (state: string) => (after.states[state] ?? 0) - (before.states[state] ?? 0)
    expect(['proposed', 'in_review', 'accepted', 'declined', 'merged'].map(more)).toEqual([2, 1, 1, 1, 0])
    expect(after.assignees.filter(({ assignee }) => assignee === 'counted')).toEqual([
      { assignee: 'counted', proposed: 1, inReview: 1, accepted: 1 },
    ])
    expect(after.assignees.map(({ assignee }) => assignee)).toContain(null)
  })

  it('cuts every list from a covering index, whatever it is narrowed to', async () => {
    const filters: DeskFilter[] = [undefined, 'op', null].flatMap((assignee) =>
      [undefined, 'in_review' as const].flatMap((state) =>
        [undefined, '云南'].map((place) => ({ assignee, state, place })),
      ),
    )
    for (const filter of filters)
      for (const order of ['newest', 'oldest'] as const) {
        const plan = await planOf(filter, order)
        expect(plan, JSON.stringify(filter)).toMatch(/proposals USING COVERING INDEX proposals_(desk|state)/)
        // The page itself is put in order by rowid without a sort, and so is the cut.
        expect(plan, JSON.stringify(filter)).not.toMatch(/TEMP B-TREE|SCAN (p|proposals)\b/)
      }
    for (const filter of filters) {
      const plan = await planOf({ ...filter, q: '急救' }, 'newest')
      expect(plan).toContain('SCAN proposal_search VIRTUAL TABLE INDEX')
      expect(plan).not.toMatch(/TEMP B-TREE|SCAN (p|proposals)\b/)
    }
  })
})

async function planOf(filter: DeskFilter, order: 'newest' | 'oldest'): Promise<string> {
  const { sql, params } = drizzle(world.DB)
    .all(pageOfDesk(filter, order, 1_000_000, 21))
    .getQuery() as never
  const { results } = await world.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...(params as unknown[]))
    .all<{ detail: string }>()
  return results.map(({ detail }) => detail).join('\n')
}

describe('a proposal on the desk', () => {
  it('is shown whole, with its proposers, notes and history', async () => {
    const id = await plantProposal({ title: '急救', proposer: 'user-one' })
    await reviewed('post', '/decisions', { body: { proposals: [id], to: 'in_review' } })
    await reviewed('post', `/proposals/${id}/notes`, { body: { text: ' 先问学校 ' }, user: 'op-b' })
    const shown = await reviewed<Record<string, unknown>>('get', `/proposals/${id}`)
    expect(shown).toMatchObject({
      ...{ id, state: 'in_review', title: '急救', what: '让孩子们学会画画', pictures: [], mergedInto: null },
      ...{ proposerCount: 1, proposers: [{ user: 'user-one', via: id }], merged: [] },
      notes: [{ author: 'op-b', text: '先问学校' }],
      moves: [{ from: 'proposed', to: 'in_review', by: 'operator' }],
    })
  })

  it('that is not there, or a draft, is not found', async () => {
    const draft = await plantProposal({ state: 'draft' })
    const other = await plantProposal()
    for (const id of [draft, 'no-such-wish', 'No%20Wish']) {
      for (const path of ['', '/similar'])
        await expectProblem(await review('get', `/proposals/${id}${path}`), 'proposal_not_found')
      const note = await review('post', `/proposals/${id}/notes`, { body: { text: 'x' } })
      await expectProblem(note, 'proposal_not_found')
      const assign = await review('put', `/proposals/${id}/assignee`, { body: { assignee: 'x' } })
      await expectProblem(assign, 'proposal_not_found')
    }
    await expectProblem(await review('get', `/compare?ids=${other},${draft}`), 'proposal_not_found')
    expect(await tracesOf(draft)).toEqual({ audit: [], news: [] })
    expect(await rowOf(draft)).toMatchObject({ assignee: null })
  })

  it('stands beside others with the words they share', async () => {
    const [a, b, c] = await plantProposals([
      { title: '校园急救员', what: '培训一千名急救员', place: '甲' },
      { title: '急救员', what: '每所学校培训急救员', place: '乙' },
      { title: '森林', what: '种树', place: '丙' },
    ])
    const shown = await reviewed<{
      items: Item[]
      overlaps: { a: string; shared: number; words: string[] }[]
    }>('get', `/compare?ids=${c},${a},${b}`)
    expect(shown.items.map(({ id }) => id)).toEqual([c, a, b])
    expect(shown.items[1]).toMatchObject({ what: '培训一千名急救员', state: 'proposed' })
    expect(shown.overlaps.map((each) => each.a)).toEqual([c, c, a])
    const [, , near] = shown.overlaps
    expect(near?.words).toEqual(expect.arrayContaining(['急救', '救员', '培训']))
    expect(near?.shared).toBeGreaterThan(shown.overlaps[0]?.shared ?? 99)
    for (const ids of ['', a, `${a},${a}`, `${a},${b},${c},d,e,f,g`, `${a},B`])
      await expectProblem(await review('get', `/compare?ids=${ids}`), 'invalid_request')
  })

  it('knows what is similar to it, the nearest first, no drafts and not itself', async () => {
    const [a, near, far] = await plantProposals([
      { title: '盲道清障行动', what: '让盲道不再被占用' },
      { title: '盲道清障', what: '共享单车不占盲道' },
      { title: '单车骑行', what: '骑行者不占用应急道' },
      { title: '盲道清障行动', what: '让盲道不再被占用', state: 'draft' },
    ])
    const { items } = await reviewed<Page>('get', `/proposals/${a}/similar`)
    expect(items.map(({ id }) => id)).toEqual([near, far])
    await plantProposals(Array.from({ length: 12 }, () => ({ title: '盲道清障' })))
    expect((await reviewed<Page>('get', `/proposals/${a}/similar`)).items).toHaveLength(10)
  })
})

describe('an assignment', () => {
  it('is made, changed and taken back, each time with its row', async () => {
    const id = await plantProposal()
    const assign = (assignee: string | null) =>
      reviewed('put', `/proposals/${id}/assignee`, { body: { assignee } })
    for (const assignee of ['op-1', 'op-1', 'op-2', null, null])
      expect(await assign(assignee)).toMatchObject({ id, assignee })
    const { audit, news } = await tracesOf(id)
    expect(audit.map(({ action, detail }) => [action, JSON.parse(detail as string)])).toEqual([
      ['proposal.assigned', { before: null, after: 'op-1' }],
      ['proposal.assigned', { before: 'op-1', after: 'op-2' }],
      ['proposal.assigned', { before: 'op-2', after: null }],
    ])
    expect(news).toEqual([])
  })

  it('is made of 200 at once; those that are not there are told', async () => {
    const ids = await plantProposals(Array.from({ length: 198 }, () => ({})))
    await reviewed('put', `/proposals/${ids[3]}/assignee`, { body: { assignee: 'op-9' } })
    const draft = await plantProposal({ state: 'draft' })
    const proposals = [...ids, draft, 'nowhere']
    const body = { proposals, assignee: 'op-9' }
    const { results } = await reviewed<{ results: object[] }>('post', '/assignments', { body })
    expect(results).toEqual(
      proposals.map((proposal, n) => ({
        proposal,
        outcome: n === 3 ? 'unchanged' : n < 198 ? 'assigned' : 'refused',
        ...(n < 198 ? {} : { reason: 'proposal_not_found' }),
      })),
    )
    expect((await tracesOf(ids[3] ?? '')).audit).toHaveLength(1)
    expect((await tracesOf(ids[197] ?? '')).audit).toMatchObject([{ actor: 'reviewer' }])
    expect(await rowOf(draft)).toMatchObject({ assignee: null })
  })

  it('made by many at a time is made once, and each row says what it was', async () => {
    const id = await plantProposal()
    const names = ['op-a', 'op-b', 'op-c', 'op-a', 'op-b']
    await Promise.all(
      names.map((assignee) => review('put', `/proposals/${id}/assignee`, { body: { assignee } })),
    )
    const details = (await tracesOf(id)).audit.map(({ detail }) => JSON.parse(detail as string))
    const befores = details.map(({ before }) => before)
    expect(befores).toEqual([null, ...details.map(({ after }) => after)].slice(0, -1))
    expect((await rowOf(id)).assignee).toBe(details.at(-1)?.after)
  })

  it.each<[string, unknown]>([
    ['201 proposals', { proposals: Array.from({ length: 201 }, (_, n) => `w-${n}`), assignee: null }],
    ['no proposals', { proposals: [], assignee: null }],
    ['one twice', { proposals: ['a', 'a'], assignee: null }],
    ['no assignee', { proposals: ['a'] }],
    ['an assignee of two words', { proposals: ['a'], assignee: 'a b' }],
    ['more than it takes', { proposals: ['a'], assignee: null, state: 'accepted' }],
  ])('is not made of %s', async (_, body) => {
    await expectProblem(await review('post', '/assignments', { body }), 'invalid_request')
  })
})

describe('a note', () => {
  it('is kept among operators: no news, and in the audit log that there was one', async () => {
    const id = await plantProposal()
    const answer = await review('post', `/proposals/${id}/notes`, { body: { text: '秘密的话' } })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({ author: 'reviewer', text: '秘密的话' })
    const traces = await tracesOf(id)
    expect(traces).toMatchObject({ audit: [{ action: 'proposal.noted', actor: 'reviewer' }], news: [] })
    expect(JSON.stringify(traces)).not.toContain('秘密')
  })

  it('is refused after 200 of them, also when several come at once', async () => {
    const id = await plantProposal()
    await world.DB.prepare(
      "INSERT INTO review_notes (proposal, author, text, at) SELECT ?1, 'op', value, 1 FROM json_each(?2)",
    )
      .bind(id, JSON.stringify(Array.from({ length: 198 }, (_, n) => `note ${n}`)))
      .run()
    const note = () => review('post', `/proposals/${id}/notes`, { body: { text: 'x' } })
    const answers = await Promise.all([note(), note(), note(), note()])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 422, 422])
    await expectProblem(await note(), 'limit_reached')
    expect((await reviewed<{ notes: object[] }>('get', `/proposals/${id}`)).notes).toHaveLength(200)
    expect((await tracesOf(id)).audit).toHaveLength(2)
  })

  it.each([{ text: ' ' }, { text: 'x'.repeat(4_001) }, {}, { text: 'x', public: true }])(
    'is not %o',
    async (body) => {
      const id = await plantProposal()
      await expectProblem(await review('post', `/proposals/${id}/notes`, { body }), 'invalid_request')
    },
  )
})

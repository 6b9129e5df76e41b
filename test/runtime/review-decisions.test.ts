import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { describe, expect, it } from 'vitest'
import { type LifeMove, noteMoveWhen } from '../../src/life/news.ts'
import { decideMove, LIFE_STATES, type LifeState } from '../../src/life/states.ts'
import { noteMoves } from '../../src/review/moves-store.ts'
import {
  decide,
  plantProposal,
  plantProposals,
  postAmid,
  REVIEWER,
  review,
  rowOf,
  tracesOf,
} from './review-calls.ts'
import { expectProblem, freshId, world } from './world.ts'

const STATES = LIFE_STATES.slice(0, LIFE_STATES.indexOf('published') + 1)
const DECISIONS = ['in_review', 'accepted', 'declined'] as const

describe('a decision', () => {
  it('takes a proposal into review and accepts it; each move is noted and the proposers are told', async () => {
    const id = await plantProposal()
    const moved = { results: [{ proposal: id, outcome: 'moved' }] }
    expect(await decide([id], 'in_review')).toEqual(moved)
    expect(await decide([id], 'accepted', ' 很好 ')).toEqual(moved)
    expect(await rowOf(id)).toMatchObject({ state: 'accepted', reason: '很好', merged_into: null })
    const { audit, news } = await tracesOf(id)
    const told = [
      { from: 'proposed', to: 'in_review', by: 'operator' },
      { from: 'in_review', to: 'accepted', by: 'operator', reason: '很好' },
    ]
    expect(audit.map(({ detail }) => JSON.parse(detail as string))).toEqual(told)
    expect(news.map(({ data }) => JSON.parse(data as string))).toEqual(told)
    expect(audit).toMatchObject([{ actor: REVIEWER, action: 'dream.moved' }, {}])
    expect(news).toMatchObject([{ audience: `proposers:${id}`, kind: 'moved' }, {}])
    expect(JSON.stringify(news)).not.toContain(REVIEWER)
  })

  it('against a proposal needs a reason', async () => {
    const id = await plantProposal({ state: 'in_review' })
    for (const reason of [undefined, '', '  ']) {
      const body = { proposals: [id], to: 'declined', reason }
      await expectProblem(await review('post', '/decisions', { body }), 'reason_missing')
    }
    expect(await rowOf(id)).toMatchObject({ state: 'in_review' })
    await decide([id], 'declined', '已有同类项目')
    expect(await rowOf(id)).toMatchObject({ state: 'declined', reason: '已有同类项目' })
  })

  it.each(STATES.flatMap((from) => DECISIONS.map((to) => [from, to] as const)))(
    'from %s to %s is made if the table of moves has it',
    async (from, to) => {
      const id = await plantProposal({ state: from })
      const { results } = await decide([id], to, 'because')
      const may = decideMove(from, to, ['operator'], 'because').kind === 'move'
      const missing = from === 'draft'
      const reason = missing ? 'proposal_not_found' : 'move_not_allowed'
      const refused = { outcome: 'refused', reason }
      const outcome = may ? { outcome: 'moved' } : from === to ? { outcome: 'unchanged' } : refused
      expect(results).toEqual([{ proposal: id, ...outcome }])
      expect((await rowOf(id)).state).toBe(may ? to : from)
      const { audit, news } = await tracesOf(id)
      expect([audit.length, news.length]).toEqual(may ? [1, 1] : [0, 0])
    },
  )

  it('is made of 200 at once, in two statements of notes, each for itself', async () => {
    const ids = await plantProposals(
      Array.from({ length: 199 }, (_, n) => ({ state: n % 3 === 0 ? 'withdrawn' : 'in_review' })),
    )
    const reason = '"\u0001'.repeat(500)
    const { results } = await decide([...ids, 'nowhere'], 'declined', reason)
    expect(results.map(({ outcome }) => outcome)).toEqual([
      ...ids.map((_, n) => (n % 3 === 0 ? 'refused' : 'moved')),
      'refused',
    ])
    expect(results.at(-1)).toMatchObject({ reason: 'proposal_not_found' })
    for (const n of [0, 1, 198]) {
      const { audit, news } = await tracesOf(ids[n] ?? '')
      expect([audit.length, news.length]).toEqual(n % 3 === 0 ? [0, 0] : [1, 1])
    }
    const { news } = await tracesOf(ids[1] ?? '')
    expect(JSON.parse(news[0]?.data as string)).toMatchObject({ reason })
  })

  it('of several operators at once makes each move once; who lost is told', async () => {
    const ids = await plantProposals(Array.from({ length: 60 }, () => ({ state: 'in_review' })))
    const half = ids.slice(20)
    const [one, other, again] = await Promise.all([
      decide(ids, 'accepted', undefined, 'op-one'),
      decide([...half].reverse(), 'declined', 'no', 'op-two'),
      decide(ids.slice(0, 40), 'accepted', undefined, 'op-three'),
    ])
    for (const id of ids) {
      const outcomes = [one, other, again]
        .flatMap(({ results }) => results)
        .filter(({ proposal }) => proposal === id)
        .map(({ outcome }) => outcome)
      const { audit, news } = await tracesOf(id)
      const { state } = await rowOf(id)
      // What was accepted first may be declined after that, never the other way round.
      const way = audit.map(({ detail }) => JSON.parse(detail as string).to)
      expect([['accepted'], ['declined'], ['accepted', 'declined']]).toContainEqual(way)
      expect(way.at(-1)).toBe(state)
      expect(outcomes.filter((outcome) => outcome === 'moved')).toHaveLength(way.length)
      expect(news.map(({ data }) => JSON.parse(data as string).to)).toEqual(way)
    }
  })

  it('that meets another between its reading and its writing is decided again', async () => {
    const ids = await plantProposals(Array.from({ length: 4 }, () => ({ state: 'in_review' })))
    const [a = '', b = '', c = '', d = ''] = ids
    const answer = await postAmid('/decisions', { proposals: ids, to: 'accepted' }, async () => {
      await decide([a], 'accepted', undefined, 'op-other')
      await decide([b], 'declined', 'no', 'op-other')
      await world.DB.prepare("UPDATE proposals SET state = 'withdrawn' WHERE id = ?").bind(c).run()
    })
    expect(await answer.json()).toEqual({
      results: [
        { proposal: a, outcome: 'unchanged' },
        { proposal: b, outcome: 'refused', reason: 'move_not_allowed' },
        { proposal: c, outcome: 'refused', reason: 'move_not_allowed' },
        { proposal: d, outcome: 'moved' },
      ],
    })
    expect((await tracesOf(a)).audit).toMatchObject([{ actor: 'op-other' }])
    expect((await tracesOf(b)).audit).toMatchObject([{ actor: 'op-other' }])
    expect(await tracesOf(c)).toEqual({ audit: [], news: [] })
    expect((await tracesOf(d)).audit).toMatchObject([{ actor: REVIEWER }])
  })

  it.each<[string, unknown]>([
    ['201 proposals', { proposals: Array.from({ length: 201 }, (_, n) => `w-${n}`), to: 'accepted' }],
    ['no proposals', { proposals: [], to: 'accepted' }],
    ['one twice', { proposals: ['a', 'a'], to: 'accepted' }],
    ['a merge', { proposals: ['a'], to: 'merged' }],
    ['publishing', { proposals: ['a'], to: 'published' }],
    ['a long reason', { proposals: ['a'], to: 'declined', reason: 'x'.repeat(1_001) }],
    ['something else', { proposals: ['a'], to: 'declined', reason: 'x', into: 'b' }],
  ])('is not made of %s', async (_, body) => {
    await expectProblem(await review('post', '/decisions', { body }), 'invalid_request')
  })

  it('is not made by a body that is no JSON or too large', async () => {
    await expectProblem(await review('post', '/decisions', { body: '{' }), 'invalid_json')
    await expectProblem(await review('post', '/decisions', { body: ' '.repeat(24_577) }), 'body_too_large')
    await expectProblem(await review('post', '/decisions'), 'unsupported_media_type')
  })
})

describe('the notes of many moves', () => {
  const at = Date.now()
  const move = (dream: string, fields: Partial<LifeMove>): LifeMove => ({
    ...{ dream, from: 'in_review', to: 'accepted', actor: 'op', by: 'operator', at },
    ...fields,
  })

  it.each<[LifeState, LifeState, Partial<LifeMove>]>([
    ['proposed', 'in_review', {}],
    ['in_review', 'accepted', { reason: null }],
    ['in_review', 'declined', { reason: '太远\n"引号" \\ \u0000 😀 {"a":1}' }],
    ['in_review', 'merged', { into: 'another', reason: '同类' }],
    ['accepted', 'published', { by: 'operator' }],
    ['reached', 'funded', { by: 'clock' }],
  ])('are those of one: %s to %s', async (from, to, fields) => {
    // A proposal and a dream of a campaign at once, so that the campaign stands in the news.
    const id = freshId('dream')
    await world.DB.prepare(
      `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of, campaign)
       SELECT ?1, ifnull(max(position), 0) + 1, ?1, ?1, '', 1000, 1, 2, 'collecting', 1, ?2 FROM dreams`,
    )
      .bind(id, freshId('99'))
      .run()
    const stored = STATES.includes(from) ? from : 'published'
    await plantProposal({ id, state: stored })
    const told = move(id, { ...fields, from: stored, to })
    const orm = drizzle(world.DB)
    await orm.batch(noteMoveWhen(orm, told, sql`true`))
    await orm.batch(noteMoves(orm, [told]))
    const { audit, news } = await tracesOf(id)
    expect([audit.length, news.length]).toEqual([2, 2])
    expect(audit[1]).toEqual(audit[0])
    expect(news[1]).toEqual(news[0])
    expect(news[0]?.campaign).not.toBeNull()
  })

  it('are not written where the proposal is elsewhere or the condition does not hold', async () => {
    const id = await plantProposal({ state: 'declined' })
    const orm = drizzle(world.DB)
    await orm.batch(noteMoves(orm, [move(id, {})]))
    await orm.batch(noteMoves(orm, [move(id, { from: 'declined' })], sql`1 = 2`))
    expect(await tracesOf(id)).toEqual({ audit: [], news: [] })
  })
})

import { describe, expect, it } from 'vitest'
import { commitPledges } from '../../src/ledger/store.ts'
import { NEWS_FOR_SQL } from '../../src/life/news-store.ts'
import {
  call,
  changesOf,
  type Item,
  noteMove,
  plantExecutor,
  plantProposal,
  propose,
  run,
  tell,
  walk,
} from './supervision-calls.ts'
import { creditDirectly, expectProblem, freshId, nextMark, plantDream, world } from './world.ts'

interface Followed {
  readonly dream: string
  readonly because: readonly string[]
  readonly published: boolean
}

const followsOf = (user: string, pageSize?: number) => walk<Followed>('/v1/me/follows', user, pageSize)

const newsOf = (user: string, pageSize?: number) => walk('/v1/me/news', user, pageSize)

const told = (items: readonly Item[]) => items.map(({ dream, kind, to }) => [dream, kind, to])

async function give(user: string, dream: string, flowers = 3): Promise<void> {
  await creditDirectly(user, flowers)
  // Not by its object, which would tell that it collects some time later.
  const row = [user, `k:${freshId('key')}`, flowers, nextMark()] as const
  await commitPledges(world, { ref: dream, at: Date.now(), rows: [row] })
}

describe('following a dream', () => {
  it('is had without giving, can be repeated, and ends', async () => {
    const [user, dream] = [freshId('user'), await plantDream()]
    const first = await call('put', `/v1/me/follows/${dream}`, { as: user })
    expect(first.status).toBe(200)
    const body = await first.json()
    expect(body).toEqual({ dream, following: true, since: expect.any(String) })
    expect(await (await call('put', `/v1/me/follows/${dream}`, { as: user })).json()).toEqual(body)
    expect(await followsOf(user)).toMatchObject([{ dream, because: ['chosen'], published: true }])
    for (let n = 0; n < 2; n++)
      expect((await call('delete', `/v1/me/follows/${dream}`, { as: user })).status).toBe(204)
    expect(await followsOf(user)).toEqual([])
    expect(await changesOf(`dream:${dream}`)).toEqual([
      { actor: user, action: 'follow.set', detail: {} },
      { actor: user, action: 'follow.unset', detail: {} },
    ])
  })

  it('comes with giving, without a row of its own, and ends when the giver says so', async () => {
    const [user, dream] = [freshId('user'), await plantDream()]
    await give(user, dream)
    await tell({ dream })
    expect(await followsOf(user)).toMatchObject([{ dream, because: ['gave'] }])
    expect(told(await newsOf(user))).toEqual([[dream, 'milestone', 'everyone']])
    expect((await run('SELECT * FROM follows WHERE user = ?', user)).results).toEqual([])
    for (let n = 0; n < 2; n++) await call('delete', `/v1/me/follows/${dream}`, { as: user })
    expect(await followsOf(user)).toEqual([])
    expect(await newsOf(user)).toEqual([])
    await call('put', `/v1/me/follows/${dream}`, { as: user })
    expect(await followsOf(user)).toMatchObject([{ dream, because: ['chosen', 'gave'] }])
    expect((await changesOf(`dream:${dream}`)).map(({ action }) => action)).toEqual([
      'follow.unset',
      'follow.set',
    ])
  })

  it('comes with proposing, also by a proposal that was merged into it', async () => {
    const [user, dream] = [freshId('user'), await plantDream()]
    const own = await plantProposal(user, 'merged')
    await propose(user, dream, own)
    await noteMove({ dream: own, from: 'in_review', to: 'merged', into: dream })
    await tell({ dream, kind: 'granted' })
    expect(await followsOf(user)).toMatchObject([{ dream, because: ['proposed'] }])
    expect(told(await newsOf(user))).toEqual([
      [dream, 'granted', 'everyone'],
      [own, 'moved', 'proposers'],
    ])
  })

  it('of a proposal is for its proposers alone', async () => {
    const [proposer, other] = [freshId('user'), freshId('user')]
    const wish = await plantProposal(proposer)
    await noteMove({ dream: wish, from: 'proposed', to: 'in_review' })
    await expectProblem(await call('put', `/v1/me/follows/${wish}`, { as: other }), 'dream_not_found')
    expect((await call('put', `/v1/me/follows/${wish}`, { as: proposer })).status).toBe(200)
    expect(await followsOf(proposer)).toMatchObject([{ dream: wish, published: false }])
    expect(told(await newsOf(proposer))).toEqual([[wish, 'moved', 'proposers']])
    expect(await newsOf(other)).toEqual([])
  })

  it('is refused for what is no dream, without a token, and to a deleted account', async () => {
    const [user, dream] = [freshId('user'), await plantDream()]
    await expectProblem(await call('put', `/v1/me/follows/${freshId('no')}`, { as: user }), 'dream_not_found')
    await expectProblem(await call('put', '/v1/me/follows/NO', { as: user }), 'dream_not_found')
    await expectProblem(await call('put', `/v1/me/follows/${dream}`), 'token_missing')
    await run('INSERT INTO closed_accounts (user, at) VALUES (?, 0)', user)
    for (const method of ['put', 'delete'] as const)
      await expectProblem(await call(method, `/v1/me/follows/${dream}`, { as: user }), 'account_deleted')
  })

  it('ends at a thousand chosen dreams, also when two come at once for the last place', async () => {
    const user = freshId('user')
    await run(
      `INSERT INTO follows SELECT ?1, 'full-' || value, 1, 0 FROM generate_series(1, 999)`.replace(
        'generate_series(1, 999)',
        '(WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 999) SELECT value FROM n)',
      ),
      user,
    )
    const dreams = [await plantDream(), await plantDream(), await plantDream()]
    const answers = await Promise.all(
      dreams.map((dream) => call('put', `/v1/me/follows/${dream}`, { as: user })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422])
    const refused = answers.find(({ status }) => status === 422) as Response
    await expectProblem(refused, 'limit_reached')
    const kept = dreams[answers.findIndex(({ status }) => status === 200)]
    expect((await call('put', `/v1/me/follows/${kept}`, { as: user })).status).toBe(200)
  })

  it('is listed newest first, whatever the size of the pages', async () => {
    const user = freshId('user')
    const dreams: string[] = []
    for (let n = 0; n < 3; n++) {
      const dream = await plantDream()
      dreams.unshift(dream)
      await run('INSERT INTO follows VALUES (?, ?, 1, ?)', user, dream, 1_000 + n)
    }
    for (const pageSize of [1, 2, 3])
      expect((await followsOf(user, pageSize)).map(({ dream }) => dream)).toEqual(dreams)
  })
})

describe('the news of a user', () => {
  it('are of what they follow and for them, newest first, each once, whatever the size of the pages', async () => {
    const [user, dream, unfollowed] = [freshId('user'), await plantDream(), await plantDream()]
    await call('put', `/v1/me/follows/${dream}`, { as: user })
    const { organisation } = await plantExecutor(unfollowed)
    await run(`INSERT INTO organisation_members VALUES (?, ?, 'member', 0)`, organisation, user)
    await tell({ dream, kind: 'granted' })
    await tell({ dream: unfollowed, kind: 'granted' })
    await tell({
      dream: unfollowed,
      kind: 'offered',
      audience: `org:${organisation}`,
      data: { organisation },
    })
    await tell({ dream, kind: 'supporter', audience: `user:${user}` })
    await tell({ dream, kind: 'supporter', audience: 'user:someone-else' })
    await tell({ dream, kind: 'moved', audience: 'proposers' })
    await tell({ dream, kind: 'offered', audience: 'org:another' })
    await tell({ dream, kind: 'report' })
    const expected = [
      [dream, 'report', 'everyone'],
      [dream, 'supporter', 'you'],
      [unfollowed, 'offered', 'organisation'],
      [dream, 'granted', 'everyone'],
    ]
    for (const pageSize of [1, 2, 3, 4]) expect(told(await newsOf(user, pageSize))).toEqual(expected)
  })

  it('are the newest of all followed dreams, however many more dreams there are than places on a page', async () => {
    const user = freshId('user')
    const dreams: string[] = []
    for (let n = 0; n < 9; n++) {
      dreams.push(await plantDream())
      await run('INSERT INTO follows VALUES (?, ?, 1, 0)', user, dreams[n])
    }
    // In turns, in runs, and from some dreams not at all.
    for (const n of [0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 5, 3, 5, 3, 7, 1, 1, 1, 2, 6])
      await tell({ dream: dreams[n] as string, data: { title: String(n) } })
    const { results } = await run(
      `SELECT id FROM news WHERE dream IN (SELECT value FROM json_each(?)) ORDER BY id DESC`,
      JSON.stringify(dreams),
    )
    const expected = (results as { id: number }[]).map(({ id }) => String(id))
    expect(expected).toHaveLength(22)
    for (const pageSize of [1, 2, 3, 7, 22])
      expect((await newsOf(user, pageSize)).map(({ id }) => id)).toEqual(expected)
  })

  it('say what came back to this giver of a dream that did not reach its quota', async () => {
    const [giver, follower, dream] = [freshId('user'), freshId('user'), await plantDream()]
    await give(giver, dream, 5)
    await call('put', `/v1/me/follows/${dream}`, { as: follower })
    await noteMove({ dream, from: 'collecting', to: 'expired', by: 'clock' })
    expect(await newsOf(giver)).toMatchObject([{ kind: 'moved', refunded: 0 }])
    // As the return of an expired dream's flowers writes it; and one that came back for another reason.
    for (const [key, flowers, seq] of [
      ['exp:k:x', 3, 3],
      ['back:act:x', 1, 4],
    ] as const)
      await run(
        `INSERT INTO entries (user, key, seq, kind, flowers, asked, ref, mark, origin, at)
         SELECT user, ?2, ?4, 'refund', ?3, -flowers, ref, 90000 + ?4, key, 0 FROM entries WHERE user = ?1 AND kind = 'pledge'`,
        ...[giver, key, flowers, seq],
      )
    await tell({ dream, kind: 'returned', data: { flowers: 5, pledges: 1 } })
    await tell({ dream, kind: 'report' })
    const refunds = async (user: string) => (await newsOf(user)).map(({ kind, refunded }) => [kind, refunded])
    expect(await refunds(giver)).toEqual([
      ['report', undefined],
      ['returned', 3],
      ['moved', 3],
    ])
    expect(await refunds(follower)).toEqual([
      ['report', undefined],
      ['returned', 0],
      ['moved', 0],
    ])
  })

  it('are found by the indexes of their dreams and audiences, never by a walk of all news', async () => {
    const { results } = await world.DB.prepare(`EXPLAIN QUERY PLAN ${NEWS_FOR_SQL}`)
      .bind('user', '["a","b"]', 1_000, 21)
      .all<{ detail: string }>()
    const plan = results.map(({ detail }) => detail)
    const aliases = plan.filter((line) => /^(SCAN|SEARCH) (i|t|n)\b/.test(line))
    expect(aliases.length).toBeGreaterThanOrEqual(5)
    expect(aliases.filter((line) => line.startsWith('SCAN'))).toEqual([])
    expect(plan.join('\n')).toMatch(/SEARCH i USING (COVERING )?INDEX news_public \(dream=\? AND id<\?\)/)
    expect(plan.join('\n')).toMatch(
      /SEARCH i USING (COVERING )?INDEX news_audience \(audience=\? AND id<\?\)/,
    )
    expect(plan.filter((line) => /^SCAN (entries|follows|proposers|proposals|dreams)/.test(line))).toEqual([])
  })

  it('need a token', async () => {
    await expectProblem(await call('get', '/v1/me/news'), 'token_missing')
    await expectProblem(await call('get', '/v1/me/follows'), 'token_missing')
  })
})

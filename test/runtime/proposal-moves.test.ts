import { describe, expect, it } from 'vitest'
import { LIFE_STATES } from '../../src/life/states.ts'
import { expectDocumented } from './documented.ts'
import { ask, askAmid, draft, PROPOSAL, propose, type TestProposal } from './proposal-calls.ts'
import { sql } from './registry-calls.ts'
import { expectProblem, freshId } from './world.ts'

const ROUTE = 'post /v1/proposals/{proposal}/moves'

const DAY_SECONDS = 24 * 60 * 60

async function move(user: string, id: string, to: string, reason?: string): Promise<Response> {
  const answer = await ask(user, 'POST', `/v1/proposals/${id}/moves`, { to, reason })
  await expectDocumented(ROUTE, answer)
  return answer
}

/** Merges a proposal into another, as the desk does. */
async function merge(from: string, into: string): Promise<void> {
  await sql("UPDATE proposals SET state = 'in_review' WHERE id IN (?, ?)", from, into)
  const answer = await ask('op', 'POST', '/v1/review/merges', { into, from: [from] }, ['operator'])
  expect(answer.status).toBe(200)
}

/** What the audit log and the news say of a dream's moves, oldest first. */
async function movesOf(id: string) {
  const audit = await sql(
    "SELECT actor, detail FROM audit_log WHERE subject = ? AND action = 'dream.moved' ORDER BY id",
    `dream:${id}`,
  )
  const news = await sql('SELECT kind, audience, data FROM news WHERE dream = ? ORDER BY id', id)
  return {
    audit: (audit.results as { actor: string; detail: string }[]).map((row) => [
      row.actor,
      JSON.parse(row.detail),
    ]),
    news: (news.results as { kind: string; audience: string; data: string }[]).map((row) => [
      ...[row.kind, row.audience],
      JSON.parse(row.data),
    ]),
  }
}

describe('sending a draft', () => {
  it('makes it proposed, with an audit row and news for its proposers', async () => {
    const user = freshId('user')
    const { id } = await draft(user)
    const answer = await move(user, id, 'proposed', 'please')
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const sent = await answer.json<TestProposal>()
    expect(sent).toMatchObject({
      id,
      state: 'proposed',
      ...PROPOSAL,
      reason: null,
      proposedAt: expect.any(String),
    })
    const told = { from: 'draft', to: 'proposed', by: 'proposer' }
    expect(await movesOf(id)).toEqual({
      audit: [[user, told]],
      news: [['moved', `proposers:${id}`, told]],
    })
  })

  it('twice, or many times at once, is sending it once', async () => {
    const user = freshId('user')
    const { id } = await draft(user)
    const answers = await Promise.all(Array.from({ length: 4 }, () => move(user, id, 'proposed')))
    answers.push(await move(user, id, 'proposed'))
    const bodies = await Promise.all(answers.map((answer) => answer.json<TestProposal>()))
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(200))
    expect(new Set(bodies.map(({ proposedAt }) => proposedAt)).size).toBe(1)
    expect((await movesOf(id)).news).toHaveLength(1)
  })

  it('says what the draft still lacks', async () => {
    const user = freshId('user')
    const { id } = await draft(user, { title: '急救', forWhom: '', place: '…', howMany: '' })
    const { errors } = (await expectProblem(await move(user, id, 'proposed'), 'invalid_request')) as {
      errors: { path: string }[]
    }
    expect(errors.map(({ path }) => path)).toEqual(['title', 'forWhom', 'place'])
    expect(await movesOf(id)).toEqual({ audit: [], news: [] })
  })

  it('that is changed meanwhile sends it as it is then, or says what it lacks then', async () => {
    const user = freshId('user')
    const sendAmid = (id: string, change: object) =>
      askAmid(user, 'POST', `/v1/proposals/${id}/moves`, { to: 'proposed' }, () =>
        ask(user, 'PATCH', `/v1/proposals/${id}`, change),
      )
    const emptied = await draft(user)
    await expectProblem(await sendAmid(emptied.id, { why: '' }), 'invalid_request')
    expect(await movesOf(emptied.id)).toEqual({ audit: [], news: [] })
    const bettered = await draft(user)
    expect(await (await sendAmid(bettered.id, { why: '更好' })).json()).toMatchObject({
      state: 'proposed',
      why: '更好',
    })
  })

  it('is for five a day: of eight at a time five are sent, and it says when the next one may be', async () => {
    const user = freshId('user')
    const drafts = await Promise.all(Array.from({ length: 8 }, () => draft(user)))
    const answers = await Promise.all(drafts.map(({ id }) => move(user, id, 'proposed')))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(5)
    expect(statuses.filter((status) => status === 429)).toHaveLength(3)
    const refused = answers.find(({ status }) => status === 429) as Response
    const seconds = Number(refused.headers.get('Retry-After'))
    expect(seconds).toBeGreaterThan(DAY_SECONDS - 60)
    expect(seconds).toBeLessThanOrEqual(DAY_SECONDS)
    await expectProblem(refused, 'rate_limited')

    const left = drafts.filter((_, n) => statuses[n] !== 200)
    await sql(
      `UPDATE proposals SET proposed_at = proposed_at - ? WHERE number = (SELECT min(d.number) FROM proposals d
       JOIN proposers p ON p.dream = d.id WHERE p.user = ? AND d.state = 'proposed')`,
      DAY_SECONDS * 1_000,
      user,
    )
    expect((await move(user, left[0]?.id ?? '', 'proposed')).status).toBe(200)
    expect((await move(user, left[1]?.id ?? '', 'proposed')).status).toBe(429)
    // Another's, and one that was withdrawn, count as before.
    expect((await move(freshId('other'), (await draft(freshId('other'))).id, 'proposed')).status).toBe(404)
    const sent = drafts.find((_, n) => statuses[n] === 200)?.id ?? ''
    expect((await move(user, sent, 'withdrawn')).status).toBe(200)
    expect((await move(user, left[1]?.id ?? '', 'proposed')).status).toBe(429)
    expect((await move(user, sent, 'withdrawn')).status).toBe(200)
  })

  it('counts what a user sent, not what was merged into a dream of theirs', async () => {
    const [user, other] = [freshId('user'), freshId('other')]
    for (let n = 0; n < 5; n++) {
      const id = await propose(other)
      await sql("INSERT INTO proposers (dream, user, via, at) VALUES (?, ?, 'their-own', 0)", id, user)
    }
    await propose(user)
    await expectProblem(await move(other, (await draft(other)).id, 'proposed'), 'rate_limited')
  })
})

describe('withdrawing', () => {
  it.each(['proposed', 'in_review'])('what is %s tells why, if they say', async (state) => {
    const user = freshId('user')
    const [told, silent] = [await propose(user), await propose(user)]
    await sql('UPDATE proposals SET state = ? WHERE id IN (?, ?)', state, told, silent)
    const first = await (await move(user, told, 'withdrawn', ' 已经有人做了 ')).json()
    expect(first).toMatchObject({ state: 'withdrawn', reason: '已经有人做了' })
    expect(await (await move(user, silent, 'withdrawn', '  ')).json()).toMatchObject({ reason: null })
    expect((await movesOf(told)).audit.at(-1)).toEqual([
      user,
      { from: state, to: 'withdrawn', by: 'proposer', reason: '已经有人做了' },
    ])
    const again = await move(user, told, 'withdrawn', 'another reason')
    expect(await again.json()).toMatchObject({ state: 'withdrawn', reason: '已经有人做了' })
    expect((await movesOf(told)).audit).toHaveLength(2)
  })

  it('and sending are refused from every state that does not lead there', async () => {
    const user = freshId('user')
    const id = await propose(user)
    const before = await movesOf(id)
    const kept = LIFE_STATES.slice(0, LIFE_STATES.indexOf('published') + 1)
    for (const state of kept) {
      await sql('UPDATE proposals SET state = ? WHERE id = ?', state, id)
      const allowed = { proposed: ['draft', 'proposed'], withdrawn: ['proposed', 'in_review', 'withdrawn'] }
      for (const to of ['proposed', 'withdrawn'] as const)
        if (!allowed[to].includes(state)) await expectProblem(await move(user, id, to), 'move_not_allowed')
    }
    expect(await movesOf(id)).toEqual(before)
  })

  it('is all that its proposer does: to other states others move it, or no one', async () => {
    const user = freshId('user')
    const id = await propose(user)
    for (const to of LIFE_STATES.filter((state) => state !== 'proposed' && state !== 'withdrawn')) {
      await expectProblem(await move(user, id, to), to === 'in_review' ? 'not_yours' : 'move_not_allowed')
      await expectProblem(await move(freshId('other'), id, to), 'not_yours')
    }
    expect((await movesOf(id)).audit).toHaveLength(1)
  })

  it('that meets a decision of the review is decided again', async () => {
    const user = freshId('user')
    const [declined, taken] = [await propose(user), await propose(user)]
    const withdraw = (id: string, state: string) =>
      askAmid(user, 'POST', `/v1/proposals/${id}/moves`, { to: 'withdrawn' }, () =>
        sql("UPDATE proposals SET state = ? WHERE id = ? AND state = 'proposed'", state, id),
      )
    await expectProblem(await withdraw(declined, 'declined'), 'move_not_allowed')
    expect((await movesOf(declined)).audit).toHaveLength(1)
    expect((await withdraw(taken, 'in_review')).status).toBe(200)
    expect((await movesOf(taken)).audit.at(-1)).toEqual([
      user,
      { from: 'in_review', to: 'withdrawn', by: 'proposer' },
    ])
  })

  it('is refused once another was merged into it, until no one else proposes it', async () => {
    const [user, other] = [freshId('user'), freshId('other')]
    const [id, theirs] = [await propose(user), await propose(other)]
    await merge(theirs, id)
    const { detail } = (await expectProblem(await move(user, id, 'withdrawn'), 'state_conflict')) as {
      detail: string
    }
    expect(detail).toContain('merged')
    expect((await movesOf(id)).audit.map(([, { to }]) => to)).not.toContain('withdrawn')
    await sql('DELETE FROM proposers WHERE dream = ? AND user = ?', id, other)
    expect((await move(user, id, 'withdrawn')).status).toBe(200)
  })

  it('after one of their own was merged into it is for its author as before', async () => {
    const user = freshId('user')
    const [id, second] = [await propose(user), await propose(user)]
    await merge(second, id)
    expect((await move(user, id, 'withdrawn')).status).toBe(200)
  })

  it('that meets a merge is refused, and nobody loses a dream', async () => {
    const [user, other] = [freshId('user'), freshId('other')]
    const [id, theirs] = [await propose(user), await propose(other)]
    const path = `/v1/proposals/${id}/moves`
    // Taken into review before, so that the merge alone is what meets it.
    await sql("UPDATE proposals SET state = 'in_review' WHERE id IN (?, ?)", id, theirs)
    let merges = 0
    const answer = await askAmid(user, 'POST', path, { to: 'withdrawn' }, async () => {
      if (merges++ === 0) await merge(theirs, id)
    })
    await expectDocumented(ROUTE, answer)
    await expectProblem(answer, 'state_conflict')
    expect(merges).toBe(1)
    expect((await movesOf(id)).audit.map(([, { to }]) => to)).not.toContain('withdrawn')
    const read = await ask(other, 'GET', `/v1/proposals/${id}`)
    expect(await read.json()).toMatchObject({ state: 'in_review' })
  })

  it.each<[string, unknown]>([
    ['a state that is none', { to: 'dreamt' }],
    ['nothing', {}],
    ['withdrawn for a long reason', { to: 'withdrawn', reason: 'x'.repeat(501) }],
    ['withdrawn by another', { to: 'withdrawn', by: 'operator' }],
  ])('is no way to %s', async (_, body) => {
    const user = freshId('user')
    const id = await propose(user)
    const answer = await ask(user, 'POST', `/v1/proposals/${id}/moves`, body)
    await expectDocumented(ROUTE, answer)
    await expectProblem(answer, 'invalid_request')
  })
})

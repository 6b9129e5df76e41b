import { describe, expect, it } from 'vitest'
import {
  askOn,
  call,
  changesOf,
  OPERATOR,
  plantExecuted,
  plantProposal,
  run,
  walk,
} from './supervision-calls.ts'
import { expectProblem, freshId, plantDream, world } from './world.ts'

interface Question {
  readonly id: string
  readonly state: string
  readonly text: string | null
  readonly hidden: boolean
  readonly answers: readonly { readonly text: string }[]
}

const HOUR_MS = 3_600_000

const questionsOf = (dream: string, query = '') =>
  call('get', `/v1/dreams/${dream}/questions${query}`).then(
    async (answer) => (await answer.json<{ items: Question[] }>()).items,
  )

const post = (path: string, as: string | undefined, body: unknown) =>
  call('post', path, { ...(as ? { as } : {}), body })

const ask = (dream: string, as: string, text: unknown = '多久能看到反馈？', kind: unknown = 'question') =>
  post(`/v1/dreams/${dream}/questions`, as, { kind, text })

const answerTo = (question: string, as: string, text: unknown = '十月。') =>
  post(`/v1/questions/${question}/answers`, as, { text })

const raise = (question: string, as: string, reason: unknown = '没有答复') =>
  post(`/v1/questions/${question}/raise`, as, { reason })

const operate = (act: string, question: string, body: unknown, as = OPERATOR) =>
  post(`/v1/questions/${question}/${act}`, as, body)

/** Plants questions of a user, as many ms ago as said. */
async function plantQuestions(dream: string, author: string | null, ...ago: number[]): Promise<void> {
  for (const ms of ago)
    await run(
      `INSERT INTO questions (id, dream, kind, state, text, author, asked_at) VALUES (?, ?, 'question', 'open', 'x', ?, ?)`,
      ...[`qst_${crypto.randomUUID().replaceAll('-', '')}`, dream, author, Date.now() - ms],
    )
}

describe('asking', () => {
  it('is public at once, without who asked, told to those who carry the dream out, and audited', async () => {
    const { dream, member } = await plantExecuted()
    const asker = freshId('asker')
    const answer = await ask(dream, asker, '  多久能看到反馈？ ')
    expect(answer.status).toBe(201)
    const question = await answer.json<Question>()
    expect(question).toMatchObject({ dream, kind: 'question', state: 'open', text: '多久能看到反馈？' })
    const listed = await questionsOf(dream)
    expect(listed).toEqual([question])
    expect(JSON.stringify(listed)).not.toContain(asker)
    expect(await changesOf(`question:${question.id}`)).toEqual([
      { actor: asker, action: 'question.asked', detail: { dream, kind: 'question' } },
    ])
    expect(await walk('/v1/me/news', member)).toMatchObject([
      { kind: 'asked', to: 'organisation', data: { question: question.id, kind: 'question' } },
    ])
    expect(await walk('/v1/me/news', asker)).toEqual([])
  })

  it('is refused to whom it is not open, and for what is no dream', async () => {
    const [dream, user] = [await plantDream(), freshId('user')]
    await expectProblem(
      await post(`/v1/dreams/${dream}/questions`, undefined, { kind: 'question', text: 'x' }),
      'token_missing',
    )
    await expectProblem(await ask(freshId('no'), user), 'dream_not_found')
    await expectProblem(await ask(await plantProposal(user), user), 'dream_not_found')
    await run('INSERT INTO closed_accounts (user, at) VALUES (?, 0)', user)
    await expectProblem(await ask(dream, user), 'account_deleted')
    expect(await questionsOf(dream)).toEqual([])
  })

  it.each<[string, unknown, unknown]>([
    ['no text', '  ', 'question'],
    ['a long text', 'x'.repeat(1_001), 'question'],
    ['another kind', 'x', 'remark'],
    ['a text that is none', 5, 'concern'],
  ])('is refused with %s', async (_, text, kind) => {
    await expectProblem(await ask(await plantDream(), freshId('user'), text, kind), 'invalid_request')
  })

  it('takes the longest text there may be, of any characters', async () => {
    expect((await ask(await plantDream(), freshId('user'), '🌺'.repeat(500), 'concern')).status).toBe(201)
  })

  it('is five times an hour: of eight at once five are taken, the others told when to come back', async () => {
    const [dream, user] = [await plantDream(), freshId('user')]
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(dream, user)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 201, 201, 429, 429, 429])
    const refused = answers.find(({ status }) => status === 429) as Response
    const seconds = Number(refused.headers.get('Retry-After'))
    expect(seconds).toBeGreaterThan(3_590)
    expect(seconds).toBeLessThanOrEqual(3_600)
    await expectProblem(refused, 'rate_limited')
    expect(await questionsOf(dream)).toHaveLength(5)
    expect((await ask(dream, freshId('other'))).status).toBe(201)
  })

  it('is twenty times a day, and goes on when the first of them is a day old', async () => {
    const [dream, user] = [await plantDream(), freshId('user')]
    const ago = Array.from({ length: 19 }, (_, n) => (2 + n) * HOUR_MS)
    await plantQuestions(dream, user, ...ago)
    expect((await ask(dream, user)).status).toBe(201)
    const refused = await ask(dream, user)
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(3 * 3_600)
    await expectProblem(refused, 'rate_limited')
    await run('UPDATE questions SET asked_at = asked_at - ? WHERE author = ?', 5 * HOUR_MS, user)
    expect((await ask(dream, user)).status).toBe(201)
  })

  it('ends while two hundred wait for an answer; hidden ones do not wait', async () => {
    const dream = await plantDream()
    await run(
      `WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 199)
       INSERT INTO questions (id, dream, kind, state, text, asked_at) SELECT ?1 || value, ?1, 'question', 'open', 'x', 0 FROM n`,
      dream,
    )
    const answers = await Promise.all(Array.from({ length: 3 }, () => ask(dream, freshId('user'))))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422])
    await expectProblem(answers.find(({ status }) => status === 422) as Response, 'limit_reached')
    await run('UPDATE questions SET hidden = 1 WHERE id = ?', `${dream}1`)
    expect((await ask(dream, freshId('user'))).status).toBe(201)
    await expectProblem(await ask(dream, freshId('user')), 'limit_reached')
  })
})

describe('an answer', () => {
  it('is public with who gave it, and told to the one who asked and to followers, once each', async () => {
    const { dream, organisation, member } = await plantExecuted()
    const { id, asker } = await askOn(dream)
    const follower = freshId('follower')
    for (const user of [asker, follower]) await call('put', `/v1/me/follows/${dream}`, { as: user })
    await run('UPDATE questions SET asked_at = asked_at - ? WHERE id = ?', 36 * HOUR_MS, id)
    const answer = await answerTo(id, member)
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({
      state: 'answered',
      responseHours: 36,
      answers: [
        {
          text: '十月。',
          by: 'organisation',
          organisation: { id: organisation, name: '急救中心', nameEn: 'First Aid' },
        },
      ],
    })
    const second = await answerTo(id, OPERATOR, '会核对。')
    expect(await second.json()).toMatchObject({
      state: 'answered',
      responseHours: 36,
      answers: [{}, { text: '会核对。', by: 'operator', organisation: null }],
    })
    for (const [user, to] of [
      [asker, 'you'],
      [follower, 'everyone'],
    ] as const)
      expect(await walk('/v1/me/news', user)).toMatchObject(
        Array.from({ length: 2 }, () => ({ kind: 'answered', to, data: { question: id } })),
      )
    const [, ...changes] = await changesOf(`question:${id}`)
    expect(changes).toEqual([
      { actor: member, action: 'question.answered', detail: { dream, organisation } },
      { actor: OPERATOR, action: 'question.answered', detail: { dream } },
    ])
  })

  it('comes from those who carry the dream out and from operators alone', async () => {
    const { dream } = await plantExecuted()
    const other = await plantExecuted()
    const { id, asker } = await askOn(dream)
    for (const user of [asker, other.member, freshId('user')])
      await expectProblem(await answerTo(id, user), 'executor_only')
    await expectProblem(await post(`/v1/questions/${id}/answers`, undefined, { text: 'x' }), 'token_missing')
    await expectProblem(await answerTo(id, OPERATOR, ''), 'invalid_request')
    await expectProblem(await answerTo(`qst_${'0'.repeat(32)}`, OPERATOR), 'question_not_found')
    await expectProblem(await answerTo('x', OPERATOR), 'question_not_found')
    expect(await questionsOf(dream)).toMatchObject([{ state: 'open', answers: [] }])
  })

  it('is one of twenty at most, also when they come at once', async () => {
    const { dream, member } = await plantExecuted()
    const { id } = await askOn(dream)
    await run(
      `WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 19)
       INSERT INTO answers (question, text, at) SELECT ?1, 'x', 0 FROM n`,
      id,
    )
    const answers = await Promise.all(Array.from({ length: 3 }, () => answerTo(id, member)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422])
    await expectProblem(answers.find(({ status }) => status === 422) as Response, 'limit_reached')
    expect((await questionsOf(dream))[0]?.answers).toHaveLength(20)
  })

  it('reaches nobody when the one who asked deleted their account', async () => {
    const { dream, member } = await plantExecuted()
    const { id, asker } = await askOn(dream)
    await run('UPDATE questions SET author = NULL WHERE id = ?', id)
    expect((await answerTo(id, member)).status).toBe(201)
    expect(await walk('/v1/me/news', asker)).toEqual([])
    const { results } = await run('SELECT audience FROM news WHERE dream = ? ORDER BY id', dream)
    expect((results as { audience: string | null }[]).map(({ audience }) => audience)).toEqual([
      expect.stringMatching(/^org:/),
      null,
    ])
  })
})

describe('the questions of a dream', () => {
  it('are listed newest first, by state, whatever the size of the pages', async () => {
    const { dream, member } = await plantExecuted()
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.unshift((await askOn(dream)).id)
    await answerTo(ids[1] as string, member)
    await answerTo(ids[3] as string, member)
    for (const pageSize of [1, 2, 5, 20])
      expect((await walk(`/v1/dreams/${dream}/questions`, undefined, pageSize)).map(({ id }) => id)).toEqual(
        ids,
      )
    const inState = async (state: string) => (await questionsOf(dream, `?state=${state}`)).map(({ id }) => id)
    expect(await inState('answered')).toEqual([ids[1], ids[3]])
    expect(await inState('open')).toEqual([ids[0], ids[2], ids[4]])
    expect(await inState('raised')).toEqual([])
    await expectProblem(await call('get', `/v1/dreams/${dream}/questions?state=x`), 'invalid_request')
    await expectProblem(await call('get', `/v1/dreams/${dream}/questions?pageSize=21`), 'invalid_request')
    await expectProblem(await call('get', `/v1/dreams/${dream}/questions?cursor=x`), 'invalid_cursor')
    await expectProblem(await call('get', `/v1/dreams/${freshId('no')}/questions`), 'dream_not_found')
  })

  it('have a response time: the median from asking to the first answer', async () => {
    const { dream, member } = await plantExecuted()
    const summary = async () => (await call('get', `/v1/dreams/${dream}/questions/summary`)).json()
    const times = (answered: number, open: number, medianHours: number | null, raised = 0) => ({
      ...{ dream, raised },
      responseTime: { answered, open, medianHours },
    })
    const asked: string[] = []
    for (let n = 0; n < 5; n++) asked.push((await askOn(dream, { kind: 'concern' })).id)
    for (const [n, hours] of [100, 3, 5, 1].entries()) {
      await answerTo(asked[n] as string, member)
      await answerTo(asked[n] as string, member)
      await run(
        'UPDATE questions SET answered_at = asked_at + ? WHERE id = ?',
        hours * HOUR_MS,
        asked[n] as string,
      )
    }
    expect(await summary()).toEqual(times(4, 1, 4))
    const documented = await call('get', `/v1/dreams/${(await plantExecuted()).dream}/questions/summary`)
    expect(await documented.json()).toMatchObject({ raised: 0, responseTime: times(0, 0, null).responseTime })
    await expectProblem(await call('get', `/v1/dreams/${freshId('no')}/questions/summary`), 'dream_not_found')
  })

  it('count in the response time unless hidden', async () => {
    const { dream, member } = await plantExecuted()
    const [first, second, third] = [
      await askOn(dream),
      await askOn(dream),
      await askOn(dream, { kind: 'concern' }),
    ]
    await answerTo(first.id, member)
    await answerTo(second.id, member)
    await run('UPDATE questions SET answered_at = asked_at + 7200000 WHERE id = ?', first.id)
    await run('UPDATE questions SET answered_at = asked_at + 720000000 WHERE id = ?', second.id)
    await operate('hide', second.id, { reason: '广告' })
    await raise(third.id, freshId('user'))
    expect(await (await call('get', `/v1/dreams/${dream}/questions/summary`)).json()).toEqual({
      ...{ dream, raised: 1 },
      responseTime: { answered: 1, open: 1, medianHours: 2 },
    })
  })
})

describe('one question', () => {
  it('is opened by anyone, as the list has it', async () => {
    const { dream, member } = await plantExecuted()
    const { id, asker } = await askOn(dream, { kind: 'concern' })
    await answerTo(id, member)
    await raise(id, freshId('user'), '私下的理由')
    const listed = (await questionsOf(dream))[0]
    const open = await call('get', `/v1/questions/${id}`)
    expect(open.headers.get('Cache-Control')).toContain('public')
    expect(open.headers.get('Vary')).toContain('Authorization')
    for (const answer of [open, await call('get', `/v1/questions/${id}`, { as: asker })]) {
      expect(answer.status).toBe(200)
      expect(await answer.json()).toEqual(listed)
    }
    // `call` holds that what is asked with a token is in no cache.
    const whole = await call('get', `/v1/questions/${id}`, { as: OPERATOR })
    expect(await whole.json()).toMatchObject({ ...listed, reasons: [{ reason: '私下的理由' }] })
    // Nor does the operator's form get into the cache of everyone.
    expect(await (await call('get', `/v1/questions/${id}`)).json()).toEqual(listed)
  })

  it('says of one that is hidden only that and why', async () => {
    const { dream, member } = await plantExecuted()
    const { id, asker } = await askOn(dream, { text: '骂人的话' })
    await answerTo(id, member, '引用骂人的话')
    await operate('hide', id, { reason: '人身攻击' })
    for (const as of [undefined, asker, member]) {
      const answer = await call('get', `/v1/questions/${id}`, as ? { as } : {})
      const text = await answer.text()
      expect(JSON.parse(text)).toMatchObject({
        ...{ id, text: null, answers: [], hidden: true },
        moderation: { reason: '人身攻击', at: expect.any(String) },
      })
      expect(text).not.toContain('骂人的话')
    }
    const whole = await call('get', `/v1/questions/${id}`, { as: OPERATOR })
    expect(await whole.json()).toMatchObject({ text: '骂人的话', reasons: [] })
  })

  it('is not there under another id', async () => {
    for (const id of [`qst_${'0'.repeat(32)}`, 'x'])
      for (const as of [undefined, OPERATOR])
        await expectProblem(await call('get', `/v1/questions/${id}`, as ? { as } : {}), 'question_not_found')
  })
})

describe('the questions of a user', () => {
  it('are their own, of any dream, newest first, whatever the size of the pages', async () => {
    const [one, two, asker] = [await plantExecuted(), await plantExecuted(), freshId('asker')]
    const ids: string[] = []
    for (const { dream } of [one, two, one]) {
      ids.unshift((await askOn(dream, { as: asker })).id)
      await askOn(dream)
    }
    await answerTo(ids[1] as string, two.member)
    await operate('hide', ids[2] as string, { reason: '广告' })
    const path = '/v1/me/questions'
    for (const pageSize of [1, 2, 20])
      expect((await walk(path, asker, pageSize)).map(({ id }) => id)).toEqual(ids)
    expect(await walk(path, asker)).toMatchObject([
      { state: 'open' },
      { state: 'answered', answers: [{ text: '十月。' }] },
      { text: null, hidden: true, moderation: { reason: '广告' } },
    ])
    expect(await walk(path, freshId('user'))).toEqual([])
  })

  it('are for someone who signed in and whose account stands', async () => {
    const asker = freshId('asker')
    const path = '/v1/me/questions'
    await expectProblem(await call('get', path), 'token_missing')
    await expectProblem(await call('get', `${path}?pageSize=21`, { as: asker }), 'invalid_request')
    await expectProblem(await call('get', `${path}?cursor=x`, { as: asker }), 'invalid_cursor')
    await run('INSERT INTO closed_accounts (user, at) VALUES (?, 0)', asker)
    await expectProblem(await call('get', path, { as: asker }), 'account_deleted')
  })
})

describe('raising a concern', () => {
  it('brings it before the operator, with reasons that the public does not see, once a user', async () => {
    const { dream, member } = await plantExecuted()
    const { id, asker } = await askOn(dream, { kind: 'concern' })
    const other = freshId('user')
    expect(await (await raise(id, asker)).json()).toMatchObject({
      state: 'raised',
      raisedAt: expect.any(String),
    })
    expect((await raise(id, other, '等了一个月，联系 138')).status).toBe(201)
    await expectProblem(await raise(id, asker), 'state_conflict')
    const waiting = await walk<{ id: string; reasons: { reason: string }[] }>(
      '/v1/questions/raised',
      OPERATOR,
    )
    expect(waiting.find((each) => each.id === id)).toMatchObject({
      id,
      reasons: [{ reason: '没有答复' }, { reason: '等了一个月，联系 138' }],
    })
    // An answer does not take it from the operator.
    expect(await (await answerTo(id, member)).json()).toMatchObject({ state: 'raised' })
    const [question] = await questionsOf(dream, '?state=raised')
    expect(question).toMatchObject({ id, state: 'raised' })
    expect(JSON.stringify(question)).not.toMatch(/联系 138|没有答复/)
    const news = await walk(`/v1/dreams/${dream}/news`)
    expect(news.map(({ kind }) => kind)).toEqual(['answered', 'raised'])
    expect((await changesOf(`question:${id}`)).map(({ actor, action }) => [actor, action])).toEqual([
      [asker, 'question.asked'],
      [asker, 'question.raised'],
      [other, 'question.raised'],
      [member, 'question.answered'],
    ])
  })

  it('is settled by the operator in public, and for good', async () => {
    const { dream, member } = await plantExecuted()
    const { id, asker } = await askOn(dream, { kind: 'concern' })
    await expectProblem(await operate('resolve', id, { text: 'x' }), 'state_conflict')
    await answerTo(id, member)
    expect((await raise(id, asker)).status).toBe(201)
    await expectProblem(await operate('resolve', id, { text: 'x' }, member), 'operator_only')
    await expectProblem(await operate('resolve', id, { text: ' ' }), 'invalid_request')
    const resolved = await operate('resolve', id, { text: '已核对发票。' })
    expect(await resolved.json()).toMatchObject({ state: 'resolved', resolution: { text: '已核对发票。' } })
    expect(await questionsOf(dream)).toMatchObject([
      { state: 'resolved', resolution: { text: '已核对发票。', at: expect.any(String) } },
    ])
    await expectProblem(await operate('resolve', id, { text: '再次' }), 'state_conflict')
    await expectProblem(await raise(id, freshId('user')), 'state_conflict')
    expect(await walk('/v1/questions/raised', OPERATOR)).not.toContainEqual(expect.objectContaining({ id }))
    expect((await walk('/v1/me/news', asker))[0]).toMatchObject({
      kind: 'answered',
      data: { resolved: true },
    })
    expect((await changesOf(`question:${id}`)).at(-1)).toMatchObject({
      actor: OPERATOR,
      action: 'question.resolved',
    })
  })

  it('is for concerns, with a reason, twenty times a day', async () => {
    const { dream } = await plantExecuted()
    const user = freshId('user')
    const question = await askOn(dream)
    await expectProblem(await raise(question.id, user), 'state_conflict')
    const concern = await askOn(dream, { kind: 'concern' })
    await expectProblem(await raise(concern.id, user, ' '), 'reason_missing')
    await expectProblem(await raise(concern.id, user, 'x'.repeat(501)), 'invalid_request')
    await run(
      `WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 19)
       INSERT INTO raises (question, author, reason, at) SELECT 'other' || value, ?1, 'x', ?2 FROM n`,
      ...[user, Date.now() - HOUR_MS],
    )
    const more = await askOn(dream, { kind: 'concern' })
    const answers = await Promise.all([raise(concern.id, user), raise(more.id, user)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 429])
    const refused = answers.find(({ status }) => status === 429) as Response
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(22 * 3_600)
    await expectProblem(refused, 'rate_limited')
  })

  it('is told once when the same user asks twice at a time', async () => {
    const { dream } = await plantExecuted()
    const { id, asker } = await askOn(dream, { kind: 'concern' })
    const answers = await Promise.all([raise(id, asker), raise(id, asker), raise(id, asker)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    expect(await walk(`/v1/dreams/${dream}/news`)).toMatchObject([{ kind: 'raised' }])
  })

  it('ends at a hundred users', async () => {
    const { dream } = await plantExecuted()
    const { id } = await askOn(dream, { kind: 'concern' })
    await run(
      `WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 100)
       INSERT INTO raises (question, author, reason, at) SELECT ?1, ?1 || value, 'x', 0 FROM n`,
      id,
    )
    await expectProblem(await raise(id, freshId('user')), 'limit_reached')
  })

  it('is listed for operators alone', async () => {
    await expectProblem(await call('get', '/v1/questions/raised', { as: freshId('user') }), 'operator_only')
    await expectProblem(await call('get', '/v1/questions/raised'), 'token_missing')
  })
})

describe('moderation', () => {
  it('withholds the text for a public reason, keeps it for the operator, and shows it again', async () => {
    const { dream, member } = await plantExecuted()
    const { id, asker } = await askOn(dream, { kind: 'concern', text: '骂人的话' })
    await answerTo(id, member, '引用骂人的话')
    const hidden = await operate('hide', id, { reason: '人身攻击' })
    expect(await hidden.json()).toMatchObject({ text: '骂人的话', hidden: true })
    const listed = await questionsOf(dream)
    expect(listed).toMatchObject([
      {
        id,
        text: null,
        answers: [],
        hidden: true,
        moderation: { reason: '人身攻击', at: expect.any(String) },
      },
    ])
    expect(JSON.stringify(listed)).not.toContain('骂人的话')
    expect(await questionsOf(dream, '?state=answered')).toEqual([])
    const whole = await call('get', `/v1/questions/${id}`, { as: OPERATOR })
    expect(await whole.json()).toMatchObject({
      text: '骂人的话',
      answers: [{ text: '引用骂人的话' }],
      reasons: [],
    })
    expect((await walk('/v1/me/news', asker))[0]).toMatchObject({
      kind: 'hidden',
      data: { reason: '人身攻击' },
    })
    await expectProblem(await operate('hide', id, { reason: '再来' }), 'state_conflict')
    await expectProblem(await answerTo(id, member), 'state_conflict')
    await expectProblem(await raise(id, asker), 'state_conflict')
    expect(await (await operate('show', id, { reason: '是引文' })).json()).toMatchObject({ hidden: false })
    await expectProblem(await operate('show', id, { reason: '再来' }), 'state_conflict')
    // Of another page size, since the first is kept for a second.
    expect(await questionsOf(dream, '?pageSize=2')).toMatchObject([
      { text: '骂人的话', state: 'answered', hidden: false, moderation: { reason: '是引文' } },
    ])
    expect((await changesOf(`question:${id}`)).slice(2)).toEqual([
      { actor: OPERATOR, action: 'question.hidden', detail: { dream, reason: '人身攻击' } },
      { actor: OPERATOR, action: 'question.shown', detail: { dream, reason: '是引文' } },
    ])
  })

  it('is for operators, and needs a reason', async () => {
    const { dream, member } = await plantExecuted()
    const { id, asker } = await askOn(dream)
    for (const act of ['hide', 'show'])
      for (const user of [member, asker])
        await expectProblem(await operate(act, id, { reason: 'x' }, user), 'operator_only')
    await expectProblem(await operate('hide', id, { reason: '  ' }), 'reason_missing')
    await expectProblem(await operate('hide', id, {}), 'reason_missing')
    await expectProblem(await operate('show', id, { reason: 'x' }), 'state_conflict')
    await expectProblem(await operate('hide', `qst_${'0'.repeat(32)}`, { reason: 'x' }), 'question_not_found')
    expect(await questionsOf(dream)).toMatchObject([{ hidden: false, moderation: null }])
  })
})

it('lists and counts read their indexes, never all questions', async () => {
  const plans = [
    `SELECT * FROM questions WHERE dream = 'a' AND number < 5 ORDER BY number DESC LIMIT 21`,
    `SELECT * FROM questions WHERE dream = 'a' AND state = ?1 AND hidden = 0 AND number < 5 ORDER BY number DESC LIMIT 21`,
    `SELECT * FROM questions WHERE state = 'raised' AND hidden = 0 AND number > 5 ORDER BY number LIMIT 21`,
    `SELECT count(*) FROM questions WHERE dream = 'a' AND state = 'open' AND hidden = 0`,
    `SELECT count(*) FROM questions WHERE author = 'a' AND asked_at > 5`,
    `SELECT count(*) FROM raises WHERE author = 'a' AND at > 5`,
  ]
  for (const text of plans) {
    const statement = world.DB.prepare(`EXPLAIN QUERY PLAN ${text}`)
    const { results } = await (text.includes('?1') ? statement.bind('open') : statement).all<{
      detail: string
    }>()
    expect(
      results.map(({ detail }) => detail),
      text,
    ).toEqual([expect.stringMatching(/^SEARCH .* USING .*INDEX/)])
  }
})

it('the questions of a user are found by who asked, and only those sorted', async () => {
  const text = `SELECT * FROM questions WHERE author = 'a' AND number < 5 ORDER BY number DESC LIMIT 21`
  const { results } = await world.DB.prepare(`EXPLAIN QUERY PLAN ${text}`).all<{ detail: string }>()
  expect(results[0]?.detail).toMatch(/^SEARCH .* USING INDEX questions_author/)
})

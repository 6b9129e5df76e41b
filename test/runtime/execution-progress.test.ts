import { describe, expect, it } from 'vitest'
import {
  type Caller,
  call,
  changesOf,
  newsOf,
  OPERATOR,
  operator,
  type PlannedDream,
  plantCoCreator,
  plantExecuting,
  plantGranted,
  plantPlan,
  rows,
  sql,
} from './execution-calls.ts'
import { expectProblem, freshId, plantDream } from './world.ts'

interface Told {
  readonly as?: Caller
  readonly key?: string
}

const moveMilestone = ({ dream, milestone }: PlannedDream, body: object, told: Told = {}) =>
  call('post', `/v1/dreams/${dream}/milestones/${milestone}/moves`, { body, ...told })

const read = ({ dream, measure }: PlannedDream, body: object, told: Told = {}) =>
  call('post', `/v1/dreams/${dream}/measures/${measure}/readings`, { body, ...told })

const spend = ({ dream, line }: PlannedDream, amountCents: number, told: Told & { text?: string } = {}) =>
  call('post', `/v1/dreams/${dream}/budget/${line}/spendings`, {
    ...{ key: freshId('key'), ...told },
    body: { amountCents, text: told.text ?? '教材' },
  })

/** Adds a picture that a user uploaded. */
async function plantPicture(owner: string): Promise<string> {
  const id = `picture_${crypto.randomUUID().replaceAll('-', '')}`
  await sql(
    "INSERT INTO pictures (id, owner, type, bytes, created_at) VALUES (?, ?, 'image/png', 1, 0)",
    id,
    owner,
  )
  return id
}

const spentOf = async (dream: string) =>
  (
    await rows<{ spent_cents: number }>(
      'SELECT spent_cents FROM budget_lines WHERE dream = ? ORDER BY id',
      dream,
    )
  ).map(({ spent_cents }) => spent_cents)

const progressOf = (dream: string) => rows('SELECT * FROM progress WHERE dream = ? ORDER BY number', dream)

describe('a milestone', () => {
  it('moves with its evidence, and everyone sees it', async () => {
    const planned = await plantExecuting()
    const { dream, milestone, organisation, executor } = planned
    const pictures = [await plantPicture(executor.user)]
    const figures = [{ name: '到场', value: 41.5, unit: '人' }]
    const answer = await moveMilestone(planned, { state: 'under_way', figures, pictures }, { as: executor })
    expect(answer.status).toBe(201)
    const first = {
      ...{ id: expect.stringMatching(/^progress_/), dream, organisation, item: `milestone:${milestone}` },
      ...{ change: { kind: 'milestone', from: 'planned', to: 'under_way' }, text: '', figures, pictures },
      at: expect.any(String),
    }
    expect(await answer.json()).toEqual(first)
    const text = '第一批完成，签到表见照片。'
    await moveMilestone(
      planned,
      { state: 'done', text, figures: [{ name: 'n', value: 1 }] },
      { as: executor },
    )
    expect(await rows('SELECT state, moved_at > 0 AS moved FROM milestones WHERE id = ?', milestone)).toEqual(
      [{ state: 'done', moved: 1 }],
    )
    const page = await (await call('get', `/v1/dreams/${dream}/progress`, { as: null as never })).json()
    expect(page).toMatchObject({ items: [{ text, figures: [{ unit: '' }] }, first], nextCursor: null })
    expect(JSON.stringify(page)).not.toContain(executor.user)
    const told = { progress: expect.any(String), milestone, title: '培训第一批' }
    expect((await newsOf(dream)).slice(-2)).toEqual([
      { kind: 'milestone', audience: null, data: { ...told, from: 'planned', state: 'under_way' } },
      { kind: 'milestone', audience: null, data: { ...told, from: 'under_way', state: 'done' } },
    ])
    expect((await changesOf(dream)).at(-1)).toMatchObject({
      ...{ actor: executor.user, action: 'milestone.moved', detail: { milestone, state: 'done' } },
    })
  })

  it('moves forward only, done with evidence and dropped with a reason', async () => {
    const planned = await plantExecuting()
    await expectProblem(await moveMilestone(planned, { state: 'planned' }), 'state_conflict')
    await expectProblem(await moveMilestone(planned, { state: 'done', text: 'x' }), 'state_conflict')
    await expectProblem(await moveMilestone(planned, { state: 'dropped' }), 'reason_missing')
    expect((await moveMilestone(planned, { state: 'under_way' })).status).toBe(201)
    await expectProblem(await moveMilestone(planned, { state: 'done', text: ' ' }), 'reason_missing')
    expect((await moveMilestone(planned, { state: 'dropped', text: '天气' })).status).toBe(201)
    for (const state of ['planned', 'under_way', 'done', 'dropped'])
      await expectProblem(await moveMilestone(planned, { state, text: 'x' }), 'state_conflict')
    expect(await progressOf(planned.dream)).toHaveLength(2)
  })

  it('moves once, of five who ask at a time', async () => {
    const planned = await plantExecuting()
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map(() => moveMilestone(planned, { state: 'under_way' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409])
    expect(await progressOf(planned.dream)).toHaveLength(1)
    expect((await newsOf(planned.dream)).filter(({ kind }) => kind === 'milestone')).toHaveLength(1)
  })

  it('is moved under a key once, and the repeat gets the first answer', async () => {
    const planned = await plantExecuting()
    const told = { key: freshId('key') }
    const first = await moveMilestone(planned, { state: 'under_way' }, told)
    const again = await moveMilestone(planned, { state: 'under_way' }, told)
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await again.json()).toEqual(await first.json())
  })
})

describe('a measure', () => {
  it('stands at what was read last, planned against actual', async () => {
    const planned = await plantExecuting()
    const { dream, measure } = planned
    expect((await read(planned, { actual: 300, text: '两批' })).status).toBe(201)
    const answer = await read(planned, { actual: 280 })
    expect(await answer.json()).toMatchObject({
      ...{ item: `measure:${measure}`, organisation: null },
      change: { kind: 'measure', before: 300, actual: 280, planned: 1_000 },
    })
    expect(await rows('SELECT actual, read_at > 0 AS was_read FROM measures WHERE id = ?', measure)).toEqual([
      { actual: 280, was_read: 1 },
    ])
    expect((await newsOf(dream)).at(-1)).toMatchObject({
      kind: 'measure',
      data: { measure, name: '急救员', unit: '人', planned: 1_000, actual: 280 },
    })
    expect((await changesOf(dream)).at(-1)).toMatchObject({ actor: OPERATOR, action: 'measure.read' })
  })

  it.each([
    ['below nothing', { actual: -1 }],
    ['half a person', { actual: 0.5 }],
    ['beyond counting', { actual: 1_000_000_000_001 }],
    ['nothing said', {}],
    ['a long text', { actual: 1, text: 'x'.repeat(4_001) }],
    ['21 figures', { actual: 1, figures: Array.from({ length: 21 }, () => ({ name: 'n', value: 1 })) }],
    ['a figure without a name', { actual: 1, figures: [{ name: ' ', value: 1 }] }],
    ['a figure that is text', { actual: 1, figures: [{ name: 'n', value: '1' }] }],
    ['a picture that is none', { actual: 1, pictures: ['x'] }],
  ])('is not read as %s', async (_, body) => {
    await expectProblem(await read(await plantExecuting(), body), 'invalid_request')
  })

  it('takes the largest body however it is written', async () => {
    const long = (n: number) => '\\u82b1'.repeat(n)
    const figure = `{"name":"${long(100)}","value":-1.2345678901234567e-300,"unit":"${long(40)}"}`
    const planned = await plantExecuting()
    const ids = await Promise.all(Array.from({ length: 10 }, () => plantPicture(OPERATOR)))
    const body = `{"actual":1,"text":"${long(4_000)}","figures":[${Array(20).fill(figure)}],"pictures":${JSON.stringify(ids)}}`
    expect((await read(planned, body as never)).status).toBe(201)
    await expectProblem(await read(planned, ' '.repeat(49_153) as never), 'body_too_large')
  })
})

describe('a spending', () => {
  it('adds to its line, and everyone sees what was spent of what was planned', async () => {
    const planned = await plantExecuting()
    const { dream, line, organisation, executor } = planned
    const answer = await spend(planned, 12_345, { as: executor })
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({
      ...{ item: `budget:${line}`, organisation, text: '教材' },
      change: { kind: 'spending', amountCents: 12_345, spentCents: 12_345, plannedCents: 400_000 },
    })
    const more = await (await spend(planned, 655, { as: executor })).json()
    expect(more).toMatchObject({ change: { amountCents: 655, spentCents: 13_000 } })
    expect(await spentOf(dream)).toEqual([13_000])
    expect((await newsOf(dream)).at(-1)).toMatchObject({
      kind: 'spending',
      data: { line, name: '教材', amountCents: 655, currency: 'CNY' },
    })
    expect((await changesOf(dream)).at(-1)).toMatchObject({ actor: executor.user, action: 'spending.noted' })
  })

  it('counts once under its key, however often and however many at a time it is sent', async () => {
    const planned = await plantExecuting()
    const key = freshId('key')
    const answers = await Promise.all(Array.from({ length: 8 }, () => spend(planned, 500, { key })))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    const bodies = await Promise.all(answers.map((answer) => answer.text()))
    expect(new Set(bodies).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get('Idempotent-Replayed') === null)).toHaveLength(1)
    expect(await spentOf(planned.dream)).toEqual([500])
    expect(await progressOf(planned.dream)).toHaveLength(1)
    expect((await newsOf(planned.dream)).filter(({ kind }) => kind === 'spending')).toHaveLength(1)
    expect((await changesOf(planned.dream)).filter(({ action }) => action === 'spending.noted')).toHaveLength(
      1,
    )
  })

  it('gets its first answer even when the dream is over', async () => {
    const planned = await plantExecuting()
    const key = freshId('key')
    await spend(planned, 500, { key })
    await sql("UPDATE dreams SET stage = 'completed' WHERE id = ?", planned.dream)
    expect((await spend(planned, 500, { key })).status).toBe(201)
    await expectProblem(await spend(planned, 500), 'state_conflict')
    expect(await spentOf(planned.dream)).toEqual([500])
  })

  it('refuses a key that was used for another, and leaves keys of others alone', async () => {
    const planned = await plantExecuting()
    const other = await plantExecuting()
    const key = freshId('key')
    await spend(planned, 500, { key })
    await expectProblem(await spend(planned, 501, { key }), 'idempotency_key_reused')
    await expectProblem(await spend(planned, 500, { key, text: '别的' }), 'idempotency_key_reused')
    await expectProblem(await spend(other, 500, { key }), 'idempotency_key_reused')
    expect((await spend(planned, 500, { key, as: planned.executor })).status).toBe(201)
    expect(await spentOf(planned.dream)).toEqual([1_000])
    expect(await spentOf(other.dream)).toEqual([0])
  })

  it('never goes beyond the grant over all lines, also at a time', async () => {
    const planned = await plantExecuting()
    const more = { ...planned, ...(await plantPlan(planned.dream, planned.organisation)) }
    // Ten times a fifth of the grant: five fit.
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => spend(n % 2 ? planned : more, 200_000)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(5).fill(201), ...Array(5).fill(409)])
    expect((await spentOf(planned.dream)).reduce((sum, spent) => sum + spent, 0)).toBe(1_000_000)
    const problem = await expectProblem(await spend(planned, 1), 'state_conflict')
    expect(problem.detail).toBe('1000000 was granted and 1000000 is spent.')
    expect(await progressOf(planned.dream)).toHaveLength(5)
  })

  it('is taken back down to nothing', async () => {
    const planned = await plantExecuting()
    await spend(planned, 300)
    await expectProblem(await spend(planned, -301), 'state_conflict')
    const answers = await Promise.all([1, 2, 3, 4].map(() => spend(planned, -100)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409])
    expect(await spentOf(planned.dream)).toEqual([0])
  })

  it.each([
    ['nothing', { amountCents: 0, text: 'x' }],
    ['half a cent', { amountCents: 0.5, text: 'x' }],
    ['more than there is', { amountCents: 1_000_000_000_001, text: 'x' }],
    ['something unsaid', { amountCents: 1 }],
  ])('is not noted of %s', async (_, body) => {
    const { dream, line } = await plantExecuting()
    const path = `/v1/dreams/${dream}/budget/${line}/spendings`
    await expectProblem(await call('post', path, { body, key: freshId('key') }), 'invalid_request')
  })

  it('needs a key', async () => {
    const { dream, line } = await plantExecuting()
    const path = `/v1/dreams/${dream}/budget/${line}/spendings`
    const body = { amountCents: 1, text: 'x' }
    await expectProblem(await call('post', path, { body }), 'idempotency_key_missing')
    await expectProblem(await call('post', path, { body, key: 'x'.repeat(256) }), 'idempotency_key_invalid')
  })
})

describe('progress', () => {
  it.each(['funded', 'completed', 'stopped'])('is not noted of a dream that is %s', async (state) => {
    const planned = await plantExecuting()
    await sql('UPDATE dreams SET stage = ?2 WHERE id = ?1', planned.dream, state === 'funded' ? null : state)
    await expectProblem(await moveMilestone(planned, { state: 'under_way' }), 'state_conflict')
    await expectProblem(await read(planned, { actual: 1 }), 'state_conflict')
    await expectProblem(await spend(planned, 1), 'state_conflict')
    expect(await progressOf(planned.dream)).toEqual([])
  })

  it('is noted by those whose plan it is and operators, nobody else', async () => {
    const planned = await plantExecuting()
    const stranger = { user: freshId('stranger') }
    const elsewhere = (await plantExecuting()).executor
    const beside = await plantCoCreator(planned.dream)
    for (const note of [
      (as: Caller) => moveMilestone(planned, { state: 'under_way' }, { as }),
      (as: Caller) => read(planned, { actual: 1 }, { as }),
      (as: Caller) => spend(planned, 1, { as }),
    ]) {
      await expectProblem(await note(stranger), 'executor_only')
      await expectProblem(await note(elsewhere), 'executor_only')
      await expectProblem(await note(beside), 'not_yours')
    }
    expect(await progressOf(planned.dream)).toEqual([])
    expect((await read(planned, { actual: 1 }, { as: planned.executor })).status).toBe(201)
  })

  it('is of an item of the dream’s own plan', async () => {
    const planned = await plantExecuting()
    const other = await plantExecuting()
    const mixed = { ...other, dream: planned.dream }
    await expectProblem(await moveMilestone(mixed, { state: 'under_way' }), 'plan_item_not_found')
    await expectProblem(await read(mixed, { actual: 1 }), 'plan_item_not_found')
    await expectProblem(await spend(mixed, 1), 'plan_item_not_found')
    await expectProblem(
      await read({ ...planned, measure: 'x'.repeat(65) }, { actual: 1 }),
      'plan_item_not_found',
    )
    await expectProblem(await read({ ...planned, dream: freshId('dream') }, { actual: 1 }), 'dream_not_found')
  })

  it('shows no pictures of others', async () => {
    const planned = await plantExecuting()
    const pictures = [await plantPicture(OPERATOR), await plantPicture('somebody')]
    await expectProblem(await read(planned, { actual: 1, pictures }), 'picture_not_found')
    expect(await progressOf(planned.dream)).toEqual([])
    expect((await read(planned, { actual: 1, pictures: pictures.slice(0, 1) })).status).toBe(201)
  })

  it('is listed in pages, newest first', async () => {
    const planned = await plantExecuting()
    for (const actual of [1, 2, 3]) await read(planned, { actual })
    const path = `/v1/dreams/${planned.dream}/progress?pageSize=2`
    type Page = { items: { change: { actual: number } }[]; nextCursor: string | null }
    const first = await (await call('get', path)).json<Page>()
    expect(first.items.map(({ change }) => change.actual)).toEqual([3, 2])
    const second = await (await call('get', `${path}&cursor=${first.nextCursor}`)).json<Page>()
    expect(second).toMatchObject({ items: [{ change: { actual: 1 } }], nextCursor: null })
    const empty = await plantGranted()
    expect(await (await call('get', `/v1/dreams/${empty.dream}/progress`)).json()).toEqual({
      ...{ items: [], nextCursor: null },
    })
    await expectProblem(await call('get', `/v1/dreams/${freshId('dream')}/progress`), 'dream_not_found')
    await expectProblem(
      await call('get', `/v1/dreams/${await plantDream()}/progress?cursor=x`),
      'invalid_cursor',
    )
  })

  it('is not changed, deleted or replaced even in the database', async () => {
    const planned = await plantExecuting()
    await spend(planned, 500, { as: operator })
    const before = await progressOf(planned.dream)
    await expect(sql("UPDATE progress SET text = '' WHERE dream = ?", planned.dream)).rejects.toThrow(
      /progress/,
    )
    await expect(sql('DELETE FROM progress WHERE dream = ?', planned.dream)).rejects.toThrow(/progress/)
    const columns = 'dream, organisation, item, change, text, figures, pictures, at'
    for (const [number, id, key] of [
      ['number', "'x'", "'x'"],
      ['NULL', 'id', "'x'"],
      ['NULL', "'x'", 'request_key'],
    ])
      await sql(
        `INSERT OR REPLACE INTO progress (number, id, ${columns}, request_key) SELECT ${number}, ${id}, ${columns}, ${key} FROM progress WHERE dream = ?`,
        planned.dream,
      )
    expect(await progressOf(planned.dream)).toEqual(before)
  })
})

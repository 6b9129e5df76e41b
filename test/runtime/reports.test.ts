import { describe, expect, it } from 'vitest'
import { nextDueAt } from '../../src/reports/deadlines.ts'
import {
  type Caller,
  call,
  changesOf,
  DAY_MS,
  newsOf,
  operator,
  plantCoCreator,
  plantExecuting,
  plantFunded,
  plantGranted,
  rows,
  sql,
} from './execution-calls.ts'
import { expectProblem, freshId, plantDream } from './world.ts'

const aReport = { title: '第一次反馈', body: '已培训三百名急救员。' }

interface Report {
  readonly id: string
  readonly number: number
  readonly dueAt: string
  readonly publishedAt: string
  readonly late: boolean
}

const publish = (
  dream: string,
  {
    as = operator,
    key = freshId('key'),
    ...fields
  }: { as?: Caller; key?: string; [field: string]: unknown } = {},
) => call('post', `/v1/dreams/${dream}/reports`, { as, key, body: { ...aReport, ...fields } })

async function published(dream: string, fields: Parameters<typeof publish>[1] = {}): Promise<Report> {
  const answer = await publish(dream, fields)
  expect(answer.status).toBe(201)
  return answer.json()
}

const correct = (report: string, text: unknown, as = operator) =>
  call('post', `/v1/reports/${report}/corrections`, { as, body: { text } })

const dueOf = async (dream: string) =>
  (
    await rows<{ due: number | null; state: string | null }>(
      'SELECT report_due_at AS due, report_state AS state FROM dreams WHERE id = ?',
      dream,
    )
  )[0]

describe('a report', () => {
  it('is published by those who carry the dream out, and everyone can read it', async () => {
    const { dream, organisation, executor } = await plantExecuting()
    const figures = [{ name: '急救员', value: 300, unit: '人' }]
    const answer = await publish(dream, { as: executor, figures })
    expect(answer.status).toBe(201)
    const report = await answer.json<Report>()
    expect(report).toEqual({
      ...{
        ...aReport,
        id: expect.stringMatching(/^report_/),
        dream,
        number: 1,
        organisation,
        figures,
        pictures: [],
      },
      ...{ final: false, late: false, corrections: [] },
      ...{ dueAt: expect.any(String), publishedAt: expect.any(String) },
    })
    const shown = await (await call('get', `/v1/reports/${report.id}`, { as: null })).json()
    expect(shown).toEqual(report)
    const told = {
      report: report.id,
      number: 1,
      title: aReport.title,
      final: false,
      late: false,
      organisation,
    }
    expect((await newsOf(dream)).at(-1)).toEqual({ kind: 'report', audience: null, data: told })
    expect((await changesOf(dream)).at(-1)).toMatchObject({
      actor: executor.user,
      action: 'report.published',
    })
    expect(JSON.stringify([shown, await newsOf(dream)])).not.toContain(executor.user)
    const events = await rows<{ type: string; data: string }>(
      'SELECT type, data FROM outbox WHERE id = ?',
      `evt_${report.id}`,
    )
    expect(events.map(({ type, data }) => [type, JSON.parse(data)])).toEqual([
      ['report.published', { dream, report: report.id, at: report.publishedAt }],
    ])
  })

  it('answers the due date that stands and sets the next, three months after it was published', async () => {
    const { dream } = await plantExecuting(Date.now() - 10 * DAY_MS)
    const dueAt = Date.now() + 3 * DAY_MS
    await sql("UPDATE dreams SET report_due_at = ?2, report_state = 'reminded' WHERE id = ?1", dream, dueAt)
    const report = await published(dream)
    expect(report).toMatchObject({ dueAt: new Date(dueAt).toISOString(), late: false })
    const next = nextDueAt(Date.parse(report.publishedAt))
    expect(await dueOf(dream)).toEqual({ due: next, state: null })
    expect(await published(dream)).toMatchObject({ number: 2, dueAt: new Date(next).toISOString() })
  })

  it('answers the date three months after the funding where none stands yet, and is late after it', async () => {
    const fundedAt = Date.now() - 100 * DAY_MS
    const { dream } = await plantExecuting(fundedAt)
    await sql("UPDATE dreams SET report_state = 'overdue' WHERE id = ?", dream)
    const dueAt = new Date(nextDueAt(fundedAt)).toISOString()
    expect(await published(dream)).toMatchObject({ dueAt, late: true })
    expect((await dueOf(dream))?.state).toBeNull()
    expect((await newsOf(dream)).at(-1)).toMatchObject({ kind: 'report', data: { late: true } })
  })

  it('is of a dream that is granted, too; not of one that is only funded', async () => {
    expect((await publish((await plantGranted()).dream)).status).toBe(201)
    await expectProblem(await publish((await plantGranted()).dream, { final: true }), 'state_conflict')
    await expectProblem(await publish((await plantFunded()).dream), 'state_conflict')
    await expectProblem(await publish(await plantDream()), 'state_conflict')
    await expectProblem(await publish(freshId('dream')), 'dream_not_found')
  })

  it.each(['completed', 'stopped'])('is not of a dream that is %s', async (stage) => {
    const { dream } = await plantExecuting()
    await sql('UPDATE dreams SET stage = ?2 WHERE id = ?1', dream, stage)
    await expectProblem(await publish(dream), 'state_conflict')
    expect(await rows('SELECT 1 FROM reports WHERE dream = ?', dream)).toEqual([])
  })

  it('is followed by none after the final one, and nothing is due any more', async () => {
    const { dream } = await plantExecuting()
    await published(dream, { final: true })
    expect(await dueOf(dream)).toEqual({ due: null, state: null })
    await expectProblem(await publish(dream), 'state_conflict')
    await expectProblem(await publish(dream, { final: true }), 'state_conflict')
  })

  it('is final once, of three at a time', async () => {
    const { dream } = await plantExecuting()
    const answers = await Promise.all([1, 2, 3].map(() => publish(dream, { final: true })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    expect((await newsOf(dream)).filter(({ kind }) => kind === 'report')).toHaveLength(1)
  })

  it('is published once under its key, however often and however many at a time it is sent', async () => {
    const { dream } = await plantExecuting()
    const key = freshId('key')
    const answers = await Promise.all(Array.from({ length: 6 }, () => publish(dream, { key })))
    const bodies = await Promise.all(answers.map((answer) => answer.text()))
    expect(new Set(bodies).size).toBe(1)
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(201))
    expect(answers.filter(({ headers }) => headers.get('Idempotent-Replayed') === null)).toHaveLength(1)
    expect((await newsOf(dream)).filter(({ kind }) => kind === 'report')).toHaveLength(1)
    await expectProblem(await publish(dream, { key, title: '别的' }), 'idempotency_key_reused')
    await sql("UPDATE dreams SET stage = 'completed' WHERE id = ?", dream)
    expect(await (await publish(dream, { key })).text()).toBe(bodies[0])
  })

  it('is numbered from one on, also of several at a time', async () => {
    const { dream } = await plantExecuting()
    const reports = await Promise.all([1, 2, 3].map(() => published(dream)))
    expect(reports.map(({ number }) => number).sort()).toEqual([1, 2, 3])
    const { id, ...last } = (await published(dream)) as Report
    type Page = { items: Report[]; nextCursor: string }
    const path = `/v1/dreams/${dream}/reports?pageSize=3`
    const page = await (await call('get', path, { as: null })).json<Page>()
    expect(page.items.map(({ number }) => number)).toEqual([4, 3, 2])
    expect(page.items[0]).toMatchObject({ id, publishedAt: last.publishedAt, corrections: 0 })
    const rest = await (await call('get', `${path}&cursor=${page.nextCursor}`)).json<Page>()
    expect(rest).toMatchObject({ items: [{ number: 1 }], nextCursor: null })
  })

  it('is one of two hundred at the most, and the final one', async () => {
    const { dream } = await plantExecuting()
    await sql(
      `INSERT INTO reports SELECT 'r' || value || ?1, ?1, value, NULL, 'x', 'x', '[]', '[]', 0, 1, 0, 1, 'r' || value || ?1, 'x' FROM json_each(?2)`,
      dream,
      JSON.stringify(Array.from({ length: 200 }, (_, n) => n + 1)),
    )
    await expectProblem(await publish(dream), 'limit_reached')
    expect(await published(dream, { final: true })).toMatchObject({ number: 201 })
  })

  it('is published by nobody else', async () => {
    const { dream } = await plantExecuting()
    await expectProblem(await publish(dream, { as: { user: freshId('user') } }), 'executor_only')
    await expectProblem(await publish(dream, { as: (await plantExecuting()).executor }), 'executor_only')
    expect((await publish(dream, { as: await plantCoCreator(dream) })).status).toBe(201)
  })

  it.each([
    ['no title', { title: ' ' }],
    ['a long title', { title: 'x'.repeat(201) }],
    ['no body', { body: ' ' }],
    ['a long body', { body: 'x'.repeat(20_001) }],
    [
      'eleven pictures',
      { pictures: Array.from({ length: 11 }, () => `picture_${crypto.randomUUID().replaceAll('-', '')}`) },
    ],
    ['a date of its own', { publishedAt: '2026-01-01T00:00:00Z' }],
  ])('is not published with %s', async (_, fields) => {
    await expectProblem(await publish((await plantExecuting()).dream, fields), 'invalid_request')
  })

  it('needs a key, and pictures of one’s own', async () => {
    const { dream } = await plantExecuting()
    await expectProblem(
      await call('post', `/v1/dreams/${dream}/reports`, { body: aReport }),
      'idempotency_key_missing',
    )
    const pictures = [`picture_${crypto.randomUUID().replaceAll('-', '')}`]
    await expectProblem(await publish(dream, { pictures }), 'picture_not_found')
  })

  it('takes the longest text however it is written', async () => {
    const { dream } = await plantExecuting()
    const body = `{"title":"${'\\u82b1'.repeat(200)}","body":"${'\\u82b1'.repeat(20_000)}"}`
    const answer = await call('post', `/v1/dreams/${dream}/reports`, { key: freshId('key'), body })
    expect(answer.status).toBe(201)
    const tooLong = ' '.repeat(147_457)
    await expectProblem(
      await call('post', `/v1/dreams/${dream}/reports`, { key: freshId('key'), body: tooLong }),
      'body_too_large',
    )
  })

  it('is not found where there is none', async () => {
    await expectProblem(await call('get', `/v1/reports/${freshId('report')}`), 'report_not_found')
    await expectProblem(await call('get', `/v1/dreams/${freshId('dream')}/reports`), 'dream_not_found')
    const empty = await call('get', `/v1/dreams/${await plantDream()}/reports`)
    expect(await empty.json()).toEqual({ items: [], nextCursor: null })
  })

  it('is not changed, deleted or replaced even in the database', async () => {
    const { dream } = await plantExecuting()
    const { id } = await published(dream, { final: true })
    const before = await rows('SELECT * FROM reports WHERE dream = ?', dream)
    await expect(sql("UPDATE reports SET body = '' WHERE id = ?", id)).rejects.toThrow(/a report/)
    await expect(sql('DELETE FROM reports WHERE id = ?', id)).rejects.toThrow(/a report/)
    const values = "NULL, 'y', 'y', '[]', '[]'"
    for (const row of [
      `'${id}', 'other', 9, ${values}, 0, 1, 0, 1, 'k1', 'x'`,
      `'other', '${dream}', 1, ${values}, 0, 1, 0, 1, 'k2', 'x'`,
      `'other', '${dream}', 9, ${values}, 1, 1, 0, 1, 'k3', 'x'`,
      `'other', 'other', 9, ${values}, 0, 1, 0, 1, (SELECT request_key FROM reports WHERE id = '${id}'), 'x'`,
    ])
      await sql(`INSERT OR REPLACE INTO reports SELECT ${row}`)
    expect(await rows('SELECT * FROM reports WHERE dream = ?', dream)).toEqual(before)
  })
})

describe('a correction', () => {
  it('stands beside the report, dated, and the report stays as it is', async () => {
    const { dream, organisation, executor } = await plantExecuting()
    const report = await published(dream)
    const answer = await correct(report.id, '应为二百九十八名。', executor)
    expect(answer.status).toBe(201)
    const first = { organisation, text: '应为二百九十八名。', at: expect.any(String) }
    expect(await answer.json()).toEqual(first)
    await correct(report.id, '另见附表。')
    const shown = await (await call('get', `/v1/reports/${report.id}`, { as: null })).json()
    expect(shown).toEqual({
      ...report,
      corrections: [first, { ...first, organisation: null, text: '另见附表。' }],
    })
    const page = await (await call('get', `/v1/dreams/${dream}/reports`)).json()
    expect(page).toMatchObject({ items: [{ corrections: 2 }] })
    const told = { report: report.id, number: 1, title: aReport.title }
    expect((await newsOf(dream)).at(-1)).toEqual({ kind: 'correction', audience: null, data: told })
    expect((await changesOf(dream)).at(-1)).toMatchObject({ action: 'report.corrected' })
  })

  it('is made at any time, also of a dream that is over', async () => {
    const { dream } = await plantExecuting()
    const { id } = await published(dream, { final: true })
    await sql("UPDATE dreams SET stage = 'completed' WHERE id = ?", dream)
    expect((await correct(id, 'x')).status).toBe(201)
  })

  it('is made once: the same again gets the one that stands', async () => {
    const { dream } = await plantExecuting()
    const { id } = await published(dream)
    const answers = await Promise.all([1, 2, 3].map(() => correct(id, 'x')))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201])
    expect((await newsOf(dream)).filter(({ kind }) => kind === 'correction')).toHaveLength(1)
  })

  it('is one of fifty at the most, by those who carry the dream out', async () => {
    const { dream } = await plantExecuting()
    const { id } = await published(dream)
    await expectProblem(await correct(id, 'x', { user: freshId('user') }), 'executor_only')
    await expectProblem(await correct(id, ' '), 'invalid_request')
    await expectProblem(await correct(freshId('report'), 'x'), 'report_not_found')
    const texts = JSON.stringify(Array.from({ length: 50 }, (_, n) => `text ${n}`))
    await sql('INSERT INTO report_corrections SELECT NULL, ?1, NULL, value, 0 FROM json_each(?2)', id, texts)
    await expectProblem(await correct(id, 'x'), 'limit_reached')
  })

  it('is not changed, deleted or replaced even in the database', async () => {
    const { dream } = await plantExecuting()
    const { id } = await published(dream)
    await correct(id, 'x')
    await expect(sql("UPDATE report_corrections SET text = '' WHERE report = ?", id)).rejects.toThrow(
      /correction/,
    )
    await expect(sql('DELETE FROM report_corrections WHERE report = ?', id)).rejects.toThrow(/correction/)
    const again =
      "INSERT OR REPLACE INTO report_corrections SELECT id, report, organisation, '', at FROM report_corrections WHERE report = ?"
    await expect(sql(again, id)).rejects.toThrow(/correction/)
  })
})

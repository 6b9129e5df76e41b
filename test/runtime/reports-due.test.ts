import { describe, expect, it } from 'vitest'
import { nextDueAt, REMIND_BEFORE_MS } from '../../src/reports/deadlines.ts'
import { sayWhatIsDue } from '../../src/reports/due.ts'
import { setFirstDue } from '../../src/reports/due-store.ts'
import {
  call,
  changesOf,
  DAY_MS,
  newsOf,
  operator,
  plantCoCreator,
  plantExecuting,
  plantFunded,
  rows,
  sql,
} from './execution-calls.ts'
import { expectProblem, freshId, world } from './world.ts'

const run = (now: number) => sayWhatIsDue(world, now)

const stateOf = async (dream: string) =>
  (
    await rows<{ report_due_at: number; report_state: string | null }>(
      'SELECT report_due_at, report_state FROM dreams WHERE id = ?',
      dream,
    )
  )[0]

const toldOf = async (dream: string) => (await newsOf(dream)).filter(({ kind }) => kind.startsWith('report_'))

const publish = (dream: string, fields: object = {}) =>
  call('post', `/v1/dreams/${dream}/reports`, {
    key: freshId('key'),
    body: { title: 'x', body: 'x', ...fields },
  })

describe('the job of due dates', () => {
  it('reminds the co-creators fourteen days before, and tells everyone after; each once', async () => {
    const fundedAt = Date.now()
    const dueAt = nextDueAt(fundedAt)
    const { dream, organisation } = await plantExecuting(fundedAt)
    const other = freshId('org')
    await plantCoCreator(dream, other)
    await run(dueAt - REMIND_BEFORE_MS - 1)
    expect(await stateOf(dream)).toEqual({ report_due_at: dueAt, report_state: null })
    expect(await toldOf(dream)).toEqual([])

    await Promise.all([run(dueAt - REMIND_BEFORE_MS), run(dueAt - REMIND_BEFORE_MS)])
    await run(dueAt)
    expect(await stateOf(dream)).toEqual({ report_due_at: dueAt, report_state: 'reminded' })
    const data = { dueAt: new Date(dueAt).toISOString() }
    const reminders = [organisation, other]
      .sort()
      .map((each) => ({ kind: 'report_due', audience: `org:${each}`, data }))
    const told = await toldOf(dream)
    expect(told.sort((a, b) => (String(a.audience) < String(b.audience) ? -1 : 1))).toEqual(reminders)

    await Promise.all([run(dueAt + 1), run(dueAt + 1)])
    await run(dueAt + 90 * DAY_MS)
    expect(await stateOf(dream)).toEqual({ report_due_at: dueAt, report_state: 'overdue' })
    expect((await toldOf(dream)).filter(({ kind }) => kind === 'report_overdue')).toEqual([
      { kind: 'report_overdue', audience: null, data },
    ])
    expect((await changesOf(dream)).slice(-2)).toEqual([
      { actor: 'system', action: 'report.reminded', detail: data },
      { actor: 'system', action: 'report.overdue', detail: data },
    ])
  })

  it('says that a date is over at once where it was not run before', async () => {
    const { dream } = await plantExecuting(Date.now() - 200 * DAY_MS)
    await run(Date.now())
    expect((await stateOf(dream))?.report_state).toBe('overdue')
    expect((await toldOf(dream)).map(({ kind }) => kind)).toEqual(['report_overdue'])
  })

  it('tells again of the next due date, after a report', async () => {
    const { dream } = await plantExecuting(Date.now() - 200 * DAY_MS)
    await run(Date.now())
    expect((await publish(dream)).status).toBe(201)
    const next = (await stateOf(dream))?.report_due_at as number
    await run(next)
    await run(next + 1)
    expect((await toldOf(dream)).map(({ kind }) => kind)).toEqual([
      'report_overdue',
      'report_due',
      'report_overdue',
    ])
  })

  it('tells each fact of a due date once, even when its state is lost', async () => {
    const { dream } = await plantExecuting(Date.now() - 200 * DAY_MS)
    await run(Date.now())
    await sql('UPDATE dreams SET report_state = NULL WHERE id = ?', dream)
    await run(Date.now())
    expect((await stateOf(dream))?.report_state).toBe('overdue')
    expect(await toldOf(dream)).toHaveLength(1)
  })

  it('knows the due date of a funded dream that no one has begun with', async () => {
    const fundedAt = Date.now() - 200 * DAY_MS
    const { dream } = await plantFunded(fundedAt)
    await run(Date.now())
    expect(await stateOf(dream)).toEqual({ report_due_at: nextDueAt(fundedAt), report_state: 'overdue' })
  })

  it.each([
    ['completed', "UPDATE dreams SET stage = 'completed' WHERE id = ?"],
    ['stopped', "UPDATE dreams SET stage = 'stopped' WHERE id = ?"],
    ['not funded', 'UPDATE dreams SET stage = NULL, funded_at = NULL WHERE id = ?'],
  ])('says nothing of a dream that is %s', async (_, change) => {
    const { dream } = await plantExecuting(Date.now() - 200 * DAY_MS)
    await sql(change, dream)
    await run(Date.now())
    await sql('UPDATE dreams SET report_due_at = 1 WHERE id = ?', dream)
    await run(Date.now())
    expect(await stateOf(dream)).toEqual({ report_due_at: 1, report_state: null })
    expect(await toldOf(dream)).toEqual([])
  })

  it('says nothing of a dream whose final report is out', async () => {
    const { dream } = await plantExecuting(Date.now() - 200 * DAY_MS)
    expect((await publish(dream, { final: true })).status).toBe(201)
    await run(Date.now())
    expect(await stateOf(dream)).toEqual({ report_due_at: null, report_state: null })
    expect(await toldOf(dream)).toEqual([])
  })

  it('leaves a first due date that stands as it is', async () => {
    const { dream } = await plantExecuting(Date.now())
    const dueAt = Date.now() + 30 * DAY_MS
    await sql('UPDATE dreams SET report_due_at = ? WHERE id = ?', dueAt, dream)
    await run(Date.now())
    expect((await stateOf(dream))?.report_due_at).toBe(dueAt)
  })

  it('goes on in its next run where one run has done its share', async () => {
    const now = Date.now()
    await run(now)
    const ids = JSON.stringify(Array.from({ length: 250 }, () => freshId('many')))
    await sql(
      `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of, funded_at)
       SELECT value, (SELECT max(position) FROM dreams) + key + 1, '', '', '', 1, 0, 1, 'closed', 0, ?2 FROM json_each(?1)`,
      ids,
      now - 200 * DAY_MS,
    )
    const overdue = async () =>
      (
        await rows<{ n: number }>(
          "SELECT count(*) AS n FROM dreams WHERE id LIKE 'many-%' AND report_state = 'overdue'",
        )
      )[0]?.n
    expect(await run(now)).toMatchObject({ first: 200, overdue: 200 })
    expect(await overdue()).toBe(200)
    expect(await run(now)).toMatchObject({ first: 50, overdue: 50 })
    expect(await overdue()).toBe(250)
    expect(await run(now)).toEqual({ first: 0, reminded: 0, overdue: 0, failed: 0 })
    expect(await setFirstDue(world.DB, 10)).toBe(0)
  })
})

describe('the list of what is due', () => {
  it('shows operators what is due and overdue, soonest first, by the dates', async () => {
    await sql("UPDATE dreams SET stage = 'stopped' WHERE funded_at IS NOT NULL")
    const now = Date.now()
    const plant = async (dueAt: number) => {
      const planted = await plantFunded(now - DAY_MS)
      await sql('UPDATE dreams SET report_due_at = ? WHERE id = ?', dueAt, planted.dream)
      return { ...planted, dueAt: new Date(dueAt).toISOString() }
    }
    const soon = await plant(now + 5 * DAY_MS)
    const over = await plant(now - 5 * DAY_MS)
    await plant(now + 15 * DAY_MS)
    const wire = ({ dream, organisation, dueAt }: typeof soon, state: string) => ({
      ...{ dream, title: dream, titleEn: dream, state, dueAt, organisations: [organisation] },
    })
    const all = await call('get', '/v1/reports/due')
    expect(await all.json()).toEqual({ items: [wire(over, 'overdue'), wire(soon, 'due')], nextCursor: null })
    const first = await (await call('get', '/v1/reports/due?pageSize=1')).json<{ nextCursor: string }>()
    expect(first).toMatchObject({ items: [{ dream: over.dream }] })
    const second = await call('get', `/v1/reports/due?pageSize=1&cursor=${first.nextCursor}`)
    expect(await second.json()).toMatchObject({ items: [{ dream: soon.dream }], nextCursor: null })
  })

  it('is for operators', async () => {
    await expectProblem(await call('get', '/v1/reports/due', { as: { user: 'u' } }), 'operator_only')
    await expectProblem(await call('get', '/v1/reports/due', { as: null }), 'token_missing')
    await expectProblem(await call('get', '/v1/reports/due?cursor=x', { as: operator }), 'invalid_cursor')
  })
})

import { describe, expect, it } from 'vitest'
import { findBudgetLine, findMeasure, findMilestone } from '../../src/execution/items-store.ts'
import { moveMilestone, readMeasure, spend, type Telling } from '../../src/execution/progress-store.ts'
import { moveStage } from '../../src/execution/stages-store.ts'
import { type NewReport, publishReport } from '../../src/reports/store.ts'
import { changesOf, newsOf, OPERATOR, plantExecuting, plantGranted, rows, sql } from './execution-calls.ts'
import { freshId, world } from './world.ts'

/** What others change between a decision and its write: the write itself holds to what was decided on. */

const db = world.DB

const telling = (fields: Partial<Telling> = {}): Telling => ({
  ...{ id: freshId('progress'), actor: OPERATOR, organisation: null, text: '', figures: [], pictures: [] },
  ...{ at: Date.now(), request: null, ...fields },
})

/** Everything a refused write may not leave. */
const tracesOf = async (dream: string) => [
  await newsOf(dream),
  await changesOf(dream),
  await rows('SELECT * FROM progress WHERE dream = ?', dream),
  await rows('SELECT * FROM reports WHERE dream = ?', dream),
  await rows('SELECT * FROM dreams WHERE id = ?', dream),
  await rows('SELECT state FROM milestones WHERE dream = ?', dream),
  await rows('SELECT actual FROM measures WHERE dream = ?', dream),
  await rows('SELECT spent_cents FROM budget_lines WHERE dream = ?', dream),
]

describe('a decision that is no longer true', () => {
  it('moves no milestone that moved meanwhile', async () => {
    const { dream, milestone } = await plantExecuting()
    const before = (await findMilestone(db, dream, milestone)) ?? expect.unreachable()
    expect(await moveMilestone(db, before, 'under_way', telling())).not.toBeNull()
    const traces = await tracesOf(dream)
    expect(await moveMilestone(db, before, 'dropped', telling())).toBeNull()
    expect(await tracesOf(dream)).toEqual(traces)
  })

  it('notes nothing of a dream that was stopped meanwhile', async () => {
    const { dream, milestone, measure, line } = await plantExecuting()
    const items = [
      (await findMilestone(db, dream, milestone)) ?? expect.unreachable(),
      (await findMeasure(db, dream, measure)) ?? expect.unreachable(),
      (await findBudgetLine(db, dream, line)) ?? expect.unreachable(),
    ] as const
    await sql("UPDATE dreams SET stage = 'stopped' WHERE id = ?", dream)
    const traces = await tracesOf(dream)
    expect(await moveMilestone(db, items[0], 'under_way', telling())).toBeNull()
    expect(await readMeasure(db, items[1], 5, telling())).toBeNull()
    expect(await spend(db, items[2], 5, 'CNY', telling())).toBeNull()
    expect(await tracesOf(dream)).toEqual(traces)
  })

  it('spends nothing twice under one key', async () => {
    const { dream, line } = await plantExecuting()
    const item = (await findBudgetLine(db, dream, line)) ?? expect.unreachable()
    const request = { key: freshId('key'), fingerprint: 'x' }
    expect(await spend(db, item, 5, 'CNY', telling({ request }))).not.toBeNull()
    const traces = await tracesOf(dream)
    expect(await spend(db, item, 5, 'CNY', telling({ request }))).toBeNull()
    expect(await tracesOf(dream)).toEqual(traces)
  })

  it('moves no dream that moved meanwhile', async () => {
    const { dream } = await plantGranted()
    const move = { dream, by: 'operator', reason: 'x', actor: OPERATOR, at: Date.now() } as const
    expect(await moveStage(db, { ...move, from: 'funded', to: 'stopped' })).toBe(true)
    const traces = await tracesOf(dream)
    expect(await moveStage(db, { ...move, from: 'funded', to: 'executing' })).toBe(false)
    expect(await moveStage(db, { ...move, from: 'executing', to: 'stopped' })).toBe(false)
    expect(await tracesOf(dream)).toEqual(traces)
  })

  it('publishes no report on another due date, in another place, after the final one or of a dream that is over', async () => {
    const { dream } = await plantExecuting()
    const report = (fields: Partial<NewReport> = {}): NewReport => ({
      ...{ id: freshId('report'), dream, number: 1, organisation: null, title: 'x', body: 'x', figures: [] },
      ...{ pictures: [], final: false, dueAt: 1, late: false, dueBefore: null, nextDueAt: 7, at: Date.now() },
      ...{ request: { key: freshId('key'), fingerprint: 'x' }, ...fields },
    })
    const first = report()
    expect(await publishReport(db, first, OPERATOR)).not.toBeNull()
    const holds = async (fields: Partial<NewReport>) => {
      const traces = await tracesOf(dream)
      expect(await publishReport(db, report({ number: 2, dueBefore: 7, ...fields }), OPERATOR)).toBeNull()
      expect(await tracesOf(dream)).toEqual(traces)
    }
    await holds({ dueBefore: null })
    await holds({ dueBefore: 8 })
    await holds({ number: 1 })
    await holds({ number: 3 })
    await holds({ request: first.request })
    const final = report({ number: 2, dueBefore: 7, final: true, nextDueAt: null })
    expect(await publishReport(db, final, OPERATOR)).not.toBeNull()
    await holds({ number: 3, dueBefore: null })
    await sql("UPDATE dreams SET stage = 'completed' WHERE id = ?", dream)
    await holds({ number: 3, dueBefore: null })
  })
})

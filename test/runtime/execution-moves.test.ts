import { describe, expect, it } from 'vitest'
import { LIFE_STATES, type LifeState } from '../../src/life/states.ts'
import {
  type Caller,
  call,
  changesOf,
  newsOf,
  OPERATOR,
  operator,
  plantCoCreator,
  plantExecuting,
  plantFunded,
  plantGranted,
  rows,
  sql,
} from './execution-calls.ts'
import { expectProblem, freshId, plantDream } from './world.ts'

const move = (dream: string, to: string, as: Caller | null = operator, reason?: string) =>
  call('post', `/v1/dreams/${dream}/moves`, { as, body: { to, ...(reason === undefined ? {} : { reason }) } })

/** How a dream of each published state stands in the catalogue. */
const CATALOGUE: Partial<Record<LifeState, string>> = {
  published: 'flowers = 0',
  collecting: 'flowers = 1',
  reached: 'flowers = quota, reached_at = 1, settles_at = 9999999999999',
  expired: "state = 'closed', expired_at = 2",
  settling: "state = 'closed', flowers = quota, reached_at = 1, settles_at = 9999999999999",
  funded: 'flowers = quota, funded_at = 1',
  executing: "flowers = quota, funded_at = 1, stage = 'executing'",
  completed: "flowers = quota, funded_at = 1, stage = 'completed'",
  stopped: "flowers = quota, funded_at = 1, stage = 'stopped'",
}

/** Adds a dream or proposal in a state, with a co-creator, a grant and a final report, so that only the state can forbid. */
async function plantIn(state: LifeState): Promise<{ dream: string; executor: Caller }> {
  const opensAt = Date.now() + (state === 'published' ? 600_000 : -1_000)
  const dream = CATALOGUE[state] ? await plantDream({ opensAt }) : freshId('dream')
  const organisation = freshId('org')
  const executor = await plantCoCreator(dream, organisation)
  await sql("INSERT INTO grants VALUES (?, ?, 1, 'CNY', 'x', 1)", dream, organisation)
  await sql(
    "INSERT INTO reports VALUES (?1, ?2, 1, NULL, 'x', 'x', '[]', '[]', 1, 1, 0, 1, ?1, 'x')",
    freshId('report'),
    dream,
  )
  if (CATALOGUE[state]) await sql(`UPDATE dreams SET ${CATALOGUE[state]} WHERE id = ?`, dream)
  else
    await sql(
      "INSERT INTO proposals (id, state, title, what, for_whom, place, how_many, why, pictures, created_at, updated_at) VALUES (?, ?, '', '', '', '', '', '', '[]', 0, 0)",
      dream,
      state,
    )
  return { dream, executor }
}

/** What the table lets people move by hand, written here once more. */
const BY_HAND: Readonly<Record<string, readonly string[]>> = {
  'funded executing': ['executor', 'operator'],
  'funded stopped': ['operator'],
  'executing completed': ['operator'],
  'executing stopped': ['operator'],
}

const stateOf = async (dream: string) =>
  rows(
    'SELECT state, stage, stage_at FROM dreams WHERE id = ?1 UNION ALL SELECT state, NULL, NULL FROM proposals WHERE id = ?1',
    dream,
  )

describe('a move', () => {
  it.each(LIFE_STATES)('from %s passes as the table says, and in no other way', async (from) => {
    const shared = await plantIn(from)
    const before = await stateOf(shared.dream)
    for (const to of LIFE_STATES)
      for (const part of ['user', 'executor', 'operator'] as const) {
        const may = BY_HAND[`${from} ${to}`]
        const passes = may?.includes(part) === true
        const { dream, executor } = passes ? await plantIn(from) : shared
        const callers = {
          user: { user: freshId('user') },
          executor,
          operator: { ...operator, user: freshId('op') },
        }
        const answer = await move(dream, to, callers[part], 'a reason')
        if (passes) {
          expect(answer.status, `${from} ${to} ${part}`).toBe(200)
          expect(await answer.json()).toMatchObject({ dream, from, to })
          expect(await stateOf(dream)).toMatchObject([{ stage: to }])
        } else if (may)
          await expectProblem(answer, may.includes('executor') ? 'executor_only' : 'operator_only')
        else await expectProblem(answer, 'move_not_allowed')
      }
    expect(await stateOf(shared.dream)).toEqual(before)
    expect(await newsOf(shared.dream)).toEqual([])
    expect(await changesOf(shared.dream)).toEqual([])
  })

  it('does not tell a stranger where a proposal stands', async () => {
    const { dream } = await plantIn('in_review')
    const problem = await expectProblem(
      await move(dream, 'executing', { user: 'stranger' }),
      'move_not_allowed',
    )
    expect(problem.detail).toBe('It is not published.')
  })

  it('is of a dream there is, to a state there is, by someone', async () => {
    const { dream } = await plantFunded()
    await expectProblem(await move(freshId('dream'), 'executing'), 'dream_not_found')
    await expectProblem(await move('NO_DREAM', 'executing'), 'dream_not_found')
    await expectProblem(await move(dream, 'finished'), 'invalid_request')
    await expectProblem(await move(dream, 'stopped', operator, 'x'.repeat(1_001)), 'invalid_request')
    await expectProblem(await move(dream, 'stopped', null, 'x'), 'token_missing')
    const gone = freshId('gone')
    await sql('INSERT INTO closed_accounts (user, at) VALUES (?, 0)', gone)
    await expectProblem(await move(dream, 'stopped', { ...operator, user: gone }, 'x'), 'account_deleted')
  })
})

describe('carrying out', () => {
  it('begins by a co-creator once there is a grant, and everyone hears of it', async () => {
    const { dream, executor } = await plantFunded()
    await expectProblem(await move(dream, 'executing', executor), 'state_conflict')
    expect(await changesOf(dream)).toEqual([])
    const granted = await plantGranted()
    const from = Date.now()
    expect((await move(granted.dream, 'executing', granted.executor)).status).toBe(200)
    const [row] = await rows<{ stage: string; stage_at: number }>(
      'SELECT stage, stage_at FROM dreams WHERE id = ?',
      granted.dream,
    )
    expect(row?.stage).toBe('executing')
    expect(row?.stage_at).toBeGreaterThanOrEqual(from)
    const told = { from: 'funded', to: 'executing', by: 'executor' }
    expect((await newsOf(granted.dream)).at(-1)).toEqual({ kind: 'moved', audience: null, data: told })
    expect((await changesOf(granted.dream)).at(-1)).toEqual({
      ...{ actor: granted.executor.user, action: 'dream.moved', detail: told },
    })
  })

  it('begins once, of five who ask at a time', async () => {
    const { dream, executor } = await plantGranted()
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => move(dream, 'executing', executor)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409])
    expect((await newsOf(dream)).filter(({ kind }) => kind === 'moved')).toHaveLength(1)
    expect((await changesOf(dream)).filter(({ action }) => action === 'dream.moved')).toHaveLength(1)
  })

  it('is completed by its final report, after which no report is due', async () => {
    const { dream, executor } = await plantExecuting()
    await expectProblem(await move(dream, 'completed'), 'state_conflict')
    const report = (fields: object) =>
      call('post', `/v1/dreams/${dream}/reports`, {
        ...{ as: executor, key: freshId('key') },
        body: { title: '反馈', body: '已培训。', ...fields },
      })
    expect((await report({})).status).toBe(201)
    await expectProblem(await move(dream, 'completed'), 'state_conflict')
    expect((await report({ final: true })).status).toBe(201)
    expect((await move(dream, 'completed')).status).toBe(200)
    expect(await rows('SELECT stage, report_due_at, report_state FROM dreams WHERE id = ?', dream)).toEqual([
      { stage: 'completed', report_due_at: null, report_state: null },
    ])
    await expectProblem(await move(dream, 'stopped', operator, 'too late'), 'move_not_allowed')
  })

  it('is stopped with a reason, which is public, and then nothing is due', async () => {
    const { dream } = await plantExecuting()
    await sql("UPDATE dreams SET report_due_at = 1, report_state = 'overdue' WHERE id = ?", dream)
    await expectProblem(await move(dream, 'stopped'), 'reason_missing')
    await expectProblem(await move(dream, 'stopped', operator, '  '), 'reason_missing')
    expect((await move(dream, 'stopped', operator, '场地没有了')).status).toBe(200)
    const told = { from: 'executing', to: 'stopped', by: 'operator', reason: '场地没有了' }
    expect((await newsOf(dream)).at(-1)).toEqual({ kind: 'moved', audience: null, data: told })
    expect((await changesOf(dream)).at(-1)).toMatchObject({ actor: OPERATOR, detail: told })
    expect(await rows('SELECT report_due_at, report_state FROM dreams WHERE id = ?', dream)).toEqual([
      { report_due_at: null, report_state: null },
    ])
  })

  it('ends in one way, of two who ask at a time', async () => {
    const { dream } = await plantExecuting()
    await sql(
      "INSERT INTO reports VALUES (?1, ?2, 1, NULL, 'x', 'x', '[]', '[]', 1, 1, 0, 1, ?1, 'x')",
      freshId('report'),
      dream,
    )
    const answers = await Promise.all([move(dream, 'completed'), move(dream, 'stopped', operator, 'x')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect((await newsOf(dream)).filter(({ kind }) => kind === 'moved')).toHaveLength(2)
  })
})

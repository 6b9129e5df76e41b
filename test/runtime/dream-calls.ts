import { expect } from 'vitest'
import { call as callCampaign } from './campaign-calls.ts'
import { aGrant, type Caller, call, operator, plantCoCreator, rows, sql } from './execution-calls.ts'
import { askOn, OPERATOR as SUPERVISOR, call as supervise } from './supervision-calls.ts'
import { invited, record, call as support } from './supporter-calls.ts'
import { freshId } from './world.ts'

/** A dream with everything its page can show, for the tests of pages. */

export interface LivedDream {
  readonly dream: string
  readonly organisation: string
  readonly executor: Caller
  readonly report: string
  readonly concern: string
}

export interface LifeTexts {
  /** Makes every text that somebody can write, from what it is of. */
  readonly say: (what: string) => string
}

const HOUR_MS = 3_600_000

/**
 * Adds a dream that was funded at `fundedAt` (ms), and everything that came after: by calls where a person writes it, by
 * SQL what takes a campaign to come about. Each text is what `say` makes of its name.
 */
export async function plantLived(
  { say }: LifeTexts,
  fundedAt: number = Date.now() - 24 * HOUR_MS,
): Promise<LivedDream> {
  const dream = freshId('dream')
  const organisation = freshId('org')
  const now = Date.now()
  const story = {
    ...{ what: say('what'), forWhom: say('forWhom'), place: say('place') },
    ...{ howMany: say('howMany'), why: say('why'), pictures: ['picture_1', 'picture_2'] },
  }
  await sql(
    `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of, story)
     SELECT ?1, ifnull(max(position), 0) + 1, ?2, ?3, ?4, 1000, ?5, ?6, 'collecting', ?5, ?7 FROM dreams`,
    ...[dream, say('title'), say('titleEn'), say('summary'), now - HOUR_MS, now + HOUR_MS],
    JSON.stringify(story),
  )
  await sql(
    'UPDATE dreams SET flowers = 1200, pledges = 345, reached_at = ?2, funded_at = ?2 WHERE id = ?1',
    ...[dream, fundedAt],
  )
  await sql(
    "INSERT INTO organisations VALUES (?1, ?2, ?3, 'lab', '', '', 'active', 0)",
    ...[organisation, say('organisation'), say('organisationEn')],
  )
  const executor = await plantCoCreator(dream, organisation)
  const base = `/v1/dreams/${dream}`
  const post = async (
    path: string,
    body: object,
    as: Caller = executor,
    key?: string,
  ): Promise<{ id: string }> => {
    const answer = await call('post', path, { as, body, ...(key === undefined ? {} : { key }) })
    expect(answer.ok, await answer.clone().text()).toBe(true)
    return answer.json()
  }
  await post(`${base}/grant`, aGrant(organisation, { terms: say('terms') }), operator)
  await post(`${base}/grant/addenda`, { text: say('addendum'), reason: say('addendum reason') }, operator)
  await post(`${base}/moves`, { to: 'executing' })
  const { milestone, measure, line } = await plantNamedPlan(dream, organisation, say)
  const figures = [{ name: say('figure').slice(0, 100), value: 48, unit: say('unit').slice(0, 40) }]
  await post(`${base}/milestones/${milestone}/moves`, { state: 'under_way', text: say('begun') })
  await post(`${base}/milestones/${milestone}/moves`, { state: 'done', text: say('evidence'), figures })
  await post(`${base}/measures/${measure}/readings`, { actual: 640, text: say('reading') })
  const spent = { amountCents: 123_456, text: say('spending') }
  await post(`${base}/budget/${line}/spendings`, spent, executor, freshId('key'))
  const amendment = { field: 'place', text: say('amended'), reason: say('amendment reason') }
  expect((await callCampaign('post', `${base}/amendments`, { body: amendment })).status).toBe(201)
  const text = { title: say('report'), body: `${say('report body')}\n\n${say('second paragraph')}`, figures }
  const { id: report } = await post(`${base}/reports`, text, executor, freshId('key'))
  await post(`/v1/reports/${report}/corrections`, { text: say('correction') })
  const concern = await plantQuestions(dream, executor.user, say)
  const offered = await invited(freshId('helper'), dream, executor.user)
  const helper = await rows<{ user: string }>('SELECT user FROM supporters WHERE id = ?', offered)
  const hours = await record(helper[0]?.user ?? '', offered, 90)
  const confirmed = await support(executor.user, 'post', `/v1/supporters/${offered}/hours/${hours}/confirm`)
  expect(confirmed.status).toBe(200)
  return { dream, organisation, executor, report, concern }
}

/** A plan whose names are what `say` makes of them: by SQL, since a dream's plan is written before it is funded. */
async function plantNamedPlan(dream: string, organisation: string, say: LifeTexts['say']) {
  const [milestone, measure, line] = [freshId('ms'), freshId('me'), freshId('bl')]
  await sql(
    "INSERT INTO milestones VALUES (?1, ?2, ?3, 1, ?4, '2026-12-01', 'planned', NULL)",
    ...[milestone, dream, organisation, say('milestone')],
  )
  await sql(
    'INSERT INTO measures (id, dream, organisation, position, name, unit, planned) VALUES (?1, ?2, ?3, 1, ?4, ?5, 1000)',
    ...[measure, dream, organisation, say('measure'), say('measure unit')],
  )
  await sql(
    'INSERT INTO budget_lines (id, dream, organisation, position, name, planned_cents) VALUES (?1, ?2, ?3, 1, ?4, 400000)',
    ...[line, dream, organisation, say('budget line')],
  )
  return { milestone, measure, line }
}

/** A question that is answered, a concern that is raised and settled, one that waits, one that is hidden. Returns the one that waits. */
async function plantQuestions(dream: string, executor: string, say: LifeTexts['say']): Promise<string> {
  const act = async (as: string, id: string, what: string, body: object): Promise<void> => {
    const answer = await supervise('post', `/v1/questions/${id}/${what}`, { as, body })
    expect(answer.ok, await answer.clone().text()).toBe(true)
  }
  const question = await askOn(dream, { text: say('question') })
  await act(executor, question.id, 'answers', { text: say('answer') })
  const settled = await askOn(dream, { kind: 'concern', text: say('settled concern') })
  await act(freshId('user'), settled.id, 'raise', { reason: say('reason for operators alone') })
  await act(SUPERVISOR, settled.id, 'resolve', { text: say('resolution') })
  const hidden = await askOn(dream, { text: 'advertising' })
  await act(SUPERVISOR, hidden.id, 'hide', { reason: say('hidden reason') })
  return (await askOn(dream, { kind: 'concern', text: say('concern') })).id
}

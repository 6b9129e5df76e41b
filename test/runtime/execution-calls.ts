import { expect } from 'vitest'
import { expectDocumented } from './documented.ts'
import { freshId, plantDream, send, tokenFor, world } from './world.ts'

/** How the tests of execution and reports speak to it. Every answer is held to the API's description. */

export const DAY_MS = 24 * 60 * 60 * 1_000

export const OPERATOR = 'operator-of-execution'

export interface Caller {
  readonly user: string
  readonly roles?: readonly string[]
}

export const operator: Caller = { user: OPERATOR, roles: ['operator'] }

interface CallOptions {
  readonly as?: Caller | null
  readonly body?: unknown
  readonly key?: string
}

/** Sends a request, as an operator unless told otherwise. */
export async function call(
  method: 'get' | 'post',
  path: string,
  { as = operator, body, key }: CallOptions = {},
): Promise<Response> {
  const answer = await send(path, {
    method: method.toUpperCase(),
    headers: {
      ...(as ? { Authorization: `Bearer ${await tokenFor(as.user, as.roles)}` } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  await expectDocumented(`${method} ${templateOf(path)}`, answer)
  return answer
}

/** The path as the API's description has it. */
const templateOf = (path: string): string =>
  path
    .replace(/\?.*/, '')
    .replace(/^\/v1\/dreams\/[^/]+/, '/v1/dreams/{dream}')
    .replace(/^\/v1\/reports\/(?!due$)[^/]+/, '/v1/reports/{report}')
    .replace(/\/milestones\/[^/]+/, '/milestones/{milestone}')
    .replace(/\/measures\/[^/]+/, '/measures/{measure}')
    .replace(/\/budget\/[^/]+/, '/budget/{line}')

/** Runs SQL as somebody with a console would. */
export function sql(text: string, ...values: unknown[]): Promise<D1Result> {
  return world.DB.prepare(text)
    .bind(...values)
    .run()
}

/** The rows of a query. */
export async function rows<Row = Record<string, unknown>>(
  text: string,
  ...values: unknown[]
): Promise<Row[]> {
  return (await sql(text, ...values)).results as Row[]
}

/** Adds an organisation with one member, which took a dream on; returns the member. */
export async function plantCoCreator(dream: string, organisation = freshId('org')): Promise<Caller> {
  const user = freshId('member')
  await sql(
    "INSERT INTO organisations VALUES (?1, ?1, ?1, 'lab', '', '', 'active', 0) ON CONFLICT DO NOTHING",
    organisation,
  )
  await sql("INSERT INTO organisation_members VALUES (?1, ?2, 'member', 0)", organisation, user)
  await sql(
    "INSERT INTO offers (id, dream, organisation, state, message, offered_at, decided_at) VALUES (?1, ?2, ?3, 'taken', '', 0, 1) ON CONFLICT DO NOTHING",
    freshId('offer'),
    dream,
    organisation,
  )
  return { user }
}

export interface PlantedDream {
  readonly dream: string
  readonly organisation: string
  readonly executor: Caller
}

/** Adds a dream that was funded at `fundedAt` (ms) and taken on by an organisation. */
export async function plantFunded(fundedAt = Date.now() - DAY_MS): Promise<PlantedDream> {
  const dream = await plantDream()
  const organisation = freshId('org')
  await sql(
    'UPDATE dreams SET flowers = quota, reached_at = ?2, funded_at = ?2 WHERE id = ?1',
    dream,
    fundedAt,
  )
  return { dream, organisation, executor: await plantCoCreator(dream, organisation) }
}

export const aGrant = (organisation: string, fields: object = {}) => ({
  ...{ amountCents: 1_000_000, currency: 'CNY', terms: '一年之内用于培训。', organisation },
  ...fields,
})

/** Adds a dream that was funded and granted 10,000 yuan. */
export async function plantGranted(fundedAt?: number): Promise<PlantedDream> {
  const planted = await plantFunded(fundedAt)
  const answer = await call('post', `/v1/dreams/${planted.dream}/grant`, {
    body: aGrant(planted.organisation),
  })
  expect(answer.status).toBe(201)
  return planted
}

export interface PlannedDream extends PlantedDream {
  readonly milestone: string
  readonly measure: string
  readonly line: string
}

/** Adds a dream that is being carried out, with one item of each kind in its plan. */
export async function plantExecuting(fundedAt?: number): Promise<PlannedDream> {
  const planted = await plantGranted(fundedAt)
  const { dream, organisation, executor } = planted
  const moved = await call('post', `/v1/dreams/${dream}/moves`, { as: executor, body: { to: 'executing' } })
  expect(moved.status).toBe(200)
  return { ...planted, ...(await plantPlan(dream, organisation)) }
}

/** Adds one item of each kind to the plan of an organisation. */
export async function plantPlan(dream: string, organisation: string) {
  const [milestone, measure, line] = [freshId('ms'), freshId('me'), freshId('bl')]
  await sql(
    "INSERT INTO milestones VALUES (?1, ?2, ?3, 1, '培训第一批', '2026-12-01', 'planned', NULL)",
    ...[milestone, dream, organisation],
  )
  await sql(
    "INSERT INTO measures (id, dream, organisation, position, name, unit, planned) VALUES (?1, ?2, ?3, 1, '急救员', '人', 1000)",
    ...[measure, dream, organisation],
  )
  await sql(
    "INSERT INTO budget_lines (id, dream, organisation, position, name, planned_cents) VALUES (?1, ?2, ?3, 1, '教材', 400000)",
    ...[line, dream, organisation],
  )
  return { milestone, measure, line }
}

/** The kinds and data of a dream's news, oldest first. */
export async function newsOf(
  dream: string,
): Promise<{ kind: string; audience: string | null; data: Record<string, unknown> }[]> {
  const found = await rows<{ kind: string; audience: string | null; data: string }>(
    'SELECT kind, audience, data FROM news WHERE dream = ? ORDER BY id',
    dream,
  )
  return found.map(({ data, ...rest }) => ({ ...rest, data: JSON.parse(data) }))
}

/** What the audit log says of a dream, oldest first. */
export async function changesOf(
  dream: string,
): Promise<{ actor: string; action: string; detail: Record<string, unknown> }[]> {
  const found = await rows<{ actor: string; action: string; detail: string }>(
    'SELECT actor, action, detail FROM audit_log WHERE subject = ? ORDER BY id',
    `dream:${dream}`,
  )
  return found.map(({ detail, ...rest }) => ({ ...rest, detail: JSON.parse(detail) }))
}

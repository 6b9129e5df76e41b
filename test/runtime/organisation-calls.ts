import { expect } from 'vitest'
import { expectDocumented } from './documented.ts'
import { freshId, send, sendWith, tokenFor, world } from './world.ts'

/** How tests plant organisations and have them take dreams on. */

export const OPERATOR = 'operator-of-organisations'

/** A plan as an organisation sends it. */
export interface TestPlan {
  readonly milestones: readonly { readonly title: string; readonly dueOn: string }[]
  readonly measures: readonly { readonly name: string; readonly unit: string; readonly planned: number }[]
  readonly budget: readonly { readonly name: string; readonly plannedCents: number }[]
}

/** What taking a dream on answers, as far as tests of other rooms need it. */
export interface TakenOffer {
  readonly id: string
  readonly dream: string
  readonly organisation: string
  readonly state: 'taken'
  readonly plan: {
    readonly milestones: readonly { readonly id: string; readonly title: string; readonly dueOn: string }[]
    readonly measures: readonly { readonly id: string; readonly name: string; readonly planned: number }[]
    readonly budget: readonly { readonly id: string; readonly name: string; readonly plannedCents: number }[]
  }
}

export const PLAN: TestPlan = {
  milestones: [
    { title: '教材印好', dueOn: '2026-11-01' },
    { title: '一千名急救员', dueOn: '2027-03-01' },
  ],
  measures: [{ name: 'first-aiders trained', unit: 'people', planned: 1_000 }],
  budget: [
    { name: 'print', plannedCents: 200_000 },
    { name: 'travel', plannedCents: 300_000 },
  ],
}

/** Adds an active organisation; the first of its members is its admin. Returns its id. */
export async function plantOrganisation({
  id = freshId('org'),
  members = [],
}: {
  id?: string
  members?: readonly string[]
} = {}): Promise<string> {
  const { DB } = world
  await DB.batch([
    DB.prepare(
      "INSERT INTO organisations (id, name, name_en, kind, about, contact, state, created_at) VALUES (?1, ?2, ?3, 'charity', '', ?4, 'active', ?5)",
    ).bind(id, `机构 ${id}`, `Organisation ${id}`, `desk@${id}.test`, Date.now()),
    ...members.map((user, n) =>
      DB.prepare(
        'INSERT INTO organisation_members (organisation, user, role, at) VALUES (?1, ?2, ?3, ?4)',
      ).bind(id, user, n === 0 ? 'admin' : 'member', Date.now() + n),
    ),
  ])
  return id
}

/** Sends a request as a user, who is an operator where `roles` say so. */
async function callAs(
  user: string,
  method: 'get' | 'post' | 'put' | 'patch' | 'delete',
  path: string,
  { body, roles }: { body?: unknown; roles?: readonly string[] } = {},
): Promise<Response> {
  return send(path, {
    method: method.toUpperCase(),
    headers: {
      Authorization: `Bearer ${await tokenFor(user, roles)}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

/** Offers a dream to an organisation, over HTTP. Returns the offer's id. */
export async function offer(dream: string, organisation: string): Promise<string> {
  const body = { organisation, message: 'Will you?' }
  const answer = await callAs(OPERATOR, 'post', `/v1/dreams/${dream}/offers`, { body, roles: ['operator'] })
  expect(answer.status).toBe(201)
  return (await answer.json<{ id: string }>()).id
}

/** Has an organisation take a dream on by one of its members, over HTTP: it is offered, then taken. */
export async function takeOn(
  dream: string,
  organisation: string,
  member: string,
  plan: TestPlan = PLAN,
): Promise<TakenOffer> {
  const id = await offer(dream, organisation)
  const answer = await callAs(member, 'post', `/v1/offers/${id}/take`, { body: { plan } })
  expect(answer.status).toBe(200)
  return answer.json()
}

const ROUTES: readonly (readonly [RegExp, string])[] = [
  [/\?.*/, ''],
  [/^\/v1\/organisations\/[^/]+/, '/v1/organisations/{organisation}'],
  [/\/members\/[^/]+/, '/members/{user}'],
  [/^\/v1\/dreams\/[^/]+/, '/v1/dreams/{dream}'],
  [/^\/v1\/offers\/[^/]+/, '/v1/offers/{offer}'],
]

/** As `callAs`, with the answer held to the API's description; as an operator where `as` is none other. */
export async function ask(
  method: 'get' | 'post' | 'put' | 'patch' | 'delete',
  path: string,
  { as = OPERATOR, body }: { as?: string; body?: unknown } = {},
): Promise<Response> {
  const roles = as === OPERATOR ? { roles: ['operator'] } : {}
  const answer = await callAs(as, method, path, { ...roles, ...(body === undefined ? {} : { body }) })
  await holdToDocument(method, path, answer)
  return answer
}

async function holdToDocument(method: string, path: string, answer: Response): Promise<void> {
  const route = ROUTES.reduce((text, [part, name]) => text.replace(part, name), path)
  if (answer.status !== 204) await expectDocumented(`${method} ${route}`, answer)
}

/** As `ask`, through a database in which `meanwhile` happens once, between what was decided and its writing. */
export async function askAmid(
  meanwhile: () => Promise<unknown>,
  method: 'post' | 'put' | 'patch' | 'delete',
  path: string,
  { as = OPERATOR, body }: { as?: string; body?: unknown } = {},
): Promise<Response> {
  const todo = [meanwhile]
  const DB = {
    prepare: (text: string) => world.DB.prepare(text),
    async batch(statements: D1PreparedStatement[]) {
      await todo.pop()?.()
      return world.DB.batch(statements)
    },
  }
  const answer = await sendWith({ DB }, path, {
    method: method.toUpperCase(),
    headers: {
      Authorization: `Bearer ${await tokenFor(as, as === OPERATOR ? ['operator'] : [])}`,
      'Content-Type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  expect(todo).toEqual([])
  await holdToDocument(method, path, answer)
  return answer
}

/** Runs SQL as somebody with a console would. */
export async function sql<Row>(text: string, ...values: unknown[]): Promise<Row[]> {
  const { results } = await world.DB.prepare(text)
    .bind(...values)
    .all<Row>()
  return results
}

/** Adds a proposal in a state, accepted unless told otherwise, with its proposers. Returns its id. */
export async function plantProposal({
  id = freshId('wish'),
  state = 'accepted',
  proposers = [],
}: {
  id?: string
  state?: string
  proposers?: readonly string[]
} = {}): Promise<string> {
  await sql(
    `INSERT INTO proposals (id, state, title, what, for_whom, place, how_many, why, pictures, created_at, updated_at)
     VALUES (?1, ?2, ?1, 'First aid taught', 'everyone', 'Chengdu', '1,000', 'it saves lives', '[]', ?3, ?3)`,
    ...[id, state, Date.now()],
  )
  for (const user of proposers)
    await sql('INSERT INTO proposers (dream, user, via, at) VALUES (?1, ?2, ?1, 0)', id, user)
  return id
}

/** What the audit log says of a subject, oldest first. */
export function changesOf(subject: string): Promise<{ actor: string; action: string; detail: string }[]> {
  return sql('SELECT actor, action, detail FROM audit_log WHERE subject = ? ORDER BY id', subject)
}

/** The news of a dream, oldest first. */
export async function newsOf(
  dream: string,
): Promise<{ kind: string; audience: string | null; data: Record<string, unknown> }[]> {
  const rows = await sql<{ kind: string; audience: string | null; data: string }>(
    'SELECT kind, audience, data FROM news WHERE dream = ? ORDER BY id',
    dream,
  )
  return rows.map(({ kind, audience, data }) => ({ kind, audience, data: JSON.parse(data) }))
}

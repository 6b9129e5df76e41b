import { expect } from 'vitest'
import { expectDocumented } from './documented.ts'
import { plantOrganisation } from './organisation-calls.ts'
import { freshId, plantDream, send, tokenFor, world } from './world.ts'

/** How tests offer support, answer it and read what is kept of people. Every answer is held to the API's description. */

export const OPERATOR = 'operator-of-supporters'

/** An offer, as the answers have it. */
export interface TestSupporter {
  readonly id: string
  readonly dream: string
  readonly kind: string
  readonly text: string
  readonly state: string
  readonly answer: string | null
  readonly minutes: { readonly recorded: number; readonly confirmed: number; readonly refused: number }
  readonly name?: string | null
  readonly contact?: string | null
}

/** The route a path is of, in the document's words. */
function routeOf(path: string): string {
  return path
    .replace(/\?.*/, '')
    .replace(/^\/v1\/dreams\/[^/]+/, '/v1/dreams/{dream}')
    .replace(/^\/v1\/supporters\/[^/]+/, '/v1/supporters/{supporter}')
    .replace(/\/hours\/[^/]+/, '/hours/{hours}')
    .replace(/^\/v1\/me\/links\/[^/]+/, '/v1/me/links/{line}')
    .replace(/^\/v1\/me\/lines\/[^/]+/, '/v1/me/lines/{line}')
}

/** What a request of a user is made of; without a user it carries no token. */
export async function requestOf(user: string | null, method: string, body?: unknown): Promise<RequestInit> {
  const roles = user === OPERATOR ? ['operator'] : undefined
  return {
    method: method.toUpperCase(),
    headers: {
      ...(user === null ? {} : { Authorization: `Bearer ${await tokenFor(user, roles)}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }
}

/** Sends a request as a user, as nobody, or as an operator. */
export async function call(
  user: string | null,
  method: 'get' | 'post' | 'put' | 'patch' | 'delete',
  path: string,
  body?: unknown,
): Promise<Response> {
  const answer = await send(path, await requestOf(user, method, body))
  if (answer.status !== 204) await expectDocumented(`${method} ${routeOf(path)}`, answer)
  return answer
}

/** A published dream that an organisation carries out, and a member of it. */
export async function plantCarriedDream(): Promise<{ dream: string; organisation: string; member: string }> {
  const [dream, member] = [await plantDream(), freshId('member')]
  const organisation = await plantOrganisation({ members: [member] })
  await run(
    `INSERT INTO offers (id, dream, organisation, state, message, offered_at, decided_at) VALUES (?, ?, ?, 'taken', '', 0, 1)`,
    freshId('offer'),
    dream,
    organisation,
  )
  return { dream, organisation, member }
}

/** Offers support over HTTP. */
export async function offer(user: string, dream: string, kind = 'volunteer'): Promise<TestSupporter> {
  const answer = await call(user, 'post', `/v1/dreams/${dream}/supporters`, { kind, text: '我会包扎' })
  expect(answer.status).toBe(201)
  return answer.json()
}

/** Offers support, and has it invited. Returns the offer's id. */
export async function invited(user: string, dream: string, member: string, kind?: string): Promise<string> {
  const { id } = await offer(user, dream, kind)
  const answer = await call(member, 'post', `/v1/supporters/${id}/invite`, { text: '周六来' })
  expect(answer.status).toBe(200)
  return id
}

/** Today, in UTC. */
export const today = (): string => new Date().toISOString().slice(0, 10)

/** Records time over HTTP. Returns its id. */
export async function record(user: string, supporter: string, minutes: number): Promise<string> {
  const body = { day: today(), minutes, what: '教包扎' }
  const answer = await call(user, 'post', `/v1/supporters/${supporter}/hours`, body)
  expect(answer.status).toBe(201)
  return (await answer.json<{ id: string }>()).id
}

/** Runs SQL as somebody with a console would. */
export async function run<Row = Record<string, unknown>>(text: string, ...values: unknown[]): Promise<Row[]> {
  const { results } = await world.DB.prepare(text)
    .bind(...values)
    .all<Row>()
  return results
}

/** The actions the audit log has of a subject, oldest first, as `actor action`. */
export async function actionsOf(subject: string): Promise<string[]> {
  const rows = await run<{ actor: string; action: string }>(
    'SELECT actor, action FROM audit_log WHERE subject = ? ORDER BY id',
    subject,
  )
  return rows.map(({ actor, action }) => `${actor} ${action}`)
}

/** What an audience was told of supporters, oldest first. */
export async function newsOf(audience: string): Promise<{ dream: string; data: Record<string, unknown> }[]> {
  const rows = await run<{ dream: string; data: string }>(
    `SELECT dream, data FROM news WHERE audience = ? AND kind = 'supporter' ORDER BY id`,
    audience,
  )
  return rows.map(({ dream, data }) => ({ dream, data: JSON.parse(data) }))
}

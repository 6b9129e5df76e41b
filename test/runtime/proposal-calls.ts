import { expect } from 'vitest'
import { send, sendWith, tokenFor, world } from './world.ts'

/** How tests propose dreams over HTTP. */

/** What a proposal says that can be sent as it is. */
export const PROPOSAL = {
  title: '山村急救课',
  what: '给山村学校的老师上急救课，每校一只急救箱。',
  forWhom: '山村学校的老师和孩子',
  place: '云南怒江',
  howMany: '40 所学校',
  why: '最近的医院在三小时以外。',
} as const

/** A proposal, as its proposers read it. */
export interface TestProposal {
  readonly id: string
  readonly state: string
  readonly title: string
  readonly what: string
  readonly forWhom: string
  readonly place: string
  readonly howMany: string
  readonly why: string
  readonly pictures: readonly string[]
  readonly reason: string | null
  readonly mergedInto: string | null
  readonly createdAt: string
  readonly updatedAt: string
  readonly proposedAt: string | null
}

/** Sends a request as a user. */
export async function ask(
  user: string,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  roles?: readonly string[],
): Promise<Response> {
  return send(path, {
    method,
    headers: {
      Authorization: `Bearer ${await tokenFor(user, roles)}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
}

/** Sends a request as a user to a worker in which `meanwhile` happens each time after it decided and before it writes. */
export async function askAmid(
  user: string,
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body: unknown,
  meanwhile: () => Promise<unknown>,
): Promise<Response> {
  const DB = {
    prepare: (text: string) => world.DB.prepare(text),
    async batch(statements: D1PreparedStatement[]) {
      await meanwhile()
      return world.DB.batch(statements)
    },
  }
  const headers = { Authorization: `Bearer ${await tokenFor(user)}`, 'Content-Type': 'application/json' }
  return sendWith({ DB }, path, { method, headers, body: JSON.stringify(body) })
}

/** Begins a draft over HTTP. */
export async function draft(user: string, fields: object = {}): Promise<TestProposal> {
  const answer = await ask(user, 'POST', '/v1/proposals', { ...PROPOSAL, ...fields })
  expect(answer.status).toBe(201)
  return answer.json()
}

/** Creates a proposal and sends it, over HTTP. Returns its id. A user may send five a day. */
export async function propose(user: string, fields: object = {}): Promise<string> {
  const { id } = await draft(user, fields)
  const answer = await ask(user, 'POST', `/v1/proposals/${id}/moves`, { to: 'proposed' })
  expect(answer.status).toBe(200)
  return id
}

/** A PNG of one pixel. */
export const PNG = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
  (character) => character.charCodeAt(0),
)

/** Uploads a picture over HTTP. Returns its id. A user may upload twenty a day. */
export async function uploadPicture(user: string): Promise<string> {
  const headers = { Authorization: `Bearer ${await tokenFor(user)}`, 'Content-Type': 'image/png' }
  const answer = await send('/v1/pictures', { method: 'POST', headers, body: PNG })
  expect(answer.status).toBe(201)
  return (await answer.json<{ id: string }>()).id
}

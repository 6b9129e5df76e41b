import { expect } from 'vitest'
import { expectDocumented } from './documented.ts'
import { freshId, send, tokenFor, world } from './world.ts'

/** How the tests of the registry speak to it. Every answer is held to the API's description. */

export const OPERATOR = 'operator-of-registry'

/** Sends a request, as an operator unless told otherwise. */
export async function call(
  method: 'get' | 'post' | 'patch' | 'delete',
  path: string,
  { body, as = ['operator'] }: { body?: unknown; as?: readonly string[] } = {},
): Promise<Response> {
  const answer = await send(path, {
    method: method.toUpperCase(),
    headers: {
      Authorization: `Bearer ${await tokenFor(OPERATOR, as)}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const route = path
    .replace(/\?.*/, '')
    .replace(/^\/v1\/lines\/[^/]+/, '/v1/lines/{line}')
    .replace(/\/secrets\/[^/]+/, '/secrets/{secret}')
    .replace(/\/rules\/[^/]+\/[^/]+\//, '/rules/{kind}/{version}/')
  if (answer.status !== 204) await expectDocumented(`${method} ${route}`, answer)
  expect(answer.headers.get('Cache-Control')).toBe('no-store')
  return answer
}

/** What a new line is registered with. */
export const newLine = (id: string, fields: object = {}) => ({
  ...{ id, name: '测试线', nameEn: 'A test line', contact: 'ops@line.test', kinds: ['walk', 'ride'] },
  ...fields,
})

/** Registers a line and returns its id with its first secret. */
export async function register(
  fields: object = {},
): Promise<{ id: string; secret: { id: string; secret: string } }> {
  const id = freshId('line')
  const answer = await call('post', '/v1/lines', { body: newLine(id, fields) })
  expect(answer.status).toBe(201)
  return answer.json()
}

/** What the audit log says of a line, oldest first. */
export async function changesOf(
  line: string,
): Promise<{ actor: string; action: string; detail: Record<string, unknown> }[]> {
  const answer = await call('get', `/v1/audit/log?subject=line:${line}&pageSize=100`)
  const { items } = await answer.json<{ items: { actor: string; action: string; detail: object }[] }>()
  return items.reverse() as never
}

/** The names of what the audit log says of a line, oldest first. */
export async function actionsOf(line: string): Promise<string[]> {
  return (await changesOf(line)).map(({ action }) => action)
}

/** Runs SQL as somebody with a console would. */
export function sql(text: string, ...values: unknown[]): Promise<D1Result> {
  return world.DB.prepare(text)
    .bind(...values)
    .run()
}

import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { expect } from 'vitest'
import { type LifeMove, type News, noteMoveWhen, noteNewsWhen } from '../../src/life/news.ts'
import { expectDocumented } from './documented.ts'
import { freshId, plantDream, send, tokenFor, world } from './world.ts'

/** How the tests of supervision speak to it. Every JSON answer is held to the API's description. */

export const OPERATOR = 'operator-of-supervision'

const PARTS: readonly (readonly [RegExp, string])[] = [
  [/\?.*/, ''],
  [/^\/v1\/dreams\/[^/]+/, '/v1/dreams/{dream}'],
  [/^\/v1\/campaigns\/[^/]+/, '/v1/campaigns/{campaign}'],
  [/^\/v1\/questions\/(?!raised$)[^/]+/, '/v1/questions/{question}'],
  [/^\/v1\/me\/follows\/[^/]+/, '/v1/me/follows/{dream}'],
]

/** Sends a request as a user, as an operator, or as nobody. */
export async function call(
  method: 'get' | 'post' | 'put' | 'delete',
  path: string,
  { as, body }: { as?: string; body?: unknown } = {},
): Promise<Response> {
  const token = as && (await tokenFor(as, as === OPERATOR ? ['operator'] : []))
  const answer = await send(path, {
    method: method.toUpperCase(),
    headers: {
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const route = PARTS.reduce((text, [pattern, part]) => text.replace(pattern, part), path)
  if (answer.headers.get('Content-Type')?.includes('json'))
    await expectDocumented(`${method} ${route}`, answer)
  if (token) expect(answer.headers.get('Cache-Control')).toBe('no-store')
  return answer
}

export interface Item {
  readonly id: string
  readonly dream: string
  readonly kind: string
  readonly title: string
  readonly to?: string
  readonly refunded?: number
  readonly data: Readonly<Record<string, unknown>>
}

/** All items of a list, page by page. */
export async function walk<T = Item>(path: string, as?: string, pageSize = 20): Promise<T[]> {
  const items: T[] = []
  for (let cursor = ''; ; ) {
    const answer = await call('get', `${path}?pageSize=${pageSize}${cursor}`, as ? { as } : {})
    expect(answer.status).toBe(200)
    const page = await answer.json<{ items: T[]; nextCursor: string | null }>()
    items.push(...page.items)
    if (page.nextCursor === null) return items
    cursor = `&cursor=${page.nextCursor}`
  }
}

/** Notes news as the other rooms do. */
export async function tell(news: Partial<News> & Pick<News, 'dream'>): Promise<void> {
  const whole: News = { kind: 'milestone', audience: null, data: {}, at: Date.now(), ...news }
  await noteNewsWhen(drizzle(world.DB), whole, sql`1`)
}

/** Notes a move as the other rooms do. */
export async function noteMove(
  move: Partial<LifeMove> & Pick<LifeMove, 'dream' | 'from' | 'to'>,
): Promise<void> {
  const whole: LifeMove = { actor: 'someone', by: 'operator', at: Date.now(), ...move }
  await drizzle(world.DB).batch(noteMoveWhen(drizzle(world.DB), whole, sql`1`))
}

/** Runs SQL as somebody with a console would. */
export function run(text: string, ...values: unknown[]): Promise<D1Result> {
  return world.DB.prepare(text)
    .bind(...values)
    .run()
}

/** Makes a user a proposer of a dream or proposal. */
export async function propose(user: string, dream: string, via: string = dream): Promise<void> {
  await run('INSERT INTO proposers (dream, user, via, at) VALUES (?, ?, ?, ?)', dream, user, via, Date.now())
}

/** A collecting dream with a title of its own, of a campaign if told one: neither changes once it is published. */
export async function plantTitled(title: string, campaign: string | null = null): Promise<string> {
  const id = freshId('dream')
  await run(
    `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of, campaign)
     SELECT ?1, ifnull(max(position), 0) + 1, ?2, ?2, '', 1000, ?3 - 1000, ?3 + 3600000, 'collecting', ?3, ?4 FROM dreams`,
    ...[id, title, Date.now(), campaign],
  )
  return id
}

/** A proposal that is not published. */
export async function plantProposal(user: string, state = 'in_review'): Promise<string> {
  const id = freshId('wish')
  await run(
    `INSERT INTO proposals (id, state, title, what, for_whom, place, how_many, why, pictures, created_at, updated_at)
     VALUES (?1, ?2, ?1, '', '', '', '', '', '[]', 0, 0)`,
    id,
    state,
  )
  await propose(user, id)
  return id
}

/** An organisation with one member, which took the dream on. */
export async function plantExecutor(dream: string): Promise<{ organisation: string; member: string }> {
  const [organisation, member] = [freshId('org'), freshId('member')]
  await run(
    `INSERT INTO organisations (id, name, name_en, kind, about, contact, state, created_at) VALUES (?1, '急救中心', 'First Aid', 'charity', '', '', 'active', 0)`,
    organisation,
  )
  await run(`INSERT INTO organisation_members VALUES (?1, ?2, 'member', 0)`, organisation, member)
  await run(
    `INSERT INTO offers (id, dream, organisation, state, message, offered_at, decided_at) VALUES (?1, ?2, ?3, 'taken', '', 0, 0)`,
    freshId('offer'),
    dream,
    organisation,
  )
  return { organisation, member }
}

/** Asks a question or puts a concern, and holds that it was. */
export async function askOn(
  dream: string,
  {
    as = freshId('asker'),
    kind = 'question',
    text = '物资去哪了？',
  }: { as?: string; kind?: string; text?: string } = {},
): Promise<{ id: string; asker: string }> {
  const answer = await call('post', `/v1/dreams/${dream}/questions`, { as, body: { kind, text } })
  expect(answer.status).toBe(201)
  const { id } = await answer.json<{ id: string }>()
  return { id, asker: as }
}

/** A dream with someone who carries it out. */
export async function plantExecuted() {
  const dream = await plantDream()
  return { dream, ...(await plantExecutor(dream)) }
}

/** What the audit log says of a subject, oldest first. */
export async function changesOf(
  subject: string,
): Promise<{ actor: string; action: string; detail: object }[]> {
  const answer = await call('get', `/v1/audit/log?subject=${subject}&pageSize=100`, { as: OPERATOR })
  const { items } = await answer.json<{ items: { actor: string; action: string; detail: object }[] }>()
  return items.reverse().map(({ actor, action, detail }) => ({ actor, action, detail }))
}

import { expect } from 'vitest'
import { expectDocumented } from './documented.ts'
import { freshId, send, sendWith, tokenFor, world } from './world.ts'

/** How tests speak to the campaigns. Every answer is held to the API's description. */

export const OPERATOR = 'operator-of-campaigns'

/** Sends a request, as an operator unless told otherwise. */
export async function call(
  method: 'get' | 'post' | 'patch',
  path: string,
  {
    body,
    as = ['operator'],
    user = OPERATOR,
  }: { body?: unknown; as?: readonly string[]; user?: string } = {},
): Promise<Response> {
  const answer = await send(path, {
    method: method.toUpperCase(),
    headers: {
      Authorization: `Bearer ${await tokenFor(user, as)}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const route = path
    .replace(/\?.*/, '')
    .replace(/^\/v1\/campaigns\/[^/]+/, '/v1/campaigns/{campaign}')
    .replace(/^\/v1\/dreams\/[^/]+/, '/v1/dreams/{dream}')
  await expectDocumented(`${method} ${route}`, answer)
  if (method !== 'get') expect(answer.headers.get('Cache-Control')).toBe('no-store')
  return answer
}

/**
 * Posts as an operator through a database in which `meanwhile` happens once, before the first batch of `statements` or
 * more: after the decision, before its writing.
 */
export async function postAmid(
  path: string,
  body: object,
  statements: number,
  meanwhile: () => Promise<unknown>,
): Promise<Response> {
  let happened = false
  const DB = {
    prepare: (text: string) => world.DB.prepare(text),
    async batch(batch: D1PreparedStatement[]) {
      if (batch.length >= statements && !happened) {
        happened = true
        await meanwhile()
      }
      return world.DB.batch(batch)
    },
  }
  const headers = {
    Authorization: `Bearer ${await tokenFor(OPERATOR, ['operator'])}`,
    'Content-Type': 'application/json',
  }
  const answer = await sendWith({ DB }, path, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(happened).toBe(true)
  return answer
}

export const rfc3339 = (ms: number): string => new Date(ms).toISOString()

const HOUR_MS = 3_600_000

/** What a new campaign is made with: it opened an hour ago and closes in a day, unless told otherwise. */
export function newCampaign(
  id: string,
  { opensAt, closesAt, ...fields }: { opensAt?: number; closesAt?: number; [field: string]: unknown } = {},
): Record<string, unknown> {
  const now = Date.now()
  return {
    ...{ id, name: '99公益日', nameEn: 'Giving days', rules: '小红花给你喜欢的梦想。' },
    ...{ opensAt: rfc3339(opensAt ?? now - HOUR_MS), closesAt: rfc3339(closesAt ?? now + 24 * HOUR_MS) },
    ...fields,
  }
}

/** Makes a campaign; returns its id. Times in ms; one that is over already is put into the database. */
export async function plantCampaign(
  window: { readonly opensAt?: number; readonly closesAt?: number } = {},
): Promise<string> {
  const id = freshId('campaign')
  const { name, nameEn, rules, opensAt, closesAt } = newCampaign(id, window) as Record<string, string>
  const end = Date.parse(closesAt as string)
  if (end > Date.now() + 500) {
    const answer = await call('post', '/v1/campaigns', { body: newCampaign(id, window) })
    expect(answer.status).toBe(201)
  } else
    await sql(
      'INSERT INTO campaigns (id, name, name_en, rules, opens_at, closes_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[id, name, nameEn, rules, Date.parse(opensAt as string), end, Date.now()],
    )
  return id
}

/** Puts an accepted proposal into the database, of `proposer`; returns its id. */
export async function plantAccepted(
  fields: {
    readonly id?: string
    readonly state?: string
    readonly title?: string
    readonly what?: string
  } = {},
  proposer: string = freshId('proposer'),
): Promise<string> {
  const id = fields.id ?? freshId('wish')
  const now = Date.now()
  await sql(
    `INSERT INTO proposals (id, state, title, what, for_whom, place, how_many, why, pictures, created_at, updated_at, proposed_at)
     VALUES (?1, ?2, ?3, ?4, '乡村孩子', '云南', '1000 人', '黄金四分钟', '["pic_1"]', ?5, ?5, ?5)`,
    ...[id, fields.state ?? 'accepted', fields.title ?? '培养急救员', fields.what ?? '教会孩子急救', now],
  )
  await sql('INSERT INTO proposers (dream, user, via, at) VALUES (?1, ?2, ?1, ?3)', id, proposer, now)
  return id
}

/** Publishes an accepted proposal over HTTP; returns the dream's id, which is the proposal's. */
export async function publishDream(proposal: string, campaign: string, quota: number): Promise<string> {
  const answer = await publish(proposal, campaign, { quota })
  expect(answer.status).toBe(201)
  return (await answer.json<{ id: string }>()).id
}

/** Asks to publish a proposal. */
export function publish(proposal: string, campaign: string, fields: object = {}): Promise<Response> {
  const body = { proposal, quota: 100, titleEn: 'First-aiders', ...fields }
  return call('post', `/v1/campaigns/${campaign}/dreams`, { body })
}

/** Asks to extend a campaign to `closesAt` (ms). */
export function extend(campaign: string, closesAt: number, reason = '大家还想参加'): Promise<Response> {
  const body = { closesAt: rfc3339(closesAt), reason }
  return call('post', `/v1/campaigns/${campaign}/extensions`, { body })
}

/** What the audit log says of a subject, oldest first. */
export async function changesOf(
  subject: string,
): Promise<{ actor: string; action: string; detail: Record<string, unknown> }[]> {
  const answer = await send(`/v1/audit/log?subject=${subject}&pageSize=100`, {
    headers: { Authorization: `Bearer ${await tokenFor(OPERATOR, ['operator'])}` },
  })
  const { items } = await answer.json<{ items: never[] }>()
  return items.reverse()
}

/** The news of a dream or campaign, oldest first. */
export async function newsOf(
  column: 'dream' | 'campaign',
  id: string,
): Promise<
  { dream: string | null; campaign: string | null; kind: string; data: unknown; audience: unknown }[]
> {
  const { results } = await sql(`SELECT * FROM news WHERE ${column} = ? ORDER BY id`, id)
  return (results as { data: string }[]).map((row) => ({ ...row, data: JSON.parse(row.data) })) as never
}

/** Runs SQL as somebody with a console would. */
export function sql(text: string, ...values: unknown[]): Promise<D1Result> {
  return world.DB.prepare(text)
    .bind(...values)
    .run()
}

import { expect } from 'vitest'
import { toSearchText } from '../../src/proposals/words.ts'
import { expectDocumented } from './documented.ts'
import { freshId, send, sendWith, tokenFor, world } from './world.ts'

/** How the tests of the desk speak to it. Every answer is held to the API's description. */

export const REVIEWER = 'reviewer'

/** Sends a request, as an operator unless told otherwise. */
export async function review(
  method: 'get' | 'post' | 'put',
  path: string,
  {
    body,
    as = ['operator'],
    user = REVIEWER,
  }: { body?: unknown; as?: readonly string[]; user?: string } = {},
): Promise<Response> {
  const answer = await send(`/v1/review${path}`, {
    method: method.toUpperCase(),
    headers: {
      Authorization: `Bearer ${await tokenFor(user, as)}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const route = path.replace(/\?.*/, '').replace(/^\/proposals\/[^/]+/, '/proposals/{proposal}')
  await expectDocumented(`${method} /v1/review${route}`, answer)
  expect(answer.headers.get('Cache-Control')).toBe('no-store')
  return answer
}

/** The answer to a request that has to go well. */
export async function reviewed<Body>(...request: Parameters<typeof review>): Promise<Body> {
  const answer = await review(...request)
  expect(answer.status, await answer.clone().text()).toBeLessThan(300)
  return answer.json()
}

/** What a planted proposal says; what is left out is made up. */
export interface PlantedProposal {
  readonly id?: string
  readonly state?: string
  readonly title?: string
  readonly what?: string
  readonly place?: string
  readonly assignee?: string | null
  readonly proposer?: string
}

/** Adds proposals as if their proposers had sent them, in two statements however many they are. Returns their ids. */
export async function plantProposals(planted: readonly PlantedProposal[]): Promise<string[]> {
  const rows = planted.map((proposal) => {
    const id = proposal.id ?? freshId('wish')
    const { title = `梦想 ${id}`, what = '让孩子们学会画画', place = '云南' } = proposal
    return {
      ...{ id, title, what, place, state: proposal.state ?? 'proposed', assignee: proposal.assignee ?? null },
      ...{
        proposer: proposal.proposer ?? `author-of-${id}`,
        words: [toSearchText(title), toSearchText(what)],
      },
    }
  })
  const json = JSON.stringify(rows)
  const now = Date.now()
  await world.DB.batch([
    world.DB.prepare(
      `INSERT INTO proposals (id, state, title, what, for_whom, place, how_many, why, pictures, assignee, created_at, updated_at, proposed_at)
       SELECT value ->> 'id', value ->> 'state', value ->> 'title', value ->> 'what', '孩子', value ->> 'place', '100', '因为', '[]', value ->> 'assignee', ?2, ?2, ?2
       FROM json_each(?1) ORDER BY key`,
    ).bind(json, now),
    world.DB.prepare(
      `INSERT INTO proposal_search (rowid, title, body)
       SELECT p.number, value ->> '$.words[0]', value ->> '$.words[1]' FROM json_each(?1) JOIN proposals p ON p.id = value ->> 'id'`,
    ).bind(json),
    world.DB.prepare(
      `INSERT INTO proposers (dream, user, via, at)
       SELECT value ->> 'id', value ->> 'proposer', value ->> 'id', ?2 FROM json_each(?1)`,
    ).bind(json, now),
  ])
  return rows.map(({ id }) => id)
}

/** Adds one proposal; see `plantProposals`. */
export async function plantProposal(proposal: PlantedProposal = {}): Promise<string> {
  const [id = ''] = await plantProposals([proposal])
  return id
}

/** A proposal's row. */
export async function rowOf(id: string): Promise<Record<string, unknown>> {
  return (await world.DB.prepare('SELECT * FROM proposals WHERE id = ?').bind(id).first()) ?? {}
}

/** What the audit log and the news say of a dream, oldest first. */
export async function tracesOf(id: string): Promise<{ audit: Row[]; news: Row[] }> {
  const [audit, news] = await world.DB.batch<Row>([
    world.DB.prepare(
      "SELECT at, actor, action, subject, detail FROM audit_log WHERE subject = 'dream:' || ? ORDER BY id",
    ).bind(id),
    world.DB.prepare(
      'SELECT dream, campaign, audience, kind, data, at, fact FROM news WHERE dream = ? ORDER BY id',
    ).bind(id),
  ])
  return { audit: audit?.results ?? [], news: news?.results ?? [] }
}

type Row = Record<string, unknown>

/** Who proposes a dream, and by which proposal. */
export async function proposersOf(dream: string): Promise<Record<string, string>> {
  const { results } = await world.DB.prepare('SELECT user, via FROM proposers WHERE dream = ? ORDER BY user')
    .bind(dream)
    .all<{ user: string; via: string }>()
  return Object.fromEntries(results.map(({ user, via }) => [user, via]))
}

export interface Results {
  readonly results: { readonly proposal: string; readonly outcome: string; readonly reason?: string }[]
}

/** Decides on proposals. */
export const decide = (proposals: readonly string[], to: string, reason?: string, user = REVIEWER) =>
  reviewed<Results>('post', '/decisions', { body: { proposals, to, ...(reason ? { reason } : {}) }, user })

/** Merges proposals. */
export const merge = (into: string, from: readonly string[], reason?: string) =>
  review('post', '/merges', { body: { into, from, ...(reason ? { reason } : {}) } })

/** Sends a request through a database in which `meanwhile` happens once, between a decision and its writing. */
export async function postAmid(
  path: string,
  body: object,
  meanwhile: () => Promise<unknown>,
): Promise<Response> {
  let first = true
  const DB = {
    prepare: (text: string) => world.DB.prepare(text),
    async batch(statements: D1PreparedStatement[]) {
      if (first) {
        first = false
        await meanwhile()
      }
      return world.DB.batch(statements)
    },
  }
  const token = await tokenFor(REVIEWER, ['operator'])
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  return sendWith({ DB }, `/v1/review${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
}

import { expect, vi } from 'vitest'
import { checkConservation } from '../../src/audit/conservation.ts'
import { createSecret, sealSecret } from '../../src/registry/secrets.ts'
import { apiDocument, expectDocumented } from './documented.ts'
import { freshId, ledgerNow, send, signed, tokenFor, world } from './world.ts'

/** How the tests of lines speak to them. Every answer is held to the API's description. */

/** What an active rule of a test says; what is left out is not limited. */
interface LineRule {
  readonly kind?: string
  readonly version?: number
  readonly per?: number
  readonly flowers?: number
  readonly minimum?: number
  readonly capPerDay?: number | null
  readonly capPerCampaign?: number | null
  readonly campaignFrom?: string
  readonly lineBudget?: number | null
  readonly validFrom?: number | null
  readonly validTo?: number | null
  readonly cooldownSeconds?: number
}

export interface LineOptions {
  readonly userIds?: 'platform' | 'own'
  readonly mayPledge?: boolean
  readonly state?: 'active' | 'paused' | 'closed'
  readonly ratePerMinute?: number
  /** Rules of the kinds it may report; `act` at a flower a unit unless told otherwise. */
  readonly rules?: readonly LineRule[]
}

export interface Act {
  readonly id?: string
  readonly user?: string
  readonly kind?: string
  readonly quantity?: number
  readonly at?: string
}

/** One result of an event or of a dry run. */
export interface Result {
  readonly id: string
  readonly outcome: string
  readonly flowers: number
  readonly left?: unknown
  readonly lost?: number
  readonly code?: string
  readonly expiresAt?: string
  readonly reason?: string
  readonly rule?: unknown
  readonly asked?: number
  readonly day?: string
}

export interface TestLine {
  readonly id: string
  readonly secret: string
  post(type: string, data: unknown): Promise<Response>
  results(type: string, data: unknown): Promise<Result[]>
  /** Reports acts; what an act leaves out is usual. */
  report(...acts: readonly Act[]): Promise<Result[]>
  revoke(...ids: readonly string[]): Promise<Result[]>
}

export const WEBHOOK = 'post /v1/lines/{line}/webhook'

/** An act as it is reported; what is left out is usual. */
export function actOf(act: Act): Required<Act> {
  const usual = { id: freshId('act'), user: freshId('user'), kind: 'act', quantity: 1 }
  return { ...usual, at: new Date().toISOString(), ...act }
}

/** Plants a line of its own, in UTC, with a secret. */
export async function plantLine(options: LineOptions = {}): Promise<TestLine> {
  const [id, secret] = [freshId('line'), createSecret()]
  const rules = options.rules ?? [{}]
  const kinds = [...new Set(rules.map(({ kind }) => kind ?? 'act'))]
  await world.DB.batch([
    world.DB.prepare(
      `INSERT INTO lines (id, name, name_en, time_zone, user_ids, may_pledge, state, rate_per_minute, kinds)
       VALUES (?1, ?1, ?1, 'UTC', ?2, ?3, ?4, ?5, ?6)`,
    ).bind(
      ...[id, options.userIds ?? 'platform', Number(options.mayPledge ?? true), options.state ?? 'active'],
      ...[options.ratePerMinute ?? 600_000, JSON.stringify(kinds)],
    ),
    world.DB.prepare(`INSERT INTO line_secrets (line, id, sealed, created_at) VALUES (?, 'one', ?, 0)`).bind(
      id,
      await sealSecret(world.SECRETS_KEY, id, secret),
    ),
    ...rules.map((rule) => insertRule(id, rule)),
  ])
  const post = async (type: string, data: unknown): Promise<Response> => {
    const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data })
    const answer = await send(`/v1/lines/${id}/webhook`, await signed(id, body, { secret }))
    await expectDocumented(WEBHOOK, answer)
    return answer
  }
  const results = async (type: string, data: unknown): Promise<Result[]> => resultsOf(await post(type, data))
  return {
    ...{ id, secret, post, results },
    report: (...acts) => results('acts.reported', { acts: acts.map(actOf) }),
    revoke: (...ids) =>
      results('acts.revoked', { acts: ids.map((act) => ({ id: act, reason: 'a mistake' })) }),
  }
}

function insertRule(line: string, rule: LineRule): D1PreparedStatement {
  return world.DB.prepare(
    `INSERT INTO earning_rules (line, kind, version, state, per, flowers, minimum, cap_per_day, cap_per_campaign,
       campaign_from, line_budget, valid_from, valid_to, cooldown_seconds, created_at)
     VALUES (?, ?, ?, 'active', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
  ).bind(
    ...[line, rule.kind ?? 'act', rule.version ?? 1, rule.per ?? 1, rule.flowers ?? 1, rule.minimum ?? 1],
    ...[rule.capPerDay ?? null, rule.capPerCampaign ?? null, rule.campaignFrom ?? ''],
    ...[rule.lineBudget ?? null, rule.validFrom ?? null, rule.validTo ?? null, rule.cooldownSeconds ?? 0],
  )
}

/** The results of an answer that must be a 200. */
export async function resultsOf(answer: Response): Promise<Result[]> {
  const text = await answer.text()
  expect({ status: answer.status, text }).toMatchObject({ status: 200 })
  return (JSON.parse(text) as { results: Result[] }).results
}

/** Sends a request as a user; `route` is its name in the document where it is not the path. */
export async function callAs(
  user: string,
  method: 'get' | 'post' | 'put' | 'delete',
  path: string,
  body?: unknown,
  { route = path.replace(/\?.*/, ''), roles }: { route?: string; roles?: readonly string[] } = {},
): Promise<Response> {
  const answer = await send(path, {
    method: method.toUpperCase(),
    headers: {
      Authorization: `Bearer ${await tokenFor(user, roles)}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (answer.status !== 204) await expectDocumented(`${method} ${route}`, answer)
  else expect((await apiDocument()).paths[route]?.[method]?.responses).toHaveProperty('204')
  return answer
}

/** One entry of a user's history, as the API tells it. */
export interface Entry {
  readonly id: string
  readonly kind: string
  readonly flowers: number
  readonly balance: number
  readonly dream?: string
  readonly line?: string
  readonly rule?: { readonly kind: string; readonly version: number }
  readonly of?: string
  readonly reason?: string
  readonly cut?: string
  readonly asked?: number
  readonly at: string
}

/** A user's history, newest first. */
export async function entriesOf(user: string): Promise<Entry[]> {
  const answer = await callAs(user, 'get', '/v1/me/entries?pageSize=100')
  expect(answer.status).toBe(200)
  return (await answer.json<{ items: Entry[] }>()).items
}

/** What a user's account holds. */
export async function balanceOf(user: string): Promise<number> {
  return (await (await callAs(user, 'get', '/v1/me')).json<{ balance: number }>()).balance
}

/** Links a line's id to a user by a code that the user made. */
export async function link(line: TestLine, lineUser: string, user: string): Promise<void> {
  const code = await codeFor(user, line)
  const asked = { id: freshId('link'), user: lineUser, code }
  const [result] = await line.results('links.requested', { links: [asked] })
  expect(result).toEqual({ id: asked.id, outcome: 'linked', flowers: 0 })
}

/** A code that a user made for a line. */
export async function codeFor(user: string, line: { readonly id: string }): Promise<string> {
  const answer = await callAs(user, 'post', '/v1/me/link-codes', { line: line.id })
  expect(answer.status).toBe(201)
  return (await answer.json<{ code: string }>()).code
}

/** Waits until the ledger is found whole: a dream publishes what it counted up to a second later. */
export async function expectConservation(): Promise<void> {
  await vi.waitFor(async () => expect((await checkConservation(world)).differences).toEqual([]), {
    timeout: 10_000,
    interval: 250,
  })
}

/** Every row of the ledger, and all that events of lines write besides. */
export async function everythingNow(): Promise<unknown> {
  // That a dream opened is noted when its object comes round to it, whoever asks for what.
  const log = "audit_log WHERE action <> 'dream.moved'"
  const tables = ['link_codes', 'posted_days', 'posted_acts', log, 'outbox']
  const results = await world.DB.batch(tables.map((table) => world.DB.prepare(`SELECT * FROM ${table}`)))
  return [await ledgerNow(), results.map((result) => result.results)]
}

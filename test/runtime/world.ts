import { createExecutionContext } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { Webhook } from 'standardwebhooks'
import { expect } from 'vitest'
import { app } from '../../src/app.ts'
import type { Env } from '../../src/env.ts'
import { type ProblemCode, problemCodes } from '../../src/http/problem.ts'
import { commitCredits } from '../../src/ledger/store.ts'
import { type Seed, seed } from '../../src/local/seed.ts'
import { signLocalToken } from '../../src/users/local-issuer.ts'

/** The worker's own bindings, as the tests see them. */
export const world = env as unknown as Env & { SECRETS_KEY: string; LOCAL_SIGNING_KEY: string }

let planted: Promise<Seed> | undefined

/** The sample campaign, planted once a file. */
export function plantSeed(): Promise<Seed> {
  planted ??= seed(
    world.DB,
    { secretsKey: world.SECRETS_KEY, signingKey: world.LOCAL_SIGNING_KEY },
    null,
    false,
  )
  return planted
}

/** A fresh id, so that tests of one file do not meet. */
export function freshId(prefix: string): string {
  return `${prefix}-${crypto.randomUUID().slice(0, 8)}`
}

/** Adds a collecting dream to the catalogue. Times in ms. */
export async function plantDream(
  options: { id?: string; quota?: number; opensAt?: number; closesAt?: number } = {},
): Promise<string> {
  const id = options.id ?? freshId('dream')
  const now = Date.now()
  await world.DB.prepare(
    `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of)
     SELECT ?1, ifnull(max(position), 0) + 1, ?1, ?1, '', ?2, ?3, ?4, 'collecting', ?5 FROM dreams`,
  )
    .bind(
      id,
      options.quota ?? 1_000,
      options.opensAt ?? now - 1_000,
      options.closesAt ?? now + 3_600_000,
      now,
    )
    .run()
  return id
}

/** A user's token. */
export function tokenFor(user: string, roles?: readonly string[]): Promise<string> {
  return signLocalToken(world.LOCAL_SIGNING_KEY, user, { lifetime: '1h', ...(roles ? { roles } : {}) })
}

/** Sends a request to the worker. */
export function send(path: string, init?: RequestInit): Promise<Response> {
  return (exports as unknown as { default: Fetcher }).default.fetch(
    new Request(`http://flowers.test${path}`, init),
  )
}

/** Sends a request to the worker with parts of its environment missing, broken or different. */
export async function sendWith(
  parts: Partial<Record<keyof Env, unknown>>,
  path: string,
  init?: RequestInit,
): Promise<Response> {
  return app.request(path, init, { ...world, ...parts } as Env, createExecutionContext())
}

/** Pledges over HTTP. */
export async function pledge(
  user: string,
  dream: string,
  flowers: unknown,
  key: string = freshId('key'),
): Promise<Response> {
  return send(`/v1/dreams/${dream}/pledges`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${await tokenFor(user)}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': key,
    },
    body: JSON.stringify({ flowers }),
  })
}

/** Sends a signed event of a line of the seed. */
export async function sendEvent(line: string, type: string, data: unknown): Promise<Response> {
  const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data })
  return send(`/v1/lines/${line}/webhook`, await signed(line, body))
}

/** A webhook request with `body` as a line of the seed signs it; `at` is when, `secret` another secret. */
export async function signed(
  line: string,
  body: string,
  { id = freshId('msg'), at = new Date(), secret }: { id?: string; at?: Date; secret?: string } = {},
): Promise<{ method: string; body: string; headers: Record<string, string> }> {
  const { lines } = await plantSeed()
  return {
    method: 'POST',
    body,
    headers: {
      'Content-Type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(secret ?? lines[line]?.secret ?? '').sign(id, at, body),
    },
  }
}

/** Gives a user flowers, by one act of the gift line (at most 100 a day). */
export async function giveFlowers(user: string, flowers: number): Promise<void> {
  const answer = await sendEvent('gift', 'acts.reported', {
    acts: [{ id: freshId('act'), user, kind: 'gift', quantity: flowers, at: new Date().toISOString() }],
  })
  if (answer.status !== 200) throw new Error(`no flowers: ${answer.status} ${await answer.text()}`)
}

/** What a user's account holds, by the API. */
export async function accountOf(user: string): Promise<{ balance: number; earned: number; pledged: number }> {
  const answer = await send('/v1/me', { headers: { Authorization: `Bearer ${await tokenFor(user)}` } })
  return answer.json()
}

/** Every row of the ledger, to see whether anything changed it. */
export async function ledgerNow(): Promise<unknown[][]> {
  const tables = [
    'entries ORDER BY user, key',
    'accounts ORDER BY user',
    'tallies ORDER BY user, subject, day',
    'line_days ORDER BY line, day',
    'revocations ORDER BY act',
    'cooldowns ORDER BY user, subject, acted_at',
    'links ORDER BY holding',
  ]
  const results = await world.DB.batch(tables.map((table) => world.DB.prepare(`SELECT * FROM ${table}`)))
  return results.map((result) => result.results)
}

/** Holds an answer to be the problem `code`, in the form every problem has and with nothing of our inside in it. */
export async function expectProblem(answer: Response, code: ProblemCode): Promise<Record<string, unknown>> {
  const text = await answer.text()
  expect({ status: answer.status, text }).toMatchObject({ text: expect.stringContaining(`"code":"${code}"`) })
  const [, [status, title]] = problemCodes.find(([name]) => name === code) ?? [code, [0, '']]
  expect(answer.status).toBe(status)
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json')
  expect(answer.headers.get('Cache-Control')).toBe('no-store')
  const body = JSON.parse(text) as Record<string, unknown>
  expect(body).toMatchObject({ type: `urn:one-flower-one-dream:problem:${code}`, title, status, code })
  expect(text).not.toMatch(/SELECT|INSERT|SQLITE|D1_ERROR|node_modules|\.ts:\d|stack/)
  if (status === 503) expect(answer.headers.get('Retry-After')).toMatch(/^\d+$/)
  return body
}

let marks = 0

/** A mark that no other row of this file has. */
export function nextMark(): number {
  return ++marks
}

/** Credits a user straight in the ledger, against no allowance: for tests that need no line. */
export async function creditDirectly(user: string, flowers: number): Promise<void> {
  const at = Date.now()
  const row = [user, `act:test:${freshId('act')}`, flowers, nextMark(), null, null, at] as const
  await commitCredits(world, { ref: 'test', at, rows: [row] })
}

let versions = 0

/** What a rule of a test allows; what is left out is not limited. */
export interface RuleOptions {
  readonly line: string
  readonly kind: string
  readonly version?: number
  readonly state?: 'draft' | 'active' | 'retired'
  readonly capPerDay?: number | null
  readonly capPerCampaign?: number | null
  /** The first day of the campaign, as YYYY-MM-DD. */
  readonly campaignFrom?: string
  readonly lineBudget?: number | null
  readonly cooldownSeconds?: number
}

/** Adds an earning rule; returns its version, unless told one that no other rule of this file has. */
export async function plantRule(options: RuleOptions): Promise<number> {
  const version = options.version ?? 1_000 + ++versions
  await world.DB.prepare(
    `INSERT INTO earning_rules (line, kind, version, state, per, flowers, cap_per_day, cap_per_campaign, campaign_from, line_budget, cooldown_seconds, created_at)
     VALUES (?1, ?2, ?3, ?4, 1, 1, ?5, ?6, ?7, ?8, ?9, 0)`,
  )
    .bind(
      ...[options.line, options.kind, version, options.state ?? 'retired'],
      ...[options.capPerDay ?? null, options.capPerCampaign ?? null, options.campaignFrom ?? ''],
      ...[options.lineBudget ?? null, options.cooldownSeconds ?? 0],
    )
    .run()
  return version
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sealSecret } from '../../src/registry/secrets.ts'
import { expectDocumented } from './documented.ts'
import {
  type Act,
  actOf,
  callAs,
  link,
  plantLine,
  type Result,
  resultsOf,
  type TestLine,
} from './line-calls.ts'
import { expectProblem, freshId, ledgerNow, send, signed, world } from './world.ts'

const ROUTE = 'post /v1/lines/{line}/examine'
const DAY_MS = 24 * 60 * 60 * 1_000

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString()

/** Asks for a dry run, signed as the line signs. */
async function ask(line: TestLine, body: unknown): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const request = await signed(line.id, text, { secret: line.secret })
  const answer = await send(`/v1/lines/${line.id}/examine`, request)
  await expectDocumented(ROUTE, answer)
  return answer
}

async function examine(line: TestLine, ...acts: readonly Act[]): Promise<Result[]> {
  return resultsOf(await ask(line, { acts: acts.map(actOf) }))
}

const one = async (line: TestLine, act: Act): Promise<Result | undefined> => (await examine(line, act))[0]

describe('a dry run', () => {
  it('says what an act would earn, by which rule, for which day, and what would be left', async () => {
    const line = await plantLine({
      rules: [
        { version: 3, per: 10, flowers: 2, capPerDay: 8, capPerCampaign: 30, lineBudget: 100 },
        { kind: 'free', flowers: 1 },
      ],
    })
    const at = '2026-01-01T23:59:59+02:00'
    const now = new Date().toISOString()
    expect(await one(line, { id: 'a', quantity: 29, at: now })).toEqual({
      ...{ id: 'a', outcome: 'would_credit', flowers: 4, asked: 4, day: now.slice(0, 10) },
      ...{ rule: { kind: 'act', version: 3 }, left: { day: 4, campaign: 26, line: 96 } },
    })
    expect(await one(line, { id: 'b', quantity: 99, at: now })).toEqual({
      ...{ id: 'b', outcome: 'would_cap', flowers: 8, asked: 18, day: now.slice(0, 10), reason: 'daily_cap' },
      ...{ rule: { kind: 'act', version: 3 }, left: { day: 0, campaign: 22, line: 92 } },
    })
    expect(await one(line, { kind: 'free' })).toMatchObject({
      left: { day: null, campaign: null, line: null },
    })
    expect(await one(line, { at })).toMatchObject({ outcome: 'refused', reason: 'too_old' })
  })

  it('writes nothing, however often it is asked', async () => {
    const [line, user] = [
      await plantLine({ rules: [{ capPerDay: 5, cooldownSeconds: 60 }] }),
      freshId('user'),
    ]
    await line.report({ user })
    const before = await ledgerNow()
    const act = { id: freshId('act'), user, quantity: 2, at: ago(3_600_000) }
    const first = await examine(line, act)
    expect(first).toMatchObject([{ outcome: 'would_credit', flowers: 2 }])
    expect(await examine(line, act)).toEqual(first)
    expect(await ledgerNow()).toEqual(before)
    expect(await line.report(act)).toMatchObject([{ outcome: 'credited', flowers: 2 }])
  })

  it('takes the acts of one body one after the other', async () => {
    const [line, user] = [await plantLine({ rules: [{ capPerDay: 5 }] }), freshId('user')]
    const [a, b, c] = [{ user, quantity: 3 }, { user, quantity: 3 }, { user }]
    const results = await examine(line, a, b, c)
    expect(results.map(({ outcome, flowers, left }) => [outcome, flowers, left])).toEqual([
      ['would_credit', 3, { day: 2, campaign: null, line: null }],
      ['would_cap', 2, { day: 0, campaign: null, line: null }],
      ['would_cap', 0, { day: 0, campaign: null, line: null }],
    ])
  })

  it('knows what was decided before, and what was taken back', async () => {
    const [line, user, act, gone] = [await plantLine(), freshId('user'), freshId('act'), freshId('act')]
    await line.report({ id: act, user, quantity: 3 })
    await line.revoke(gone)
    expect(await one(line, { id: act, user, quantity: 3 })).toEqual({
      ...{ id: act, outcome: 'duplicate', flowers: 3 },
    })
    const refused = { outcome: 'refused', flowers: 0 }
    expect(await one(line, { id: act })).toEqual({ id: act, ...refused, reason: 'id_reused' })
    expect(await one(line, { id: gone, user })).toEqual({ id: gone, ...refused, reason: 'revoked' })
  })

  it.each<[string, Act]>([
    ['unknown_kind', { kind: 'other' }],
    ['bad_quantity', { quantity: 0 }],
    ['bad_quantity', { quantity: 1e300 }],
    ['below_minimum', { quantity: 4 }],
    ['bad_time', { at: 'today' }],
    ['too_old', { at: ago(7 * DAY_MS + 60_000) }],
    ['too_new', { at: ago(-6 * 60_000) }],
    ['no_rule', { kind: 'ruleless' }],
    ['rule_not_valid_yet', { kind: 'later' }],
    ['rule_no_longer_valid', { kind: 'earlier' }],
  ])('says why an act would be refused: %s', async (reason, act) => {
    const line = await plantLine({
      rules: [
        { minimum: 5 },
        { kind: 'later', validFrom: Date.now() + 3_600_000 },
        { kind: 'earlier', validTo: Date.now() - 3_600_000 },
        { kind: 'ruleless' },
      ],
    })
    await world.DB.prepare("UPDATE earning_rules SET state = 'retired' WHERE line = ? AND kind = 'ruleless'")
      .bind(line.id)
      .run()
    const told = { ...actOf({ quantity: 5 }), ...act }
    const refused = [{ id: told.id, outcome: 'refused', flowers: 0, reason }]
    expect(await examine(line, told)).toEqual(refused)
    expect(await line.report(told)).toEqual(refused)
  })

  it('tries a rule the moment it is active', async () => {
    const line = await plantLine()
    expect(await one(line, {})).toMatchObject({ flowers: 1, rule: { version: 1 } })
    await world.DB.batch([
      world.DB.prepare("UPDATE earning_rules SET state = 'retired' WHERE line = ?").bind(line.id),
      world.DB.prepare(
        `INSERT INTO earning_rules (line, kind, version, state, per, flowers, created_at)
         VALUES (?, 'act', 2, 'active', 1, 7, 0)`,
      ).bind(line.id),
    ])
    expect(await one(line, {})).toMatchObject({ flowers: 7, rule: { version: 2 } })
  })

  it('is given to a line that is paused or closed: it changes nothing', async () => {
    for (const state of ['paused', 'closed'] as const)
      expect(await one(await plantLine({ state }), {})).toMatchObject({ outcome: 'would_credit', flowers: 1 })
  })

  it('counts against the line’s rate and tells it', async () => {
    const line = await plantLine({ ratePerMinute: 3 })
    const answer = await ask(line, { acts: [actOf({}), actOf({})] })
    expect(answer.headers.get('RateLimit-Policy')).toBe('"line";q=3;w=60')
    expect(answer.headers.get('RateLimit')).toMatch(/^"line";r=1;t=\d+$/)
    const over = await ask(line, { acts: [actOf({}), actOf({})] })
    expect(over.headers.get('Retry-After')).toMatch(/^\d+$/)
    await expectProblem(over, 'rate_limited')
  })
})

describe('who may ask for a dry run', () => {
  const asUser = (line: string, roles: readonly string[]) =>
    callAs(
      'somebody',
      'post',
      `/v1/lines/${line}/examine`,
      { acts: [actOf({})] },
      {
        route: '/v1/lines/{line}/examine',
        roles,
      },
    )

  it('is the line by its signature, who looks after it and operators by their token', async () => {
    const line = await plantLine()
    expect(await examine(line, {})).toMatchObject([{ outcome: 'would_credit' }])
    for (const roles of [[`line:${line.id}`], ['operator']])
      expect(await resultsOf(await asUser(line.id, roles))).toMatchObject([{ outcome: 'would_credit' }])
    for (const roles of [[], ['line:other'], [`partner:${line.id}`]])
      await expectProblem(await asUser(line.id, roles), 'owner_only')
    await expectProblem(await asUser('no-such-line', ['operator']), 'line_not_found')
  })

  it('is nobody else', async () => {
    const [line, other] = [await plantLine(), await plantLine()]
    const path = `/v1/lines/${line.id}/examine`
    const body = JSON.stringify({ acts: [actOf({})] })
    const post = async (init: RequestInit, target = path) => {
      const answer = await send(target, init)
      await expectDocumented(ROUTE, answer)
      return answer
    }
    const plain = { method: 'POST', body, headers: { 'Content-Type': 'application/json' } }
    await expectProblem(await post(plain), 'token_missing')
    const unnamed = { ...plain.headers, 'webhook-signature': 'v1,abc' }
    await expectProblem(await post({ ...plain, headers: unnamed }), 'webhook_headers_missing')
    await expectProblem(
      await post(await signed(line.id, body, { secret: other.secret })),
      'signature_invalid',
    )
    const at = new Date(Date.now() - 302_000)
    await expectProblem(
      await post(await signed(line.id, body, { secret: line.secret, at })),
      'signature_expired',
    )
    const request = await signed(line.id, body, { secret: line.secret })
    await expectProblem(await post({ ...request, body: `${body} ` }), 'signature_invalid')
    await expectProblem(await post(request, '/v1/lines/no-such-line/examine'), 'line_not_found')
    await expectProblem(await post(request, '/v1/lines/No-Line/examine'), 'line_not_found')
    // A token that is no good is not made good by a signature.
    const headers = { ...request.headers, Authorization: 'Bearer nonsense' }
    await expectProblem(await post({ ...request, headers }), 'token_invalid')
  })

  it('a line that signs with a second secret among them', async () => {
    const [line, second] = [await plantLine(), (await plantLine()).secret]
    await world.DB.prepare("INSERT INTO line_secrets (line, id, sealed, created_at) VALUES (?, 'two', ?, 0)")
      .bind(line.id, await sealSecret(world.SECRETS_KEY, line.id, second))
      .run()
    expect(await examine({ ...line, secret: second }, {})).toMatchObject([{ outcome: 'would_credit' }])
  })
})

describe('a body of a dry run', () => {
  it('may carry 500 acts, or none', async () => {
    const line = await plantLine()
    const acts = Array.from({ length: 500 }, () => actOf({}))
    const results = await examine(line, ...acts)
    expect(results.map(({ id }) => id)).toEqual(acts.map(({ id }) => id))
    expect(await examine(line)).toEqual([])
  })

  it('is refused when it is not in order', async () => {
    const line = await plantLine()
    await expectProblem(
      await ask(line, { acts: Array.from({ length: 501 }, () => actOf({})) }),
      'batch_too_large',
    )
    await expectProblem(await ask(line, { acts: Array(501).fill(null) }), 'batch_too_large')
    await expectProblem(await ask(line, 'acts'), 'invalid_json')
    await expectProblem(await ask(line, {}), 'invalid_request')
    await expectProblem(await ask(line, { acts: [{ ...actOf({}), user: 'two words' }] }), 'invalid_request')
    await expectProblem(await ask(line, { acts: [{ ...actOf({}), quantity: '1' }] }), 'invalid_request')
    await expectProblem(
      await ask(line, JSON.stringify({ acts: [] }).padEnd(256 * 1_024 + 1, ' ')),
      'body_too_large',
    )
    const text = JSON.stringify({ acts: [] })
    const request = await signed(line.id, text, { secret: line.secret })
    const headers = { ...request.headers, 'Content-Type': 'text/plain' }
    await expectProblem(
      await send(`/v1/lines/${line.id}/examine`, { ...request, headers }),
      'unsupported_media_type',
    )
  })
})

/** What an examined act is when it is then reported. */
const BECOMES: Readonly<Record<string, string>> = {
  ...{ would_credit: 'credited', would_cap: 'capped', duplicate: 'duplicate', refused: 'refused' },
}

const amount = fc.option(fc.integer({ min: 1, max: 12 }), { nil: null })

const rule = fc.record({
  per: fc.integer({ min: 1, max: 3 }),
  flowers: fc.integer({ min: 1, max: 3 }),
  minimum: fc.integer({ min: 1, max: 3 }),
  capPerDay: amount,
  capPerCampaign: amount,
  campaign: fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
  lineBudget: fc.option(fc.integer({ min: 1, max: 40 }), { nil: null }),
  cooldownSeconds: fc.constantFrom(0, 0, 60, 3_600, 86_400),
})

const act = fc.record({
  id: fc.integer({ min: 0, max: 11 }),
  user: fc.constantFrom('ann', 'bob', 'cy'),
  kind: fc.constantFrom('walk', 'ride', 'walk', 'ride', 'swim'),
  quantity: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 12 }) }, fc.constantFrom(0, -1, 1.5)),
  minutesAgo: fc.oneof(
    fc.integer({ min: 0, max: 180 }),
    fc.integer({ min: 0, max: 5 * 1_440 }),
    fc.constantFrom(-30, 8 * 1_440),
  ),
})

const history = fc.record({
  own: fc.boolean(),
  linked: fc.subarray(['ann', 'bob']),
  rules: fc.tuple(rule, rule),
  bodies: fc.array(fc.array(act, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
  revoked: fc.array(fc.integer({ min: 0, max: 11 }), { maxLength: 3 }),
})

describe('examining acts and then reporting them', () => {
  it('gives the same, act by act, whatever the rules, the acts and what was before', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ own, linked, rules, bodies, revoked }) => {
        const [first, second] = rules.map(({ campaign, ...fields }) => {
          const from =
            campaign === null ? null : new Date(Date.now() - campaign * DAY_MS).setUTCHours(0, 0, 0, 0)
          return {
            ...fields,
            validFrom: from,
            campaignFrom: from === null ? '' : new Date(from).toISOString().slice(0, 10),
          }
        })
        const line = await plantLine({
          userIds: own ? 'own' : 'platform',
          rules: [
            { ...first, kind: 'walk', version: 4 },
            { ...second, kind: 'ride', version: 2 },
          ],
        })
        // Users of the platform are another each time; a line's own are apart by the line.
        const suffix = own ? '' : `-${line.id}`
        const toAct = ({ id, user, kind, quantity, minutesAgo }: (typeof bodies)[number][number]) => ({
          ...{ id: `act-${id}`, user: `${user}${suffix}`, kind, quantity },
          at: ago(minutesAgo * 60_000),
        })
        for (const [n, body] of bodies.entries()) {
          const acts = body.map(toAct)
          const foreseen = await examine(line, ...acts)
          const results = await line.report(...acts)
          expect(
            foreseen.map(({ id, outcome, flowers, reason }) => ({
              id,
              outcome: BECOMES[outcome],
              flowers,
              reason,
            })),
          ).toEqual(results.map(({ id, outcome, flowers, reason }) => ({ id, outcome, flowers, reason })))
          if (n === 0) {
            if (own) for (const user of linked) await link(line, user, freshId(user))
            await line.revoke(...revoked.map((id) => `act-${id}`))
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})

import { describe, expect, it } from 'vitest'
import { expectDocumented } from './documented.ts'
import { actOf, callAs, link, plantLine, resultsOf, type TestLine } from './line-calls.ts'
import {
  creditDirectly,
  expectProblem,
  freshId,
  ledgerNow,
  plantDream,
  pledge,
  send,
  tokenFor,
} from './world.ts'

/** What an answer tells of a rate. Holds the fields to the form the draft of the IETF gives them. */
function rateOf(answer: Response): { policy: string; limit: number; remaining: number; resets: number } {
  const policy = /^"([a-z]+)";q=(\d+);w=60$/.exec(answer.headers.get('RateLimit-Policy') ?? '')
  const rate = /^"([a-z]+)";r=(\d+);t=(\d+)$/.exec(answer.headers.get('RateLimit') ?? '')
  expect([policy?.[1], policy, rate]).not.toContain(null)
  expect(rate?.[1]).toBe(policy?.[1])
  const [limit, remaining, resets] = [Number(policy?.[2]), Number(rate?.[2]), Number(rate?.[3])]
  expect(remaining).toBeLessThanOrEqual(limit)
  expect(resets).toBeGreaterThanOrEqual(1)
  expect(resets).toBeLessThanOrEqual(60)
  return { policy: policy?.[1] ?? '', limit, remaining, resets }
}

/** Holds an answer to be a refusal for the rate, which says when to come back. */
async function expectLimited(answer: Response): Promise<void> {
  const { resets } = rateOf(answer)
  expect(answer.headers.get('Retry-After')).toBe(String(resets))
  await expectProblem(answer, 'rate_limited')
}

describe('the rate of a user', () => {
  it('is told by every route that is theirs, refusals among them, and counts down over all', async () => {
    const [user, line] = [freshId('user'), await plantLine({ userIds: 'own' })]
    await link(line, 'player', user)
    const dream = await plantDream()
    const lineRoute = { route: '/v1/me/lines/{line}' }
    const linkRoute = { route: '/v1/me/links/{line}' }
    const answers = [
      await callAs(user, 'get', '/v1/me'),
      await callAs(user, 'get', '/v1/me/entries'),
      await callAs(user, 'get', '/v1/me/entries?pageSize=0'),
      await callAs(user, 'get', '/v1/me/lines'),
      await callAs(user, 'put', `/v1/me/lines/${line.id}`, { mayPledge: true }, lineRoute),
      await callAs(user, 'put', '/v1/me/lines/no-line', { mayPledge: true }, lineRoute),
      await callAs(user, 'delete', `/v1/me/links/${line.id}`, undefined, linkRoute),
      await callAs(user, 'delete', `/v1/me/links/${line.id}`, undefined, linkRoute),
      await pledge(user, dream, 1),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 200, 200, 404, 204, 404, 402])
    expect(answers.map(rateOf)).toMatchObject(
      answers.map((_, n) => ({ policy: 'user', limit: 300, remaining: 299 - n })),
    )
    await creditDirectly(user, 5)
    const key = freshId('key')
    for (const [n, answer] of [
      await pledge(user, dream, 1, key),
      await pledge(user, dream, 1, key),
    ].entries()) {
      expect(answer.status).toBe(201)
      expect(rateOf(answer)).toMatchObject({ policy: 'user', remaining: 290 - n })
    }
    for (const answer of answers) expect(answer.headers.get('Retry-After')).toBeNull()
  })

  it('of codes is told by the routes of codes, apart from the rest', async () => {
    const [user, line] = [freshId('user'), await plantLine({ userIds: 'own' })]
    const made = await callAs(user, 'post', '/v1/me/link-codes', { line: line.id })
    const tried = await callAs(user, 'post', '/v1/me/links', { code: 'nonsense' })
    expect([made, tried].map(rateOf)).toMatchObject([
      { policy: 'codes', limit: 10, remaining: 9 },
      { policy: 'codes', limit: 10, remaining: 8 },
    ])
    expect(rateOf(await callAs(user, 'get', '/v1/me'))).toMatchObject({ policy: 'user', remaining: 299 })
  })

  it('is 300 requests a minute: the next is refused on every route, with nothing done', async () => {
    const [user, other, dream] = [freshId('user'), freshId('user'), await plantDream()]
    await creditDirectly(user, 10)
    const headers = { Authorization: `Bearer ${await tokenFor(user)}` }
    const statuses: number[] = []
    for (let n = 0; n < 300; n += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => send('/v1/me', { headers })))
      for (const answer of answers) {
        statuses.push(answer.status)
        await answer.body?.cancel()
      }
    }
    expect(new Set(statuses)).toEqual(new Set([200]))
    const before = await ledgerNow()
    const limited = await callAs(user, 'get', '/v1/me')
    expect(rateOf(limited)).toMatchObject({ policy: 'user', limit: 300, remaining: 0 })
    await expectLimited(limited)
    await expectLimited(await callAs(user, 'get', '/v1/me/entries'))
    await expectLimited(await callAs(user, 'get', '/v1/me/lines'))
    const refused = await pledge(user, dream, 1)
    await expectDocumented('post /v1/dreams/{dream}/pledges', refused)
    await expectLimited(refused)
    expect(await ledgerNow()).toEqual(before)
    expect((await callAs(other, 'get', '/v1/me')).status).toBe(200)
  })

  it('is told to owners and operators too, who have more of it when they are operators', async () => {
    const [line, user] = [await plantLine(), freshId('user')]
    const path = `/v1/lines/${line.id}/revocations`
    const asked = (roles: readonly string[]) =>
      callAs(user, 'get', path, undefined, { route: '/v1/lines/{line}/revocations', roles })
    expect(rateOf(await asked([`line:${line.id}`]))).toMatchObject({ limit: 300, remaining: 299 })
    expect(rateOf(await asked([]))).toMatchObject({ limit: 300, remaining: 298 })
    expect(rateOf(await asked(['operator']))).toMatchObject({ limit: 3_000, remaining: 2_997 })
  })

  it('is not told to nobody: a request without a good token counts for no one', async () => {
    const answer = await send('/v1/me')
    expect(answer.headers.get('RateLimit')).toBeNull()
    await expectProblem(answer, 'token_missing')
  })
})

/** An event of each type, with `n` items, from a line that may send it. */
const events: Readonly<Record<string, (n: number) => unknown>> = {
  'acts.reported': (n) => ({ acts: items(n, () => actOf({})) }),
  'acts.revoked': (n) => ({ acts: items(n, () => ({ id: freshId('act'), reason: 'x' })) }),
  'pledges.requested': (n) => ({
    pledges: items(n, () => ({ id: freshId('ask'), user: 'player', dream: 'past-dream', flowers: 1 })),
  }),
  'link_codes.requested': (n) => ({ codes: items(n, () => ({ id: freshId('code'), user: 'player' })) }),
  'links.removed': (n) => ({ links: items(n, () => ({ id: freshId('link'), user: 'player' })) }),
  'totals.reported': (n) => ({
    day: new Date().toISOString().slice(0, 10),
    acts: items(n, () => ({ id: freshId('act'), flowers: 1 })),
  }),
}

function items<Item>(n: number, make: () => Item): Item[] {
  return Array.from({ length: n }, make)
}

const limitedLine = (ratePerMinute: number): Promise<TestLine> => plantLine({ userIds: 'own', ratePerMinute })

describe('the rate of a line', () => {
  it.each(Object.keys(events))(
    'counts the items of %s, and over it nothing of a body is done',
    async (type) => {
      const [line, make] = [await limitedLine(5), events[type] as (n: number) => unknown]
      const first = await line.post(type, make(3))
      expect(first.status).toBe(200)
      expect(rateOf(first)).toMatchObject({ policy: 'line', limit: 5, remaining: 2 })
      const before = await ledgerNow()
      const over = await line.post(type, make(3))
      expect(rateOf(over)).toMatchObject({ policy: 'line', limit: 5, remaining: 2 })
      await expectLimited(over)
      expect(await ledgerNow()).toEqual(before)
      // What was refused took nothing: a body that fits passes.
      const fits = await line.post(type, make(2))
      expect(fits.status).toBe(200)
      expect(rateOf(fits)).toMatchObject({ remaining: 0 })
      await expectLimited(await line.post(type, make(1)))
    },
  )

  it('is one for all events and dry runs together, and another line has its own', async () => {
    const [line, other] = [await limitedLine(4), await limitedLine(4)]
    const codes = events['link_codes.requested'] as (n: number) => unknown
    expect(rateOf(await line.post('acts.reported', { acts: [actOf({})] }))).toMatchObject({ remaining: 3 })
    expect(rateOf(await line.post('link_codes.requested', codes(2)))).toMatchObject({ remaining: 1 })
    const examined = await callAs(
      'keeper',
      'post',
      `/v1/lines/${line.id}/examine`,
      { acts: [actOf({})] },
      {
        route: '/v1/lines/{line}/examine',
        roles: [`line:${line.id}`],
      },
    )
    expect(rateOf(examined)).toMatchObject({ remaining: 0 })
    await expectLimited(await line.post('acts.reported', { acts: [actOf({})] }))
    expect(rateOf(await other.post('acts.reported', { acts: [actOf({})] }))).toMatchObject({ remaining: 3 })
  })

  it('lets a body larger than the whole rate pass when nothing came before it in its minute', async () => {
    const line = await limitedLine(3)
    expect(
      await resultsOf(await line.post('acts.reported', { acts: items(5, () => actOf({})) })),
    ).toHaveLength(5)
    await expectLimited(await line.post('acts.reported', { acts: [actOf({})] }))
  })

  it('is used up soonest by tries at link codes, which could be guessed', async () => {
    const line = await limitedLine(4_000)
    const tries = (n: number) => ({
      links: items(n, () => ({ id: freshId('link'), user: 'player', code: 'ABCD-EFGH' })),
    })
    expect(rateOf(await line.post('links.requested', tries(3)))).toMatchObject({ remaining: 1_000 })
    await expectLimited(await line.post('links.requested', tries(2)))
    expect(rateOf(await line.post('links.requested', tries(1)))).toMatchObject({ remaining: 0 })
  })

  it('is not used up by what is not signed or not in order', async () => {
    const line = await limitedLine(2)
    await expectProblem(await line.post('acts.invented', {}), 'unknown_event_type')
    await expectProblem(await line.post('acts.reported', { acts: [{}, {}, {}] }), 'invalid_request')
    expect(rateOf(await line.post('acts.reported', { acts: [actOf({})] }))).toMatchObject({ remaining: 1 })
  })
})

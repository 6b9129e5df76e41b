import { describe, expect, it } from 'vitest'
import type { ProblemCode } from '../../src/http/problem.ts'
import { createSecret } from '../../src/registry/secrets.ts'
import { expectDocumented } from './documented.ts'
import {
  actOf,
  balanceOf,
  callAs,
  codeFor,
  everythingNow,
  link,
  plantLine,
  type Result,
  resultsOf,
  type TestLine,
  WEBHOOK,
} from './line-calls.ts'
import { expectProblem, freshId, ledgerNow, plantDream, send, signed, world } from './world.ts'

/**
 * What a line may send wrong, for each type of event: everything has a code of its own and no effect. The line, its
 * user and what the event speaks of are such that the same event without the fault has one.
 */

const DAY_MS = 24 * 60 * 60 * 1_000

interface Scene {
  readonly line: TestLine
  /** An account that is linked to `player`, allows the line to pledge and holds ten flowers, by `act`. */
  readonly user: string
  readonly act: string
  readonly dream: string
  /** A code of another account, for `newcomer`. */
  readonly code: string
}

async function setScene(): Promise<Scene> {
  const line = await plantLine({ userIds: 'own' })
  const [user, act] = [freshId('user'), freshId('act')]
  await link(line, 'player', user)
  await callAs(user, 'put', `/v1/me/lines/${line.id}`, { mayPledge: true }, { route: '/v1/me/lines/{line}' })
  await line.report({ id: act, user: 'player', quantity: 10 })
  return { line, user, act, dream: await plantDream(), code: await codeFor(freshId('user'), line) }
}

interface EventKind {
  /** Where the items stand in `data`, and one that has an effect. */
  readonly items: string
  readonly item: (scene: Scene) => Record<string, unknown>
  /** What stands beside the items. */
  readonly beside?: Record<string, unknown>
  /** What an item must have and a value of it that is of the wrong form. */
  readonly wrong: Record<string, unknown>
}

const today = new Date().toISOString().slice(0, 10)

const EVENTS: Readonly<Record<string, EventKind>> = {
  'acts.reported': {
    items: 'acts',
    item: () => ({ ...actOf({ user: 'player', quantity: 3 }) }),
    wrong: { id: 'two words', user: '小红', kind: 7, quantity: '1', at: 1_788_000_000 },
  },
  'acts.revoked': {
    items: 'acts',
    item: ({ act }) => ({ id: act, reason: 'a mistake' }),
    wrong: { id: '', reason: '' },
  },
  'pledges.requested': {
    items: 'pledges',
    item: ({ dream }) => ({ id: freshId('ask'), user: 'player', dream, flowers: 2 }),
    wrong: { id: 'x'.repeat(129), user: 'two words', dream: null, flowers: '2' },
  },
  'link_codes.requested': {
    items: 'codes',
    item: () => ({ id: freshId('code'), user: 'newcomer' }),
    wrong: { id: 7, user: '' },
  },
  'links.requested': {
    items: 'links',
    item: ({ code }) => ({ id: freshId('link'), user: 'newcomer', code }),
    wrong: { id: null, user: 'x'.repeat(256), code: 'x'.repeat(33) },
  },
  'links.removed': {
    items: 'links',
    item: () => ({ id: freshId('link'), user: 'player' }),
    wrong: { id: [], user: {} },
  },
  'totals.reported': {
    items: 'acts',
    item: ({ act }) => ({ id: act, flowers: 10 }),
    beside: { day: today },
    wrong: { id: 'two words', flowers: 1.5 },
  },
}

const types = Object.keys(EVENTS)

function dataOf(type: string, items: readonly unknown[]): Record<string, unknown> {
  const { items: name, beside } = EVENTS[type] as EventKind
  return { ...beside, [name]: items }
}

function eventOf(type: string, items: readonly unknown[], named = type): string {
  return JSON.stringify({ type: named, timestamp: new Date().toISOString(), data: dataOf(type, items) })
}

const itemOf = (type: string, scene: Scene): Record<string, unknown> =>
  (EVENTS[type] as EventKind).item(scene)

interface Sent {
  readonly method: string
  readonly body: string
  readonly headers: Record<string, string>
}

/** A fault: how a good body of an event is sent so that it is one, and where to. */
type Fault = (scene: Scene, type: string) => Promise<Sent & { readonly path?: string }>

const secretly =
  (options: (scene: Scene) => Parameters<typeof signed>[2]): Fault =>
  (scene, type) =>
    signed(scene.line.id, eventOf(type, [itemOf(type, scene)]), {
      secret: scene.line.secret,
      ...options(scene),
    })

const withBody =
  (make: (scene: Scene, type: string) => string): Fault =>
  (scene, type) =>
    signed(scene.line.id, make(scene, type), { secret: scene.line.secret })

const withHeaders =
  (changes: Record<string, string | undefined>): Fault =>
  async (scene, type) => {
    const request = await secretly(() => ({}))(scene, type)
    const headers = Object.entries({ ...request.headers, ...changes })
    return {
      ...request,
      headers: Object.fromEntries(headers.filter((each): each is [string, string] => each[1] !== undefined)),
    }
  }

const many = (count: number): Fault =>
  withBody((scene, type) => {
    const { id, ...item } = itemOf(type, scene)
    // The first has an effect of its own; the others are as good as it in form.
    return eventOf(type, [
      { id, ...item },
      ...Array.from({ length: count - 1 }, (_, n) => ({ id: `n${n}`, ...item })),
    ])
  })

const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1_000)

const FAULTS: readonly (readonly [string, ProblemCode, Fault])[] = [
  ['signed with another secret', 'signature_invalid', secretly(() => ({ secret: createSecret() }))],
  [
    'changed after it was signed',
    'signature_invalid',
    async (scene, type) => {
      const request = await secretly(() => ({}))(scene, type)
      return { ...request, body: `${request.body} ` }
    },
  ],
  [
    'with another id than it was signed with',
    'signature_invalid',
    withHeaders({ 'webhook-id': 'msg_other' }),
  ],
  ['without a signature', 'webhook_headers_missing', withHeaders({ 'webhook-signature': undefined })],
  ['more than five minutes old', 'signature_expired', secretly(() => ({ at: secondsAgo(302) }))],
  ['more than five minutes early', 'signature_expired', secretly(() => ({ at: secondsAgo(-302) }))],
  [
    'for a line that is not there',
    'line_not_found',
    async (scene, type) => ({
      ...(await secretly(() => ({}))(scene, type)),
      path: '/v1/lines/no-line/webhook',
    }),
  ],
  ['of another media type', 'unsupported_media_type', withHeaders({ 'Content-Type': 'text/plain' })],
  ['no JSON', 'invalid_json', withBody((scene, type) => eventOf(type, [itemOf(type, scene)]).slice(0, -1))],
  [
    'of an unknown type',
    'unknown_event_type',
    withBody((scene, type) => eventOf(type, [itemOf(type, scene)], `${type}.x`)),
  ],
  [
    'of the name of a property every object has',
    'unknown_event_type',
    withBody((scene, type) => eventOf(type, [itemOf(type, scene)], 'constructor')),
  ],
  [
    'without data',
    'invalid_request',
    withBody((_, type) => JSON.stringify({ type, timestamp: new Date().toISOString() })),
  ],
  [
    'with null for data',
    'invalid_request',
    withBody((_, type) => JSON.stringify({ type, timestamp: new Date().toISOString(), data: null })),
  ],
  [
    'with one item that is not in a list',
    'invalid_request',
    withBody((scene, type) => {
      const { items } = EVENTS[type] as EventKind
      const data = { ...dataOf(type, []), [items]: itemOf(type, scene) }
      return JSON.stringify({ type, timestamp: new Date().toISOString(), data })
    }),
  ],
  [
    'with null after a good item',
    'invalid_request',
    withBody((scene, type) => eventOf(type, [itemOf(type, scene), null])),
  ],
  [
    'without a timestamp',
    'invalid_request',
    withBody((scene, type) => JSON.stringify({ type, data: dataOf(type, [itemOf(type, scene)]) })),
  ],
  ['of 501 items', 'batch_too_large', many(501)],
  [
    'of 501 things that are no items',
    'batch_too_large',
    withBody((scene, type) => eventOf(type, [itemOf(type, scene), ...Array(500).fill(null)])),
  ],
  [
    'larger than 256 KiB',
    'body_too_large',
    withBody((scene, type) => eventOf(type, [itemOf(type, scene)]).padEnd(256 * 1_024 + 1, ' ')),
  ],
]

async function deliver({ line }: Scene, { path, ...request }: Awaited<ReturnType<Fault>>): Promise<Response> {
  const answer = await send(path ?? `/v1/lines/${line.id}/webhook`, request)
  await expectDocumented(WEBHOOK, answer)
  return answer
}

/** Sends items as an event of the scene's line; a result an item. */
async function results({ line }: Scene, type: string, ...items: readonly unknown[]): Promise<Result[]> {
  return resultsOf(await line.post(type, dataOf(type, items)))
}

describe.each(types)('%s', (type) => {
  it('without a fault is taken and has an effect', async () => {
    const scene = await setScene()
    const before = await everythingNow()
    const [result] = await results(scene, type, itemOf(type, scene))
    expect(result?.outcome).toMatch(/^(credited|revoked|accepted|issued|linked|removed|taken)$/)
    expect(await everythingNow()).not.toEqual(before)
  })

  it.each(FAULTS)('%s: %s, and nothing is done', async (_, code, fault) => {
    const scene = await setScene()
    const before = await everythingNow()
    const problem = await expectProblem(await deliver(scene, await fault(scene, type)), code)
    if (code === 'invalid_request') expect(problem.errors).not.toHaveLength(0)
    expect(await everythingNow()).toEqual(before)
    expect(await world.DREAM.getByName(scene.dream).snapshot()).toMatchObject({ flowers: 0 })
  })

  it('with any part of an item missing or of the wrong form: invalid_request, and nothing is done', async () => {
    const scene = await setScene()
    const { wrong } = EVENTS[type] as EventKind
    const before = await everythingNow()
    for (const [name, value] of Object.entries(wrong))
      for (const part of [value, undefined]) {
        const items = [itemOf(type, scene), { ...itemOf(type, scene), [name]: part }]
        const problem = await expectProblem(
          await scene.line.post(type, dataOf(type, items)),
          'invalid_request',
        )
        expect(problem.errors).toMatchObject([{ path: expect.stringMatching(`^\\w+\\.1\\.${name}`) }])
      }
    expect(await everythingNow()).toEqual(before)
  })

  it('sent again byte for byte is answered, and changes nothing in the ledger', async () => {
    const scene = await setScene()
    const request = await secretly(() => ({}))(scene, type)
    const first = await resultsOf(await deliver(scene, request))
    const before = await ledgerNow()
    for (let n = 0; n < 3; n++) {
      const [again] = await resultsOf(await deliver(scene, request))
      expect(again).toMatchObject({ id: first[0]?.id })
      expect(await ledgerNow()).toEqual(before)
    }
  })

  it('with the same item twice does once what it does', async () => {
    const scene = await setScene()
    const item = itemOf(type, scene)
    const outcomes = (await results(scene, type, item, item)).map(({ outcome }) => outcome)
    const twice: Record<string, readonly string[]> = {
      'acts.reported': ['credited', 'duplicate'],
      'acts.revoked': ['revoked', 'duplicate'],
      'pledges.requested': ['accepted', 'duplicate'],
      'link_codes.requested': ['issued', 'issued'],
      'links.requested': ['linked', 'duplicate'],
      'links.removed': ['removed', 'refused'],
      'totals.reported': ['taken'],
    }
    expect(outcomes).toEqual(twice[type])
    const balances: Record<string, number> = {
      'acts.reported': 13,
      'acts.revoked': 0,
      'pledges.requested': 8,
    }
    expect(await balanceOf(scene.user)).toBe(balances[type] ?? 10)
  })
})

/** An event of a line with a number in it as text, which JSON.stringify would not write. */
async function sendNumber(
  scene: Scene,
  type: string,
  item: Record<string, unknown>,
  name: string,
  text: string,
) {
  const body = eventOf(type, [{ ...item, [name]: 'NUMBER' }]).replace('"NUMBER"', text)
  return deliver(scene, await signed(scene.line.id, body, { secret: scene.line.secret }))
}

/** Numbers that are none of a thing, or more than there can be. */
const NUMBERS = ['0', '-1', '-0', '1.5', '1e-9', '1000000001', '9007199254740993', '1e300']

describe('a quantity that is none or overflows', () => {
  it.each(NUMBERS)('%s of an act is refused: bad_quantity', async (text) => {
    const scene = await setScene()
    const act = actOf({ user: 'player' })
    const before = await everythingNow()
    const answer = await sendNumber(scene, 'acts.reported', { ...act }, 'quantity', text)
    expect(await resultsOf(answer)).toEqual([
      { id: act.id, outcome: 'refused', flowers: 0, reason: 'bad_quantity' },
    ])
    expect(await everythingNow()).toEqual(before)
  })

  it.each(NUMBERS)('%s flowers of a pledge are refused: bad_flowers', async (text) => {
    const scene = await setScene()
    const ask = itemOf('pledges.requested', scene)
    const before = await everythingNow()
    const answer = await sendNumber(scene, 'pledges.requested', ask, 'flowers', text)
    expect(await resultsOf(answer)).toEqual([
      { id: ask.id, outcome: 'refused', flowers: 0, reason: 'bad_flowers' },
    ])
    expect(await everythingNow()).toEqual(before)
  })

  it.each(['-1', '1.5', '9007199254740993', '1e300'])(
    '%s flowers of a total are no number of flowers',
    async (text) => {
      const scene = await setScene()
      const before = await everythingNow()
      const item = { id: scene.act }
      await expectProblem(
        await sendNumber(scene, 'totals.reported', item, 'flowers', text),
        'invalid_request',
      )
      for (const name of ['acts', 'flowers', 'capped', 'reversed', 'users']) {
        const totals = { acts: 1, flowers: 1, [name]: 'NUMBER' }
        const event = {
          type: 'totals.reported',
          timestamp: new Date().toISOString(),
          data: { day: today, totals },
        }
        const body = JSON.stringify(event).replace('"NUMBER"', text)
        const request = await signed(scene.line.id, body, { secret: scene.line.secret })
        await expectProblem(await deliver(scene, request), 'invalid_request')
      }
      expect(await everythingNow()).toEqual(before)
    },
  )

  it.each([
    ['acts.reported', 'quantity'],
    ['pledges.requested', 'flowers'],
    ['totals.reported', 'flowers'],
  ] as const)('that is beyond a double is no number: %s', async (type, name) => {
    const scene = await setScene()
    const before = await everythingNow()
    for (const text of ['1e999', '-1e999', `1${'0'.repeat(400)}`])
      await expectProblem(await sendNumber(scene, type, itemOf(type, scene), name, text), 'invalid_request')
    for (const text of ['NaN', 'Infinity', '0x10', '1_000'])
      await expectProblem(await sendNumber(scene, type, itemOf(type, scene), name, text), 'invalid_json')
    expect(await everythingNow()).toEqual(before)
  })

  it('times what the rule gives is no more than one entry moves', async () => {
    const line = await plantLine({ rules: [{ flowers: 1_000_000_000 }] })
    const user = freshId('user')
    const results = await line.report(
      { user, quantity: 1_000_000_000 },
      { user, quantity: 2 },
      { user, quantity: 1 },
    )
    expect(results.map(({ outcome, flowers }) => [outcome, flowers])).toEqual(
      Array(3).fill(['credited', 1_000_000_000]),
    )
    expect(await balanceOf(user)).toBe(3_000_000_000)
  })
})

describe('a time in the far past or future', () => {
  const iso = (at: number) => new Date(at).toISOString()

  it.each<[string, string, string]>([
    ['the year 0', '0000-01-01T00:00:00Z', 'too_old'],
    ['the year 1', '0001-01-01T00:00:00Z', 'too_old'],
    ['the epoch', '1970-01-01T00:00:00Z', 'too_old'],
    ['a week and a minute ago', iso(Date.now() - 7 * DAY_MS - 60_000), 'too_old'],
    ['in ten minutes', iso(Date.now() + 10 * 60_000), 'too_new'],
    [
      'in ten minutes, told in another zone',
      iso(Date.now() + 10 * 60_000 - 12 * 3_600_000).replace('Z', '-12:00'),
      'too_new',
    ],
    ['the year 9999', '9999-12-31T23:59:59Z', 'too_new'],
    ['the year 10000', '+010000-01-01T00:00:00Z', 'bad_time'],
    ['the year 275761, after which there is no time', '+275761-01-01T00:00:00Z', 'bad_time'],
    ['seconds since 1970', '1788000000', 'bad_time'],
    ['a day that does not exist', '2026-02-30T00:00:00Z', 'bad_time'],
    ['a time without a zone', '2026-09-01T00:00:00', 'bad_time'],
  ])('of an act is refused: %s', async (_, at, reason) => {
    const scene = await setScene()
    const act = actOf({ user: 'player', at })
    const before = await everythingNow()
    expect(await results(scene, 'acts.reported', act)).toEqual([
      { id: act.id, outcome: 'refused', flowers: 0, reason },
    ])
    expect(await everythingNow()).toEqual(before)
  })

  it.each<[string, string]>([
    ['the day before the last 30', iso(Date.now() - 31 * DAY_MS).slice(0, 10)],
    ['the day after tomorrow', iso(Date.now() + 2 * DAY_MS).slice(0, 10)],
    ['the first day of the year 1', '0001-01-01'],
    ['the last day of the year 9999', '9999-12-31'],
  ])('of a total is refused: %s', async (_, day) => {
    const { line } = await setScene()
    const before = await everythingNow()
    const answer = await line.results('totals.reported', { day, totals: { acts: 1, flowers: 1 } })
    expect(answer).toEqual([{ id: day, outcome: 'refused', flowers: 0, reason: 'day_out_of_range' }])
    expect(await everythingNow()).toEqual(before)
  })

  it.each(['2026-02-30', '2026-9-1', 'today', '2026-09-01T00:00:00Z', ''])('%j is no day', async (day) => {
    const { line } = await setScene()
    const before = await everythingNow()
    const data = { day, totals: { acts: 1, flowers: 1 } }
    await expectProblem(await line.post('totals.reported', data), 'invalid_request')
    expect(await everythingNow()).toEqual(before)
  })

  it('of an event itself is of no account: its signature says when it was sent', async () => {
    const { line } = await setScene()
    for (const timestamp of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z']) {
      const body = JSON.stringify({ type: 'acts.reported', timestamp, data: { acts: [actOf({})] } })
      const answer = await send(
        `/v1/lines/${line.id}/webhook`,
        await signed(line.id, body, { secret: line.secret }),
      )
      expect(await resultsOf(answer)).toMatchObject([{ outcome: 'credited' }])
    }
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { dispatchOutbox } from '../../src/callbacks/dispatch.ts'
import { describeType, eventTypeNames } from '../../src/callbacks/events.ts'
import {
  ask,
  auditOf,
  consume,
  deliveryRow,
  endpointRow,
  keepingQueue,
  subscribe,
  tell,
} from './callback-calls.ts'
import { apiDocument, expectDocumented } from './documented.ts'
import { expectProblem, freshId, plantSeed, world } from './world.ts'

const URL_OK = 'https://receiver.example/hook'

beforeAll(plantSeed)

const dispatch = () => dispatchOutbox({ ...world, CALLBACKS: keepingQueue().queue })

const ok = () => new Response()

describe('subscribing', () => {
  it('answers the endpoint and, this once, its secret; at rest the secret is sealed', async () => {
    const owner = `partner:${freshId('p')}`
    const answer = await ask('POST', '/v1/endpoints', { owner, url: URL_OK, types: ['dream.reached'] })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const made = (await expectDocumented('post /v1/endpoints', answer)) as Record<string, string>
    expect(made).toMatchObject({ owner, url: URL_OK, types: ['dream.reached'], state: 'active' })
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const { results } = await world.DB.prepare('SELECT * FROM endpoint_secrets WHERE endpoint = ?')
      .bind(made.id)
      .all()
    expect(results).toHaveLength(1)
    expect(JSON.stringify(results)).not.toContain(made.secret)
    for (const path of [`/v1/endpoints/${made.id}`, `/v1/endpoints?owner=${owner}`]) {
      const read = await ask('GET', path)
      expect(read.headers.get('Cache-Control')).toBe('no-store')
      expect(await read.text()).not.toContain('whsec_')
    }
    expect(JSON.stringify(await auditOf(made.id ?? ''))).not.toMatch(/whsec_|\/hook/)
  })

  it('is for those who look after the owner, and operators', async () => {
    const owner = `partner:${freshId('p')}`
    const body = { owner, url: URL_OK, types: ['dream.reached'] }
    expect((await ask('POST', '/v1/endpoints', body, { roles: [owner] })).status).toBe(201)
    const others = { roles: ['partner:other', 'line:steps'] }
    await expectProblem(await ask('POST', '/v1/endpoints', body, others), 'owner_only')
    await expectProblem(await ask('GET', `/v1/endpoints?owner=${owner}`, undefined, others), 'owner_only')
    const { id } = await subscribe({ owner })
    const base = `/v1/endpoints/${id}`
    const now = new Date().toISOString()
    for (const [method, path, sent] of [
      ['GET', base],
      ['PATCH', base, { state: 'disabled' }],
      ['DELETE', base],
      ['POST', `${base}/rotate`, {}],
      ['GET', `${base}/deliveries`],
      ['GET', `${base}/deliveries/evt_x`],
      ['POST', `${base}/deliveries/evt_x/resend`],
      ['POST', `${base}/replay`, { since: now }],
      ['POST', `${base}/example`, { type: 'dream.reached' }],
    ] as const)
      await expectProblem(await ask(method, path, sent, others), 'owner_only')
    expect(await endpointRow(id)).toMatchObject({ state: 'active' })
  })

  it('of a line needs the line; of a partner not', async () => {
    const body = { owner: 'line:no-such', url: URL_OK, types: ['dream.reached'] }
    await expectProblem(await ask('POST', '/v1/endpoints', body), 'line_not_found')
    expect((await ask('POST', '/v1/endpoints', { ...body, owner: 'line:steps' })).status).toBe(201)
  })

  it.each(['flowers.credited', 'pledge.accepted'])(
    'a partner to %s is refused, and the place is named',
    async (type) => {
      const owner = `partner:${freshId('p')}`
      const body = { owner, url: URL_OK, types: ['dream.reached', type] }
      const problem = await expectProblem(await ask('POST', '/v1/endpoints', body), 'invalid_request')
      expect(problem.errors).toEqual([{ path: 'types.1', message: expect.stringContaining(type) }])
      const { id } = await subscribe({ owner })
      await expectProblem(await ask('PATCH', `/v1/endpoints/${id}`, { types: [type] }), 'invalid_request')
      await expectProblem(await ask('POST', `/v1/endpoints/${id}/example`, { type }), 'invalid_request')
      expect((await ask('POST', '/v1/endpoints', { ...body, owner: 'line:quiz' })).status).toBe(201)
    },
  )

  it('takes no other form', async () => {
    const good = { owner: 'partner:mill', url: URL_OK, types: ['dream.reached'] }
    for (const change of [
      { owner: 'mill' },
      { owner: 'user:mill' },
      { owner: 'endpoint:ep_1' },
      { owner: 'line:' },
      { owner: 'line:a b' },
      { types: [] },
      { types: ['dream.invented'] },
      { types: ['dream.reached', 'dream.reached'] },
      { types: 'dream.reached' },
      { url: 7 },
      { secret: 'whsec_mine' },
    ])
      await expectProblem(await ask('POST', '/v1/endpoints', { ...good, ...change }), 'invalid_request')
  })

  it('an address that may not be called is refused, when it is given and when it is changed', async () => {
    const { id } = await subscribe()
    for (const url of ['ftp://receiver.example/', 'https://10.0.0.1/', 'https://a.internal/', 'nonsense']) {
      const body = { owner: 'partner:mill', url, types: ['dream.reached'] }
      await expectProblem(await ask('POST', '/v1/endpoints', body), 'address_refused')
      await expectProblem(await ask('PATCH', `/v1/endpoints/${id}`, { url }), 'address_refused')
    }
    const local = { owner: 'partner:mill', url: 'http://127.0.0.1:9/', types: ['dream.reached'] }
    expect((await ask('POST', '/v1/endpoints', local)).status).toBe(201)
  })

  it('ends at twenty endpoints an owner, however many come at once', async () => {
    const owner = `partner:${freshId('p')}`
    const body = { owner, url: URL_OK, types: ['dream.reached'] }
    const answers = await Promise.all(Array.from({ length: 23 }, () => ask('POST', '/v1/endpoints', body)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20)
    for (const answer of answers.filter(({ status }) => status !== 201))
      await expectProblem(answer, 'limit_reached')
    const listed = await ask('GET', `/v1/endpoints?owner=${owner}`)
    const { items } = (await expectDocumented('get /v1/endpoints', listed)) as { items: { id: string }[] }
    expect(items).toHaveLength(20)
    const secrets = await world.DB.prepare(
      'SELECT count(*) AS n FROM endpoint_secrets s JOIN endpoints e ON e.id = s.endpoint WHERE e.owner = ?',
    )
      .bind(owner)
      .first('n')
    expect(secrets).toBe(20)
    await ask('DELETE', `/v1/endpoints/${items[0]?.id}`)
    expect((await ask('POST', '/v1/endpoints', body)).status).toBe(201)
  })
})

describe('an endpoint', () => {
  it('can be changed, disabled, enabled and deleted, and the audit log says who did it', async () => {
    const { id, owner } = await subscribe()
    const path = `/v1/endpoints/${id}`
    const patch = async (body: unknown) =>
      expectDocumented('patch /v1/endpoints/{endpoint}', await ask('PATCH', path, body))
    expect(await patch({ url: 'https://new.example/x', types: ['dream.closed'] })).toMatchObject({
      id,
      owner,
      url: 'https://new.example/x',
      types: ['dream.closed'],
      state: 'active',
    })
    expect(await patch({ state: 'disabled' })).toMatchObject({
      state: 'disabled',
      disabledReason: 'requested',
    })
    expect(await patch({ state: 'active' })).toMatchObject({ state: 'active', disabledReason: null })
    const read = await expectDocumented('get /v1/endpoints/{endpoint}', await ask('GET', path))
    expect(read).toMatchObject({ url: 'https://new.example/x', types: ['dream.closed'] })
    expect((await ask('POST', `${path}/rotate`, {})).status).toBe(201)
    const deleted = await ask('DELETE', path)
    expect([deleted.status, await deleted.text()]).toEqual([204, ''])
    expect(await auditOf(id)).toMatchObject(
      ['created', 'changed', 'disabled', 'enabled', 'rotated', 'deleted'].map((verb) => ({
        actor: 'ops',
        action: `endpoint.${verb}`,
      })),
    )
  })

  it('that is deleted, or never was, is not found by any route', async () => {
    const { id, owner } = await subscribe()
    await ask('DELETE', `/v1/endpoints/${id}`)
    for (const endpoint of [id, `ep_${'0'.repeat(32)}`, 'ep_x', '%00']) {
      const base = `/v1/endpoints/${endpoint}`
      await expectProblem(await ask('GET', base), 'endpoint_not_found')
      await expectProblem(await ask('PATCH', base, { state: 'active' }), 'endpoint_not_found')
      await expectProblem(await ask('DELETE', base), 'endpoint_not_found')
      await expectProblem(await ask('POST', `${base}/rotate`, {}), 'endpoint_not_found')
      await expectProblem(await ask('GET', `${base}/deliveries`), 'endpoint_not_found')
      await expectProblem(await ask('GET', `${base}/deliveries/evt_1`), 'endpoint_not_found')
    }
    const listed = (await (await ask('GET', `/v1/endpoints?owner=${owner}`)).json()) as { items: unknown[] }
    expect(listed.items).toEqual([])
    expect(await auditOf(id)).toHaveLength(2)
  })

  it('takes no empty and no odd change', async () => {
    const { id } = await subscribe()
    for (const body of [{}, { state: 'deleted' }, { owner: 'partner:b' }, { types: [] }])
      await expectProblem(await ask('PATCH', `/v1/endpoints/${id}`, body), 'invalid_request')
  })

  it('has five secrets at the most, and one that replaces all is always taken', async () => {
    const { id } = await subscribe()
    const rotate = (body: unknown) => ask('POST', `/v1/endpoints/${id}/rotate`, body)
    for (let n = 0; n < 4; n++)
      await expectDocumented('post /v1/endpoints/{endpoint}/rotate', await rotate({ overlapHours: 168 }))
    await expectProblem(await rotate({}), 'limit_reached')
    expect((await rotate({ overlapHours: 0 })).status).toBe(201)
    const left = await world.DB.prepare(
      'SELECT count(*) AS n FROM endpoint_secrets WHERE endpoint = ? AND (expires_at IS NULL OR expires_at > ?)',
    )
      .bind(id, Date.now())
      .first('n')
    expect(left).toBe(1)
    for (const overlapHours of [-1, 169, 0.5, '24'])
      await expectProblem(await rotate({ overlapHours }), 'invalid_request')
  })

  it('cannot be made or rotated without SECRETS_KEY', async () => {
    const env = { SECRETS_KEY: undefined }
    const body = { owner: 'partner:mill', url: URL_OK, types: ['dream.reached'] }
    await expectProblem(await ask('POST', '/v1/endpoints', body, { env }), 'unavailable')
    const { id } = await subscribe()
    await expectProblem(await ask('POST', `/v1/endpoints/${id}/rotate`, {}, { env }), 'unavailable')
  })
})

describe('the log of deliveries', () => {
  it('is paged, newest first, and says how each went', async () => {
    const { id, owner } = await subscribe()
    const events = []
    for (let n = 0; n < 5; n++) events.push(await tell({ owner, at: Date.now() + n }))
    await dispatch()
    await consume([{ endpoint: id, event: events[0]?.id ?? '' }], ok)
    await consume([{ endpoint: id, event: events[1]?.id ?? '' }], () => new Response(null, { status: 500 }))
    const route = 'get /v1/endpoints/{endpoint}/deliveries'
    const seen: Record<string, unknown>[] = []
    for (let cursor = ''; ; ) {
      const answer = await ask('GET', `/v1/endpoints/${id}/deliveries?pageSize=2${cursor}`)
      const page = (await expectDocumented(route, answer)) as {
        items: Record<string, unknown>[]
        nextCursor: string | null
      }
      seen.push(...page.items)
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
    }
    expect(seen.map(({ event }) => event)).toEqual(events.map(({ id }) => id).reverse())
    expect(seen.slice(-2)).toMatchObject([
      {
        type: 'report.published',
        state: 'pending',
        attempts: 1,
        lastStatus: 500,
        lastError: 'status',
        doneAt: null,
      },
      { state: 'delivered', attempts: 1, lastStatus: 200, lastError: null, nextAt: null },
    ])
    expect(seen[0]).toMatchObject({ state: 'pending', attempts: 0, lastStatus: null, lastError: null })
  })

  it('shows one delivery with its attempts', async () => {
    const { id, owner } = await subscribe()
    const { id: event } = await tell({ owner })
    await dispatch()
    const now = Date.now()
    await consume([{ endpoint: id, event }], () => new Response('secret body', { status: 500 }), { now })
    await consume([{ endpoint: id, event }], ok, { now: now + 5_000 })
    const answer = await ask('GET', `/v1/endpoints/${id}/deliveries/${event}`)
    const delivery = await expectDocumented('get /v1/endpoints/{endpoint}/deliveries/{event}', answer)
    expect(delivery).toMatchObject({
      event,
      state: 'delivered',
      log: [
        { attempt: 2, at: new Date(now + 5_000).toISOString(), status: 200, error: null },
        { attempt: 1, at: new Date(now).toISOString(), status: 500, error: 'status' },
      ],
    })
    expect(JSON.stringify(delivery)).not.toContain('secret body')
    const { id: other } = await subscribe()
    for (const path of [`${other}/deliveries/${event}`, `${id}/deliveries/evt_no`, `${id}/deliveries/a.b`])
      await expectProblem(await ask('GET', `/v1/endpoints/${path}`), 'delivery_not_found')
  })
})

describe('sending again', () => {
  it('one delivery makes it pending anew, whatever became of it', async () => {
    const { id, owner } = await subscribe()
    const { id: event } = await tell({ owner })
    await dispatch()
    await consume([{ endpoint: id, event }], ok)
    const path = `/v1/endpoints/${id}/deliveries/${event}/resend`
    const { handed, queue } = keepingQueue()
    const answer = await ask('POST', path, undefined, { env: { CALLBACKS: queue } })
    expect(answer.status).toBe(202)
    await expectDocumented('post /v1/endpoints/{endpoint}/deliveries/{event}/resend', answer)
    await expect.poll(() => handed).toEqual([{ endpoint: id, event }])
    expect((await consume(handed, ok)).sent).toHaveLength(1)
    await expectProblem(await ask('POST', path.replace(event, 'evt_no')), 'delivery_not_found')
  })

  it('all since a time takes what fits the endpoint now, delivered or not, and nothing else', async () => {
    const { id, owner } = await subscribe({ types: ['dream.closed', 'report.published'] })
    const start = Date.now() + 1_000_000
    const event = (name: string, at: number, change = {}) =>
      tell({ id: `evt_${id}_${name}`, owner, at: start + at, ...change })
    await event('before', -1)
    await event('first', 0)
    await event('later', 5)
    await event('public', 6, { owner: null })
    await event('other', 7, { owner: 'partner:someone-else' })
    await event('type', 8, { type: 'dream.closed' })
    await event('end', 10)
    await dispatch()
    await consume([{ endpoint: id, event: `evt_${id}_first` }], ok)
    expect(await deliveryRow({ endpoint: id, event: `evt_${id}_first` })).toMatchObject({
      state: 'delivered',
    })
    await ask('PATCH', `/v1/endpoints/${id}`, { types: ['report.published'] })
    const { handed, queue } = keepingQueue()
    const answer = await ask(
      'POST',
      `/v1/endpoints/${id}/replay`,
      { since: new Date(start).toISOString(), until: new Date(start + 10).toISOString() },
      { env: { CALLBACKS: queue } },
    )
    expect(answer.status).toBe(202)
    const replayed = await expectDocumented('post /v1/endpoints/{endpoint}/replay', answer)
    expect(replayed).toEqual({ events: 3, nextSince: null })
    const names = ['first', 'later', 'public'].map((name) => `evt_${id}_${name}`)
    await expect.poll(() => handed.map(({ event }) => event).sort()).toEqual(names)
    expect(await deliveryRow({ endpoint: id, event: names[0] ?? '' })).toMatchObject({ state: 'pending' })
  })

  it('without an end goes to this moment, and leaves out examples', async () => {
    const { id, owner } = await subscribe({ types: ['dream.closed'] })
    const { id: other } = await subscribe({ owner, types: ['dream.closed'] })
    const since = new Date().toISOString()
    await tell({ owner, type: 'dream.closed' })
    await ask('POST', `/v1/endpoints/${other}/example`, { type: 'dream.closed' })
    const replayed = async (endpoint: string) =>
      (await ask('POST', `/v1/endpoints/${endpoint}/replay`, { since })).json()
    expect(await replayed(id)).toEqual({ events: 1, nextSince: null })
    expect(await replayed(other)).toEqual({ events: 1, nextSince: null })
  })

  it('of more than a thousand says where to go on, also where they happened in one millisecond', async () => {
    const { id, owner } = await subscribe({ types: ['dream.closed'] })
    const start = Date.parse('2027-01-01T00:00:00Z')
    const plant = (from: number, to: number, at: string) =>
      world.DB.prepare(
        `INSERT INTO outbox (id, type, owner, data, at, dispatched_at)
         SELECT 'evt_many_' || value, 'dream.closed', ?1, '{}', ?2 + ${at}, 1 FROM json_each(?3)`,
      )
        .bind(owner, start, JSON.stringify(Array.from({ length: to - from }, (_, n) => from + n)))
        .run()
    await plant(0, 600, 'value / 2')
    await plant(600, 1_800, '1000')
    await plant(1_800, 1_900, '2000')
    const calls: unknown[] = []
    for (let since: string | null = new Date(start).toISOString(); since !== null; ) {
      const body = { since, until: '2027-01-01T01:00:00Z' }
      const answer = await ask('POST', `/v1/endpoints/${id}/replay`, body)
      const { events, nextSince } = (await answer.json()) as { events: number; nextSince: string | null }
      calls.push(events)
      since = nextSince
    }
    expect(calls).toEqual([600, 1_200, 100])
  })

  it('is refused while the endpoint is disabled', async () => {
    const { id } = await subscribe()
    await ask('PATCH', `/v1/endpoints/${id}`, { state: 'disabled' })
    const base = `/v1/endpoints/${id}`
    for (const [path, body] of [
      ['deliveries/evt_1/resend'],
      ['replay', { since: new Date().toISOString() }],
      ['example', { type: 'dream.reached' }],
    ] as const)
      await expectProblem(await ask('POST', `${base}/${path}`, body), 'endpoint_disabled')
  })

  it('takes no time that is none', async () => {
    const { id } = await subscribe()
    for (const body of [{}, { since: 'yesterday' }, { since: '2026-01-01' }, { since: 5 }])
      await expectProblem(await ask('POST', `/v1/endpoints/${id}/replay`, body), 'invalid_request')
  })
})

describe('an example', () => {
  it.each(eventTypeNames)('of %s says that it is one and goes to this endpoint only', async (type) => {
    const { id } = await subscribe({ owner: 'line:quiz', types: ['dream.closed'] })
    const { handed, queue } = keepingQueue()
    const answer = await ask('POST', `/v1/endpoints/${id}/example`, { type }, { env: { CALLBACKS: queue } })
    expect(answer.status).toBe(202)
    const { event } = (await expectDocumented('post /v1/endpoints/{endpoint}/example', answer)) as {
      event: string
    }
    await expect.poll(() => handed.filter((ref) => ref.event === event)).toEqual([{ endpoint: id, event }])
    const { sent } = await consume([{ endpoint: id, event }], ok)
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({
      type,
      data: { ...describeType(type).example, example: true },
    })
    await dispatch()
    const others = await world.DB.prepare('SELECT count(*) AS n FROM deliveries WHERE event = ?')
      .bind(event)
      .first('n')
    expect(others).toBe(1)
  })
})

describe('the API’s description', () => {
  it('tells what subscribers are sent', async () => {
    const { webhooks } = (await apiDocument()) as unknown as { webhooks: Record<string, unknown> }
    expect(Object.keys(webhooks)).toEqual([...eventTypeNames])
  })
})

import { describe, expect, it } from 'vitest'
import { actionsOf, call, changesOf, newLine, OPERATOR, register, sql } from './registry-calls.ts'
import { expectProblem, freshId, plantSeed, sendWith, tokenFor, world } from './world.ts'

describe('a line', () => {
  it('is registered with its first secret, which is shown once and leaves an audit row without it', async () => {
    const id = freshId('line')
    const answer = await call('post', '/v1/lines', { body: newLine(id) })
    expect(answer.status).toBe(201)
    const { secret, ...line } = await answer.json<{ secret: { id: string; secret: string } }>()
    const expected = {
      ...newLine(id),
      ...{ timeZone: 'Asia/Shanghai', userIds: 'platform', mayPledge: false, ratePerMinute: 600_000 },
      ...{ state: 'active', createdAt: expect.any(String) },
    }
    expect(line).toEqual(expected)
    expect(secret).toMatchObject({ scheme: 'v1', secret: expect.stringMatching(/^whsec_/), expiresAt: null })
    expect(await (await call('get', `/v1/lines/${id}`)).json()).toEqual(expected)
    const changes = await changesOf(id)
    expect(changes).toMatchObject([
      {
        actor: OPERATOR,
        action: 'line.created',
        detail: { secret: secret.id, after: { kinds: ['walk', 'ride'] } },
      },
    ])
    const { results } = await sql('SELECT * FROM line_secrets WHERE line = ?', id)
    expect(JSON.stringify([changes, results])).not.toContain(secret.secret.slice(6, 30))
  })

  it('is registered with everything it may be told', async () => {
    const told = {
      ...{ timeZone: 'Europe/Berlin', userIds: 'own', mayPledge: true, ratePerMinute: 60 },
      kinds: Array.from({ length: 32 }, (_, n) => `${n}`.padStart(64, 'k')),
    }
    expect(await register(told)).toMatchObject(told)
  })

  it('is registered once: of two at a time with one id, one is', async () => {
    const id = freshId('line')
    const ask = () => call('post', '/v1/lines', { body: newLine(id) })
    const answers = await Promise.all([ask(), ask(), ask()])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    await expectProblem(await ask(), 'line_exists')
    expect(await actionsOf(id)).toEqual(['line.created'])
    const { results } = await sql('SELECT id FROM line_secrets WHERE line = ?', id)
    expect(results).toHaveLength(1)
  })

  it.each<[string, object]>([
    ['no id', { id: undefined }],
    ['an id in capitals', { id: 'STEPS' }],
    ['no name', { name: '  ' }],
    ['a long name', { name: 'x'.repeat(201) }],
    ['no contact', { contact: undefined }],
    ['a time zone that is none', { timeZone: 'Mars/Olympus' }],
    ['an offset for a time zone', { timeZone: '+08:00' }],
    ['no kinds', { kinds: [] }],
    ['33 kinds', { kinds: Array.from({ length: 33 }, (_, n) => `k${n}`) }],
    ['a kind twice', { kinds: ['walk', 'walk'] }],
    ['a kind of two words', { kinds: ['long walk'] }],
    ['a long kind', { kinds: ['k'.repeat(65)] }],
    ['user ids of somebody', { userIds: 'other' }],
    ['a rate of nothing', { ratePerMinute: 0 }],
    ['a rate beyond the ledger', { ratePerMinute: 1_800_001 }],
    ['half an item a minute', { ratePerMinute: 0.5 }],
    ['a state', { state: 'closed' }],
  ])('is not registered with %s', async (_, fields) => {
    const id = freshId('line')
    await expectProblem(await call('post', '/v1/lines', { body: newLine(id, fields) }), 'invalid_request')
    expect(await actionsOf(id)).toEqual([])
    expect((await call('get', `/v1/lines/${id}`)).status).toBe(404)
  })

  it('is not registered by a body that is no JSON or too large', async () => {
    await expectProblem(await call('post', '/v1/lines', { body: '{' }), 'invalid_json')
    await expectProblem(await call('post', '/v1/lines', { body: ' '.repeat(8_193) }), 'body_too_large')
    await expectProblem(await call('post', '/v1/lines'), 'unsupported_media_type')
  })

  it('is not registered where secrets cannot be sealed', async () => {
    const id = freshId('line')
    const headers = {
      Authorization: `Bearer ${await tokenFor(OPERATOR, ['operator'])}`,
      'Content-Type': 'application/json',
    }
    const init = { method: 'POST', headers, body: JSON.stringify(newLine(id)) }
    await expectProblem(await sendWith({ SECRETS_KEY: undefined }, '/v1/lines', init), 'unavailable')
    expect((await call('get', `/v1/lines/${id}`)).status).toBe(404)
  })

  it('is read by its owner and by operators, and registered and changed by operators only', async () => {
    const { id } = await register()
    expect((await call('get', `/v1/lines/${id}`, { as: [`line:${id}`] })).status).toBe(200)
    for (const as of [[], ['line:other'], [`partner:${id}`]])
      await expectProblem(await call('get', `/v1/lines/${id}`, { as }), 'owner_only')
    const as = [`line:${id}`]
    await expectProblem(await call('get', '/v1/lines', { as }), 'operator_only')
    await expectProblem(
      await call('post', '/v1/lines', { as, body: newLine(freshId('line')) }),
      'operator_only',
    )
    await expectProblem(await call('patch', `/v1/lines/${id}`, { as, body: { name: 'x' } }), 'operator_only')
    await expectProblem(await call('get', '/v1/audit/log', { as }), 'operator_only')
  })

  it('that is not there is not found', async () => {
    for (const id of ['no-such-line', 'No%20Line']) {
      await expectProblem(await call('get', `/v1/lines/${id}`), 'line_not_found')
      await expectProblem(await call('patch', `/v1/lines/${id}`, { body: { name: 'x' } }), 'line_not_found')
    }
  })

  it('stands in the list, which pages through every line once', async () => {
    await plantSeed()
    for (let n = 0; n < 3; n++) await register()
    const ids: string[] = []
    let cursor: string | null = null
    do {
      const query: string = cursor === null ? '' : `&cursor=${cursor}`
      const answer = await call('get', `/v1/lines?pageSize=4${query}`)
      const page = await answer.json<{ items: { id: string }[]; nextCursor: string | null }>()
      ids.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    const { results } = await sql('SELECT id FROM lines')
    expect(results.length).toBeGreaterThan(17)
    expect([...ids].sort()).toEqual(results.map((row) => (row as { id: string }).id).sort())
    await expectProblem(await call('get', '/v1/lines?pageSize=101'), 'invalid_request')
    await expectProblem(await call('get', '/v1/lines?cursor=x'), 'invalid_cursor')
  })
})

/** Changes a line through a database in which `meanwhile` happens each time the line was read for a decision. */
async function patchAmid(id: string, body: object, meanwhile: () => Promise<void>): Promise<Response> {
  let reads = 0
  const DB = {
    prepare: (text: string) => world.DB.prepare(text),
    async batch(statements: D1PreparedStatement[]) {
      const results = await world.DB.batch(statements)
      // A read and a write in turn.
      if (reads++ % 2 === 0) await meanwhile()
      return results
    },
  }
  const token = await tokenFor(OPERATOR, ['operator'])
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
  const init = { method: 'PATCH', headers, body: JSON.stringify(body) }
  return sendWith({ DB }, `/v1/lines/${id}`, init)
}

describe('a change of a line', () => {
  it('changes what it names, and says what that was and became', async () => {
    const { id } = await register()
    const body = {
      ...{ name: '新名', nameEn: 'New', contact: 'x@y.test', timeZone: 'UTC', kinds: ['ride', 'swim'] },
      ...{ mayPledge: true, ratePerMinute: 6 },
    }
    const answer = await call('patch', `/v1/lines/${id}`, { body })
    expect(await answer.json()).toMatchObject({ id, ...body, state: 'active', userIds: 'platform' })
    await call('patch', `/v1/lines/${id}`, { body: { contact: 'z@y.test' } })
    expect((await changesOf(id)).slice(1)).toEqual([
      expect.objectContaining({
        action: 'line.changed',
        actor: OPERATOR,
        detail: {
          before: {
            ...{ name: '测试线', nameEn: 'A test line', contact: 'ops@line.test', timeZone: 'Asia/Shanghai' },
            ...{ kinds: ['walk', 'ride'], mayPledge: false, ratePerMinute: 600_000 },
          },
          after: body,
        },
      }),
      expect.objectContaining({
        detail: { before: { contact: 'x@y.test' }, after: { contact: 'z@y.test' } },
      }),
    ])
  })

  it('that changes nothing leaves no row', async () => {
    const { id } = await register()
    const { id: _, ...same } = newLine(id)
    for (const body of [{}, { state: 'active' }, same])
      expect((await call('patch', `/v1/lines/${id}`, { body })).status).toBe(200)
    expect(await actionsOf(id)).toEqual(['line.created'])
  })

  it('pauses, resumes and closes; what is closed stays so', async () => {
    const { id } = await register()
    const become = (state: string) => call('patch', `/v1/lines/${id}`, { body: { state } })
    for (const state of ['paused', 'active', 'paused', 'closed'])
      expect(await (await become(state)).json()).toMatchObject({ state })
    for (const state of ['active', 'paused']) await expectProblem(await become(state), 'line_state_conflict')
    const rename = await call('patch', `/v1/lines/${id}`, { body: { name: 'after' } })
    await expectProblem(rename, 'line_state_conflict')
    expect((await become('closed')).status).toBe(200)
    const pauses = ['line.paused', 'line.resumed', 'line.paused', 'line.closed']
    expect(await actionsOf(id)).toEqual(['line.created', ...pauses])
    expect((await changesOf(id)).at(-1)).toMatchObject({
      detail: { before: { state: 'paused' }, after: { state: 'closed' } },
    })
  })

  it('made by many at a time is made once', async () => {
    const { id } = await register()
    const pause = () => call('patch', `/v1/lines/${id}`, { body: { state: 'paused' } })
    const answers = await Promise.all(Array.from({ length: 6 }, pause))
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(await actionsOf(id)).toEqual(['line.created', 'line.paused'])
  })

  it('of one field goes with another of another field at the same time, each with its row', async () => {
    const { id } = await register()
    const bodies = [{ name: 'both' }, { contact: 'both@line.test' }]
    const answers = await Promise.all(bodies.map((body) => call('patch', `/v1/lines/${id}`, { body })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(await (await call('get', `/v1/lines/${id}`)).json()).toMatchObject({ ...bodies[0], ...bodies[1] })
    expect(await actionsOf(id)).toEqual(['line.created', 'line.changed', 'line.changed'])
  })

  it('that meets another between its decision and its writing is decided again', async () => {
    const { id } = await register()
    const meanwhile = [{ state: 'paused' }]
    const answer = await patchAmid(id, { state: 'paused', name: 'x' }, async () => {
      const body = meanwhile.pop()
      if (body) await call('patch', `/v1/lines/${id}`, { body })
    })
    expect(await answer.json()).toMatchObject({ name: 'x', state: 'paused' })
    expect((await changesOf(id)).slice(1)).toMatchObject([
      { action: 'line.paused', detail: { before: { state: 'active' } } },
      { action: 'line.changed', detail: { before: { name: '测试线' }, after: { name: 'x' } } },
    ])
  })

  it('that meets a rule being activated does not take its kind away', async () => {
    const { id } = await register()
    await call('post', `/v1/lines/${id}/rules`, { body: { kind: 'walk', per: 1, flowers: 1 } })
    const answer = await patchAmid(id, { kinds: ['ride'] }, async () => {
      await call('post', `/v1/lines/${id}/rules/walk/1/activate`)
    })
    await expectProblem(answer, 'rule_state_conflict')
    expect(await actionsOf(id)).toEqual(['line.created', 'rule.drafted', 'rule.activated'])
  })

  it('that meets another each time is given up, with nothing done', async () => {
    const { id } = await register()
    let n = 0
    const answer = await patchAmid(id, { name: 'never' }, async () => {
      await call('patch', `/v1/lines/${id}`, { body: { contact: `c${n++}` } })
    })
    await expectProblem(answer, 'unavailable')
    expect(n).toBe(3)
    expect((await changesOf(id)).map(({ detail }) => detail.after)).not.toContainEqual({ name: 'never' })
  })

  it.each<[string, object]>([
    ['its id', { id: 'other' }],
    ['whose user ids it speaks of', { userIds: 'own' }],
    ['its kinds to none', { kinds: [] }],
    ['its state to nonsense', { state: 'sleeping' }],
    ['its time zone to nonsense', { timeZone: 'x' }],
    ['its name to nothing', { name: null }],
  ])('does not change %s', async (_, body) => {
    const { id } = await register()
    await expectProblem(await call('patch', `/v1/lines/${id}`, { body }), 'invalid_request')
    expect(await actionsOf(id)).toEqual(['line.created'])
  })

  it('does not take a kind away while a rule of it is active', async () => {
    const { id } = await register()
    await call('post', `/v1/lines/${id}/rules`, { body: { kind: 'walk', per: 1, flowers: 1 } })
    const drop = () => call('patch', `/v1/lines/${id}`, { body: { kinds: ['ride'] } })
    await call('post', `/v1/lines/${id}/rules/walk/1/activate`)
    const problem = await expectProblem(await drop(), 'rule_state_conflict')
    expect(problem.detail).toContain('walk')
    await call('post', `/v1/lines/${id}/rules/walk/1/retire`)
    expect((await drop()).status).toBe(200)
  })

  it('that takes a kind away while its rule is activated leaves no active rule without a kind', async () => {
    for (let n = 0; n < 5; n++) {
      const { id } = await register()
      await call('post', `/v1/lines/${id}/rules`, { body: { kind: 'walk', per: 1, flowers: 1 } })
      const [dropped, activated] = await Promise.all([
        call('patch', `/v1/lines/${id}`, { body: { kinds: ['ride'] } }),
        call('post', `/v1/lines/${id}/rules/walk/1/activate`),
      ])
      expect([dropped.status, activated.status].sort()).toEqual([200, 409])
      const done = (await actionsOf(id)).slice(2)
      expect(done).toEqual([dropped.status === 200 ? 'line.changed' : 'rule.activated'])
    }
  })
})

describe('the audit log', () => {
  it('is read newest first, of everything or one subject, in pages', async () => {
    const { id } = await register()
    for (const name of ['a', 'b', 'c']) await call('patch', `/v1/lines/${id}`, { body: { name } })
    const first = await call('get', `/v1/audit/log?subject=line:${id}&pageSize=3`)
    const page = await first.json<{
      items: { id: string; detail: { after: object } }[]
      nextCursor: string
    }>()
    expect(page.items.map(({ detail }) => detail.after)).toEqual([
      { name: 'c' },
      { name: 'b' },
      { name: 'a' },
    ])
    const rest = await call('get', `/v1/audit/log?subject=line:${id}&cursor=${page.nextCursor}`)
    expect(await rest.json()).toMatchObject({ items: [{ action: 'line.created' }], nextCursor: null })
    const all = await call('get', '/v1/audit/log?pageSize=1')
    expect(await all.json()).toMatchObject({ items: [{ id: page.items[0]?.id }] })
    await expectProblem(await call('get', '/v1/audit/log?subject='), 'invalid_request')
    await expectProblem(await call('get', '/v1/audit/log?cursor=x'), 'invalid_cursor')
  })

  it('is changed by nobody', async () => {
    const { id } = await register()
    const subject = `line:${id}`
    for (const text of [
      "UPDATE audit_log SET actor = 'somebody' WHERE subject = ?",
      "UPDATE OR REPLACE audit_log SET detail = '{}' WHERE subject = ?",
      'UPDATE audit_log SET at = at WHERE subject = ?',
      'DELETE FROM audit_log WHERE subject = ?',
    ])
      await expect(sql(text, subject)).rejects.toThrow(/an audit row (never changes|is never deleted)/)
    expect(await actionsOf(id)).toEqual(['line.created'])
  })
})

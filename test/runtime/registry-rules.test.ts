import { describe, expect, it } from 'vitest'
import { actionsOf, call, changesOf, OPERATOR, register, sql } from './registry-calls.ts'
import { expectProblem } from './world.ts'

interface Rule {
  readonly kind: string
  readonly version: number
  readonly state: string
  readonly activatedAt: string | null
  readonly retiredAt: string | null
}

const draft = (line: string, fields: object = {}, as?: readonly string[]): Promise<Response> =>
  call('post', `/v1/lines/${line}/rules`, {
    body: { kind: 'walk', per: 1_000, flowers: 1, ...fields },
    ...(as ? { as } : {}),
  })

const move = (line: string, version: number | string, to: string, kind = 'walk'): Promise<Response> =>
  call('post', `/v1/lines/${line}/rules/${kind}/${version}/${to}`)

async function rulesOf(line: string): Promise<Rule[]> {
  const answer = await call('get', `/v1/lines/${line}/rules`)
  return (await answer.json<{ items: Rule[] }>()).items
}

const statesOf = async (line: string): Promise<string[]> =>
  (await rulesOf(line)).map(({ kind, version, state }) => `${kind} ${version} ${state}`)

describe('a draft of an earning rule', () => {
  it('is the next version of its kind, with what it was told and nothing else', async () => {
    const { id } = await register()
    const plain = await draft(id)
    expect(plain.status).toBe(201)
    const nothing = {
      capPerDay: null,
      capPerCampaign: null,
      lineBudget: null,
      validFrom: null,
      validTo: null,
    }
    const times = { createdAt: expect.any(String), activatedAt: null, retiredAt: null }
    expect(await plain.json()).toEqual({
      ...{ kind: 'walk', version: 1, state: 'draft', per: 1_000, flowers: 1, minimum: 1, cooldownSeconds: 0 },
      ...nothing,
      ...times,
    })
    const told = {
      ...{ kind: 'walk', per: 1_000_000_000, flowers: 1_000_000_000, minimum: 1_000_000_000 },
      ...{ capPerDay: 3, capPerCampaign: 30, lineBudget: 1_000_000_000, cooldownSeconds: 2_592_000 },
      ...{ validFrom: '2026-09-01T00:00:00+08:00', validTo: '2026-09-10T00:00:00+08:00' },
    }
    expect(await (await draft(id, told)).json()).toEqual({
      ...told,
      ...{ validFrom: '2026-08-31T16:00:00.000Z', validTo: '2026-09-09T16:00:00.000Z' },
      ...{ version: 2, state: 'draft' },
      ...times,
    })
    expect(await (await draft(id, { kind: 'ride' })).json()).toMatchObject({ kind: 'ride', version: 1 })
    expect(await statesOf(id)).toEqual(['ride 1 draft', 'walk 2 draft', 'walk 1 draft'])
    expect((await changesOf(id))[2]).toMatchObject({
      ...{ action: 'rule.drafted', actor: OPERATOR },
      detail: { kind: 'walk', version: 2, after: { capPerDay: 3, lineBudget: 1_000_000_000 } },
    })
  })

  it('begins its campaign on the day of validFrom in the time zone of the line', async () => {
    const campaignOf = async (timeZone: string, validFrom: string | null): Promise<unknown> => {
      const { id } = await register({ timeZone })
      await draft(id, { validFrom })
      const { results } = await sql('SELECT campaign_from AS day FROM earning_rules WHERE line = ?', id)
      return results[0]
    }
    expect(await campaignOf('Asia/Shanghai', '2026-08-31T16:00:00Z')).toEqual({ day: '2026-09-01' })
    expect(await campaignOf('UTC', '2026-08-31T16:00:00Z')).toEqual({ day: '2026-08-31' })
    expect(await campaignOf('UTC', null)).toEqual({ day: '' })
  })

  it('may be made by the owner of the line, who may not activate it', async () => {
    const { id } = await register()
    const as = [`line:${id}`]
    expect((await draft(id, {}, as)).status).toBe(201)
    expect((await call('get', `/v1/lines/${id}/rules`, { as })).status).toBe(200)
    for (const to of ['activate', 'retire'])
      await expectProblem(await call('post', `/v1/lines/${id}/rules/walk/1/${to}`, { as }), 'operator_only')
    await expectProblem(await draft(id, {}, ['line:other']), 'owner_only')
    await expectProblem(await call('get', `/v1/lines/${id}/rules`, { as: [] }), 'owner_only')
    expect(await statesOf(id)).toEqual(['walk 1 draft'])
  })

  it('made by many at a time gets a version each', async () => {
    const { id } = await register()
    const answers = await Promise.all(Array.from({ length: 8 }, () => draft(id)))
    const versions = await Promise.all(answers.map(async (answer) => (await answer.json<Rule>()).version))
    expect(versions.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    const noted = (await changesOf(id)).slice(1).map(({ detail }) => detail.version)
    expect(noted).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it.each<[string, object]>([
    ['a kind that the line does not have', { kind: 'swim' }],
    ['a quantity of nothing', { per: 0 }],
    ['a quantity beyond any act', { per: 1_000_000_001 }],
    ['half a flower', { flowers: 0.5 }],
    ['no flowers', { flowers: 0 }],
    ['more flowers than one entry moves', { flowers: 1_000_000_001 }],
    ['a minimum of nothing', { minimum: 0 }],
    ['a cap of nothing', { capPerDay: 0 }],
    ['a cap below nothing', { capPerCampaign: -1 }],
    ['a budget beyond a double', { lineBudget: 1e300 }],
    ['a cooldown of more than a month', { cooldownSeconds: 2_592_001 }],
    ['a cooldown below nothing', { cooldownSeconds: -1 }],
    ['a time that is a number', { validFrom: 1_788_000_000 }],
    ['a day without a time', { validFrom: '2026-09-01' }],
    ['a day that does not exist', { validFrom: '2026-02-30T00:00:00Z' }],
    ['a time in another century', { validTo: '2100-01-01T00:00:00Z' }],
    ['an end that is its beginning', { validFrom: '2026-09-01T00:00:00Z', validTo: '2026-09-01T00:00:00Z' }],
    [
      'an end before its beginning',
      { validFrom: '2026-09-01T08:00:00+08:00', validTo: '2026-08-31T23:59:59Z' },
    ],
    ['a version of its own', { version: 7 }],
  ])('is refused with %s', async (_, fields) => {
    const { id } = await register()
    await expectProblem(await draft(id, fields), 'invalid_request')
    expect(await rulesOf(id)).toEqual([])
    expect(await actionsOf(id)).toEqual(['line.created'])
  })

  it('is refused as a body that is no JSON or too large, for no line and for a closed one', async () => {
    const { id } = await register()
    const post = (body: string) => call('post', `/v1/lines/${id}/rules`, { body })
    await expectProblem(await post('{'), 'invalid_json')
    await expectProblem(await post(' '.repeat(2_049)), 'body_too_large')
    await expectProblem(await call('post', `/v1/lines/${id}/rules`), 'unsupported_media_type')
    await expectProblem(await draft('no-such-line'), 'line_not_found')
    await expectProblem(await call('get', '/v1/lines/no-such-line/rules'), 'line_not_found')
    await call('patch', `/v1/lines/${id}`, { body: { state: 'closed' } })
    await expectProblem(await draft(id), 'line_closed')
  })

  it('is refused beyond a hundred versions of a kind, and beyond five hundred of a line', async () => {
    const { id } = await register()
    const plant = (kind: string, many: number) =>
      sql(
        `INSERT INTO earning_rules (line, kind, version, state, per, flowers, created_at)
         SELECT ?1, ?2, value, 'draft', 1, 1, 0 FROM json_each(?3)`,
        ...[id, kind, JSON.stringify(Array.from({ length: many }, (_, n) => n + 1))],
      )
    await plant('walk', 99)
    const answers = await Promise.all([draft(id), draft(id), draft(id)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422])
    await expectProblem(await draft(id), 'limit_reached')
    for (const kind of ['a', 'b', 'c']) await plant(kind, 100)
    await plant('ride', 99)
    expect((await draft(id, { kind: 'ride' })).status).toBe(201)
    await call('patch', `/v1/lines/${id}`, { body: { kinds: ['walk', 'ride', 'swim'] } })
    await expectProblem(await draft(id, { kind: 'swim' }), 'limit_reached')
    expect(await rulesOf(id)).toHaveLength(500)
    expect((await actionsOf(id)).filter((action) => action === 'rule.drafted')).toHaveLength(2)
  })
})

describe('activating a rule', () => {
  it('makes the draft the one that earns and retires the one before it, with a row for each', async () => {
    const { id } = await register()
    for (let n = 0; n < 3; n++) await draft(id)
    expect(await (await move(id, 1, 'activate')).json()).toMatchObject({
      ...{ version: 1, state: 'active', activatedAt: expect.any(String), retiredAt: null },
    })
    expect((await move(id, 3, 'activate')).status).toBe(200)
    expect(await statesOf(id)).toEqual(['walk 3 active', 'walk 2 draft', 'walk 1 retired'])
    const [, , former] = await rulesOf(id)
    expect(former).toMatchObject({ activatedAt: expect.any(String), retiredAt: expect.any(String) })
    expect((await changesOf(id)).slice(4).map(({ action, detail }) => ({ action, detail }))).toEqual([
      {
        action: 'rule.activated',
        detail: { kind: 'walk', version: 1, before: { state: 'draft' }, after: { state: 'active' } },
      },
      {
        action: 'rule.retired',
        detail: { kind: 'walk', version: 1, before: { state: 'active' }, after: { state: 'retired' } },
      },
      {
        action: 'rule.activated',
        detail: { kind: 'walk', version: 3, before: { state: 'draft' }, after: { state: 'active' } },
      },
    ])
  })

  it('leaves the rules of other kinds and lines alone', async () => {
    const [one, other] = [await register(), await register()]
    for (const { id } of [one, other])
      for (const kind of ['walk', 'ride']) {
        await draft(id, { kind })
        await move(id, 1, 'activate', kind)
      }
    await draft(one.id)
    await move(one.id, 2, 'activate')
    expect(await statesOf(one.id)).toEqual(['ride 1 active', 'walk 2 active', 'walk 1 retired'])
    expect(await statesOf(other.id)).toEqual(['ride 1 active', 'walk 1 active'])
  })

  it('again changes nothing', async () => {
    const { id } = await register()
    await draft(id)
    await move(id, 1, 'activate')
    expect(await (await move(id, 1, 'activate')).json()).toMatchObject({ version: 1, state: 'active' })
    expect(await actionsOf(id)).toEqual(['line.created', 'rule.drafted', 'rule.activated'])
  })

  it('by many at a time activates once', async () => {
    const { id } = await register()
    await draft(id)
    const answers = await Promise.all(Array.from({ length: 6 }, () => move(id, 1, 'activate')))
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200))
    expect(await actionsOf(id)).toEqual(['line.created', 'rule.drafted', 'rule.activated'])
  })

  it('of several versions at a time leaves one active, and every row tells what happened', async () => {
    const { id } = await register()
    for (let n = 0; n < 4; n++) await draft(id)
    const answers = await Promise.all([1, 2, 3, 4].map((version) => move(id, version, 'activate')))
    expect(answers.map(({ status }) => status)).toEqual(Array(4).fill(200))
    const states = (await rulesOf(id)).map(({ state }) => state)
    expect(states.sort()).toEqual(['active', 'retired', 'retired', 'retired'])
    // Each version was retired by the one that was activated after it.
    const moves = (await changesOf(id)).slice(5).map(({ action, detail }) => `${action} ${detail.version}`)
    const order = moves.filter((move) => move.startsWith('rule.activated')).map((move) => move.split(' ')[1])
    const [first, ...rest] = order
    expect(moves).toEqual([
      `rule.activated ${first}`,
      ...rest.flatMap((version, n) => [`rule.retired ${order[n]}`, `rule.activated ${version}`]),
    ])
  })

  it('against retiring it at the same time ends retired, with the rows of what happened', async () => {
    const { id } = await register()
    await draft(id)
    const [activated, retired] = await Promise.all([move(id, 1, 'activate'), move(id, 1, 'retire')])
    expect(retired.status).toBe(200)
    expect(await statesOf(id)).toEqual(['walk 1 retired'])
    const done = activated.status === 200 ? ['rule.activated', 'rule.retired'] : ['rule.retired']
    expect((await actionsOf(id)).slice(2)).toEqual(done)
  })

  it('is refused for what is retired, is not there, or belongs to a closed line', async () => {
    const { id } = await register()
    await draft(id)
    await draft(id)
    await move(id, 1, 'retire')
    await expectProblem(await move(id, 1, 'activate'), 'rule_state_conflict')
    for (const [version, kind] of [
      [9, 'walk'],
      [1, 'ride'],
      [1, 'swim'],
      [0, 'walk'],
      [-1, 'walk'],
      ['1.5', 'walk'],
      ['1e0', 'walk'],
      ['0x1', 'walk'],
      ['%201', 'walk'],
      ['9'.repeat(400), 'walk'],
      [1, 'Walk%00'],
    ] as const)
      for (const to of ['activate', 'retire'])
        await expectProblem(await move(id, version, to, kind), 'rule_not_found')
    for (const to of ['activate', 'retire'])
      await expectProblem(await move('no-such-line', 1, to), 'line_not_found')
    await call('patch', `/v1/lines/${id}`, { body: { kinds: ['ride'] } })
    const problem = await expectProblem(await move(id, 2, 'activate'), 'rule_state_conflict')
    expect(problem.detail).toContain('walk')
    await call('patch', `/v1/lines/${id}`, { body: { state: 'closed' } })
    await expectProblem(await move(id, 2, 'activate'), 'line_closed')
    expect(await statesOf(id)).toEqual(['walk 2 draft', 'walk 1 retired'])
  })
})

describe('retiring a rule', () => {
  it('ends a draft or the active one; again changes nothing', async () => {
    const { id } = await register()
    await draft(id)
    await draft(id)
    await move(id, 1, 'activate')
    for (const version of [1, 2, 1, 2])
      expect(await (await move(id, version, 'retire')).json()).toMatchObject({ version, state: 'retired' })
    expect((await changesOf(id)).slice(4)).toMatchObject([
      { action: 'rule.retired', detail: { version: 1, before: { state: 'active' } } },
      { action: 'rule.retired', detail: { version: 2, before: { state: 'draft' } } },
    ])
    expect(await actionsOf(id)).toHaveLength(6)
  })

  it('is possible on a closed line', async () => {
    const { id } = await register()
    await draft(id)
    await move(id, 1, 'activate')
    await call('patch', `/v1/lines/${id}`, { body: { state: 'closed' } })
    expect((await move(id, 1, 'retire')).status).toBe(200)
  })
})

describe('the database itself refuses', () => {
  it.each([
    'UPDATE earning_rules SET flowers = 100 WHERE line = ?',
    'UPDATE earning_rules SET per = 1 WHERE line = ?',
    'UPDATE earning_rules SET cap_per_day = 1 WHERE line = ?',
    'UPDATE earning_rules SET valid_to = 1 WHERE line = ?',
    "UPDATE earning_rules SET campaign_from = '2020-01-01' WHERE line = ?",
    'UPDATE earning_rules SET version = 2 WHERE line = ?',
    "UPDATE earning_rules SET kind = 'ride' WHERE line = ?",
    "UPDATE earning_rules SET state = 'draft' WHERE line = ?",
    'UPDATE OR REPLACE earning_rules SET flowers = 100 WHERE line = ?',
    'DELETE FROM earning_rules WHERE line = ?',
  ])('%s', async (text) => {
    const { id } = await register()
    await draft(id)
    await move(id, 1, 'activate')
    const before = await rulesOf(id)
    await expect(sql(text, id)).rejects.toThrow(/an earning rule (never changes|is never deleted)/)
    expect(await rulesOf(id)).toEqual(before)
  })

  it('a second active rule of a kind, and a retired one that comes back', async () => {
    const { id } = await register()
    await draft(id)
    await draft(id)
    await move(id, 1, 'activate')
    const set = (version: number) =>
      sql("UPDATE earning_rules SET state = 'active' WHERE line = ? AND version = ?", id, version)
    await expect(set(2)).rejects.toThrow(/UNIQUE/)
    await move(id, 1, 'retire')
    await expect(set(1)).rejects.toThrow('an earning rule never changes')
  })
})

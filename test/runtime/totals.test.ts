import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createSecret, sealSecret } from '../../src/registry/secrets.ts'
import { checkDays, checkTotals } from '../../src/totals/check.ts'
import { findDay, findDays, REVERSED_SQL, SUM_PAGE_SQL } from '../../src/totals/store.ts'
import { expectDocumented } from './documented.ts'
import {
  accountOf,
  expectProblem,
  freshId,
  plantDream,
  plantSeed,
  pledge,
  send,
  signed,
  tokenFor,
  world,
} from './world.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

const LIST = 'get /v1/lines/{line}/days'
const DAY = 'get /v1/lines/{line}/days/{day}'
const CHECK = 'post /v1/lines/{line}/days/{day}/check'

interface LineOptions {
  readonly timeZone?: string
  readonly userIds?: 'platform' | 'own'
}

/** A line of its own: acts of kind `act` earn a flower each, ten a user and day. */
async function plantLine({ timeZone = 'UTC', userIds = 'platform' }: LineOptions = {}) {
  const [id, secret] = [freshId('line'), createSecret()]
  await world.DB.batch([
    world.DB.prepare(
      `INSERT INTO lines (id, name, name_en, time_zone, user_ids, kinds) VALUES (?, '', '', ?, ?, '["act"]')`,
    ).bind(id, timeZone, userIds),
    world.DB.prepare(
      `INSERT INTO earning_rules (line, kind, version, state, per, flowers, cap_per_day, created_at)
       VALUES (?, 'act', 1, 'active', 1, 1, 10, 0)`,
    ).bind(id),
    world.DB.prepare(`INSERT INTO line_secrets (line, id, sealed, created_at) VALUES (?, 'one', ?, 0)`).bind(
      id,
      await sealSecret(world.SECRETS_KEY, id, secret),
    ),
  ])
  const post = async (type: string, data: unknown) => {
    const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data })
    return send(`/v1/lines/${id}/webhook`, await signed(id, body, { secret }))
  }
  const results = async (type: string, data: unknown) => {
    const answer = await post(type, data)
    expect(answer.status).toBe(200)
    const { results } = (await answer.json()) as { results: { outcome: string; reason?: string }[] }
    return results
  }
  return {
    id,
    post,
    results,
    /** Reports acts, `[id, user, quantity]`, done at `at`. */
    report: (acts: readonly (readonly [string, string, number])[], at = Date.now()) =>
      results('acts.reported', {
        acts: acts.map(([act, user, quantity]) => ({
          ...{ id: act, user, kind: 'act', quantity },
          at: new Date(at).toISOString(),
        })),
      }),
  }
}

const today = () => new Date().toISOString().slice(0, 10)

const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10)

async function ask(line: string, path: string, method = 'GET', roles = [`line:${line}`]): Promise<Response> {
  const headers = { Authorization: `Bearer ${await tokenFor('keeper', roles)}` }
  return send(`/v1/lines/${line}/days${path}`, { method, headers })
}

async function check(line: string, day = today()): Promise<Record<string, unknown>> {
  const answer = await ask(line, `/${day}/check`, 'POST')
  return (await expectDocumented(CHECK, answer)) as Record<string, unknown>
}

beforeAll(plantSeed)

describe('the totals of a day', () => {
  it('are those of the acts that were credited, capped and taken back, and agree', async () => {
    const line = await plantLine()
    const [ann, ben] = [freshId('user'), freshId('user')]
    await line.report([
      ['a1', ann, 4],
      ['a2', ann, 8],
      ['a3', ann, 5],
      ['b1', ben, 3],
      ['b1', ben, 3],
      ['b2', ben, 0],
    ])
    await line.results('acts.revoked', { acts: [{ id: 'b1', reason: 'a mistake' }] })
    expect(await check(line.id)).toEqual({
      day: today(),
      ...{ acts: 4, flowers: 13, capped: 2, reversed: 3, users: 2 },
      ...{ agrees: true, differences: [], posted: null, checkedAt: expect.any(String) },
    })
  })

  it('count what is taken back out of dreams', async () => {
    const line = await plantLine()
    const [user, dream] = [freshId('user'), await plantDream()]
    await line.report([['a', user, 9]])
    expect((await pledge(user, dream, 7)).status).toBe(201)
    await line.results('acts.revoked', { acts: [{ id: 'a', reason: 'a mistake' }] })
    expect(await accountOf(user)).toMatchObject({ balance: 0, pledged: 0 })
    expect(await check(line.id)).toMatchObject({ flowers: 9, reversed: 9, agrees: true })
  })

  it('do not take the reversal of an act for that of one whose id begins alike', async () => {
    const line = await plantLine()
    const user = freshId('user')
    await line.report([
      ['a', user, 2],
      ['a:1', user, 3],
    ])
    await line.results('acts.revoked', {
      acts: [
        { id: 'a', reason: 'a mistake' },
        { id: 'a:1', reason: 'a mistake' },
      ],
    })
    expect(await check(line.id)).toMatchObject({ reversed: 5, agrees: true })
  })

  it('count a user once, by the id the line knows, whatever account it is linked to meanwhile', async () => {
    const line = await plantLine({ userIds: 'own' })
    await line.report([
      ['a1', 'ann', 1],
      ['a2', 'ann', 1],
      ['b1', 'ben', 1],
    ])
    await world.DB.prepare('INSERT INTO links (holding, line, user, at) VALUES (?, ?, ?, 0)')
      .bind(`${line.id} ann`, line.id, freshId('user'))
      .run()
    await line.report([['a3', 'ann', 1]])
    expect(await check(line.id)).toMatchObject({ acts: 4, users: 2, agrees: true })
  })

  it('are those of the day on which acts were done in the time zone of the line', async () => {
    // There it is 14 hours later than in UTC: a day begins at ten o'clock of the day before.
    const line = await plantLine({ timeZone: 'Pacific/Kiritimati' })
    const midnight = Date.parse(`${daysAgo(1)}T10:00:00Z`)
    await line.report([['before', freshId('user'), 1]], midnight - 1)
    await line.report(
      [
        ['after', freshId('user'), 2],
        ['later', freshId('user'), 3],
      ],
      midnight,
    )
    expect(await check(line.id, daysAgo(1))).toMatchObject({ acts: 1, flowers: 1, agrees: true })
    expect(await check(line.id, today())).toMatchObject({ acts: 2, flowers: 5, agrees: true })
  })

  it('know nothing of the acts of a line whose id begins alike', async () => {
    const line = await plantLine()
    await line.report([['a', freshId('user'), 1]])
    await world.DB.prepare(
      `INSERT INTO crediting (user, key, asked, ref, mark, tally, rule, acted_at, at)
       VALUES (?1, ?2, 5, ?3, 1, ?4, NULL, 0, 0)`,
    )
      .bind(freshId('user'), `act:${line.id}-2:a`, `${line.id}-2`, `${today()}/${line.id}-2/act`)
      .run()
    expect(await check(line.id)).toMatchObject({ acts: 1, flowers: 1, agrees: true })
  })
})

describe('a total that a line posts', () => {
  it('agrees when it is right, in the figures that were given', async () => {
    const line = await plantLine()
    await line.report([['a', freshId('user'), 12]])
    const totals = { acts: 1, flowers: 10, capped: 1, users: 1 }
    expect(await line.results('totals.reported', { day: today(), totals })).toEqual([
      { id: today(), outcome: 'taken', flowers: 0 },
    ])
    expect(await check(line.id)).toMatchObject({
      agrees: true,
      posted: { ...totals, reversed: null, listed: null },
    })
  })

  it('is found and named when it differs, and put right by another', async () => {
    const line = await plantLine()
    await line.report([['a', freshId('user'), 3]])
    const wrong = { acts: 2, flowers: 3, capped: 0, reversed: 1, users: 2 }
    await line.results('totals.reported', { day: today(), totals: wrong })
    expect(await check(line.id)).toMatchObject({
      agrees: false,
      differences: [
        { kind: 'total', figure: 'acts', recomputed: 1, posted: 2 },
        { kind: 'total', figure: 'reversed', recomputed: 0, posted: 1 },
        { kind: 'total', figure: 'users', recomputed: 1, posted: 2 },
      ],
    })
    await line.results('totals.reported', { day: today(), totals: { acts: 1, flowers: 3 } })
    expect(await check(line.id)).toMatchObject({ agrees: true, differences: [] })
  })

  it('is found for a day on which the platform has nothing', async () => {
    const line = await plantLine()
    await line.results('totals.reported', { day: daysAgo(2), totals: { acts: 1, flowers: 1 } })
    expect(await check(line.id, daysAgo(2))).toMatchObject({
      ...{ acts: 0, flowers: 0, agrees: false },
      differences: [
        { kind: 'total', figure: 'acts', recomputed: 0, posted: 1 },
        { kind: 'total', figure: 'flowers', recomputed: 0, posted: 1 },
      ],
    })
  })

  it('is refused for a day that is over for long, or has not begun', async () => {
    const line = await plantLine()
    for (const day of [daysAgo(31), daysAgo(-1), '9999-12-31'])
      expect(await line.results('totals.reported', { day, totals: { acts: 0, flowers: 0 } })).toEqual([
        { id: day, outcome: 'refused', flowers: 0, reason: 'day_out_of_range' },
      ])
    expect(await findDays(world.DB, line.id, { limit: 10 })).toEqual([])
  })

  it('is refused whole when it has not its form', async () => {
    const line = await plantLine()
    const totals = { acts: 1, flowers: 1 }
    for (const data of [
      {},
      { day: today() },
      { day: '2022-02-30', totals },
      { day: today(), totals: { acts: -1, flowers: 0 } },
      { day: today(), totals: { flowers: 1 } },
      { day: today(), totals, acts: [{ id: 'a', flowers: 0.5 }] },
      { day: today(), totals, acts: [{ id: '', flowers: 1 }] },
    ])
      await expectProblem(await line.post('totals.reported', data), 'invalid_request')
    const many = Array.from({ length: 501 }, (_, n) => ({ id: `a${n}`, flowers: 1 }))
    await expectProblem(
      await line.post('totals.reported', { day: today(), totals, acts: many }),
      'batch_too_large',
    )
    const long = 'x'.repeat(256 * 1_024)
    await expectProblem(await line.post('totals.reported', { day: today(), totals, long }), 'body_too_large')
    expect(await findDays(world.DB, line.id, { limit: 10 })).toEqual([])
  })
})

describe('acts that a line lists', () => {
  it('are named with their ids on both sides where they differ', async () => {
    const line = await plantLine()
    await line.report([['old', freshId('user'), 6]], Date.now() - DAY_MS)
    await line.report([
      ['same', freshId('user'), 1],
      ['capped', freshId('user'), 11],
      ['here', freshId('user'), 3],
      ['other', freshId('user'), 4],
    ])
    const part = (acts: unknown) => line.results('totals.reported', { day: today(), acts })
    await part([
      { id: 'same', flowers: 1 },
      { id: 'other', flowers: 9 },
    ])
    await part([
      { id: 'capped', flowers: 10 },
      { id: 'there', flowers: 2 },
      { id: 'old', flowers: 6 },
      { id: 'other', flowers: 5 },
    ])
    // Listed, but for another day.
    await line.results('totals.reported', { day: daysAgo(1), acts: [{ id: 'here', flowers: 3 }] })
    expect(await check(line.id)).toMatchObject({
      agrees: false,
      posted: { acts: null, listed: 6 },
      differences: [
        {
          kind: 'acts_missing_here',
          count: 2,
          acts: [
            { id: 'old', recomputed: null, posted: 6, otherDay: daysAgo(1) },
            { id: 'there', recomputed: null, posted: 2 },
          ],
        },
        { kind: 'acts_missing_there', count: 1, acts: [{ id: 'here', recomputed: 3, posted: null }] },
        { kind: 'acts_differ', count: 1, acts: [{ id: 'other', recomputed: 4, posted: 5 }] },
      ],
    })
  })

  it('may be none: then every act of the day is missing there', async () => {
    const line = await plantLine()
    await line.report([['a', freshId('user'), 1]])
    await line.results('totals.reported', { day: today(), acts: [] })
    expect(await check(line.id)).toMatchObject({
      differences: [{ kind: 'acts_missing_there', count: 1 }],
    })
  })

  it('are named up to a hundred of a kind, and all are counted, page by page', async () => {
    const line = await plantLine()
    const user = freshId('user')
    const acts = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`)
    await line.report(acts('here', 130).map((id) => [id, user, 1]))
    const listed = acts('there', 230).map((id) => ({ id, flowers: 1 }))
    await line.results('totals.reported', { day: today(), acts: listed })
    const known = await findDay(world.DB, line.id, today())
    if (!known) throw new Error('no day')
    const { checked, pages } = await checkDays(world.DB, line.id, [known], Date.now(), { pageActs: 50 })
    expect(pages).toBe(3 + 5)
    const { acts: count, flowers, capped, users, differences } = checked.get(today()) ?? {}
    expect({ count, flowers, capped, users }).toEqual({ count: 130, flowers: 10, capped: 120, users: 1 })
    expect(differences).toMatchObject([
      { kind: 'acts_missing_here', count: 230 },
      { kind: 'acts_missing_there', count: 130 },
    ])
    const ids = (differences ?? []).map((found) =>
      'acts' in found ? new Set(found.acts.map(({ id }) => id)).size : 0,
    )
    expect(ids).toEqual([100, 100])
  })

  it('are refused when they are far more than the line ever reported', async () => {
    const line = await plantLine()
    await line.results('totals.reported', { day: today(), acts: [{ id: 'a', flowers: 1 }] })
    await world.DB.prepare('UPDATE posted_days SET listed = 100000 WHERE line = ?').bind(line.id).run()
    const post = { day: today(), acts: [{ id: 'b', flowers: 1 }] }
    expect(await line.results('totals.reported', post)).toMatchObject([
      { outcome: 'refused', reason: 'too_many_acts' },
    ])
    await line.report([['a', freshId('user'), 1]])
    expect(await line.results('totals.reported', post)).toMatchObject([{ outcome: 'taken' }])
  })
})

describe('a check', () => {
  it('finds a counter that is not what its entries make it', async () => {
    const line = await plantLine()
    const user = freshId('user')
    await line.report([
      ['a', user, 3],
      ['b', user, 4],
    ])
    await line.results('acts.revoked', { acts: [{ id: 'b', reason: 'a mistake' }] })
    await world.DB.prepare(
      'UPDATE line_days SET acts = acts - 1, flowers = flowers + 1, capped = 2, reversed = 0 WHERE line = ?',
    )
      .bind(line.id)
      .run()
    expect(await check(line.id)).toMatchObject({
      ...{ acts: 1, flowers: 8, agrees: false },
      differences: [
        { kind: 'counter', figure: 'acts', recomputed: 2, counted: 1 },
        { kind: 'counter', figure: 'flowers', recomputed: 7, counted: 8 },
        { kind: 'counter', figure: 'capped', recomputed: 0, counted: 2 },
        { kind: 'counter', figure: 'reversed', recomputed: 4, counted: 0 },
      ],
    })
  })

  it('takes no act that comes while it reads for a difference', async () => {
    const line = await plantLine()
    const user = freshId('user')
    await line.report([
      ['a', user, 1],
      ['b', user, 1],
      ['c', user, 1],
    ])
    const known = await findDay(world.DB, line.id, today())
    if (!known) throw new Error('no day')
    // One page an act: while they are read, one act comes before the place that is reached and one after it.
    let reads = 0
    const busy = new Proxy(world.DB, {
      get: (db, name) => {
        if (name !== 'batch') return Reflect.get(db, name).bind(db)
        return async (statements: D1PreparedStatement[]) => {
          const found = await db.batch(statements)
          if (++reads === 2)
            await line.report([
              ['a0', user, 1],
              ['d', user, 1],
            ])
          return found
        }
      },
    })
    const { checked } = await checkDays(busy, line.id, [known], Date.now(), { pageActs: 1 })
    expect(checked.get(today())).toMatchObject({ acts: 4, agrees: true })
    expect(await check(line.id)).toMatchObject({ acts: 5, agrees: true })
  })

  it('says that it did not count the users when there are too many', async () => {
    const line = await plantLine()
    await line.report(['u1', 'u2', 'u3', 'u1'].map((user, n) => [`a${n}`, user, 1]))
    await line.results('totals.reported', { day: today(), totals: { acts: 4, flowers: 4, users: 3 } })
    const known = await findDay(world.DB, line.id, today())
    if (!known) throw new Error('no day')
    const at = async (maxUsers: number) => {
      const { checked } = await checkDays(world.DB, line.id, [known], Date.now(), { pageActs: 1, maxUsers })
      return checked.get(today())
    }
    expect(await at(3)).toMatchObject({ acts: 4, users: 3, agrees: true })
    expect(await at(2)).toMatchObject({ acts: 4, users: null, agrees: true })
  })

  it('does not overwrite what one that began later found', async () => {
    const line = await plantLine()
    await line.report([['a', freshId('user'), 1]])
    const known = await findDay(world.DB, line.id, today())
    if (!known) throw new Error('no day')
    await checkDays(world.DB, line.id, [known], 2_000)
    await checkDays(world.DB, line.id, [known], 1_000)
    expect((await findDay(world.DB, line.id, today()))?.checked?.checkedAt).toBe(2_000)
  })

  it('reads the acts of its line and the entries of its revocations, never all entries', async () => {
    const planOf = async (sql: string, ...values: unknown[]) => {
      const { results } = await world.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...values)
        .all<{ detail: string }>()
      return results.map(({ detail }) => detail)
    }
    const page = await planOf(SUM_PAGE_SQL, 'act:gift:', 'act:gift;', 10, '["2022-09-07"]')
    expect(page).toContain('SEARCH entries USING INDEX entries_act (key>? AND key<?)')
    const reversed = await planOf(REVERSED_SQL, 'gift', '["2022-09-07"]', 0)
    expect(reversed.filter((step) => / v /.test(step))).toEqual(
      Array(2).fill('SEARCH v USING INDEX revocations_line (line=?)'),
    )
    expect(reversed.filter((step) => / e /.test(step))).toEqual(
      Array(2).fill('SEARCH e USING PRIMARY KEY (user=? AND key>? AND key<?)'),
    )
    for (const step of [...page, ...reversed]) expect(step).not.toMatch(/SCAN (entries|e|revocations|v)\b/)
  })
})

describe('the job', () => {
  // What other tests planted differs too.
  const logged: string[] = []
  beforeEach(() => {
    logged.length = 0
    vi.spyOn(console, 'error').mockImplementation((text) => void logged.push(`${text}`))
  })
  afterEach(() => void vi.restoreAllMocks())

  const checkedAt = async (line: string, day = today()) =>
    (await findDay(world.DB, line, day))?.checked?.checkedAt ?? null

  it('checks recent days once, again when anything changed, and after a day in any case', async () => {
    const line = await plantLine()
    await line.report([['a', freshId('user'), 1]])
    const now = Date.now() + 5 * 60_000
    const hours = (count: number) => now + count * 3_600_000
    await checkTotals(world, now)
    expect(await findDay(world.DB, line.id, today())).toMatchObject({ checked: { agrees: true, users: 1 } })
    await checkTotals(world, hours(1))
    expect(await checkedAt(line.id)).toBe(now)
    await line.report([['b', freshId('user'), 1]])
    await checkTotals(world, hours(2))
    expect(await checkedAt(line.id)).toBe(hours(2))
    await checkTotals(world, hours(25))
    expect(await checkedAt(line.id)).toBe(hours(2))
    await checkTotals(world, hours(26))
    expect(await checkedAt(line.id)).toBe(hours(26))
  })

  it('checks again what a line posted since, and days that only the line has', async () => {
    const line = await plantLine()
    await line.report([['a', freshId('user'), 1]])
    const earlier = Date.now() - 3_600_000
    await checkTotals(world, earlier)
    expect(await checkedAt(line.id)).toBe(earlier)
    await line.results('totals.reported', { day: today(), acts: [{ id: 'a', flowers: 1 }] })
    await checkTotals(world, earlier + 1)
    expect(await checkedAt(line.id)).toBe(earlier + 1)
    await line.results('totals.reported', { day: daysAgo(3), totals: { acts: 0, flowers: 0 } })
    await checkTotals(world, earlier + 2)
    expect(await checkedAt(line.id, daysAgo(3))).toBe(earlier + 2)
  })

  it('leaves days alone that no act can come to any more', async () => {
    const line = await plantLine()
    await line.results('totals.reported', { day: daysAgo(12), totals: { acts: 0, flowers: 0 } })
    await checkTotals(world, Date.now())
    expect(await checkedAt(line.id, daysAgo(12))).toBeNull()
  })

  it('logs what differs, without its acts', async () => {
    const line = await plantLine()
    await line.report([['a', freshId('user'), 1]])
    await line.results('totals.reported', { day: today(), totals: { acts: 2, flowers: 1 }, acts: [] })
    await checkTotals(world, Date.now())
    const told = logged
      .map((text) => JSON.parse(text) as { line: string })
      .filter((event) => event.line === line.id)
    expect(told).toEqual([
      {
        event: 'totals.differ',
        line: line.id,
        day: today(),
        differences: [
          { kind: 'total', figure: 'acts', recomputed: 1, posted: 2 },
          { kind: 'acts_missing_there', count: 1 },
        ],
      },
    ])
  })

  it('checks the other lines when one cannot be', async () => {
    const lines = [await plantLine(), await plantLine(), await plantLine()]
    for (const line of lines) await line.report([['a', freshId('user'), 1]])
    const [, stuck] = lines.map(({ id }) => id).sort()
    await world.DB.prepare(
      `CREATE TRIGGER stuck BEFORE INSERT ON checked_days WHEN NEW.line = '${stuck}' BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END`,
    ).run()
    try {
      expect(await checkTotals(world, Date.now())).toMatchObject({ failed: 1 })
      for (const { id } of lines) expect((await checkedAt(id)) === null).toBe(id === stuck)
    } finally {
      await world.DB.prepare('DROP TRIGGER stuck').run()
    }
  })

  it('forgets after 35 days what lines listed', async () => {
    const line = await plantLine()
    await line.results('totals.reported', { day: today(), acts: [{ id: 'a', flowers: 1 }] })
    const left = async () => {
      const rows = world.DB.prepare('SELECT act FROM posted_acts WHERE line = ?').bind(line.id)
      return (await rows.all()).results.length
    }
    await checkTotals(world, Date.now() + 34 * DAY_MS)
    expect(await left()).toBe(1)
    const { pruned } = await checkTotals(world, Date.now() + 37 * DAY_MS)
    expect(pruned).toBeGreaterThan(0)
    expect(await left()).toBe(0)
  })
})

describe('the routes of days', () => {
  it('list them newest first, in pages, as they are counted now', async () => {
    const line = await plantLine()
    for (const days of [3, 0, 2])
      await line.report([[`a${days}`, freshId('user'), 1 + days]], Date.now() - days * DAY_MS)
    await line.results('totals.reported', { day: daysAgo(1), totals: { acts: 0, flowers: 0, users: 0 } })
    await check(line.id, daysAgo(2))
    await line.report([['late', freshId('user'), 1]], Date.now() - 2 * DAY_MS)
    const seen: unknown[] = []
    for (let cursor = ''; ; ) {
      const answer = await ask(line.id, `?pageSize=2${cursor}`)
      expect(answer.headers.get('Cache-Control')).toBe('no-store')
      const page = (await expectDocumented(LIST, answer)) as { items: unknown[]; nextCursor: string | null }
      seen.push(...page.items)
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
    }
    const quiet = { capped: 0, reversed: 0, agrees: null, checkedAt: null, posted: null }
    expect(seen).toEqual([
      { day: daysAgo(0), acts: 1, flowers: 1, ...quiet },
      {
        ...{ day: daysAgo(1), acts: 0, flowers: 0, ...quiet },
        posted: {
          ...{ acts: 0, flowers: 0, capped: null, reversed: null, users: 0, listed: null },
          postedAt: expect.any(String),
        },
      },
      { day: daysAgo(2), acts: 2, flowers: 4, ...quiet, agrees: true, checkedAt: expect.any(String) },
      { day: daysAgo(3), acts: 1, flowers: 4, ...quiet },
    ])
  })

  it('tell one day with what its last check found', async () => {
    const line = await plantLine()
    await line.report([['a', freshId('user'), 1]])
    const read = async () => expectDocumented(DAY, await ask(line.id, `/${today()}`))
    expect(await read()).toMatchObject({ acts: 1, users: null, agrees: null, differences: [] })
    await line.results('totals.reported', { day: today(), totals: { acts: 3, flowers: 1 } })
    const found = await check(line.id)
    expect(found).toMatchObject({ users: 1, agrees: false, differences: [{ figure: 'acts' }] })
    expect(await read()).toEqual(found)
  })

  it('are for those who look after the line and for operators', async () => {
    const line = await plantLine()
    await line.report([['a', freshId('user'), 1]])
    const calls = [
      ['', 'GET'],
      [`/${today()}`, 'GET'],
      [`/${today()}/check`, 'POST'],
    ] as const
    for (const [path, method] of calls) {
      await expectProblem(await send(`/v1/lines/${line.id}/days${path}`, { method }), 'token_missing')
      for (const roles of [[], ['line:gift'], [`partner:${line.id}`]])
        await expectProblem(await ask(line.id, path, method, roles), 'owner_only')
      for (const roles of [[`line:${line.id}`], ['operator']])
        expect((await ask(line.id, path, method, roles)).status).toBe(200)
      await expectProblem(await ask('no-such-line', path, method), 'line_not_found')
    }
  })

  it('know no day on which there was nothing, and none that is no day', async () => {
    const line = await plantLine()
    for (const day of ['2022-09-07', '2022-02-30', 'yesterday', "'%20OR%201"]) {
      await expectProblem(await ask(line.id, `/${day}`), 'day_not_found')
      await expectProblem(await ask(line.id, `/${day}/check`, 'POST'), 'day_not_found')
    }
  })
})

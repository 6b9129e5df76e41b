import { describe, expect, it } from 'vitest'
import { checkConservation } from '../../src/audit/conservation.ts'
import { sweepDeleted } from '../../src/people/deletion.ts'
import { PERSONAL_TABLES } from '../../src/people/sections.ts'
import { expectConservation, link, plantLine } from './line-calls.ts'
import { deleteMe, hasBytes, type Life, live, tablesHolding } from './people-calls.ts'
import { draft, propose, uploadPicture } from './proposal-calls.ts'
import { actionsOf, call, OPERATOR, offer, requestOf, run } from './supporter-calls.ts'
import {
  creditDirectly,
  expectProblem,
  freshId,
  ledgerNow,
  plantDream,
  pledge,
  sendWith,
  world,
} from './world.ts'

const KEPT = PERSONAL_TABLES.filter(({ deletion }) => deletion.does === 'keep').map(({ table }) => table)

/** Holds that nothing of a person is left but what is kept with a reason. */
async function expectGone({ user, name, contact, pictures }: Life): Promise<void> {
  expect(await tablesHolding(name, contact)).toEqual([])
  const left = await tablesHolding(user)
  expect(left.filter((table) => !KEPT.includes(table))).toEqual([])
  expect(await run('SELECT id FROM pictures WHERE owner = ?', user)).toEqual([])
  for (const picture of [pictures.loose, pictures.sent]) expect(await hasBytes(picture)).toBe(false)
  for (const picture of [pictures.story, pictures.progress, pictures.report]) {
    expect(await hasBytes(picture)).toBe(true)
    expect(await run('SELECT owner FROM pictures WHERE id = ?', picture)).toEqual([{ owner: '' }])
  }
}

describe('deleting an account', () => {
  it('leaves nothing of the person in any table but those that are kept with a reason', async () => {
    const life = await live()
    expect(await tablesHolding(life.user)).not.toEqual([])
    expect((await deleteMe(life.user)).status).toBe(204)
    await expectGone(life)
    const left = await tablesHolding(life.user)
    expect(left).toEqual(['accounts', 'audit_log', 'closed_accounts', 'entries'])
    expect(await actionsOf(`user:${life.user}`)).toEqual([
      `${life.user} profile.changed`,
      `${life.user} account.deleted`,
    ])
  })

  it('keeps what is others’ too: proposals, questions, confirmed time', async () => {
    const life = await live()
    await deleteMe(life.user)
    expect(
      await run("SELECT state, title <> '' AS told, pictures FROM proposals WHERE id = ?", life.proposal),
    ).toEqual([{ state: 'proposed', told: 1, pictures: JSON.stringify([life.pictures.story]) }])
    expect(await run('SELECT id FROM proposals WHERE id = ?', life.draft)).toEqual([])
    expect(
      await run('SELECT rowid FROM proposal_search WHERE rowid NOT IN (SELECT number FROM proposals)'),
    ).toEqual([])
    expect(await run('SELECT text, author FROM questions WHERE dream = ?', life.dream)).toEqual([
      { text: 'why', author: null },
    ])
    expect(await run('SELECT text, state, public FROM supporters WHERE id = ?', life.supporter)).toEqual([
      { text: '', state: 'withdrawn', public: 0 },
    ])
    const figures = await call(null, 'get', `/v1/dreams/${life.dream}/supporters/public`)
    expect(await figures.json()).toMatchObject({ confirmedMinutes: 60 })
    await expectProblem(await call(null, 'get', `/v1/supporters/${life.supporter}`), 'supporter_not_found')
    const list = await call(OPERATOR, 'get', `/v1/dreams/${life.dream}/supporters`)
    expect(await list.json()).toMatchObject({
      items: [{ id: life.supporter, text: '', name: null, contact: null }],
    })
    expect((await actionsOf(`line:${life.line}`)).at(-1)).toBe(`${life.user} link.removed`)
    const member = `${life.user} organisation.member_removed`
    expect((await actionsOf(`organisation:${life.organisation}`)).at(-1)).toBe(member)
    expect((await actionsOf(`supporter:${life.supporter}`)).at(-1)).toBe(`${life.user} supporter.withdrawn`)
    expect((await actionsOf(`dream:${life.draft}`)).at(-1)).toBe(`${life.user} proposal.deleted`)
  })

  it('touches nobody else', async () => {
    const [one, other] = [await live(), await live()]
    const before = await tablesHolding(other.user)
    await deleteMe(one.user)
    expect(await tablesHolding(other.user)).toEqual(before)
    expect(await tablesHolding(other.name, other.contact)).toEqual(['profiles'])
    for (const picture of Object.values(other.pictures)) expect(await hasBytes(picture)).toBe(true)
  })

  it('never touches the ledger: flowers given stay counted', async () => {
    const life = await live()
    const before = (await ledgerNow()).slice(0, 6)
    await deleteMe(life.user)
    expect((await ledgerNow()).slice(0, 6)).toEqual(before)
    await expectConservation()
    expect((await checkConservation(world)).holds).toBe(true)
  })

  it.each([
    ['nothing', ''],
    ['another word', { confirm: 'yes' }],
    ['more than it takes', { confirm: 'delete my account', user: 'x' }],
  ])('is not done on %s', async (_, body) => {
    const user = freshId('user')
    await call(user, 'put', '/v1/me/profile', { name: 'x', contact: '' })
    expect((await call(user, 'delete', '/v1/me', body)).status).toBe(400)
    expect((await call(user, 'get', '/v1/me/profile')).status).toBe(200)
  })

  it('is done once and may be asked again, also at the same time', async () => {
    const life = await live()
    const answers = await Promise.all([deleteMe(life.user), deleteMe(life.user), deleteMe(life.user)])
    expect(answers.map(({ status }) => status)).toEqual([204, 204, 204])
    expect((await deleteMe(life.user)).status).toBe(204)
    await expectGone(life)
    const log = await run<{ n: number }>(
      `SELECT count(*) AS n FROM audit_log WHERE actor = ? AND action IN ('account.deleted', 'link.removed') GROUP BY action`,
      life.user,
    )
    expect(log).toEqual([{ n: 1 }, { n: 1 }])
    await expectProblem(await call(null, 'delete', '/v1/me', {}), 'token_missing')
  })
})

/** A database and a bucket of which the `n`th use fails, before it was carried out or after. */
function failing(n: number, when: 'before' | 'after') {
  let uses = 0
  const use = async <Result>(carryOut: () => Promise<Result>): Promise<Result> => {
    const fails = ++uses === n
    if (fails && when === 'before') throw new Error('lost on the way')
    const result = await carryOut()
    if (fails) throw new Error('the answer was lost')
    return result
  }
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement =>
    ({
      inner: statement,
      bind: (...values: unknown[]) => wrap(statement.bind(...values)),
      all: () => use(() => statement.all()),
      run: () => use(() => statement.run()),
      first: () => use(() => statement.first()),
    }) as unknown as D1PreparedStatement
  const DB = {
    prepare: (text: string) => wrap(world.DB.prepare(text)),
    batch: (statements: { inner: D1PreparedStatement }[]) =>
      use(() => world.DB.batch(statements.map(({ inner }) => inner))),
  }
  const PICTURES = { delete: (keys: string[]) => use(() => world.PICTURES.delete(keys)) }
  return { parts: { DB, PICTURES }, uses: () => uses }
}

describe('a deletion that is interrupted', () => {
  it('has five steps: the transaction, then finding pictures, their bytes, their rows, and no more', async () => {
    const life = await live()
    const { parts, uses } = failing(0, 'before')
    const init = await requestOf(life.user, 'delete', { confirm: 'delete my account' })
    expect((await sendWith(parts, '/v1/me', init)).status).toBe(204)
    expect(uses()).toBe(5)
    await expectGone(life)
  })

  it.each(
    [1, 2, 3, 4, 5].flatMap((n) => [
      [n, 'before'],
      [n, 'after'],
    ]) as [number, 'before' | 'after'][],
  )(
    'at step %i, %s it was carried out, is never told as done, and ends when it is repeated',
    async (n, when) => {
      const life = await live()
      const init = await requestOf(life.user, 'delete', { confirm: 'delete my account' })
      await expectProblem(await sendWith(failing(n, when).parts, '/v1/me', init), 'unavailable')
      expect((await deleteMe(life.user)).status).toBe(204)
      await expectGone(life)
      const action = `${life.user} account.deleted`
      expect((await actionsOf(`user:${life.user}`)).filter((each) => each === action)).toHaveLength(1)
    },
  )

  it('is ended by the sweep, which also takes what came after it, once', async () => {
    const life = await live()
    const init = await requestOf(life.user, 'delete', { confirm: 'delete my account' })
    await sendWith(failing(3, 'before').parts, '/v1/me', init)
    // A request that had signed in before writes after.
    await run("INSERT INTO follows VALUES (?, 'late', 1, 1)", life.user)
    await sweepDeleted(world, Date.now())
    expect(await run('SELECT dream FROM follows WHERE user = ?', life.user)).toHaveLength(1)
    const later = Date.now() + 11 * 60_000
    expect((await sweepDeleted(world, later)).swept).toBeGreaterThan(0)
    await expectGone(life)
    expect(await sweepDeleted(world, later)).toEqual({ swept: 0 })
  })

  it('of one account does not keep the sweep from the others', async () => {
    const [first, second] = [await live(), await live()]
    for (const { user } of [first, second])
      await run('INSERT INTO closed_accounts (user, at) VALUES (?, 1)', user)
    expect(
      await sweepDeleted(
        { DB: world.DB, PICTURES: failing(1, 'before').parts.PICTURES as never },
        Date.now(),
      ),
    ).toEqual({
      swept: 1,
    })
    await sweepDeleted(world, Date.now())
    await expectGone(first)
    await expectGone(second)
  })
})

describe('pictures of a deleted account', () => {
  it('go however many there are', async () => {
    const user = freshId('user')
    await run(
      `WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 250)
       INSERT INTO pictures SELECT 'picture_' || printf('%032x', value), ?, 'image/png', 1, 1 FROM n`,
      user,
    )
    await deleteMe(user)
    expect(await run('SELECT id FROM pictures WHERE owner = ?', user)).toEqual([])
  })

  it('leave the texts that nobody may see yet, and those only', async () => {
    const user = freshId('user')
    const picture = await uploadPicture(user)
    const proposal = await propose(user, { pictures: [picture] })
    const foreign = freshId('user')
    const others = await uploadPicture(foreign)
    const kept = await draft(foreign, { pictures: [others] })
    await deleteMe(user)
    const [row] = await run('SELECT pictures FROM proposals WHERE id = ?', proposal)
    expect(row).toEqual({ pictures: '[]' })
    expect(await run('SELECT pictures FROM proposals WHERE id = ?', kept.id)).toEqual([
      { pictures: JSON.stringify([others]) },
    ])
  })
})

describe('the token of a deleted account', () => {
  it('is refused for everything of that person', async () => {
    const user = freshId('user')
    const dream = await plantDream()
    const { id } = await offer(user, dream)
    await deleteMe(user)
    for (const [method, path, body] of [
      ['get', '/v1/me'],
      ['get', '/v1/me/entries'],
      ['get', '/v1/me/profile'],
      ['put', '/v1/me/profile', { name: 'again', contact: '' }],
      ['get', '/v1/me/export'],
      ['get', '/v1/me/supporting'],
      ['get', '/v1/me/lines'],
      ['put', '/v1/me/lines/steps', { mayPledge: true }],
      ['post', '/v1/me/link-codes', { line: 'steps' }],
      ['post', '/v1/me/links', { code: 'ABCD-EFGH' }],
      ['delete', '/v1/me/links/steps'],
      ['post', `/v1/dreams/${dream}/supporters`, { kind: 'skill', text: 'x' }],
      ['patch', `/v1/supporters/${id}`, { public: true }],
      ['delete', `/v1/supporters/${id}`],
      ['get', `/v1/supporters/${id}/hours`],
    ] as const)
      await expectProblem(await call(user, method, path, body), 'account_deleted')
  })

  it('pledges no more, by itself or by a line, and what it pledged before is still answered', async () => {
    const user = freshId('user')
    await creditDirectly(user, 50)
    const dream = await plantDream()
    const key = freshId('key')
    expect((await pledge(user, dream, 10, key)).status).toBe(201)
    const poor = freshId('user')
    await deleteMe(user)
    await expectProblem(await pledge(user, dream, 5), 'account_deleted')
    const again = await pledge(user, dream, 10, key)
    expect([again.status, again.headers.get('Idempotent-Replayed')]).toEqual([201, 'true'])
    await expectProblem(await pledge(poor, dream, 5), 'insufficient_flowers')
    const line = await plantLine()
    const asked = { id: freshId('ask'), user, dream, flowers: 5 }
    expect(await line.results('pledges.requested', { pledges: [asked] })).toMatchObject([
      { outcome: 'refused', reason: 'not_allowed' },
    ])
    expect(await run('SELECT pledged FROM accounts WHERE user = ?', user)).toEqual([{ pledged: 10 }])
    await expectConservation()
  })

  it('pledges no more where a line has its own ids', async () => {
    const user = freshId('user')
    const line = await plantLine({ userIds: 'own' })
    await link(line, 'theirs', user)
    await creditDirectly(user, 50)
    await call(user, 'put', `/v1/me/lines/${line.id}`, { mayPledge: true })
    const dream = await plantDream()
    const ask = async () =>
      (
        await line.results('pledges.requested', {
          pledges: [{ id: freshId('ask'), user: 'theirs', dream, flowers: 5 }],
        })
      )[0]
    expect(await ask()).toMatchObject({ outcome: 'accepted' })
    // Closed, with the link still there: as between two statements of nobody's.
    await run('INSERT INTO closed_accounts (user, at) VALUES (?, 1)', user)
    expect(await ask()).toMatchObject({ outcome: 'refused', reason: 'not_allowed' })
    await deleteMe(user)
    expect(await ask()).toMatchObject({ outcome: 'refused', reason: 'not_linked' })
  })
})

describe('the ledger', () => {
  it('looks at deleted accounts by their key, once a pledge', async () => {
    const plan = await run<{ detail: string }>(
      `EXPLAIN QUERY PLAN SELECT a.entries FROM (SELECT 1) LEFT JOIN accounts a ON a.user = ?1 AND NOT EXISTS (SELECT 1 FROM closed_accounts c WHERE c.user = ?1)`,
      'x',
    )
    const steps = plan.map(({ detail }) => detail)
    expect(steps.filter((step) => step.includes('SEARCH'))).toEqual([
      expect.stringContaining('SEARCH a USING PRIMARY KEY (user=?)'),
      expect.stringContaining('SEARCH c USING PRIMARY KEY (user=?)'),
    ])
    const [trigger] = await run<{ sql: string }>(
      "SELECT sql FROM sqlite_master WHERE name = 'pledging_insert'",
    )
    expect(trigger?.sql).toContain('AND NOT EXISTS (SELECT 1 FROM closed_accounts c WHERE c.user = NEW.user)')
  })
})

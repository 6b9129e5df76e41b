import { describe, expect, it } from 'vitest'
import { exportText, SECTIONS } from '../../src/people/export.ts'
import { PERSONAL_TABLES } from '../../src/people/sections.ts'
import { deleteMe, live, tables } from './people-calls.ts'
import { actionsOf, call, requestOf, run } from './supporter-calls.ts'
import { creditDirectly, expectProblem, freshId, nextMark, sendWith, world } from './world.ts'

const PROFILE = { name: '小花', contact: 'flower@example.test' }

describe('a profile', () => {
  it('is empty, then what the user last wrote; each change leaves a row without a word of it', async () => {
    const user = freshId('user')
    const read = async () => (await call(user, 'get', '/v1/me/profile')).json()
    expect(await read()).toEqual({ name: '', contact: '', updatedAt: null })
    for (const body of [PROFILE, PROFILE, { name: ' 大花 ', contact: '' }])
      expect((await call(user, 'put', '/v1/me/profile', body)).status).toBe(200)
    expect(await read()).toEqual({ name: '大花', contact: '', updatedAt: expect.any(String) })
    expect(await actionsOf(`user:${user}`)).toEqual([`${user} profile.changed`, `${user} profile.changed`])
    const log = JSON.stringify(await run('SELECT detail FROM audit_log WHERE actor = ?', user))
    expect(log).not.toMatch(/花|example/)
  })

  it.each([
    ['a long name', { ...PROFILE, name: '花'.repeat(81) }],
    ['a long contact', { ...PROFILE, contact: 'x'.repeat(201) }],
    ['a name of two lines', { ...PROFILE, name: 'a\nb' }],
    ['no contact', { name: 'x' }],
    ['more than it takes', { ...PROFILE, user: 'x' }],
  ])('is not written with %s', async (_, body) => {
    await expectProblem(await call(freshId('user'), 'put', '/v1/me/profile', body), 'invalid_request')
  })

  it('is its user’s alone', async () => {
    await expectProblem(await call(null, 'get', '/v1/me/profile'), 'token_missing')
    await expectProblem(await call(null, 'put', '/v1/me/profile', PROFILE), 'token_missing')
  })

  it('is not written while the account is being deleted', async () => {
    const user = freshId('user')
    const DB = {
      prepare: (text: string) => world.DB.prepare(text),
      async batch(statements: D1PreparedStatement[]) {
        await deleteMe(user)
        return world.DB.batch(statements)
      },
    }
    const answer = await sendWith({ DB }, '/v1/me/profile', await requestOf(user, 'put', PROFILE))
    await expectProblem(answer, 'account_deleted')
    expect(await run('SELECT * FROM profiles WHERE user = ?', user)).toEqual([])
  })
})

type Export = Record<string, Record<string, unknown>[]>

describe('what is kept of a person', () => {
  it('is read out to them, every section of it, and to nobody else', async () => {
    const life = await live()
    const { user, name, contact, dream, supporter, organisation, line, pictures } = life
    const answer = await call(user, 'get', '/v1/me/export')
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    expect(answer.headers.get('Content-Disposition')).toContain('attachment')
    const told = (await answer.json()) as Export
    expect(Object.keys(told)).toEqual(['user', 'exportedAt', ...SECTIONS.map((section) => section.name)])
    expect(told).toMatchObject({
      user,
      account: { balance: 30, earned: 50, pledged: 20 },
      profile: { name, contact },
      links: [{ line, lineUser: 'their-user', at: expect.stringContaining('T') }],
      linePermissions: [{ mayPledge: true }],
      memberships: [{ organisation, role: 'admin', at: '1970-01-01T00:00:00.001Z' }],
      follows: [{ dream, following: true }],
      questions: [{ dream, kind: 'question', text: 'why' }],
      raises: [{ reason: 'odd' }],
      supporting: [{ id: supporter, dream, state: 'invited', public: true }],
      hours: [{ supporter, minutes: 60, state: 'confirmed', day: expect.any(String) }],
      proposals: [
        { id: life.draft, state: 'draft', pictures: [pictures.loose] },
        { id: life.proposal, state: 'proposed', pictures: [pictures.sent, pictures.story] },
      ],
    })
    expect(told.entries?.map(({ kind, flowers }) => [kind, flowers]).sort()).toEqual([
      ['credit', 50],
      ['pledge', -20],
      ['refused', 0],
    ])
    expect(told.proposerOf?.map((row) => row.dream).sort()).toEqual([life.draft, life.proposal].sort())
    expect(told.pictures?.map(({ id }) => id).sort()).toEqual(Object.values(pictures).sort())
    expect(told.news?.map(({ data }) => data)).toMatchObject([{ state: 'invited' }, { hours: 'confirmed' }])
    const changes = told.changes?.map(({ action, subject }) => `${action} ${subject}`)
    expect(changes).toContain(`supporter.offered supporter:${supporter}`)
    expect(changes?.at(0)).toBe(`profile.changed user:${user}`)
    const other = await (await call(freshId('user'), 'get', '/v1/me/export')).text()
    for (const text of [user, name, contact, supporter]) expect(other).not.toContain(text)
    await expectProblem(await call(null, 'get', '/v1/me/export'), 'token_missing')
  })

  it('is read page by page, however much it is: all rows, once, a page in memory at a time', async () => {
    const user = freshId('user')
    await creditDirectly(user, 10_000)
    const rows = Array.from({ length: 1_203 }, (_, n) => [user, `k:${n}`, 1, nextMark()])
    await world.DB.prepare(
      `INSERT INTO pledging (user, key, asked, ref, mark, at)
       SELECT value ->> 0, value ->> 1, value ->> 2, 'export', value ->> 3, 1 FROM json_each(?1)`,
    )
      .bind(JSON.stringify(rows))
      .run()
    let largest = 0
    let text = ''
    for await (const piece of exportText(world.DB, user, 1)) {
      largest = Math.max(largest, piece.length)
      text += piece
    }
    const { entries } = JSON.parse(text) as Export
    expect(new Set(entries?.map(({ key }) => key)).size).toBe(1_204)
    expect(entries).toHaveLength(1_204)
    expect(largest).toBeLessThan(text.length / 2)
    const answer = await call(user, 'get', '/v1/me/export')
    expect(((await answer.json()) as Export).entries).toEqual(entries)
  })

  it('is empty for a person nobody knows', async () => {
    const told = (await (await call(freshId('user'), 'get', '/v1/me/export')).json()) as Export
    const { user: _, exportedAt: __, changes: ___, ...rest } = told
    for (const section of SECTIONS)
      if (section.name in rest) expect(rest[section.name]).toEqual(section.single ? null : [])
  })
})

describe('the list of tables that hold something of a person', () => {
  it('is every table with a column of user ids', async () => {
    const found = new Map<string, string[]>()
    for (const table of await tables()) {
      const columns = await run<{ name: string }>('SELECT name FROM pragma_table_xinfo(?)', table)
      const users = columns
        .map(({ name }) => name)
        .filter((name) => /(^|_)(user|owner|author|actor|holding|assignee|audience|origin)$/.test(name))
      if (users.length > 0) found.set(table, users.sort())
    }
    const listed = PERSONAL_TABLES.filter(({ users }) => users.length > 0)
    expect(new Map(listed.map(({ table, users }) => [table, [...users].sort()]))).toEqual(found)
  })

  it('names each table once, and a reason for each that is kept', () => {
    const names = PERSONAL_TABLES.map(({ table }) => table)
    expect(new Set(names).size).toBe(names.length)
    for (const { deletion } of PERSONAL_TABLES)
      expect(deletion.does === 'keep' ? deletion.why : deletion.statements).not.toHaveLength(0)
  })
})

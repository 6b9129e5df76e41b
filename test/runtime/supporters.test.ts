import { describe, expect, it } from 'vitest'
import {
  actionsOf,
  call,
  invited,
  newsOf,
  OPERATOR,
  offer,
  plantCarriedDream,
  record,
  requestOf,
  run,
  type TestSupporter,
} from './supporter-calls.ts'
import { expectProblem, freshId, plantDream, sendWith, world } from './world.ts'

const WORDS = { kind: 'skill', text: '我是急救员' }

describe('an offer to a dream', () => {
  it('is made once a kind, and told to those who carry the dream out', async () => {
    const { dream, organisation } = await plantCarriedDream()
    const user = freshId('user')
    const answer = await call(user, 'post', `/v1/dreams/${dream}/supporters`, WORDS)
    expect(answer.status).toBe(201)
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    const made = await answer.json<TestSupporter>()
    expect(made).toMatchObject({ dream, ...WORDS, state: 'offered', answer: null, public: false })
    const again = await call(user, 'post', `/v1/dreams/${dream}/supporters`, WORDS)
    expect((await expectProblem(again, 'state_conflict')).detail).toContain(made.id)
    await offer(user, dream, 'place')
    const mine = await (await call(user, 'get', '/v1/me/supporting')).json<{ items: TestSupporter[] }>()
    expect(mine.items.map(({ kind }) => kind)).toEqual(['place', 'skill'])
    expect(mine.items[1]).toEqual(made)
    expect(await actionsOf(`supporter:${made.id}`)).toEqual([`${user} supporter.offered`])
    const told = await newsOf(`org:${organisation}`)
    expect(told[0]).toEqual({ dream, data: { supporter: made.id, offer: 'skill', state: 'offered' } })
    expect(JSON.stringify(told)).not.toContain(user)
  })

  it('made several times at once is made once', async () => {
    const dream = await plantDream()
    const user = freshId('user')
    const ask = () => call(user, 'post', `/v1/dreams/${dream}/supporters`, WORDS)
    const answers = await Promise.all([ask(), ask(), ask(), ask()])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
    const rows = await run('SELECT id FROM supporters WHERE user = ?', user)
    expect(rows).toHaveLength(1)
    expect(
      await run("SELECT id FROM audit_log WHERE actor = ? AND action LIKE 'supporter%'", user),
    ).toHaveLength(1)
  })

  it('is one of twenty that stand, and of five of a kind ever', async () => {
    const user = freshId('user')
    const [first = '', ...others] = await Promise.all(Array.from({ length: 20 }, () => plantDream()))
    const ids = [await offer(user, first)]
    for (const dream of others) ids.push(await offer(user, dream))
    const more = await plantDream()
    await expectProblem(await call(user, 'post', `/v1/dreams/${more}/supporters`, WORDS), 'limit_reached')
    await call(user, 'delete', `/v1/supporters/${ids[0]?.id}`)
    for (let n = 1; n < 5; n++) {
      const { id } = await offer(user, first)
      expect((await call(user, 'delete', `/v1/supporters/${id}`)).status).toBe(204)
    }
    const sixth = await call(user, 'post', `/v1/dreams/${first}/supporters`, { ...WORDS, kind: 'volunteer' })
    await expectProblem(sixth, 'limit_reached')
    await offer(user, more)
  })

  it.each([
    ['no kind', { text: 'x' }],
    ['a kind there is not', { ...WORDS, kind: 'money' }],
    ['no text', { kind: 'skill', text: ' ' }],
    ['a long text', { kind: 'skill', text: '花'.repeat(501) }],
    ['more than it takes', { ...WORDS, public: true }],
  ])('is not made with %s', async (_, body) => {
    const dream = await plantDream()
    const answer = await call(freshId('user'), 'post', `/v1/dreams/${dream}/supporters`, body)
    await expectProblem(answer, 'invalid_request')
  })

  it('is made to a dream whose story goes on', async () => {
    const user = freshId('user')
    const ask = (dream: string) => call(user, 'post', `/v1/dreams/${dream}/supporters`, WORDS)
    await expectProblem(await ask('no-such-dream'), 'dream_not_found')
    for (const [set, status] of [
      ["state = 'closed'", 409],
      ["state = 'closed', settles_at = 1", 201],
      ["state = 'closed', settles_at = 1, funded_at = 1", 201],
      ["state = 'closed', funded_at = 1, stage = 'executing'", 201],
      ["state = 'closed', funded_at = 1, stage = 'completed'", 409],
      ["state = 'closed', funded_at = 1, stage = 'stopped'", 409],
    ] as const) {
      const dream = await plantDream()
      await run(`UPDATE dreams SET ${set} WHERE id = ?`, dream)
      const answer = await ask(dream)
      expect([set, answer.status]).toEqual([set, status])
      if (status === 409) await expectProblem(answer, 'too_late')
    }
  })

  it('counts among the twenty only while its dream goes on', async () => {
    const user = freshId('user')
    const dreams = await Promise.all(Array.from({ length: 20 }, () => plantDream()))
    for (const dream of dreams) await offer(user, dream)
    const more = await plantDream()
    const ask = () => call(user, 'post', `/v1/dreams/${more}/supporters`, WORDS)
    await expectProblem(await ask(), 'limit_reached')
    await run("UPDATE dreams SET state = 'closed' WHERE id = ?", dreams[0])
    expect((await ask()).status).toBe(201)
    const last = await plantDream()
    await expectProblem(await call(user, 'post', `/v1/dreams/${last}/supporters`, WORDS), 'limit_reached')
    const again = await call(user, 'post', `/v1/dreams/${dreams[0]}/supporters`, {
      ...WORDS,
      kind: 'volunteer',
    })
    await expectProblem(again, 'too_late')
  })

  it('is made by someone who signed in', async () => {
    const dream = await plantDream()
    await expectProblem(await call(null, 'post', `/v1/dreams/${dream}/supporters`, WORDS), 'token_missing')
    await expectProblem(await call(null, 'get', '/v1/me/supporting'), 'token_missing')
  })
})

describe('those who carry a dream out', () => {
  it('read who offers themselves, with name and contact while the offer stands', async () => {
    const { dream, member } = await plantCarriedDream()
    const [one, two] = [freshId('user'), freshId('user')]
    await call(one, 'put', '/v1/me/profile', { name: '小花', contact: 'flower@example.test' })
    const first = await offer(one, dream)
    const second = await offer(two, dream, 'place')
    const list = async (query = '') =>
      (await call(member, 'get', `/v1/dreams/${dream}/supporters${query}`)).json<{
        items: TestSupporter[]
        nextCursor: string | null
      }>()
    expect((await list()).items).toMatchObject([
      { id: second.id, name: null, contact: null },
      { id: first.id, name: '小花', contact: 'flower@example.test', text: '我会包扎' },
    ])
    expect((await list('?kind=place')).items.map(({ id }) => id)).toEqual([second.id])
    const page = await list('?pageSize=1')
    expect(page.items.map(({ id }) => id)).toEqual([second.id])
    expect((await list(`?pageSize=1&cursor=${page.nextCursor}`)).items.map(({ id }) => id)).toEqual([
      first.id,
    ])
    await call(one, 'delete', `/v1/supporters/${first.id}`)
    expect((await list('?state=withdrawn')).items).toMatchObject([
      { id: first.id, name: null, contact: null },
    ])
    expect((await list('?state=offered')).items.map(({ id }) => id)).toEqual([second.id])
    expect(JSON.stringify(await list())).not.toContain(one)
    await expectProblem(
      await call(member, 'get', `/v1/dreams/${dream}/supporters?state=x`),
      'invalid_request',
    )
  })

  it.each([
    ['expired', "state = 'closed'"],
    ['was completed', "state = 'closed', funded_at = 1, stage = 'completed'"],
    ['was stopped', "state = 'closed', funded_at = 1, stage = 'stopped'"],
  ])('reach nobody and invite nobody once the dream %s', async (_, set) => {
    const { dream, organisation, member } = await plantCarriedDream()
    const [one, two] = [freshId('user'), freshId('user')]
    for (const user of [one, two])
      await call(user, 'put', '/v1/me/profile', { name: '小花', contact: 'flower@example.test' })
    const taken = await invited(one, dream, member)
    const { id: waiting } = await offer(two, dream)
    const list = async () =>
      (await call(member, 'get', `/v1/dreams/${dream}/supporters`)).json<{ items: TestSupporter[] }>()
    expect((await list()).items.map(({ contact }) => contact)).toEqual(Array(2).fill('flower@example.test'))
    await run(`UPDATE dreams SET ${set} WHERE id = ?`, dream)
    expect((await list()).items).toMatchObject([
      { id: waiting, state: 'offered', name: null, contact: null },
      { id: taken, state: 'invited', name: null, contact: null },
    ])
    for (const who of [member, OPERATOR])
      await expectProblem(
        await call(who, 'post', `/v1/supporters/${waiting}/invite`, { text: 'x' }),
        'too_late',
      )
    expect(await newsOf(`user:${two}`)).toEqual([])
    expect(await actionsOf(`supporter:${waiting}`)).toEqual([`${two} supporter.offered`])
    // Both sides may still end it.
    const declined = await call(member, 'post', `/v1/supporters/${waiting}/decline`, { reason: '结束了' })
    expect(await declined.json()).toMatchObject({ state: 'declined' })
    expect((await call(one, 'delete', `/v1/supporters/${taken}`)).status).toBe(204)
    expect((await newsOf(`org:${organisation}`)).at(-1)?.data.state).toBe('withdrawn')
  })

  it('are nobody else, but operators', async () => {
    const { dream, member } = await plantCarriedDream()
    const { dream: other } = await plantCarriedDream()
    const user = freshId('user')
    const { id } = await offer(user, other)
    for (const who of [user, member]) {
      await expectProblem(await call(who, 'get', `/v1/dreams/${other}/supporters`), 'executor_only')
      const invite = await call(who, 'post', `/v1/supporters/${id}/invite`, { text: 'x' })
      await expectProblem(invite, 'executor_only')
      const decline = await call(who, 'post', `/v1/supporters/${id}/decline`, { reason: 'x' })
      await expectProblem(decline, 'executor_only')
    }
    await expectProblem(await call(null, 'get', `/v1/dreams/${other}/supporters`), 'token_missing')
    expect((await call(OPERATOR, 'get', `/v1/dreams/${dream}/supporters`)).status).toBe(200)
    await expectProblem(await call(OPERATOR, 'get', '/v1/dreams/none/supporters'), 'dream_not_found')
    expect((await call(OPERATOR, 'post', `/v1/supporters/${id}/invite`, { text: 'x' })).status).toBe(200)
  })

  it('invite, and the supporter hears of it', async () => {
    const { dream, member } = await plantCarriedDream()
    const user = freshId('user')
    const { id } = await offer(user, dream)
    const answer = await call(member, 'post', `/v1/supporters/${id}/invite`, { text: '周六见' })
    expect(await answer.json()).toMatchObject({ id, state: 'invited', answer: '周六见' })
    const twice = await call(member, 'post', `/v1/supporters/${id}/invite`, { text: '周日见' })
    await expectProblem(twice, 'state_conflict')
    expect(await newsOf(`user:${user}`)).toEqual([
      { dream, data: { supporter: id, offer: 'volunteer', state: 'invited', answer: '周六见' } },
    ])
    expect(await actionsOf(`supporter:${id}`)).toEqual([
      `${user} supporter.offered`,
      `${member} supporter.invited`,
    ])
  })

  it('decline with a reason, also someone who was invited', async () => {
    const { dream, member } = await plantCarriedDream()
    const user = freshId('user')
    const id = await invited(user, dream, member)
    for (const body of [{}, { reason: ' ' }])
      await expectProblem(await call(member, 'post', `/v1/supporters/${id}/decline`, body), 'reason_missing')
    const answer = await call(member, 'post', `/v1/supporters/${id}/decline`, { reason: '人够了' })
    expect(await answer.json()).toMatchObject({ state: 'declined', answer: '人够了', name: null })
    expect((await newsOf(`user:${user}`)).at(-1)?.data).toMatchObject({ state: 'declined', answer: '人够了' })
    await expectProblem(await call(user, 'delete', `/v1/supporters/${id}`), 'state_conflict')
    await offer(user, dream)
  })

  it('answer once: of several at a time one does', async () => {
    const { dream, member } = await plantCarriedDream()
    for (let n = 0; n < 4; n++) {
      const user = freshId('user')
      const { id } = await offer(user, dream)
      const answers = await Promise.all([
        call(member, 'post', `/v1/supporters/${id}/invite`, { text: 'x' }),
        call(member, 'post', `/v1/supporters/${id}/invite`, { text: 'y' }),
        call(OPERATOR, 'post', `/v1/supporters/${id}/invite`, { text: 'z' }),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
      expect(await actionsOf(`supporter:${id}`)).toHaveLength(2)
      expect(await newsOf(`user:${user}`)).toHaveLength(1)
    }
  })

  it('do not answer what was withdrawn between their look and their word', async () => {
    const { dream, member } = await plantCarriedDream()
    const user = freshId('user')
    const { id } = await offer(user, dream)
    const DB = {
      prepare: (text: string) => world.DB.prepare(text),
      async batch(statements: D1PreparedStatement[]) {
        await call(user, 'delete', `/v1/supporters/${id}`)
        return world.DB.batch(statements)
      },
    }
    const init = await requestOf(member, 'post', { text: 'x' })
    await expectProblem(await sendWith({ DB }, `/v1/supporters/${id}/invite`, init), 'state_conflict')
    expect(await newsOf(`user:${user}`)).toEqual([])
    expect((await actionsOf(`supporter:${id}`)).at(-1)).toBe(`${user} supporter.withdrawn`)
  })
})

describe('withdrawing', () => {
  it('is for the one who offered, and harmless when repeated', async () => {
    const { dream, organisation, member } = await plantCarriedDream()
    const user = freshId('user')
    const id = await invited(user, dream, member)
    for (const other of [member, freshId('user')])
      await expectProblem(await call(other, 'delete', `/v1/supporters/${id}`), 'not_yours')
    expect((await call(user, 'delete', `/v1/supporters/${id}`)).status).toBe(204)
    expect((await call(user, 'delete', `/v1/supporters/${id}`)).status).toBe(204)
    expect((await actionsOf(`supporter:${id}`)).slice(2)).toEqual([`${user} supporter.withdrawn`])
    expect((await newsOf(`org:${organisation}`)).map(({ data }) => data.state)).toEqual([
      'offered',
      'withdrawn',
    ])
    await expectProblem(await call(user, 'delete', '/v1/supporters/sup_none'), 'supporter_not_found')
  })
})

describe('the public', () => {
  it('sees a dream’s supporters in figures, without persons', async () => {
    const { dream, member } = await plantCarriedDream()
    const [one, two, three] = [freshId('user'), freshId('user'), freshId('user')]
    await call(one, 'put', '/v1/me/profile', { name: '小花', contact: 'a@b.test' })
    const id = await invited(one, dream, member)
    const gone = await invited(two, dream, member)
    await offer(three, dream, 'place')
    for (const [user, supporter] of [
      [one, id],
      [two, gone],
    ] as const) {
      const hours = await record(user, supporter, 90)
      await call(member, 'post', `/v1/supporters/${supporter}/hours/${hours}/confirm`)
    }
    await record(one, id, 30)
    await call(two, 'delete', `/v1/supporters/${gone}`)
    const answer = await call(null, 'get', `/v1/dreams/${dream}/supporters/public`)
    expect(await answer.clone().json()).toEqual({
      dream,
      kinds: [
        { kind: 'volunteer', offered: 0, invited: 1, confirmedMinutes: 180 },
        { kind: 'skill', offered: 0, invited: 0, confirmedMinutes: 0 },
        { kind: 'place', offered: 1, invited: 0, confirmedMinutes: 0 },
        { kind: 'organisation', offered: 0, invited: 0, confirmedMinutes: 0 },
      ],
      confirmedMinutes: 180,
    })
    expect(answer.headers.get('Cache-Control')).toContain('public')
    await expectProblem(await call(null, 'get', '/v1/dreams/none/supporters/public'), 'dream_not_found')
  })

  it('sees a supporter’s page when they show it, with what they show and nothing else', async () => {
    const { dream, member } = await plantCarriedDream()
    const second = await plantCarriedDream()
    const hidden = await plantCarriedDream()
    const user = freshId('user')
    await call(user, 'put', '/v1/me/profile', { name: '小花', contact: 'secret@example.test' })
    const id = await invited(user, dream, member)
    const skill = await invited(user, dream, member, 'skill')
    const other = await invited(user, second.dream, second.member, 'place')
    await invited(user, hidden.dream, hidden.member)
    const hours = await record(user, id, 120)
    await call(member, 'post', `/v1/supporters/${id}/hours/${hours}/confirm`)
    await record(user, skill, 60)
    const page = () => call(null, 'get', `/v1/supporters/${id}`)
    await expectProblem(await page(), 'supporter_not_found')
    for (const each of [id, skill, other]) {
      const shown = await call(user, 'patch', `/v1/supporters/${each}`, { public: true })
      expect(await shown.json()).toMatchObject({ id: each, public: true })
    }
    const answer = await page()
    expect(await answer.json()).toEqual({
      name: '小花',
      dreams: [
        { dream: second.dream, title: second.dream, kinds: ['place'], confirmedMinutes: 0 },
        { dream, title: dream, kinds: expect.arrayContaining(['volunteer', 'skill']), confirmedMinutes: 120 },
      ],
    })
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    await call(user, 'patch', `/v1/supporters/${id}`, { public: false })
    await call(user, 'patch', `/v1/supporters/${id}`, { public: false })
    await expectProblem(await page(), 'supporter_not_found')
    expect((await actionsOf(`supporter:${id}`)).slice(-2)).toEqual([
      `${user} supporter.shown`,
      `${user} supporter.hidden`,
    ])
    const foreign = await call(member, 'patch', `/v1/supporters/${id}`, { public: true })
    await expectProblem(foreign, 'not_yours')
    await expectProblem(await call(null, 'get', '/v1/supporters/none'), 'supporter_not_found')
  })
  it('sees nothing of one who was never invited, and still of one whose part has ended', async () => {
    const { dream, member } = await plantCarriedDream()
    const other = await plantCarriedDream()
    const user = freshId('user')
    const { id } = await offer(user, dream)
    const took = await invited(user, other.dream, other.member)
    const show = (supporter: string) => call(user, 'patch', `/v1/supporters/${supporter}`, { public: true })
    for (const each of [id, took]) expect((await show(each)).status).toBe(200)
    const page = (supporter: string) => call(null, 'get', `/v1/supporters/${supporter}`)
    await expectProblem(await page(id), 'supporter_not_found')
    await call(member, 'post', `/v1/supporters/${id}/decline`, { reason: '人够了' })
    await expectProblem(await page(id), 'supporter_not_found')
    await call(user, 'delete', `/v1/supporters/${took}`)
    expect(await (await page(took)).json()).toMatchObject({ dreams: [{ dream: other.dream }] })
    expect((await (await page(took)).json<{ dreams: unknown[] }>()).dreams).toHaveLength(1)
  })
})

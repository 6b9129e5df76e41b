import { describe, expect, it } from 'vitest'
import {
  balanceOf,
  callAs,
  entriesOf,
  expectConservation,
  link,
  plantLine,
  type Result,
  type TestLine,
} from './line-calls.ts'
import {
  accountOf,
  creditDirectly,
  expectProblem,
  freshId,
  ledgerNow,
  plantDream,
  pledge,
  world,
} from './world.ts'

const LINE = '/v1/me/lines/{line}'

interface Request {
  readonly id: string
  readonly user: string
  readonly dream: string
  readonly flowers: number
}

const ask = (user: string, dream: string, flowers: number): Request => ({
  ...{ id: freshId('ask'), user, dream, flowers },
})

const request = (line: TestLine, ...pledges: readonly Request[]): Promise<Result[]> =>
  line.results('pledges.requested', { pledges })

const accepted = ({ id, flowers }: Request) => ({ id, outcome: 'accepted', flowers })
const duplicate = ({ id, flowers }: Request) => ({ id, outcome: 'duplicate', flowers })
const refused = ({ id }: Request, reason: string) => ({ id, outcome: 'refused', flowers: 0, reason })

/** The user allows or forbids; returns the line as it then stands to them. */
async function setPermission(user: string, line: TestLine, mayPledge: boolean): Promise<unknown> {
  const answer = await callAs(user, 'put', `/v1/me/lines/${line.id}`, { mayPledge }, { route: LINE })
  expect(answer.status).toBe(200)
  return answer.json()
}

/** The line as the list of lines tells it to a user. */
async function listed(user: string, line: TestLine): Promise<unknown> {
  const answer = await callAs(user, 'get', '/v1/me/lines')
  const { items } = await answer.json<{ items: { line: string }[] }>()
  return items.find((item) => item.line === line.id)
}

async function userWith(flowers: number): Promise<string> {
  const user = freshId('user')
  await creditDirectly(user, flowers)
  return user
}

describe('a line with ids of its own', () => {
  it('may pledge for a user who is linked and has allowed it, and not before', async () => {
    const [line, user, dream] = [await plantLine({ userIds: 'own' }), await userWith(10), await plantDream()]
    const one = ask('player', dream, 4)
    const before = await ledgerNow()
    expect(await request(line, one)).toEqual([refused(one, 'not_linked')])
    expect(await ledgerNow()).toEqual(before)
    await link(line, 'player', user)
    const linked = await ledgerNow()
    expect(await request(line, one)).toEqual([refused(one, 'not_allowed')])
    expect(await ledgerNow()).toEqual(linked)
    await setPermission(user, line, true)
    expect(await request(line, one)).toEqual([accepted(one)])
    expect(await request(line, one)).toEqual([duplicate(one)])
    expect(await accountOf(user)).toMatchObject({ balance: 6, pledged: 4 })
    const [entry] = await entriesOf(user)
    expect(entry).toMatchObject({ kind: 'pledge', flowers: -4, dream, line: line.id })
    await expectConservation()
  })

  it('may not pledge for an account by its platform id, nor for an id that looks like a holding', async () => {
    const [line, user, dream] = [await plantLine({ userIds: 'own' }), await userWith(10), await plantDream()]
    await link(line, 'player', user)
    await setPermission(user, line, true)
    const stranger = ask(user, dream, 1)
    expect(await request(line, stranger)).toEqual([refused(stranger, 'not_linked')])
    const spaced = { pledges: [ask(`${line.id} player`, dream, 1)] }
    await expectProblem(await line.post('pledges.requested', spaced), 'invalid_request')
    expect(await balanceOf(user)).toBe(10)
  })

  it('may no longer pledge once the user forbids it or unlinks; what was pledged stays known', async () => {
    const [line, user, dream] = [await plantLine({ userIds: 'own' }), await userWith(10), await plantDream()]
    await link(line, 'player', user)
    await setPermission(user, line, true)
    const [old, next] = [ask('player', dream, 4), ask('player', dream, 1)]
    await request(line, old)
    await setPermission(user, line, false)
    expect(await request(line, old, next)).toEqual([duplicate(old), refused(next, 'not_allowed')])
    await setPermission(user, line, true)
    await callAs(user, 'delete', `/v1/me/links/${line.id}`, undefined, { route: '/v1/me/links/{line}' })
    expect(await request(line, next)).toEqual([refused(next, 'not_linked')])
    expect(await balanceOf(user)).toBe(6)
  })

  it('pledges what its own id earned before the link', async () => {
    const [line, user, dream] = [await plantLine({ userIds: 'own' }), freshId('user'), await plantDream()]
    await line.report({ user: 'player', quantity: 3 })
    await link(line, 'player', user)
    await setPermission(user, line, true)
    const [all, more] = [ask('player', dream, 3), ask('player', dream, 1)]
    expect(await request(line, all)).toEqual([accepted(all)])
    expect(await request(line, more)).toEqual([refused(more, 'insufficient_flowers')])
    await expectConservation()
  })

  it('gets an answer an item when its users stand to it in every way', async () => {
    const [line, dream] = [await plantLine({ userIds: 'own' }), await plantDream()]
    const users = [await userWith(5), await userWith(5), await userWith(5)] as const
    for (const [n, user] of users.entries()) await link(line, `player-${n}`, user)
    await setPermission(users[0], line, true)
    await setPermission(users[2], line, true)
    const asks = [
      ask('player-1', dream, 1),
      ask('player-0', dream, 2),
      ask('player-9', dream, 1),
      ask('player-2', dream, 6),
      ask('player-2', dream, 5),
      ask('player-0', dream, 0),
      ask('player-1', 'No Dream', 1),
    ] as const
    expect(await request(line, ...asks)).toEqual([
      refused(asks[0], 'not_allowed'),
      accepted(asks[1]),
      refused(asks[2], 'not_linked'),
      refused(asks[3], 'insufficient_flowers'),
      accepted(asks[4]),
      refused(asks[5], 'bad_flowers'),
      refused(asks[6], 'dream_not_found'),
    ])
    await expectConservation()
  })
})

describe('a line that speaks of the platform’s ids', () => {
  it('may pledge until the user forbids it, and again when they allow it', async () => {
    const [line, user, dream] = [await plantLine(), await userWith(10), await plantDream()]
    const [old, next] = [ask(user, dream, 2), ask(user, dream, 3)]
    expect(await request(line, old)).toEqual([accepted(old)])
    await setPermission(user, line, false)
    const before = await ledgerNow()
    expect(await request(line, old, next)).toEqual([duplicate(old), refused(next, 'not_allowed')])
    expect(await ledgerNow()).toEqual(before)
    await setPermission(user, line, true)
    expect(await request(line, next)).toEqual([accepted(next)])
    expect((await entriesOf(user))[0]).toMatchObject({ kind: 'pledge', flowers: -3, line: line.id, dream })
    await expectConservation()
  })

  it('is forbidden for the one user and the one line only', async () => {
    const [line, other, dream] = [await plantLine(), await plantLine(), await plantDream()]
    const [ann, bob] = [await userWith(5), await userWith(5)]
    await setPermission(ann, line, false)
    const asks = [ask(ann, dream, 1), ask(bob, dream, 1)] as const
    expect(await request(line, ...asks)).toEqual([refused(asks[0], 'not_allowed'), accepted(asks[1])])
    const elsewhere = ask(ann, dream, 1)
    expect(await request(other, elsewhere)).toEqual([accepted(elsewhere)])
  })

  it('may not use a known id for another pledge when the user forbade it', async () => {
    const [line, user, dream, other] = [
      await plantLine(),
      await userWith(10),
      await plantDream(),
      await plantDream(),
    ]
    const old = ask(user, dream, 2)
    await request(line, old)
    await setPermission(user, line, false)
    const before = await ledgerNow()
    for (const changed of [
      { ...old, flowers: 3 },
      { ...old, dream: other },
    ])
      expect(await request(line, changed)).toEqual([refused(changed, 'id_reused')])
    expect(await ledgerNow()).toEqual(before)
  })
})

describe('a pledge the user makes', () => {
  it('names no line, whatever lines they allow', async () => {
    const [user, dream] = [await userWith(5), await plantDream()]
    expect((await pledge(user, dream, 2)).status).toBe(201)
    expect((await entriesOf(user))[0]).not.toHaveProperty('line')
  })
})

describe('GET /v1/me/lines', () => {
  it('shows whether a line may pledge for the caller, as said or as usual', async () => {
    const user = freshId('user')
    const platform = await plantLine()
    const own = await plantLine({ userIds: 'own' })
    const silent = await plantLine({ mayPledge: false })
    const paused = await plantLine({ state: 'paused' })
    const wire = (line: TestLine, fields: object) => ({
      ...{ line: line.id, name: line.id, nameEn: line.id, state: 'active', lineUser: null },
      pledges: line !== silent,
      ...fields,
    })
    expect(await listed(user, platform)).toEqual(wire(platform, { linked: true, mayPledge: true }))
    expect(await listed(user, own)).toEqual(wire(own, { linked: false, mayPledge: false }))
    expect(await listed(user, silent)).toEqual(wire(silent, { linked: true, mayPledge: false }))
    expect(await listed(user, paused)).toMatchObject({ state: 'paused', linked: true })

    const forbidden = wire(platform, { linked: true, mayPledge: false })
    expect(await setPermission(user, platform, false)).toEqual(forbidden)
    expect(await listed(user, platform)).toEqual(forbidden)
    expect(await listed(freshId('user'), platform)).toMatchObject({ mayPledge: true })

    // Said before the link, it holds from the link on.
    expect(await setPermission(user, own, true)).toEqual(wire(own, { linked: false, mayPledge: false }))
    await link(own, 'player', user)
    expect(await listed(user, own)).toEqual(wire(own, { linked: true, mayPledge: true, lineUser: 'player' }))

    // A line that may not pledge at all may not by a user's word either.
    expect(await setPermission(user, silent, true)).toEqual(wire(silent, { linked: true, mayPledge: false }))
  })

  it('lists a closed line to those who are linked to it only', async () => {
    const [user, line] = [freshId('user'), await plantLine({ userIds: 'own' })]
    await link(line, 'player', user)
    await world.DB.prepare("UPDATE lines SET state = 'closed' WHERE id = ?").bind(line.id).run()
    expect(await listed(user, line)).toMatchObject({ state: 'closed', linked: true, lineUser: 'player' })
    expect(await listed(freshId('user'), line)).toBeUndefined()
  })

  it('and PUT refuse what they do not take', async () => {
    const [line, user] = [await plantLine(), freshId('user')]
    const put = (path: string, body: unknown) =>
      callAs(user, 'put', `/v1/me/lines/${path}`, body, { route: LINE })
    await expectProblem(await put('no-such-line', { mayPledge: true }), 'line_not_found')
    await expectProblem(await put('No Line', { mayPledge: true }), 'line_not_found')
    for (const body of [{}, { mayPledge: 1 }, { mayPledge: 'yes' }, { mayPledge: true, more: 1 }, []])
      await expectProblem(await put(line.id, body), 'invalid_request')
    await expectProblem(await put(line.id, { mayPledge: 'x'.repeat(2_000) }), 'body_too_large')
    expect(await listed(user, line)).toMatchObject({ mayPledge: true })
  })
})

import { evictDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { moveUnmoved } from '../../src/links/linking.ts'
import {
  balanceOf,
  callAs,
  codeFor,
  type Entry,
  entriesOf,
  expectConservation,
  link,
  plantLine,
  type Result,
  type TestLine,
} from './line-calls.ts'
import { accountOf, expectProblem, freshId, ledgerNow, world } from './world.ts'

const LINK = '/v1/me/links/{line}'

const ownLine = (options: Parameters<typeof plantLine>[0] = {}): Promise<TestLine> =>
  plantLine({ userIds: 'own', ...options })

/** A line tries a code for one of its users. */
async function tryCode(line: TestLine, lineUser: string, code: string): Promise<string> {
  const asked = { id: freshId('link'), user: lineUser, code }
  const [result] = await line.results('links.requested', { links: [asked] })
  const { id, outcome, flowers, reason } = result as Result
  expect([id, flowers]).toEqual([asked.id, 0])
  return reason === undefined ? outcome : `${outcome}: ${reason}`
}

/** A code that a line asked for, for one of its users. */
async function codeOf(line: TestLine, lineUser: string): Promise<Result & { code: string }> {
  const asked = { id: freshId('code'), user: lineUser }
  const [result] = await line.results('link_codes.requested', { codes: [asked] })
  expect(result).toMatchObject({ id: asked.id, outcome: 'issued', flowers: 0 })
  return result as Result & { code: string }
}

const useCode = (user: string, code: string): Promise<Response> =>
  callAs(user, 'post', '/v1/me/links', { code })

const unlink = (user: string, line: TestLine): Promise<Response> =>
  callAs(user, 'delete', `/v1/me/links/${line.id}`, undefined, { route: LINK })

/** How the API tells a user that a line stands to them. */
async function lineOf(user: string, line: TestLine): Promise<{ linked: boolean; lineUser: string | null }> {
  const answer = await callAs(user, 'get', '/v1/me/lines')
  const { items } = await answer.json<{
    items: { line: string; linked: boolean; lineUser: string | null }[]
  }>()
  const found = items.find((item) => item.line === line.id)
  if (!found) throw new Error('the line is not listed')
  return { linked: found.linked, lineUser: found.lineUser }
}

/** What the audit log says of a line, oldest first. */
async function auditOf(line: TestLine): Promise<unknown[]> {
  const path = `/v1/audit/log?subject=line:${line.id}`
  const answer = await callAs('operator', 'get', path, undefined, { roles: ['operator'] })
  const { items } = await answer.json<{ items: { actor: string; action: string; detail: object }[] }>()
  return items.reverse().map(({ actor, action, detail }) => ({ actor, action, detail }))
}

const holding = (line: TestLine, lineUser: string) => `${line.id} ${lineUser}`

describe('a link by a code the user made', () => {
  it('is made when the line brings the code, and shows on both sides', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    expect(await lineOf(user, line)).toEqual({ linked: false, lineUser: null })
    const before = Date.now()
    const answer = await callAs(user, 'post', '/v1/me/link-codes', { line: line.id })
    const made = await answer.json<{ line: string; code: string; expiresAt: string }>()
    expect(made).toMatchObject({ line: line.id, code: expect.stringMatching(/^[\dA-Z]{4}-[\dA-Z]{4}$/) })
    expect(Date.parse(made.expiresAt) - before).toBeGreaterThanOrEqual(10 * 60_000)
    expect(Date.parse(made.expiresAt) - before).toBeLessThan(11 * 60_000)
    expect(await tryCode(line, 'player-1', made.code)).toBe('linked')
    expect(await lineOf(user, line)).toEqual({ linked: true, lineUser: 'player-1' })
  })

  it('is made once: the same pair again is a duplicate, another id is refused', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    const code = await codeFor(user, line)
    expect(await tryCode(line, 'first', code)).toBe('linked')
    expect(await tryCode(line, 'first', code)).toBe('duplicate')
    expect(await tryCode(line, 'second', code)).toBe('refused: code_invalid')
    expect(await lineOf(user, line)).toEqual({ linked: true, lineUser: 'first' })
  })

  it('is made once when two ids bring the code at the same time', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    const code = await codeFor(user, line)
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, (_, n) => tryCode(line, `player-${n}`, code)),
    )
    expect(outcomes.filter((outcome) => outcome === 'linked')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'refused: code_invalid')).toHaveLength(4)
    expect(await auditOf(line)).toHaveLength(1)
  })

  it('is made with the code as people type it', async () => {
    const line = await ownLine()
    for (const typed of [
      (code: string) => code.toLowerCase(),
      (code: string) => ` ${code.toLowerCase().replace('-', ' ')} `,
      (code: string) => code.replace('-', ''),
      (code: string) => code.replaceAll('0', 'o').replaceAll('1', 'l'),
    ])
      expect(await tryCode(line, freshId('player'), typed(await codeFor(freshId('user'), line)))).toBe(
        'linked',
      )
  })

  it.each(['x', 'ABCD-EFGH', 'ABCD-EFG', '????-????', '0'.repeat(32), '一二三四五六七八', '%00'])(
    'is not made with %j',
    async (code) => {
      const [line, user] = [await ownLine(), freshId('user')]
      expect(await tryCode(line, 'player', code)).toBe('refused: code_invalid')
      await expectProblem(await useCode(user, code), 'code_invalid')
      expect(await lineOf(user, line)).toMatchObject({ linked: false })
    },
  )

  it('is not made with a code that is over its time, and is with one that is not yet', async () => {
    const [line, users] = [await ownLine(), [freshId('user'), freshId('user')] as const]
    const setEnd = async (end: number) => {
      const sql = 'UPDATE link_codes SET expires_at = ? WHERE line = ? AND used_at IS NULL'
      await world.DB.prepare(sql).bind(end, line.id).run()
    }
    const late = await codeFor(users[0], line)
    await setEnd(Date.now())
    expect(await tryCode(line, 'player', late)).toBe('refused: code_invalid')
    const early = await codeFor(users[1], line)
    await setEnd(Date.now() + 20_000)
    expect(await tryCode(line, 'player', early)).toBe('linked')
  })

  it('stays known to its pair when it is over its time: a repeat of the request is a duplicate', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    const code = await codeFor(user, line)
    expect(await tryCode(line, 'player', code)).toBe('linked')
    await world.DB.prepare('UPDATE link_codes SET expires_at = 1 WHERE line = ?').bind(line.id).run()
    expect(await tryCode(line, 'player', code)).toBe('duplicate')
  })

  it('is not made by another line, nor by the user who made the code', async () => {
    const [line, other, user] = [await ownLine(), await ownLine(), freshId('user')]
    const code = await codeFor(user, line)
    expect(await tryCode(other, 'player', code)).toBe('refused: code_invalid')
    await expectProblem(await useCode(user, code), 'code_invalid')
    await expectProblem(await useCode(freshId('user'), code), 'code_invalid')
    expect(await tryCode(line, 'player', code)).toBe('linked')
  })
})

describe('a link by a code the line asked for', () => {
  it('is made when the user brings the code, and shows on both sides', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    const { code, expiresAt } = await codeOf(line, 'player-1')
    expect(Date.parse(expiresAt as string)).toBeGreaterThan(Date.now() + 9 * 60_000)
    const answer = await useCode(user, code)
    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({ line: line.id, linked: true, lineUser: 'player-1' })
    expect(await lineOf(user, line)).toEqual({ linked: true, lineUser: 'player-1' })
  })

  it('is made once: the same user again gets the same answer, another is refused', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    const { code } = await codeOf(line, 'player-1')
    const first = await (await useCode(user, code)).json()
    const again = await useCode(user, code)
    expect(again.status).toBe(201)
    expect(await again.json()).toEqual(first)
    await expectProblem(await useCode(freshId('user'), code), 'code_invalid')
    expect(await auditOf(line)).toHaveLength(1)
  })

  it('is made with the code as people type it, not with one over its time, not by the line itself', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    const { code: late } = await codeOf(line, 'late')
    await world.DB.prepare('UPDATE link_codes SET expires_at = ? WHERE line = ?')
      .bind(Date.now(), line.id)
      .run()
    await expectProblem(await useCode(user, late), 'code_invalid')
    const { code } = await codeOf(line, 'player')
    expect(await tryCode(line, 'other', code)).toBe('refused: code_invalid')
    expect((await useCode(user, ` ${code.toLowerCase().replace('-', ' ')}`)).status).toBe(201)
  })
})

describe('an id of a line and an account', () => {
  it('are linked to one each: the id to one account, the account to one id in the line', async () => {
    const [line, ann, bob] = [await ownLine(), freshId('ann'), freshId('bob')]
    await link(line, 'player-a', ann)
    const forBob = await codeFor(bob, line)
    expect(await tryCode(line, 'player-a', forBob)).toBe('refused: already_linked')
    const forAnn = await codeFor(ann, line)
    expect(await tryCode(line, 'player-b', forAnn)).toBe('refused: already_linked')
    const { code } = await codeOf(line, 'player-a')
    await expectProblem(await useCode(bob, code), 'already_linked')
    const { code: second } = await codeOf(line, 'player-b')
    await expectProblem(await useCode(ann, second), 'already_linked')
    // A code that met a link in its way is not spent.
    expect(await tryCode(line, 'player-b', forBob)).toBe('linked')
    expect(await lineOf(ann, line)).toMatchObject({ lineUser: 'player-a' })
    expect(await lineOf(bob, line)).toMatchObject({ lineUser: 'player-b' })
  })

  it('are told so when a new code links what is linked already, and no second link is noted', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    await link(line, 'player', user)
    expect(await tryCode(line, 'player', await codeFor(user, line))).toBe('duplicate')
    expect(await auditOf(line)).toHaveLength(1)
  })

  it('cannot be linked in a line that speaks of the platform’s ids', async () => {
    const [line, user] = [await plantLine(), freshId('user')]
    await expectProblem(await callAs(user, 'post', '/v1/me/link-codes', { line: line.id }), 'already_linked')
    const asked = { id: freshId('ask'), user }
    const refused = { id: asked.id, outcome: 'refused', flowers: 0, reason: 'platform_ids' }
    expect(await line.results('link_codes.requested', { codes: [asked] })).toEqual([refused])
    const code = await codeFor(user, await ownLine())
    expect(await line.results('links.requested', { links: [{ ...asked, code }] })).toEqual([refused])
    expect(await line.results('links.removed', { links: [asked] })).toEqual([refused])
    await expectProblem(await unlink(user, line), 'link_not_found')
    expect(await auditOf(line)).toEqual([])
  })

  it('cannot be linked in a line that is not there, or is closed', async () => {
    const user = freshId('user')
    const closed = await ownLine({ state: 'closed' })
    for (const line of ['no-such-line', closed.id])
      await expectProblem(await callAs(user, 'post', '/v1/me/link-codes', { line }), 'line_not_found')
    await expectProblem(
      await callAs(user, 'post', '/v1/me/link-codes', { line: 'No Line' }),
      'invalid_request',
    )
    await expectProblem(await callAs(user, 'post', '/v1/me/links', { code: '' }), 'invalid_request')
    await expectProblem(await callAs(user, 'post', '/v1/me/links', { code: 7 }), 'invalid_request')
  })
})

describe('flowers that arrive before a link', () => {
  it('wait where nobody sees or spends them, and come along with their history', async () => {
    const [line, user] = [await ownLine({ rules: [{ version: 7, flowers: 2 }] }), freshId('user')]
    // Their ids are in another order than their times.
    const acts = [freshId('b'), freshId('a')] as const
    const before = await line.report(
      { id: acts[0], user: 'player', quantity: 3 },
      { id: acts[1], user: 'player', quantity: 1 },
    )
    expect(before.map(({ outcome, flowers }) => [outcome, flowers])).toEqual([
      ['credited', 6],
      ['credited', 2],
    ])
    expect(await accountOf(user)).toMatchObject({ balance: 0, earned: 0 })
    // A platform user of the same name is somebody else.
    expect(await accountOf('player')).toMatchObject({ balance: 0, earned: 0 })
    await link(line, 'player', user)
    expect(await accountOf(user)).toMatchObject({ balance: 8, earned: 8, pledged: 0 })
    const entries = await entriesOf(user)
    const common = { kind: 'moved', line: line.id, rule: { kind: 'act', version: 7 } }
    expect(entries.map(({ flowers, balance }) => [flowers, balance])).toEqual([
      [2, 8],
      [6, 6],
    ])
    for (const entry of entries) expect(entry).toMatchObject(common)
    await expectConservation()
  })

  it('come along when the user brings the code, too, and only those of that id', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    await line.report({ user: 'mine', quantity: 4 }, { user: 'not-mine', quantity: 5 })
    const { code } = await codeOf(line, 'mine')
    await useCode(user, code)
    expect(await balanceOf(user)).toBe(4)
    await expectConservation()
  })

  it('come along by the job when the request that linked ended before they moved', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    await line.report({ user: 'player', quantity: 4 })
    await world.DB.prepare('INSERT INTO links (holding, line, user, at) VALUES (?, ?, ?, 0)')
      .bind(holding(line, 'player'), line.id, user)
      .run()
    expect(await balanceOf(user)).toBe(0)
    await moveUnmoved(world, Date.now())
    expect(await balanceOf(user)).toBe(4)
    await moveUnmoved(world, Date.now())
    expect(await balanceOf(user)).toBe(4)
    expect(await entriesOf(user)).toHaveLength(1)
  })

  it('come along once when the link’s request is repeated by many at once', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    const acts = Array.from({ length: 120 }, () => ({ user: 'player' }))
    await line.report(...acts)
    const code = await codeFor(user, line)
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => tryCode(line, 'player', code)))
    expect(outcomes.every((outcome) => outcome === 'linked' || outcome === 'duplicate')).toBe(true)
    expect(await balanceOf(user)).toBe(120)
    await expectConservation()
  })

  it('come along whole when there are more than one transaction moves', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    for (let n = 0; n < 3; n++) await line.report(...Array.from({ length: 400 }, () => ({ user: 'player' })))
    await link(line, 'player', user)
    expect(await accountOf(user)).toMatchObject({ balance: 1_200, earned: 1_200 })
    await expectConservation()
  })
})

describe('an act after the link', () => {
  it('goes straight to the account, by a Line object that reported before and by one that is new', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    await line.report({ user: 'player' })
    await link(line, 'player', user)
    expect(await line.report({ user: 'player', quantity: 2 })).toMatchObject([{ outcome: 'credited' }])
    expect(await balanceOf(user)).toBe(3)
    await evictDurableObject(world.LINE.getByName(line.id))
    expect(await line.report({ user: 'player', quantity: 4 })).toMatchObject([{ outcome: 'credited' }])
    expect(await balanceOf(user)).toBe(7)
    expect((await entriesOf(user)).map(({ kind }) => kind)).toEqual(['credit', 'credit', 'moved'])
  })

  it('is a duplicate when it was reported before the link, and is not credited again', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    const act = { id: freshId('act'), user: 'player', quantity: 3 }
    await line.report(act)
    await link(line, 'player', user)
    const before = await ledgerNow()
    const duplicate = [{ id: act.id, outcome: 'duplicate', flowers: 3 }]
    expect(await line.report(act)).toEqual(duplicate)
    expect(await line.report({ ...act, quantity: -1 })).toEqual(duplicate)
    await unlink(user, line)
    expect(await line.report(act)).toEqual(duplicate)
    expect((await ledgerNow()).slice(0, 6)).toEqual(before.slice(0, 6))
  })

  it('is a duplicate when it was reported after the link, undone or not', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    await link(line, 'player', user)
    const act = { id: freshId('act'), user: 'player', quantity: 3 }
    expect(await line.report(act)).toMatchObject([{ outcome: 'credited' }])
    await unlink(user, line)
    expect(await line.report(act)).toEqual([{ id: act.id, outcome: 'duplicate', flowers: 3 }])
    await link(line, 'player', user)
    expect(await line.report(act)).toEqual([{ id: act.id, outcome: 'duplicate', flowers: 3 }])
    expect(await balanceOf(user)).toBe(3)
  })

  it('with the id of an act of another is refused, moved or not, and for the account’s own name too', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    const [moved, straight] = [freshId('act'), freshId('act')]
    await line.report({ id: moved, user: 'player' })
    await link(line, 'player', user)
    await line.report({ id: straight, user: 'player' })
    const before = await ledgerNow()
    for (const id of [moved, straight])
      for (const other of ['other', user])
        expect(await line.report({ id, user: other })).toEqual([
          { id, outcome: 'refused', flowers: 0, reason: 'id_reused' },
        ])
    expect(await ledgerNow()).toEqual(before)
  })

  it('counts against a daily cap with what moved', async () => {
    const [line, user] = [await ownLine({ rules: [{ capPerDay: 5 }] }), freshId('user')]
    await line.report({ user: 'player', quantity: 3 })
    await link(line, 'player', user)
    expect(await line.report({ user: 'player', quantity: 4 })).toMatchObject([
      { outcome: 'capped', flowers: 2, left: 0, reason: 'daily_cap' },
    ])
    expect(await balanceOf(user)).toBe(5)
    await expectConservation()
  })

  it('counts against a cooldown with what moved', async () => {
    const [line, user] = [await ownLine({ rules: [{ cooldownSeconds: 3_600 }] }), freshId('user')]
    await line.report({ user: 'player' })
    await link(line, 'player', user)
    expect(await line.report({ user: 'player' })).toMatchObject([
      { outcome: 'capped', flowers: 0, reason: 'cooldown' },
    ])
  })
})

describe('two lines’ ids on one account', () => {
  it('share one balance and keep their allowances apart', async () => {
    const capped = { rules: [{ capPerDay: 5 }] }
    const [one, two, user] = [await ownLine(capped), await ownLine(capped), freshId('user')]
    await one.report({ user: 'same-name', quantity: 5 })
    await link(one, 'same-name', user)
    await link(two, 'same-name', user)
    expect(await two.report({ user: 'same-name', quantity: 5 })).toMatchObject([{ outcome: 'credited' }])
    expect(await accountOf(user)).toMatchObject({ balance: 10, earned: 10 })
    expect((await entriesOf(user)).map(({ kind, line }: Entry) => [kind, line])).toEqual([
      ['credit', two.id],
      ['moved', one.id],
    ])
    await expectConservation()
  })
})

describe('a link undone', () => {
  it.each<[string, (line: TestLine, user: string) => Promise<unknown>]>([
    [
      'by the user',
      async (line, user) => {
        expect((await unlink(user, line)).status).toBe(204)
        await expectProblem(await unlink(user, line), 'link_not_found')
      },
    ],
    [
      'by the line',
      async (line) => {
        const asked = { id: freshId('undo'), user: 'player' }
        const undo = () => line.results('links.removed', { links: [asked] })
        expect(await undo()).toEqual([{ id: asked.id, outcome: 'removed', flowers: 0 }])
        expect(await undo()).toEqual([{ id: asked.id, outcome: 'refused', flowers: 0, reason: 'not_linked' }])
      },
    ],
  ])('%s leaves what came along, and what comes after waits again', async (_, undo) => {
    const [line, user] = [await ownLine(), freshId('user')]
    await line.report({ user: 'player', quantity: 3 })
    await link(line, 'player', user)
    await undo(line, user)
    expect(await lineOf(user, line)).toEqual({ linked: false, lineUser: null })
    expect(await line.report({ user: 'player', quantity: 2 })).toMatchObject([{ outcome: 'credited' }])
    expect(await balanceOf(user)).toBe(3)
    await link(line, 'player', user)
    expect(await balanceOf(user)).toBe(5)
    await expectConservation()
  })

  it('and made anew with another account moves only what came after', async () => {
    const [line, ann, bob] = [await ownLine(), freshId('ann'), freshId('bob')]
    await line.report({ user: 'player', quantity: 3 })
    await link(line, 'player', ann)
    await line.report({ user: 'player', quantity: 4 })
    await unlink(ann, line)
    await line.report({ user: 'player', quantity: 5 })
    await link(line, 'player', bob)
    expect([await balanceOf(ann), await balanceOf(bob)]).toEqual([7, 5])
    expect((await entriesOf(bob)).map(({ kind, flowers }) => [kind, flowers])).toEqual([['moved', 5]])
    await line.report({ user: 'player', quantity: 1 })
    expect([await balanceOf(ann), await balanceOf(bob)]).toEqual([7, 6])
    await expectConservation()
  })

  it('is not made again by the code that made it', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    const code = await codeFor(user, line)
    await tryCode(line, 'player', code)
    await unlink(user, line)
    expect(await tryCode(line, 'player', code)).toBe('refused: code_invalid')
    expect(await lineOf(user, line)).toMatchObject({ linked: false })
  })

  it('by another user or another line does not happen', async () => {
    const [line, other, user] = [await ownLine(), await ownLine(), freshId('user')]
    await link(line, 'player', user)
    await expectProblem(await unlink(freshId('user'), line), 'link_not_found')
    expect(await other.results('links.removed', { links: [{ id: 'x', user: 'player' }] })).toMatchObject([
      { reason: 'not_linked' },
    ])
    expect(await lineOf(user, line)).toMatchObject({ linked: true })
  })
})

describe('the audit log', () => {
  it('says who linked and unlinked what, from either side, and never tells a code', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    const detail = { holding: holding(line, 'player'), user }
    const code = await codeFor(user, line)
    await tryCode(line, 'player', code)
    await unlink(user, line)
    const { code: second } = await codeOf(line, 'player')
    await useCode(user, second)
    await line.results('links.removed', { links: [{ id: 'x', user: 'player' }] })
    const rows = await auditOf(line)
    expect(rows).toEqual([
      { actor: user, action: 'link.made', detail },
      { actor: user, action: 'link.removed', detail },
      { actor: user, action: 'link.made', detail },
      { actor: `line:${line.id}`, action: 'link.removed', detail },
    ])
    const { results } = await world.DB.prepare('SELECT * FROM link_codes WHERE line = ?').bind(line.id).all()
    const kept = JSON.stringify([rows, results])
    for (const secret of [code, second])
      for (const form of [secret, secret.replace('-', '')]) expect(kept).not.toContain(form)
  })
})

describe('trying codes', () => {
  it('is limited to ten a minute for making and using them together; the rest of the API goes on', async () => {
    const [line, user] = [await ownLine(), freshId('user')]
    for (let n = 0; n < 5; n++) await codeFor(user, line)
    for (let n = 0; n < 5; n++) await expectProblem(await useCode(user, `ABCD-EFG${n}`), 'code_invalid')
    const { code } = await codeOf(line, 'player')
    const before = await ledgerNow()
    for (const answer of [
      await useCode(user, code),
      await callAs(user, 'post', '/v1/me/link-codes', { line: line.id }),
    ]) {
      const retryAfter = Number(answer.headers.get('Retry-After'))
      expect(retryAfter).toBeGreaterThan(0)
      expect(retryAfter).toBeLessThanOrEqual(60)
      expect(answer.headers.get('RateLimit-Policy')).toBe('"codes";q=10;w=60')
      expect(answer.headers.get('RateLimit')).toBe(`"codes";r=0;t=${retryAfter}`)
      await expectProblem(answer, 'rate_limited')
    }
    expect(await ledgerNow()).toEqual(before)
    expect((await callAs(user, 'get', '/v1/me/lines')).status).toBe(200)
    // Another user is not held up, and the code is still good.
    expect((await useCode(freshId('user'), code)).status).toBe(201)
  })
})

describe('a body of links', () => {
  it('is answered one by one, in order', async () => {
    const [line, ann, bob] = [await ownLine(), freshId('ann'), freshId('bob')]
    const [a, b] = [await codeFor(ann, line), await codeFor(bob, line)]
    const links = [
      { id: '1', user: 'player-a', code: a },
      { id: '2', user: 'player-x', code: 'nonsense' },
      { id: '3', user: 'player-b', code: b },
      { id: '4', user: 'player-a', code: a },
      { id: '5', user: 'player-b', code: a },
    ]
    const results = await line.results('links.requested', { links })
    expect(results.map(({ id, outcome, reason }) => [id, outcome, reason])).toEqual([
      ['1', 'linked', undefined],
      ['2', 'refused', 'code_invalid'],
      ['3', 'linked', undefined],
      ['4', 'duplicate', undefined],
      ['5', 'refused', 'code_invalid'],
    ])
  })
})

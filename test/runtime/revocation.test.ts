import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { describe, expect, it, vi } from 'vitest'
import { SqliteDreamStorage } from '../../src/dreams/journal.ts'
import type { DreamRecord } from '../../src/dreams/rules.ts'
import { revokeFromBalances } from '../../src/ledger/revocations.ts'
import { finishRevocations } from '../../src/lines/revocations.ts'
import {
  balanceOf,
  callAs,
  entriesOf,
  expectConservation,
  link,
  plantLine,
  type Result,
  resultsOf,
  type TestLine,
} from './line-calls.ts'
import { accountOf, expectProblem, freshId, ledgerNow, plantDream, pledge, send, world } from './world.ts'

interface Revocation {
  readonly act: string
  readonly known: boolean
  readonly flowers: number
  readonly taken: number
  readonly lost: number
  readonly reason: string
  readonly at: string
  readonly doneAt: string | null
}

interface Page {
  readonly items: Revocation[]
  readonly nextCursor: string | null
}

const operator = { roles: ['operator'] }

/** An act that earned flowers for a user. */
async function earn(line: TestLine, user: string, flowers: number): Promise<string> {
  const id = freshId('act')
  expect(await line.report({ id, user, quantity: flowers })).toMatchObject([{ outcome: 'credited', flowers }])
  return id
}

async function give(user: string, dream: string, flowers: number): Promise<string> {
  const answer = await pledge(user, dream, flowers)
  expect(answer.status).toBe(201)
  return (await answer.json<{ id: string }>()).id
}

const revoked = (id: string, flowers: number) => ({ id, outcome: 'revoked', flowers, lost: 0 })

const stubOf = (dream: string) => world.DREAM.getByName(dream)

async function snapshotOf(dream: string): Promise<DreamRecord> {
  const record = await stubOf(dream).snapshot()
  if (!record) throw new Error('no such dream')
  return record
}

const countOf = async (dream: string) => {
  const { flowers, pledges } = await snapshotOf(dream)
  return { flowers, pledges }
}

/** Lets the settling window of a dream that met its quota be over, and its object decide. */
async function fund(dream: string): Promise<void> {
  expect((await snapshotOf(dream)).settlesAt).not.toBeNull()
  await runInDurableObject(stubOf(dream), (_, state) => {
    const storage = new SqliteDreamStorage(state.storage.sql)
    storage.saveRecord({ ...(storage.load().record as DreamRecord), settlesAt: Date.now() - 1 })
  })
  await evictDurableObject(stubOf(dream))
  await runDurableObjectAlarm(stubOf(dream))
  expect((await snapshotOf(dream)).fundedAt).not.toBeNull()
}

async function close(dream: string): Promise<void> {
  const answer = await callAs('operator', 'post', `/v1/dreams/${dream}/close`, undefined, {
    route: '/v1/dreams/{dream}/close',
    ...operator,
  })
  expect(await answer.json()).toMatchObject({ state: 'closed' })
}

async function revocationsOf(line: TestLine, query = ''): Promise<Page> {
  const answer = await callAs('keeper', 'get', `/v1/lines/${line.id}/revocations${query}`, undefined, {
    route: '/v1/lines/{line}/revocations',
    roles: [`line:${line.id}`],
  })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('Cache-Control')).toBe('no-store')
  return answer.json()
}

async function conservation(): Promise<{ holds: boolean; reversed: number; lost: number }> {
  const answer = await callAs('operator', 'get', '/v1/audit/conservation', undefined, operator)
  return answer.json()
}

describe('an act taken back', () => {
  it('leaves the balance by a reversal that names the act, its reason and its rule’s entry', async () => {
    const [line, user] = [await plantLine(), freshId('user')]
    const act = await earn(line, user, 5)
    await earn(line, user, 2)
    expect(await line.revoke(act)).toEqual([revoked(act, 5)])
    expect(await accountOf(user)).toEqual({ user, balance: 2, earned: 2, pledged: 0 })
    const [reversal, , credit] = await entriesOf(user)
    expect(credit).toMatchObject({ kind: 'credit', flowers: 5, balance: 5 })
    expect(reversal).toMatchObject({ kind: 'reversal', flowers: -5, balance: 2, line: line.id })
    expect(reversal).toMatchObject({ of: credit?.id, reason: 'a mistake' })
    expect(reversal?.id).not.toBe(credit?.id)
    await expectConservation()
  })

  it('is a duplicate with the same figures when it is taken back again, and stays one', async () => {
    const [line, user] = [await plantLine(), freshId('user')]
    const act = await earn(line, user, 5)
    await line.revoke(act)
    const before = await ledgerNow()
    for (let n = 0; n < 2; n++)
      expect(await line.revoke(act)).toEqual([{ id: act, outcome: 'duplicate', flowers: 5, lost: 0 }])
    // Reported again, it is a duplicate with what it earned then, and is not credited anew.
    expect(await line.report({ id: act, user, quantity: 5 })).toEqual([
      { id: act, outcome: 'duplicate', flowers: 5 },
    ])
    expect(await ledgerNow()).toEqual(before)
  })

  it('gives its part of the daily cap back', async () => {
    const [line, user] = [await plantLine({ rules: [{ capPerDay: 5 }] }), freshId('user')]
    const act = await earn(line, user, 4)
    await line.revoke(act)
    expect(await line.report({ user, quantity: 6 })).toMatchObject([{ outcome: 'capped', flowers: 5 }])
    await expectConservation()
  })

  it('that a cap cut to nothing is taken back with nothing', async () => {
    const [line, user, act] = [
      await plantLine({ rules: [{ capPerDay: 1 }] }),
      freshId('user'),
      freshId('act'),
    ]
    await earn(line, user, 1)
    await line.report({ id: act, user })
    expect(await line.revoke(act)).toEqual([revoked(act, 0)])
    expect(await balanceOf(user)).toBe(1)
  })

  it('twice in one body is taken back once, for the first reason, and then a duplicate', async () => {
    const [line, user] = [await plantLine(), freshId('user')]
    const act = await earn(line, user, 5)
    const other = await earn(line, user, 1)
    const acts = [
      { id: act, reason: 'first' },
      { id: other, reason: 'other' },
      { id: act, reason: 'second' },
    ]
    expect(await line.results('acts.revoked', { acts })).toEqual([
      revoked(act, 5),
      revoked(other, 1),
      { id: act, outcome: 'duplicate', flowers: 5, lost: 0 },
    ])
    expect(await balanceOf(user)).toBe(0)
    expect((await entriesOf(user)).filter(({ kind }) => kind === 'reversal')).toHaveLength(2)
    expect((await revocationsOf(line)).items.map(({ reason }) => reason).sort()).toEqual(['first', 'other'])
  })

  it('by five requests at once is taken back once', async () => {
    const [line, user, dream] = [await plantLine(), freshId('user'), await plantDream()]
    const act = await earn(line, user, 7)
    await earn(line, user, 7)
    await give(user, dream, 10)
    const results = (await Promise.all(Array.from({ length: 5 }, () => line.revoke(act)))).flat()
    expect(results.filter(({ outcome }) => outcome === 'revoked')).toHaveLength(1)
    expect(results.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(4)
    for (const { lost } of results) expect(lost).toBe(0)
    expect(await accountOf(user)).toMatchObject({ earned: 7, balance: 0, pledged: 7 })
    await expectConservation()
  })

  it('that is not known is noted, and is refused when it comes', async () => {
    const [line, user, act] = [await plantLine(), freshId('user'), freshId('act')]
    const noted = { id: act, outcome: 'noted', flowers: 0, lost: 0, reason: 'unknown_act' }
    expect(await line.revoke(act)).toEqual([noted])
    const before = await ledgerNow()
    const refused = { id: act, outcome: 'refused', flowers: 0, reason: 'revoked' }
    expect(await line.report({ id: act, user })).toEqual([refused])
    expect(await line.report({ id: act, user })).toEqual([refused])
    expect(await line.revoke(act)).toEqual([{ id: act, outcome: 'duplicate', flowers: 0, lost: 0 }])
    expect(await ledgerNow()).toEqual(before)
    expect((await revocationsOf(line)).items).toMatchObject([{ act, known: false, flowers: 0, taken: 0 }])
  })

  it('of another line is noted for the line that spoke, and is not touched', async () => {
    const [line, other, user] = [await plantLine(), await plantLine(), freshId('user')]
    const act = await earn(line, user, 5)
    expect(await other.revoke(act)).toMatchObject([{ outcome: 'noted', flowers: 0 }])
    expect(await balanceOf(user)).toBe(5)
    expect((await revocationsOf(line)).items).toEqual([])
    expect(await line.revoke(act)).toEqual([revoked(act, 5)])
    expect(await balanceOf(user)).toBe(0)
  })

  it('by a body that holds an act in every state is answered in order', async () => {
    const [line, ann, bob] = [await plantLine(), freshId('ann'), freshId('bob')]
    const [a, b, unknown] = [await earn(line, ann, 3), await earn(line, bob, 4), freshId('act')]
    await line.revoke(a)
    const results = await line.revoke(b, unknown, a)
    expect(results.map(({ id, outcome, flowers }) => [id, outcome, flowers])).toEqual([
      [b, 'revoked', 4],
      [unknown, 'noted', 0],
      [a, 'duplicate', 3],
    ])
  })
})

describe('an act taken back after its flowers were given', () => {
  it('comes out of the dream by a refund and a reversal together, and the dream says so to the public', async () => {
    const [line, user, dream] = [await plantLine(), freshId('user'), await plantDream()]
    const act = await earn(line, user, 5)
    const pledged = await give(user, dream, 5)
    expect(await line.revoke(act)).toEqual([revoked(act, 5)])
    expect(await accountOf(user)).toEqual({ user, balance: 0, earned: 0, pledged: 0 })
    expect(await countOf(dream)).toEqual({ flowers: 0, pledges: 0 })
    const [reversal, refund, , credit] = await entriesOf(user)
    expect(refund).toMatchObject({ kind: 'refund', flowers: 5, balance: 5, dream, of: pledged })
    expect(reversal).toMatchObject({ kind: 'reversal', flowers: -5, balance: 0, line: line.id })
    expect(reversal).toMatchObject({ of: credit?.id, reason: 'a mistake' })
    await vi.waitFor(
      async () => {
        const answer = await send(`/v1/dreams/${dream}`)
        expect(await answer.json()).toMatchObject({ flowers: 0, pledges: 0, state: 'collecting' })
      },
      { timeout: 10_000, interval: 250 },
    )
    await expectConservation()
  })

  it('comes from the balance first, then from the newest pledge, and only as much as is missing', async () => {
    const [line, user] = [await plantLine(), freshId('user')]
    const dreams = [await plantDream(), await plantDream(), await plantDream()] as const
    const act = await earn(line, user, 10)
    await earn(line, user, 6)
    for (const [n, dream] of dreams.entries()) await give(user, dream, [5, 5, 4][n] as number)
    // 2 are left; of the 8 that are missing, 4 come from the third dream and 4 from the second.
    expect(await line.revoke(act)).toEqual([revoked(act, 10)])
    expect(await Promise.all(dreams.map(countOf))).toEqual([
      { flowers: 5, pledges: 1 },
      { flowers: 1, pledges: 1 },
      { flowers: 0, pledges: 0 },
    ])
    expect(await accountOf(user)).toEqual({ user, balance: 0, earned: 6, pledged: 6 })
    const refunds = (await entriesOf(user)).filter(({ kind }) => kind === 'refund')
    const taken = new Map(refunds.map(({ dream, flowers }) => [dream, flowers]))
    expect(taken).toEqual(new Map([[dreams[1], 4] as const, [dreams[2], 4] as const]))
    await expectConservation()
  })

  it('takes the rest of a pledge of which an act before took a part', async () => {
    const [line, user, dream] = [await plantLine(), freshId('user'), await plantDream()]
    const acts = [await earn(line, user, 3), await earn(line, user, 4)] as const
    const id = await give(user, dream, 7)
    expect(await line.revoke(acts[0])).toEqual([revoked(acts[0], 3)])
    expect(await countOf(dream)).toEqual({ flowers: 4, pledges: 1 })
    expect(await line.revoke(acts[1])).toEqual([revoked(acts[1], 4)])
    expect(await countOf(dream)).toEqual({ flowers: 0, pledges: 0 })
    const refunds = (await entriesOf(user)).filter(({ kind }) => kind === 'refund')
    expect(refunds.map(({ of, flowers }) => [of, flowers])).toEqual([
      [id, 4],
      [id, 3],
    ])
    expect(new Set(refunds.map((refund) => refund.id)).size).toBe(2)
    await expectConservation()
  })

  it('shares one pledge among the acts of one body', async () => {
    const [line, user, dream] = [await plantLine(), freshId('user'), await plantDream()]
    const acts = [await earn(line, user, 3), await earn(line, user, 4), await earn(line, user, 2)] as const
    await give(user, dream, 8)
    expect(await line.revoke(...acts)).toEqual([
      revoked(acts[0], 3),
      revoked(acts[1], 4),
      revoked(acts[2], 2),
    ])
    expect(await countOf(dream)).toEqual({ flowers: 0, pledges: 0 })
    expect(await accountOf(user)).toEqual({ user, balance: 0, earned: 0, pledged: 0 })
    await expectConservation()
  })

  it('comes out of a dream that met its quota and settles, closed or not; it falls below the quota', async () => {
    for (const closed of [false, true]) {
      const [line, user, dream] = [await plantLine(), freshId('user'), await plantDream({ quota: 5 })]
      const act = await earn(line, user, 5)
      await give(user, dream, 5)
      expect((await snapshotOf(dream)).settlesAt).not.toBeNull()
      if (closed) await close(dream)
      expect(await line.revoke(act)).toEqual([revoked(act, 5)])
      expect(await snapshotOf(dream)).toMatchObject({ flowers: 0, settlesAt: null, fundedAt: null })
    }
    await expectConservation()
  })

  it('through a line that pledged for the user comes back the same', async () => {
    const [line, user, dream] = [await plantLine(), freshId('user'), await plantDream()]
    const act = await earn(line, user, 5)
    const asked = { id: freshId('ask'), user, dream, flowers: 5 }
    await line.results('pledges.requested', { pledges: [asked] })
    expect(await line.revoke(act)).toEqual([revoked(act, 5)])
    expect(await countOf(dream)).toEqual({ flowers: 0, pledges: 0 })
    // The pledge was made once, for good: its repeat does not make it anew.
    const before = await ledgerNow()
    expect(await line.results('pledges.requested', { pledges: [asked] })).toMatchObject([
      { outcome: 'duplicate', flowers: 5 },
    ])
    expect(await ledgerNow()).toEqual(before)
    await expectConservation()
  })
})

describe('flowers given for good', () => {
  it('to a funded dream are the loss of the line, shown to its owner and in the audit', async () => {
    const [line, user, dream] = [await plantLine(), freshId('user'), await plantDream({ quota: 4 })]
    const [act, fine] = [await earn(line, user, 5), await earn(line, user, 1)]
    await give(user, dream, 4)
    await fund(dream)
    const { lost: before, reversed } = await conservation()
    const told = { id: act, flowers: 2, lost: 3 }
    expect(await line.revoke(act)).toEqual([{ ...told, outcome: 'revoked', reason: 'given_for_good' }])
    expect(await line.revoke(act)).toEqual([{ ...told, outcome: 'duplicate' }])
    expect(await countOf(dream)).toEqual({ flowers: 4, pledges: 1 })
    expect(await accountOf(user)).toEqual({ user, balance: 0, earned: 4, pledged: 4 })
    const item = { act, known: true, flowers: 5, taken: 2, lost: 3, reason: 'a mistake' }
    expect((await revocationsOf(line, '?lost=true')).items).toMatchObject([item])
    await expectConservation()
    expect(await conservation()).toMatchObject({ holds: true, lost: before + 3, reversed: reversed + 2 })
    // What the line lost is not taken from what the user earns later.
    await earn(line, user, 2)
    await line.revoke(act)
    expect(await balanceOf(user)).toBe(2)
    expect(await line.revoke(fine)).toEqual([revoked(fine, 1)])
    expect(await balanceOf(user)).toBe(1)
  })

  it('to a dream that closed below its quota are taken when they are back in the account', async () => {
    const [line, user, dream] = [await plantLine(), freshId('user'), await plantDream({ quota: 100 })]
    const act = await earn(line, user, 5)
    await give(user, dream, 5)
    await close(dream)
    await expect.poll(() => balanceOf(user), { timeout: 5_000 }).toBe(5)
    expect(await line.revoke(act)).toEqual([revoked(act, 5)])
    expect((await entriesOf(user)).map(({ kind }) => kind)).toEqual([
      'reversal',
      'refund',
      'pledge',
      'credit',
    ])
    await expectConservation()
  })

  it('come instead from an older pledge to a dream that still collects', async () => {
    const [line, user] = [await plantLine(), freshId('user')]
    const [open, funded] = [await plantDream(), await plantDream({ quota: 3 })]
    const act = await earn(line, user, 7)
    await give(user, open, 4)
    await give(user, funded, 3)
    await fund(funded)
    expect(await line.revoke(act)).toEqual([
      { id: act, outcome: 'revoked', flowers: 4, lost: 3, reason: 'given_for_good' },
    ])
    expect(await Promise.all([open, funded].map(countOf))).toEqual([
      { flowers: 0, pledges: 0 },
      { flowers: 3, pledges: 1 },
    ])
    await expectConservation()
  })

  it('to more than a hundred pledges do not hide the one that can be taken back', async () => {
    const [line, user] = [await plantLine(), freshId('user')]
    const [open, shut] = [await plantDream(), await plantDream({ quota: 120 })]
    const act = await earn(line, user, 125)
    await give(user, open, 5)
    for (let n = 0; n < 120; n += 20) await Promise.all(Array.from({ length: 20 }, () => give(user, shut, 1)))
    await fund(shut)
    expect(await line.revoke(act)).toMatchObject([{ outcome: 'revoked', flowers: 5, lost: 120 }])
    await expectConservation()
  })
})

describe('an act of an id that is linked', () => {
  it('is taken back from the account it moved to, by a reversal of the entry that moved', async () => {
    const [line, user, dream] = [await plantLine({ userIds: 'own' }), freshId('user'), await plantDream()]
    const act = await earn(line, 'player', 5)
    await link(line, 'player', user)
    await give(user, dream, 3)
    expect(await line.revoke(act)).toEqual([revoked(act, 5)])
    expect(await accountOf(user)).toEqual({ user, balance: 0, earned: 0, pledged: 0 })
    const entries = await entriesOf(user)
    const moved = entries.find(({ kind }) => kind === 'moved')
    const reversals = entries.filter(({ kind }) => kind === 'reversal')
    expect(reversals.map(({ flowers }) => flowers).sort()).toEqual([-2, -3])
    for (const { of } of reversals) expect(of).toBe(moved?.id)
    await expectConservation()
  })

  it('is taken back from who holds it after the link is undone and made with another', async () => {
    const [line, ann, bob] = [await plantLine({ userIds: 'own' }), freshId('ann'), freshId('bob')]
    const moved = await earn(line, 'player', 5)
    await link(line, 'player', ann)
    const straight = await earn(line, 'player', 2)
    await line.results('links.removed', { links: [{ id: 'x', user: 'player' }] })
    await link(line, 'player', bob)
    await earn(line, 'player', 7)
    expect(await line.revoke(moved, straight)).toEqual([revoked(moved, 5), revoked(straight, 2)])
    expect([await balanceOf(ann), await balanceOf(bob)]).toEqual([0, 7])
    await expectConservation()
  })

  it('is taken back from the holding account before the link, and does not move then', async () => {
    const [line, user] = [await plantLine({ userIds: 'own' }), freshId('user')]
    const [act, good] = [await earn(line, 'player', 5), await earn(line, 'player', 1)]
    expect(await line.revoke(act)).toEqual([revoked(act, 5)])
    await link(line, 'player', user)
    expect(await accountOf(user)).toMatchObject({ balance: 1, earned: 1 })
    expect((await entriesOf(user)).map(({ kind }) => kind)).toEqual(['moved'])
    expect(await line.revoke(good)).toEqual([revoked(good, 1)])
    await expectConservation()
  })

  it('is taken back once, wherever it is, while the link is made', async () => {
    for (let n = 0; n < 5; n++) {
      const [line, user] = [await plantLine({ userIds: 'own' }), freshId('user')]
      const act = await earn(line, 'player', 5)
      await earn(line, 'player', 2)
      const [results] = await Promise.all([line.revoke(act), link(line, 'player', user)])
      expect(results).toEqual([revoked(act, 5)])
      expect(await balanceOf(user)).toBe(2)
    }
    await expectConservation()
  })
})

describe('taking back while the user gives', () => {
  /** The line repeats what it is told to repeat. */
  async function revokeUntilTold(line: TestLine, ...ids: readonly string[]): Promise<Result[]> {
    for (let n = 0; n < 20; n++) {
      const acts = ids.map((id) => ({ id, reason: 'a mistake' }))
      const answer = await line.post('acts.revoked', { acts })
      if (answer.status === 200) return resultsOf(answer)
      expect(answer.status).toBe(503)
    }
    throw new Error('never told')
  }

  it('neither loses nor doubles a flower', async () => {
    for (let round = 0; round < 4; round++) {
      const [line, user] = [await plantLine(), freshId('user')]
      const dreams = [await plantDream(), await plantDream(), await plantDream()] as const
      const acts: string[] = []
      for (let n = 0; n < 4; n++) acts.push(await earn(line, user, 10))
      for (let n = 0; n < 5; n++) await give(user, dreams[n % 3] as string, 2)
      const giving = Array.from({ length: 24 }, async (_, n) => {
        const answer = await pledge(user, dreams[n % 3] as string, 1 + (n % 3))
        await answer.body?.cancel()
        return answer.status === 201 ? 1 + (n % 3) : 0
      })
      const [taken, given] = await Promise.all([
        Promise.all([
          revokeUntilTold(line, acts[0] as string, acts[1] as string),
          revokeUntilTold(line, acts[1] as string, acts[2] as string),
          revokeUntilTold(line, acts[2] as string),
        ]),
        Promise.all(giving),
      ])
      for (const { flowers, lost } of taken.flat()) expect([flowers, lost]).toEqual([10, 0])
      const { balance, earned, pledged } = await accountOf(user)
      expect(earned).toBe(10)
      expect(balance + pledged).toBe(10)
      // What was told to be given is there as a pledge, whatever was taken back of it later.
      const entries = await entriesOf(user)
      const sum = (kind: string) =>
        entries.filter((entry) => entry.kind === kind).reduce((total, { flowers }) => total + flowers, 0)
      expect(-sum('pledge')).toBe(10 + given.reduce((total, flowers) => total + flowers, 0))
      expect(-sum('reversal')).toBe(30)
      expect(-sum('pledge') - sum('refund')).toBe(pledged)
    }
    await expectConservation()
  })

  it('takes nothing from a user who gave to a dream that is decided on meanwhile, but tells the loss', async () => {
    const [line, user, dream] = [await plantLine(), freshId('user'), await plantDream({ quota: 100 })]
    const act = await earn(line, user, 8)
    await give(user, dream, 8)
    const [[result]] = await Promise.all([revokeUntilTold(line, act), close(dream)])
    const { flowers, lost } = result as Result & { lost: number }
    expect(flowers + lost).toBe(8)
    expect((await countOf(dream)).flowers).toBe(lost)
    await expectConservation()
  })
})

describe('a revocation that its line left open', () => {
  const minutesAgo = (minutes: number) => Date.now() - minutes * 60_000

  it('is ended by the job two minutes later, and not before', async () => {
    const [line, user, dream] = [await plantLine(), freshId('user'), await plantDream()]
    const act = await earn(line, user, 6)
    await give(user, dream, 4)
    const asks = [{ act: `act:${line.id}:${act}`, reason: 'left' }]
    const [state] = await revokeFromBalances(world, line.id, asks, 1, minutesAgo(1))
    expect(state).toMatchObject({ flowers: 6, taken: 2, done: false })
    expect((await revocationsOf(line)).items).toMatchObject([{ act, taken: 2, lost: 0, doneAt: null }])
    await finishRevocations(world, Date.now())
    expect(await countOf(dream)).toMatchObject({ flowers: 4 })
    await finishRevocations(world, Date.now() + 2 * 60_000)
    expect(await countOf(dream)).toMatchObject({ flowers: 0 })
    expect(await accountOf(user)).toEqual({ user, balance: 0, earned: 0, pledged: 0 })
    const { items } = await revocationsOf(line)
    expect(items).toMatchObject([{ act, taken: 6, lost: 0, reason: 'left', doneAt: expect.any(String) }])
    const before = await ledgerNow()
    await finishRevocations(world, Date.now() + 10 * 60_000)
    expect(await ledgerNow()).toEqual(before)
    await expectConservation()
  })

  it('is ended when its line repeats it', async () => {
    const [line, user, dream] = [await plantLine(), freshId('user'), await plantDream()]
    const act = await earn(line, user, 6)
    await give(user, dream, 6)
    await revokeFromBalances(world, line.id, [{ act: `act:${line.id}:${act}`, reason: 'x' }], 1, Date.now())
    expect(await line.revoke(act)).toEqual([{ id: act, outcome: 'duplicate', flowers: 6, lost: 0 }])
    expect(await countOf(dream)).toMatchObject({ flowers: 0 })
  })

  it('of several lines at once are ended each in its own line’s name', async () => {
    const [one, two, user, dream] = [
      await plantLine(),
      await plantLine(),
      freshId('user'),
      await plantDream(),
    ]
    const acts = [await earn(one, user, 3), await earn(two, user, 4)] as const
    await give(user, dream, 7)
    for (const [n, line] of [one, two].entries()) {
      const asks = [{ act: `act:${line.id}:${acts[n]}`, reason: 'left' }]
      await revokeFromBalances(world, line.id, asks, 1, minutesAgo(3))
    }
    await finishRevocations(world, Date.now())
    expect(await countOf(dream)).toEqual({ flowers: 0, pledges: 0 })
    for (const [n, line] of [one, two].entries())
      expect((await revocationsOf(line)).items).toMatchObject([{ act: acts[n], taken: 3 + n, lost: 0 }])
    await expectConservation()
  })
})

describe('the list of revocations', () => {
  it('is paged, newest first, with its times, and holds only the line’s own', async () => {
    const [line, other, user] = [await plantLine(), await plantLine(), freshId('user')]
    const acts: string[] = []
    for (let n = 0; n < 5; n++) acts.push(await earn(line, user, 1))
    for (const act of acts) await line.revoke(act)
    await other.revoke(await earn(other, user, 1))
    const read: string[] = []
    let query = '?pageSize=2'
    for (let page = 0; page < 5; page++) {
      const { items, nextCursor } = await revocationsOf(line, query)
      expect(items.length).toBeLessThanOrEqual(2)
      for (const { act, at, doneAt } of items) {
        read.push(act)
        expect(Date.now() - Date.parse(at)).toBeLessThan(60_000)
        expect(doneAt).not.toBeNull()
      }
      if (nextCursor === null) break
      query = `?pageSize=2&cursor=${nextCursor}`
    }
    expect(read).toEqual(acts.reverse())
    expect((await revocationsOf(line, '?lost=true')).items).toEqual([])
  })

  it('is for the owner of the line and operators, and refuses what it does not take', async () => {
    const line = await plantLine()
    const get = (path: string, roles: readonly string[]) =>
      callAs('somebody', 'get', path, undefined, { route: '/v1/lines/{line}/revocations', roles })
    const path = `/v1/lines/${line.id}/revocations`
    for (const roles of [[], ['line:other'], [`partner:${line.id}`]])
      await expectProblem(await get(path, roles), 'owner_only')
    expect((await get(path, ['operator'])).status).toBe(200)
    await expectProblem(await send(path), 'token_missing')
    await expectProblem(await send(path, { headers: { Authorization: 'Bearer x' } }), 'token_invalid')
    await expectProblem(await get(`${path}?lost=yes`, ['operator']), 'invalid_request')
    await expectProblem(await get(`${path}?pageSize=101`, ['operator']), 'invalid_request')
    await expectProblem(await get(`${path}?cursor=x`, ['operator']), 'invalid_cursor')
    await expectProblem(await get('/v1/lines/No%20Line/revocations', ['operator']), 'line_not_found')
    await expectProblem(await get('/v1/lines/no-such-line/revocations', ['operator']), 'line_not_found')
  })
})

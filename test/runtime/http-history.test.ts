import { beforeAll, describe, expect, it } from 'vitest'
import { commitCredits } from '../../src/ledger/store.ts'
import { entriesOf, plantLine } from './line-calls.ts'
import { freshId, nextMark, plantDream, plantSeed, pledge, world } from './world.ts'

beforeAll(plantSeed)

const at = new Date().toISOString()

describe('the history of an account', () => {
  it('says of a cut act what it would have earned, by which version of which rule, and what cut it', async () => {
    const line = await plantLine({ rules: [{ kind: 'walk', version: 3, capPerDay: 5 }] })
    const user = freshId('user')
    await line.report(
      { user, kind: 'walk', quantity: 4, at },
      { user, kind: 'walk', quantity: 4, at },
      { user, kind: 'walk', quantity: 4, at },
    )
    const entries = await entriesOf(user)
    const about = { kind: 'credit', line: line.id, rule: { kind: 'walk', version: 3 } }
    // The third earned nothing and moved nothing.
    expect(entries).toMatchObject([
      { ...about, flowers: 1, balance: 5, asked: 4, cut: 'daily_cap' },
      { ...about, flowers: 4, balance: 4 },
    ])
    expect(Object.keys(entries[1] ?? {})).not.toContain('cut')
    expect(Object.keys(entries[1] ?? {})).not.toContain('asked')
  })

  it('names the line that asked for a pledge, and none for a pledge the user made', async () => {
    const line = await plantLine()
    const [user, dream, id] = [freshId('user'), await plantDream(), freshId('ask')]
    await line.report({ user, quantity: 9, at })
    await line.results('pledges.requested', { pledges: [{ id, user, dream, flowers: 2 }] })
    await pledge(user, dream, 3)
    const [own, asked] = await entriesOf(user)
    expect(asked).toMatchObject({ kind: 'pledge', flowers: -2, dream, line: line.id })
    expect(own).toMatchObject({ kind: 'pledge', flowers: -3, dream })
    expect(Object.keys(own ?? {})).not.toContain('line')
  })

  it('has a rule for no entry that none made', async () => {
    const user = freshId('user')
    const row = [user, `act:test:${freshId('act')}`, 2, nextMark(), null, null, 0] as const
    await commitCredits(world, { ref: 'test', at: 0, rows: [row] })
    const [entry] = await entriesOf(user)
    expect(entry).toMatchObject({ kind: 'credit', flowers: 2, line: 'test' })
    expect(Object.keys(entry ?? {})).not.toContain('rule')
  })

  it('gives each part in which an act was taken back an id of its own, and the act’s with it', async () => {
    const line = await plantLine()
    const [user, act] = [freshId('user'), freshId('act')]
    const dreams = [await plantDream(), await plantDream()] as const
    await line.report({ id: act, user, quantity: 9, at })
    await pledge(user, dreams[0], 3)
    await pledge(user, dreams[1], 4)
    await line.revoke(act)
    const entries = await entriesOf(user)
    expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
    const credit = entries.at(-1)
    const reversals = entries.filter(({ kind }) => kind === 'reversal')
    expect(reversals.map(({ flowers }) => flowers).sort()).toEqual([-2, -3, -4])
    for (const [n, { id, of }] of reversals.entries()) {
      expect(of).toBe(credit?.id)
      expect(id, `reversal ${n}`).toMatch(/^line-[0-9a-f]+\.[0-9a-z]+\.r[0-9a-z]+$/)
    }
    const refunds = entries.filter(({ kind }) => kind === 'refund')
    const pledges = entries.filter(({ kind }) => kind === 'pledge')
    expect(new Set(refunds.map(({ of }) => of))).toEqual(new Set(pledges.map(({ id }) => id)))
    expect(entries[0]?.balance).toBe(0)
  })
})

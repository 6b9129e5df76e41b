import { describe, expect, it } from 'vitest'
import type { PledgeOutcome } from '../../src/dreams/outcomes.ts'
import { type PledgeAccount, requestPledges } from '../../src/lines/pledging.ts'

const requests = [
  { id: '1', user: 'u', dream: 'one', flowers: 1 },
  { id: '2', user: 'u', dream: 'two', flowers: 1 },
]
const done: PledgeOutcome = { kind: 'accepted', id: 'x', at: 1, replayed: false }
const accounts: PledgeAccount[] = [{ user: 'u' }, { user: 'u' }]
const answering = (outcomes: Record<string, PledgeOutcome>) =>
  requestPledges('game', requests, accounts, async (dream) => [outcomes[dream] as PledgeOutcome])

describe('a body that pledges to several dreams', () => {
  it('says that nothing was done only when nothing was', async () => {
    expect(await answering({ one: { kind: 'shed' }, two: { kind: 'shed' } })).toBe('shed')
    expect(await answering({ one: done, two: { kind: 'shed' } })).toBe('pending')
    expect(await answering({ one: { kind: 'shed' }, two: { kind: 'pending', joined: false } })).toBe(
      'pending',
    )
  })

  it('is pending as a whole when one part is', async () => {
    expect(await answering({ one: done, two: { kind: 'pending', joined: false } })).toBe('pending')
  })
})

describe('a pledge for a user of a line', () => {
  it('is made from the linked account, and asks no dream when there is none or the user forbids it', async () => {
    const asked: unknown[] = []
    const three = [
      { id: '1', user: 'p1', dream: 'one', flowers: 1 },
      { id: '2', user: 'p2', dream: 'one', flowers: 1 },
      { id: '3', user: 'p3', dream: 'one', flowers: 1 },
    ]
    const accounts: PledgeAccount[] = [{ refused: 'not_linked' }, { user: 'ann' }, { refused: 'not_allowed' }]
    const results = await requestPledges('game', three, accounts, async (dream, asks) => {
      asked.push([dream, asks])
      return asks.map(() => done)
    })
    expect(results).toEqual([
      { id: '1', outcome: 'refused', flowers: 0, reason: 'not_linked' },
      { id: '2', outcome: 'accepted', flowers: 1 },
      { id: '3', outcome: 'refused', flowers: 0, reason: 'not_allowed' },
    ])
    expect(asked).toEqual([['one', [{ user: 'ann', key: 'ask:game:2', flowers: 1 }]]])
  })
})

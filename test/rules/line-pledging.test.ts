import { describe, expect, it } from 'vitest'
import type { PledgeOutcome } from '../../src/dreams/outcomes.ts'
import { requestPledges } from '../../src/lines/pledging.ts'

const requests = [
  { id: '1', user: 'u', dream: 'one', flowers: 1 },
  { id: '2', user: 'u', dream: 'two', flowers: 1 },
]
const done: PledgeOutcome = { kind: 'accepted', id: 'x', at: 1, replayed: false }
const answering = (outcomes: Record<string, PledgeOutcome>) =>
  requestPledges('game', requests, async (dream) => [outcomes[dream] as PledgeOutcome])

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

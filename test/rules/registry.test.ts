import { describe, expect, it } from 'vitest'
import { type ChangeableLine, decideLineChange } from '../../src/registry/line-changes.ts'
import { lineMayBecome, ruleMayBecome } from '../../src/registry/states.ts'

const line: ChangeableLine = {
  ...{ name: '线', nameEn: 'line', contact: 'ops', timeZone: 'Asia/Shanghai', kinds: ['walk', 'ride'] },
  ...{ mayPledge: false, ratePerMinute: 100, state: 'active' },
}

describe('the states of a line', () => {
  it('go from active to paused and back, from both to closed, and from closed nowhere', () => {
    const states = ['active', 'paused', 'closed'] as const
    const moves = states.flatMap((from) =>
      states.filter((to) => lineMayBecome(from, to)).map((to) => `${from} ${to}`),
    )
    expect(moves).toEqual(['active paused', 'active closed', 'paused active', 'paused closed'])
  })
})

describe('the states of a rule', () => {
  it('go forward only, and end at retired', () => {
    const states = ['draft', 'active', 'retired'] as const
    const moves = states.flatMap((from) =>
      states.filter((to) => ruleMayBecome(from, to)).map((to) => `${from} ${to}`),
    )
    expect(moves).toEqual(['draft active', 'draft retired', 'active retired'])
  })
})

describe('a change of a line', () => {
  it('sets what differs and tells what that was', () => {
    const patch = { name: '新', nameEn: 'line', kinds: ['walk', 'ride'], ratePerMinute: undefined }
    expect(decideLineChange(line, patch, ['walk'])).toEqual({
      ...{ kind: 'change', set: { name: '新' }, action: 'line.changed' },
      detail: { before: { name: '线' }, after: { name: '新' } },
    })
  })

  it('is none where nothing differs, of a closed line too', () => {
    for (const state of ['active', 'paused', 'closed'] as const)
      for (const patch of [{}, { state }, { ...line, state }])
        expect(decideLineChange({ ...line, state }, patch, [])).toEqual({ kind: 'unchanged' })
  })

  it('is named by the state it leads to, whatever else it changes', () => {
    const nameOf = (from: ChangeableLine['state'], to: ChangeableLine['state']) => {
      const decision = decideLineChange({ ...line, state: from }, { state: to, name: 'x' }, [])
      return decision.kind === 'change' ? decision.action : decision.kind
    }
    expect(nameOf('active', 'paused')).toBe('line.paused')
    expect(nameOf('paused', 'active')).toBe('line.resumed')
    expect(nameOf('active', 'closed')).toBe('line.closed')
    expect(nameOf('paused', 'closed')).toBe('line.closed')
    expect(nameOf('active', 'active')).toBe('line.changed')
  })

  it('is refused of a closed line, whatever it is', () => {
    for (const patch of [{ state: 'active' as const }, { state: 'paused' as const }, { contact: 'x' }])
      expect(decideLineChange({ ...line, state: 'closed' }, patch, [])).toEqual({
        kind: 'refuse',
        reason: 'closed',
      })
  })

  it('is refused where it takes away kinds that have an active rule, and names them', () => {
    const kinds = ['swim']
    expect(decideLineChange(line, { kinds }, ['walk', 'ride'])).toEqual({
      ...{ kind: 'refuse', reason: 'kinds_in_use', kinds: ['walk', 'ride'] },
    })
    expect(decideLineChange(line, { kinds: ['ride'] }, ['ride'])).toMatchObject({ kind: 'change' })
    expect(decideLineChange(line, { kinds }, [])).toMatchObject({ kind: 'change', set: { kinds } })
  })
})

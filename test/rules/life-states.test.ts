import { describe, expect, it } from 'vitest'
import { decideMove, isFinal, LIFE_STATES, MOVES, type Mover, pathOfClock } from '../../src/life/states.ts'

const MOVERS: readonly Mover[] = ['proposer', 'operator', 'executor', 'clock']

describe('the table of states', () => {
  // Written out once more by hand: a change of the table is a change of what people were promised.
  const promised = new Set([
    'draft>proposed:proposer',
    'proposed>in_review:operator',
    'proposed>withdrawn:proposer',
    'in_review>accepted:operator',
    'in_review>declined:operator',
    'in_review>merged:operator',
    'in_review>withdrawn:proposer',
    'accepted>published:operator',
    'accepted>declined:operator',
    'published>collecting:clock',
    'published>expired:clock',
    'collecting>reached:clock',
    'collecting>expired:clock',
    'reached>collecting:clock',
    'reached>settling:clock',
    'reached>funded:clock',
    'settling>expired:clock',
    'settling>funded:clock',
    'funded>executing:executor',
    'funded>executing:operator',
    'funded>stopped:operator',
    'executing>completed:operator',
    'executing>stopped:operator',
  ])

  it('lets happen what was promised and refuses every other move, by whoever tries it', () => {
    for (const from of LIFE_STATES)
      for (const to of LIFE_STATES)
        for (const by of MOVERS) {
          const decision = decideMove(from, to, [by], 'because')
          const allowed = promised.has(`${from}>${to}:${by}`)
          expect([from, to, by, decision.kind]).toEqual([from, to, by, allowed ? 'move' : 'refuse'])
          if (decision.kind === 'refuse') {
            const exists = MOVES.some((move) => move.from === from && move.to === to)
            expect(decision.why).toBe(exists ? 'not_yours' : 'no_such_move')
          }
        }
  })

  it('wants a reason, in words, for declining and stopping and for nothing else', () => {
    for (const { from, to, by } of MOVES) {
      const needs = to === 'declined' || to === 'stopped'
      for (const reason of [null, '', '  \n'])
        expect(decideMove(from, to, by, reason)).toEqual(
          needs ? { kind: 'refuse', why: 'reason_missing' } : { kind: 'move' },
        )
    }
  })

  it('lets someone act in any one of their parts', () => {
    expect(decideMove('funded', 'executing', ['proposer', 'executor'], null)).toEqual({ kind: 'move' })
    expect(decideMove('funded', 'executing', [], null)).toEqual({ kind: 'refuse', why: 'not_yours' })
  })

  it('ends in six states, and every other state leads to one of them', () => {
    const finals = LIFE_STATES.filter(isFinal)
    expect(finals).toEqual(['declined', 'merged', 'withdrawn', 'expired', 'completed', 'stopped'])
    const ending = new Set<string>(finals)
    for (let size = -1; size !== ending.size; ) {
      size = ending.size
      for (const { from, to } of MOVES) if (ending.has(to)) ending.add(from)
    }
    expect(LIFE_STATES.filter((state) => !ending.has(state))).toEqual([])
  })

  it('is reached in every part from a draft', () => {
    const reachable = new Set<string>(['draft'])
    for (let size = -1; size !== reachable.size; ) {
      size = reachable.size
      for (const { from, to } of MOVES) if (reachable.has(from)) reachable.add(to)
    }
    expect(LIFE_STATES.filter((state) => !reachable.has(state))).toEqual([])
  })
})

describe('the way of the clock', () => {
  it('is the shortest of its own moves', () => {
    expect(pathOfClock('collecting', 'settling')).toEqual(['reached', 'settling'])
    expect(pathOfClock('reached', 'expired')).toEqual(['collecting', 'expired'])
    expect(pathOfClock('collecting', 'funded')).toEqual(['reached', 'funded'])
    expect(pathOfClock('settling', 'settling')).toEqual([])
  })

  it('does not lead where people move', () => {
    expect(pathOfClock('funded', 'executing')).toBeNull()
    expect(pathOfClock('accepted', 'collecting')).toBeNull()
    expect(pathOfClock('expired', 'collecting')).toBeNull()
    expect(pathOfClock('settling', 'collecting')).toBeNull()
  })
})

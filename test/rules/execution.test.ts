import { describe, expect, it } from 'vitest'
import {
  decideMilestone,
  decideSpending,
  decideStage,
  MILESTONE_STATES,
  STAGES,
} from '../../src/execution/rules.ts'
import { LIFE_STATES, type LifeState, type Mover } from '../../src/life/states.ts'

/** Every move that is made by hand after funding, and who may make it; written here once more, so that a slip shows. */
const BY_HAND: Readonly<Record<string, readonly Mover[]>> = {
  'funded executing': ['executor', 'operator'],
  'funded stopped': ['operator'],
  'executing completed': ['operator'],
  'executing stopped': ['operator'],
}

const PARTS: readonly (readonly Mover[])[] = [
  [],
  ['proposer'],
  ['executor'],
  ['operator'],
  ['clock'],
  ['executor', 'operator'],
  ['proposer', 'executor', 'operator', 'clock'],
]

const pairs = LIFE_STATES.flatMap((from) => LIFE_STATES.map((to): [LifeState, LifeState] => [from, to]))

describe('a move of a dream by hand', () => {
  it.each(pairs)('from %s to %s is made by those of the table only', (from, to) => {
    const may = BY_HAND[`${from} ${to}`] ?? []
    for (const parts of PARTS) {
      const decision = decideStage(from, to, parts, 'a reason')
      const made = parts.some((part) => may.includes(part))
      expect(decision.kind, parts.join()).toBe(made ? 'move' : 'refuse')
      if (decision.kind === 'refuse' && may.length > 0)
        expect(decision.why).toBe(may.includes('executor') ? 'executor_only' : 'operator_only')
      if (decision.kind === 'refuse' && may.length === 0)
        expect(['no_such_move', 'made_elsewhere']).toContain(decision.why)
    }
  })

  it('needs a reason to stop, and none else', () => {
    const without = (from: LifeState, to: LifeState) => decideStage(from, to, ['operator'], null)
    const missing = { kind: 'refuse', why: 'reason_missing' }
    expect(without('funded', 'stopped')).toEqual(missing)
    expect(without('executing', 'stopped')).toEqual(missing)
    expect(decideStage('executing', 'stopped', ['operator'], '  ')).toEqual(missing)
    expect(without('funded', 'executing').kind).toBe('move')
    expect(without('executing', 'completed').kind).toBe('move')
  })

  it('is made in the part that is nearer to it', () => {
    const by = (parts: readonly Mover[]) => decideStage('funded', 'executing', parts, null)
    expect(by(['operator', 'executor'])).toMatchObject({ by: 'executor' })
    expect(by(['operator'])).toMatchObject({ by: 'operator' })
  })

  it('leads to the stages only', () => {
    const reached = pairs.filter(([from, to]) => decideStage(from, to, ['operator'], 'x').kind === 'move')
    expect(new Set(reached.map(([, to]) => to))).toEqual(new Set(STAGES))
  })
})

describe('a milestone', () => {
  const moves = MILESTONE_STATES.flatMap((from) => MILESTONE_STATES.map((to) => [from, to] as const))

  it('moves forward only, and is done or dropped for good', () => {
    const made = moves.filter(([from, to]) => decideMilestone(from, to, 'x').kind === 'move')
    expect(made.map((each) => each.join(' '))).toEqual([
      ...['planned under_way', 'planned dropped', 'under_way done', 'under_way dropped'],
    ])
  })

  it('is done and dropped with words only', () => {
    const missing = { kind: 'refuse', why: 'text_missing' }
    expect(decideMilestone('under_way', 'done', '')).toEqual(missing)
    expect(decideMilestone('planned', 'dropped', '')).toEqual(missing)
    expect(decideMilestone('planned', 'under_way', '')).toEqual({ kind: 'move' })
  })
})

describe('a spending', () => {
  const budget = { spentCents: 10, spentInAllCents: 90, grantedCents: 100 }

  it.each([
    [10, 'spend'],
    [11, 'beyond_grant'],
    [-10, 'spend'],
    [-11, 'below_nothing'],
  ] as const)('of %i is decided: %s', (amount, decision) => {
    expect(decideSpending(budget, amount)).toBe(decision)
  })

  it('is none without a grant', () => {
    expect(decideSpending({ ...budget, grantedCents: null }, 1)).toBe('beyond_grant')
  })
})

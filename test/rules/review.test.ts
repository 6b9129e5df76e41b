import { describe, expect, it } from 'vitest'
import { decideMove, LIFE_STATES, type LifeState } from '../../src/life/states.ts'
import { overlap } from '../../src/review/overlap.ts'
import {
  DECISIONS,
  decideMerge,
  decideProposal,
  needsReason,
  type Standing,
  TARGET_STATES,
} from '../../src/review/rules.ts'

const standing = (id: string, state: LifeState, mergedInto: string | null = null): Standing => ({
  ...{ id, state, mergedInto },
})

const among = (...standings: Standing[]) => new Map(standings.map((each) => [each.id, each]))

describe('a decision on a proposal', () => {
  it('moves it where the table of moves lets an operator, and nowhere else', () => {
    for (const from of LIFE_STATES)
      for (const to of DECISIONS) {
        const { outcome } = decideProposal(standing('a', from), to, 'because')
        const may = decideMove(from, to, ['operator'], 'because').kind === 'move'
        expect(outcome, `${from} to ${to}`).toBe(may ? 'moved' : from === to ? 'unchanged' : 'refused')
      }
  })

  it('against it needs a reason, the others none', () => {
    expect(DECISIONS.map((to) => needsReason(to, null))).toEqual([false, false, true])
    expect(DECISIONS.map((to) => needsReason(to, ' '))).toEqual([false, false, true])
    expect(DECISIONS.map((to) => needsReason(to, 'x'))).toEqual([false, false, false])
  })

  it('on one that is not there is refused', () => {
    const refused = { outcome: 'refused', reason: 'proposal_not_found' }
    expect(decideProposal(null, 'accepted', null)).toEqual(refused)
  })
})

describe('a decision to merge', () => {
  it('is taken by states: those in review, into one in review or accepted', () => {
    for (const from of LIFE_STATES)
      for (const into of LIFE_STATES) {
        const { kind } = decideMerge('b', ['a'], among(standing('a', from), standing('b', into)))
        const may = from === 'in_review' && TARGET_STATES.includes(into)
        expect(kind, `${from} into ${into}`).toBe(may ? 'merge' : 'refuse')
      }
  })

  it('names all that stand in its way', () => {
    const standings = among(standing('a', 'declined'), standing('b', 'in_review'), standing('c', 'proposed'))
    expect(decideMerge('c', ['a', 'b'], standings)).toEqual({
      ...{ kind: 'refuse', why: 'state', ids: ['c', 'a'] },
    })
    expect(decideMerge('d', ['b', 'e'], standings)).toEqual({
      ...{ kind: 'refuse', why: 'missing', ids: ['d', 'e'] },
    })
  })

  it('leaves out what was merged into it before, wherever that has gone since', () => {
    const a = standing('a', 'merged', 'c')
    const standings = among(a, standing('b', 'in_review'), standing('c', 'in_review'))
    expect(decideMerge('c', ['a', 'b'], standings)).toEqual({ kind: 'merge', from: ['b'] })
    expect(decideMerge('c', ['a'], among(a, standing('c', 'declined')))).toEqual({ kind: 'unchanged' })
    expect(decideMerge('b', ['a'], standings)).toMatchObject({ kind: 'refuse', ids: ['a'] })
  })

  it('is never of a proposal into itself', () => {
    const standings = among(standing('a', 'in_review'))
    expect(decideMerge('a', ['a'], standings)).toMatchObject({ kind: 'refuse', ids: ['a'] })
  })
})

describe('an overlap', () => {
  it('counts the different words that two texts share, pairs of characters in Chinese', () => {
    const [only] = overlap([
      { id: 'a', text: '学校急救，急救！ First aid kits' },
      { id: 'b', text: '急救员 first AID' },
    ])
    expect(only).toEqual({
      ...{ a: 'a', b: 'b', shared: 3, share: 0.75 },
      words: expect.arrayContaining(['急救', 'first', 'aid']),
    })
  })

  it('is told of each text with each after it', () => {
    const pairs = overlap(['a', 'b', 'c', 'd'].map((id) => ({ id, text: '森林' })))
    expect(pairs.map(({ a, b }) => a + b)).toEqual(['ab', 'ac', 'ad', 'bc', 'bd', 'cd'])
    expect(pairs.every(({ share }) => share === 1)).toBe(true)
  })

  it('of texts that share nothing, or say nothing, is nothing', () => {
    const nothing = { shared: 0, share: 0, words: [] }
    const pairs = overlap(['森林', '海洋', '!!', ''].map((text, n) => ({ id: `${n}`, text })))
    for (const pair of pairs) expect(pair).toMatchObject(nothing)
  })

  it('names 20 of many shared words', () => {
    const text = Array.from({ length: 60 }, (_, n) => `word${n}`).join(' ')
    const [only] = overlap([
      { id: 'a', text },
      { id: 'b', text },
    ])
    expect([only?.shared, only?.words.length]).toEqual([60, 20])
  })
})

import { describe, expect, it } from 'vitest'
import {
  decideDay,
  decideHours,
  decideSupporter,
  HOURS_MOVES,
  HOURS_STATES,
  SUPPORTER_MOVES,
  SUPPORTER_STATES,
  stands,
} from '../../src/supporters/states.ts'

const SIDES = ['supporter', 'executor'] as const

describe('an offer', () => {
  it('is moved by its table and in no other way, by no other side', () => {
    for (const from of SUPPORTER_STATES)
      for (const to of SUPPORTER_STATES)
        for (const by of SIDES) {
          const move = SUPPORTER_MOVES.find((each) => each.from === from && each.to === to)
          const why = !move ? 'no_such_move' : move.by === by ? null : 'not_yours'
          const expected = why === null ? { kind: 'move' } : { kind: 'refuse', why }
          expect(decideSupporter(from, to, by, 'because')).toEqual(expected)
        }
  })

  it('is declined with a reason only', () => {
    for (const reason of [null, '', '  '])
      expect(decideSupporter('offered', 'declined', 'executor', reason)).toEqual({
        kind: 'refuse',
        why: 'reason_missing',
      })
    expect(decideSupporter('offered', 'withdrawn', 'supporter')).toEqual({ kind: 'move' })
  })

  it('that no longer stands leads nowhere', () => {
    const ends = SUPPORTER_STATES.filter((state) => !SUPPORTER_MOVES.some(({ from }) => from === state))
    expect(ends).toEqual(SUPPORTER_STATES.filter((state) => !stands(state)))
    expect(ends).toEqual(['declined', 'withdrawn'])
  })
})

describe('recorded time', () => {
  it('is confirmed or refused once, by those who carry the dream out', () => {
    for (const from of HOURS_STATES)
      for (const to of HOURS_STATES)
        for (const by of SIDES) {
          const move = HOURS_MOVES.find((each) => each.from === from && each.to === to)
          const why = !move ? 'no_such_move' : move.by === by ? null : 'not_yours'
          const expected = why === null ? { kind: 'move' } : { kind: 'refuse', why }
          expect(decideHours(from, to, by, 'because')).toEqual(expected)
        }
    expect(decideHours('recorded', 'refused', 'executor', ' ')).toEqual({
      kind: 'refuse',
      why: 'reason_missing',
    })
  })

  const invitedAt = Date.parse('2027-03-02T02:00:00Z')
  const now = Date.parse('2027-03-05T11:00:00Z')

  it.each([
    // In Honolulu it was still the first when the invitation came; in Kiribati it is the sixth already.
    ['2027-02-28', 'too_early'],
    ['2027-03-01', 'good'],
    ['2027-03-02', 'good'],
    ['2027-03-05', 'good'],
    ['2027-03-06', 'good'],
    ['2027-03-07', 'not_yet'],
  ])('of %s is %s, on any clock of the earth', (day, expected) => {
    expect(decideDay(day, invitedAt, now)).toBe(expected)
  })
})

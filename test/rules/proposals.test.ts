import { describe, expect, it } from 'vitest'
import { LIFE_STATES } from '../../src/life/states.ts'
import {
  DAY_MS,
  decideProposerMove,
  findGaps,
  MAX_SENT_A_DAY,
  secondsUntilFree,
} from '../../src/proposals/proposing.ts'

const NOW = 1_800_000_000_000

const TEXTS = { title: '急救课程', what: 'a', forWhom: 'b', place: 'c', howMany: '', why: 'd' }

const asked = { wrote: true, shared: false, reason: null, sentAt: [] as readonly number[] }

describe('a draft', () => {
  it('is complete without how many', () => {
    expect(findGaps(TEXTS)).toEqual([])
  })

  it.each(['title', 'what', 'forWhom', 'place', 'why'] as const)(
    'lacks %s when nothing is said there',
    (field) => {
      for (const text of ['', '  ', '。。。', '\u200b', '🌺🌺🌺🌺'])
        expect(findGaps({ ...TEXTS, [field]: text }).map(({ path }) => path)).toEqual([field])
    },
  )

  it('needs a title of four characters', () => {
    expect(findGaps({ ...TEXTS, title: '急救课' }).map(({ path }) => path)).toEqual(['title'])
  })
})

describe('what may happen a number of times in 24 hours', () => {
  it('is free again to the second when the first of the last ones is a day ago', () => {
    const times = [NOW - 1, NOW - 2, NOW - DAY_MS + 1_500]
    expect(secondsUntilFree(times, 3, NOW)).toBe(2)
    expect(secondsUntilFree(times, 3, NOW + 1_499)).toBe(1)
    expect(secondsUntilFree(times, 3, NOW + 1_500)).toBeNull()
    expect(secondsUntilFree(times, 4, NOW)).toBeNull()
    expect(secondsUntilFree([], 1, NOW)).toBeNull()
  })
})

describe('a move by a proposer', () => {
  const decide = (
    state: (typeof LIFE_STATES)[number],
    to: 'proposed' | 'withdrawn',
    more: Partial<typeof asked> = {},
    texts: Partial<typeof TEXTS> = {},
  ) => decideProposerMove({ ...TEXTS, ...texts, state }, to, { ...asked, ...more }, NOW)

  it('goes from a draft to proposed, and from proposed or in review to withdrawn, and from nowhere else', () => {
    const moves = LIFE_STATES.flatMap((from) =>
      (['proposed', 'withdrawn'] as const).map((to) => [from, to, decide(from, to).kind] as const),
    )
    expect(moves.filter(([, , kind]) => kind === 'move').map(([from, to]) => `${from} ${to}`)).toEqual([
      'draft proposed',
      'proposed withdrawn',
      'in_review withdrawn',
    ])
    expect(moves.filter(([, , kind]) => kind === 'there').map(([from]) => from)).toEqual([
      'proposed',
      'withdrawn',
    ])
    expect(moves.filter(([, , kind]) => kind === 'refuse')).toHaveLength(LIFE_STATES.length * 2 - 5)
  })

  it('is for the one who wrote it, whatever state it is in', () => {
    for (const from of LIFE_STATES)
      for (const to of ['proposed', 'withdrawn'] as const)
        expect(decide(from, to, { wrote: false })).toEqual({ kind: 'refuse', why: 'not_yours' })
  })

  it('takes nothing away that others propose too, and says no other thing of it', () => {
    for (const from of ['proposed', 'in_review'] as const)
      expect(decide(from, 'withdrawn', { shared: true })).toEqual({ kind: 'refuse', why: 'shared' })
    expect(decide('withdrawn', 'withdrawn', { shared: true }).kind).toBe('there')
    expect(decide('accepted', 'withdrawn', { shared: true })).toEqual({ kind: 'refuse', why: 'no_such_move' })
    expect(decide('proposed', 'withdrawn', { shared: true, wrote: false })).toEqual({
      ...{ kind: 'refuse', why: 'not_yours' },
    })
    expect(decide('draft', 'proposed', { shared: true }).kind).toBe('move')
  })

  it('does not send what has gaps, nor more a day than may be', () => {
    const full = Array.from({ length: MAX_SENT_A_DAY }, (_, n) => NOW - n * 1_000)
    expect(decide('draft', 'proposed', {}, { why: '' })).toMatchObject({
      kind: 'gaps',
      gaps: [{ path: 'why' }],
    })
    expect(decide('draft', 'proposed', { sentAt: full })).toEqual({
      kind: 'wait',
      seconds: DAY_MS / 1_000 - (MAX_SENT_A_DAY - 1),
    })
    expect(decide('draft', 'proposed', { sentAt: full.slice(1) }).kind).toBe('move')
    expect(decide('proposed', 'withdrawn', { sentAt: full }, { why: '' }).kind).toBe('move')
  })
})

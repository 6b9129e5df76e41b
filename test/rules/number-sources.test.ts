import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sourcesSql } from '../../src/numbers/sources.ts'

interface Entry {
  readonly user: string
  readonly key: string
  readonly seq: number
  readonly kind: 'credit' | 'pledge' | 'refund' | 'reversal' | 'moved'
  readonly flowers: number
  readonly ref: string
  readonly origin: string | null
}

/** One step of an account's history: what is done, to which of what there is, and how much of it. */
const step = fc.record({
  kind: fc.constantFrom(
    'earn',
    'earn',
    'moveIn',
    'give',
    'give',
    'comeBack',
    'takeBack',
    'reverse',
    'moveOut',
  ),
  which: fc.nat(),
  flowers: fc.integer({ min: 1, max: 9 }),
})

/** The entries of a history that never gives what it does not have. */
function writeHistory(
  user: string,
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
) {
  const entries: Entry[] = []
  const acts: { key: string; line: string; stands: number; here: boolean }[] = []
  const pledges: { key: string; dream: string; stands: number }[] = []
  let balance = 0
  const write = (kind: Entry['kind'], key: string, flowers: number, ref: string, origin: string | null) => {
    balance += flowers
    entries.push({ user, key, seq: entries.length + 1, kind, flowers, ref, origin })
  }
  for (const [n, { kind, which, flowers }] of steps.entries()) {
    const act = acts[which % acts.length]
    const pledge = pledges[which % pledges.length]
    const line = `line-${which % 4}`
    if (kind === 'earn' || kind === 'moveIn') {
      const key = `act:${line}:${user}-${n}`
      acts.push({ key, line, stands: flowers, here: kind === 'earn' })
      if (kind === 'earn') write('credit', key, flowers, line, null)
      else write('moved', `moved:${key}`, flowers, line, 'game someone')
    } else if (kind === 'give' && balance > 0) {
      const given = Math.min(flowers, balance)
      pledges.push({ key: `k:${n}`, dream: `dream-${which % 3}`, stands: given })
      write('pledge', `k:${n}`, -given, `dream-${which % 3}`, null)
    } else if ((kind === 'reverse' || kind === 'moveOut') && act) {
      const taken = kind === 'reverse' ? Math.min(flowers, act.stands, balance) : act.stands
      // What moved in does not move on.
      if (taken === 0 || taken > balance || (kind === 'moveOut' && !act.here)) continue
      act.stands -= taken
      if (kind === 'reverse') write('reversal', `rev:${n}`, -taken, act.line, act.key)
      else write('moved', `moved:${act.key}`, -taken, act.line, 'someone')
    } else if ((kind === 'comeBack' || kind === 'takeBack') && pledge && act) {
      const back = kind === 'comeBack' ? pledge.stands : Math.min(flowers, pledge.stands, act.stands)
      if (back === 0) continue
      pledge.stands -= back
      write('refund', `back:${n}`, back, pledge.dream, pledge.key)
      if (kind === 'comeBack') continue
      act.stands -= back
      write('reversal', `rev:back:${n}`, -back, act.line, act.key)
    }
  }
  return { entries, acts, pledges }
}

const history = fc.array(step, { maxLength: 40 })

/** Flower by flower: the first that was earned with the first that was given. */
function handOut({ acts, pledges }: ReturnType<typeof writeHistory>, sums: Map<string, number>): void {
  const earned = acts.flatMap(({ line, stands }) => Array.from({ length: stands }, () => line))
  for (const { dream, stands } of pledges)
    for (let n = 0; n < stands; n++) {
      const place = `${dream} ${earned.shift()}`
      sums.set(place, (sums.get(place) ?? 0) + 1)
    }
}

function query(entries: readonly Entry[], counted = '1'): { dream: string; line: string; flowers: number }[] {
  const db = new DatabaseSync(':memory:')
  db.exec(
    'CREATE TABLE entries (user, key, seq, kind, flowers, ref, origin, PRIMARY KEY (user, key)) WITHOUT ROWID',
  )
  const insert = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)')
  for (const { user, key, seq, kind, flowers, ref, origin } of entries)
    insert.run(user, key, seq, kind, flowers, ref, origin)
  const rows = db.prepare(sourcesSql(counted)).all() as { dream: string; line: string; flowers: number }[]
  db.close()
  return rows
}

describe("a dream's flowers by line", () => {
  it('are those of handing out flower by flower, first earned, first given', () => {
    fc.assert(
      fc.property(fc.array(history, { maxLength: 5 }), (histories) => {
        const written = histories.map((steps, n) => writeHistory(`user-${n}`, steps))
        const expected = new Map<string, number>()
        for (const account of written) handOut(account, expected)
        const found = query(written.flatMap(({ entries }) => entries))
        expect(new Map(found.map(({ dream, line, flowers }) => [`${dream} ${line}`, flowers]))).toEqual(
          expected,
        )
      }),
      { numRuns: 300 },
    )
  })

  it('sum to what stands of its pledges at every moment of a history', () => {
    fc.assert(
      fc.property(history, fc.nat(40), (steps, cut) => {
        const { entries } = writeHistory('user', steps)
        const standing = new Map<string, number>()
        for (const { kind, ref, flowers } of entries.slice(0, cut))
          if (kind === 'pledge' || kind === 'refund') standing.set(ref, (standing.get(ref) ?? 0) - flowers)
        const sums = new Map<string, number>()
        for (const { dream, flowers } of query(entries, `seq <= ${cut}`))
          sums.set(dream, (sums.get(dream) ?? 0) + flowers)
        expect(sums).toEqual(new Map([...standing].filter(([, flowers]) => flowers > 0)))
      }),
      { numRuns: 300 },
    )
  })
})

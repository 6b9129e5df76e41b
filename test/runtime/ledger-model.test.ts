import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { commitCredits, commitPledges, loadAccount, loadHistory } from '../../src/ledger/store.ts'
import { sumLedger } from '../../src/ledger/sums.ts'
import type { CreditRow, CreditVerdict, PledgeRow, PledgeVerdict } from '../../src/ledger/verdicts.ts'
import { freshId, plantRule, world } from './world.ts'

/**
 * The ledger against a model of thirty lines: random batches of credits and pledges of three users, some written
 * again, some of them late, must get the same verdicts and leave the same balances.
 */

interface Row {
  readonly kind: 'credit' | 'pledge' | 'nothing'
  readonly flowers: number
  readonly asked: number
  readonly ref: string
  readonly mark: number
  readonly at: number
}

class Model {
  readonly rows = new Map<string, Row>()
  readonly actOwner = new Map<string, string>()
  readonly tallies = new Map<string, number>()
  readonly balances = new Map<string, number>()

  pledge(ref: string, at: number, [user, key, asked, mark]: PledgeRow): PledgeVerdict {
    const id = `${user} ${key}`
    if (!this.rows.has(id)) {
      const paid = (this.balances.get(user) ?? 0) >= asked
      const flowers = paid ? asked : 0
      this.rows.set(id, { kind: paid ? 'pledge' : 'nothing', flowers, asked, ref, mark, at })
      this.balances.set(user, (this.balances.get(user) ?? 0) - flowers)
    }
    const row = this.rows.get(id) as Row
    if (row.ref !== ref || row.asked !== asked) return { kind: 'reused' }
    const replayed = row.mark !== mark
    return row.kind === 'pledge'
      ? { kind: 'accepted', mark: row.mark, at: row.at, replayed }
      : { kind: 'refused', replayed }
  }

  credit(ref: string, at: number, [user, key, asked, mark, tally, cap]: CreditRow): CreditVerdict {
    const owner = this.actOwner.get(key) ?? user
    if (owner !== user) return { kind: 'reused' }
    const id = `${user} ${key}`
    if (!this.rows.has(id)) {
      const used = this.tallies.get(`${user} ${tally}`) ?? 0
      const flowers = cap === null ? asked : Math.max(0, Math.min(asked, cap - used))
      this.actOwner.set(key, user)
      this.rows.set(id, { kind: flowers > 0 ? 'credit' : 'nothing', flowers, asked, ref, mark, at })
      this.tallies.set(`${user} ${tally}`, used + flowers)
      this.balances.set(user, (this.balances.get(user) ?? 0) + flowers)
    }
    const row = this.rows.get(id) as Row
    const cut = row.flowers < row.asked ? 'daily_cap' : null
    return { kind: 'recorded', flowers: row.flowers, asked: row.asked, cut, replayed: row.mark !== mark }
  }
}

const user = fc.constantFrom('ann', 'bob', 'cy')
const flowers = fc.integer({ min: 1, max: 6 })
const pledgeAsk = fc.record({ user, key: fc.integer({ min: 0, max: 5 }), flowers })
const creditAsk = fc.record({
  user,
  key: fc.integer({ min: 0, max: 5 }),
  flowers,
  cap: fc.option(fc.integer({ min: 1, max: 9 })),
  day: fc.constantFrom('2026-09-07', '2026-09-08'),
})

const step = fc.oneof(
  fc.record({
    do: fc.constant('pledge' as const),
    dream: fc.constantFrom('a', 'b'),
    asks: fc.array(pledgeAsk, { maxLength: 6 }),
  }),
  fc.record({ do: fc.constant('credit' as const), asks: fc.array(creditAsk, { maxLength: 6 }) }),
  fc.record({ do: fc.constant('again' as const), which: fc.nat(20) }),
)

const LINE = 'model'
const MAX_CAP = 9

// The version of a rule is the cap it sets, so a row says by itself what it is held against.
beforeAll(async () => {
  for (let cap = 1; cap <= MAX_CAP; cap++)
    await plantRule({ line: LINE, kind: 'act', version: cap, capPerDay: cap })
})

/** A batch that was or will be written: to the model and to the ledger. */
interface Written {
  model(): readonly (PledgeVerdict | CreditVerdict)[]
  ledger(): Promise<readonly (PledgeVerdict | CreditVerdict)[]>
}

it('gives the verdicts and balances of the model, whatever is asked in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const run = freshId('run')
      const model = new Model()
      const history: Written[] = []
      // Each dream numbers its own pledges, so two of them give out the same marks.
      const marks = new Map<string, number>()
      const nextMark = (ref: string): number => {
        const mark = marks.get(ref) ?? 1
        marks.set(ref, mark + 1)
        return mark
      }
      for (const [at, next] of steps.entries()) {
        let written: Written | undefined
        if (next.do === 'again') written = history[next.which % history.length]
        else if (next.do === 'pledge') {
          const ref = `${run}-${next.dream}`
          const rows = next.asks.map(
            (ask) => [`${run}-${ask.user}`, `k:${ask.key}`, ask.flowers, nextMark(ref)] as const,
          )
          written = {
            model: () => rows.map((row) => model.pledge(ref, at, row)),
            ledger: () => commitPledges(world, { ref, at, rows }),
          }
        } else {
          const rows = next.asks.map(
            (ask): CreditRow => [
              `${run}-${ask.user}`,
              `act:${run}:${ask.key}`,
              ask.flowers,
              nextMark(run),
              ask.cap === null ? null : `${ask.day}/${LINE}/act`,
              ask.cap,
              0,
            ],
          )
          written = {
            model: () => rows.map((row) => model.credit(LINE, at, row)),
            ledger: () => commitCredits(world, { ref: LINE, at, rows }),
          }
        }
        if (!written) continue
        history.push(written)
        expect(await written.ledger()).toEqual(written.model())
      }
      for (const name of ['ann', 'bob', 'cy']) {
        const balance = model.balances.get(`${run}-${name}`) ?? 0
        expect(await loadAccount(world, `${run}-${name}`)).toMatchObject({ balance })
        const [newest] = await loadHistory(world, `${run}-${name}`, Number.MAX_SAFE_INTEGER, 1)
        expect(newest?.balance ?? 0).toBe(balance)
      }
    }),
    { numRuns: 100 },
  )
  const sums = await sumLedger(world)
  const pledged = [...sums.pledgedByRef.values()].reduce((sum, dream) => sum + dream.flowers, 0)
  expect(sums.differences).toEqual([])
  expect(sums.credited).toBe(sums.balances + pledged)
})

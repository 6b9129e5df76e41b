import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { AllowanceBook, loadAllowanceState } from '../../src/ledger/allowances.ts'
import { revokeFromBalances } from '../../src/ledger/revocations.ts'
import { commitCredits, loadAccount } from '../../src/ledger/store.ts'
import { sumLedger } from '../../src/ledger/sums.ts'
import type { CreditRow, CreditVerdict, CutReason } from '../../src/ledger/verdicts.ts'
import { freshId, ledgerNow, nextMark, plantRule, type RuleOptions, world } from './world.ts'

const DAY_MS = 86_400_000
const FIRST_DAY = Date.UTC(2026, 8, 7)
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

type Allowances = Omit<RuleOptions, 'line' | 'kind' | 'version' | 'state'>

interface Act {
  readonly user: string
  readonly flowers: number
  readonly at: number
  readonly kind?: string
  readonly id?: string
}

/** A line of its own, so that no other test counts against its budget. */
let line = ''
beforeEach(() => {
  line = freshId('line')
})

const rowOf = ({ user, flowers, at, kind = 'walk', id = freshId('act') }: Act, rule: number): CreditRow => [
  ...([user, `act:${line}:${id}`, flowers, nextMark()] as const),
  ...([`${dayOf(at)}/${line}/${kind}`, rule, at] as const),
]

const write = (rows: readonly CreditRow[]) => commitCredits(world, { ref: line, at: FIRST_DAY, rows })

/** Credits acts one after the other; what each earned, and what cut it. */
async function credit(rule: number, ...acts: readonly Act[]): Promise<[number, CutReason | null][]> {
  const verdicts = await write(acts.map((act) => rowOf(act, rule)))
  return verdicts.map((verdict) => {
    if (verdict.kind !== 'recorded') throw new Error(verdict.kind)
    return [verdict.flowers, verdict.cut]
  })
}

const ruleOf = (allowances: Allowances, kind = 'walk') => plantRule({ line, kind, ...allowances })

const take = (...ids: readonly string[]) =>
  revokeFromBalances(
    world,
    line,
    ids.map((id) => ({ act: `act:${line}:${id}`, reason: 'cheated' })),
    nextMark(),
    FIRST_DAY,
  )

describe('the allowance of a user and campaign', () => {
  it('counts all days from the first of the campaign on, and none before', async () => {
    const rule = await ruleOf({ capPerCampaign: 5, campaignFrom: dayOf(FIRST_DAY + DAY_MS) })
    const user = freshId('user')
    const on = (day: number, flowers: number) => ({ user, flowers, at: FIRST_DAY + day * DAY_MS })
    expect(await credit(rule, on(0, 3), on(1, 2), on(2, 2), on(9, 2), on(1, 1))).toEqual([
      [3, null],
      [2, null],
      [2, null],
      [1, 'campaign_cap'],
      [0, 'campaign_cap'],
    ])
    expect(await credit(rule, { ...on(2, 4), user: freshId('user') })).toEqual([[4, null]])
  })

  it('is of one kind of act', async () => {
    const [walk, ride] = [await ruleOf({ capPerCampaign: 3 }), await ruleOf({ capPerCampaign: 3 }, 'ride')]
    const user = freshId('user')
    const act = { user, flowers: 3, at: FIRST_DAY }
    await credit(walk, act)
    expect(await credit(ride, { ...act, kind: 'ride' })).toEqual([[3, null]])
    expect(await credit(walk, { ...act, at: FIRST_DAY + DAY_MS })).toEqual([[0, 'campaign_cap']])
  })
})

describe('the budget of a line', () => {
  it('is shared by all its users and kinds, and by no other line', async () => {
    const walk = await ruleOf({ lineBudget: 10 })
    const ride = await ruleOf({ lineBudget: 10 }, 'ride')
    const [ann, bob] = [freshId('ann'), freshId('bob')]
    expect(await credit(walk, { user: ann, flowers: 6, at: FIRST_DAY })).toEqual([[6, null]])
    expect(await credit(ride, { user: bob, flowers: 6, at: FIRST_DAY + DAY_MS, kind: 'ride' })).toEqual([
      [4, 'line_budget'],
    ])
    expect(await credit(walk, { user: bob, flowers: 1, at: FIRST_DAY })).toEqual([[0, 'line_budget']])
    line = freshId('line')
    const other = await ruleOf({ lineBudget: 10 })
    expect(await credit(other, { user: ann, flowers: 6, at: FIRST_DAY })).toEqual([[6, null]])
  })

  it('is not overdrawn by batches that are written at the same time', async () => {
    const rule = await ruleOf({ lineBudget: 25 })
    const batches = Array.from({ length: 10 }, (_, n) =>
      credit(rule, { user: `${line}-${n}`, flowers: 4, at: FIRST_DAY }),
    )
    const earned = (await Promise.all(batches)).flat().map(([flowers]) => flowers)
    expect(earned.reduce((sum, flowers) => sum + flowers, 0)).toBe(25)
  })

  it('has room again for what was taken back, as the allowances of the user have', async () => {
    const rule = await ruleOf({ lineBudget: 10, capPerDay: 6, capPerCampaign: 8 })
    const [user, id] = [freshId('user'), freshId('act')]
    await credit(rule, { user, flowers: 6, at: FIRST_DAY, id })
    expect(await credit(rule, { user, flowers: 1, at: FIRST_DAY })).toEqual([[0, 'daily_cap']])
    await take(id)
    expect(await credit(rule, { user, flowers: 7, at: FIRST_DAY })).toEqual([[6, 'daily_cap']])
    expect(await credit(rule, { user, flowers: 7, at: FIRST_DAY + DAY_MS })).toEqual([[2, 'campaign_cap']])
    expect(await credit(rule, { user: freshId('user'), flowers: 6, at: FIRST_DAY })).toEqual([
      [2, 'line_budget'],
    ])
  })
})

describe('a cooldown', () => {
  const SECOND = 1_000

  it('lets two acts of a user earn that lie as far apart as it says, and not a millisecond less', async () => {
    const rule = await ruleOf({ cooldownSeconds: 60 })
    const user = freshId('user')
    const apart = (ms: number) => ({ user, flowers: 1, at: FIRST_DAY + DAY_MS + ms })
    expect(
      await credit(rule, apart(0), apart(59_999), apart(60_000), apart(-59_999), apart(-60_000)),
    ).toEqual([
      [1, null],
      [0, 'cooldown'],
      [1, null],
      [0, 'cooldown'],
      [1, null],
    ])
  })

  it('holds an act that was done before one that came first, too, and across midnight', async () => {
    const rule = await ruleOf({ cooldownSeconds: 3_600 })
    const user = freshId('user')
    const midnight = FIRST_DAY + DAY_MS
    expect(await credit(rule, { user, flowers: 1, at: midnight })).toEqual([[1, null]])
    expect(await credit(rule, { user, flowers: 1, at: midnight - SECOND })).toEqual([[0, 'cooldown']])
  })

  it('begins with an act that earned something: one that was cut to nothing begins none', async () => {
    const rule = await ruleOf({ cooldownSeconds: 60, capPerDay: 1 })
    const user = freshId('user')
    const apart = (seconds: number) => ({ user, flowers: 1, at: FIRST_DAY + seconds * SECOND })
    expect(await credit(rule, apart(0), apart(90), apart(100))).toEqual([
      [1, null],
      [0, 'daily_cap'],
      [0, 'daily_cap'],
    ])
    const next = { user, flowers: 1, at: FIRST_DAY + DAY_MS }
    expect(await credit(rule, next, { ...next, at: next.at + 30 * SECOND })).toEqual([
      [1, null],
      [0, 'cooldown'],
    ])
  })

  it('is of one user and kind, and told before any other allowance', async () => {
    const walk = await ruleOf({ cooldownSeconds: 60, capPerDay: 1 })
    const ride = await ruleOf({ cooldownSeconds: 60 }, 'ride')
    const user = freshId('user')
    const act = { user, flowers: 1, at: FIRST_DAY }
    expect(await credit(walk, act, { ...act, user: freshId('user') }, act)).toEqual([
      [1, null],
      [1, null],
      [0, 'cooldown'],
    ])
    expect(await credit(ride, { ...act, kind: 'ride' })).toEqual([[1, null]])
  })
})

describe('an act that is cut', () => {
  it('names the allowance that was the narrowest, the first of those that were alike', async () => {
    const rule = await ruleOf({ capPerDay: 5, capPerCampaign: 7, lineBudget: 8 })
    const [user, other] = [freshId('user'), freshId('user')]
    const on = (day: number, flowers: number, who = user) => ({
      user: who,
      flowers,
      at: FIRST_DAY + day * DAY_MS,
    })
    expect(await credit(rule, on(0, 6), on(1, 6), on(2, 6, other), on(2, 1))).toEqual([
      [5, 'daily_cap'],
      [2, 'campaign_cap'],
      [1, 'line_budget'],
      [0, 'campaign_cap'],
    ])
  })

  it('leaves no mark of what it did not earn, and keeps its verdict when there is room again', async () => {
    const tight = await ruleOf({ capPerDay: 2 })
    const wide = await ruleOf({ capPerDay: 100 })
    const user = freshId('user')
    const cut = rowOf({ user, flowers: 5, at: FIRST_DAY }, tight)
    const first = await write([cut])
    const again = [...cut] as [...CreditRow]
    again[5] = wide
    expect(await write([again])).toEqual(first)
    again[3] = nextMark()
    expect(await write([again])).toEqual([{ ...first[0], replayed: true }])
    expect(await loadAccount(world, user)).toMatchObject({ earned: 2 })
  })

  it('goes by the version it was reported under, whatever state that is in', async () => {
    const [old, next] = [
      await plantRule({ line, kind: 'walk', capPerDay: 2, state: 'retired' }),
      await plantRule({ line, kind: 'walk', capPerDay: 4, state: 'active' }),
    ]
    const user = freshId('user')
    expect(await credit(old, { user, flowers: 5, at: FIRST_DAY })).toEqual([[2, 'daily_cap']])
    expect(await credit(next, { user, flowers: 5, at: FIRST_DAY })).toEqual([[2, 'daily_cap']])
  })
})

/** The allowances in words a child would use: everything is counted anew from a list of what was earned. */
class Model {
  readonly rules = new Map<string, Allowances>()
  readonly acts = new Map<string, { row: CreditRow; flowers: number; cut: CutReason | null; back: boolean }>()
  readonly revoked = new Set<string>()

  held(which: (row: CreditRow) => boolean): number {
    let sum = 0
    for (const { row, flowers, back } of this.acts.values()) if (!back && which(row)) sum += flowers
    return sum
  }

  credit(row: CreditRow): CreditVerdict {
    const [user, key, asked, mark, tally, version, actedAt] = row
    const known = this.acts.get(key)
    if (!known && this.revoked.has(key)) return { kind: 'revoked' }
    if (!known) {
      const subject = tally?.slice(11)
      const rule = this.rules.get(`${subject} ${version}`) ?? {}
      const mine = (other: CreditRow) => other[0] === user && other[4]?.slice(11) === subject
      const room = (allowance: number | null | undefined, used: number) =>
        allowance == null ? Number.POSITIVE_INFINITY : Math.max(0, allowance - used)
      const day = room(
        rule.capPerDay,
        this.held((other) => mine(other) && other[4] === tally),
      )
      const campaign = room(
        rule.capPerCampaign,
        this.held((other) => mine(other) && (other[4] ?? '').slice(0, 10) >= (rule.campaignFrom ?? '')),
      )
      const budget = room(
        rule.lineBudget,
        this.held(() => true),
      )
      const cooldownMs = (rule.cooldownSeconds ?? 0) * 1_000
      // An act that was taken back goes on cooling: it was done all the same.
      const cooling = [...this.acts.values()].some(
        (other) =>
          other.flowers > 0 &&
          mine(other.row) &&
          (this.rules.get(`${subject} ${other.row[5]}`)?.cooldownSeconds ?? 0) > 0 &&
          Math.abs(other.row[6] - actedAt) < cooldownMs,
      )
      const flowers = cooling ? 0 : Math.min(asked, day, campaign, budget)
      let cut: CutReason | null = null
      if (flowers < asked)
        cut = cooling
          ? 'cooldown'
          : day === flowers
            ? 'daily_cap'
            : campaign === flowers
              ? 'campaign_cap'
              : 'line_budget'
      this.acts.set(key, { row, flowers, cut, back: false })
    }
    const act = this.acts.get(key)
    if (!act) throw new Error('the model lost an act')
    if (act.row[0] !== user) return { kind: 'reused' }
    return {
      kind: 'recorded',
      flowers: act.flowers,
      asked: act.row[2],
      cut: act.cut,
      replayed: act.row[3] !== mark,
    }
  }

  revoke(key: string): void {
    this.revoked.add(key)
    const act = this.acts.get(key)
    if (act) act.back = true
  }
}

const KINDS = ['walk', 'ride'] as const
const allowances = fc.record({
  capPerDay: fc.option(fc.integer({ min: 1, max: 9 })),
  capPerCampaign: fc.option(fc.integer({ min: 1, max: 14 })),
  campaignFrom: fc.constantFrom('', ...[0, 1, 2].map((day) => dayOf(FIRST_DAY + day * DAY_MS))),
  lineBudget: fc.option(fc.integer({ min: 1, max: 30 })),
  cooldownSeconds: fc.constantFrom(0, 0, 60, 3_600),
})
const act = fc.record({
  user: fc.constantFrom('ann', 'bob'),
  id: fc.integer({ min: 0, max: 25 }),
  kind: fc.constantFrom(...KINDS),
  version: fc.constantFrom(1, 2),
  flowers: fc.integer({ min: 1, max: 6 }),
  day: fc.nat(2),
  ms: fc.constantFrom(0, 30_000, 59_999, 60_000, 3_599_999, 3_600_000, DAY_MS - 1),
})
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('credit' as const), acts: fc.array(act, { maxLength: 6 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('again' as const), which: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('revoke' as const), id: fc.integer({ min: 0, max: 25 }) }),
  },
)

it('gives the verdicts of a model, whatever is allowed, reported, repeated and taken back', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      fc.array(allowances, { minLength: 4, maxLength: 4 }),
      fc.array(step, { minLength: 1, maxLength: 14 }),
      async (rules, steps) => {
        line = freshId('run')
        const model = new Model()
        for (const [n, rule] of rules.entries()) {
          const [kind, version] = [KINDS[n % 2] ?? '', 1 + Math.floor(n / 2)]
          model.rules.set(`${line}/${kind} ${version}`, rule)
          await plantRule({ line, kind, version, ...rule })
        }
        const written: CreditRow[][] = []
        for (const next of steps) {
          if (next.do === 'revoke') {
            model.revoke(`act:${line}:${next.id}`)
            await take(String(next.id))
            continue
          }
          const rows =
            next.do === 'again'
              ? (written[next.which % written.length] ?? [])
              : next.acts.map((each) => {
                  const [user, id, at] = [
                    `${line}-${each.user}`,
                    String(each.id),
                    each.day * DAY_MS + each.ms,
                  ]
                  return rowOf({ ...each, user, id, at: FIRST_DAY + at }, each.version)
                })
          written.push(rows)
          const foreseen = await foresee(model, rows)
          const expected = rows.map((row) => model.credit(row))
          expect(await write(rows)).toEqual(expected)
          // The dry run says the same as the trigger of every act that was new.
          for (const [place, dry] of foreseen) expect(expected[place]).toMatchObject(dry)
          for (const verdict of expected)
            seen.add(verdict.kind === 'recorded' ? String(verdict.cut) : verdict.kind)
        }
        await expectCounts(model)
        const before = await ledgerNow()
        for (const rows of written) await write(rows)
        expect(await ledgerNow()).toEqual(before)
      },
    ),
    { numRuns: 60 },
  )
  // The run has met everything there is to meet.
  expect([...seen].sort()).toEqual(
    ['campaign_cap', 'cooldown', 'daily_cap', 'line_budget', 'null', 'reused', 'revoked'].sort(),
  )
  expect((await sumLedger(world)).differences).toEqual([])
}, 120_000)

/** What the dry run says of the acts of a batch that are not known yet. */
async function foresee(
  model: Model,
  rows: readonly CreditRow[],
): Promise<[place: number, verdict: { flowers: number; cut: CutReason | null }][]> {
  const fresh = new Set<string>()
  const asks = [...rows.entries()].filter(([, [, key]]) => {
    const known = model.acts.has(key) || model.revoked.has(key) || fresh.has(key)
    fresh.add(key)
    return !known
  })
  const subjectOf = (row: CreditRow) => (row[4] ?? '').slice(11)
  const book = new AllowanceBook(
    await loadAllowanceState(
      world,
      line,
      asks.map(([, row]) => [row[0], subjectOf(row)] as const),
    ),
  )
  return asks.map(([place, row]) => {
    const rule = model.rules.get(`${subjectOf(row)} ${row[5]}`) ?? {}
    const none = {
      capPerDay: null,
      capPerCampaign: null,
      campaignFrom: '',
      lineBudget: null,
      cooldownSeconds: 0,
    }
    const ask = {
      user: row[0],
      claimant: row[0],
      subject: subjectOf(row),
      day: (row[4] ?? '').slice(0, 10),
      asked: row[2],
    }
    const { flowers, cut } = book.take({ ...ask, actedAt: row[6] }, { ...none, ...rule })
    return [place, { flowers, cut }]
  })
}

/** Tallies, days and balances are what the model has. */
async function expectCounts(model: Model): Promise<void> {
  const tallies = new Map<string, number>()
  const days = new Map<string, { acts: number; flowers: number; capped: number; reversed: number }>()
  const balances = new Map<string, number>()
  for (const { row, flowers, cut, back } of model.acts.values()) {
    const [user, , , , tally] = row
    if (flowers > 0) {
      tallies.set(`${user} ${tally}`, (tallies.get(`${user} ${tally}`) ?? 0) + (back ? 0 : flowers))
      balances.set(user, (balances.get(user) ?? 0) + (back ? 0 : flowers))
    }
    const day = (tally ?? '').slice(0, 10)
    const { acts, capped, reversed, ...sum } = days.get(day) ?? {
      acts: 0,
      flowers: 0,
      capped: 0,
      reversed: 0,
    }
    days.set(day, {
      acts: acts + 1,
      flowers: sum.flowers + flowers,
      capped: capped + (cut === null ? 0 : 1),
      reversed: reversed + (back ? flowers : 0),
    })
  }
  const users = [`${line}-ann`, `${line}-bob`]
  const counted = await world.DB.prepare('SELECT * FROM tallies WHERE user IN (?, ?)')
    .bind(...users)
    .all<{ user: string; subject: string; day: string; flowers: number }>()
  expect(
    new Map(counted.results.map(({ user, subject, day, flowers }) => [`${user} ${day}/${subject}`, flowers])),
  ).toEqual(tallies)
  const told = await world.DB.prepare(
    'SELECT day, acts, flowers, capped, reversed FROM line_days WHERE line = ?',
  )
    .bind(line)
    .all<{ day: string; acts: number; flowers: number; capped: number; reversed: number }>()
  expect(new Map(told.results.map(({ day, ...counts }) => [day, counts]))).toEqual(days)
  for (const user of users) expect((await loadAccount(world, user)).balance).toBe(balances.get(user) ?? 0)
}

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AllowanceBook,
  type Allowances,
  loadAllowanceState,
  resolveAccounts,
} from '../../src/ledger/allowances.ts'
import { moveHolding } from '../../src/ledger/moves.ts'
import { revokeFromBalances } from '../../src/ledger/revocations.ts'
import { commitCredits } from '../../src/ledger/store.ts'
import type { CreditRow } from '../../src/ledger/verdicts.ts'
import { Clock } from '../simulator/clock.ts'
import { SimDatabase } from '../simulator/database.ts'

/** What would be earned, said before, against what the ledger's own trigger then credits. */

const database = new SimDatabase(new Clock(1))
const env = { DB: database.observe() }
const NOW = Date.UTC(2026, 8, 7, 12)
const MINUTE_MS = 60_000

const none: Allowances = {
  ...{ capPerDay: null, capPerCampaign: null, campaignFrom: '', lineBudget: null, cooldownSeconds: 0 },
}

let lines = 0
let marks = 0

/** Plants a line with a rule of version 1 for each kind; returns its id, that no other test has. */
function plantLine(rules: Readonly<Record<string, Allowances>>): string {
  const line = `line-${++lines}`
  for (const [kind, rule] of Object.entries(rules))
    database.sqlite
      .prepare(
        `INSERT INTO earning_rules (line, kind, version, state, per, flowers, cap_per_day, cap_per_campaign, campaign_from,
           line_budget, cooldown_seconds, created_at)
         VALUES (?, ?, 1, 'active', 1, 1, ?, ?, ?, ?, ?, 0)`,
      )
      .run(
        ...[line, kind, rule.capPerDay, rule.capPerCampaign],
        ...[rule.campaignFrom, rule.lineBudget, rule.cooldownSeconds],
      )
  return line
}

interface Act {
  readonly user: string
  readonly kind: string
  readonly asked: number
  readonly actedAt: number
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10)

/** Says what acts would earn and then credits them; both, act by act. */
async function sayAndCredit(line: string, rules: Readonly<Record<string, Allowances>>, acts: readonly Act[]) {
  const subjects = acts.map(({ kind }) => `${line}/${kind}`)
  const accounts = await resolveAccounts(
    env,
    acts.map(({ user }) => user),
  )
  const load = async () =>
    new AllowanceBook(
      await loadAllowanceState(
        env,
        line,
        acts.flatMap(({ user }, place) =>
          [accounts[place] as string, user].map((each) => [each, subjects[place] as string] as const),
        ),
      ),
    )
  const take = (book: AllowanceBook, place: number, asked: number) => {
    const { user: claimant, kind, actedAt } = acts[place] as Act
    const [user, subject] = [accounts[place] as string, subjects[place] as string]
    return book.take(
      { user, claimant, subject, day: dayOf(actedAt), asked, actedAt },
      rules[kind] as Allowances,
    )
  }
  const book = await load()
  const said = acts.map(({ asked }, place) => take(book, place, asked))
  const rows = acts.map(({ user, kind, asked, actedAt }): CreditRow => {
    const mark = ++marks
    return [user, `act:${line}:${mark}`, asked, mark, `${dayOf(actedAt)}/${line}/${kind}`, 1, actedAt]
  })
  const verdicts = await commitCredits(env, { ref: line, at: NOW, rows })
  const credited = verdicts.map((verdict) => {
    if (verdict.kind !== 'recorded') throw new Error('an act was not recorded')
    return { flowers: verdict.flowers, cut: verdict.cut }
  })
  // What the ledger says is left after the last act, by asking anew for nothing.
  const left = take(await load(), acts.length - 1, 0).left
  return { said, credited, left, keys: rows.map(([, key]) => key) }
}

describe('what acts are said to earn', () => {
  const rule = (allowances: Partial<Allowances>): Record<string, Allowances> => ({
    act: { ...none, ...allowances },
  })
  const act = (asked: number, minutesAgo = 0, user = 'ann'): Act => ({
    ...{ user, kind: 'act', asked, actedAt: NOW - minutesAgo * MINUTE_MS },
  })

  it.each<[string, Partial<Allowances>, readonly Act[], readonly (readonly [number, string | null])[]]>([
    [
      'all of it without an allowance',
      {},
      [act(5), act(7)],
      [
        [5, null],
        [7, null],
      ],
    ],
    [
      'what the day leaves, by user and day',
      { capPerDay: 6 },
      [act(4), act(4), act(1), act(6, 1_440), act(6, 0, 'bob')],
      [
        [4, null],
        [2, 'daily_cap'],
        [0, 'daily_cap'],
        [6, null],
        [6, null],
      ],
    ],
    [
      'what the campaign leaves, from its first day on',
      { capPerCampaign: 6, campaignFrom: '2026-09-06' },
      [act(9, 2 * 1_440), act(4, 1_440), act(4), act(1)],
      // What is done before the campaign finds all of it left, and takes nothing from it.
      [
        [6, 'campaign_cap'],
        [4, null],
        [2, 'campaign_cap'],
        [0, 'campaign_cap'],
      ],
    ],
    [
      'what the budget leaves, whoever comes',
      { lineBudget: 6 },
      [act(4), act(4, 0, 'bob'), act(1, 1_440, 'cy')],
      [
        [4, null],
        [2, 'line_budget'],
        [0, 'line_budget'],
      ],
    ],
    [
      'nothing within the cooldown of one that earned, before it or after',
      { cooldownSeconds: 600 },
      [act(1, 20), act(1, 11), act(1, 29), act(1, 10), act(1, 30), act(1, 20, 'bob')],
      [
        [1, null],
        [0, 'cooldown'],
        [0, 'cooldown'],
        [1, null],
        [1, null],
        [1, null],
      ],
    ],
    [
      'nothing that begins a cooldown when they earned nothing',
      { capPerDay: 1, cooldownSeconds: 600 },
      [act(1, 60), act(1, 30), act(1, 25)],
      [
        [1, null],
        [0, 'daily_cap'],
        [0, 'daily_cap'],
      ],
    ],
    [
      'the least of what is left, named by the first that leaves no more',
      { capPerDay: 5, capPerCampaign: 5, lineBudget: 5 },
      [act(6), act(6, 0, 'bob')],
      [
        [5, 'daily_cap'],
        [0, 'line_budget'],
      ],
    ],
  ])('%s', async (_, allowances, acts, expected) => {
    const rules = rule(allowances)
    const line = plantLine(rules)
    const here = acts.map((each) => ({ ...each, user: `${each.user}-${line}` }))
    const { said, credited, left } = await sayAndCredit(line, rules, here)
    expect(said.map(({ flowers, cut }) => [flowers, cut])).toEqual(expected)
    expect(credited.map(({ flowers, cut }) => [flowers, cut])).toEqual(expected)
    expect(said.at(-1)?.left).toEqual(left)
  })

  const amount = (max: number) => fc.option(fc.integer({ min: 1, max }), { nil: null })
  const allowances = fc.record({
    capPerDay: amount(10),
    capPerCampaign: amount(15),
    campaignFrom: fc.constantFrom('', '2026-09-05', '2026-09-06', '2026-09-07'),
    lineBudget: amount(40),
    cooldownSeconds: fc.constantFrom(0, 0, 60, 3_600, 86_400),
  })
  const anyAct = fc.record({
    user: fc.constantFrom('ann', 'bob', 'held a', 'held b'),
    kind: fc.constantFrom('walk', 'ride'),
    asked: fc.integer({ min: 1, max: 8 }),
    actedAt: fc
      .oneof(fc.integer({ min: 0, max: 180 }), fc.integer({ min: 0, max: 4 * 1_440 }))
      .map((minutes) => NOW - minutes * MINUTE_MS),
  })
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ acts: fc.array(anyAct, { minLength: 1, maxLength: 8 }) }) },
    { weight: 1, arbitrary: fc.record({ revoked: fc.nat(40) }) },
    { weight: 1, arbitrary: fc.record({ linked: fc.constantFrom('held a', 'held b') }) },
  )

  it('are what they then earn, whatever the rules, the acts, what was taken back and who was linked', async () => {
    const seen = { cuts: new Set<string | null>(), moved: 0 }
    await fc.assert(
      fc.asyncProperty(
        fc.record({ walk: allowances, ride: allowances }),
        fc.array(step, { minLength: 1, maxLength: 10 }),
        async (rules, steps) => {
          const line = plantLine(rules)
          const keys: string[] = []
          for (const each of steps)
            if ('acts' in each) {
              const acts = each.acts.map((one) => ({ ...one, user: `${one.user}-${line}` }))
              const { said, credited, left, keys: written } = await sayAndCredit(line, rules, acts)
              expect(said.map(({ flowers, cut }) => ({ flowers, cut }))).toEqual(credited)
              expect(said.at(-1)?.left).toEqual(left)
              for (const { cut } of credited) seen.cuts.add(cut)
              keys.push(...written)
            } else if ('revoked' in each) {
              const act = keys[each.revoked % Math.max(1, keys.length)]
              if (act !== undefined)
                await revokeFromBalances(env, line, [{ act, reason: 'x' }], ++marks, NOW, [])
            } else {
              const [holding, user] = [`${each.linked}-${line}`, `${each.linked.at(-1)}nn-${line}`]
              database.sqlite
                .prepare(
                  'INSERT INTO links (holding, line, user, at) VALUES (?, ?, ?, 0) ON CONFLICT DO NOTHING',
                )
                .run(holding, line, user)
              await moveHolding(env, holding, NOW)
              seen.moved += 1
            }
        },
      ),
      { numRuns: 300 },
    )
    // The acts and rules are such that every allowance has its turn.
    expect(seen.cuts).toEqual(new Set([null, 'daily_cap', 'campaign_cap', 'line_budget', 'cooldown']))
    expect(seen.moved).toBeGreaterThan(0)
  }, 120_000)
})

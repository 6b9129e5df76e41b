import { beforeAll, describe, expect, it } from 'vitest'
import { moveHolding } from '../../src/ledger/moves.ts'
import { returnPledges } from '../../src/ledger/returns.ts'
import { findStandingPledges, revokeFromBalances } from '../../src/ledger/revocations.ts'
import { commitTakeBacks } from '../../src/ledger/store.ts'
import { takeBackKey } from '../../src/ledger/verdicts.ts'
import { dayIn } from '../../src/lines/rules.ts'
import type { DreamNumbersWire } from '../../src/numbers/dream-numbers-routes.ts'
import { Random } from '../random.ts'
import { expectDocumented } from './documented.ts'
import { earn, give, publishAll, runLater, wholePass } from './numbers-calls.ts'
import { expectProblem, freshId, nextMark, send, tokenFor, world } from './world.ts'

const HOUR_MS = 3_600_000

interface Entry {
  readonly user: string
  readonly kind: string
  readonly flowers: number
  readonly ref: string
  readonly at: number
}

interface Window {
  readonly opensAt: number
  readonly closesAt: number
}

/** The public's numbers, recomputed from all entries one after the other. */
function recompute(
  entries: readonly Entry[],
  horizon: number,
  campaign: (Window & { readonly id: string; readonly dreams: ReadonlySet<string> }) | null,
) {
  const flows = () => ({ earned: 0, acts: 0, takenBack: 0, given: 0, pledges: 0, refunded: 0 })
  type Flows = ReturnType<typeof flows>
  const totals = flows()
  const [byDay, byHour, byLine, byDream] = [1, 2, 3, 4].map(() => new Map<string, Flows>()) as [
    ...[Map<string, Flows>, Map<string, Flows>, Map<string, Flows>, Map<string, Flows>],
  ]
  const [givers, earnedBy, givenBy, earnedAt] = [
    new Map<string, Set<string>>(),
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ]
  const add = <Key>(sums: Map<Key, number>, key: Key, flowers: number) =>
    sums.set(key, (sums.get(key) ?? 0) + flowers)
  for (const { user, kind, flowers, ref, at } of entries) {
    if (at >= horizon) continue
    const earns = ['credit', 'capped', 'reversal'].includes(kind)
    const gives = kind === 'pledge' || kind === 'refund'
    if (gives && campaign && !campaign.dreams.has(ref)) continue
    if (['credit', 'reversal', 'moved'].includes(kind)) {
      add(earnedBy, user, flowers)
      add(earnedAt, `${ref}\n${user}`, flowers)
    }
    if (gives) add(givenBy, user, -flowers)
    if (kind === 'pledge') for (const id of ['', ref]) givers.set(id, (givers.get(id) ?? new Set()).add(user))
    const hourBegan = at - (at % HOUR_MS)
    if (earns && campaign && (hourBegan + HOUR_MS <= campaign.opensAt || hourBegan >= campaign.closesAt))
      continue
    if (!earns && !gives) continue
    const places = [
      [byDay, dayIn('Asia/Shanghai', at)],
      [byHour, new Date(hourBegan).toISOString()],
      earns ? [byLine, ref] : [byDream, ref],
    ] as [Map<string, Flows>, string][]
    const sums = places.map(([map, place]) => {
      const sum = map.get(place) ?? flows()
      map.set(place, sum)
      return sum
    })
    for (const sum of [totals, ...sums]) {
      if (kind === 'credit') sum.earned += flowers
      if (kind === 'credit' || kind === 'capped') sum.acts++
      if (kind === 'reversal') sum.takenBack -= flowers
      if (kind === 'pledge') sum.given -= flowers
      if (kind === 'pledge') sum.pledges++
      if (kind === 'refund') sum.refunded += flowers
    }
  }
  const earners = (keys: (readonly [string, number])[]) => keys.filter(([, flowers]) => flowers > 0).length
  const tops = (sums: Map<string, number>) =>
    [...sums.values()]
      .filter((flowers) => flowers > 0)
      .sort((a, b) => b - a)
      .slice(0, 10)
  const inOrder = (map: Map<string, Flows>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))
  const since = Math.floor(horizon / HOUR_MS) * HOUR_MS - 48 * HOUR_MS
  return {
    campaign: campaign?.id ?? null,
    asOf: new Date(horizon).toISOString(),
    totals: {
      ...totals,
      givers: givers.get('')?.size ?? 0,
      earners: campaign ? null : earners([...earnedBy]),
    },
    byLine: inOrder(byLine)
      .map(([line, { earned, acts, takenBack }]) => ({
        ...{ line, name: line, nameEn: line, earned, acts, takenBack },
        earners: campaign ? null : earners([...earnedAt].filter(([key]) => key.startsWith(`${line}\n`))),
      }))
      .sort((a, b) => b.earned - a.earned),
    byDream: inOrder(byDream)
      .map(([dream, { given, pledges, refunded }]) => ({
        ...{
          dream,
          title: dream,
          titleEn: dream,
          given,
          pledges,
          refunded,
          givers: givers.get(dream)?.size ?? 0,
        },
      }))
      .sort((a, b) => b.given - a.given),
    byDay: inOrder(byDay).map(([day, sums]) => ({ day, ...sums })),
    byHour: inOrder(byHour)
      .filter(([hour]) => Date.parse(hour) > since)
      .map(([hour, sums]) => ({ hour, ...sums })),
    top: { earned: campaign ? [] : tops(earnedBy), given: tops(givenBy) },
  }
}

const random = new Random(20_261_124)
const NOW = Date.now()
const campaignOf: Record<string, Window & { id: string; dreams: Set<string> }> = {}
const dreams: string[] = []

async function plantCampaign(opensAt: number, closesAt: number): Promise<string> {
  const id = freshId('campaign')
  await world.DB.prepare(
    `INSERT INTO campaigns (id, name, name_en, rules, opens_at, closes_at, created_at) VALUES (?1, ?1, ?1, '', ?2, ?3, 0)`,
  )
    .bind(id, opensAt, closesAt)
    .run()
  campaignOf[id] = { id, opensAt, closesAt, dreams: new Set() }
  return id
}

/** A dream, of a campaign if told; a dream's campaign stands from the beginning. */
async function plantIn(campaign: string | null): Promise<void> {
  const id = freshId('dream')
  dreams.push(id)
  if (campaign !== null) campaignOf[campaign]?.dreams.add(id)
  await world.DB.prepare(
    `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of, campaign)
     VALUES (?1, ?2, ?1, ?1, '', 1000, 0, ?3, 'collecting', 0, ?4)`,
  )
    .bind(id, 1_000 + dreams.length, NOW + HOUR_MS, campaign)
    .run()
}

/** Some five days of acts, pledges, links, acts taken back, and a dream whose flowers went back. */
async function plantLedger(): Promise<void> {
  const lines = ['quiz', 'steps', 'game']
  const users = Array.from({ length: 25 }, (_, n) => `user-${n}`)
  const holdings = Array.from({ length: 6 }, (_, n) => `game id-${n}`)
  const when = () => NOW - random.between(1, 5 * 24) * HOUR_MS + random.between(0, HOUR_MS - 1)
  const acts: [line: string, key: string][] = []
  for (let n = 0; n < 160; n++) {
    const holding = random.chance(0.2)
    const line = holding ? 'game' : random.pick(lines)
    acts.push([
      line,
      await earn(random.pick(holding ? holdings : users), random.between(1, 9), { line, at: when() }),
    ])
    if (n % 2) await give(random.pick(users), random.pick(dreams), random.between(1, 6), when())
  }
  for (const [n, holding] of holdings.slice(0, 4).entries()) {
    await world.DB.prepare('INSERT INTO links VALUES (?, ?, ?, 0)').bind(holding, 'game', `user-${n}`).run()
    await moveHolding(world, holding, when())
  }
  for (const [line, act] of random.shuffled(acts).slice(0, 30)) {
    const [revocation] = await revokeFromBalances(
      world,
      line,
      [{ act, reason: 'cheated' }],
      nextMark(),
      when(),
    )
    if (!revocation?.user || revocation.done) continue
    const [standing] = await findStandingPledges(world, [revocation.user], [])
    for (const { user, key, dream } of standing ?? [])
      await commitTakeBacks(world, {
        ref: dream,
        at: when(),
        rows: [[user, takeBackKey(act, key), nextMark(), key, act]],
      })
  }
  let upTo: string | null = null
  do upTo = (await returnPledges(world, dreams[0] as string, upTo, when())).upTo
  while (upTo !== null)
  await publishAll()
}

async function allEntries(): Promise<Entry[]> {
  return (await world.DB.prepare('SELECT * FROM entries').all<Entry>()).results
}

const numbersOf = async (query = ''): Promise<unknown> =>
  expectDocumented('get /v1/numbers', await send(`/v1/numbers${query}`))

describe('before anything was counted', () => {
  it('the numbers are none', async () => {
    const id = await plantCampaign(NOW, NOW + 1)
    expect(await numbersOf(`?campaign=${id}`)).toMatchObject({ campaign: id, asOf: null, byDay: [] })
  })

  it('there is no finding of a pass', async () => {
    const headers = { Authorization: `Bearer ${await tokenFor('op', ['operator'])}` }
    await expectProblem(await send('/v1/audit/conservation/latest', { headers }), 'not_found')
  })
})

describe('the numbers of a random ledger', () => {
  let horizon = 0

  beforeAll(async () => {
    const long = await plantCampaign(NOW - 3 * 24 * HOUR_MS - 1_234, NOW - 30 * HOUR_MS)
    const other = await plantCampaign(NOW - 24 * HOUR_MS, NOW + 24 * HOUR_MS)
    for (const campaign of [long, null, long, other, null]) await plantIn(campaign)
    await plantLedger()
    const pass = await wholePass({ rangeRows: 7 })
    expect(pass.differences).toEqual([])
    horizon = pass.horizon
  })

  it('have something of everything', async () => {
    const kinds = new Set((await allEntries()).map(({ kind }) => kind))
    for (const kind of ['credit', 'pledge', 'refund', 'reversal', 'moved']) expect(kinds).toContain(kind)
  })

  it('are what a plain recomputation of all entries gives', async () => {
    expect(await numbersOf()).toEqual(recompute(await allEntries(), horizon, null))
  })

  it('of a campaign are those of its dreams, and of acts in the hours it was open', async () => {
    const entries = await allEntries()
    for (const campaign of Object.values(campaignOf)) {
      if (campaign.dreams.size === 0) continue
      const numbers = await numbersOf(`?campaign=${campaign.id}`)
      expect(numbers).toEqual(recompute(entries, horizon, campaign))
      expect(numbers).toMatchObject({ totals: { pledges: expect.toSatisfy((pledges) => pledges > 5) } })
    }
  })

  it('of each dream by line sum to what stands of its pledges', async () => {
    const entries = await allEntries()
    for (const dream of dreams) {
      const answer = await send(`/v1/dreams/${dream}/numbers`)
      const { bySource, byTime } = (await expectDocumented(
        'get /v1/dreams/{dream}/numbers',
        answer,
      )) as DreamNumbersWire
      const standing = entries
        .filter(({ kind, ref }) => ref === dream && (kind === 'pledge' || kind === 'refund'))
        .reduce((sum, { flowers }) => sum - flowers, 0)
      expect(bySource.reduce((sum, { flowers }) => sum + flowers, 0)).toBe(standing)
      expect(byTime.reduce((sum, { given, refunded }) => sum + given - refunded, 0)).toBe(standing)
    }
    expect(await wholePass({ rangeRows: 9 })).toMatchObject({ differences: [] })
  })

  it('name no account', async () => {
    const text = JSON.stringify(await numbersOf())
    for (const { user } of await allEntries()) expect(text).not.toContain(user)
    const { results } = await world.DB.prepare('SELECT * FROM rollup_tops').all()
    expect(JSON.stringify(results)).not.toMatch(/user-|id-/)
  })

  it('are told operators as a finding that holds, with the sums of the check that reads all', async () => {
    const headers = { Authorization: `Bearer ${await tokenFor('op', ['operator'])}` }
    const latest = await expectDocumented(
      'get /v1/audit/conservation/latest',
      await send('/v1/audit/conservation/latest', { headers }),
    )
    const { dreams, ...whole } = (await (await send('/v1/audit/conservation', { headers })).json()) as {
      dreams: { dream: string }[]
    }
    expect(latest).toMatchObject({ ...whole, holds: true, entries: (await allEntries()).length })
    const byName = (a: { dream: string }, b: { dream: string }) => (a.dream < b.dream ? -1 : 1)
    expect((latest as { dreams: { dream: string }[] }).dreams.sort(byName)).toEqual(dreams.sort(byName))
  })

  it('stay what they are while the next pass is under way', async () => {
    const before = await world.DB.prepare('SELECT max(pass) AS pass FROM rollup_numbers').first('pass')
    await runLater({ rangeRows: 5, maxRanges: 2 })
    const [campaign] = Object.keys(campaignOf)
    expect(await numbersOf(`?campaign=${campaign}`)).toBeTruthy()
    expect(await world.DB.prepare('SELECT max(pass) AS pass FROM rollup_numbers').first('pass')).toBe(before)
  })
})

describe('the numbers', () => {
  it('of a campaign that is none are not found, and a query that is none is refused', async () => {
    await expectProblem(await send('/v1/numbers?campaign=nothing'), 'campaign_not_found')
    await expectProblem(await send('/v1/numbers?campaign=../x'), 'invalid_request')
    await expectProblem(await send('/v1/numbers?line=quiz'), 'invalid_request')
  })

  it('of the last pass are for operators only where they name what differs', async () => {
    const headers = { Authorization: `Bearer ${await tokenFor('someone')}` }
    await expectProblem(await send('/v1/audit/conservation/latest', { headers }), 'operator_only')
    await expectProblem(await send('/v1/audit/conservation/latest'), 'token_missing')
  })
})

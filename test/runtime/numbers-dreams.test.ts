import { beforeAll, describe, expect, it, vi } from 'vitest'
import { moveHolding } from '../../src/ledger/moves.ts'
import { returnPledges } from '../../src/ledger/returns.ts'
import { revokeFromBalances } from '../../src/ledger/revocations.ts'
import { commitTakeBacks } from '../../src/ledger/store.ts'
import { takeBackKey } from '../../src/ledger/verdicts.ts'
import type { DreamNumbersWire } from '../../src/numbers/dream-numbers-routes.ts'
import type { NumbersWire } from '../../src/numbers/numbers-routes.ts'
import { expectDocumented } from './documented.ts'
import { earn, give, openPass, publishAll, runAgain, runLater, wholePass } from './numbers-calls.ts'
import { expectProblem, freshId, nextMark, plantDream, send, world } from './world.ts'

const DAY_MS = 24 * 3_600_000

// The API may serve an answer of a second ago: each test asks of dreams of its own.
const numbersOf = async (dream: string): Promise<DreamNumbersWire> =>
  (await expectDocumented(
    'get /v1/dreams/{dream}/numbers',
    await send(`/v1/dreams/${dream}/numbers`),
  )) as DreamNumbersWire

/** The flowers a dream holds by line. */
async function sourcesOf(dream: string): Promise<Record<string, number>> {
  const { bySource } = await numbersOf(dream)
  return Object.fromEntries(bySource.map(({ line, flowers }) => [line, flowers]))
}

beforeAll(async () => {
  for (const [id, name, nameEn] of [
    ['steps', '走路', 'Steps'],
    ['quiz', '问答', 'Quiz'],
  ])
    await world.DB.prepare('INSERT INTO lines (id, name, name_en) VALUES (?, ?, ?)')
      .bind(id, name, nameEn)
      .run()
})

describe("a dream's flowers by line", () => {
  it('are told before the first pass as nothing yet, and of no dream not at all', async () => {
    const dream = await plantDream()
    expect(await numbersOf(dream)).toMatchObject({ dream, asOf: null, givers: 0, byTime: [], bySource: [] })
    await expectProblem(await send('/v1/dreams/no-such-dream/numbers'), 'dream_not_found')
  })

  it('are what was earned first, in the order it was given', async () => {
    const [first, second] = [await plantDream(), await plantDream()]
    const [ann, ben] = [freshId('ann'), freshId('ben')]
    await earn(ann, 5, { line: 'steps' })
    await earn(ann, 3, { line: 'quiz' })
    await give(ann, first, 6)
    await give(ann, second, 1)
    await earn(ben, 4, { line: 'quiz' })
    await give(ben, second, 4)
    await publishAll()
    await wholePass({ rangeRows: 3 })
    expect(await sourcesOf(first)).toEqual({ steps: 5, quiz: 1 })
    const numbers = await numbersOf(second)
    expect(numbers.bySource).toEqual([{ line: 'quiz', name: '问答', nameEn: 'Quiz', flowers: 5 }])
    expect(numbers).toMatchObject({ givers: 2, step: 'hour', asOf: expect.any(String) })
    expect(numbers.byTime).toEqual([
      { from: expect.stringMatching(/:00:00.000Z$/), given: 5, refunded: 0, pledges: 2 },
    ])
  })

  it('go with what moved to the account it is linked to', async () => {
    const dream = await plantDream()
    const [user, holding] = [freshId('user'), `game ${freshId('id')}`]
    await earn(holding, 4, { line: 'game' })
    await earn(user, 2, { line: 'quiz' })
    await world.DB.prepare('INSERT INTO links VALUES (?, ?, ?, 0)').bind(holding, 'game', user).run()
    await moveHolding(world, holding, Date.now())
    await give(user, dream, 3)
    await publishAll()
    await wholePass()
    expect(await sourcesOf(dream)).toEqual({ quiz: 2, game: 1 })
  })

  it('are without the act that was taken back out of the dream', async () => {
    const dream = await plantDream()
    const user = freshId('user')
    const act = await earn(user, 5, { line: 'steps' })
    await earn(user, 4, { line: 'quiz' })
    const pledge = await give(user, dream, 9)
    const reason = { act, reason: 'cheated' }
    await revokeFromBalances(world, 'steps', [reason], nextMark(), Date.now())
    const row = [user, takeBackKey(act, pledge), nextMark(), pledge, act] as const
    await commitTakeBacks(world, { ref: dream, at: Date.now(), rows: [row] })
    await publishAll()
    await wholePass()
    expect(await sourcesOf(dream)).toEqual({ quiz: 4 })
    expect((await numbersOf(dream)).byTime).toMatchObject([{ given: 9, refunded: 5, pledges: 1 }])
  })

  it('come to the dream that is given to after another gave them back', async () => {
    const [over, dream] = [await plantDream(), await plantDream()]
    const user = freshId('user')
    await earn(user, 2, { line: 'steps' })
    await earn(user, 3, { line: 'quiz' })
    await give(user, over, 2)
    await give(user, dream, 3)
    let upTo: string | null = null
    do upTo = (await returnPledges(world, over, upTo, Date.now())).upTo
    while (upTo !== null)
    await publishAll()
    await wholePass()
    expect(await sourcesOf(over)).toEqual({})
    expect(await sourcesOf(dream)).toEqual({ steps: 2, quiz: 1 })
  })
})

describe("a dream's flowers over time", () => {
  it('are told by the day of China once they lie more than 14 days apart', async () => {
    const dream = await plantDream()
    const user = freshId('user')
    const late = Date.parse('2026-10-20T16:30:00Z')
    await earn(user, 9, { at: late - 20 * DAY_MS })
    await give(user, dream, 2, late - 15 * DAY_MS)
    await give(user, dream, 3, late)
    await give(user, dream, 1, late + DAY_MS - 3_600_000)
    await publishAll()
    await wholePass()
    expect(await numbersOf(dream)).toMatchObject({
      step: 'day',
      byTime: [
        { from: '2026-10-05T16:00:00.000Z', given: 2, pledges: 1 },
        { from: '2026-10-20T16:00:00.000Z', given: 4, pledges: 2 },
      ],
    })
  })
})

describe('the numbers of everything', () => {
  it('call lines and dreams by their names', async () => {
    const dream = freshId('dream')
    await world.DB.prepare(
      `INSERT INTO dreams (id, position, title, title_en, summary, quota, opens_at, closes_at, state, as_of)
       VALUES (?1, 999, '一个梦想', 'A dream', '', 1000, 0, ?2, 'collecting', 0)`,
    )
      .bind(dream, Date.now() + DAY_MS)
      .run()
    const user = freshId('user')
    await earn(user, 2, { line: 'steps' })
    await give(user, dream, 1)
    await publishAll()
    await wholePass()
    const { byLine, byDream } = (await (await send('/v1/numbers')).json()) as NumbersWire
    expect(byLine.find(({ line }) => line === 'steps')).toMatchObject({ name: '走路', nameEn: 'Steps' })
    expect(byLine.find(({ line }) => line === 'game')).toMatchObject({ name: 'game', nameEn: 'game' })
    expect(byDream.find((each) => each.dream === dream)).toMatchObject({
      title: '一个梦想',
      titleEn: 'A dream',
    })
  })
})

describe('a pass', () => {
  /** A pass in which something is done between its beginning and its counting. */
  async function passWith(meddle: (pass: { id: number; horizon: number }) => Promise<unknown>) {
    await runLater({ maxRanges: 0 })
    const pass = await openPass()
    await meddle(pass)
    let run = await runAgain()
    while (run.ended === null) run = await runAgain()
    const text = await world.DB.prepare('SELECT differences FROM rollup_passes WHERE id = ?')
      .bind(pass.id)
      .first<string>('differences')
    return JSON.parse(text ?? 'null') as string[]
  }

  it('tells of a dream whose lines do not sum to its flowers, once two passes found as much', async () => {
    const dream = await plantDream()
    const user = freshId('user')
    await earn(user, 5)
    await give(user, dream, 2)
    await publishAll()
    const pad = ({ id }: { id: number }) =>
      world.DB.prepare('INSERT INTO rollup_sources VALUES (?, ?, ?, 3)').bind(id, dream, 'forged').run()
    const heard = vi.spyOn(console, 'error').mockImplementation(() => {})
    expect(await passWith(pad)).toEqual([])
    expect(await passWith(pad)).toEqual([`dream ${dream} has 2 flowers, by line 5`])
    heard.mockRestore()
    expect(await wholePass()).toMatchObject({ agrees: true })
  })

  it('finds nothing wrong with a pledge written long after its time, before its flowers by the clock', async () => {
    const dream = await plantDream()
    const user = freshId('user')
    const late = async ({ horizon }: { horizon: number }) => {
      await earn(user, 5, { line: 'steps', at: horizon + 1_000 })
      await give(user, dream, 5, horizon - 1_000)
      await publishAll()
    }
    expect(await passWith(late)).toEqual([])
    expect(await wholePass()).toMatchObject({ agrees: true })
    expect(await wholePass()).toMatchObject({ agrees: true })
    expect(await sourcesOf(dream)).toEqual({ steps: 5 })
  })
})

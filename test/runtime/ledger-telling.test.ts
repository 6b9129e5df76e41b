import { describe, expect, it } from 'vitest'
import { commitCredits, commitPledges } from '../../src/ledger/store.ts'
import type { CreditRow, PledgeRow } from '../../src/ledger/verdicts.ts'
import { creditDirectly, freshId, nextMark, world } from './world.ts'

const AT = Date.UTC(2026, 8, 9, 1, 23, 45, 678)

/** A line with an endpoint, in a state. */
async function listening(state = 'active'): Promise<string> {
  const line = freshId('line')
  await world.DB.prepare(
    "INSERT INTO endpoints (id, owner, url, types, state, created_at) VALUES (?1, ?2, 'https://example.com', '[]', ?3, 0)",
  )
    .bind(freshId('ep'), `line:${line}`, state)
    .run()
  return line
}

const creditsOf = (line: string, users: readonly string[]): CreditRow[] =>
  users.map((user) => [user, `act:${line}:${freshId('act')}`, 2, nextMark(), null, null, AT])

async function toldOf(
  line: string,
): Promise<{ id: string; type: string; data: Record<string, unknown[]> }[]> {
  const { results } = await world.DB.prepare('SELECT id, type, data FROM outbox WHERE owner = ?')
    .bind(`line:${line}`)
    .all<{ id: string; type: string; data: string }>()
  return results.map(({ id, type, data }) => ({ id, type, data: JSON.parse(data) }))
}

describe('what a line is told of its credits', () => {
  it('is what was credited, with its own ids, once however often the batch is written', async () => {
    const line = await listening()
    const rows = creditsOf(line, [freshId('user'), `${line} p-7`])
    let told = 0
    for (let tries = 0; tries < 3; tries++)
      await commitCredits(world, { ref: line, at: AT, rows }, () => void told++)
    expect(told).toBe(1)
    const credits = rows.map(([user, key]) => ({
      id: key.slice(`act:${line}:`.length),
      user,
      flowers: 2,
      at: '2026-09-09T01:23:45.678Z',
    }))
    const [first, second] = credits
    expect(await toldOf(line)).toMatchObject([{ type: 'flowers.credited' }])
    // An id of the line's own that is not linked yet is told as the holding account's owner, never with the line before it.
    expect((await toldOf(line))[0]?.data.credits).toEqual(
      expect.arrayContaining([first, { ...second, user: 'p-7' }]),
    )
  })

  it('names no account of the platform for an id of its own that is linked', async () => {
    const line = await listening()
    const [user, holding] = [freshId('user'), `${line} p-1`]
    await world.DB.prepare('INSERT INTO links (holding, line, user, at) VALUES (?, ?, ?, 0)')
      .bind(holding, line, user)
      .run()
    await commitCredits(world, { ref: line, at: AT, rows: creditsOf(line, [holding]) })
    const text = JSON.stringify(await toldOf(line))
    expect(text).toContain('"user":"p-1"')
    expect(text).not.toContain(user)
  })

  it('leaves out what an earlier batch credited', async () => {
    const line = await listening()
    const [row] = creditsOf(line, [freshId('user')]) as [CreditRow]
    await commitCredits(world, { ref: line, at: AT, rows: [row] })
    const again: CreditRow = [row[0], row[1], row[2], nextMark(), null, null, AT]
    await commitCredits(world, { ref: line, at: AT, rows: [again, ...creditsOf(line, [freshId('user')])] })
    expect((await toldOf(line)).map(({ data }) => data.credits?.length)).toEqual([1, 1])
  })

  it('comes in events of at most 500', async () => {
    const line = await listening()
    const users = Array.from({ length: 1_001 }, () => freshId('user'))
    await commitCredits(world, { ref: line, at: AT, rows: creditsOf(line, users) })
    const sizes = (await toldOf(line)).map(({ data }) => data.credits?.length ?? 0)
    expect(sizes.sort((a, b) => b - a)).toEqual([500, 500, 1])
  })

  it('is kept for an endpoint that is disabled, and not for a line without one', async () => {
    const [disabled, deleted, none] = [
      await listening('disabled'),
      await listening('deleted'),
      freshId('line'),
    ]
    for (const line of [disabled, deleted, none])
      await commitCredits(world, { ref: line, at: AT, rows: creditsOf(line, [freshId('user')]) })
    expect(await toldOf(disabled)).toHaveLength(1)
    expect(await toldOf(deleted)).toEqual([])
    expect(await toldOf(none)).toEqual([])
  })
})

describe('what a line is told of pledges', () => {
  it.each([1, 600])('is those it asked for that were accepted, among %d', async (count) => {
    const [line, dream, poor] = [await listening(), freshId('dream'), freshId('poor')]
    const users = Array.from({ length: count }, () => freshId('user'))
    for (const user of users.slice(0, 3)) await creditDirectly(user, 5)
    const rows: PledgeRow[] = users
      .slice(0, 3)
      .map((user, n) => [user, `ask:${line}:r${n}`, 2, nextMark()] as const)
    rows.push([poor, `ask:${line}:poor`, 2, nextMark()], [users[0] as string, 'k:own', 1, nextMark()])
    for (let n = rows.length; n < count; n++) rows.push([freshId('u'), `k:${n}`, 1, nextMark()])
    let told = 0
    for (let tries = 0; tries < 2; tries++)
      await commitPledges(world, { ref: dream, at: AT, rows }, () => void told++)
    expect(told).toBe(1)
    const events = await toldOf(line)
    expect(events).toMatchObject([{ type: 'pledge.accepted' }])
    expect(events[0]?.data.pledges).toHaveLength(Math.min(3, count))
    expect(events[0]?.data.pledges).toContainEqual({
      id: 'r0',
      dream,
      flowers: 2,
      at: '2026-09-09T01:23:45.678Z',
    })
  })
})

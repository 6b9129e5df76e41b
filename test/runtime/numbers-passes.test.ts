import { createScheduledController } from 'cloudflare:test'
import { describe, expect, it, vi } from 'vitest'
import { END_OF_USERS, nextRange } from '../../src/ledger/walk.ts'
import { countRange } from '../../src/numbers/counting.ts'
import { findNumbers } from '../../src/numbers/numbers-store.ts'
import { findDonePass } from '../../src/numbers/passes-store.ts'
import { runScheduled } from '../../src/scheduled.ts'
import { earn, give, openPass, publishAll, runAgain, runLater, wholePass } from './numbers-calls.ts'
import { behindTheBackOf } from './tampering.ts'
import { freshId, plantDream, world } from './world.ts'

const totals = async () => (await findNumbers(world.DB, '', 1))?.numbers.totals

/** Users of one dream, each with an act of 5 flowers and a pledge of 2. */
async function plantUsers(count: number): Promise<{ dream: string; users: string[] }> {
  const dream = await plantDream()
  const users = Array.from({ length: count }, () => freshId('user'))
  for (const user of users) {
    await earn(user, 5)
    await give(user, dream, 2)
  }
  await publishAll()
  return { dream, users }
}

/** Silences what the job says of differences; returns what it said. */
async function hearing(run: () => Promise<unknown>): Promise<string[]> {
  const heard = vi.spyOn(console, 'error').mockImplementation(() => {})
  await run()
  const said = heard.mock.calls
    .map(([text]) => String(text))
    .filter((text) => text.includes('numbers.differ'))
  heard.mockRestore()
  return said
}

describe('a walk over the ledger', () => {
  it('meets each user in one range, whatever its length, and ends', async () => {
    const { users } = await plantUsers(7)
    for (const rows of [1, 2, 3, 100]) {
      const met: string[] = []
      for (let at = ''; at !== END_OF_USERS; ) {
        const { from, to } = await nextRange(world.DB, at, rows)
        expect(from).toBe(at)
        expect(to > from).toBe(true)
        met.push(...users.filter((user) => user > from && user <= to))
        at = to
      }
      expect(met.sort()).toEqual(users.sort())
    }
  })
})

describe('the clock', () => {
  it('makes a pass over the ledger', async () => {
    const { dream } = await plantUsers(1)
    // A minute in which few jobs are due.
    const scheduledTime = Date.parse('2026-09-09T08:01:00Z')
    await runScheduled(createScheduledController({ scheduledTime, cron: '* * * * *' }), world)
    expect((await findDonePass(world.DB))?.dreams.map((count) => count.dream)).toContain(dream)
  })
})

describe('a pass', () => {
  it('goes on where the run before it stopped, and counts everything once', async () => {
    await plantUsers(6)
    const whole = await wholePass()
    const before = await totals()
    expect(whole.agrees).toBe(true)
    let runs = 0
    let run = await runLater({ rangeRows: 3, maxRanges: 1 })
    for (; run.ended === null; runs++) run = await runAgain({ rangeRows: 3, maxRanges: 1 })
    expect(runs).toBeGreaterThan(3)
    expect(await totals()).toEqual(before)
    expect(await wholePass()).toMatchObject({
      agrees: true,
      entries: whole.entries,
      credited: whole.credited,
    })
  })

  it('counts nothing twice when two runs work beside each other', async () => {
    await plantUsers(6)
    await wholePass()
    const before = await totals()
    await runLater({ rangeRows: 2, maxRanges: 1 })
    const runs = await Promise.all([1, 2, 3].map(() => runAgain({ rangeRows: 2 })))
    expect(runs.filter(({ ended }) => ended !== null)).toHaveLength(1)
    expect(await totals()).toEqual(before)
  })

  it('does nothing for a range that was counted', async () => {
    await plantUsers(3)
    await runLater({ rangeRows: 2, maxRanges: 1 })
    const pass = await openPass()
    const cells = () =>
      world.DB.batch(
        [
          'rollup_lines',
          'rollup_dreams',
          'rollup_sources',
          'rollup_people',
          'rollup_tops',
          'rollup_passes',
        ].map((table) => world.DB.prepare(`SELECT * FROM ${table} WHERE 1`)),
      ).then((results) => results.map(({ results }) => results))
    const before = await cells()
    expect(await countRange(world.DB, pass, { from: '', to: pass.afterUser })).toBe(false)
    expect(await cells()).toEqual(before)
    while ((await runAgain()).ended === null);
  })

  it('begins ten minutes after the one before it ended, not earlier', async () => {
    await wholePass()
    expect(await runAgain()).toMatchObject({ ranges: 0, ended: null })
    expect((await runLater()).ended).not.toBeNull()
  })

  it('leaves what was written after its horizon to the next, and raises no alarm for it', async () => {
    const { dream, users } = await plantUsers(4)
    await wholePass()
    const before = await totals()
    await runLater({ rangeRows: 2, maxRanges: 1 })
    const { horizon } = await openPass()
    for (const user of [...users, 'aaa', 'zzz']) {
      await earn(user, 5, { at: horizon })
      await give(user, dream, 1, horizon + 5)
    }
    let run = await runAgain({ rangeRows: 2 })
    while (run.ended === null) run = await runAgain({ rangeRows: 2 })
    expect(await totals()).toEqual(before)
    await publishAll()
    const next = await wholePass()
    expect(next).toMatchObject({ agrees: true, differences: [] })
    expect(await totals()).toMatchObject({
      earned: (before?.earned ?? 0) + 30,
      given: (before?.given ?? 0) + 6,
      givers: (before?.givers ?? 0) + 2,
    })
  })

  it('forgets what older passes counted, but for the last two', async () => {
    await plantUsers(2)
    for (let passes = 0; passes < 4; passes++) await wholePass()
    await runAgain()
    const { results } = await world.DB.prepare(
      'SELECT DISTINCT pass FROM rollup_dreams UNION SELECT pass FROM rollup_lines UNION SELECT pass FROM rollup_people UNION SELECT pass FROM rollup_tops UNION SELECT pass FROM rollup_numbers ORDER BY pass',
    ).all()
    expect(results).toHaveLength(2)
    const sources = world.DB.prepare('SELECT DISTINCT pass FROM rollup_sources ORDER BY pass')
    expect((await sources.all()).results).toEqual(results)
  })
})

describe('the most flowers of one account', () => {
  it('are kept of the first twenty, whichever ranges they are in', async () => {
    const { dream, users } = await plantUsers(25)
    for (const [n, user] of users.entries()) await earn(user, 1_000 + n)
    for (const [n, user] of users.entries()) await give(user, dream, 900 + n)
    await publishAll()
    const { id } = await wholePass({ rangeRows: 4 })
    const expected = (most: number) => Array.from({ length: 20 }, (_, n) => most - n)
    for (const [board, most] of [
      ['earned', 1_029],
      ['given', 926],
    ] as const) {
      const { results } = await world.DB.prepare(
        'SELECT flowers FROM rollup_tops WHERE pass = ? AND board = ? ORDER BY flowers DESC',
      )
        .bind(id, board)
        .all<{ flowers: number }>()
      expect(results.map(({ flowers }) => flowers)).toEqual(expected(most))
    }
  })
})

describe('a ledger that was tampered with', () => {
  it('is found by the account that is not its entries', async () => {
    const { users } = await plantUsers(1)
    const steal = `UPDATE accounts SET earned = earned + 100 WHERE user = '${users[0]}'`
    const said = await hearing(async () => {
      await behindTheBackOf('accounts_move', steal)
      const pass = await wholePass()
      expect(pass.agrees).toBe(false)
      expect(
        pass.differences.filter((text) => text.startsWith(`account ${users[0]} is not its entries`)),
      ).toHaveLength(1)
      expect(pass.differences.filter((text) => /^credited \d+ is not balances/.test(text))).toHaveLength(1)
    })
    expect(said).toHaveLength(1)
    await behindTheBackOf('accounts_move', steal.replace('+', '-'))
    expect(await wholePass()).toMatchObject({ agrees: true })
  })

  it('is found by a refund of more than its pledge', async () => {
    const { dream, users } = await plantUsers(1)
    const key = await give(users[0] as string, dream, 1)
    await world.DB.prepare(
      `INSERT INTO entries (user, key, seq, kind, flowers, asked, ref, mark, origin, at)
       SELECT user, 'forged', entries + 1, 'refund', 2, 2, ?2, 9, ?3, 5 FROM accounts WHERE user = ?1`,
    )
      .bind(users[0], dream, key)
      .run()
    await publishAll()
    await hearing(async () =>
      expect((await wholePass()).differences).toEqual([
        expect.stringContaining(`more of pledge ${key} of ${users[0]} is refunded`),
      ]),
    )
    await behindTheBackOf('entries_keep', `UPDATE entries SET origin = 'forged' WHERE key = 'forged'`)
    await behindTheBackOf(
      'entries_keep',
      `UPDATE entries SET kind = 'credit', ref = 'quiz' WHERE key = 'forged'`,
    )
    await behindTheBackOf(
      'accounts_move',
      `UPDATE accounts SET earned = earned + 2, pledged = pledged + 2 WHERE user = '${users[0]}'`,
    )
    await publishAll()
    expect(await wholePass()).toMatchObject({ differences: [] })
  })

  it('is found by flowers that moved from nowhere, and by a reversal without its revocation', async () => {
    const { users } = await plantUsers(1)
    const user = users[0] as string
    await world.DB.prepare(
      `INSERT INTO entries (user, key, seq, kind, flowers, asked, ref, mark, origin, at)
       SELECT user, 'moved:x', entries + 1, 'moved', 2, 2, 'quiz', 9, 'quiz nobody', 5 FROM accounts WHERE user = ?1`,
    )
      .bind(user)
      .run()
    await behindTheBackOf(
      'entries_count_taken',
      `INSERT INTO entries (user, key, seq, kind, flowers, asked, ref, mark, origin, at)
       SELECT user, 'rev:x', entries + 1, 'reversal', -2, 2, 'quiz', 9, 'act:quiz:x', 5 FROM accounts WHERE user = '${user}'`,
    )
    await hearing(async () =>
      expect([...(await wholePass()).differences].sort()).toEqual([
        `moved:x of ${user} has no other side`,
        'the revocation of act:quiz:x is not its entries: {"taken":null,"entries_taken":2}',
      ]),
    )
    for (const kind of ['moved', 'rev'])
      await behindTheBackOf('entries_stay', `DELETE FROM entries WHERE key = '${kind}:x'`)
    await behindTheBackOf('accounts_move', `UPDATE accounts SET entries = entries - 2 WHERE user = '${user}'`)
    expect(await wholePass()).toMatchObject({ differences: [] })
  })

  it('is found by a dream that counts otherwise, once two passes saw the same', async () => {
    const { dream } = await plantUsers(2)
    await wholePass()
    const pad = (by: number) =>
      world.DB.prepare('UPDATE dreams SET flowers = flowers + ? WHERE id = ?').bind(by, dream).run()
    await pad(7)
    expect(await wholePass()).toMatchObject({ agrees: true })
    // It may have been about to publish: what moves on is no difference.
    await pad(1)
    expect(await wholePass()).toMatchObject({ agrees: true })
    const said = await hearing(async () =>
      expect((await wholePass()).differences).toEqual([
        `dream ${dream} counts 12 flowers in 2 pledges, its entries are 4 in 2`,
      ]),
    )
    expect(said).toHaveLength(1)
    await pad(-8)
    expect(await wholePass()).toMatchObject({ agrees: true })
  })

  it('is found by hours that are not the entries', async () => {
    const { dream } = await plantUsers(2)
    await runLater({ rangeRows: 1_000, maxRanges: 0 })
    const pass = await openPass()
    await world.DB.prepare('INSERT INTO rollup_dreams VALUES (?, ?, 0, 0, 3, 0, 0, 0)')
      .bind(pass.id, dream)
      .run()
    await hearing(async () => {
      let run = await runAgain()
      while (run.ended === null) run = await runAgain()
    })
    const found = await world.DB.prepare('SELECT differences FROM rollup_passes WHERE id = ?')
      .bind(pass.id)
      .first<string>('differences')
    expect(JSON.parse(found ?? '[]')).toEqual([
      expect.stringMatching(/^given is \d+ by the entries and \d+ by the hours$/),
    ])
  })
})

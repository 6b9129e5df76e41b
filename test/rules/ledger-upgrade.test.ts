import { expect, it } from 'vitest'
import { revokeFromBalances } from '../../src/ledger/revocations.ts'
import { commitCredits, loadHistory } from '../../src/ledger/store.ts'
import { sumLedger } from '../../src/ledger/sums.ts'
import { Clock } from '../simulator/clock.ts'
import { SimDatabase } from '../simulator/database.ts'

const LINE = 'quiz'
const DAY = '2026-09-09'

/** A database as it was before lines had allowances, with what was written then, brought to today. */
function upgraded(): SimDatabase {
  const plant = [
    "INSERT INTO lines (id, name, name_en) VALUES ('quiz', 'q', 'q')",
    "INSERT INTO earning_rules (line, kind, per, flowers, cap_per_day) VALUES ('quiz', 'quiz', 1, 1, 5)",
    ...['a', 'b', 'c'].map(
      (act, n) =>
        `INSERT INTO crediting (user, key, asked, ref, mark, cap, tally, at) VALUES ('ann', 'act:quiz:${act}', 4, 'quiz', ${n}, 5, '${DAY}/quiz/quiz', 9)`,
    ),
    "INSERT INTO crediting (user, key, asked, ref, mark, cap, tally, at) VALUES ('ann', 'act:test:x', 2, 'test', 9, 0, NULL, 9)",
    "INSERT INTO pledging (user, key, asked, ref, mark, at) VALUES ('ann', 'k:1', 3, 'dream', 1, 9)",
    "INSERT INTO pledging (user, key, asked, ref, mark, at) VALUES ('ann', 'k:2', 30, 'dream', 2, 9)",
  ]
  return new SimDatabase(new Clock(1), [], (name, sql) =>
    name === '0015_ledger_again.sql' ? `${plant.join(';\n')};\n${sql}` : sql,
  )
}

it('an older ledger adds up after the migrations, counts on where it was, and knows what it knew', async () => {
  const database = upgraded()
  const env = { DB: database.observe() }
  const sums = await sumLedger(env)
  expect(sums.differences).toEqual([])
  expect(sums).toMatchObject({ accounts: 1, credited: 7, balances: 4, reversed: 0, lost: 0 })
  const rule = { line: LINE, kind: 'quiz', version: 1, cap_per_day: 5, state: 'active' }
  expect(database.sqlite.prepare('SELECT * FROM earning_rules').get()).toMatchObject(rule)
  const row = (id: string, mark: number) =>
    ['ann', `act:${LINE}:${id}`, 4, mark, `${DAY}/${LINE}/quiz`, 1, 9] as const
  const rows = [row('b', 50), row('c', 51), row('d', 52)]
  const cut = { kind: 'recorded', asked: 4, cut: 'daily_cap' }
  expect(await commitCredits(env, { ref: LINE, at: 10, rows })).toEqual([
    { ...cut, flowers: 1, replayed: true },
    { ...cut, flowers: 0, replayed: true },
    { ...cut, flowers: 0, replayed: false },
  ])
  const ask = [{ act: `act:${LINE}:a`, reason: 'r' }]
  expect(await revokeFromBalances(env, LINE, ask, 1, 11)).toMatchObject([{ taken: 4, done: true }])
  expect((await loadHistory(env, 'ann', 99, 10)).map(({ kind, flowers }) => [kind, flowers])).toEqual([
    ['reversal', -4],
    ['pledge', -3],
    ['credit', 2],
    ['credit', 1],
    ['credit', 4],
  ])
  expect((await sumLedger(env)).differences).toEqual([])
})

import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

/**
 * D1 splits a migration into statements by itself, and not as SQLite does: it wants BEGIN in capitals, takes the first
 * END for the trigger's end, and stumbles over CRLF and over a trigger of several lines. What it cannot split it
 * refuses with `incomplete input`, on deploying, after every local test was green. So migrations are held to a form
 * that both read alike. (DESIGN.md, Traps; workers-sdk issues 10998, 15314, 15690, 4326.)
 */

const directory = resolve(import.meta.dirname, '../../migrations')
const names = readdirSync(directory).sort()
const read = (name: string): string => readFileSync(resolve(directory, name), 'utf8')

const isTrigger = (sql: string): boolean => /\bCREATE\s+TRIGGER\b/i.test(sql.replace(/--.*$/gm, ''))

const count = (sql: string, pattern: RegExp): number => sql.match(pattern)?.length ?? 0

/** What is wrong with the text of a migration, in words. */
function flawsOf(sql: string): string[] {
  const flaws: string[] = []
  const hold = (good: boolean, flaw: string) => {
    if (!good) flaws.push(flaw)
  }
  hold(!sql.includes('\r'), 'a carriage return')
  hold(!sql.startsWith('\ufeff'), 'a byte order mark')
  hold(sql.endsWith(';\n') && !sql.endsWith('\n\n'), 'does not end with ; and one line break')
  if (!isTrigger(sql)) {
    hold(!/\bBEGIN\b/i.test(sql.replace(/--.*$/gm, '')), 'a BEGIN outside a trigger')
    return flaws
  }
  hold(/^CREATE TRIGGER \w+ /.test(sql), 'more than one trigger statement')
  hold(count(sql, /\bCREATE\b/gi) === 1, 'more than one statement')
  hold(sql.indexOf('\n') === sql.length - 1, 'more than one line')
  hold(count(sql, /\bBEGIN\b/gi) === 1 && count(sql, / BEGIN /g) === 1, 'not exactly one BEGIN, in capitals')
  hold(count(sql, /\bEND\b/gi) === 1 && / END;\n$/.test(sql), 'not exactly one END, in capitals, at the end')
  hold(!/\bCASE\b/i.test(sql), 'a CASE, whose END would be taken for the end of the trigger')
  hold(!/--|\/\*/.test(sql), 'a comment')
  return flaws
}

describe('the migrations', () => {
  it('are there, triggers among them', () => {
    expect(names.length).toBeGreaterThan(0)
    expect(names.filter((name) => isTrigger(read(name))).length).toBeGreaterThan(0)
  })

  it('are SQL files numbered from 0001 without a gap', () => {
    expect(names.filter((name) => !/^\d{4}_[a-z0-9_]+\.sql$/.test(name))).toEqual([])
    expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, n) => n + 1))
  })

  it.each(names)('%s can be read by D1 as by SQLite', (name) => {
    expect(flawsOf(read(name))).toEqual([])
  })
})

describe('the check itself', () => {
  const good = "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT RAISE(ABORT, 'no'); END;\n"

  it('passes a trigger on one line and plain statements on many', () => {
    expect(flawsOf(good)).toEqual([])
    expect(
      flawsOf(
        '-- A trigger moves it; it BEGINs empty.\nCREATE TABLE a (\n  b TEXT\n);\nCREATE TABLE c (d);\n',
      ),
    ).toEqual([])
  })

  it.each([
    ['lower case', good.replace('BEGIN', 'begin')],
    ['lower case at the end', good.replace('END', 'end')],
    ['several lines', good.replace('BEGIN ', 'BEGIN\n')],
    ['CRLF', good.replace('\n', '\r\n')],
    ['an inner CASE', good.replace("'no'", "CASE WHEN 1 THEN 'a' END")],
    ['an inner case', good.replace("'no'", "case when 1 then 'a' end")],
    ['a second statement', `${good}CREATE TABLE b (c);\n`],
    ['a second statement before it', `CREATE TABLE b (c);\n${good}`],
    ['a second statement on its line', good.replace('\n', ' DROP TABLE a;\n')],
    ['a comment above it', `-- why\n${good}`],
    ['no semicolon', good.replace('END;', 'END')],
    ['no line break at the end', good.trimEnd()],
    ['an empty line at the end', `${good}\n`],
    ['a temporary trigger', good.replace('CREATE TRIGGER', 'CREATE TEMP TRIGGER')],
  ])('finds %s', (_, sql) => {
    expect(flawsOf(sql)).not.toEqual([])
  })
})

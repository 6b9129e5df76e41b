import type { Check } from './checks.ts'
import type { Row } from './run.ts'

const MARKS = { passed: 'pass', failed: 'FAIL', skipped: 'skip' } as const

/** Writes rows one by one as they come: what may stand in all but the last column is known before. */
export class Table {
  readonly #widths: readonly number[]

  constructor(lines: readonly string[], checks: readonly Check[]) {
    const widest = (texts: readonly string[]) => Math.max(...texts.map(({ length }) => length))
    this.#widths = [
      4,
      widest(['line', ...lines]),
      widest(checks.map(({ name }) => name)),
      widest(checks.map(({ expected }) => expected)),
    ]
  }

  heading(): string {
    return `${this.#write('', 'line', 'check', 'expected', 'got')}\n${'-'.repeat(
      this.#widths.reduce((sum, width) => sum + width + 2, 3),
    )}`
  }

  row({ outcome, line, check, got }: Row): string {
    const said = outcome === 'passed' ? 'the same' : got
    return this.#write(MARKS[outcome], line, check.name, check.expected, said)
  }

  #write(...cells: string[]): string {
    return cells
      .map((cell, place) => cell.padEnd(this.#widths[place] ?? 0))
      .join('  ')
      .trimEnd()
  }
}

/** `61 passed, 0 failed, 2 skipped`. */
export function summary(rows: readonly Row[]): string {
  const count = (outcome: Row['outcome']) => rows.filter((row) => row.outcome === outcome).length
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`
}

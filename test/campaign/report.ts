import type { Conservation } from '../../src/audit/conservation.ts'
import type { DreamChange } from './check.ts'
import type { LineDayReport } from './totals.ts'

/** How long requests of one kind took, in ms, and how many were answered a second while they were the main thing. */
export interface Latency {
  readonly answered: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly perSecond: number
}

/** What a campaign found. Amounts in flowers. */
export interface CampaignReport {
  readonly credited: number
  readonly pledged: number
  /** The balances of this campaign's users, as the worker tells them. */
  readonly left: number
  readonly dreams: readonly DreamChange[]
  /** The control totals of every line and day, as the platform recomputed them. */
  readonly lineDays: readonly LineDayReport[]
  /** The difference that was planted in a line's total, in words; null when no line did anything. */
  readonly planted: string | null
  /** The whole ledger, recomputed from D1: this campaign's users and all before. */
  readonly ledger: Conservation
  readonly pledge: Latency
  readonly webhook: Latency
  readonly seconds: number
  /** Times an impatient client hung up, and connections that broke or timed out. */
  readonly hungUp: number
  readonly broken: number
  /** Answers that refused or put off, by status and code; refused items of webhooks, by event type and reason. */
  readonly refusals: ReadonlyMap<string, number>
  /** The first few differences, in words; none when every flower is accounted for. */
  readonly differences: readonly string[]
  readonly differenceCount: number
}

/** Summarises the times of requests, in ms, that came in `elapsedMs`. Percentiles by nearest rank. */
export function latency(ms: readonly number[], elapsedMs: number): Latency {
  const sorted = ms.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  return {
    answered: ms.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    perSecond: (ms.length * 1_000) / elapsedMs,
  }
}

/** The report as a table, ending with the one sentence that matters. */
export function writeReport(report: CampaignReport): string {
  const { credited, pledged, left, ledger, refusals, hungUp, broken, differences, differenceCount } = report
  const refused = [...refusals].sort(([, a], [, b]) => b - a)
  const blocks = [
    table(
      ['this campaign', 'flowers'],
      [
        ['credited', whole(credited)],
        ['pledged', whole(pledged)],
        ['left', whole(left)],
      ],
    ),
    table(
      ['dream', 'before', 'after', 'by this run'],
      report.dreams.map(({ dream, before, after, byThisRun }) => [
        dream,
        whole(before),
        whole(after),
        whole(byThisRun),
      ]),
    ),
    table(
      ['line', 'day', 'acts', 'flowers', 'capped', 'totals'],
      report.lineDays.map(({ line, day, acts, flowers, capped, agrees }) => [
        ...[line, day, whole(acts), whole(flowers), whole(capped), agrees ? 'agree' : 'differ'],
      ]),
    ),
    table(
      ['whole ledger, from D1', 'flowers'],
      [
        ['credited', whole(ledger.credited)],
        ['in balances', whole(ledger.balances)],
        ['pledged', whole(ledger.pledged)],
        ['unexplained', whole(ledger.credited - ledger.balances - ledger.pledged)],
        ['conservation', ledger.holds ? 'holds' : 'broken'],
      ],
    ),
    table(
      ['requests', 'answered', 'p50 ms', 'p95 ms', 'p99 ms', 'a second'],
      (['pledge', 'webhook'] as const).map((kind) => {
        const { answered, p50, p95, p99, perSecond } = report[kind]
        return [kind, whole(answered), tenths(p50), tenths(p95), tenths(p99), whole(Math.round(perSecond))]
      }),
    ),
    table(
      ['refusals', 'times'],
      refused.map(([code, times]) => [code, whole(times)]),
    ),
    `Impatient clients hung up ${whole(hungUp)} times, ${whole(broken)} connections broke; it took ${tenths(report.seconds)} s.`,
    `Planted to be found by the control totals: ${report.planted}.`,
    differenceCount === 0
      ? 'Every flower is accounted for.'
      : [
          `${whole(differenceCount)} ${differenceCount === 1 ? 'difference' : 'differences'}:`,
          ...differences.map((difference) => `- ${difference}`),
          ...(differenceCount > differences.length
            ? [`- and ${whole(differenceCount - differences.length)} more`]
            : []),
        ].join('\n'),
  ]
  return blocks.join('\n\n')
}

/** Columns as wide as their widest cell; the first to the left, numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
  const rule = '-'.repeat(line(head).length)
  return [line(head), rule, ...rows.map(line)].join('\n')
}

const whole = (value: number): string => value.toLocaleString('en-US')

const tenths = (value: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 })

import { type Check, unmet } from './checks.ts'
import { actChecks } from './checks-acts.ts'
import { bodyChecks } from './checks-bodies.ts'
import { callbackChecks } from './checks-callbacks.ts'
import { examineChecks } from './checks-examine.ts'
import { linkChecks } from './checks-links.ts'
import { pledgeChecks } from './checks-pledges.ts'
import { rateChecks } from './checks-rates.ts'
import { revocationChecks } from './checks-revocations.ts'
import { signatureChecks } from './checks-signature.ts'
import { totalsChecks } from './checks-totals.ts'
import { Client } from './client.ts'
import { Door } from './door.ts'
import { Kit, Skipped } from './kit.ts'
import type { Options } from './options.ts'
import { Receiver } from './receiver.ts'

/** All checks, in the order they are made. */
export const allChecks: readonly Check[] = [
  ...signatureChecks,
  ...bodyChecks,
  // Before those that link the one user a run may have, for as long as it lasts.
  ...linkChecks,
  ...actChecks,
  ...revocationChecks,
  ...examineChecks,
  ...pledgeChecks,
  ...totalsChecks,
  ...rateChecks,
  ...callbackChecks,
]

/** What came of one check. `got` says why, where it was skipped. */
export interface Row {
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly line: string
  readonly check: Check
  readonly got: string
}

/** Nothing answers where the platform should be. */
export class NobodyThere extends Error {}

/** Makes all checks, one after the other; `onRow` hears of each. Throws NobodyThere. */
export async function runChecks(
  { base, lines, account, ownerToken, receiver }: Extract<Options, { kind: 'check' }>,
  onRow: (row: Row) => void,
): Promise<Row[]> {
  const client = new Client(base)
  const kit = new Kit({ client, account, ownerToken, receiver: receiver ? await Receiver.start() : null })
  try {
    await kit.survey().catch(() => {
      throw new NobodyThere()
    })
    const doors = lines.map((line) => new Door(kit, line))
    for (const door of doors) await door.survey()
    const rows: Row[] = []
    for (const check of allChecks) {
      const row = await make(check, doors)
      rows.push(row)
      onRow(row)
    }
    return rows
  } finally {
    await kit.end()
  }
}

/** Makes a check at the first line that has what it needs. */
async function make(check: Check, doors: readonly Door[]): Promise<Row> {
  const door = doors.find((each) => unmet(check, each) === null)
  const first = doors[0] as Door
  if (!door) return { outcome: 'skipped', line: first.id, check, got: unmet(check, first) ?? '' }
  const row = { line: door.id, check }
  try {
    const got = await check.run(door)
    return { ...row, outcome: got === check.expected ? 'passed' : 'failed', got }
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error)
    return { ...row, outcome: error instanceof Skipped ? 'skipped' : 'failed', got }
  }
}

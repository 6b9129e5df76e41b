import { listTotals } from '../dreams/store.ts'
import type { LedgerDatabases } from '../ledger/databases.ts'
import { sumLedger } from '../ledger/sums.ts'

/** What the conservation check found. Amounts in flowers. */
export interface Conservation {
  /** True when no flower is missing, double or unexplained. */
  readonly holds: boolean
  readonly accounts: number
  readonly credited: number
  /** Taken back from acts that were revoked (not in `credited`), and their lines' loss (still in it). */
  readonly reversed: number
  readonly lost: number
  readonly balances: number
  readonly pledged: number
  readonly dreams: readonly { readonly dream: string; readonly entries: number; readonly counted: number }[]
  readonly differences: readonly string[]
}

/**
 * Recomputes from the entries what must hold always: credits = balances + pledges, every count is the sum of
 * its entries, every dream has counted exactly its accepted pledges. A dream that is collecting counts up to a
 * second later than the ledger writes; check again when it differs under load.
 */
export async function checkConservation(
  env: LedgerDatabases & { readonly DB: D1Database },
): Promise<Conservation> {
  const sums = await sumLedger(env)
  const totals = new Map((await listTotals(env.DB)).map((dream) => [dream.id, dream]))
  const differences = [...sums.differences]
  const dreams: { dream: string; entries: number; counted: number }[] = []
  let pledged = 0
  for (const id of new Set([...totals.keys(), ...sums.pledgedByRef.keys()])) {
    const entries = sums.pledgedByRef.get(id) ?? { flowers: 0, pledges: 0 }
    const counted = totals.get(id) ?? { flowers: 0, pledges: 0 }
    pledged += entries.flowers
    if (entries.flowers === 0 && counted.flowers === 0) continue
    dreams.push({ dream: id, entries: entries.flowers, counted: counted.flowers })
    if (entries.flowers !== counted.flowers || entries.pledges !== counted.pledges)
      differences.push(
        `dream ${id} counts ${counted.flowers} flowers in ${counted.pledges} pledges, its entries are ${entries.flowers} in ${entries.pledges}`,
      )
  }
  const { accounts, credited, reversed, lost, balances } = sums
  if (credited !== balances + pledged)
    differences.push(`credited ${credited} is not balances ${balances} + pledged ${pledged}`)
  const holds = differences.length === 0
  return { holds, accounts, credited, reversed, lost, balances, pledged, dreams, differences }
}

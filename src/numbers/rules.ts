/** What a pass makes of what it counted. Pure. */

export const HOUR_MS = 3_600_000

/** What flowed in one hour or day. Amounts in flowers. */
export interface Flow {
  readonly earned: number
  readonly acts: number
  readonly takenBack: number
  readonly given: number
  readonly pledges: number
  readonly refunded: number
}

const NO_FLOW: Flow = { earned: 0, acts: 0, takenBack: 0, given: 0, pledges: 0, refunded: 0 }

/** A part of a flow at a place in time: an hour or a day, counted from 1970. */
export type FlowPart = { readonly at: number } & Partial<Flow>

function addFlow(sum: Flow, part: Partial<Flow>): Flow {
  return {
    earned: sum.earned + (part.earned ?? 0),
    acts: sum.acts + (part.acts ?? 0),
    takenBack: sum.takenBack + (part.takenBack ?? 0),
    given: sum.given + (part.given ?? 0),
    pledges: sum.pledges + (part.pledges ?? 0),
    refunded: sum.refunded + (part.refunded ?? 0),
  }
}

/** Parts that are at one time put together, in order of time. */
export function mergeFlows(parts: readonly FlowPart[]): ({ at: number } & Flow)[] {
  const flows = new Map<number, Flow>()
  for (const { at, ...part } of parts) flows.set(at, addFlow(flows.get(at) ?? NO_FLOW, part))
  return [...flows].sort(([a], [b]) => a - b).map(([at, flow]) => ({ at, ...flow }))
}

export const sumFlows = (flows: readonly Flow[]): Flow => flows.reduce(addFlow, NO_FLOW)

/** A day counted from 1970, as YYYY-MM-DD. */
export const writeDay = (day: number): string => new Date(day * 24 * HOUR_MS).toISOString().slice(0, 10)

/** What a pass summed before its horizon and of whole accounts, and what its cells sum to. */
export interface PassSums {
  readonly earned: number
  readonly takenBack: number
  readonly given: number
  readonly refunded: number
  readonly credited: number
  readonly pledged: number
  readonly balances: number
}

/** What of a pass does not add up, in words. */
export function checkSums(
  pass: PassSums,
  cells: Pick<PassSums, 'earned' | 'takenBack' | 'given' | 'refunded'>,
): string[] {
  const differences: string[] = []
  for (const name of ['earned', 'takenBack', 'given', 'refunded'] as const)
    if (pass[name] !== cells[name])
      differences.push(`${name} is ${pass[name]} by the entries and ${cells[name]} by the hours`)
  if (pass.credited !== pass.balances + pass.pledged)
    differences.push(`credited ${pass.credited} is not balances ${pass.balances} + pledged ${pass.pledged}`)
  return differences
}

/** A dream by its entries, and as it had published itself. */
export interface DreamCount {
  readonly dream: string
  readonly flowers: number
  readonly pledges: number
  readonly publishedFlowers: number
  readonly publishedPledges: number
  /** Flowers whose line is known. Absent in what passes noted before it was counted. */
  readonly sourced?: number
}

/**
 * Dreams that have not counted what their entries are, in words. A dream publishes up to a second later than the ledger
 * writes, so one that differs proves nothing: it is told when the pass before found the very same. Then, for as long as
 * lies between two passes, neither its entries nor what it published moved.
 */
export function checkDreams(now: readonly DreamCount[], before: readonly DreamCount[]): string[] {
  const earlier = new Map(before.map((count) => [count.dream, count]))
  return now.filter((count) => differs(count) && isSame(count, earlier.get(count.dream))).map(tellDream)
}

function differs(count: DreamCount): boolean {
  return count.flowers !== count.publishedFlowers || count.pledges !== count.publishedPledges
}

function isSame(a: DreamCount, b: DreamCount | undefined): boolean {
  return (
    a.flowers === b?.flowers &&
    a.pledges === b.pledges &&
    a.publishedFlowers === b.publishedFlowers &&
    a.publishedPledges === b.publishedPledges
  )
}

function tellDream({ dream, flowers, pledges, publishedFlowers, publishedPledges }: DreamCount): string {
  return `dream ${dream} counts ${publishedFlowers} flowers in ${publishedPledges} pledges, its entries are ${flowers} in ${pledges}`
}

/** What of a dream's flowers is from no line, or from lines twice. */
const unsourced = ({ flowers, sourced }: DreamCount): number =>
  sourced === undefined ? 0 : flowers - sourced

/**
 * Dreams whose flowers by line do not sum to what stands of their pledges, in words. An entry that was written long after
 * its time may be on the other side of one horizon than those it stands on, not of two: what differs is told when the
 * pass before found as much.
 */
export function checkSources(now: readonly DreamCount[], before: readonly DreamCount[]): string[] {
  const earlier = new Map(before.map((count) => [count.dream, unsourced(count)]))
  return now
    .filter((count) => unsourced(count) !== 0 && unsourced(count) === earlier.get(count.dream))
    .map(({ dream, flowers, sourced }) => `dream ${dream} has ${flowers} flowers, by line ${sourced}`)
}

/** The numbers of a campaign, or of everything, as a pass made them. */
export interface CampaignNumbers {
  /** Entries before this time are counted, in ms. */
  readonly asOf: number
  readonly totals: Flow & { readonly givers: number; readonly earners: number | null }
  readonly byLine: readonly (Pick<Flow, 'earned' | 'acts' | 'takenBack'> & {
    readonly line: string
    readonly earners: number | null
  })[]
  readonly byDream: readonly (Pick<Flow, 'given' | 'pledges' | 'refunded'> & {
    readonly dream: string
    readonly givers: number
  })[]
  /** By hour since 1970. */
  readonly byHour: readonly ({ readonly at: number } & Flow)[]
  readonly topEarned: readonly number[]
  readonly topGiven: readonly number[]
}

/** Numbers before anything was counted. */
export const NO_NUMBERS: Omit<CampaignNumbers, 'asOf'> & { readonly asOf: null } = {
  asOf: null,
  totals: { ...NO_FLOW, givers: 0, earners: null },
  byLine: [],
  byDream: [],
  byHour: [],
  topEarned: [],
  topGiven: [],
}

import type { TakeBackAsk, TakeBackOutcome } from '../dreams/outcomes.ts'
import { actKey } from '../ledger/ids.ts'
import type { Revocation, RevocationAsk, StandingPledge } from '../ledger/revocations.ts'

/** An act that its line takes back, and why. */
export interface RevokedAct {
  readonly id: string
  readonly reason: string
}

/**
 * What became of taking one act back. `flowers` were taken; `lost` is what could not be, because it had been given to
 * dreams that are decided on: the line's loss.
 * - revoked: done now.
 * - duplicate: it was taken back before.
 * - noted: the act is not known; should it come, it will not be credited.
 */
export interface RevokeResult {
  readonly id: string
  readonly outcome: 'revoked' | 'duplicate' | 'noted'
  readonly flowers: number
  readonly lost: number
  readonly reason?: 'unknown_act' | 'given_for_good'
}

/** Everything taking back needs of the world. */
export interface RevokeDeps {
  /** Takes what the accounts hold; repeating it is harmless. `given`: dreams from which nothing comes back. */
  revokeFromBalances(
    asks: readonly RevocationAsk[],
    mark: number,
    given: readonly string[] | null,
  ): Promise<readonly Revocation[]>
  findStandingPledges(
    users: readonly string[],
    without: readonly string[],
  ): Promise<readonly (readonly StandingPledge[])[]>
  /** Those of these dreams that are known to be decided on: nothing comes back from them. */
  findDecided(dreams: readonly string[]): Promise<readonly string[]>
  takeBack(dream: string, asks: readonly TakeBackAsk[]): Promise<readonly TakeBackOutcome[]>
  /** A whole number below 2^53, new for every call. */
  random(): number
}

/** Acts whose pledges are looked for at a time: one query each, in one call to the database. */
const CHUNK = 50

/** Dreams called at a time. */
const MAX_DREAMS = 32

/**
 * Rounds for one chunk in which nothing came back and no dream turned out to be decided on: only while its users pledge
 * anew as fast as they are looked at. The other rounds end by themselves, since there are so many pledges and dreams.
 */
const MAX_IDLE_ROUNDS = 5

/**
 * Takes acts back: first what the accounts hold, then pledges, newest first, through the dreams they were given to, as
 * long as those collect or settle. What cannot be had is booked as the line's loss. Each step is durable and harmless to
 * repeat, so a caller that ends in the midst, or is told `pending`, repeats the whole. Returns a result an act, in order.
 */
export async function revokeActs(
  line: string,
  acts: readonly RevokedAct[],
  deps: RevokeDeps,
): Promise<readonly RevokeResult[] | 'pending'> {
  const mark = deps.random()
  // Of an act that stands there twice the first counts; the other is a repeat.
  const reasons = new Map<string, string>()
  const first = acts.map(({ id, reason }) => {
    const key = actKey(line, id)
    if (reasons.has(key)) return false
    reasons.set(key, reason)
    return true
  })
  const states = new Map<string, Revocation>()
  const revoke = async (keys: readonly string[], given: readonly string[] | null) => {
    const asks = keys.map((act) => ({ act, reason: reasons.get(act) ?? '' }))
    for (const state of await deps.revokeFromBalances(asks, mark, given)) states.set(state.act, state)
  }
  const stillOpen = (keys: readonly string[]) => keys.filter((key) => !states.get(key)?.done)

  await revoke([...reasons.keys()], null)
  const open = stillOpen([...reasons.keys()])
  const tooLate = new Set<string>()
  // What cannot be done now keeps no other act waiting: an expired dream may take its time to give its flowers back.
  let pending = false
  for (let from = 0; from < open.length; from += CHUNK) {
    let left: readonly string[] = open.slice(from, from + CHUNK)
    for (let idle = 0; left.length > 0; ) {
      if (idle === MAX_IDLE_ROUNDS) {
        pending = true
        break
      }
      const chunk = left.map((key) => states.get(key) as Revocation)
      const before = { missing: missingOf(chunk), tooLate: tooLate.size }
      const pledges = await deps.findStandingPledges(
        chunk.map(({ user }) => user as string),
        [...tooLate],
      )
      const dreams = [...new Set(pledges.flat().map(({ dream }) => dream))]
      for (const dream of dreams.length > 0 ? await deps.findDecided(dreams) : []) tooLate.add(dream)
      const calls = [...plan(chunk, pledges, tooLate)].slice(0, MAX_DREAMS)
      const outcomes = await Promise.all(calls.map(([dream, asks]) => deps.takeBack(dream, asks)))
      let waits = false
      for (const [index, [dream]] of calls.entries())
        for (const { kind } of outcomes[index] ?? []) {
          if (kind === 'pending' || kind === 'shed') waits = true
          if (kind === 'too_late') tooLate.add(dream)
        }
      if (waits) {
        pending = true
        break
      }
      await revoke(left, [...tooLate])
      const missing = missingOf(left.map((key) => states.get(key) as Revocation))
      if (missing === before.missing && tooLate.size === before.tooLate) idle++
      left = stillOpen(left)
    }
  }
  if (pending) return 'pending'
  return acts.map(({ id }, place) =>
    toResult(id, states.get(actKey(line, id)) as Revocation, first[place] ? mark : null),
  )
}

/** Flowers that are still to be taken back. */
function missingOf(revocations: readonly Revocation[]): number {
  return revocations.reduce((sum, { flowers, taken }) => sum + flowers - taken, 0)
}

/** Which pledges to take back for which acts, by dream; none from those where it is too late. */
function plan(
  revocations: readonly Revocation[],
  pledges: readonly (readonly StandingPledge[])[],
  tooLate: ReadonlySet<string>,
): Map<string, TakeBackAsk[]> {
  const byDream = new Map<string, TakeBackAsk[]>()
  /** What an earlier act of the same user will take of a pledge. */
  const spoken = new Map<string, number>()
  revocations.forEach(({ act, flowers, taken }, place) => {
    let missing = flowers - taken
    for (const { user, key, dream, flowers: standing } of pledges[place] ?? []) {
      if (missing === 0) break
      if (tooLate.has(dream)) continue
      const name = `${user}\n${key}`
      const take = Math.min(missing, standing - (spoken.get(name) ?? 0))
      if (take === 0) continue
      missing -= take
      spoken.set(name, (spoken.get(name) ?? 0) + take)
      const asks = byDream.get(dream) ?? []
      asks.push({ user, pledge: key, act })
      byDream.set(dream, asks)
    }
  })
  return byDream
}

function toResult(
  id: string,
  { user, mark: first, taken, lost }: Revocation,
  mark: number | null,
): RevokeResult {
  const told = { id, flowers: taken, lost }
  if (first !== mark) return { ...told, outcome: 'duplicate' }
  if (user === null) return { ...told, outcome: 'noted', reason: 'unknown_act' }
  return { ...told, outcome: 'revoked', ...(lost > 0 ? { reason: 'given_for_good' } : {}) }
}

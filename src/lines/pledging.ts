import { dreamId } from '../dreams/ids.ts'
import type { PledgeAsk, PledgeOutcome } from '../dreams/outcomes.ts'
import { isFlowers } from '../ledger/flowers.ts'
import { askKey } from '../ledger/ids.ts'

/** A pledge that a line asks for in its user's name. */
export interface PledgeRequest {
  readonly id: string
  readonly user: string
  readonly dream: string
  readonly flowers: number
}

/** What became of a requested pledge. `duplicate`: this request was accepted before, with these flowers. */
export interface PledgeResult {
  readonly id: string
  readonly outcome: 'accepted' | 'duplicate' | 'refused'
  readonly flowers: number
  readonly reason?:
    | 'insufficient_flowers'
    | 'dream_not_collecting'
    | 'dream_not_found'
    | 'bad_flowers'
    | 'id_reused'
    | 'not_linked'
    | 'not_allowed'
}

/** The account a request is for, or why there is none that may be pledged from. */
export type PledgeAccount = { readonly user: string } | { readonly refused: 'not_linked' | 'not_allowed' }

/** Most dreams one body may pledge to: each is a call to another object. */
export const MAX_DREAMS_PER_EVENT = 32

/**
 * Sends requested pledges to their dreams, all dreams at once; `accounts` has one a request. Returns a result a request, in order, or why there are
 * none: then some may be done and the sender repeats the whole.
 */
export async function requestPledges(
  line: string,
  requests: readonly PledgeRequest[],
  accounts: readonly PledgeAccount[],
  pledge: (dream: string, asks: readonly PledgeAsk[]) => Promise<readonly PledgeOutcome[]>,
): Promise<readonly PledgeResult[] | 'pending' | 'shed' | 'too_many_dreams'> {
  const results: (PledgeResult | undefined)[] = new Array(requests.length)
  const byDream = new Map<string, { asks: PledgeAsk[]; places: number[] }>()
  requests.forEach(({ id, dream, flowers }, place) => {
    const account = accounts[place] as PledgeAccount
    if (!isFlowers(flowers)) results[place] = { id, outcome: 'refused', flowers: 0, reason: 'bad_flowers' }
    else if (!dreamId.safeParse(dream).success)
      results[place] = { id, outcome: 'refused', flowers: 0, reason: 'dream_not_found' }
    else if ('refused' in account)
      results[place] = { id, outcome: 'refused', flowers: 0, reason: account.refused }
    else {
      let group = byDream.get(dream)
      if (!group) {
        group = { asks: [], places: [] }
        byDream.set(dream, group)
      }
      group.asks.push({ user: account.user, key: askKey(line, id), flowers })
      group.places.push(place)
    }
  })
  if (byDream.size > MAX_DREAMS_PER_EVENT) return 'too_many_dreams'
  const groups = [...byDream]
  const outcomes = await Promise.all(groups.map(([dream, { asks }]) => pledge(dream, asks)))
  let shed = 0
  let pending = false
  for (const [index, [, { places }]] of groups.entries())
    for (const [offset, place] of places.entries()) {
      const result = toResult(requests[place] as PledgeRequest, outcomes[index]?.[offset] as PledgeOutcome)
      if (result === 'shed') shed++
      else if (result === 'pending') pending = true
      else results[place] = result
    }
  // "Nothing was done" is said only when it is true of the whole.
  const sent = groups.reduce((sum, [, { places }]) => sum + places.length, 0)
  if (shed > 0) return shed === sent ? 'shed' : 'pending'
  if (pending) return 'pending'
  return results as PledgeResult[]
}

function toResult({ id, flowers }: PledgeRequest, outcome: PledgeOutcome): PledgeResult | 'pending' | 'shed' {
  switch (outcome.kind) {
    case 'accepted':
      return { id, outcome: outcome.replayed ? 'duplicate' : 'accepted', flowers }
    case 'insufficient':
      return { id, outcome: 'refused', flowers: 0, reason: 'insufficient_flowers' }
    case 'reused':
      return { id, outcome: 'refused', flowers: 0, reason: 'id_reused' }
    case 'not_collecting':
      return { id, outcome: 'refused', flowers: 0, reason: 'dream_not_collecting' }
    case 'unknown_dream':
      return { id, outcome: 'refused', flowers: 0, reason: 'dream_not_found' }
    case 'pending':
    case 'shed':
      return outcome.kind
  }
}

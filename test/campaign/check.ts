import { setTimeout as sleep } from 'node:timers/promises'
import type { Conservation } from '../../src/audit/conservation.ts'
import { CannotPlay, type Client, describe } from './client.ts'
import type { Model } from './model.ts'
import type { Guest } from './plan.ts'

/** How long dreams may take to publish what they collected: a second each, and a busy machine's patience. */
const SETTLE_TIMEOUT_MS = 15_000

const SETTLE_POLL_MS = 500

/** How long one audit may take: it reads every entry, and asking again while it does would make it slower. */
const AUDIT_TIMEOUT_MS = 60_000

/** Asks the worker to recompute its ledger from the entries in D1. */
export async function audit(client: Client, operatorToken: string): Promise<Conservation> {
  const answer = await client.get('/v1/audit/conservation', operatorToken, AUDIT_TIMEOUT_MS)
  if (answer?.status === 401) throw new CannotPlay('The operator of the seed is unknown to this worker.')
  if (answer?.status !== 200) throw new CannotPlay(`GET /v1/audit/conservation answered ${describe(answer)}.`)
  return JSON.parse(answer.text) as Conservation
}

/** Audits until the dreams have published all they counted, or the time for that is over. */
export async function settledAudit(client: Client, operatorToken: string): Promise<Conservation> {
  for (const deadline = Date.now() + SETTLE_TIMEOUT_MS; ; await sleep(SETTLE_POLL_MS)) {
    const found = await audit(client, operatorToken)
    if (found.holds || Date.now() >= deadline) return found
  }
}

/** Holds one user's account, as the worker tells it, to the model. Returns what it holds now. */
export async function checkAccount(client: Client, model: Model, { user, token }: Guest): Promise<number> {
  const answer = await client.get('/v1/me', token)
  if (answer?.status !== 200) {
    model.differences.add(`the account of ${user} cannot be read: ${describe(answer)}`)
    return 0
  }
  const { balance, earned, pledged } = JSON.parse(answer.text) as Record<string, number>
  const found = `earned ${earned}, pledged ${pledged}, balance ${balance}`
  const told = model.account(user)
  const expected = `earned ${told.earned}, pledged ${told.pledged}, balance ${told.balance}`
  if (found !== expected) model.differences.add(`${user} has ${found}; by the answers ${expected}`)
  return balance ?? 0
}

/** One dream before and after the campaign, by its entries, and what this campaign gave it by the model. */
export interface DreamChange {
  readonly dream: string
  readonly before: number
  readonly after: number
  readonly byThisRun: number
}

/** Holds the dreams' entries and the audit itself to the model. Returns the dreams the campaign gave to. */
export function checkDreams(model: Model, before: Conservation, after: Conservation): DreamChange[] {
  for (const difference of after.differences) model.differences.add(`audit: ${difference}`)
  if (!after.holds && after.differences.length === 0) model.differences.add('the audit does not hold')
  const entriesOf = (found: Conservation) =>
    new Map(found.dreams.map(({ dream, entries }) => [dream, entries]))
  const [former, latter] = [entriesOf(before), entriesOf(after)]
  const changes = [...new Set([...latter.keys(), ...model.pledgedTo.keys()])].map((dream) => ({
    dream,
    before: former.get(dream) ?? 0,
    after: latter.get(dream) ?? 0,
    byThisRun: model.pledgedTo.get(dream) ?? 0,
  }))
  for (const { dream, before, after, byThisRun } of changes)
    if (after - before !== byThisRun)
      model.differences.add(`dream ${dream} gained ${after - before} flowers, this run gave it ${byThisRun}`)
  return changes
    .filter(({ before, after, byThisRun }) => byThisRun > 0 || after !== before)
    .sort((a, b) => b.byThisRun - a.byThisRun)
}

import type { PledgeOutcome } from '../../src/dreams/outcomes.ts'
import { entryId } from '../../src/ledger/ids.ts'
import { sumLedger } from '../../src/ledger/sums.ts'
import type { Aftermath } from './history.ts'

/**
 * What must hold after every history (DESIGN.md section 3, "What must hold, always"). Returns what does not, in words.
 */
export async function findViolations(after: Aftermath): Promise<string[]> {
  const found: string[] = []
  found.push(...(await conservation(after)))
  found.push(...pledgeVerdicts(after))
  found.push(...actVerdicts(after))
  found.push(...dreamLives(after))
  for (const who of after.unanswered) found.push(`no definite answer: ${who}`)
  return found
}

interface Entry {
  readonly user: string
  readonly key: string
  readonly kind: string
  readonly flowers: number
  readonly asked: number
  readonly ref: string
  readonly mark: number
  readonly tally: string | null
}

function readEntries({ database }: Aftermath): Entry[] {
  return database.sqlite.prepare('SELECT * FROM entries').all() as unknown as Entry[]
}

/** Credits = balances + pledges; accounts and tallies are their entries; dreams count and publish their entries. */
async function conservation(after: Aftermath): Promise<string[]> {
  const sums = await sumLedger({ DB: after.database.observe() })
  const found = [...sums.differences]
  let pledged = 0
  for (const { flowers } of sums.pledgedByRef.values()) pledged += flowers
  if (sums.credited !== sums.balances + pledged)
    found.push(`credited ${sums.credited}, but balances ${sums.balances} and pledged ${pledged}`)
  for (const dream of after.dreams) {
    const entries = sums.pledgedByRef.get(dream.id) ?? { flowers: 0, pledges: 0 }
    const published = after.database.sqlite
      .prepare('SELECT flowers, pledges, state FROM dreams WHERE id = ?')
      .get(dream.id) as { flowers: number; pledges: number; state: string }
    const record = dream.durable.record
    if (record && (record.flowers !== entries.flowers || record.pledges !== entries.pledges))
      found.push(
        `${dream.id} counts ${record.flowers} in ${record.pledges}, entries say ${JSON.stringify(entries)}`,
      )
    if (published.flowers !== entries.flowers || published.pledges !== entries.pledges)
      found.push(`${dream.id} publishes ${JSON.stringify(published)}, entries say ${JSON.stringify(entries)}`)
    if (record && published.state !== record.state)
      found.push(`${dream.id} is ${record.state} but publishes ${published.state}`)
  }
  return found
}

/** Every acknowledged pledge is there, once, as acknowledged; a key's verdict never changes. */
function pledgeVerdicts(after: Aftermath): string[] {
  const found: string[] = []
  const entries = new Map(readEntries(after).map((entry) => [`${entry.user} ${entry.key}`, entry]))
  for (const { user, key, dream, flowers, answers } of after.pledges) {
    const entry = entries.get(`${user} ${key}`)
    const name = `${user} ${key} to ${dream}`
    for (const answer of answers) {
      const problem = contradiction(answer, entry, dream, flowers)
      if (problem) found.push(`${name}: answered ${JSON.stringify(answer)}, but ${problem}`)
    }
    const firsts = answers.filter((answer) => answer.kind === 'accepted')
    if (new Set(firsts.map((answer) => `${answer.id} ${answer.at}`)).size > 1)
      found.push(`${name}: two different acceptances`)
    if (firsts.filter((answer) => !answer.replayed).length > 1) found.push(`${name}: accepted anew twice`)
  }
  return found
}

function contradiction(
  answer: PledgeOutcome,
  entry: Entry | undefined,
  dream: string,
  flowers: number,
): string | null {
  const matches = entry !== undefined && entry.ref === dream && entry.asked === flowers
  switch (answer.kind) {
    case 'accepted':
      if (!matches || entry.kind !== 'pledge' || entry.flowers !== -flowers)
        return `the entry is ${JSON.stringify(entry)}`
      return answer.id === entryId(dream, entry.mark) ? null : `the entry is ${entryId(dream, entry.mark)}`
    case 'insufficient':
      return matches && entry.kind === 'refused' ? null : `the entry is ${JSON.stringify(entry)}`
    case 'reused':
      return entry && !matches ? null : `the entry is ${JSON.stringify(entry)}`
    case 'not_collecting':
      return matches ? `the entry is ${JSON.stringify(entry)}` : null
    default:
      return 'that is no definite answer'
  }
}

/** An act is credited once, as told; what was told once is told again; no cap is exceeded. */
function actVerdicts(after: Aftermath): string[] {
  const found: string[] = []
  const credits = readEntries(after).filter(({ kind }) => kind === 'credit' || kind === 'capped')
  for (const { act, line, answers } of after.acts) {
    const mine = credits.filter(({ key }) => key === `act:${line}:${act.id}`)
    if (mine.length > 1) found.push(`act ${act.id} is credited ${mine.length} times`)
    const anew = answers.filter(({ outcome }) => outcome === 'credited' || outcome === 'capped')
    if (anew.length > 1) found.push(`act ${act.id} was credited anew ${anew.length} times`)
    for (const answer of answers)
      if (mine[0]?.user !== act.user || mine[0]?.flowers !== answer.flowers)
        found.push(
          `act ${act.id}: answered ${JSON.stringify(answer)}, the entry is ${JSON.stringify(mine[0])}`,
        )
  }
  const perDay = new Map<string, number>()
  for (const { user, tally, flowers } of credits)
    perDay.set(`${user} ${tally}`, (perDay.get(`${user} ${tally}`) ?? 0) + flowers)
  for (const [who, flowers] of perDay)
    if (flowers > after.capPerDay) found.push(`${who} was credited ${flowers}, the cap is ${after.capPerDay}`)
  return found
}

/** `reached` is said once when the quota is met and never before; a closed dream's total was final when it said so. */
function dreamLives(after: Aftermath): string[] {
  const found: string[] = []
  for (const dream of after.dreams) {
    const record = dream.durable.record
    if (!record) continue
    const events = after.database.sqlite
      .prepare('SELECT kind, at, flowers FROM dream_events WHERE dream = ?')
      .all(dream.id) as { kind: string; at: number; flowers: number }[]
    const reached = events.filter(({ kind }) => kind === 'reached')
    const should = record.flowers >= record.quota ? 1 : 0
    if (reached.length !== should || (record.reachedAt !== null ? 1 : 0) !== should)
      found.push(
        `${dream.id} has ${record.flowers} of ${record.quota} and said reached ${reached.length} times`,
      )
    if (reached[0] && reached[0].at !== record.reachedAt) found.push(`${dream.id} said reached at two times`)
    for (const { kind, flowers } of events)
      if (kind === 'closed' && flowers !== record.flowers)
        found.push(`${dream.id} was closed with ${flowers} but holds ${record.flowers}`)
    if (record.state === 'closing') found.push(`${dream.id} never ended closing`)
  }
  return found
}

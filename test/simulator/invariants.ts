import { lifeOf } from '../../src/dreams/moves.ts'
import type { PledgeOutcome } from '../../src/dreams/outcomes.ts'
import { actKey, entryId, holdingOf } from '../../src/ledger/ids.ts'
import { sumLedger } from '../../src/ledger/sums.ts'
import { decideMove, type LifeState } from '../../src/life/states.ts'
import { type Aftermath, DAY_CAP } from './history.ts'

/**
 * What must hold after every history (DESIGN.md section 3, "What must hold, always"). Returns what does not, in words.
 */
export async function findViolations(after: Aftermath): Promise<string[]> {
  const found: string[] = []
  found.push(...(await conservation(after)))
  found.push(...pledgeVerdicts(after))
  found.push(...actVerdicts(after))
  found.push(...allowances(after))
  found.push(...revocations(after))
  found.push(...links(after))
  found.push(...dreamLives(after))
  found.push(...moves(after))
  found.push(...returns(after))
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
  readonly origin: string | null
  readonly seq: number
  readonly at: number
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

/** An act is credited once, as told; what was told once is told again; what was taken back before it came is not. */
function actVerdicts(after: Aftermath): string[] {
  const found: string[] = []
  const entries = readEntries(after).filter(({ kind }) => kind === 'credit' || kind === 'capped')
  const credits = new Map(entries.map((entry) => [entry.key, entry]))
  if (credits.size < entries.length) found.push('an act is credited twice')
  for (const { act, line, answers } of after.acts) {
    const mine = credits.get(actKey(line, act.id))
    const claimant = line === 'l1' ? holdingOf(line, act.user) : act.user
    const anew = answers.filter(({ outcome }) => outcome === 'credited' || outcome === 'capped')
    if (anew.length > 1) found.push(`act ${act.id} was credited anew ${anew.length} times`)
    for (const answer of answers) {
      const fits =
        answer.outcome === 'refused'
          ? answer.reason === 'revoked' && mine === undefined
          : mine && (mine.origin ?? mine.user) === claimant && mine.flowers === answer.flowers
      if (!fits)
        found.push(`act ${act.id}: answered ${JSON.stringify(answer)}, the entry is ${JSON.stringify(mine)}`)
    }
  }
  return found
}

/** No allowance is exceeded when an act is credited, as the entries stood then. */
function allowances(after: Aftermath): string[] {
  const found: string[] = []
  const rules = new Map(
    (
      after.database.sqlite.prepare('SELECT * FROM earning_rules').all() as {
        line: string
        cap_per_day: number
        cap_per_campaign: number | null
        line_budget: number
        cooldown_seconds: number
      }[]
    ).map((rule) => [rule.line, rule]),
  )
  const actedAt = new Map(
    after.acts.map(({ act, line }) => [actKey(line, act.id), Date.parse(act.at)] as const),
  )
  const revoked = new Set(
    (after.database.sqlite.prepare('SELECT act FROM revocations').all() as { act: string }[]).map(
      ({ act }) => act,
    ),
  )
  const used = new Map<string, number>()
  const acted = new Map<string, number[]>()
  const given = new Map<string, number>()
  for (const { user, key, kind, flowers, ref, tally } of readEntries(after).sort((a, b) => a.seq - b.seq)) {
    if (tally === null || flowers === 0) continue
    const rule = rules.get(ref)
    const day = used.set(`${user} ${tally}`, (used.get(`${user} ${tally}`) ?? 0) + flowers)
    const campaign = used.set(`${user} ${ref}`, (used.get(`${user} ${ref}`) ?? 0) + flowers)
    if (kind !== 'moved') given.set(ref, (given.get(ref) ?? 0) + flowers)
    if (kind !== 'credit' || !rule) continue
    if ((day.get(`${user} ${tally}`) ?? 0) > rule.cap_per_day) found.push(`${key} is beyond the day's cap`)
    if (rule.cap_per_campaign !== null && (campaign.get(`${user} ${ref}`) ?? 0) > rule.cap_per_campaign)
      found.push(`${key} is beyond the campaign's cap`)
    if (revoked.has(key)) continue
    const times = acted.get(`${user} ${ref}`) ?? []
    acted.set(`${user} ${ref}`, times)
    const at = actedAt.get(key) ?? 0
    if (times.some((other) => Math.abs(other - at) < rule.cooldown_seconds * 1_000))
      found.push(`${key} was credited within the cooldown`)
    times.push(at)
  }
  // An id of a line earns no more for being linked, unlinked and linked again.
  const earned = new Map<string, number>()
  const credits = new Map<string, Entry>()
  for (const entry of readEntries(after)) if (entry.kind === 'credit') credits.set(entry.key, entry)
  for (const { key, kind, flowers, origin } of readEntries(after)) {
    const credit =
      kind === 'credit' ? credits.get(key) : kind === 'reversal' ? credits.get(origin ?? '') : null
    if (!credit?.tally) continue
    const name = `${credit.origin ?? credit.user} ${credit.tally}`
    earned.set(name, (earned.get(name) ?? 0) + flowers)
  }
  for (const [name, flowers] of earned)
    if (flowers > DAY_CAP) found.push(`${name} earned ${flowers}, the day's cap is ${DAY_CAP}`)
  for (const [line, flowers] of given)
    if (flowers > (rules.get(line)?.line_budget ?? 0))
      found.push(`${line} gave ${flowers}, its budget is ${rules.get(line)?.line_budget}`)
  return found
}

interface RevocationRow {
  readonly act: string
  readonly user: string | null
  readonly flowers: number
  readonly taken: number
  readonly lost: number
  readonly done_at: number | null
}

/** What is taken back is the act's flowers, once, as told; what is lost lies in dreams that are decided on. */
function revocations(after: Aftermath): string[] {
  const found: string[] = []
  const rows = after.database.sqlite.prepare('SELECT * FROM revocations').all() as unknown as RevocationRow[]
  const byAct = new Map(rows.map((row) => [row.act, row]))
  const entries = readEntries(after)
  const credits = new Map(
    entries.filter(({ kind }) => kind === 'credit' || kind === 'capped').map((entry) => [entry.key, entry]),
  )
  const lostOf = new Map<string, number>()
  for (const row of rows) {
    const { act, user, flowers, taken, lost, done_at } = row
    if (done_at === null) found.push(`the revocation of ${act} never ended`)
    if (flowers !== (credits.get(act)?.flowers ?? 0) || taken + lost !== flowers)
      found.push(`the revocation ${JSON.stringify(row)} does not add up: ${JSON.stringify(credits.get(act))}`)
    if (user === null && credits.has(act)) found.push(`${act} was taken back before it came, and credited`)
    if (user !== null && lost > 0) lostOf.set(user, (lostOf.get(user) ?? 0) + lost)
    const back = entries.filter(({ kind, origin }) => kind === 'reversal' && origin === act)
    if (-back.reduce((sum, entry) => sum + entry.flowers, 0) !== taken)
      found.push(`${act}: ${taken} were taken, the entries are ${JSON.stringify(back)}`)
  }
  for (const { act, line, revocations: answers } of after.acts)
    for (const answer of answers) {
      const row = byAct.get(actKey(line, act.id))
      if (row?.taken !== answer.flowers || row.lost !== answer.lost)
        found.push(`revoking ${act.id}: answered ${JSON.stringify(answer)}, it is ${JSON.stringify(row)}`)
    }
  const decided = new Set<string>()
  for (const { id, durable } of after.dreams) if (durable.record?.fundedAt) decided.add(id)
  for (const [user, lost] of lostOf) {
    const given = entries
      .filter(
        (entry) => entry.user === user && decided.has(entry.ref) && /^(pledge|refund)$/.test(entry.kind),
      )
      .reduce((sum, entry) => sum - entry.flowers, 0)
    if (lost > given) found.push(`${user}: ${lost} are lost, but only ${given} are given for good`)
  }
  return found
}

/** A linked account has what its holding account had; nothing waits beside it. */
function links(after: Aftermath): string[] {
  const rows = after.database.sqlite
    .prepare(
      'SELECT k.holding, k.user, a.earned - a.pledged AS flowers FROM links k JOIN accounts a ON a.user = k.holding WHERE a.earned > a.pledged',
    )
    .all()
  return rows.map((row) => `a linked holding account holds flowers: ${JSON.stringify(row)}`)
}

/** `reached` is said once when the quota is met and never before; what is decided on stays as it was decided on. */
function dreamLives(after: Aftermath): string[] {
  const found: string[] = []
  const refunds = readEntries(after).filter(({ kind }) => kind === 'refund')
  for (const dream of after.dreams) {
    const record = dream.durable.record
    if (!record) continue
    const events = after.database.sqlite
      .prepare('SELECT kind, at, flowers FROM dream_events WHERE dream = ?')
      .all(dream.id) as { kind: string; at: number; flowers: number }[]
    const told = after.database.sqlite
      .prepare("SELECT type FROM outbox WHERE json_extract(data, '$.dream') = ?")
      .all(dream.id)
    if (told.length !== events.length)
      found.push(`${dream.id} noted ${events.length} events and told ${told.length}`)
    const taken = refunds.filter(({ ref }) => ref === dream.id)
    const reached = events.filter(({ kind }) => kind === 'reached')
    const met = record.flowers >= record.quota
    if (met ? reached.length !== 1 : reached.length > (taken.length > 0 ? 1 : 0))
      found.push(
        `${dream.id} has ${record.flowers} of ${record.quota} and said reached ${reached.length} times`,
      )
    if ((record.reachedAt !== null ? 1 : 0) !== reached.length)
      found.push(`${dream.id} knows that it was reached and does not say so, or the reverse`)
    if (reached[0] && reached[0].at !== record.reachedAt) found.push(`${dream.id} said reached at two times`)
    const funded = events.filter(({ kind }) => kind === 'funded')
    if (funded.length !== (record.fundedAt === null ? 0 : 1))
      found.push(`${dream.id} said funded ${funded.length} times, funded at ${record.fundedAt}`)
    if (funded[0] && funded[0].at !== record.fundedAt) found.push(`${dream.id} said funded at two times`)
    if (met !== (record.fundedAt !== null))
      found.push(`${dream.id} has ${record.flowers} of ${record.quota}, funded at ${record.fundedAt}`)
    for (const { key, at } of taken)
      if (record.fundedAt !== null && at > record.fundedAt) found.push(`${key} came after the funding`)
    for (const { kind, flowers } of events)
      if (kind === 'closed' && (taken.length > 0 ? flowers < record.flowers : flowers !== record.flowers))
        found.push(`${dream.id} was closed with ${flowers} but holds ${record.flowers}`)
    if (record.state === 'closing') found.push(`${dream.id} never ended closing`)
  }
  return found
}

/** Every move of a dream is noted once, in the audit log and in the news, and together they are one way through its life. */
function moves(after: Aftermath): string[] {
  const found: string[] = []
  for (const { id, durable } of after.dreams) {
    const { record } = durable
    if (!record) continue
    const told = (sql: string) =>
      (after.database.sqlite.prepare(sql).all(id) as { told: string }[]).map(
        ({ told }) => JSON.parse(told) as { from: LifeState; to: LifeState },
      )
    const news = told("SELECT data AS told FROM news WHERE dream = ? AND kind = 'moved' ORDER BY id")
    const log = told("SELECT detail AS told FROM audit_log WHERE subject = 'dream:' || ? ORDER BY id")
    if (JSON.stringify(news) !== JSON.stringify(log))
      found.push(`${id}: the news are ${JSON.stringify(news)}, the audit log ${JSON.stringify(log)}`)
    if (news.length !== record.movesMade)
      found.push(`${id} made ${record.movesMade} moves and told ${news.length}`)
    let life: LifeState = 'published'
    for (const { from, to } of news) {
      if (from !== life || decideMove(from, to, ['clock'], null).kind === 'refuse')
        found.push(`${id} was ${life} and is said to have gone from ${from} to ${to}`)
      life = to
    }
    if (life !== lifeOf(record, after.now))
      found.push(`${id} is said to be ${life}: ${JSON.stringify(record)}`)
  }
  return found
}

/** An expired dream holds nothing any more: each of its pledges went back, as far as it stood; no other dream's did. */
function returns(after: Aftermath): string[] {
  const found: string[] = []
  const entries = readEntries(after)
  const back = new Map<string, number>()
  for (const { user, kind, flowers, origin } of entries)
    if (kind === 'refund') back.set(`${user} ${origin}`, (back.get(`${user} ${origin}`) ?? 0) + flowers)
  for (const { id, durable } of after.dreams) {
    const { record } = durable
    if (!record) continue
    const given = entries.filter(({ ref, key }) => ref === id && key.startsWith('exp:'))
    if (record.expiredAt === null) {
      if (given.length > 0) found.push(`${id} gave pledges back and is ${record.life}`)
      continue
    }
    if (record.returnedAt === null) found.push(`${id} expired and never gave everything back`)
    if (record.flowers !== 0 || record.pledges !== 0)
      found.push(`${id} expired and holds ${record.flowers} flowers in ${record.pledges} pledges`)
    const sum = given.reduce((flowers, entry) => flowers + entry.flowers, 0)
    if (record.returnedFlowers !== sum || record.returnedPledges !== given.length)
      found.push(`${id} says ${record.returnedFlowers} went back, its entries ${sum} in ${given.length}`)
    for (const { user, key, kind, ref, flowers } of entries)
      if (kind === 'pledge' && ref === id && back.get(`${user} ${key}`) !== -flowers)
        found.push(
          `of ${key} of ${user} to ${id} ${back.get(`${user} ${key}`) ?? 0} of ${-flowers} went back`,
        )
  }
  return found
}

import { drizzle } from 'drizzle-orm/d1'
import type { PledgeOutcome } from '../../src/dreams/outcomes.ts'
import { dreams as dreamsTable } from '../../src/dreams/schema.ts'
import { holdingOf } from '../../src/ledger/ids.ts'
import { moveHolding } from '../../src/ledger/moves.ts'
import type { ActResult } from '../../src/lines/reporter.ts'
import type { RevokeResult } from '../../src/lines/revoking.ts'
import type { ReportedAct } from '../../src/lines/rules.ts'
import { findUnmoved, insertCodes, removeLink, useCode } from '../../src/links/store.ts'
import { earningRules, lines as linesTable } from '../../src/registry/schema.ts'
import { type Bug, editMigration, plantInDatabase, skippedMigrations } from './bugs.ts'
import { Clock } from './clock.ts'
import { SimDatabase } from './database.ts'
import { findViolations } from './invariants.ts'
import { SimDream, SimLine, SimRequest } from './objects.ts'

/** What a client learnt of one pledge it made: the definite answers, in the order they came. */
interface PledgeStory {
  readonly user: string
  readonly key: string
  readonly dream: string
  readonly flowers: number
  readonly answers: PledgeOutcome[]
}

/** What a line learnt of one act. */
interface ActStory {
  readonly act: ReportedAct
  readonly line: string
  readonly answers: ActResult[]
  /** What the line learnt of taking it back. */
  readonly revocations: RevokeResult[]
}

/** Everything a history leaves behind, for the invariants. */
export interface Aftermath {
  readonly database: SimDatabase
  readonly dreams: readonly SimDream[]
  readonly pledges: readonly PledgeStory[]
  readonly acts: readonly ActStory[]
  /** Ids whose client never got a definite answer. */
  readonly unanswered: readonly string[]
  /** When the history ended. */
  readonly now: number
}

/** The cap of both lines' rules. */
export const DAY_CAP = 6

const DAY_MS = 24 * 60 * 60 * 1_000
const MINUTE_MS = 60 * 1_000

/** Lines: l0 speaks of the platform's ids, l1 of its own (p0 is u0's, and so on). */
const LINES = ['l0', 'l1']

/** Tries of one client at one request; with faults over after a while, far fewer are needed. */
const MAX_TRIES = 200
const MAX_EVENTS = 60_000

/**
 * Plays one history: users and lines at work on dreams and lines, a database that loses and delays, objects that end
 * at any step, a close in the midst. Then the faults stop, everything comes to rest, and the invariants are checked.
 * Returns what does not hold, in words.
 */
export async function playHistory(seed: number, bug: Bug | null = null): Promise<string[]> {
  const clock = new Clock(seed)
  const { random } = clock
  const database = new SimDatabase(clock, skippedMigrations(bug), (name, sql) =>
    editMigration(bug, name, sql),
  )
  plantInDatabase(bug, database)
  const opensAt = await plantWorld(clock, database)

  let faulty = true
  const alarmTwice = () => faulty && random.chance(0.2)
  const dreams = ['d0', 'd1', 'd2'].map((id) => new SimDream(clock, database, id, bug, alarmTwice))
  const lines = LINES.map((id) => new SimLine(clock, database, id))
  const users = ['u0', 'u1', 'u2', 'u3', 'u4']
  const pledges: PledgeStory[] = []
  const acts: ActStory[] = []
  const unanswered: string[] = []
  let codes = 0

  database.faults = {
    loseRequest: random.next() * 0.2,
    loseReply: random.next() * 0.2,
    late: random.next() * 0.2,
  }
  const crashChance = random.next() * 0.02

  for (let i = 0; i < 12; i++) {
    const line = random.pick(lines)
    const batch = Array.from({ length: random.between(1, 5) }, (_, j): ActStory => {
      // Some ids repeat: within the body, and as if another delivery had carried the same act.
      const again = acts.length > 0 && random.chance(0.2) ? random.pick(acts) : null
      if (again && again.line === line.id) return again
      const act = {
        id: `a${i}.${j}`,
        user: line.id === 'l1' ? random.pick(users).replace('u', 'p') : random.pick(users),
        kind: 'gift',
        quantity: random.between(1, 4),
        at: new Date(
          clock.now - random.between(0, 1) * DAY_MS - random.between(0, 40) * MINUTE_MS,
        ).toISOString(),
      }
      return { act, line: line.id, answers: [], revocations: [] }
    })
    for (const story of batch) if (!acts.includes(story)) acts.push(story)
    const deliveries = random.chance(0.3) ? 2 : 1
    for (let d = 0; d < deliveries; d++)
      clock.after(random.between(0, random.chance(0.5) ? 3_000 : 14_000), () => void deliver(line, batch))
  }

  for (let i = 0; i < 40; i++) {
    const story: PledgeStory = {
      user: random.pick(users),
      key: `k:${i}`,
      dream: random.pick(dreams).id,
      flowers: random.between(1, 4),
      answers: [],
    }
    pledges.push(story)
    const start = random.between(0, 8_000)
    clock.after(start, () => void give(story))
    if (random.chance(0.25)) clock.after(start + random.between(0, 50), () => void give(story))
    // The same key again, late; and with another dream or another number of flowers, at about any time.
    if (random.chance(0.2)) clock.after(random.between(start, 12_000), () => void give(story))
    if (random.chance(0.2)) {
      const other: PledgeStory = random.chance(0.5)
        ? { ...story, dream: random.pick(dreams).id, answers: [] }
        : { ...story, flowers: random.between(1, 4), answers: [] }
      pledges.push(other)
      const again = random.between(start, random.chance(0.5) ? start + 20 : 12_000)
      clock.after(again, () => void give(other))
      clock.after(again + random.between(0, 2), () => void give(story))
    }
  }
  // Lines take acts back, some before they were reported, some again and again.
  for (let i = 0; i < 10; i++) {
    const first = random.pick(acts)
    const stories = [first, ...acts.filter(({ line }) => line === first.line && random.chance(0.1))]
    const start = random.between(0, 14_000)
    clock.after(start, () => void revoke(stories.slice(0, 4)))
    if (random.chance(0.6)) clock.after(start + random.between(0, 30), () => void revoke([first]))
    if (random.chance(0.2)) clock.after(random.between(0, 14_000), () => void revoke([first]))
  }

  // Users link their id of l1, undo it, and link again, sometimes the id of another.
  for (const user of users) {
    let at = random.between(0, 10_000)
    if (random.chance(0.7)) clock.after(at, () => void link(user, user.replace('u', 'p')))
    at += random.between(0, 4_000)
    if (random.chance(0.3)) clock.after(at, () => void unlink(user.replace('u', 'p')))
    at += random.between(0, 4_000)
    if (random.chance(0.4)) clock.after(at, () => void link(user, random.pick(users).replace('u', 'p')))
  }

  // Some dreams are made longer, when their end is near or past.
  for (const dream of dreams)
    if (random.chance(0.3)) clock.after(random.between(0, 12_000), () => void extend(dream))

  for (const dream of dreams)
    if (random.chance(0.5)) clock.after(random.between(0, 10_000), () => void close(dream))

  const crashSome = () => {
    if (faulty && random.chance(crashChance)) random.pick([...dreams, ...lines]).crash()
  }
  await clock.run(20_000, MAX_EVENTS, crashSome)
  faulty = false
  database.faults = { loseRequest: 0, loseReply: 0, late: 0 }
  // Beyond the longest backoff, the longest attempt and the latest delivery of what was sent before.
  await clock.run(300_000, MAX_EVENTS)
  // What the scheduled job would move.
  const { env } = new SimRequest(clock, database, dreams)
  const rest = findUnmoved(env.DB, 100).then(async (left) => {
    for (const holding of left) await moveHolding(env, holding, clock.now)
  })
  await clock.run(60_000, MAX_EVENTS)
  await rest
  return findViolations({ database, dreams, pledges, acts, unanswered, now: clock.now })

  async function give(story: PledgeStory): Promise<void> {
    const dream = dreams.find(({ id }) => id === story.dream) as SimDream
    const { user, key, flowers } = story
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      await clock.sleep(random.between(0, 5))
      try {
        if (faulty && random.chance(0.05)) throw new Error('request lost on the way')
        const askedAt = clock.now
        const [outcome] = await dream.pledge([{ user, key, flowers }])
        // Before it opens that is no last word.
        if (outcome?.kind === 'not_collecting' && askedAt < (opensAt.get(dream.id) ?? 0))
          throw new Error('too early')
        if (faulty && random.chance(0.05)) throw new Error('answer lost on the way')
        if (outcome && outcome.kind !== 'pending' && outcome.kind !== 'shed') {
          story.answers.push(outcome)
          return
        }
      } catch {
        // The client knows nothing and repeats, as it does for pending and shed.
      }
      await clock.sleep(random.between(50, 1_500))
    }
    unanswered.push(`${user} ${key} ${story.dream}`)
  }

  async function deliver(line: SimLine, batch: readonly ActStory[]): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      try {
        const outcome = await line.report(batch.map(({ act }) => act))
        if (faulty && random.chance(0.05)) throw new Error('answer lost on the way')
        if (outcome.kind === 'results') {
          batch.forEach((story, place) => void story.answers.push(outcome.results[place] as ActResult))
          return
        }
      } catch {
        // No 2xx: the line repeats the whole body.
      }
      await clock.sleep(random.between(50, 1_500))
    }
    unanswered.push(`${line.id} ${batch.map(({ act }) => act.id)}`)
  }

  async function revoke(stories: readonly ActStory[]): Promise<void> {
    const line = (stories[0] as ActStory).line
    const revoked = stories.map(({ act: { id } }) => ({ id, reason: 'not done' }))
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const request = new SimRequest(clock, database, dreams)
      const outcome = await within(10_000, request.revoke(line, revoked)).catch(() => 'pending' as const)
      if (outcome !== 'pending' && !(faulty && random.chance(0.1))) {
        stories.forEach((story, place) => void story.revocations.push(outcome[place] as RevokeResult))
        return
      }
      await clock.sleep(random.between(50, 1_500))
    }
    unanswered.push(`revoking ${line} ${revoked.map(({ id }) => id)}`)
  }

  async function link(user: string, lineUser: string): Promise<void> {
    const holding = holdingOf('l1', lineUser)
    let hash = ''
    await persist(`code ${user}`, ({ DB }) => {
      hash = `code-${codes++}`
      return insertCodes(DB, 'l1', [{ hash, user }], clock.now)
    })
    await persist(`link ${user} ${lineUser}`, async (env) => {
      const outcome = await useCode(env.DB, hash, 'l1', { holding }, clock.now)
      if (outcome.kind === 'linked') await moveHolding(env, holding, clock.now)
    })
  }

  async function unlink(lineUser: string): Promise<void> {
    const holding = holdingOf('l1', lineUser)
    await persist(`unlink ${lineUser}`, ({ DB }) => removeLink(DB, { holding }, 'l1', clock.now))
  }

  /** A request that its client repeats until it is answered. */
  async function persist(
    name: string,
    run: (env: { readonly DB: D1Database }) => Promise<unknown>,
  ): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      try {
        await within(5_000, run(new SimRequest(clock, database, dreams).env))
        return
      } catch {
        await clock.sleep(random.between(50, 1_500))
      }
    }
    unanswered.push(name)
  }

  /** The result, or an error when the client has waited long enough. */
  function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
    return Promise.race([
      work,
      clock.sleep(ms).then(() => {
        throw new Error('no answer in time')
      }),
    ])
  }

  async function extend(dream: SimDream): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      try {
        await dream.extend(clock.now + 6_000)
        return
      } catch {
        await clock.sleep(100)
      }
    }
  }

  async function close(dream: SimDream): Promise<void> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      try {
        if (await dream.close()) return
      } catch {
        await clock.sleep(100)
      }
    }
  }
}

/** Plants dreams and lines. Returns when each dream opens. */
async function plantWorld(clock: Clock, database: SimDatabase): Promise<ReadonlyMap<string, number>> {
  const { random, now } = clock
  const orm = drizzle(database.observe())
  const opens = new Map<string, number>()
  for (const [position, id] of ['d0', 'd1', 'd2'].entries()) {
    const opensAt = random.chance(0.3) ? now + random.between(0, 1_500) : now - DAY_MS
    opens.set(id, opensAt)
    await orm.insert(dreamsTable).values({
      id,
      position,
      title: id,
      titleEn: id,
      summary: '',
      quota: random.between(5, 25),
      opensAt,
      closesAt: now + (random.chance(0.3) ? random.between(2_000, 12_000) : 10 * DAY_MS),
      state: 'collecting',
      asOf: now,
    })
  }
  for (const id of LINES) {
    const own = id === 'l1'
    await orm
      .insert(linesTable)
      .values({ id, name: id, nameEn: id, userIds: own ? 'own' : 'platform', kinds: ['gift'] })
    await orm.insert(earningRules).values({
      line: id,
      kind: 'gift',
      version: 1,
      state: 'active',
      per: 1,
      flowers: 1,
      capPerDay: DAY_CAP,
      capPerCampaign: own ? null : 9,
      lineBudget: random.between(15, 50),
      cooldownSeconds: own ? 10 * 60 : 0,
      createdAt: now,
    })
  }
  return opens
}

import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendEvent } from '../../src/local/send-event.ts'
import { signLocalToken } from '../../src/users/local-issuer.ts'
import { buildWorker } from './build.ts'
import type { ServeOptions } from './serve.ts'
import { prepareWorker, type RunningWorker, startWorker } from './worker-process.ts'

const KILLS = 4
const CLIENTS = 24
const USERS = 40
/** The gift line's cap for a day. */
const FLOWERS_EACH = 100
/** Keys asked at a time when all are asked again. */
const ASKED_AT_ONCE = 64
/** How long the clients press on before each kill; only the load depends on it, no assertion. */
const LOAD_MS = 1_200

interface Known {
  readonly user: string
  readonly key: string
  /** The body of the 201 it was given, or null while no definite answer came. */
  acknowledged: string | null
}

let options: ServeOptions
let worker: RunningWorker

async function pledge(token: string, key: string): Promise<Response> {
  return fetch(`${worker.url}/v1/dreams/hearing-screening/pledges`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      'Idempotency-Key': key,
    },
    body: '{"flowers":1}',
  })
}

describe('a worker that is killed under load', () => {
  beforeAll(async () => {
    options = await prepareWorker(buildWorker())
    worker = await startWorker(options)
  })
  afterAll(async () => {
    await worker.kill()
    rmSync(options.state, { recursive: true, force: true })
  })

  it('has every pledge it acknowledged, once, after each restart', async () => {
    const users = Array.from({ length: USERS }, (_, n) => `user-${n}`)
    const tokens = new Map<string, string>()
    for (const user of users)
      tokens.set(user, await signLocalToken(options.signingKey, user, { lifetime: '1h' }))
    const acts = users.map((user) => ({
      id: `fund-${user}`,
      user,
      kind: 'gift',
      quantity: FLOWERS_EACH,
      at: new Date().toISOString(),
    }))
    const funded = await sendEvent(worker.url, 'gift', worker.seed.lines.gift?.secret ?? '', {
      type: 'acts.reported',
      data: { acts },
    })
    expect(funded.status).toBe(200)

    const known: Known[] = []
    let inFlightAtKill = 0
    for (let kill = 0; kill < KILLS; kill++) {
      let loading = true
      const clients = Array.from({ length: CLIENTS }, async (_, client) => {
        for (let n = 0; loading; n++) {
          const user = users[(client + n) % USERS] as string
          const mine: Known = { user, key: `${kill}-${client}-${n}`, acknowledged: null }
          known.push(mine)
          try {
            const answer = await pledge(tokens.get(user) as string, mine.key)
            if (answer.status === 201) mine.acknowledged = await answer.text()
          } catch {
            inFlightAtKill++
            return
          }
        }
      })
      await new Promise((done) => setTimeout(done, LOAD_MS))
      await worker.kill()
      loading = false
      await Promise.all(clients)
      worker = await startWorker(options)
    }
    expect(inFlightAtKill).toBeGreaterThan(0)
    expect(known.some(({ acknowledged }) => acknowledged !== null)).toBe(true)

    // Every key is asked again: what was acknowledged answers the same, what was not gets its one answer now.
    const accepted = new Map<string, number>()
    const ask = async ({ user, key, acknowledged }: Known) => {
      let answer = await pledge(tokens.get(user) as string, key)
      for (let tries = 0; answer.status === 503 || answer.status === 409; tries++) {
        if (tries === 100) expect.fail(`${key} gets no definite answer`)
        await new Promise((done) => setTimeout(done, 100))
        answer = await pledge(tokens.get(user) as string, key)
      }
      if (acknowledged !== null) {
        expect(answer.status).toBe(201)
        expect(answer.headers.get('Idempotent-Replayed')).toBe('true')
        expect(await answer.text()).toBe(acknowledged)
      }
      if (answer.status === 201) accepted.set(user, (accepted.get(user) ?? 0) + 1)
    }
    for (let from = 0; from < known.length; from += ASKED_AT_ONCE)
      await Promise.all(known.slice(from, from + ASKED_AT_ONCE).map(ask))

    let total = 0
    for (const user of users) {
      const me = await fetch(`${worker.url}/v1/me`, {
        headers: { Authorization: `Bearer ${tokens.get(user)}` },
      })
      const given = accepted.get(user) ?? 0
      total += given
      expect(await me.json()).toMatchObject({
        earned: FLOWERS_EACH,
        pledged: given,
        balance: FLOWERS_EACH - given,
      })
    }
    const operator = worker.seed.users.operator.token
    const audit = async () =>
      (
        await fetch(`${worker.url}/v1/audit/conservation`, {
          headers: { Authorization: `Bearer ${operator}` },
        })
      ).json()
    await expect
      .poll(audit, { timeout: 10_000 })
      .toMatchObject({ holds: true, pledged: total, credited: USERS * FLOWERS_EACH, differences: [] })
  })
})

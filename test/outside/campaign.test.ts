import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../../src/local/paths.ts'
import { LINES } from '../campaign/earning.ts'
import { runCampaign } from '../campaign/run.ts'
import { buildWorker } from './build.ts'
import { prepareWorker, type RunningWorker, startWorker } from './worker-process.ts'

let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker(await prepareWorker(buildWorker()))
})

afterAll(() => worker.stop())

const play = (url: string) =>
  runCampaign({ url, seed: worker.seed, users: 60, pledges: 600, concurrency: 32, seedNumber: 2_022 })

describe('a campaign day', () => {
  it('accounts for every flower, whatever lines, users and their clients do', async () => {
    const report = await play(worker.url)
    expect(report.differences).toEqual([])
    expect(report.left).toBe(report.credited - report.pledged)
    expect(report.ledger.holds).toBe(true)
    expect(report.lineDays.map(({ line }) => line).sort()).toEqual([...LINES].sort())
    expect(report.lineDays.filter(({ agrees }) => !agrees)).toEqual([])
    expect(report.lineDays.reduce((sum, { flowers }) => sum + flowers, 0)).toBe(report.credited)
    expect(report.lineDays.some(({ capped }) => capped > 0)).toBe(true)
    expect(report.planted).toMatch(/posted \d+ acts/)
    expect(report.hungUp).toBeGreaterThan(0)
    for (const refusal of [
      '400 invalid_request',
      '401 signature_invalid',
      '402 insufficient_flowers',
      '409 dream_not_collecting',
      '422 idempotency_key_reused',
      'acts.reported bad_quantity',
      'acts.reported daily_cap',
      'acts.reported unknown_kind',
      'pledges.requested insufficient_flowers',
    ])
      expect(report.refusals.get(refusal), refusal).toBeGreaterThan(0)
  })

  it('notices a pledge that was acknowledged and never made', async () => {
    const told = new Map<string, string>()
    const url = await between(worker.url, async (pledge, forward) => {
      const { id, dream, flowers } = pledge
      if (told.size === 0) told.set(id, JSON.stringify({ id, dream, flowers, at: new Date().toISOString() }))
      const lie = told.get(id)
      return lie ? new Response(lie, { status: 201, headers: { 'Idempotent-Replayed': 'true' } }) : forward()
    })
    const { differences } = await play(url)
    expect(differences).toContainEqual(
      expect.stringMatching(/^dream .+ gained \d+ flowers, this run gave it/),
    )
    expect(differences).toContainEqual(expect.stringMatching(/^guest-.+ has earned .+; by the answers/))
  })

  it('notices a pledge that was made twice', async () => {
    let doubled = false
    const url = await between(worker.url, async (_, forward) => {
      if (!doubled) {
        doubled = true
        await forward('the-second-time')
      }
      return forward()
    })
    const { differences } = await play(url)
    expect(differences).toContainEqual(
      expect.stringMatching(/^dream .+ gained \d+ flowers, this run gave it/),
    )
    expect(differences).toContainEqual(expect.stringMatching(/^guest-.+ has earned .+; by the answers/))
  })

  it('notices a refusal of someone who could pay', async () => {
    let refused: string | undefined
    const url = await between(worker.url, async ({ id }, forward) => {
      refused ??= id
      return refused === id ? Response.json({ code: 'insufficient_flowers' }, { status: 402 }) : forward()
    })
    const { differences } = await play(url)
    expect(differences).toContainEqual(
      expect.stringMatching(/^key .+ was refused, yet \d+ flowers are left$/),
    )
  })
})

describe('npm run campaign', () => {
  it('says what to do when there is no worker', () => {
    const seed = resolve(mkdtempSync(resolve(tmpdir(), 'campaign-')), 'seed.json')
    expect(campaign('--seed', seed)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('npm start'),
    })
    writeFileSync(seed, JSON.stringify(worker.seed))
    expect(campaign('--seed', seed, '--url', 'http://127.0.0.1:1')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('npm start'),
    })
  })

  it('takes no number beyond its bounds', () => {
    expect(campaign('--pledges', '200001')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('200,000'),
    })
  })
})

function campaign(...options: string[]) {
  return spawnSync(process.execPath, [resolve(ROOT, 'test/campaign/campaign.ts'), ...options], {
    encoding: 'utf8',
  })
}

interface SeenPledge {
  /** The same for every request of one pledge. */
  readonly id: string
  readonly dream: string
  readonly flowers: number
}

/**
 * Puts a party between clients and a worker that may lie about pledges of one to five flowers to dreams that collect.
 * Returns where it listens; it ends with the tests.
 */
async function between(
  url: string,
  onPledge: (pledge: SeenPledge, forward: (key?: string) => Promise<Response>) => Promise<Response>,
): Promise<string> {
  const pass = async (incoming: IncomingMessage): Promise<Response> => {
    const chunks: Uint8Array[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const { host: _, connection: __, ...kept } = incoming.headers
    const forward = (key?: string) =>
      fetch(`${url}${incoming.url}`, {
        method: incoming.method ?? 'GET',
        headers: { ...(kept as Record<string, string>), ...(key ? { 'idempotency-key': key } : {}) },
        ...(body === '' ? {} : { body }),
      })
    const dream = /^\/v1\/dreams\/(.+)\/pledges$/.exec(incoming.url ?? '')?.[1]
    const flowers = Number(/^\{"flowers":([1-5])\}$/.exec(body)?.[1])
    if (dream === undefined || dream === 'past-dream' || !(flowers > 0)) return forward()
    return onPledge(
      { id: `${incoming.headers['idempotency-key']} ${dream} ${flowers}`, dream, flowers },
      forward,
    )
  }
  const server = createServer(async (incoming, outgoing) => {
    try {
      const answer = await pass(incoming)
      outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
      outgoing.end(await answer.text())
    } catch {
      // An impatient client hung up before its request was whole.
      outgoing.destroy()
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  afterAll(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

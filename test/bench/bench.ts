import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { signLocalToken } from '../../src/users/local-issuer.ts'
import { buildWorker } from '../outside/build.ts'
import { prepareWorker, startWorker } from '../outside/worker-process.ts'
import { type Counts, priceOf } from './cost.ts'
import type { LoadOptions, LoadResult } from './load.ts'
import { COLD_CONNECTIONS, COLD_DREAMS, VIEWS, type ViewKind } from './views.ts'

/**
 * `npm run bench`: the engine side by side with what bounds it, in workerd without the development proxy, load from a
 * process of its own. Each kind is measured once a round, in turn; figures are medians over rounds and ratios are
 * taken round by round, so that a machine that drifts moves both sides.
 */

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '3' },
    users: { type: 'string', default: '2000' },
  },
})
const ROUNDS = Math.min(50, Number(values.rounds))
const SECONDS = Math.min(60, Number(values.seconds))
const USERS = Math.min(9_000, Number(values.users))
const CONNECTIONS = 128
/** 200 pledges a request: 25 of them fill a batch. */
const BULK_CONNECTIONS = 25

const VIEW_KINDS = Object.keys(VIEWS) as ViewKind[]
const KINDS = ['empty', ...VIEW_KINDS, 'ceiling', 'pledge', 'naive', 'bulk'] as const
type Kind = (typeof KINDS)[number]

const bundle = buildWorker('test/bench/worker.ts')
const figures = Object.fromEntries(KINDS.map((kind) => [kind, [] as LoadResult[]])) as Record<
  Kind,
  LoadResult[]
>
for (let round = 1; round <= ROUNDS; round++)
  await onFreshWorker((url, material) => measure(url, material, round, figures))
report(figures, await onFreshWorker(countAtLoad))

/** Runs something against a worker with an empty ledger but for funded users, so that every round meets the same. */
async function onFreshWorker<Result>(
  run: (url: string, material: string) => Promise<Result>,
): Promise<Result> {
  const prepared = await prepareWorker(bundle)
  const worker = await startWorker(prepared)
  try {
    const material = await fund(
      worker.url,
      prepared.state,
      prepared.signingKey,
      worker.seed.lines.game?.secret ?? '',
    )
    return await run(worker.url, material)
  } finally {
    await worker.stop()
    rmSync(prepared.state, { recursive: true, force: true })
  }
}

async function fund(url: string, state: string, signingKey: string, secret: string): Promise<string> {
  const users = Array.from({ length: USERS }, (_, n) => `user-${n}-${crypto.randomUUID().slice(0, 13)}`)
  const tokens: string[] = []
  for (const user of users) tokens.push(await signLocalToken(signingKey, user, { lifetime: '1d' }))
  for (let from = 0; from < users.length; from += 1_000)
    await post(url, '/bench/fund', { users: users.slice(from, from + 1_000), flowers: 1_000_000 })
  await post(url, '/bench/dreams', { count: COLD_DREAMS })
  const path = resolve(state, 'material.json')
  writeFileSync(path, JSON.stringify({ users, tokens, secret }))
  return path
}

async function measure(
  url: string,
  material: string,
  round: number,
  results: Record<Kind, LoadResult[]>,
): Promise<void> {
  // Once each, uncounted, so that all code is compiled and every token known.
  for (const kind of KINDS) await load(url, material, kind, 'warm', 1)
  for (const kind of KINDS) {
    const result = await load(url, material, kind, `r${round}`, SECONDS)
    results[kind].push(result)
    process.stderr.write(`round ${round}/${ROUNDS} ${kind}: ${Math.round(result.perSecond)}/s\n`)
    if (result.failed > 0) throw new Error(`${kind}: ${result.failed} requests failed`)
  }
}

/** What was counted, by what was asked for. */
type Counted = Readonly<Record<'pledge' | 'bulk' | 'read' | 'badge', Counts>>

async function countAtLoad(url: string, material: string): Promise<Counted> {
  const count = async (kind: Kind): Promise<Counts> => {
    await new Promise((done) => setTimeout(done, 2_500))
    await post(url, '/bench/reset', {})
    await load(url, material, kind, 'count', SECONDS)
    // What was under way when the load ended is counted with it.
    await new Promise((done) => setTimeout(done, 1_500))
    return (await (await fetch(`${url}/bench/counts`)).json()) as Counts
  }
  return {
    pledge: await count('pledge'),
    bulk: await count('bulk'),
    read: await count('read'),
    badge: await count('badgeCold'),
  }
}

function load(url: string, material: string, kind: Kind, run: string, seconds: number): Promise<LoadResult> {
  const connections =
    kind === 'bulk' ? BULK_CONNECTIONS : kind.endsWith('Cold') ? COLD_CONNECTIONS : CONNECTIONS
  const options: LoadOptions = { url, kind, connections, seconds, material, run }
  return new Promise((done, failed) => {
    const child = spawn(
      process.execPath,
      [resolve(import.meta.dirname, 'load.ts'), JSON.stringify(options)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.on('exit', (code) =>
      code === 0 ? done(JSON.parse(output) as LoadResult) : failed(new Error(`load ended with ${code}`)),
    )
  })
}

async function post(url: string, path: string, body: unknown): Promise<void> {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

function report(figures: Record<Kind, LoadResult[]>, counted: Counted): void {
  const rate = (kind: Kind) => median(figures[kind].map(({ perSecond }) => perSecond))
  const range = (list: readonly number[]) =>
    `${Math.round(Math.min(...list)).toLocaleString('en')} to ${Math.round(Math.max(...list)).toLocaleString('en')}`
  const ratio = (kind: Kind, to: Kind) =>
    median(
      figures[kind].map(({ perSecond }, round) => perSecond / (figures[to][round] as LoadResult).perSecond),
    ).toFixed(2)
  const row = (name: string, kind: Kind, scale: number, compared: string) => {
    const rates = figures[kind].map(({ perSecond }) => perSecond * scale)
    const latency = `${median(figures[kind].map(({ p50 }) => p50))} / ${median(figures[kind].map(({ p99 }) => p99))}`
    return `| ${name} | ${Math.round(rate(kind) * scale).toLocaleString('en')} | ${range(rates)} | ${latency} | ${compared} |`
  }
  const perPledge = (value: number, { pledges }: Counts) => (value / pledges).toFixed(4)
  const cell = (counts: Counts) =>
    `${perPledge(counts.d1RowsWritten, counts)} | ${perPledge(counts.objectRowsWritten, counts)} | ${perPledge(counts.objectRequests + counts.alarms, counts)}`
  console.log(
    [
      `Measured on ${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; ` +
        `${ROUNDS} rounds of ${SECONDS} s, each on a fresh ledger, ${CONNECTIONS} connections (bulk ${BULK_CONNECTIONS}), ${USERS} users.`,
      '',
      '| | per second (median) | min to max | p50 / p99 ms | ratio |',
      '|---|---|---|---|---|',
      row('empty route', 'empty', 1, ''),
      ...VIEW_KINDS.map((kind) =>
        row(VIEWS[kind].name, kind, 1, `${ratio(kind, 'empty')} of the empty route`),
      ),
      row('one RPC that does nothing (the ceiling)', 'ceiling', 1, ''),
      row(
        '**pledge**, one a request, one hot dream',
        'pledge',
        1,
        `${ratio('pledge', 'ceiling')} of the ceiling, ${ratio('pledge', 'naive')} x naive`,
      ),
      row('naive: one D1 transaction a pledge', 'naive', 1, ''),
      row('**pledges**, 200 a signed request', 'bulk', 200, ''),
      '',
      '| counted per pledge | D1 rows written | object rows written | object requests |',
      '|---|---|---|---|',
      `| one a request, ${CONNECTIONS} connections | ${cell(counted.pledge)} |`,
      `| 200 a request | ${cell(counted.bulk)} |`,
      '',
      `A dream read makes ${counted.read.objectRequests} object requests, a badge ${counted.badge.objectRequests}.`,
      '',
      priceOf(counted.pledge, counted.bulk),
    ].join('\n'),
  )
}

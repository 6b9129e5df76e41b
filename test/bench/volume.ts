import { rmSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { signLocalToken } from '../../src/users/local-issuer.ts'
import { buildWorker } from '../outside/build.ts'
import { prepareWorker, startWorker } from '../outside/worker-process.ts'

/**
 * `npm run volume`: as many proposals and entries as a campaign leaves, loaded once through the ledger's own views, and how
 * long the lists, searches, numbers, checks and files take then; in workerd without the development proxy, one request
 * after the other. Times are those of the client.
 */

const { values } = parseArgs({
  options: {
    proposals: { type: 'string', default: '8000' },
    entries: { type: 'string', default: '1000000' },
    samples: { type: 'string', default: '50' },
  },
})
const PROPOSALS = Math.min(100_000, Number(values.proposals))
const ENTRIES = Math.min(20_000_000, Number(values.entries))
const SAMPLES = Math.min(1_000, Number(values.samples))

/** What one request loads. A user has ten entries. */
const PROPOSALS_A_REQUEST = 200
const USERS_A_REQUEST = 1_000
const ENTRIES_A_USER = 10

/** Far enough from one another that each pass is a new one. */
const PASS_EVERY_MS = 11 * 60_000

interface Row {
  readonly name: string
  readonly times: readonly number[]
  /** Of the last answer, in bytes. */
  readonly bytes: number | null
}

const prepared = await prepareWorker(buildWorker('test/bench/volume-worker.ts'))
const worker = await startWorker(prepared)
const rows: Row[] = []
try {
  const { users, loadMs } = await load()
  await measure(users)
  report(loadMs)
} finally {
  await worker.stop()
  rmSync(prepared.state, { recursive: true, force: true })
}

async function load(): Promise<{ users: string[]; loadMs: number }> {
  const began = performance.now()
  for (let from = 1; from <= PROPOSALS; from += PROPOSALS_A_REQUEST)
    await post('/volume/proposals', { from, to: Math.min(PROPOSALS + 1, from + PROPOSALS_A_REQUEST) })
  const users: string[] = []
  const count = Math.ceil(ENTRIES / ENTRIES_A_USER)
  for (let from = 0; from < count; from += USERS_A_REQUEST) {
    const answer = await post('/volume/entries', { from, to: Math.min(count, from + USERS_A_REQUEST) })
    users.push(...((await answer.json()) as string[]))
    if ((from / USERS_A_REQUEST) % 10 === 0)
      process.stderr.write(`${(from * ENTRIES_A_USER).toLocaleString('en')} entries\n`)
  }
  await post('/volume/publish', {})
  return { users, loadMs: performance.now() - began }
}

async function measure(users: readonly string[]): Promise<void> {
  const operator = await token('operator', ['operator'])
  const as = (bearer: string): RequestInit => ({ headers: { Authorization: `Bearer ${bearer}` } })
  const desk = (name: string, query: string) =>
    time(`desk: ${name}`, SAMPLES, () => get(`/v1/review/proposals${query}`, as(operator)))
  await desk('newest', '')
  await desk('in review, 100 a page', '?state=in_review&pageSize=100')
  await desk('of one operator', '?assignee=operator-3')
  await desk('of nobody, oldest first', '?assignee=none&order=oldest')
  await desk('search 急救', '?q=急救')
  await desk('search 急救 怒江, proposed', '?q=急救 怒江&state=proposed')
  await desk('search of one hit', `?q=${Math.ceil(PROPOSALS / 2)}号`)
  await desk('place 凉山', '?place=凉山')
  await time('desk: counts', SAMPLES, () => get('/v1/review/counts', as(operator)))
  const one = (n: number) => `/v1/review/proposals/wish-${1 + (n % PROPOSALS)}`
  await time('desk: one proposal', SAMPLES, (n) => get(one(n), as(operator)))
  await time('desk: similar to one', SAMPLES, (n) => get(`${one(n)}/similar`, as(operator)))
  await time('similar, before sending', SAMPLES, () =>
    get('/v1/proposals/similar?text=给云南怒江的留守儿童一个急救培训', as(operator)),
  )
  const tokens = await Promise.all(users.slice(0, SAMPLES).map((user) => token(user)))
  const each = (n: number) => as(tokens[n % tokens.length] as string)
  await time('news of a user', SAMPLES, (n) => get('/v1/me/news', each(n)))
  await time('history of a user', SAMPLES, (n) => get('/v1/me/entries', each(n)))
  await time('pledge', SAMPLES, (n) => pledge(each(n)))
  await measurePass(each)
  await time('numbers, from the database', SAMPLES, () => get('/volume/numbers'))
  await time('numbers, as the public reads them', SAMPLES, () => get('/v1/numbers'))
  await time('latest finding of the check', SAMPLES, () => get('/v1/audit/conservation/latest', as(operator)))
  await time('a dream gives its pledges back, to the end', 1, () => expire(as(operator), each))
  // What was pledged last is published within a second.
  await new Promise((done) => setTimeout(done, 2_000))
  await time('the check that reads everything at once', 1, async () => {
    const text = await get('/v1/audit/conservation', as(operator))
    process.stderr.write(`conservation: ${text.slice(0, 120)} … ${text.slice(-100)}\n`)
    return text
  })
  for (const file of ['dreams.csv', 'proposals.csv', 'proposals.jsonl', 'pledges-per-day.csv'])
    await time(`file ${file}`, 5, () => get(`/v1/exports/${file}`, as(operator)))
}

/** Closes a dream below its quota and waits until all its flowers are back, while others pledge without pause. */
async function expire(operator: RequestInit, each: (n: number) => RequestInit): Promise<string> {
  const dream = `${worker.url}/v1/dreams/clean-water`
  await fetch(`${dream}/close`, { ...operator, method: 'POST' })
  const beside: number[] = []
  for (let n = 0; ; n++) {
    const began = performance.now()
    await pledge(each(n))
    beside.push(performance.now() - began)
    const { state, returned } = (await (await fetch(dream)).json()) as {
      state: string
      returned: { pledges: number; doneAt: string | null } | null
    }
    if (returned?.doneAt) {
      process.stderr.write(`${state}: ${returned.pledges} pledges went back\n`)
      rows.push({ name: 'pledge beside it', times: beside, bytes: null })
      return ''
    }
    await new Promise((done) => setTimeout(done, 50))
  }
}

/** A pass with nothing beside it, and one beside which someone pledges without pause. */
async function measurePass(each: (n: number) => RequestInit): Promise<void> {
  const pass = async (n: number) => {
    const answer = await post('/volume/pass', { now: Date.now() + n * PASS_EVERY_MS })
    return (await answer.json()) as { ranges: number[]; totalMs: number }
  }
  const { ranges, totalMs } = await pass(1)
  rows.push({ name: 'a pass over the ledger, half of it pauses', times: [totalMs], bytes: null })
  rows.push({ name: 'a range of a pass', times: ranges, bytes: null })
  let passing = true
  const second = pass(2).finally(() => {
    passing = false
  })
  const beside: number[] = []
  for (let n = 0; passing; n++) {
    const began = performance.now()
    await pledge(each(n))
    beside.push(performance.now() - began)
    await new Promise((done) => setTimeout(done, 20))
  }
  rows.push({ name: 'pledge beside a pass', times: beside, bytes: null })
  rows.push({ name: 'a pass beside pledges', times: [(await second).totalMs], bytes: null })
}

async function pledge(init: RequestInit): Promise<string> {
  const answer = await fetch(`${worker.url}/v1/dreams/young-first-aiders/pledges`, {
    method: 'POST',
    headers: {
      ...(init.headers as Record<string, string>),
      'Content-Type': 'application/json',
      'Idempotency-Key': crypto.randomUUID(),
    },
    body: '{"flowers":1}',
  })
  const text = await answer.text()
  // A user may have given all they had.
  if (answer.status !== 201 && answer.status !== 402) throw new Error(`pledge: ${answer.status} ${text}`)
  return text
}

async function time(name: string, samples: number, request: (n: number) => Promise<string>): Promise<void> {
  const times: number[] = []
  let bytes = 0
  // Once uncounted, so that all code is compiled and every statement known.
  if (samples > 1) await request(0)
  for (let n = 0; n < samples; n++) {
    const began = performance.now()
    bytes = Buffer.byteLength(await request(n))
    times.push(performance.now() - began)
  }
  rows.push({ name, times, bytes })
  process.stderr.write(`${name}: ${Math.round(Math.max(...times))} ms at most\n`)
}

function token(user: string, roles?: string[]): Promise<string> {
  return signLocalToken(prepared.signingKey, user, { lifetime: '1d', ...(roles ? { roles } : {}) })
}

async function get(path: string, init?: RequestInit): Promise<string> {
  const answer = await fetch(worker.url + encodeURI(path), init)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
  return text
}

async function post(path: string, body: unknown): Promise<Response> {
  const answer = await fetch(worker.url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer
}

function report(loadMs: number): void {
  const ms = (value: number) => (value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en'))
  const at = (times: readonly number[], share: number) =>
    [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  console.log(
    [
      `Measured on ${cpus().length} x ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}: ` +
        `${PROPOSALS.toLocaleString('en')} proposals and ${ENTRIES.toLocaleString('en')} entries, loaded in ${Math.round(loadMs / 1_000)} s.`,
      '',
      '| | times | p50 ms | p95 ms | max ms | answer |',
      '|---|---|---|---|---|---|',
      ...rows.map(
        ({ name, times, bytes }) =>
          `| ${name} | ${times.length} | ${ms(at(times, 0.5))} | ${ms(at(times, 0.95))} | ${ms(Math.max(...times))} | ${bytes === null ? '' : `${(bytes / 1_024).toFixed(1)} KB`} |`,
      ),
    ].join('\n'),
  )
}

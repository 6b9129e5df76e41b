import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { localKeys } from './keys.ts'
import { migrate } from './migrate.ts'
import { LOCAL_STATE, PERSIST_TO, ROOT, SEED_FILE, WORKER_ENV, WRANGLER } from './paths.ts'
import { type Seed, seed } from './seed.ts'
import { sendEvent } from './send-event.ts'

/**
 * `npm start`: migrates a local D1, seeds it and serves. PORT sets the port (8787), FLOWERS_HOME where data is kept.
 */

const PORT = Number(process.env.PORT ?? 8_787)
const BASE_URL = `http://127.0.0.1:${PORT}`

/** How long the worker may take to come up, and how long it may take to go when asked to. */
const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 5_000

/** How often the scheduled jobs run, and how long they may take. */
const JOBS_EVERY_MS = 60_000
const JOBS_TIMEOUT_MS = 50_000

/** The guest's first flowers, so that there is something to give. Credited once: the act's id never changes. */
const WELCOME = { id: 'welcome', user: 'guest', kind: 'gift', quantity: 20 }

if (await isTaken(PORT)) {
  if (await isOurs()) {
    console.log(`Already running at ${BASE_URL}.`)
    process.exit(0)
  }
  console.error(`Port ${PORT} is taken by another program. Choose one: PORT=8788 npm start`)
  process.exit(1)
}

const made = await prepare()
const worker = serve()
await untilHealthy(worker)
await welcome(made)
runJobs()
greet(made)

/** Brings the local database up to date, and plants what is not there yet. */
async function prepare(): Promise<Seed> {
  const keys = await localKeys()
  const former = existsSync(SEED_FILE) ? (JSON.parse(readFileSync(SEED_FILE, 'utf8')) as Seed) : null
  const databaseId = /^database_id = "(.+)"$/m.exec(readFileSync(`${ROOT}/wrangler.toml`, 'utf8'))?.[1]
  if (!databaseId) throw new Error('wrangler.toml names no database_id')
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: 'export default {}',
      d1Databases: { DB: databaseId },
      resourcePersistencePath: LOCAL_STATE,
    }),
  )
  try {
    const db = await miniflare.getD1Database('DB')
    await migrate(db)
    const made = await seed(db, keys, former, keys.fresh || former === null)
    writeFileSync(SEED_FILE, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 })
    return made
  } finally {
    await miniflare.dispose()
  }
}

function serve(): ChildProcess {
  const child = spawn(
    process.execPath,
    [
      WRANGLER,
      'dev',
      ...['--port', String(PORT), '--ip', '127.0.0.1', '--inspector-port', '0', '--persist-to', PERSIST_TO],
      ...['--env-file', WORKER_ENV, '--log-level', 'warn', '--show-interactive-dev-session', 'false'],
    ],
    {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
    },
  )
  let asked = false
  child.on('exit', (code) => process.exit(asked ? 0 : (code ?? 1)))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      asked = true
      child.kill('SIGINT')
      setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS).unref()
    })
  return child
}

async function untilHealthy(child: ChildProcess): Promise<void> {
  for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; ) {
    if (await isOurs()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  console.error(`The worker did not come up within ${START_TIMEOUT_MS / 1_000} s.`)
  child.kill('SIGINT')
  process.exit(1)
}

async function welcome({ lines }: Seed): Promise<void> {
  const act = { ...WELCOME, at: new Date().toISOString() }
  const answer = await sendEvent(BASE_URL, 'gift', lines.gift?.secret ?? '', {
    type: 'acts.reported',
    data: { acts: [act] },
  })
  if (!answer.ok) console.error(`The guest's first flowers were not credited: ${await answer.text()}`)
}

/** The development server rings no cron trigger by itself; the jobs of src/scheduled.ts run every minute here too. */
function runJobs(): void {
  setInterval(() => {
    fetch(`${BASE_URL}/cdn-cgi/local/scheduled`, { signal: AbortSignal.timeout(JOBS_TIMEOUT_MS) }).catch(
      (error) => console.error(`The scheduled jobs did not run: ${error}`),
    )
  }, JOBS_EVERY_MS).unref()
}

function greet({ dreams }: Seed): void {
  const token = `$(node -p 'require(${JSON.stringify(SEED_FILE)}).users.guest.token')`
  console.log(`
One Flower, One Dream is running at ${BASE_URL} - open it in a browser  (Ctrl-C stops it)

  In one minute: sign in as a guest, answer a question under "Earn", give the flower to a dream, and watch its bar
  move. Signed in as an operator you also have the desk, ${BASE_URL}/ops. Or by hand:

  ${Object.keys(dreams).length} dreams:   curl -s ${BASE_URL}/v1/dreams
  your flowers: curl -s ${BASE_URL}/v1/me -H "Authorization: Bearer ${token}"
  give three:   curl -s ${BASE_URL}/v1/dreams/first-flower/pledges -H 'Content-Type: application/json' \\
                  -H "Authorization: Bearer ${token}" \\
                  -H "Idempotency-Key: $(date +%s)" -d '{"flowers": 3}'
  a whole day:  npm run campaign   (in another terminal)
`)
}

async function isOurs(): Promise<boolean> {
  try {
    const answer = await fetch(`${BASE_URL}/healthz`, { signal: AbortSignal.timeout(2_000) })
    return answer.ok && ((await answer.json()) as { status?: string }).status === 'ok'
  } catch {
    return false
  }
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

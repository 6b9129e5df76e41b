import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { migrate } from '../../src/local/migrate.ts'
import { ROOT } from '../../src/local/paths.ts'
import { seed } from '../../src/local/seed.ts'

/**
 * Serves a built worker in workerd without the development proxy, which would be the limit of any measurement.
 * Started as a process of its own by `startWorker`; says `{"url", "seed", "children"}` on standard output when ready. A
 * line with a time in ms on its standard input rings the scheduled jobs of that minute; it says `{"rang"}` when they are done.
 */

export interface ServeOptions {
  readonly bundle: string
  /** Where D1 and the objects keep their data; a former run's data is taken up again. */
  readonly state: string
  readonly secretsKey: string
  readonly signingKey: string
  /** Hours from a dream reaching its quota to its funding, if not as in wrangler.toml. */
  readonly settlingHours?: number
  /** Variables over those of a local run; an empty one takes it away. */
  readonly vars?: Readonly<Record<string, string>>
}

const { bundle, state, secretsKey, signingKey, settlingHours, vars } = JSON.parse(
  process.argv[2] ?? '{}',
) as ServeOptions
const config = readFileSync(resolve(ROOT, 'wrangler.toml'), 'utf8')
const compatibilityDate = /^compatibility_date = "(.+)"$/m.exec(config)?.[1]
if (!compatibilityDate) throw new Error('wrangler.toml names no compatibility_date')

/** What a bundle imports lies beside it: texts and programs. */
const MODULE_TYPES = [
  [/\.css$|\.client\.js$/, 'Text'],
  [/\.wasm$/, 'CompiledWasm'],
] as const

function modulesOf(entry: string): { type: 'ESModule' | 'Text' | 'CompiledWasm'; path: string }[] {
  const modules: { type: 'ESModule' | 'Text' | 'CompiledWasm'; path: string }[] = [
    { type: 'ESModule', path: entry },
  ]
  for (const name of readdirSync(dirname(entry))) {
    const type = MODULE_TYPES.find(([pattern]) => pattern.test(name))?.[1]
    if (type) modules.push({ type, path: resolve(dirname(entry), name) })
  }
  return modules
}

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    name: 'worker',
    modules: modulesOf(bundle),
    modulesRoot: dirname(bundle),
    compatibilityDate,
    durableObjects: {
      DREAM: { className: 'Dream', useSQLite: true },
      LINE: { className: 'Line', useSQLite: true },
    },
    d1Databases: { DB: 'flowers' },
    r2Buckets: { PICTURES: 'pictures' },
    queueProducers: { CALLBACKS: 'callbacks' },
    // As in wrangler.toml.
    queueConsumers: {
      callbacks: {
        maxBatchSize: 10,
        maxBatchTimeout: 1,
        maxRetries: 20,
        retryDelay: 65,
        deadLetterQueue: 'callbacks-dead',
      },
      'callbacks-dead': { maxBatchSize: 10, maxBatchTimeout: 5, maxRetries: 20, retryDelay: 300 },
    },
    bindings: {
      SECRETS_KEY: secretsKey,
      LOCAL_SIGNING_KEY: signingKey,
      ...(settlingHours === undefined ? {} : { SETTLING_HOURS: String(settlingHours) }),
      ...vars,
    },
    resourcePersistencePath: state,
    unsafeDirectSockets: [{ host: '127.0.0.1' }],
  }),
)
const db = (await miniflare.getD1Database('DB')) as unknown as D1Database
await migrate(db)
const seedPath = resolve(state, 'seed.json')
const former = (() => {
  try {
    return JSON.parse(readFileSync(seedPath, 'utf8'))
  } catch {
    return null
  }
})()
const made = await seed(db, { secretsKey, signingKey }, former, former === null)
writeFileSync(seedPath, JSON.stringify(made))
const url = await miniflare.unsafeGetDirectURL('worker')
const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
console.log(
  JSON.stringify({ url: url.origin, seed: made, children: children.trim().split(/\s+/).map(Number) }),
)
createInterface({ input: process.stdin }).on('line', async (line) => {
  const worker = await miniflare.getWorker('worker')
  const { outcome } = await worker.scheduled({ scheduledTime: new Date(Number(line)), cron: '* * * * *' })
  console.log(JSON.stringify({ rang: outcome }))
})
process.on('SIGTERM', () => void miniflare.dispose().then(() => process.exit(0)))

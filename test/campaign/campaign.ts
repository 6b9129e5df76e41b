import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { SEED_FILE } from '../../src/local/paths.ts'
import type { Seed } from '../../src/local/seed.ts'
import { CannotPlay } from './client.ts'
import { progressOn } from './progress.ts'
import { writeReport } from './report.ts'
import { type CampaignOptions, runCampaign } from './run.ts'

/**
 * `npm run campaign`: plays a campaign day against a local worker and checks every flower. Ends with 1 when a flower
 * is missing or double, or when there was no worker to play against.
 */

const USERS = 400
const PLEDGES = 6_000
const CONCURRENCY = 64

/** 20,000 users sign in, earn and are checked in about a minute. */
const MAX_USERS = 20_000

/** 200,000 keys are some 250,000 requests: three minutes at the 1,400 a second that `wrangler dev` passes on. */
const MAX_PLEDGES = 200_000

/** A socket each; beyond this the client measures itself. */
const MAX_CONCURRENCY = 512

/** Fewer may all happen to be refused, and nothing would be tried. */
const MIN_PLEDGES = 50

const MAX_SEED_NUMBER = 2 ** 32 - 1

const USAGE = `npm run campaign -- [options]

  --url URL          the worker (http://127.0.0.1:8787)
  --seed FILE        what the worker's seed made (.local/seed.json)
  --users N          users (${USERS})
  --pledges N        Idempotency-Keys to pledge under (${PLEDGES})
  --concurrency N    requests at once (${CONCURRENCY})
  --seed-number N    the same number plans the same day (a random one)`

try {
  const options = readOptions()
  if (options === null) console.log(USAGE)
  else await play(options)
} catch (error) {
  if (!(error instanceof CannotPlay)) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function play(options: CampaignOptions): Promise<void> {
  const { url, users, pledges, concurrency, seedNumber } = options
  console.log(
    `A campaign day at ${url}: ${users} users, ${pledges} pledges, ${concurrency} requests at once, --seed-number ${seedNumber}\n`,
  )
  const report = await runCampaign({ ...options, onProgress: progressOn(process.stdout) })
  console.log(`\n${writeReport(report)}`)
  if (report.differenceCount > 0) process.exitCode = 1
}

function readOptions(): CampaignOptions | null {
  const values = readArguments()
  if (values.help) return null
  return {
    url: readUrl(values.url),
    users: readNumber('users', values.users, USERS, 1, MAX_USERS),
    pledges: readNumber('pledges', values.pledges, PLEDGES, MIN_PLEDGES, MAX_PLEDGES),
    concurrency: readNumber('concurrency', values.concurrency, CONCURRENCY, 1, MAX_CONCURRENCY),
    seedNumber: readNumber(
      'seed-number',
      values['seed-number'],
      Math.ceil(Math.random() * MAX_SEED_NUMBER),
      1,
      MAX_SEED_NUMBER,
    ),
    // Last, so that a wrong option is told before a missing file.
    seed: readSeed(values.seed),
  }
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        url: { type: 'string', default: 'http://127.0.0.1:8787' },
        seed: { type: 'string', default: SEED_FILE },
        users: { type: 'string' },
        pledges: { type: 'string' },
        concurrency: { type: 'string' },
        'seed-number': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new CannotPlay(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  }
}

function readNumber(
  name: string,
  text: string | undefined,
  standard: number,
  least: number,
  most: number,
): number {
  const value = text === undefined ? standard : Number(text)
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new CannotPlay(`--${name} takes a whole number from ${least} to ${most.toLocaleString('en-US')}.`)
  return value
}

function readUrl(text: string): string {
  if (!URL.canParse(text)) throw new CannotPlay(`--url takes an address, like http://127.0.0.1:8787.`)
  return new URL(text).origin
}

function readSeed(file: string): Seed {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new CannotPlay(
      `There is no ${file}: it is written by the worker's start. Start it with "npm start".`,
    )
  }
  try {
    return JSON.parse(text) as Seed
  } catch {
    throw new CannotPlay(`${file} is not JSON.`)
  }
}

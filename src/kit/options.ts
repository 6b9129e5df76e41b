import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { SEED_FILE } from '../local/paths.ts'
import type { Seed } from '../local/seed.ts'
import type { DoorOptions } from './door.ts'
import type { Account } from './kit.ts'
import { SECRET } from './sign.ts'

/** What a run was asked to do. */
export type Options =
  | { readonly kind: 'help' }
  | { readonly kind: 'receive'; readonly port: number; readonly secret: string }
  | {
      readonly kind: 'check'
      readonly base: string
      /** Each check is made at the first that it fits. */
      readonly lines: readonly DoorOptions[]
      readonly account: Account | null
      readonly ownerToken: string | null
      readonly receiver: boolean
    }

/** Thrown for options that cannot be run with; says what to do. */
export class UnusableOptions extends Error {}

const LOCAL_BASE = 'http://127.0.0.1:8787'

/** Lines of the seed that have between them all that lines may do. */
const SEED_LINES = ['steps', 'game', 'partner-app']

/** What can stand in a header: an error about one that cannot would show it. */
const TOKEN = /^[\x21-\x7e]+$/

const LINE_ID = /^[a-z0-9-]{1,64}$/

const MAX_QUANTITY = 1_000_000_000

export const USAGE = `npm run line -- [options]

Plays a business line against a platform: sends good and bad examples of every event, and checks what is answered.
With a local worker (npm start) no option is needed.

  --base URL               the platform (${LOCAL_BASE})
  --line ID                the line, one of a sandbox: the kit leaves acts and users behind
  --secret whsec_...       its secret, or FLOWERS_SECRET in the environment
  --kind KIND              a kind of act it may report (the line's id)
  --quantity N             how much of it earns (found out by examine)
  --user ID                a user of the platform, for checks that look into an account
  --token TOKEN            that user's token, or FLOWERS_TOKEN
  --endpoint-token TOKEN   a token of whoever looks after the line, or FLOWERS_ENDPOINT_TOKEN
  --receiver               receive callbacks on this machine; --no-receiver not to (as the platform is local or not)

  --receive --port N --secret whsec_...   only receive: prints what arrives and whether it verifies`

/** Reads the command line and the environment. Throws UnusableOptions. */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Options {
  const values = parse(args)
  if (values.help) return { kind: 'help' }
  const secret = readSecret(values.secret ?? env.FLOWERS_SECRET)
  if (values.receive) {
    if (secret === undefined)
      throw new UnusableOptions(
        '--receive takes --secret: the one that was shown when the endpoint was made.',
      )
    return { kind: 'receive', port: readNumber('port', values.port ?? '0', 0, 65_535), secret }
  }
  const { base, loopback } = readBase(values.base ?? LOCAL_BASE)
  // What the seed holds is for the local worker and is sent nowhere else.
  const seed = loopback ? readSeed() : null
  const token = values.token ?? env.FLOWERS_TOKEN
  if ((token === undefined) !== (values.user === undefined))
    throw new UnusableOptions('--user and --token belong together.')
  const ownerToken =
    values['endpoint-token'] ?? env.FLOWERS_ENDPOINT_TOKEN ?? seed?.users.operator.token ?? null
  for (const each of [token, ownerToken])
    if (each && !TOKEN.test(each)) throw new UnusableOptions('A token holds no spaces and no line breaks.')
  return {
    kind: 'check',
    base,
    lines: readLines(values, secret, seed),
    account: token !== undefined && values.user !== undefined ? { user: values.user, token } : null,
    ownerToken: values['endpoint-token'] ?? env.FLOWERS_ENDPOINT_TOKEN ?? seed?.users.operator.token ?? null,
    receiver: values.receiver ?? loopback,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        base: { type: 'string' },
        line: { type: 'string' },
        secret: { type: 'string' },
        kind: { type: 'string' },
        quantity: { type: 'string' },
        user: { type: 'string' },
        token: { type: 'string' },
        'endpoint-token': { type: 'string' },
        receiver: { type: 'boolean' },
        receive: { type: 'boolean' },
        port: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch {
    // Not what was wrong: it would show an option's value, which may be a secret.
    throw new UnusableOptions(`There is an option that is not known or lacks its value.\n\n${USAGE}`)
  }
}

function readLines(
  {
    line,
    kind,
    quantity,
  }: { line?: string | undefined; kind?: string | undefined; quantity?: string | undefined },
  secret: string | undefined,
  seed: Seed | null,
): DoorOptions[] {
  const amount = quantity === undefined ? null : readNumber('quantity', quantity, 1, MAX_QUANTITY)
  if (line === undefined && secret === undefined) {
    const known = SEED_LINES.flatMap((id) => {
      const found = seed?.lines[id]
      return found ? [{ id, secret: found.secret, kind: id, quantity: null }] : []
    })
    if (known.length > 0) return known
    throw new UnusableOptions('Give --line and --secret, or start a local worker with "npm start".')
  }
  const its = secret ?? (line === undefined ? undefined : seed?.lines[line]?.secret)
  if (line === undefined || its === undefined)
    throw new UnusableOptions('--line and --secret belong together.')
  if (!LINE_ID.test(line)) throw new UnusableOptions('--line takes an id of a-z, 0-9 and hyphens.')
  return [{ id: line, secret: its, kind: kind ?? line, quantity: amount }]
}

function readSecret(text: string | undefined): string | undefined {
  if (text !== undefined && !SECRET.test(text))
    throw new UnusableOptions('--secret takes a signing secret, whsec_ and base64 of 24 bytes or more.')
  return text
}

function readBase(text: string): { base: string; loopback: boolean } {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new UnusableOptions(`--base takes an address, like ${LOCAL_BASE}.`)
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'http:' && !loopback)
    throw new UnusableOptions('--base takes https for all but this machine: tokens go there.')
  return { base: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, loopback }
}

function readNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (text === '' || !Number.isSafeInteger(value) || value < least || value > most)
    throw new UnusableOptions(
      `--${name} takes a whole number from ${least} to ${most.toLocaleString('en-US')}.`,
    )
  return value
}

function readSeed(): Seed | null {
  try {
    return JSON.parse(readFileSync(SEED_FILE, 'utf8')) as Seed
  } catch {
    return null
  }
}

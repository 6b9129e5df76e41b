import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signatureHeaders, strangeSecret } from '../../src/kit/sign.ts'
import { ROOT } from '../../src/local/paths.ts'
import { buildWorker } from './build.ts'
import { prepareWorker, type RunningWorker, startWorker } from './worker-process.ts'

const home = mkdtempSync(resolve(tmpdir(), 'flowers-kit-'))
let worker: RunningWorker

beforeAll(async () => {
  worker = await startWorker(await prepareWorker(buildWorker()))
  mkdirSync(resolve(home, '.local'))
  writeFileSync(resolve(home, '.local/seed.json'), JSON.stringify(worker.seed))
})

afterAll(async () => {
  await worker.stop()
  rmSync(home, { recursive: true, force: true })
})

interface Ran {
  readonly code: number | null
  readonly output: string
  /** Rows of the table by their outcome. */
  readonly passed: readonly string[]
  readonly failed: readonly string[]
  readonly skipped: readonly string[]
}

function spawnKit(...options: string[]) {
  return spawn(process.execPath, [resolve(ROOT, 'src/kit/line.ts'), ...options], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FLOWERS_HOME: home },
  })
}

/** Runs the kit to its end. */
function runKit(...options: string[]): Promise<Ran> {
  const child = spawnKit(...options)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  return new Promise((done) => {
    child.once('close', (code) => {
      const rows = (mark: string) => output.split('\n').filter((row) => row.startsWith(`${mark}  `))
      done({ code, output, passed: rows('pass'), failed: rows('FAIL'), skipped: rows('skip') })
    })
  })
}

/** Serves until the tests end. Returns where. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  afterAll(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('npm run line', () => {
  it('passes every check against a local worker, and tells no secret', async () => {
    const { code, output, passed, failed, skipped } = await runKit('--base', worker.url)
    expect(failed).toEqual([])
    expect(skipped).toEqual([])
    expect(output).toContain(`\n${passed.length} passed, 0 failed, 0 skipped\n`)
    expect(passed.length).toBeGreaterThan(80)
    expect(code).toBe(0)
    const { lines, users } = worker.seed
    const secrets = [
      ...Object.values(lines).map(({ secret }) => secret),
      users.operator.token,
      users.guest.token,
    ]
    expect(secrets.filter((secret) => output.includes(secret))).toEqual([])
    expect(output).not.toMatch(/whsec_|eyJ|[0-9A-Z]{4}-[0-9A-Z]{4}/)
  })

  it('passes again, against what it left behind', async () => {
    const { code, failed, skipped } = await runKit('--base', worker.url, '--no-receiver')
    expect(failed).toEqual([])
    expect(skipped.every((row) => row.includes('no receiver'))).toBe(true)
    expect(code).toBe(0)
  })

  it('leaves the ledger as one in which nothing is missing', async () => {
    const headers = { Authorization: `Bearer ${worker.seed.users.operator.token}` }
    const audit = async () => (await fetch(`${worker.url}/v1/audit/conservation`, { headers })).json()
    // A dream tells its total a second late.
    await expect.poll(audit, { timeout: 10_000 }).toMatchObject({ holds: true, differences: [] })
  })

  it('does what it can where nobody signs guests in, with the user it was given', async () => {
    const url = await serve(withoutGuests)
    const { id, token } = worker.seed.users.guest
    const user = ['--user', id, '--token', token, '--no-receiver']
    const { code, output, failed, skipped } = await runKit('--base', url, '--line', 'partner-app', ...user)
    expect(failed).toEqual([])
    expect(skipped.filter((row) => row.includes('takes a fresh user'))).toHaveLength(4)
    expect(output).not.toContain(token)
    expect(code).toBe(0)
    const { items } = (await (
      await fetch(`${worker.url}/v1/me/lines`, { headers: { Authorization: `Bearer ${token}` } })
    ).json()) as { items: unknown[] }
    expect(items).toContainEqual(expect.objectContaining({ line: 'partner-app', linked: false }))
  })

  it('skips what it was given nothing for, with the reason, and fails nothing', async () => {
    const url = await serve(withoutGuests)
    const { code, failed, skipped } = await runKit('--base', url, '--line', 'game', '--no-receiver')
    expect(failed).toEqual([])
    expect(skipped).toContainEqual(
      expect.stringMatching(/a pledge, and the same again .*give --user and --token/),
    )
    expect(skipped).toContainEqual(
      expect.stringMatching(/a wrong code, in the line .*speaks of platform ids/),
    )
    expect(code).toBe(0)
  })

  it('fails with a wrong secret', async () => {
    const secret = strangeSecret()
    const { code, output, failed } = await runKit(
      ...['--base', worker.url, '--line', 'steps', '--secret', secret, '--no-receiver'],
    )
    expect(failed).toContainEqual(expect.stringMatching(/a good signature .*401 signature_invalid$/))
    expect(failed.length).toBeGreaterThan(50)
    expect(output).not.toContain(secret)
    expect(code).toBe(1)
  })

  it('fails nearly everything at a server that says yes to everything', async () => {
    const url = await serve((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"results":[]}')
      })
    })
    const { code, passed, failed, skipped } = await runKit(
      ...['--base', url, '--line', 'steps', '--user', 'someone', '--token', 'a-token'],
    )
    expect(passed).toEqual([expect.stringContaining('a body without acts')])
    expect(skipped.filter((row) => !row.includes('takes a fresh user'))).toEqual([])
    expect(failed.length).toBeGreaterThan(80)
    expect(code).toBe(1)
  })

  it('says what to do where nothing answers, and with options that cannot be', async () => {
    for (const [options, hint] of [
      [['--base', 'http://127.0.0.1:1'], 'npm start'],
      [['--base', 'https://example.com'], '--line and --secret'],
      [['--base', 'http://example.com', '--line', 'steps', '--secret', strangeSecret()], 'https'],
      [['--line', 'steps', '--secret', 'whsec_short'], '--secret takes'],
      [['--receive'], '--receive takes --secret'],
      [['--seeds'], 'not known'],
    ] as const) {
      const { code, output } = await runKit(...options)
      expect(output).toContain(hint)
      expect(output).not.toContain('whsec_short')
      expect(code).toBe(1)
    }
  })
})

describe('npm run line -- --receive', () => {
  it('says of each callback whether it verifies, and refuses what does not', async () => {
    const secret = strangeSecret()
    const child = spawnKit('--receive', '--port', '0', '--secret', secret)
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async () => String((await lines.next()).value)
    try {
      const url = /http:\/\/\S+/.exec(await next())?.[0] ?? ''
      const body = JSON.stringify({ type: 'dream.reached', data: { dream: 'a\u001b[2J' } })
      const post = (signedWith: string, at = Date.now()) =>
        fetch(url, { method: 'POST', body, headers: signatureHeaders(signedWith, 'evt_1', at, body) })
      expect((await post(secret)).status).toBe(204)
      const first = await next()
      expect(first).toContain('  verifies  "evt_1" "dream.reached"')
      expect(first).not.toContain('\u001b')
      expect((await post(strangeSecret())).status).toBe(401)
      expect(await next()).toContain('DOES NOT VERIFY')
      expect((await post(secret, Date.now() - 600_000)).status).toBe(401)
      expect(await next()).toContain('DOES NOT VERIFY')
    } finally {
      child.kill()
    }
  })
})

/** The worker, but for guests: what a deployment is like. */
const withoutGuests: RequestListener = async (request, response) => {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk as Uint8Array)
  const { host: _, connection: __, 'accept-encoding': ___, ...kept } = request.headers
  const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}
  const init = { method: request.method ?? 'GET', headers: kept as Record<string, string>, ...body }
  const answer =
    request.url === '/v1/auth/guest'
      ? Response.json({ code: 'not_found' }, { status: 404 })
      : await fetch(`${worker.url}${request.url}`, init)
  response.writeHead(answer.status, Object.fromEntries(answer.headers))
  response.end(await answer.text())
}

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ROOT } from '../../src/local/paths.ts'
import type { Seed } from '../../src/local/seed.ts'

const home = mkdtempSync(resolve(tmpdir(), 'flowers-home-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** Starts it as `npm start` does, as the leader of a process group, and waits for its greeting. */
function start(port: number): Promise<{ child: ChildProcess; output: string }> {
  const child = spawn(process.execPath, ['src/local/start.ts'], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: String(port), FLOWERS_HOME: home },
  })
  return new Promise((ready, failed) => {
    let output = ''
    child.stdout?.on('data', (chunk) => {
      output += chunk
      if (/is running at|Already running/.test(output)) ready({ child, output })
    })
    child.once('exit', (code) => failed(new Error(`ended with ${code}: ${output}`)))
  })
}

/** Presses Ctrl-C: the terminal sends SIGINT to the whole group. */
async function pressCtrlC(child: ChildProcess): Promise<void> {
  const ended = new Promise((done) => child.once('exit', done))
  process.kill(-(child.pid as number), 'SIGINT')
  await ended
}

/** Processes that are left of a group. */
function leftOf(group: number): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')
        return fields?.[0] !== 'Z' && Number(fields?.[2]) === group
      } catch {
        return false
      }
    })
}

describe('npm start', () => {
  it('serves a seeded campaign, changes nothing the second time, and leaves nothing running after Ctrl-C', async () => {
    const seedFile = resolve(home, '.local/seed.json')
    const look = async (url: string): Promise<unknown[]> => {
      const { users } = JSON.parse(readFileSync(seedFile, 'utf8')) as Seed
      const headers = { Authorization: `Bearer ${users.guest.token}` }
      const dreams = await (await fetch(`${url}/v1/dreams`)).json()
      const me = await (await fetch(`${url}/v1/me`, { headers })).json()
      const entries = await (await fetch(`${url}/v1/me/entries`, { headers })).json()
      return [readFileSync(seedFile, 'utf8'), dreams, me, entries]
    }

    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const first = await start(port)
    await expect
      .poll(async () => (await look(url))[2], { timeout: 10_000 })
      .toMatchObject({ user: 'guest', balance: 20 })
    const before = await look(url)
    expect((before[1] as { items: unknown[] }).items).toHaveLength(16)
    await pressCtrlC(first.child)
    await expect.poll(() => leftOf(first.child.pid as number), { timeout: 10_000 }).toEqual([])

    const second = await start(port)
    expect(await look(url)).toEqual(before)
    await pressCtrlC(second.child)
    await expect.poll(() => leftOf(second.child.pid as number), { timeout: 10_000 }).toEqual([])
  })
})

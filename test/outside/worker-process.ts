import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { createKeys } from '../../src/local/keys.ts'
import type { Seed } from '../../src/local/seed.ts'
import type { ServeOptions } from './serve.ts'

/** A worker that runs as processes of its own. */
export interface RunningWorker {
  readonly url: string
  readonly seed: Seed
  /** Runs the scheduled jobs of the minute of `at` (ms), to their end. */
  ring(at: number): Promise<void>
  /** Ends it in good order. */
  stop(): Promise<void>
  /** Ends the runtime and its parent with SIGKILL, in the midst of what they do. */
  kill(): Promise<void>
}

/** How long a worker may take to come up. */
const START_TIMEOUT_MS = 60_000

/** What a worker needs to be started, and started again on the same data. */
export async function prepareWorker(bundle: string): Promise<ServeOptions> {
  return { bundle, state: mkdtempSync(resolve(tmpdir(), 'flowers-')), ...(await createKeys()) }
}

/** Starts a worker; on the same options it takes up the data of the one before. */
export function startWorker(options: ServeOptions): Promise<RunningWorker> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'serve.ts'), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', process.env.VERBOSE ? 'inherit' : 'ignore'],
  })
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  return new Promise((ready, failed) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      failed(new Error('the worker did not come up'))
    }, START_TIMEOUT_MS)
    void ended.then(() => failed(new Error('the worker ended before it was up')))
    const rings: (() => void)[] = []
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{"rang"')) rings.shift()?.()
      if (!line.startsWith('{"url"')) return
      clearTimeout(timer)
      const { url, seed, children } = JSON.parse(line) as { url: string; seed: Seed; children: number[] }
      ready({
        url,
        seed,
        ring: (at) =>
          new Promise((done) => {
            rings.push(done)
            child.stdin.write(`${at}\n`)
          }),
        stop: () => {
          child.kill('SIGTERM')
          return ended
        },
        kill: async () => {
          for (const pid of [...children, child.pid])
            try {
              if (pid) process.kill(pid, 'SIGKILL')
            } catch {
              // It is gone already.
            }
          await ended
        },
      })
    })
  })
}

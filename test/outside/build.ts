import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { ROOT, WRANGLER } from '../../src/local/paths.ts'

/** Bundles a worker as a deployment would and returns the bundle's path. */
export function buildWorker(entry = 'src/index.ts'): string {
  // Its own: test files build at the same time.
  const outdir = mkdtempSync(resolve(tmpdir(), 'flowers-built-'))
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }))
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [WRANGLER, 'deploy', entry, '--dry-run', '--outdir', outdir],
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false' } },
  )
  if (status !== 0) throw new Error(`the worker does not build:\n${stdout}\n${stderr}`)
  const name = entry.split('/').at(-1)?.replace(/\.ts$/, '.js')
  return resolve(outdir, name ?? 'index.js')
}

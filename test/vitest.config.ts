import { resolve } from 'node:path'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-pool-workers'
import { defineConfig } from 'vitest/config'
import { createKeys } from '../src/local/keys.ts'

const root = resolve(import.meta.dirname, '..')

/** Libraries of many files. */
const BUNDLED = [
  ...['hono', 'hono/jsx', 'hono/cookie', 'hono/html', '@hono/zod-openapi'],
  ...['drizzle-orm', 'drizzle-orm/d1', 'drizzle-orm/sqlite-core'],
  ...['jose', 'oauth4webapi', 'd3-scale', 'd3-shape', 'standardwebhooks', 'ipaddr.js'],
]

/**
 * Three rings: rules and simulator run in Node on plain code, runtime runs in workerd on real D1 and real objects,
 * outside and browser start the built worker as a process and speak HTTP to it, the latter with a real browser.
 */
export default defineConfig({
  root,
  test: {
    // Of two cores one would idle.
    maxWorkers: '100%',
    projects: [
      {
        root,
        test: { name: 'rules', include: ['test/rules/**/*.test.ts'], testTimeout: 30_000 },
      },
      {
        root,
        test: { name: 'simulator', include: ['test/simulator/**/*.test.ts'], testTimeout: 300_000 },
      },
      {
        root,
        plugins: [
          cloudflareTest(async () => {
            const keys = await createKeys()
            return {
              wrangler: { configPath: resolve(root, 'wrangler.toml') },
              miniflare: {
                bindings: {
                  SECRETS_KEY: keys.secretsKey,
                  LOCAL_SIGNING_KEY: keys.signingKey,
                  TEST_MIGRATIONS: await readD1Migrations(resolve(root, 'migrations')),
                },
              },
            }
          }),
        ],
        test: {
          name: 'runtime',
          // Bundled once: every file loads them anew. Not badge-maker, which asks for files where there are none.
          deps: { optimizer: { ssr: { enabled: true, include: BUNDLED } } },
          include: ['test/runtime/**/*.test.ts'],
          setupFiles: ['test/runtime/setup.ts'],
          testTimeout: 30_000,
          // Objects wake by their alarms, and the machine does something else beside.
          expect: { poll: { timeout: 10_000 } },
          retry: 1,
        },
      },
      {
        root,
        test: {
          name: 'outside',
          include: ['test/outside/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // They wait for processes and clocks, which a machine that is busy with something else may let wait too long.
          retry: 1,
        },
      },
      {
        root,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // They wait for processes and clocks, which a machine that is busy with something else may let wait too long.
          retry: 1,
        },
      },
    ],
  },
})

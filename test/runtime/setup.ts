import type { D1Migration } from 'cloudflare:test'
import { world } from './world.ts'

const migrations = (world as unknown as { TEST_MIGRATIONS: D1Migration[] }).TEST_MIGRATIONS

// In one transaction: one by one they take three times as long, and every test file begins with all of them.
await world.DB.batch(migrations.flatMap(({ queries }) => queries).map((query) => world.DB.prepare(query)))

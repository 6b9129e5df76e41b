import { applyD1Migrations, type D1Migration } from 'cloudflare:test'
import { world } from './world.ts'

await applyD1Migrations(world.DB, (world as unknown as { TEST_MIGRATIONS: D1Migration[] }).TEST_MIGRATIONS)

import { resolve } from 'node:path'

/** Root of the repository. */
export const ROOT = resolve(import.meta.dirname, '../..')

/** What a local run keeps besides wrangler's own state; git-ignored. */
export const LOCAL_DIR = resolve(ROOT, '.local')

/** Keys of the local worker, in the form `wrangler dev --env-file` reads. */
export const WORKER_ENV = resolve(LOCAL_DIR, 'worker.env')

/** What the seed made: line secrets, tokens, dreams. */
export const SEED_FILE = resolve(LOCAL_DIR, 'seed.json')

/** Where `wrangler dev` keeps the data of a local run. */
export const LOCAL_STATE = resolve(ROOT, '.wrangler/state/v3')

/** Wrangler's command line, run by the Node that runs this. */
export const WRANGLER = resolve(ROOT, 'node_modules/wrangler/bin/wrangler.js')

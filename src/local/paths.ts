import { resolve } from 'node:path'

/** Root of the repository. */
export const ROOT = resolve(import.meta.dirname, '../..')

/** Where a local run keeps its data; FLOWERS_HOME sets it apart from another's. */
const HOME = process.env.FLOWERS_HOME ?? ROOT

/** What a local run keeps besides wrangler's own state; git-ignored. */
export const LOCAL_DIR = resolve(HOME, '.local')

/** Keys of the local worker, in the form `wrangler dev --env-file` reads. */
export const WORKER_ENV = resolve(LOCAL_DIR, 'worker.env')

/** What the seed made: line secrets, tokens, dreams. */
export const SEED_FILE = resolve(LOCAL_DIR, 'seed.json')

/** What `wrangler --persist-to` takes, and the folder below it that holds the data. */
export const PERSIST_TO = resolve(HOME, '.wrangler/state')
export const LOCAL_STATE = resolve(PERSIST_TO, 'v3')

/** Wrangler's command line, run by the Node that runs this. */
export const WRANGLER = resolve(ROOT, 'node_modules/wrangler/bin/wrangler.js')

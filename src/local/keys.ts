import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { exportJWK, generateKeyPair } from 'jose'
import { LOCAL_DIR, WORKER_ENV } from './paths.ts'

/** The keys a local worker runs with. `fresh` when they were made just now. */
export interface LocalKeys {
  readonly secretsKey: string
  readonly signingKey: string
  readonly fresh: boolean
}

/** The keys of this checkout's local run, made on the first call. */
export async function localKeys(): Promise<LocalKeys> {
  if (existsSync(WORKER_ENV)) {
    const text = readFileSync(WORKER_ENV, 'utf8')
    const secretsKey = /^SECRETS_KEY=(\S+)$/m.exec(text)?.[1]
    const signingKey = /^LOCAL_SIGNING_KEY='(.+)'$/m.exec(text)?.[1]
    if (secretsKey && signingKey) return { secretsKey, signingKey, fresh: false }
  }
  const keys = await createKeys()
  mkdirSync(LOCAL_DIR, { recursive: true })
  writeFileSync(WORKER_ENV, `SECRETS_KEY=${keys.secretsKey}\nLOCAL_SIGNING_KEY='${keys.signingKey}'\n`, {
    mode: 0o600,
  })
  return { ...keys, fresh: true }
}

/** A new pair of keys for a worker that runs on this machine. */
export async function createKeys(): Promise<{ secretsKey: string; signingKey: string }> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  return {
    secretsKey: randomBytes(32).toString('base64'),
    signingKey: JSON.stringify(await exportJWK(privateKey)),
  }
}

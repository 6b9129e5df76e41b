import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { decodeJwt } from 'jose'
import { campaigns } from '../campaigns/schema.ts'
import { dreams } from '../dreams/schema.ts'
import { earningRules, lineSecrets, lines } from '../registry/schema.ts'
import { createSecret, sealSecret } from '../registry/secrets.ts'
import { signLocalToken } from '../users/local-issuer.ts'
import { seedCampaign, seedDreams, seedLines } from './catalogue.ts'
import { stories } from './stories.ts'

/** What a local run tells the programs that use it; written to `.local/seed.json`. */
export interface Seed {
  readonly lines: Record<string, { readonly secret: string }>
  readonly users: Record<'guest' | 'operator', { readonly id: string; readonly token: string }>
  readonly dreams: Record<string, { readonly state: string }>
}

const DAY_MS = 24 * 60 * 60 * 1_000
const SECRET_ID = 'seed'

/**
 * Fills a database with the sample campaign. Rows that are there stay as they are, so seeding twice changes nothing.
 * `former` is the seed of an earlier run, whose secrets are kept; with `resealed` the sealed copies in the database
 * are replaced, as they must be when the key they are sealed under is new.
 */
export async function seed(
  db: D1Database,
  keys: { readonly secretsKey: string; readonly signingKey: string },
  former: Seed | null,
  resealed: boolean,
): Promise<Seed> {
  const orm = drizzle(db)
  const now = Date.now()
  const today = now - (now % DAY_MS)
  const window = { opensAt: today - DAY_MS, closesAt: today + 365 * DAY_MS }
  await orm
    .insert(campaigns)
    .values({ ...seedCampaign, ...window, createdAt: now })
    .onConflictDoNothing()
  for (const [position, { closed, ...dream }] of seedDreams.entries())
    await orm
      .insert(dreams)
      .values({
        ...dream,
        position,
        state: closed ? 'closed' : 'collecting',
        ...(closed
          ? { opensAt: today - 30 * DAY_MS, closesAt: today - DAY_MS }
          : { ...window, campaign: seedCampaign.id }),
        story: stories[dream.id] ?? {},
        asOf: now,
      })
      .onConflictDoNothing()
  const secrets: Record<string, { secret: string }> = {}
  for (const { rules, ...line } of seedLines) {
    const secret = former?.lines[line.id]?.secret ?? createSecret()
    secrets[line.id] = { secret }
    const kinds = rules.map(({ kind }) => kind)
    await orm
      .insert(lines)
      .values({ ...line, kinds, createdAt: now })
      .onConflictDoNothing()
    await orm
      .insert(earningRules)
      .values(
        rules.map((rule) => ({
          line: line.id,
          version: 1,
          state: 'active' as const,
          createdAt: now,
          activatedAt: now,
          ...rule,
        })),
      )
      .onConflictDoNothing()
    if (resealed) await orm.delete(lineSecrets).where(eq(lineSecrets.line, line.id))
    const sealed = await sealSecret(keys.secretsKey, line.id, secret)
    await orm
      .insert(lineSecrets)
      .values({ line: line.id, id: SECRET_ID, sealed, createdAt: now })
      .onConflictDoNothing()
  }
  const states = await orm.select({ id: dreams.id, state: dreams.state }).from(dreams)
  return {
    lines: secrets,
    users: {
      guest: await signIn(keys.signingKey, 'guest', [], resealed ? null : former),
      operator: await signIn(keys.signingKey, 'operator', ['operator'], resealed ? null : former),
    },
    dreams: Object.fromEntries(states.map(({ id, state }) => [id, { state }])),
  }
}

/** A user of the seed with a token for a year; the one of an earlier run while it is good for another month. */
async function signIn(
  signingKey: string,
  id: 'guest' | 'operator',
  roles: readonly string[],
  former: Seed | null,
): Promise<{ id: string; token: string }> {
  const token = former?.users[id]?.token
  if (token && (decodeJwt(token).exp ?? 0) * 1_000 > Date.now() + 30 * DAY_MS) return { id, token }
  return { id, token: await signLocalToken(signingKey, id, { roles, lifetime: '365d' }) }
}

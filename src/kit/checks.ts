import type { Door } from './door.ts'

/** One thing that must be true of a platform, as data. */
export interface Check {
  readonly name: string
  readonly needs?: readonly Need[]
  /** What `run` returns when all is well. */
  readonly expected: string
  /** What happened, in the words of `tell`. Throws Skipped where it cannot be tried after all. */
  run(door: Door): Promise<string>
}

/** What not every line, or not every run, has. */
type Need = keyof typeof NEEDS

/** Why a need is not met; null when it is, or when that is not known and the check will show. */
const NEEDS = {
  account: ({ kit }: Door) =>
    kit.accounts ? null : 'no user to sign in as: give --user and --token of a user of the platform',
  'fresh account': ({ kit }: Door) =>
    kit.guests ? null : 'takes a fresh user, and guests are signed in on local runs only',
  owner: ({ kit }: Door) =>
    kit.ownerToken === null ? 'give --endpoint-token of whoever looks after the line, or an operator' : null,
  receiver: ({ kit }: Door) =>
    kit.receiver === null ? 'no receiver: callbacks reach one on this machine from a local run only' : null,
  'own ids': ({ userIds }: Door) => (userIds === 'platform' ? 'the line speaks of platform ids' : null),
  'platform ids': ({ userIds }: Door) => (userIds === 'own' ? 'the line speaks of ids of its own' : null),
  pledging: ({ mayPledge }: Door) => (mayPledge === false ? 'the line may not pledge' : null),
  'no pledging': ({ mayPledge }: Door) => (mayPledge === true ? 'the line may pledge' : null),
} as const

/** The first reason why a check cannot be made at a line; null when it can. */
export function unmet({ needs = [] }: Check, door: Door): string | null {
  for (const need of needs) {
    const reason = NEEDS[need](door)
    if (reason !== null) return reason
  }
  return null
}

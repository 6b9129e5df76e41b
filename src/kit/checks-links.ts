import type { Check } from './checks.ts'
import type { Answer } from './client.ts'
import type { Door } from './door.ts'
import { type Account, Skipped, TOO_MANY_CODES } from './kit.ts'
import { chain, fieldOf, flowersOf, resultsOf, tell } from './words.ts'

/** Looks like a code; that it is one comes true once in 10^12 tries. */
const NO_CODE = 'ZZZZ-ZZZ0'

/** An account without a link to the line. */
async function unlinkedAccount(door: Door): Promise<Account> {
  if (door.kit.guests) return door.kit.freshAccount()
  const account = await door.kit.account()
  if ((await door.userLine(account))?.lineUser) throw new Skipped('the user is linked to the line already')
  return account
}

/** A code for a user of the line, to be typed on the platform. */
async function codeOf(door: Door, user: string): Promise<string> {
  const answer = await door.send('link_codes.requested', { codes: [{ id: door.kit.newId('code'), user }] })
  const code = resultsOf(answer)?.[0]?.code
  if (typeof code !== 'string') throw new Error(`no code: ${tell(answer)}`)
  return code
}

/** Types a code on the platform. */
async function type(door: Door, { token }: Account, code: string): Promise<Answer> {
  const answer = await door.kit.client.ask('POST', '/v1/me/links', { token, json: { code } })
  if (answer.status === 429) throw new Skipped(TOO_MANY_CODES)
  return answer
}

/** A line with user ids of its own, and accounts. Each check undoes the links it made. */
export const linkChecks: readonly Check[] = [
  {
    name: 'a line of platform ids has nothing to link',
    needs: ['platform ids'],
    expected: chain('200 refused platform_ids', '200 refused platform_ids'),
    run: async (door) => {
      const ask = { id: door.kit.newId('code'), user: door.user() }
      return chain(
        tell(await door.send('link_codes.requested', { codes: [ask] })),
        tell(await door.link(door.user(), NO_CODE)),
      )
    },
  },
  {
    name: "the line's code, typed on the platform",
    needs: ['own ids', 'account'],
    expected: chain('201', "the line's user", '200 removed'),
    run: async (door) => {
      const [account, user] = [await unlinkedAccount(door), door.user()]
      const linked = await type(door, account, await codeOf(door, user))
      const known = fieldOf(linked, 'lineUser') === user ? "the line's user" : 'someone else'
      return chain(tell(linked), known, tell(await door.unlink(user)))
    },
  },
  {
    name: "the platform's code, typed in the line",
    needs: ['own ids', 'account'],
    expected: chain('200 linked', '200 duplicate', '200 removed', '200 refused not_linked'),
    run: async (door) => {
      const [account, user] = [await unlinkedAccount(door), door.user()]
      const code = await door.codeFor(account)
      return chain(
        tell(await door.link(user, code)),
        tell(await door.link(user, code)),
        tell(await door.unlink(user)),
        tell(await door.unlink(user)),
      )
    },
  },
  {
    name: "the platform's code is good once",
    needs: ['own ids', 'account'],
    expected: chain('200 linked', '200 removed', '200 refused code_invalid', '200 refused code_invalid'),
    run: async (door) => {
      const [account, user] = [await unlinkedAccount(door), door.user()]
      const code = await door.codeFor(account)
      // Undone first: else it might be the link that stands in the way, and not the code.
      return chain(
        tell(await door.link(user, code)),
        tell(await door.unlink(user)),
        tell(await door.link(door.user(), code)),
        tell(await door.link(user, code)),
      )
    },
  },
  {
    name: "the line's code is good once",
    needs: ['own ids', 'fresh account'],
    expected: chain('201', '200 removed', '404 code_invalid'),
    run: async (door) => {
      const user = door.user()
      const code = await codeOf(door, user)
      return chain(
        tell(await type(door, await door.kit.freshAccount(), code)),
        tell(await door.unlink(user)),
        tell(await type(door, await door.kit.freshAccount(), code)),
      )
    },
  },
  {
    name: "an account has one of the line's ids",
    needs: ['own ids', 'fresh account'],
    expected: chain('200 linked', '200 refused already_linked', '200 removed'),
    run: async (door) => {
      const [account, user] = [await door.kit.freshAccount(), door.user()]
      return chain(
        tell(await door.link(user, await door.codeFor(account))),
        tell(await door.link(door.user(), await door.codeFor(account))),
        tell(await door.unlink(user)),
      )
    },
  },
  {
    name: 'a wrong code, in the line',
    needs: ['own ids'],
    expected: '200 refused code_invalid',
    run: async (door) => tell(await door.link(door.user(), NO_CODE)),
  },
  {
    name: 'a wrong code, on the platform',
    needs: ['own ids', 'account'],
    expected: '404 code_invalid',
    run: async (door) => tell(await type(door, await door.kit.account(), NO_CODE)),
  },
  {
    name: 'flowers from before the link come along',
    needs: ['own ids', 'fresh account'],
    expected: chain('200 credited', 'none in the account', '200 linked', 'all moved', '200 removed'),
    run: async (door) => {
      const [account, act] = [await door.kit.freshAccount(), door.act()]
      const credited = await door.report([act])
      const before = await door.kit.balance(account)
      const linked = await door.link(act.user, await door.codeFor(account))
      const { token } = account
      const history = await door.kit.client.ask('GET', '/v1/me/entries', { token })
      const [entry] = fieldOf<{ kind?: string; line?: string; flowers?: number }[]>(history, 'items') ?? []
      const moved = entry?.kind === 'moved' && entry.line === door.id && entry.flowers === flowersOf(credited)
      return chain(
        tell(credited, [act.id]),
        before === 0 ? 'none in the account' : `${before} in the account`,
        tell(linked),
        moved && (await door.kit.balance(account)) === entry.flowers ? 'all moved' : 'not moved',
        tell(await door.unlink(act.user)),
      )
    },
  },
]

import type { Check } from './checks.ts'
import type { Answer } from './client.ts'
import type { Door } from './door.ts'
import { type Account, Skipped } from './kit.ts'
import { chain, fieldOf, tell } from './words.ts'

/** More flowers than anyone has. */
const TOO_MANY = 1_000_000_000

/** The dream that still needs the most: flowers to it are least likely to decide anything. */
async function dreamOf(door: Door): Promise<string> {
  const answer = await door.kit.client.ask('GET', '/v1/dreams?pageSize=100')
  const dreams =
    fieldOf<{ id: string; state: string; quota: number; flowers: number }[]>(answer, 'items') ?? []
  const collecting = dreams
    .filter(({ state }) => state === 'collecting')
    .sort((a, b) => b.quota - b.flowers - (a.quota - a.flowers))
  if (answer.status === 200 && Array.isArray(dreams) && collecting[0]) return collecting[0].id
  if (dreams.length > 0) throw new Skipped('no dream collects flowers now')
  throw new Error(`no dreams: ${tell(answer)}`)
}

function ask(door: Door, user: string, dream: string, flowers: number, id = door.kit.newId('pledge')) {
  return door.send('pledges.requested', { pledges: [{ id, user, dream, flowers }] })
}

function allow(door: Door, { token }: Account, mayPledge: boolean): Promise<Answer> {
  return door.kit.client.ask('PUT', `/v1/me/lines/${door.id}`, { token, json: { mayPledge } })
}

/** A user of the line with at least a flower, who lets it pledge for as long as the kit runs. */
async function giver(door: Door): Promise<{ account: Account; user: string }> {
  const account = await door.kit.account()
  const user = await door.userOf(account)
  const before = (await door.userLine(account))?.mayPledge ?? false
  if (!door.kit.guests) door.kit.atEnd(() => allow(door, account, before))
  await allow(door, account, true)
  const reported = await door.report([door.act({ user })])
  if (reported.status !== 200) throw new Error(`no flowers: ${tell(reported)}`)
  if ((await door.kit.balance(account)) < 1)
    throw new Skipped('the user has no flowers, and earned none today')
  return { account, user }
}

/** Pledges that a line asks for in the names of its users. */
export const pledgeChecks: readonly Check[] = [
  {
    name: 'a line that may not pledge',
    needs: ['no pledging'],
    expected: '403 line_may_not_pledge',
    run: async (door) => tell(await ask(door, door.user(), 'first-flower', 1)),
  },
  {
    name: 'a pledge, and the same again',
    needs: ['pledging', 'account'],
    expected: chain('200 accepted', '200 duplicate', 'one flower fewer'),
    run: async (door) => {
      const { account, user } = await giver(door)
      const [dream, id] = [await dreamOf(door), door.kit.newId('pledge')]
      const before = await door.kit.balance(account)
      const first = await ask(door, user, dream, 1, id)
      const again = await ask(door, user, dream, 1, id)
      const after = await door.kit.balance(account)
      return chain(
        tell(first, [id]),
        tell(again, [id]),
        before - after === 1 ? 'one flower fewer' : `${before}, then ${after}`,
      )
    },
  },
  {
    name: 'an id of a pledge, used for another',
    needs: ['pledging', 'account'],
    expected: chain('200 accepted', '200 refused id_reused'),
    run: async (door) => {
      const { user } = await giver(door)
      const [dream, id] = [await dreamOf(door), door.kit.newId('pledge')]
      return chain(
        tell(await ask(door, user, dream, 1, id), [id]),
        tell(await ask(door, user, dream, 2, id), [id]),
      )
    },
  },
  {
    name: 'a user who forbids it',
    needs: ['pledging', 'account'],
    expected: chain('200 accepted', '200', '200 refused not_allowed', '200 duplicate'),
    run: async (door) => {
      const { account, user } = await giver(door)
      const [dream, id] = [await dreamOf(door), door.kit.newId('pledge')]
      return chain(
        tell(await ask(door, user, dream, 1, id), [id]),
        tell(await allow(door, account, false)),
        tell(await ask(door, user, dream, 1)),
        // What was accepted before stays so.
        tell(await ask(door, user, dream, 1, id), [id]),
      )
    },
  },
  {
    name: 'a user who is not linked',
    needs: ['own ids', 'pledging'],
    expected: '200 refused not_linked',
    run: async (door) => tell(await ask(door, door.user(), await dreamOf(door), 1)),
  },
  {
    name: 'more than the account holds',
    needs: ['pledging', 'account'],
    expected: chain('200 refused insufficient_flowers', 'the same balance'),
    run: async (door) => {
      const { account, user } = await giver(door)
      const before = await door.kit.balance(account)
      const answer = await ask(door, user, await dreamOf(door), TOO_MANY)
      const after = await door.kit.balance(account)
      return chain(tell(answer), before === after ? 'the same balance' : `${before}, then ${after}`)
    },
  },
  {
    name: 'no flowers, parts of them, a dream nobody dreams',
    needs: ['pledging', 'account'],
    expected: '200 refused bad_flowers, refused bad_flowers, refused dream_not_found',
    run: async (door) => {
      const { user } = await giver(door)
      const dream = await dreamOf(door)
      const asks = [
        { dream, flowers: 0 },
        { dream, flowers: 0.5 },
        { dream: door.kit.newId('dream').toLowerCase(), flowers: 1 },
      ].map((each) => ({ ...each, id: door.kit.newId('pledge'), user }))
      return tell(
        await door.send('pledges.requested', { pledges: asks }),
        asks.map(({ id }) => id),
      )
    },
  },
  {
    name: 'an act taken back whose flowers were given',
    needs: ['pledging', 'fresh account'],
    expected: chain('200 accepted', '200 revoked', 'nothing given, nothing left'),
    run: async (door) => {
      const account = await door.kit.freshAccount()
      const act = door.act({ user: await door.userOf(account) })
      await allow(door, account, true)
      await door.report([act])
      const given = await ask(door, act.user, await dreamOf(door), await door.kit.balance(account))
      const revoked = await door.tellRevoked([act])
      const me = await door.kit.client.ask('GET', '/v1/me', { token: account.token })
      const [balance, pledged] = [fieldOf<number>(me, 'balance'), fieldOf<number>(me, 'pledged')]
      return chain(
        tell(given),
        revoked,
        balance === 0 && pledged === 0 ? 'nothing given, nothing left' : `${pledged} given, ${balance} left`,
      )
    },
  },
]

import type { Check } from './checks.ts'
import { sameFlowers } from './checks-acts.ts'
import { chain, tell } from './words.ts'

/** Acts that are taken back. What was given to a dream by then is among the checks of pledges. */
export const revocationChecks: readonly Check[] = [
  {
    name: 'an act is taken back, twice',
    expected: chain('200 credited', '200 revoked', '200 duplicate', 'the same flowers'),
    run: async (door) => {
      const act = door.act()
      const ask = { acts: [{ id: act.id, reason: 'a check of the kit' }] }
      const credited = await door.report([act])
      const revoked = await door.send('acts.revoked', ask)
      const again = await door.send('acts.revoked', ask)
      return chain(
        tell(credited, [act.id]),
        tell(revoked, [act.id]),
        tell(again, [act.id]),
        sameFlowers(credited, revoked, again),
      )
    },
  },
  {
    name: 'an act taken back earns no more',
    expected: chain('200 credited', '200 revoked', '200 duplicate'),
    run: async (door) => {
      const act = door.act()
      return chain(await door.tellReport([act]), await door.tellRevoked([act]), await door.tellReport([act]))
    },
  },
  {
    name: 'taken back before it was reported',
    expected: chain('200 noted unknown_act', '200 refused revoked'),
    run: async (door) => {
      const act = door.act()
      return chain(await door.tellRevoked([act]), await door.tellReport([act]))
    },
  },
  {
    name: 'the account is as it was before the act',
    needs: ['account'],
    expected: chain('200 revoked', 'the same balance'),
    run: async (door) => {
      const account = await door.kit.account()
      const act = door.act({ user: await door.userOf(account) })
      const before = await door.kit.balance(account)
      await door.report([act])
      const told = await door.tellRevoked([act])
      const after = await door.kit.balance(account)
      return chain(told, before === after ? 'the same balance' : `${before}, then ${after}`)
    },
  },
  {
    name: 'taken back without a reason',
    expected: '400 invalid_request',
    run: (door) => door.tellRevoked([door.act()], ''),
  },
]

import type { Check } from './checks.ts'
import { strangeSecret } from './sign.ts'
import { chain, flowersOf, resultsOf, tell } from './words.ts'

/** The dry run. */
export const examineChecks: readonly Check[] = [
  {
    name: 'examine says what a report would',
    expected: '200 would_credit, duplicate, refused bad_quantity',
    run: async (door) => {
      const act = door.act()
      const acts = [act, act, door.act({ quantity: 0 })]
      return tell(
        await door.examine(acts),
        acts.map(({ id }) => id),
      )
    },
  },
  {
    name: 'examine credits nothing and is right',
    expected: chain('200 would_credit', '200 credited', 'the flowers it said'),
    run: async (door) => {
      const act = door.act()
      const said = await door.examine([act])
      const done = await door.report([act])
      const right = flowersOf(said) === flowersOf(done) ? 'the flowers it said' : 'other flowers'
      return chain(tell(said, [act.id]), tell(done, [act.id]), right)
    },
  },
  {
    name: 'examine knows what was reported',
    expected: chain('200 credited', '200 duplicate'),
    run: async (door) => {
      const act = door.act()
      return chain(await door.tellReport([act]), tell(await door.examine([act]), [act.id]))
    },
  },
  {
    name: 'examine names the rule and the day',
    expected: 'rule and day',
    run: async (door) => {
      const answer = await door.examine([door.act()])
      const result = resultsOf(answer)?.[0] as { rule?: { kind?: string; version?: number }; day?: string }
      const named = result?.rule?.kind === door.kind && Number.isSafeInteger(result.rule.version)
      return named && /^\d{4}-\d\d-\d\d$/.test(result.day ?? '') ? 'rule and day' : tell(answer)
    },
  },
  {
    name: 'examine with a wrong secret',
    expected: '401 signature_invalid',
    run: async (door) => tell(await door.examine([door.act()], { secret: strangeSecret() })),
  },
  {
    name: "examine with an owner's token",
    needs: ['owner'],
    expected: '200 would_credit',
    run: async (door) => {
      const token = door.kit.ownerToken ?? undefined
      const path = `/v1/lines/${door.id}/examine`
      return tell(await door.kit.client.ask('POST', path, { token, json: { acts: [door.act()] } }))
    },
  },
]

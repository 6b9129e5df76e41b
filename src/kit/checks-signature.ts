import type { Check } from './checks.ts'
import type { Act, Door, Variation } from './door.ts'
import { strangeSecret } from './sign.ts'
import { chain, tell } from './words.ts'

const TEN_MINUTES_MS = 10 * 60 * 1_000

/** An event that must be refused, and the act in it, which must not be known after it. */
async function refused(door: Door, variation: Variation): Promise<string> {
  return withoutEffect(door, (act) => door.report([act], variation))
}

/** Tries something with an act, then looks whether the act is still new. */
async function withoutEffect(
  door: Door,
  attempt: (act: Act) => Promise<Parameters<typeof tell>[0]>,
): Promise<string> {
  const act = door.act()
  return chain(tell(await attempt(act)), tell(await door.examine([act]), [act.id]))
}

const noEffect = (refusal: string) => chain(refusal, '200 would_credit')

const missing = (header: string): Check => ({
  name: `no ${header}`,
  expected: noEffect('400 webhook_headers_missing'),
  run: (door) => refused(door, { headers: { [header]: null } }),
})

/** A changed body, other headers or keys than those that were signed with, and times that are not now. */
export const signatureChecks: readonly Check[] = [
  {
    name: 'a good signature',
    expected: '200 credited',
    run: (door) => door.tellReport([door.act()]),
  },
  {
    name: 'two signatures, the second of them good',
    expected: '200 credited',
    run: async (door) => {
      const [act, messageId, signedAt] = [door.act(), door.kit.newId('msg'), Date.now()]
      const body = JSON.stringify({
        type: 'acts.reported',
        timestamp: new Date().toISOString(),
        data: { acts: [act] },
      })
      const other = `v1,${Buffer.alloc(32, 7).toString('base64')}`
      const good = door.signature(messageId, signedAt, body)
      const headers = { 'webhook-signature': `${other} ${good}` }
      return tell(await door.sendText(body, { messageId, signedAt, headers }), [act.id])
    },
  },
  {
    name: 'a timestamp of ten minutes ago',
    expected: noEffect('401 signature_expired'),
    run: (door) => refused(door, { signedAt: Date.now() - TEN_MINUTES_MS }),
  },
  {
    name: 'a timestamp ten minutes ahead',
    expected: noEffect('401 signature_expired'),
    run: (door) => refused(door, { signedAt: Date.now() + TEN_MINUTES_MS }),
  },
  {
    name: 'a wrong secret',
    expected: noEffect('401 signature_invalid'),
    run: (door) => refused(door, { secret: strangeSecret() }),
  },
  missing('webhook-id'),
  missing('webhook-timestamp'),
  missing('webhook-signature'),
  {
    name: 'a body changed after signing',
    expected: noEffect('401 signature_invalid'),
    run: (door) =>
      withoutEffect(door, (act) => {
        const event = { type: 'acts.reported', timestamp: new Date().toISOString() }
        const more = { ...act, quantity: door.quantity * 2 }
        return door.sendText(JSON.stringify({ ...event, data: { acts: [act] } }), {
          changedBody: JSON.stringify({ ...event, data: { acts: [more] } }),
        })
      }),
  },
  {
    name: 'another webhook-id than was signed',
    expected: noEffect('401 signature_invalid'),
    run: (door) => refused(door, { headers: { 'webhook-id': door.kit.newId('msg') } }),
  },
  {
    name: 'a later timestamp than was signed',
    expected: noEffect('401 signature_invalid'),
    run: (door) =>
      refused(door, {
        signedAt: Date.now() - 60_000,
        headers: { 'webhook-timestamp': String(Math.floor(Date.now() / 1_000)) },
      }),
  },
  {
    name: 'a line that is not there',
    expected: noEffect('404 line_not_found'),
    run: (door) => refused(door, { line: door.kit.newId('line').toLowerCase() }),
  },
]

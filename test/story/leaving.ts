import type { Cast } from './tell.ts'
import type { Teller } from './teller.ts'

/** Someone leaves: everything about them is handed over, then they are gone and their flowers are not. */
export async function leave(teller: Teller, { givers, wish }: Cast): Promise<void> {
  teller.say('Someone leaves')
  const leaver = givers[2] ?? null
  await teller.call(leaver, 'PUT', '/v1/me/profile', 200, { name: '阿明', contact: 'aming@example.com' })
  const before = await teller.get(null, `/v1/dreams/${wish}`)
  const everything = JSON.stringify(await teller.get(leaver, '/v1/me/export'))
  teller.hold(
    everything.includes('阿明') && everything.includes('aming@example.com') && everything.includes(wish),
    'they are handed everything about them',
    everything.slice(0, 300),
  )
  await teller.call(leaver, 'DELETE', '/v1/me', 'invalid_request', {})
  await teller.call(leaver, 'DELETE', '/v1/me', 204, { confirm: 'delete my account' })
  await teller.get(leaver, '/v1/me', 'account_deleted')
  await teller.get(leaver, '/v1/me/profile', 'account_deleted')
  await teller.post(leaver, '/v1/dreams/first-flower/pledges', 'account_deleted', { flowers: 1 }, 'after')
  const after = await teller.get(null, `/v1/dreams/${wish}`)
  teller.hold(
    after.flowers === before.flowers && after.pledges === before.pledges,
    'what they gave stays given',
    [before, after],
  )
}
